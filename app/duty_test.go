package app

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"
)

// hand is a worker of which only its coming and going is seen.
type hand struct {
	worker.Worker
	force *force
}

func (h *hand) Start() error {
	if h.force.ill {
		return errors.New("no engine")
	}
	h.force.working++
	h.force.hired++
	return nil
}

func (h *hand) Stop() { h.force.working-- }

// force is the workers of one process, and the database that they ask for.
type force struct {
	working, hired int
	ill            bool
	silent, broken bool
}

// ask answers at once, or when its time is over where the database is silent.
func (f *force) ask(ctx context.Context) error {
	switch {
	case f.silent:
		<-ctx.Done()
		return ctx.Err()
	case f.broken:
		return errors.New("connection refused")
	}
	return nil
}

// A worker leaves when its database does not answer, for whatever reason, and comes back with it; a moment of silence moves
// nobody.
func TestDuty(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &force{}
		d := &duty{hire: func() worker.Worker { return &hand{force: f} }, ask: f.ask, log: quiet()}
		require.NoError(t, d.start())
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			d.run(ctx)
			close(ended)
		}()
		after := func(wait time.Duration, working int, why string) {
			t.Helper()
			time.Sleep(wait)
			synctest.Wait()
			require.Equal(t, working, f.working, why)
		}
		for _, outage := range []*bool{&f.silent, &f.broken} {
			after(time.Hour, 1, "nothing happens")
			*outage = true
			after(leaveAfter/2, 1, "a moment")
			*outage = false
			after(time.Minute, 1, "is no reason")
			*outage = true
			after(2*leaveAfter, 0, "gone")
			after(time.Hour, 0, "for as long as it takes")
			f.ill = true
			*outage = false
			after(time.Minute, 0, "not without an engine either")
			f.ill = false
			after(3*askDatabase, 1, "back")
		}
		require.Equal(t, 3, f.hired)
		cancel()
		<-ended
		d.leave()
		require.Zero(t, f.working)
		d.leave() // again is nothing
		require.Zero(t, f.working)
	})
}

// Work beside the worker that waits for a silent database is let go of with the worker, and begins anew when it is back.
func TestWorkDuringAShift(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &force{}
		d := &duty{hire: func() worker.Worker { return &hand{force: f} }, ask: f.ask, log: quiet()}
		require.NoError(t, d.start())
		ctx, cancel := context.WithCancel(t.Context())
		go d.run(ctx)
		begun, waiting := 0, 0
		ended := make(chan struct{})
		go func() {
			d.during(ctx, func(ctx context.Context) {
				begun++
				waiting++
				<-ctx.Done() // a question that is not answered
				waiting--
			})
			close(ended)
		}()
		time.Sleep(time.Hour)
		require.Equal(t, []int{1, 1}, []int{begun, waiting})
		f.silent = true
		time.Sleep(time.Hour)
		require.Equal(t, []int{1, 0}, []int{begun, waiting}, "let go of, and not begun without a worker")
		f.silent = false
		time.Sleep(time.Minute)
		require.Equal(t, []int{2, 1}, []int{begun, waiting})
		cancel()
		<-ended
		d.leave()
	})
}

// A process whose worker cannot start does not start.
func TestDutyNeedsAnEngine(t *testing.T) {
	t.Parallel()
	f := &force{ill: true}
	d := &duty{hire: func() worker.Worker { return &hand{force: f} }, ask: f.ask, log: quiet()}
	require.ErrorContains(t, d.start(), "no engine")
	d.leave()
	require.Zero(t, f.working)
}
