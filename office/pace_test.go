package office

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// lap lets n acts of a pace end one after the other, each after so long.
func (p *pace) lap(t *testing.T, at *time.Time, n int, took time.Duration) {
	t.Helper()
	for range n {
		require.NoError(t, p.begin(t.Context()))
		begun := *at
		*at = at.Add(took)
		p.end(begun, *at)
	}
}

func TestPaceWidensWhileNothingIsSlow(t *testing.T) {
	t.Parallel()
	p, at := newPace(3), time.Now().Add(-time.Hour)
	require.Equal(t, 1, p.now)
	p.lap(t, &at, goodRun, 10*time.Millisecond)
	require.Equal(t, 2, p.now)
	p.lap(t, &at, 2*goodRun, 10*time.Millisecond)
	require.Equal(t, 3, p.now)
	p.lap(t, &at, 100, 10*time.Millisecond)
	require.Equal(t, 3, p.now, "never more than the most")
}

func TestPaceGivesWayAndRestsAfterASlowAct(t *testing.T) {
	t.Parallel()
	p, at := newPace(4), time.Now().Add(-time.Hour)
	p.lap(t, &at, 100, 10*time.Millisecond)
	require.Equal(t, 4, p.now)
	beside := at
	p.lap(t, &at, 1, 100*time.Millisecond)
	require.Equal(t, 3, p.now)
	require.Equal(t, at.Add(50*time.Millisecond), p.rest, "none begins for half as long as it took")

	require.NoError(t, p.begin(t.Context()))
	p.end(beside, at)
	require.Equal(t, 3, p.now, "slow for the same reason")

	for range 4 {
		at = at.Add(time.Second)
		p.lap(t, &at, 1, 100*time.Millisecond)
	}
	require.Equal(t, 1, p.now, "never none")
}

func TestPaceGetsUsedToASlowerMachine(t *testing.T) {
	t.Parallel()
	p, at := newPace(2), time.Now().Add(-24*time.Hour)
	p.lap(t, &at, 20, 10*time.Millisecond)
	p.lap(t, &at, 300, 80*time.Millisecond)
	require.Equal(t, 2, p.now)
}

func TestPaceWaitsForAPlace(t *testing.T) {
	t.Parallel()
	p := newPace(1)
	require.NoError(t, p.begin(t.Context()))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, p.begin(gone), context.Canceled)

	begun := make(chan error)
	go func() { begun <- p.begin(t.Context()) }()
	p.leave()
	require.NoError(t, <-begun)
	require.Equal(t, 1, p.flying)
}
