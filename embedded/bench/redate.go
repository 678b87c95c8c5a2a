package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"motcua/models"
	"motcua/office"
)

// redateWide is how many bare Updates go at once: as many as a run of ours at its widest.
const redateWide = 8

// offDay is a day off for the whole nation, announced late, some weeks ahead.
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

// redate gives all open dossiers another calendar while people go on working, then one Update each to the bare workflows, which by
// then are cached no more than the dossiers were.
func (s *gale) redate(ctx context.Context, bare *bareTimers) error {
	control := func(officer string) office.Principal {
		return office.Principal{ID: "bench-" + officer, Officer: officer, Agency: "H99.01", All: true, Roles: []string{office.RoleControl}}
	}
	o := s.ours.app.Office
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
	if err := s.reaches(ctx, a.ID, models.AmendmentPreviewed); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "previewed over all of them in %s\n", time.Since(begun).Round(time.Second))
	begun = time.Now()
	if err := act("cb04", office.AmendPublish); err != nil {
		return err
	}
	over := make(chan error, 1)
	go func() { over <- s.reaches(ctx, a.ID, models.AmendmentDone) }()
	var failed error
	done := false
	if err := s.work(ctx, "redate", &s.meanwhile, func() bool {
		select {
		case failed = <-over:
			done = true
		default:
		}
		return done
	}); err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	took := time.Since(begun)
	state, err := o.AmendmentState(ctx, control("cb03"), models.AmendmentCalendar, a.ID)
	if err != nil {
		return err
	}
	s.amended = float64(state.Counts[models.AmendItemDone]) / took.Seconds()
	fmt.Fprintf(os.Stderr, "re-dated in %s: %v\n", took.Round(time.Second), state.Counts)
	s.updated, err = bare.updates(ctx, redateWide)
	return err
}

// redatePatience is how long a preview or a run is waited for.
const redatePatience = 30 * time.Minute

func (s *gale) reaches(ctx context.Context, id, state string) error {
	reader := office.Principal{ID: "bench", Officer: "cb03", Agency: "H99.01", All: true, Roles: []string{office.RoleControl}}
	for end := time.Now().Add(redatePatience); time.Now().Before(end); {
		a, err := s.ours.app.Office.AmendmentState(ctx, reader, models.AmendmentCalendar, id)
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
