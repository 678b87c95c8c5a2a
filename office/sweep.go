package office

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/dossier"
	"motcua/models"
	"motcua/workflows"
)

const (
	// sweepAfter is how old a pending act must be before it is asked again.
	sweepAfter = 10 * time.Second
	// sweepWithin bounds each question: a connection that swallows everything must not hold up the others for ever.
	sweepWithin = 10 * time.Second
)

// SweepActs asks the workflow again for acts whose fate is unknown, with the same id and the same words; it returns how many
// it asked.
func (o *Office) SweepActs(ctx context.Context) (int, error) {
	rows, err := o.pending(ctx)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, row := range rows { // one act that cannot be asked holds up no other
		var p *Problem
		if err := o.sweep(ctx, row); err != nil && !errors.As(err, &p) {
			errs = append(errs, fmt.Errorf("ask act %s again: %w", row.ID, err))
		}
	}
	return len(rows), errors.Join(errs...)
}

func (o *Office) pending(ctx context.Context) ([]models.ActRow, error) {
	ctx, cancel := context.WithTimeout(ctx, sweepWithin)
	defer cancel()
	return o.Store.PendingActs(ctx, o.Now().Add(-sweepAfter), 100)
}

func (o *Office) sweep(ctx context.Context, row models.ActRow) error {
	ctx, cancel := context.WithTimeout(ctx, sweepWithin)
	defer cancel()
	if isMissionAct(row.Kind) {
		return o.askMissionAgain(ctx, row)
	}
	req, err := o.again(ctx, row, 0)
	if err != nil { // it can be asked no more, but it may have been done
		_, err = o.failed(ctx, Answer{Act: row.ID, Dossier: row.Dossier}, row.CreatedAt, err)
		return err
	}
	d, err := o.Store.Dossier(ctx, row.Dossier)
	if err != nil {
		return err
	}
	req.Seen = d.Seq
	_, err = o.send(ctx, row.Dossier, req, row.CreatedAt)
	return err
}

// Reconciled is what the reconciler saw and did: dossiers and missions by their codes.
type Reconciled struct {
	Open       int      `json:"open"`
	Started    []string `json:"started,omitempty"`
	Missing    []string `json:"missing,omitempty"`
	Mismatched []string `json:"mismatched,omitempty"`
}

// Reconcile compares every open dossier and mission with its workflow. With rehydrate, one without a workflow gets it again,
// from its events alone, and one that is behind its records takes them over: the answer to a lost, older or upgraded Temporal.
func (o *Office) Reconcile(ctx context.Context, rehydrate bool) (Reconciled, error) {
	var out Reconciled
	var errs []error
	for _, r := range o.reconcilers() {
		errs = append(errs, r.run(ctx, rehydrate, &out))
	}
	return out, errors.Join(errs...)
}

// reconciler is one kind of what runs: its open ones, those recorded last, what the workflow of one knows, how it is started again,
// and how it takes over its records to an event.
type reconciler struct {
	open    func(ctx context.Context, after string, limit int) ([]models.OpenRow, error)
	last    func(ctx context.Context, within time.Duration) ([]models.OpenRow, error)
	ask     func(ctx context.Context, code string) (seq int64, ended bool, err error)
	start   func(ctx context.Context, code string) error
	catchUp func(ctx context.Context, code string, seq int64) error
}

func (o *Office) reconcilers() []reconciler {
	all := []reconciler{{
		open: o.Store.OpenDossiers, last: o.Store.RecordedLast, start: o.start, catchUp: o.Engine.Poke,
		ask: func(ctx context.Context, code string) (int64, bool, error) {
			v, err := o.Engine.View(ctx, code)
			return v.Seq, v.Stage.Closed(), err
		},
	}}
	if o.Missions == nil {
		return all
	}
	return append(all, reconciler{
		open: o.Store.OpenMissions, last: o.Store.MissionsRecordedLast, start: o.startMission, catchUp: o.Missions.PokeMission,
		ask: func(ctx context.Context, code string) (int64, bool, error) {
			v, err := o.Missions.ViewMission(ctx, code)
			return v.Seq, v.Stage.Ended(), err
		},
	})
}

func (r reconciler) run(ctx context.Context, rehydrate bool, out *Reconciled) error {
	after := ""
	for {
		rows, err := r.open(ctx, after, 200)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			after = row.Code
			out.Open++
			if err := r.one(ctx, row, rehydrate, out); err != nil {
				return fmt.Errorf("reconcile %s: %w", row.Code, err)
			}
		}
	}
}

func (r reconciler) one(ctx context.Context, row models.OpenRow, rehydrate bool, out *Reconciled) error {
	seq, ended, err := r.ask(ctx, row.Code)
	if err == nil && seq < row.Seq && rehydrate {
		if err = r.catchUp(ctx, row.Code, row.Seq); err == nil {
			seq, ended, err = r.ask(ctx, row.Code)
		}
	}
	switch {
	case errors.Is(err, workflows.ErrNotRunning):
		out.Missing = append(out.Missing, row.Code)
		if !rehydrate {
			return nil
		}
		if err := r.start(ctx, row.Code); err != nil {
			return err
		}
		out.Started = append(out.Started, row.Code)
	case err != nil:
		return err
	case seq < row.Seq || ended:
		out.Mismatched = append(out.Mismatched, row.Code)
	}
	return nil
}

// CatchUp looks at the open dossiers and missions that were recorded last, within a span of wall time, and makes those workflows
// take over their records that are behind: a kill between a record and the end of its workflow task leaves them so. It returns how
// many it moved.
func (o *Office) CatchUp(ctx context.Context, within time.Duration) (moved int, err error) {
	var errs []error
	for _, r := range o.reconcilers() {
		n, err := r.latest(ctx, within)
		moved, errs = moved+n, append(errs, err)
	}
	return moved, errors.Join(errs...)
}

// latest moves those of one kind.
func (r reconciler) latest(ctx context.Context, within time.Duration) (moved int, err error) {
	rows, err := r.last(ctx, within)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, row := range rows {
		seq, _, err := r.ask(ctx, row.Code)
		if err == nil && seq < row.Seq {
			moved++
			err = r.catchUp(ctx, row.Code, row.Seq)
		}
		if err != nil && !errors.Is(err, workflows.ErrNotRunning) { // the relay is about to start it
			errs = append(errs, fmt.Errorf("catch up %s: %w", row.Code, err))
		}
	}
	return moved, errors.Join(errs...)
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
