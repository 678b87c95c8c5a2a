package office

import (
	"context"
	"fmt"
	"sync"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
	"motcua/workflows"
)

// planCache interns plans by content hash; content cannot be stale.
type planCache struct {
	mu    sync.RWMutex
	plans map[string]*procedure.Plan
}

func (o *Office) plan(ctx context.Context, hash string) (*procedure.Plan, error) {
	o.plans.mu.RLock()
	p, ok := o.plans.plans[hash]
	o.plans.mu.RUnlock()
	if ok {
		return p, nil
	}
	p, err := o.Store.Plan(ctx, hash)
	if err != nil {
		return nil, fmt.Errorf("plan %s: %w", hash, err)
	}
	o.plans.mu.Lock()
	defer o.plans.mu.Unlock()
	if o.plans.plans == nil {
		o.plans.plans = map[string]*procedure.Plan{}
	}
	o.plans.plans[hash] = p
	return p, nil
}

// Rebuilt is a dossier rebuilt from its events alone.
type Rebuilt struct {
	State  *dossier.State
	Deps   dossier.Deps
	Events []dossier.Event
	Plan   *procedure.Plan
	Start  workflows.Start
}

// Rebuild rebuilds a dossier from the database: what its workflow is started from, by the intake, the relay and
// `reconcile --rehydrate` alike.
func (o *Office) Rebuild(ctx context.Context, code string) (*Rebuilt, error) {
	events, err := o.Store.Events(ctx, code, 0)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, unknownDossier(code)
	}
	done, err := o.Store.DoneActs(ctx, code)
	if err != nil {
		return nil, err
	}
	s := dossier.Rebuild(events)
	s.Done = done
	if n := len(done); n > 0 {
		s.Revision = done[n-1].Revision
	}
	plan, err := o.plan(ctx, s.Plan)
	if err != nil {
		return nil, err
	}
	start := workflows.Start{Code: code, Events: events, Done: done, Exec: &plan.Exec, Clock: o.Clock, Policy: o.Policy, Window: o.Window}
	cals := map[string]*calendar.Calendar{}
	for _, c := range s.Calendars {
		if cals[c.Hash] != nil {
			continue
		}
		spec, err := o.Store.CalendarSpec(ctx, c.Hash)
		if err != nil {
			return nil, fmt.Errorf("calendar %s: %w", c.Hash, err)
		}
		if cals[c.Hash], err = calendar.Interned(c.Hash, spec); err != nil {
			return nil, err
		}
		start.Calendars = append(start.Calendars, workflows.CalendarData{Agency: c.Agency, Hash: c.Hash, Spec: spec})
	}
	deps := dossier.Deps{Plan: &plan.Exec, Policy: o.Policy, Skew: o.skew(), Calendars: func(hash string) (*calendar.Calendar, error) {
		if c, ok := cals[hash]; ok {
			return c, nil
		}
		return nil, fmt.Errorf("dossier %s has no calendar %q", code, hash)
	}}
	return &Rebuilt{State: s, Deps: deps, Events: events, Plan: plan, Start: start}, nil
}

// start starts the workflow of a dossier from its events. A closed dossier is never started again.
func (o *Office) start(ctx context.Context, code string) error {
	r, err := o.Rebuild(ctx, code)
	if err != nil {
		return err
	}
	if r.State.Stage.Closed() {
		return nil
	}
	v, err := dossier.Look(r.Deps, r.State, o.Legal())
	if err != nil {
		return err
	}
	return o.Engine.Start(ctx, r.Start, v)
}

// StartDossier is start for the relay and the reconciler.
func (o *Office) StartDossier(ctx context.Context, code string) error { return o.start(ctx, code) }

// startSoon tries the start right after the commit, without making the caller wait; the relay sweeps what is left.
func (o *Office) startSoon(code string) {
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		if err := o.start(ctx, code); err != nil {
			o.Logger.Warn("dossier not started yet; the relay will", "dossier", code, "error", err)
			return
		}
		if err := o.Store.DoneStart(ctx, code); err != nil {
			o.Logger.Warn("start not marked", "dossier", code, "error", err)
		}
	}()
}
