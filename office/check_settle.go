package office

import (
	"context"
	"errors"
	"slices"
	"time"

	"motcua/models"
	"motcua/workflows"
)

const (
	// settleStep is how long a run waits between looks at what it healed.
	settleStep = 500 * time.Millisecond
	// skewSeen is how long a worker may not have said that its clock is wrong before that is over.
	skewSeen = time.Hour
)

// settle closes the findings of the check that no longer hold, whoever opened them; what this run healed gets a moment for it.
func (r *checkRun) settle(ctx context.Context) error {
	for waited := time.Duration(0); ; waited += settleStep {
		fresh, err := r.settleOnce(ctx)
		if err != nil {
			return err
		}
		if fresh == 0 || waited >= r.order.Settle {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(settleStep):
		}
	}
	if r.figures.Skewed == 0 {
		if err := r.Store.CloseUnseen(ctx, models.FindingClockSkew, r.Now().Add(-skewSeen)); err != nil {
			return err
		}
	}
	if r.row.Kind == CheckFull {
		return r.settleVacancies(ctx)
	}
	return nil
}

// settleOnce closes what no longer holds and says how many of those that this run opened still do.
func (r *checkRun) settleOnce(ctx context.Context) (fresh int, err error) {
	realms := r.realms()
	for after := int64(0); ; {
		rows, err := r.Store.OpenFindings(ctx, settledKinds(), after, checkPage)
		if err != nil || len(rows) == 0 {
			return fresh, err
		}
		for _, f := range rows {
			after = f.ID
			r.beat()
			holds, err := r.holds(ctx, realms, f)
			if err != nil {
				return fresh, err
			}
			if holds {
				if !f.SeenAt.Before(r.row.StartedAt) {
					fresh++
				}
				continue
			}
			if err := r.Store.CloseFinding(ctx, f.Kind, f.Subject); err != nil {
				return fresh, err
			}
			r.figures.Closed++
		}
		if err := r.save(ctx); err != nil {
			return fresh, err
		}
	}
}

// holds looks at one finding again.
func (r *checkRun) holds(ctx context.Context, realms []realm, f models.Finding) (bool, error) {
	if f.Kind == FindingOrphan {
		return r.orphanHolds(ctx, realms, f.Subject)
	}
	x, c, err := r.lookAt(ctx, realms, f.Subject)
	if err != nil {
		return false, err
	}
	if c == nil { // it has ended, or has no row to be found by
		return f.Kind == FindingRowMissing && r.rowless(ctx, f.Subject), nil
	}
	switch f.Kind {
	case FindingUnreadable:
		return c.fault != nil, nil
	case FindingRowMissing, FindingRowStale:
		return len(c.drift) > 0, nil
	}
	if c.fault != nil {
		return true, nil //nolint:nilerr // the fault is a finding of its own; until it is mended this one is taken to hold
	}
	if f.Kind == FindingAlarmLate {
		late, err := r.late(ctx, c)
		return late != "" || r.figures.Skewed != 0, err
	}
	if r.Inspector == nil {
		return true, nil
	}
	// A run that is over still answers questions, from its history: whether it runs must be asked first.
	if run, err := r.Inspector.RunOf(ctx, c.workflow); err != nil || run != workflows.RunOpen {
		return true, err
	}
	kind, _, err := r.armed(ctx, x, c)
	if err != nil {
		return true, err
	}
	return kind != "" || r.figures.Skewed != 0, nil
}

// rowless says that a journal still has no row.
func (o *Office) rowless(ctx context.Context, code string) bool {
	_, err := o.Store.Dossier(ctx, code)
	if errors.Is(err, models.ErrNotFound) {
		_, err = o.Store.Mission(ctx, code)
	}
	return errors.Is(err, models.ErrNotFound)
}

// lookAt finds the open dossier or mission of a code; nil where none is open.
func (o *Office) lookAt(ctx context.Context, realms []realm, code string) (realm, *clocked, error) {
	for _, x := range realms {
		page, err := x.page(ctx, models.ClockedFilter{Codes: []string{code}, Limit: 1})
		if err != nil {
			return x, nil, err
		}
		if len(page) == 1 {
			return x, &page[0], nil
		}
	}
	return realm{}, nil, nil
}

func (r *checkRun) orphanHolds(ctx context.Context, realms []realm, id string) (bool, error) {
	if r.Inspector == nil {
		return true, nil
	}
	run, err := r.Inspector.RunOf(ctx, id)
	if err != nil || run != workflows.RunOpen {
		return false, err
	}
	i := slices.IndexFunc(realms, func(x realm) bool { return x.code(id) != "" })
	if i < 0 {
		return false, nil
	}
	code := realms[i].code(id)
	open, err := r.Store.OpenAmong(ctx, realms[i].mission, []string{code})
	return !open[code], err
}
