// Command bench runs a bare Temporal workflow and ours side by side in one process tree, on the same embedded server: the
// same Updates, one timer, eager start; the bare one without a database. It prints dossiers per second, act latency and
// history per dossier.
//
//	go run -C embedded ./bench [-n 200] [-c 8]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"gorm.io/driver/sqlite"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"motcua/app"
	"motcua/calendar"
	"motcua/embedded/temporalserver"
	"motcua/models"
	"motcua/workflows"
)

func main() {
	n := flag.Int("n", 200, "dossiers of each kind")
	c := flag.Int("c", 8, "how many at once")
	flag.Parse()
	if err := run(context.Background(), *n, *c); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, n, c int) (err error) {
	dir, err := os.MkdirTemp("", "motcua-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	server, err := temporalserver.Start(ctx, temporalserver.Options{
		DBPath: filepath.Join(dir, "temporal.db"), UIPort: temporalserver.NoUI, SearchAttributes: workflows.SearchAttributes(), Logger: quiet,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop(ctx)) }()
	ours, err := openOurs(ctx, dir, server, quiet)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.close(ctx)) }()
	bare, err := openBare(server, quiet)
	if err != nil {
		return err
	}
	defer bare.close()

	// A warm-up of both, then both measured twice in turn, so that neither has the colder half of the run.
	if _, err := measure(ctx, 8, 4, "w", bare.dossier); err != nil {
		return err
	}
	if _, err := measure(ctx, 8, 4, "w", ours.dossier); err != nil {
		return err
	}
	var bareTotal, oursTotal figures
	for round := range 2 {
		f, err := measure(ctx, n/2, c, fmt.Sprint("r", round), bare.dossier)
		if err != nil {
			return fmt.Errorf("bare: %w", err)
		}
		bareTotal.add(f)
		if f, err = measure(ctx, n/2, c, fmt.Sprint("r", round), ours.dossier); err != nil {
			return fmt.Errorf("ours: %w", err)
		}
		oursTotal.add(f)
	}
	bareEvents, bareBytes, err := history(ctx, bare.client, bare.last())
	if err != nil {
		return err
	}
	oursEvents, oursBytes, err := history(ctx, bare.client, ours.last())
	if err != nil {
		return err
	}
	fmt.Printf("submit and five acts, %d dossiers of each kind, %d at once, SQLite files\n\n", n, c)
	fmt.Printf("%-28s %12s %12s %10s\n", "figure", "bare", "ours", "goal")
	fmt.Printf("%-28s %12.1f %12.1f %10s\n", "dossiers per second", bareTotal.rate(), oursTotal.rate(), "")
	fmt.Printf("%-28s %12s %12.2f %10s\n", "ours / bare", "", oursTotal.rate()/bareTotal.rate(), ">= 0.8")
	fmt.Printf("%-28s %12s %12s\n", "act latency p50", bareTotal.percentile(50), oursTotal.percentile(50))
	fmt.Printf("%-28s %12s %12s\n", "act latency p99", bareTotal.percentile(99), oursTotal.percentile(99))
	fmt.Printf("%-28s %12d %12d %10s\n", "history events", bareEvents, oursEvents, "<= 48")
	fmt.Printf("%-28s %12d %12d %10s\n", "history bytes beyond start", bareBytes, oursBytes, "<= 7168")
	return nil
}

// figures are what a run measured.
type figures struct {
	dossiers int
	took     time.Duration
	acts     []time.Duration
}

func (f *figures) add(g figures) {
	f.dossiers += g.dossiers
	f.took += g.took
	f.acts = append(f.acts, g.acts...)
}

func (f *figures) rate() float64 { return float64(f.dossiers) / f.took.Seconds() }

func (f *figures) percentile(p int) time.Duration {
	slices.Sort(f.acts)
	return f.acts[min(len(f.acts)*p/100, len(f.acts)-1)].Round(10 * time.Microsecond)
}

// measure runs n dossiers, c at once, and times each act.
func measure(ctx context.Context, n, c int, round string, dossier func(ctx context.Context, key string, timed func(func() error) error) error) (figures, error) {
	f := figures{dossiers: n}
	var mu sync.Mutex
	var errs []error
	var wait sync.WaitGroup
	next := make(chan int)
	start := time.Now()
	for range c {
		wait.Go(func() {
			for i := range next {
				err := dossier(ctx, fmt.Sprint(round, "-", i), func(act func() error) error {
					began := time.Now()
					err := act()
					took := time.Since(began)
					mu.Lock()
					f.acts = append(f.acts, took)
					mu.Unlock()
					return err
				})
				if err != nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
	f.took = time.Since(start)
	return f, errors.Join(errs...)
}

func openStore(ctx context.Context, path string) (*models.Store, error) {
	store, err := models.Open(ctx, models.Config{
		Dialector: sqlite.Dialector{DriverName: "sqlite", DSN: models.SQLiteDSN(path, true)},
		Readers:   sqlite.Dialector{DriverName: "sqlite", DSN: models.SQLiteDSN(path, false)},
	})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(store.Migrate(ctx), app.SeedDemo(ctx, store)); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// working is a legal clock that begins on a working morning, so that the figures do not depend on the day of the run.
func working() (calendar.Clock, error) {
	return calendar.NewClock(time.Now(), time.Date(2026, 3, 2, 8, 0, 0, 0, calendar.Zone()), 1)
}
