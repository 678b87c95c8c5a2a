package office_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/intake"
	"motcua/models"
	"motcua/workflows"
)

// engine stands for Temporal. A dossier runs only once it was started, and from nothing but the input of that start, as a
// workflow does; what it decides goes through the same Record.
type engine struct {
	mu      sync.Mutex
	store   *models.Store
	desk    *intake.Desk
	clock   func() time.Time
	running map[string]*machine
	// down fails everything; slow does the act and then loses the answer; hung never gets to it; blind answers no questions;
	// stubborn never takes over what is recorded; odd fails acts by a word nobody foresaw.
	down, slow, hung, blind, stubborn bool
	odd                               map[string]error
	// refuse turns down acts on these dossiers.
	refuse       map[string]*dossier.Refusal
	starts, acts int
	faults
	// missed counts what came before its dossier ran; held keeps starts back until it is closed.
	missed int
	held   chan struct{}
	// tried tells that a start was attempted: the office starts in the background.
	tried chan string
}

type machine struct {
	input workflows.Start
	deps  dossier.Deps
	state *dossier.State
	// calendars are those of deps, by hash.
	calendars map[string]*calendar.Calendar
}

func (e *engine) set(f func(e *engine)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f(e)
}

func (e *engine) Check(context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.down {
		return workflows.ErrDown
	}
	return nil
}

func (e *engine) Start(_ context.Context, in workflows.Start, _ dossier.View) error {
	if e.held != nil {
		<-e.held
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	defer func() { e.tried <- in.Code }()
	if e.down {
		return workflows.ErrDown
	}
	if _, ok := e.running[in.Code]; ok || e.used[in.Code] != workflows.RunNone {
		return nil
	}
	m, err := begin(in)
	if err != nil {
		return err
	}
	e.starts++
	e.running[in.Code] = m
	return nil
}

func begin(in workflows.Start) (*machine, error) {
	cals := map[string]*calendar.Calendar{}
	for _, c := range in.Calendars {
		cal, err := calendar.Interned(c.Hash, c.Spec)
		if err != nil {
			return nil, err
		}
		cals[c.Hash] = cal
	}
	m := &machine{input: in, state: restored(in.Events, in.Done), calendars: cals}
	m.deps = dossier.Deps{Plan: in.Exec, Policy: in.Policy, Skew: skew, Calendars: func(hash string) (*calendar.Calendar, error) {
		if c, ok := cals[hash]; ok {
			return c, nil
		}
		return nil, fmt.Errorf("no calendar %q", hash)
	}}
	return m, nil
}

func (e *engine) find(code string) (*machine, error) {
	if e.down {
		return nil, workflows.ErrDown
	}
	m, ok := e.running[code]
	if !ok {
		e.missed++
		return nil, workflows.ErrNotRunning
	}
	return m, nil
}

func (e *engine) Act(ctx context.Context, code string, req workflows.ActRequest) (workflows.ActReply, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	m, err := e.find(code)
	if err != nil {
		return workflows.ActReply{}, err
	}
	if err := e.odd[code]; err != nil {
		return workflows.ActReply{}, err
	}
	if r := e.refuse[code]; r != nil {
		return workflows.ActReply{}, r
	}
	if e.hung {
		return workflows.ActReply{}, workflows.ErrUnknown
	}
	if err := e.catchUp(ctx, code, m, req.Seen); err != nil {
		return workflows.ActReply{}, err
	}
	done, ok := m.state.FindDone(req.Act.ID)
	switch {
	case !ok && m.state.Stage.Closed():
		return workflows.ActReply{}, workflows.ErrNotRunning // a workflow that has ended takes no update
	case !ok && req.Expect != 0 && req.Expect != m.state.Revision:
		return workflows.ActReply{}, &dossier.Refusal{Code: "stale", Detail: "Hồ sơ đã thay đổi."}
	case !ok:
		for _, c := range req.Calendars {
			if m.calendars[c.Hash], err = calendar.Interned(c.Hash, c.Spec); err != nil {
				return workflows.ActReply{}, err
			}
		}
		if done, err = e.do(ctx, code, m, req.Act); err != nil {
			return workflows.ActReply{}, err
		}
	}
	if e.slow {
		return workflows.ActReply{}, workflows.ErrUnknown
	}
	v, err := dossier.Look(m.deps, m.state, e.clock())
	return workflows.ActReply{Seq: done.Seq, Revision: done.Revision, Status: v.Status, Due: v.DueAt}, err
}

func (e *engine) do(ctx context.Context, code string, m *machine, act dossier.Act) (dossier.DoneAct, error) {
	now := e.clock()
	events, err := dossier.Do(m.deps, m.state, act, now)
	if err != nil {
		return dossier.DoneAct{}, err
	}
	e.acts++
	if plan := act.MovesTo(); plan != nil {
		m.deps.Plan = plan
	}
	digest, err := dossier.Digest(events)
	if err != nil {
		return dossier.DoneAct{}, err
	}
	v, err := dossier.Look(m.deps, m.state, now)
	if err != nil {
		return dossier.DoneAct{}, err
	}
	done, _ := m.state.FindDone(act.ID)
	children, _, err := e.desk.Children(ctx, v, events)
	if err != nil {
		return dossier.DoneAct{}, err
	}
	_, err = e.store.Record(ctx, models.Batch{Code: code, Events: events, Digest: digest, View: v, Acts: []dossier.DoneAct{done}, Children: children})
	return done, err
}

func (e *engine) Poke(ctx context.Context, code string, seen int64) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	m, err := e.find(code)
	if err != nil {
		return err
	}
	if err := e.catchUp(ctx, code, m, seen); err != nil {
		return err
	}
	return e.poked(ctx, code, m)
}

// catchUp takes over what is recorded, where that is more than the machine knows.
func (e *engine) catchUp(ctx context.Context, code string, m *machine, seen int64) error {
	if seen <= m.state.Seq || e.stubborn {
		return nil
	}
	events, err := e.store.Events(ctx, code, 0)
	if err != nil {
		return err
	}
	done, err := e.store.DoneActs(ctx, code)
	if err != nil {
		return err
	}
	m.state = restored(events, done)
	plan, err := e.store.Plan(ctx, m.state.Plan)
	if err == nil {
		m.deps.Plan = &plan.Exec
	}
	return err
}

func restored(events []dossier.Event, done []dossier.DoneAct) *dossier.State {
	s := dossier.Rebuild(events)
	s.Done, s.Revision = done, done[len(done)-1].Revision
	return s
}

func (e *engine) View(_ context.Context, code string) (dossier.View, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.blind {
		return dossier.View{}, workflows.ErrUnknown
	}
	m, err := e.find(code)
	if err != nil {
		return dossier.View{}, err
	}
	return dossier.Look(m.deps, m.state, e.clock())
}
