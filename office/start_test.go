package office

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A flood of intakes must not make so many starts go at once that none ends in time.
func TestStartsTakeTurns(t *testing.T) {
	t.Parallel()
	s := newStarts()
	hold, under := make(chan struct{}), make(chan struct{}, startsAtOnce)
	var wait sync.WaitGroup
	for range startsAtOnce {
		wait.Go(func() {
			_ = s.inTurn(context.Background(), func() error { under <- struct{}{}; <-hold; return nil })
		})
	}
	for range startsAtOnce {
		<-under
	}
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	err := s.inTurn(short, func() error { t.Error("one too many"); return nil })
	require.ErrorIs(t, err, context.DeadlineExceeded, "left to the relay")
	close(hold)
	wait.Wait()
	done := false
	require.NoError(t, s.inTurn(t.Context(), func() error { done = true; return nil }))
	require.True(t, done)
}
