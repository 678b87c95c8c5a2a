package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"text/tabwriter"
	"time"
)

// figures are what a run measured.
type figures struct {
	dossiers  int
	took, cpu time.Duration
	acts      []time.Duration
	// unanswered acts were not done within the time that a caller waits.
	unanswered int
}

func (f *figures) add(g figures) {
	f.dossiers += g.dossiers
	f.took += g.took
	f.cpu += g.cpu
	f.acts = append(f.acts, g.acts...)
}

func (f *figures) rate() float64 { return float64(f.dossiers) / f.took.Seconds() }

func (f *figures) percentile(p int) time.Duration {
	slices.Sort(f.acts)
	return f.acts[min(len(f.acts)*p/100, len(f.acts)-1)].Round(10 * time.Microsecond)
}

// perAct is the CPU of this process per act. The submission, which starts the dossier, is an act as the others are.
func (f *figures) perAct() time.Duration {
	return (f.cpu / time.Duration(len(f.acts)+f.dossiers)).Round(10 * time.Microsecond)
}

// dossierRun carries one dossier through; it passes each act to timed.
type dossierRun func(ctx context.Context, key string, timed func(func() error) error) error

// measure runs n dossiers, c at once, and times each act.
func measure(ctx context.Context, n, c int, round string, dossier dossierRun) (figures, error) {
	f := figures{dossiers: n}
	var mu sync.Mutex
	start, cpu := time.Now(), cpuTime()
	err := each(n, c, func(i int) error {
		return dossier(ctx, fmt.Sprint(round, "-", i), func(act func() error) error {
			began := time.Now()
			err := act()
			took := time.Since(began)
			mu.Lock()
			defer mu.Unlock()
			f.acts = append(f.acts, took)
			return err
		})
	})
	f.took, f.cpu = time.Since(start), cpuTime()-cpu
	return f, err
}

// report is the table.
type report struct {
	options
	bare, ours                            *kind
	bareHistory, oursHistory, slowHistory length
}

func (r report) print(out io.Writer) {
	where, goal := "SQLite files", ">= 0.8"
	if r.postgres != "" {
		where, goal = "Postgres", ">= 0.65"
	}
	fmt.Fprintf(out, "submit and five acts, %d dossiers of each kind, %d at once, our acts via %s, %s\n\n", r.bare.dossiers, r.c, r.via, where)
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	row := func(name, bare, ours, goal string) { fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", name, bare, ours, goal) }
	row("figure", "bare", "ours", "goal")
	row("dossiers per second", fmt.Sprintf("%.1f", r.bare.rate()), fmt.Sprintf("%.1f", r.ours.rate()), "")
	row("ours / bare", "", fmt.Sprintf("%.2f", r.ours.rate()/r.bare.rate()), goal)
	row("act latency p50", fmt.Sprint(r.bare.percentile(50)), fmt.Sprint(r.ours.percentile(50)), "")
	row("act latency p99", fmt.Sprint(r.bare.percentile(99)), fmt.Sprint(r.ours.percentile(99)), "")
	row("CPU per act, everything", fmt.Sprint(r.bare.perAct()), fmt.Sprint(r.ours.perAct()), "")
	// Beyond bare is also what Temporal does with our longer messages and markers; our own code alone has the goal.
	row("CPU per act beyond bare", "", fmt.Sprint(r.ours.perAct()-r.bare.perAct()), "")
	own := time.Duration(float64(r.ours.perAct()) * r.ours.own()).Round(10 * time.Microsecond)
	row("CPU per act in our own code", "", fmt.Sprint(own), "<= 2.5ms")
	row("history events", fmt.Sprint(r.bareHistory.events), fmt.Sprint(r.oursHistory.events), "<= 48")
	row("history bytes beyond start", fmt.Sprint(r.bareHistory.bytes), fmt.Sprint(r.oursHistory.bytes), "<= 7168")
	if r.days > 0 {
		row(fmt.Sprintf("events over %d legal days", r.days), "", fmt.Sprint(r.slowHistory.events), "<= 48")
		row(fmt.Sprintf("bytes over %d legal days", r.days), "", fmt.Sprint(r.slowHistory.bytes), "<= 7168")
		row("timers fired in them", "", fmt.Sprint(r.slowHistory.fired), "")
	}
	_ = w.Flush()
}

// each does something for every number below n, c at once.
func each(n, c int, do func(i int) error) error {
	var mu sync.Mutex
	var errs []error
	var wait sync.WaitGroup
	jobs := make(chan int)
	for range c {
		wait.Go(func() {
			for i := range jobs {
				if err := do(i); err != nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
				}
			}
		})
	}
	for i := range n {
		jobs <- i
	}
	close(jobs)
	wait.Wait()
	return errors.Join(errs...)
}
