package office

import (
	"context"
	"fmt"
	"sync"
	"time"

	"motcua/dossier"
	"motcua/intake"
	"motcua/procedure"
	"motcua/workflows"
)

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
	return o.rebuilt(ctx, code, events, done)
}

// rebuilt rebuilds a dossier from its events and the acts that are done.
func (o *Office) rebuilt(ctx context.Context, code string, events []dossier.Event, done []dossier.DoneAct) (*Rebuilt, error) {
	s := dossier.Rebuild(events)
	s.Done = done
	if n := len(done); n > 0 {
		s.Revision = done[n-1].Revision
	}
	plan, err := o.desk.Plan(ctx, s.Plan)
	if err != nil {
		return nil, err
	}
	calendars, byHash, err := o.desk.LoadCalendars(ctx, s.Pinned())
	if err != nil {
		return nil, err
	}
	deps := dossier.Deps{Plan: &plan.Exec, Policy: o.Policy, Skew: o.desk.Skew(), Calendars: byHash}
	start := workflows.Start{
		Code: code, Events: events, Done: done, Exec: &plan.Exec, Calendars: calendarData(calendars), Clock: o.Clock, Policy: o.Policy, Window: o.Window,
	}
	return &Rebuilt{State: s, Deps: deps, Events: events, Plan: plan, Start: start}, nil
}

// calendarData are calendars as a workflow is given them.
func calendarData(in []intake.Calendar) []workflows.CalendarData {
	out := make([]workflows.CalendarData, len(in))
	for i, c := range in {
		out[i] = workflows.CalendarData{Agency: c.Agency, Hash: c.Hash, Spec: c.Spec}
	}
	return out
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

const (
	// startsAtOnce is how many starts after intakes go at once: more would only wait for each other in the engine.
	startsAtOnce = 16
	// startWithin is how long a start after an intake may take, its turn included; what takes longer is left to the relay.
	startWithin = 3 * time.Second
)

// starts are the starts under way in this process, by dossier.
type starts struct {
	mu    sync.Mutex
	under map[string]chan struct{}
	turns chan struct{}
}

func newStarts() *starts {
	return &starts{under: map[string]chan struct{}{}, turns: make(chan struct{}, startsAtOnce)}
}

// inTurn starts something when it is its turn.
func (s *starts) inTurn(ctx context.Context, start func() error) error {
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
		return start()
	case <-ctx.Done():
		return fmt.Errorf("wait for the turn: %w", ctx.Err())
	}
}

// begin notes a start and returns how to say that it is over.
func (s *starts) begin(code string) (over func()) {
	done := make(chan struct{})
	s.mu.Lock()
	defer s.mu.Unlock()
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
		ctx, cancel := context.WithTimeout(context.Background(), startWithin)
		defer cancel()
		err := o.starts.inTurn(ctx, func() error { return o.Engine.Start(ctx, s.input, s.view) })
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
