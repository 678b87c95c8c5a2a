package app

import (
	"context"
	"encoding/json"
	"io"

	"motcua/models"
	"motcua/simulate/backtest"
)

// WritePast writes past dossiers with their events, each after the plan and the calendars that it needs: one JSON a line, nothing
// personal. It is what a back-test reads.
func WritePast(ctx context.Context, store *models.Store, f models.PastFilter, w io.Writer) error {
	enc := json.NewEncoder(w)
	plans, calendars := map[string]bool{}, map[string]bool{}
	return store.PastDossiers(ctx, f, func(p models.Past) error {
		if !plans[p.Plan] {
			plans[p.Plan] = true
			plan, err := store.Plan(ctx, p.Plan)
			if err != nil {
				return err
			}
			if err := enc.Encode(backtest.Line{Plan: &backtest.PlanLine{Hash: plan.Hash, Lead: plan.Agency, Exec: &plan.Exec}}); err != nil {
				return err
			}
		}
		for _, hash := range backtest.CalendarsOf(p.Events) {
			if calendars[hash] {
				continue
			}
			calendars[hash] = true
			spec, err := store.CalendarSpec(ctx, hash)
			if err != nil {
				return err
			}
			if err := enc.Encode(backtest.Line{Calendar: &backtest.CalendarLine{Hash: hash, Spec: spec}}); err != nil {
				return err
			}
		}
		return enc.Encode(backtest.Line{Dossier: &backtest.DossierLine{Plan: p.Plan, Events: p.Events}})
	})
}
