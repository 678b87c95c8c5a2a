package app

import (
	"context"
	"log/slog"
	"time"

	"motcua/models"
	"motcua/office"
)

// reconcileEvery is how often open dossiers are compared with their workflows.
const reconcileEvery = 10 * time.Minute

// Findings of the reconciler.
const (
	findingMissing    = "workflow_missing"    // an open dossier had no workflow; it got one again from its events
	findingMismatched = "workflow_mismatched" // workflow and read model know different events
)

// catchUpWithin is how far back the first look goes, before the latest record: far longer than a workflow task takes.
const catchUpWithin = time.Minute

// reconciler heals what a crash left half-way and turns the rest into findings. Re-creating a workflow is safe: an id that
// is used, open or closed, is never started again. The first look is at what the last processes had under their hands.
func reconciler(ctx context.Context, o *office.Office, log *slog.Logger) {
	if n, err := catchUp(ctx, o); err != nil && ctx.Err() == nil {
		log.Warn("workflows not compared with their records; will try again", "error", err)
	} else if n > 0 {
		log.Warn("workflows were behind their records", "dossiers", n)
	}
	for {
		pause(ctx, reconcileEvery)
		if ctx.Err() != nil {
			return
		}
		if err := o.InspectVersions(ctx); err != nil && ctx.Err() == nil {
			log.Warn("versions in force not inspected; will try again", "error", err)
		}
		if err := reconcileOnce(ctx, o); err != nil && ctx.Err() == nil {
			log.Warn("not reconciled; will try again", "error", err)
		}
	}
}

func catchUp(ctx context.Context, o *office.Office) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, reconcileEvery)
	defer cancel()
	return o.CatchUp(ctx, catchUpWithin)
}

func reconcileOnce(ctx context.Context, o *office.Office) error {
	ctx, cancel := context.WithTimeout(ctx, reconcileEvery)
	defer cancel()
	r, err := o.Reconcile(ctx, true)
	if err != nil {
		return err
	}
	for kind, codes := range map[string][]string{findingMissing: r.Missing, findingMismatched: r.Mismatched} {
		for _, code := range codes {
			if err := o.Store.AddFinding(ctx, models.Finding{Kind: kind, Subject: code, Detail: "found while comparing open dossiers with their workflows"}); err != nil {
				return err
			}
		}
	}
	return nil
}
