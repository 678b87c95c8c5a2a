package office

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
	"motcua/workflows"
)

// interned keeps content by its hash; such content cannot be stale.
type interned[T any] struct {
	mu   sync.RWMutex
	kept map[string]T
}

func (i *interned[T]) get(hash string, load func() (T, error)) (T, error) {
	i.mu.RLock()
	v, ok := i.kept[hash]
	i.mu.RUnlock()
	if ok {
		return v, nil
	}
	v, err := load()
	if err != nil {
		return v, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.kept == nil {
		i.kept = map[string]T{}
	}
	i.kept[hash] = v
	return v, nil
}

func (o *Office) plan(ctx context.Context, hash string) (*procedure.Plan, error) {
	return o.plans.get(hash, func() (*procedure.Plan, error) { return o.Store.Plan(ctx, hash) })
}

// calendarSpec is shared: callers must not change it.
func (o *Office) calendarSpec(ctx context.Context, hash string) (calendar.Spec, error) {
	return o.calendarSpecs.get(hash, func() (calendar.Spec, error) { return o.Store.CalendarSpec(ctx, hash) })
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
	deps := dossier.Deps{Plan: &plan.Exec, Policy: o.Policy, Skew: o.skew()}
	if start.Calendars, deps.Calendars, err = o.loadCalendars(ctx, s.Calendars); err != nil {
		return nil, err
	}
	return &Rebuilt{State: s, Deps: deps, Events: events, Plan: plan, Start: start}, nil
}

// pinCalendars finds the calendar revision in force of every agency, each once.
func (o *Office) pinCalendars(ctx context.Context, agencies []string) ([]dossier.AgencyCalendar, error) {
	agencies = slices.Clone(agencies)
	slices.Sort(agencies)
	var pinned []dossier.AgencyCalendar
	for _, a := range slices.Compact(agencies) {
		hash, err := o.Store.AgencyCalendar(ctx, a)
		if err != nil {
			return nil, fmt.Errorf("calendar of %s: %w", a, err)
		}
		pinned = append(pinned, dossier.AgencyCalendar{Agency: a, Hash: hash})
	}
	return pinned, nil
}

// loadCalendars returns pinned revisions as data, each once, and compiled by hash.
func (o *Office) loadCalendars(ctx context.Context, pinned []dossier.AgencyCalendar) ([]workflows.CalendarData, func(string) (*calendar.Calendar, error), error) {
	var data []workflows.CalendarData
	cals := map[string]*calendar.Calendar{}
	for _, c := range pinned {
		if cals[c.Hash] != nil {
			continue
		}
		spec, err := o.calendarSpec(ctx, c.Hash)
		if err != nil {
			return nil, nil, fmt.Errorf("calendar %s: %w", c.Hash, err)
		}
		if cals[c.Hash], err = calendar.Interned(c.Hash, spec); err != nil {
			return nil, nil, err
		}
		data = append(data, workflows.CalendarData{Agency: c.Agency, Hash: c.Hash, Spec: spec})
	}
	return data, func(hash string) (*calendar.Calendar, error) {
		if c, ok := cals[hash]; ok {
			return c, nil
		}
		return nil, fmt.Errorf("no calendar %q", hash)
	}, nil
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

// workflowStart is a workflow's input and the view its search attributes are made of.
type workflowStart struct {
	input workflows.Start
	view  dossier.View
}

// starts are the starts under way in this process, by dossier.
type starts struct {
	mu    sync.Mutex
	under map[string]chan struct{}
}

// begin notes a start and returns how to say that it is over.
func (s *starts) begin(code string) (over func()) {
	done := make(chan struct{})
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.under == nil {
		s.under = map[string]chan struct{}{}
	}
	s.under[code] = done
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.under, code)
		close(done)
	}
}

// wait returns when no start of the dossier is under way here: an act that came first would only start it a second time.
func (s *starts) wait(ctx context.Context, code string) {
	s.mu.Lock()
	done := s.under[code]
	s.mu.Unlock()
	if done == nil {
		return
	}
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// startSoon tries the start right after the commit, without making the caller wait; the relay sweeps what is left.
func (o *Office) startSoon(s workflowStart) {
	code := s.input.Code
	over := o.starts.begin(code)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		err := o.Engine.Start(ctx, s.input, s.view)
		over()
		if err != nil {
			o.Logger.Warn("dossier not started yet; the relay will", "dossier", code, "error", err)
			return
		}
		if err := o.Store.DoneStart(ctx, code); err != nil {
			o.Logger.Warn("start not marked", "dossier", code, "error", err)
		}
	}()
}
