package activities

import (
	"context"
	"fmt"
	"sync"

	"motcua/dossier"
	"motcua/models"
	"motcua/workflows"
)

// clocks remembers what a worker last saw of its clock, so that a finding is closed by whoever opened it, and once.
type clocks struct {
	mu    sync.Mutex
	agree bool
}

// worker is the subject of a worker's finding on its clock.
const ofWorker = "worker"

// skewed compares the worker's clock with the database's. Nothing fires before they agree; then the finding is over.
func (a *Activities) skewed(ctx context.Context, code string) (bool, error) {
	db, err := a.Store.DBNow(ctx)
	if err != nil {
		return false, fmt.Errorf("clock of the database: %w", err)
	}
	gap := a.Now().Sub(db)
	a.clocks.mu.Lock()
	defer a.clocks.mu.Unlock()
	if gap.Abs() > maxClockGap {
		a.clocks.agree = false
		a.Logger.Error("clocks disagree; nothing fires until they agree", "dossier", code, "gap", gap)
		return true, a.Store.AddFinding(ctx, models.Finding{Kind: FindingClock, Subject: a.subject(), Detail: fmt.Sprintf("đồng hồ của worker và của cơ sở dữ liệu lệch nhau %s", gap)})
	}
	if a.clocks.agree {
		return false, nil
	}
	if err := a.Store.CloseFinding(ctx, FindingClock, a.subject()); err != nil {
		return false, err
	}
	a.clocks.agree = true
	return false, nil
}

// subject names the worker whose clock it is.
func (a *Activities) subject() string {
	if a.Host == "" {
		return ofWorker
	}
	return ofWorker + " " + a.Host
}

// observe tells how late the rungs of a recorded batch fired: from the wall time of their legal instant, and of their place in the
// window, to when they are recorded.
func (a *Activities) observe(code string, events []dossier.Event, err error) {
	if a.Lag == nil || err != nil {
		return
	}
	for _, e := range events {
		if fired, ok := e.Body.(dossier.RungFired); ok {
			a.Lag(max(a.Now().Sub(a.Clock.WallAt(fired.Instant))-workflows.Spread(code, a.Window), 0))
		}
	}
}
