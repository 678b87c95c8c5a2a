package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"go.temporal.io/sdk/worker"

	"motcua/calendar"
	"motcua/models"
	"motcua/office"
)

// redating is one re-dating of open dossiers and what was measured in it.
type redating struct {
	gale
	// all are the codes of the open dossiers.
	all []string
	// previewed is how long the preview took; amended dossiers were done in a second, as bare Updates were.
	previewed        time.Duration
	amended, updated float64
	counts           map[string]int64
	meanwhile        figures
}

// redateMain gives all open dossiers another calendar while people go on working, and then sends each the barest Update that its
// workflow takes, which looks at the clock and records nothing:
//
//	bench redate [-open 5000] [-cached 500] [-rate 5] [-cpuprofile FILE] [-postgres DSN]
//
// The worker keeps few workflows in memory, so that both kinds of Updates go to workflows that it has to read and replay first.
func redateMain(ctx context.Context, args []string) error {
	var r redating
	f := flag.NewFlagSet("redate", flag.ContinueOnError)
	f.IntVar(&r.options.open, "open", 5_000, "open dossiers")
	f.IntVar(&r.options.cached, "cached", 500, "workflows kept in memory by the worker")
	f.IntVar(&r.options.c, "c", 4, "submissions at once, to begin with")
	f.Float64Var(&r.options.rate, "rate", 5, "acts of people a second")
	f.StringVar(&r.options.profile, "cpuprofile", "", "write the CPU profile of the re-dating to this file")
	f.StringVar(&r.options.postgres, "postgres", "", "keep both databases on this Postgres server instead")
	if err := f.Parse(args); err != nil {
		return err
	}
	worker.SetStickyWorkflowCacheSize(r.options.cached)
	return r.run(ctx)
}

func (r *redating) run(ctx context.Context) (err error) {
	r.stand, err = openStand(ctx, r.options.postgres, "redate", time.Date(2026, 3, 2, 13, 0, 0, 0, calendar.Zone()), 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.stand.close(ctx)) }()
	if err := r.fill(ctx); err != nil {
		return err
	}
	r.all = slices.Clone(r.busy)
	until := time.Now().Add(quietFor)
	if err := r.work(ctx, "quiet", &r.quiet, func() bool { return time.Now().After(until) }); err != nil {
		return err
	}
	if err := r.redate(ctx); err != nil {
		return err
	}
	if err := r.bareUpdates(ctx); err != nil {
		return err
	}
	r.print(os.Stdout)
	return nil
}

// offDay is a day off for the whole nation, announced late, some days ahead.
const offDay = `motcua: 1
kind: calendar-amendment
type: closure
amends: nation
title: Nghỉ đột xuất (phép đo)
ground: phép đo
announced: 2026-03-02
closures:
  - {date: "2026-03-10", name: Nghỉ đột xuất}
`

// control is an officer of the control office.
func control(officer string) office.Principal {
	return office.Principal{ID: "bench-" + officer, Officer: officer, Agency: "H99.01", All: true, Roles: []string{office.RoleControl}}
}

// redate drafts, previews and publishes the day off, and waits until every dossier is done.
func (r *redating) redate(ctx context.Context) error {
	o := r.ours.app.Office
	a, err := o.DraftAmendment(ctx, control("cb03"), office.AmendmentDraft{File: offDay}, "redate")
	if err != nil {
		return err
	}
	act := func(officer, kind string) error {
		_, err := o.ActOnAmendment(ctx, control(officer), models.AmendmentCalendar, a.ID, office.AmendmentActBody{Kind: kind})
		return err
	}
	begun := time.Now()
	if err := act("cb03", office.AmendPreview); err != nil {
		return err
	}
	if err := r.reaches(ctx, a.ID, models.AmendmentPreviewed); err != nil {
		return err
	}
	r.previewed = time.Since(begun)
	fmt.Fprintf(os.Stderr, "previewed in %s\n", r.previewed.Round(100*time.Millisecond))
	begun = time.Now()
	var took time.Duration
	err = r.profiled(r.options.profile, func() error {
		if err := act("cb04", office.AmendPublish); err != nil {
			return err
		}
		over := make(chan error, 1)
		go func() { over <- r.reaches(ctx, a.ID, models.AmendmentDone) }()
		err := r.workUntil(ctx, "redate", &r.meanwhile, over)
		took = time.Since(begun)
		return err
	})
	if err != nil {
		return err
	}
	state, err := o.AmendmentState(ctx, control("cb03"), models.AmendmentCalendar, a.ID)
	if err != nil {
		return err
	}
	r.counts = state.Counts
	r.amended = float64(state.Counts[models.AmendItemDone]) / took.Seconds()
	fmt.Fprintf(os.Stderr, "re-dated in %s: %v\n", took.Round(time.Second), state.Counts)
	return nil
}

// redateWide is how many bare Updates go at once: as many as acts of a run at its widest.
const redateWide = 6

// bareUpdates pokes every dossier, in the order in which they came, while people go on working as before.
func (r *redating) bareUpdates(ctx context.Context) error {
	engine := r.ours.app.Office.Engine
	over := make(chan error, 1)
	began := time.Now()
	go func() {
		over <- each(len(r.all), redateWide, func(i int) error { return engine.Poke(ctx, r.all[i], 0) })
	}()
	err := r.workUntil(ctx, "bare", &r.during, over)
	r.updated = float64(len(r.all)) / time.Since(began).Seconds()
	return err
}

// redatePatience is how long a preview or a run is waited for.
const redatePatience = 90 * time.Minute

func (r *redating) reaches(ctx context.Context, id, state string) error {
	for end := time.Now().Add(redatePatience); time.Now().Before(end); {
		a, err := r.ours.app.Office.AmendmentState(ctx, control("cb03"), models.AmendmentCalendar, id)
		if err != nil {
			return err
		}
		if a.State == state {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
	return fmt.Errorf("the amendment is not %s after %s", state, redatePatience)
}

func (r *redating) print(out io.Writer) {
	where := "SQLite files"
	if r.options.postgres != "" {
		where = "Postgres"
	}
	fmt.Fprintf(out, "%d open dossiers, %d workflows in memory, %.1f acts a second, %s\n\n", r.options.open, r.options.cached, r.options.rate, where)
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	row := func(name, value, goal string) { fmt.Fprintf(w, "%s\t%s\t%s\n", name, value, goal) }
	acts := func(name string, f *figures, goal string) {
		row("acts, "+name+": n, p50, p99", fmt.Sprintf("%d, %s, %s", len(f.acts), f.percentile(50), f.percentile(99)), "")
		if goal != "" {
			row("p99, "+name+" / quiet", fmt.Sprintf("%.1f", float64(f.percentile(99))/float64(r.quiet.percentile(99))), goal)
		}
	}
	row("figure", "measured", "goal")
	row("preview", fmt.Sprint(r.previewed.Round(100*time.Millisecond)), "")
	row("dossiers by state", fmt.Sprint(r.counts), "")
	row("re-dated / bare Updates a second", fmt.Sprintf("%.1f / %.1f", r.amended, r.updated), "")
	row("ours / bare", fmt.Sprintf("%.2f", r.amended/r.updated), ">= 0.7")
	acts("quiet", &r.quiet, "")
	acts("re-dating", &r.meanwhile, "<= 2")
	acts("bare Updates", &r.during, "-")
	_ = w.Flush()
}
