package office

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// list is a bulk on numbers: one to n, in batches of five.
type list struct {
	n       int
	settled []int
	over    bool
	flying  atomic.Int64
	widest  atomic.Int64
	goes    func() bool
	fate    func(i int) (known bool, err error)
}

func (l *list) bulk(most int) bulk[int] {
	p := newPace(most)
	p.now = most
	return bulk[int]{
		next: func(_ context.Context, after int) (items []int, err error) {
			for i := after + 1; i <= min(l.n, after+5); i++ {
				items = append(items, i)
			}
			return items, nil
		},
		goes: func(context.Context) (bool, error) { return l.goes == nil || l.goes(), nil },
		one: func(_ context.Context, i *int) (bool, error) {
			defer l.flying.Add(-1)
			for now := l.flying.Add(1); now > l.widest.Load(); {
				l.widest.Store(now)
			}
			if l.fate == nil {
				return true, nil
			}
			return l.fate(*i)
		},
		settle: func(_ context.Context, items []int) error { l.settled = append(l.settled, items...); return nil },
		over:   func(context.Context) error { l.over = true; return nil },
		pace:   p,
	}
}

func TestBulkDoesAllAndEnds(t *testing.T) {
	t.Parallel()
	l := &list{n: 23}
	n, err := carry(t.Context(), l.bulk(3))
	require.NoError(t, err)
	require.Equal(t, 23, n)
	require.Len(t, l.settled, 23)
	require.True(t, l.over)
	require.LessOrEqual(t, l.widest.Load(), int64(3))
}

func TestBulkGoesOnBesideWhatFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	l := &list{n: 12, fate: func(i int) (bool, error) {
		if i == 3 {
			return false, broken
		}
		return i != 7, nil // of 7 nothing is known
	}}
	n, err := carry(t.Context(), l.bulk(2))
	require.ErrorIs(t, err, broken)
	require.Equal(t, 10, n)
	require.NotContains(t, l.settled, 3)
	require.NotContains(t, l.settled, 7)
	require.False(t, l.over, "some fates are not known")
}

func TestBulkSettlesWhatWasDoneBeforeAnOutage(t *testing.T) {
	t.Parallel()
	l := &list{n: 12, fate: func(i int) (bool, error) {
		if i == 8 {
			return false, engineDown(errors.New("gone"))
		}
		return true, nil
	}}
	n, err := carry(t.Context(), l.bulk(1))
	require.Equal(t, "engine_down", ProblemOf(err).Code)
	require.Equal(t, 7, n)
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7}, l.settled)
	require.False(t, l.over)
}

func TestBulkStopsBetweenTwoActs(t *testing.T) {
	t.Parallel()
	asked := 0
	l := &list{n: 12, goes: func() bool { asked++; return asked <= 7 }}
	n, err := carry(t.Context(), l.bulk(1))
	require.NoError(t, err)
	require.Equal(t, 7, n)
	require.True(t, slices.IsSorted(l.settled))
	require.False(t, l.over)
}
