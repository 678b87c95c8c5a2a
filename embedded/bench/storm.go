package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"go.temporal.io/sdk/worker"

	"motcua/calendar"
	"motcua/library"
	"motcua/models"
	"motcua/procedure"
)

// stormOptions are the flags of the storm.
type stormOptions struct {
	open, due, c, cached int
	window, lead         time.Duration
	rate                 float64
	postgres, profile    string
}

// stormMain lets many deadlines of one legal instant fall due among many more open dossiers, while people go on working:
//
//	bench storm [-open 20000] [-due 5000] [-window 5m] [-rate 5] [-lead 10m] [-cached 500] [-cpuprofile FILE] [-postgres DSN]
//
// and beside it, with window 0, as many bare timers of one instant on the same server, beside as many acts of people. The worker keeps
// few workflows in memory, as of a province's open dossiers: both kinds of timers go off in workflows that have to be read again.
func stormMain(ctx context.Context, args []string) error {
	var o stormOptions
	f := flag.NewFlagSet("storm", flag.ContinueOnError)
	f.IntVar(&o.open, "open", 20_000, "open dossiers in all")
	f.IntVar(&o.due, "due", 5_000, "of them due at the same instant, and as many bare timers")
	f.IntVar(&o.c, "c", 16, "submissions at once, to begin with")
	f.DurationVar(&o.window, "window", 5*time.Minute, "over which rungs of one instant are spread; 0 fires all at once")
	f.DurationVar(&o.lead, "lead", 10*time.Minute, "from the first submission to the instant, in wall time")
	f.Float64Var(&o.rate, "rate", 5, "acts of people a second")
	f.IntVar(&o.cached, "cached", 500, "workflows kept in memory by the worker")
	f.StringVar(&o.profile, "cpuprofile", "", "write the CPU profile of the storm to this file")
	f.StringVar(&o.postgres, "postgres", "", "keep both databases on this Postgres server instead")
	if err := f.Parse(args); err != nil {
		return err
	}
	worker.SetStickyWorkflowCacheSize(o.cached)
	return storm(ctx, o)
}

// quietFor is how long people's acts are measured before the storm.
const quietFor = time.Minute

func storm(ctx context.Context, o stormOptions) (err error) {
	instant := time.Date(2026, 3, 2, 16, 0, 0, 0, calendar.Zone()) // an hour before closing time
	stand, err := openStand(ctx, o.postgres, "storm", instant.Add(-o.lead), o.window)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stand.close(ctx)) }()
	if err := publishStorm(ctx, stand.ours.store); err != nil {
		return err
	}
	s := &gale{stand: stand, options: o, at: stand.clock.WallAt(instant)}
	if err := s.fill(ctx); err != nil {
		return err
	}
	if left := time.Until(s.at); left < quietFor+10*time.Second {
		return fmt.Errorf("submitting took %s: the instant is %s away; give more -lead", s.filed.Round(time.Second), left.Round(time.Second))
	}
	if err := s.blow(ctx, instant); err != nil {
		return err
	}
	if o.window > 0 { // bare timers all fire at once: nothing to compare a window with
		s.print(os.Stdout)
		return nil
	}
	bare, err := openBareTimers(s.server, o.due)
	if err != nil {
		return err
	}
	defer bare.close()
	if err := s.blowBare(ctx, bare); err != nil {
		return err
	}
	s.print(os.Stdout)
	return nil
}

//go:embed storm.yaml
var stormDefinition []byte

func publishStorm(ctx context.Context, s *models.Store) error {
	shelf, err := library.Shelf()
	if err != nil {
		return err
	}
	d, found := procedure.Parse("storm.yaml", stormDefinition)
	if found.HasErrors() {
		return errors.New(found.Error())
	}
	plan, found := procedure.Compile(d, shelf)
	if plan == nil {
		return errors.New(found.Error())
	}
	return s.SavePlan(ctx, plan, stormDefinition)
}

// gale is one storm and what was measured in it.
type gale struct {
	*stand
	sampler
	options stormOptions
	// at is the wall time of the instant.
	at time.Time
	// busy are the dossiers that people work on.
	busy  []string
	filed time.Duration

	quiet, during, beside figures
	// last is how long after the instant the last rung was seen to have fired.
	last                time.Duration
	fired, twice, wrong int
	// bare is how long after theirs the last bare timer had been handled.
	bare time.Duration
}
