// Command bench runs a bare Temporal workflow and ours side by side in one process tree, on the same embedded server: the
// same Updates, one timer, eager start; the bare one without a database. It prints dossiers per second, act latency, CPU
// per act and history per dossier, beside the goal of each. It decides nothing: a missed goal is printed, not an error.
//
//	go run -C embedded ./bench [-n 200] [-c 8] [-via http] [-postgres DSN] [-cpuprofile FILE]
//	go run -C embedded ./bench storm [-open 20000] [-due 5000] [-window 5m] [-rate 5] [-lead 10m] [-cached 500] [-cpuprofile FILE] [-postgres DSN]
//	go run -C embedded ./bench redate [-open 5000] [-cached 500] [-rate 5] [-cpuprofile FILE] [-postgres DSN]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"motcua/calendar"
	"motcua/embedded/temporalserver"
)

// options are the flags.
type options struct {
	n, c, days int
	via        string
	postgres   string
	profile    string
}

func main() {
	temporalserver.TuneCollector()
	if len(os.Args) > 1 {
		if command, ok := map[string]func(context.Context, []string) error{"storm": stormMain, "redate": redateMain}[os.Args[1]]; ok {
			end(command(context.Background(), os.Args[2:]))
			return
		}
	}
	var o options
	flag.IntVar(&o.n, "n", 200, "dossiers of each kind")
	flag.IntVar(&o.c, "c", 8, "how many at once")
	flag.IntVar(&o.days, "days", 10, "legal days over which one more dossier is played; 0 plays none")
	flag.StringVar(&o.via, "via", viaOffice, "how our acts come in: office (calls, as the bare workflow's) or http")
	flag.StringVar(&o.postgres, "postgres", "", "keep both databases on this Postgres server instead; the role must be able to create databases")
	flag.StringVar(&o.profile, "cpuprofile", "", "write the CPU profiles of the rounds to this file name with .bare and .ours added")
	flag.Parse()
	end(run(context.Background(), o))
}

// end ends the program where it failed.
func end(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	s, err := openStand(ctx, o.postgres, "acts", time.Date(2026, 3, 2, 8, 0, 0, 0, calendar.Zone()), 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close(ctx)) }()
	if o.via == viaHTTP {
		if err := s.ours.serve(ctx); err != nil {
			return err
		}
	}
	bare, err := openBare(s.server)
	if err != nil {
		return err
	}
	defer bare.close()

	r := report{options: o, bare: &kind{name: "bare", run: bare.dossier}, ours: &kind{name: "ours", run: s.ours.dossier}}
	if err := sideBySide(ctx, o, r.bare, r.ours); err != nil {
		return err
	}
	if o.profile != "" {
		if err := errors.Join(r.bare.write(o.profile+".bare"), r.ours.write(o.profile+".ours")); err != nil {
			return err
		}
	}
	if r.bareHistory, err = history(ctx, bare.client, bare.last()); err != nil {
		return err
	}
	if r.oursHistory, err = history(ctx, bare.client, s.ours.last()); err != nil {
		return err
	}
	if o.days > 0 {
		if r.slowHistory, err = s.played(ctx, o.days, bare.client); err != nil {
			return fmt.Errorf("played over %d days: %w", o.days, err)
		}
	}
	r.print(os.Stdout)
	return nil
}

// rounds is how often each kind is measured, in turn, so that neither has the colder or the busier part of the run.
const rounds = 4

// kind is one of the two that are measured.
type kind struct {
	name string
	run  dossierRun
	figures
	sampler
}

func sideBySide(ctx context.Context, o options, kinds ...*kind) error {
	for _, k := range kinds {
		if _, err := measure(ctx, 16, o.c, "w", k.run); err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
	}
	for round := range rounds {
		for _, k := range kinds {
			if err := k.round(ctx, o, fmt.Sprint("r", round)); err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
		}
	}
	return nil
}

func (k *kind) round(ctx context.Context, o options, key string) error {
	if err := k.start(); err != nil {
		return err
	}
	f, err := measure(ctx, o.n/rounds, o.c, key, k.run)
	k.add(f)
	return errors.Join(err, k.stop())
}
