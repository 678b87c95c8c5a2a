// Command bench runs a bare Temporal workflow and ours side by side in one process tree, on the same embedded server: the
// same Updates, one timer, eager start; the bare one without a database. It prints dossiers per second, act latency, CPU
// per act and history per dossier, beside the goal of each. It decides nothing: a missed goal is printed, not an error.
//
//	go run -C embedded ./bench [-n 200] [-c 8] [-via http] [-postgres DSN] [-cpuprofile FILE]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/pprof"
	"time"

	"motcua/calendar"
	"motcua/embedded/temporalserver"
	"motcua/workflows"
)

// options are the flags.
type options struct {
	n, c, days int
	via        string
	postgres   string
	profile    string
}

func main() {
	var o options
	flag.IntVar(&o.n, "n", 200, "dossiers of each kind")
	flag.IntVar(&o.c, "c", 8, "how many at once")
	flag.IntVar(&o.days, "days", 10, "legal days over which one more dossier is played; 0 plays none")
	flag.StringVar(&o.via, "via", viaOffice, "how our acts come in: office (calls, as the bare workflow's) or http")
	flag.StringVar(&o.postgres, "postgres", "", "keep both databases on this Postgres server instead; the role must be able to create databases")
	flag.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile of our rounds to this file")
	flag.Parse()
	temporalserver.TuneCollector()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp("", "motcua-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	place, err := openPlace(ctx, dir, o.postgres)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.close(ctx)) }()
	server, err := temporalserver.Start(ctx, place.temporal(temporalserver.Options{
		UIPort: temporalserver.NoUI, SearchAttributes: workflows.SearchAttributes(), Logger: quiet,
	}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop(ctx)) }()
	clock, err := working(time.Date(2026, 3, 2, 8, 0, 0, 0, calendar.Zone()), 1)
	if err != nil {
		return err
	}
	ours, err := openOurs(ctx, place, "acts", clock, server, quiet)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.close(ctx)) }()
	if o.via == viaHTTP {
		if err := ours.serve(ctx); err != nil {
			return err
		}
	}
	bare, err := openBare(server, quiet)
	if err != nil {
		return err
	}
	defer bare.close()

	bareTotal, oursTotal, err := sideBySide(ctx, o, bare, ours)
	if err != nil {
		return err
	}
	r := report{options: o, bare: bareTotal, ours: oursTotal}
	if r.bareHistory, err = history(ctx, bare.client, bare.last()); err != nil {
		return err
	}
	if r.oursHistory, err = history(ctx, bare.client, ours.last()); err != nil {
		return err
	}
	if o.days > 0 {
		if r.slowHistory, err = played(ctx, o.days, place, server, bare.client, quiet); err != nil {
			return fmt.Errorf("played over %d days: %w", o.days, err)
		}
	}
	r.print(os.Stdout)
	return nil
}

// rounds is how often each kind is measured, in turn, so that neither has the colder or the busier part of the run.
const rounds = 4

func sideBySide(ctx context.Context, o options, bare *bare, ours *ours) (bareTotal, oursTotal figures, err error) {
	if _, err := measure(ctx, 16, o.c, "w", bare.dossier); err != nil {
		return bareTotal, oursTotal, err
	}
	if _, err := measure(ctx, 16, o.c, "w", ours.dossier); err != nil {
		return bareTotal, oursTotal, err
	}
	stop, err := profile(o.profile)
	if err != nil {
		return bareTotal, oursTotal, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	for round := range rounds {
		n := o.n / rounds
		key := fmt.Sprint("r", round)
		f, err := measure(ctx, n, o.c, key, bare.dossier)
		if err != nil {
			return bareTotal, oursTotal, fmt.Errorf("bare: %w", err)
		}
		bareTotal.add(f)
		pprof.Do(ctx, pprof.Labels("kind", "ours"), func(ctx context.Context) { f, err = measure(ctx, n, o.c, key, ours.dossier) })
		if err != nil {
			return bareTotal, oursTotal, fmt.Errorf("ours: %w", err)
		}
		oursTotal.add(f)
	}
	return bareTotal, oursTotal, nil
}

// profile writes the CPU profile of what runs until it is stopped.
func profile(path string) (stop func() error, err error) {
	if path == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}

// working is a legal clock that begins on a working morning, so that the figures do not depend on the day of the run.
func working(legal time.Time, scale int64) (calendar.Clock, error) {
	return calendar.NewClock(time.Now(), legal, scale)
}
