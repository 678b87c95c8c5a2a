package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"text/tabwriter"
	"time"

	"motcua/models"
)

// blow measures people's acts before the instant and from it on, until every rung has fired, and checks the rungs.
func (s *gale) blow(ctx context.Context, instant time.Time) error {
	time.Sleep(time.Until(s.at.Add(-quietFor)))
	if err := s.work(ctx, "quiet", &s.quiet, func() bool { return time.Now().After(s.at.Add(-time.Second)) }); err != nil {
		return err
	}
	time.Sleep(time.Until(s.at))
	watch, stop := context.WithCancel(ctx)
	defer stop()
	over := make(chan error, 1)
	go func() {
		over <- s.watch(watch)
	}()
	if err := s.profiled(s.options.profile, func() error { return s.workUntil(ctx, "storm", &s.during, over) }); err != nil {
		return err
	}
	return s.check(ctx, instant)
}

// blowBare is the same storm of bare timers, while people go on working as before.
func (s *gale) blowBare(ctx context.Context, b *bareTimers) error {
	if err := b.set(ctx); err != nil {
		return err
	}
	time.Sleep(time.Until(b.at))
	over := make(chan error, 1)
	go func() { over <- b.watch() }()
	err := s.workUntil(ctx, "bare", &s.beside, over)
	s.bare = b.last
	return err
}

// workUntil works until something is over, and returns its error with the acts'.
func (s *gale) workUntil(ctx context.Context, name string, f *figures, over <-chan error) error {
	var failed error
	done := false
	err := s.work(ctx, name, f, func() bool {
		select {
		case failed = <-over:
			done = true
		default:
		}
		return done
	})
	return errors.Join(err, failed)
}

// work does the acts of people at a steady rate, each when its time has come whether or not the one before has been answered.
func (s *gale) work(ctx context.Context, name string, f *figures, over func() bool) error {
	var mu sync.Mutex
	var errs []error
	var wait sync.WaitGroup
	began := time.Now()
	for i := 0; !over(); i++ {
		time.Sleep(time.Until(began.Add(time.Duration(float64(i) / s.options.rate * float64(time.Second)))))
		if len(s.busy) < 1 {
			return errors.New("no dossier is left to work on; open more")
		}
		code := s.busy[0]
		s.busy = s.busy[1:]
		wait.Go(func() {
			start := time.Now()
			err := s.ours.act(ctx, code, five()[0], fmt.Sprint(name, "/", i))
			took := time.Since(start)
			mu.Lock()
			defer mu.Unlock()
			f.acts = append(f.acts, took)
			switch {
			case errors.Is(err, errPending): // 202: it is done later
				f.unanswered++
			case err != nil:
				errs = append(errs, fmt.Errorf("act on %s: %w", code, err))
			}
		})
	}
	wait.Wait()
	f.dossiers, f.took = len(f.acts), time.Since(began)
	return errors.Join(errs...)
}

// patienceOfStorm is how long the last rung is waited for beyond the window.
const patienceOfStorm = 10 * time.Minute

// watch waits until every rung has fired.
func (s *gale) watch(ctx context.Context) error {
	for {
		n, err := s.count(ctx, func(models.EscalationRow) {})
		if err != nil {
			return err
		}
		s.last = time.Since(s.at)
		if n >= s.options.due {
			return nil
		}
		if s.last > s.options.window+patienceOfStorm {
			return fmt.Errorf("%d of %d rungs fired after %s", n, s.options.due, s.last)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func (s *gale) count(ctx context.Context, each func(models.EscalationRow)) (n int, err error) {
	filter := models.EscalationFilter{Scope: models.Scope{All: true}, Rung: "bao", Limit: 500}
	for {
		rows, next, err := s.ours.store.Escalations(ctx, filter)
		if err != nil {
			return n, err
		}
		for _, r := range rows {
			each(r)
		}
		n += len(rows)
		if next == "" {
			return n, nil
		}
		filter.Cursor = next
	}
}

// check counts rungs that fired twice or bear another instant than the legal one.
func (s *gale) check(ctx context.Context, instant time.Time) (err error) {
	seen := map[string]int{}
	s.fired, err = s.count(ctx, func(r models.EscalationRow) {
		seen[r.Dossier]++
		if seen[r.Dossier] > 1 {
			s.twice++
		}
		if !r.Instant.Equal(instant) {
			s.wrong++
		}
	})
	return err
}

func (s *gale) print(out io.Writer) {
	bare := s.bare
	o := s.options
	where := "SQLite files"
	if o.postgres != "" {
		where = "Postgres"
	}
	fmt.Fprintf(out, "%d open dossiers, %d rungs of one instant, window %s, %.1f acts a second, %d workflows in memory, %s\n\n", o.open, o.due, o.window, o.rate, o.cached, where)
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	row := func(name, value, goal string) { fmt.Fprintf(w, "%s\t%s\t%s\n", name, value, goal) }
	row("figure", "measured", "goal")
	row("rungs fired / twice / at another instant", fmt.Sprintf("%d / %d / %d", s.fired, s.twice, s.wrong), fmt.Sprintf("%d / 0 / 0", o.due))
	if o.window > 0 {
		row("last rung after the instant", fmt.Sprint(s.last.Round(time.Second)), fmt.Sprintf("<= %s", o.window+30*time.Second))
	} else {
		row("last rung after the instant", fmt.Sprint(s.last.Round(100*time.Millisecond)), "")
		row("last bare timer after its instant", fmt.Sprint(bare.Round(100*time.Millisecond)), "")
		row("ours / bare", fmt.Sprintf("%.2f", s.last.Seconds()/bare.Seconds()), "<= 1.3")
	}
	row("acts, quiet: n, p50, p99", fmt.Sprintf("%d, %s, %s", len(s.quiet.acts), s.quiet.percentile(50), s.quiet.percentile(99)), "")
	row("acts, storm: n, p50, p99", fmt.Sprintf("%d, %s, %s", len(s.during.acts), s.during.percentile(50), s.during.percentile(99)), "")
	if o.window == 0 {
		row("acts, bare storm: n, p50, p99", fmt.Sprintf("%d, %s, %s", len(s.beside.acts), s.beside.percentile(50), s.beside.percentile(99)), "")
	}
	row("acts answered 202 in the storm, to be done later", fmt.Sprint(s.during.unanswered), "")
	row("p99, storm / quiet", fmt.Sprintf("%.1f", float64(s.during.percentile(99))/float64(s.quiet.percentile(99))), "<= 3")
	_ = w.Flush()
}
