package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"motcua/dossier"
	"motcua/models"
	"motcua/workflows"
)

// sweepAfter is how old a pending act must be before it is asked again.
const sweepAfter = 10 * time.Second

// SweepActs asks the workflow again for acts whose fate is unknown, with the same id and the same words; it returns how many
// it asked.
func (o *Office) SweepActs(ctx context.Context) (int, error) {
	rows, err := o.Store.PendingActs(ctx, o.Now().Add(-sweepAfter), 100)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, row := range rows { // one act that cannot be asked holds up no other
		var p *Problem
		if err := o.askAgain(ctx, row); err != nil && !errors.As(err, &p) {
			errs = append(errs, fmt.Errorf("ask act %s again: %w", row.ID, err))
		}
	}
	return len(rows), errors.Join(errs...)
}

func (o *Office) askAgain(ctx context.Context, row models.ActRow) error {
	var stored storedAct
	if err := json.Unmarshal(row.Body, &stored); err != nil { // it can be asked no more, but it may have been done
		_, err = o.failed(ctx, row.Dossier, row.ID, row.CreatedAt, err)
		return err
	}
	_, err := o.send(ctx, row.Dossier, workflows.ActRequest{Act: stored.Act, Expect: stored.Expect}, row.CreatedAt)
	return err
}

// Reconciled is what the reconciler saw and did.
type Reconciled struct {
	Open       int      `json:"open"`
	Started    []string `json:"started,omitempty"`
	Missing    []string `json:"missing,omitempty"`
	Mismatched []string `json:"mismatched,omitempty"`
}

// Reconcile compares every open dossier with its workflow. With rehydrate, a dossier without a workflow gets one again,
// from its events alone: the answer to a lost, older or upgraded Temporal.
func (o *Office) Reconcile(ctx context.Context, rehydrate bool) (Reconciled, error) {
	var out Reconciled
	after := ""
	for {
		rows, err := o.Store.OpenDossiers(ctx, after, 200)
		if err != nil || len(rows) == 0 {
			return out, err
		}
		for _, row := range rows {
			after = row.Code
			out.Open++
			if err := o.reconcile(ctx, row.Code, row.Seq, rehydrate, &out); err != nil {
				return out, fmt.Errorf("reconcile %s: %w", row.Code, err)
			}
		}
	}
}

func (o *Office) reconcile(ctx context.Context, code string, seq int64, rehydrate bool, out *Reconciled) error {
	v, err := o.Engine.View(ctx, code)
	switch {
	case errors.Is(err, workflows.ErrNotRunning):
		out.Missing = append(out.Missing, code)
		if !rehydrate {
			return nil
		}
		if err := o.start(ctx, code); err != nil {
			return err
		}
		out.Started = append(out.Started, code)
	case err != nil:
		return err
	case v.Seq < seq || v.Stage.Closed():
		out.Mismatched = append(out.Mismatched, code)
	}
	return nil
}

// Audit rebuilds a dossier from its events and compares it with the read model.
func (o *Office) Audit(ctx context.Context, code string) error {
	r, err := o.Rebuild(ctx, code)
	if err != nil {
		return err
	}
	row, err := o.Store.Dossier(ctx, code)
	if err != nil {
		return err
	}
	v, err := dossier.Look(r.Deps, r.State, o.Legal())
	if err != nil {
		return err
	}
	if v.Seq != row.View.Seq || v.Status != row.View.Status || v.Stage != row.View.Stage {
		return fmt.Errorf("dossier %s: read model is at event %d (status %d), the events lead to %d (status %d)", code, row.View.Seq, row.View.Status, v.Seq, v.Status)
	}
	return nil
}
