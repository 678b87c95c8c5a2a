package office_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
	"motcua/models"
	"motcua/workflows"
)

// missionEngine is the part of the engine that runs missions: outages are the engine's. A mission runs only once it was started,
// and from nothing but the input of that start.
type missionEngine struct {
	*engine
	running map[string]*missionMachine
}

type missionMachine struct {
	deps  mission.Deps
	state *mission.State
}

func (e *missionEngine) StartMission(_ context.Context, in workflows.MissionStart, _ mission.View) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	defer func() { e.tried <- in.Code }()
	if e.down {
		return workflows.ErrDown
	}
	if _, ok := e.running[in.Code]; ok || e.used[in.Code] != workflows.RunNone {
		return nil
	}
	cals := map[string]*calendar.Calendar{}
	for _, c := range in.Calendars {
		cal, err := calendar.Interned(c.Hash, c.Spec)
		if err != nil {
			return err
		}
		cals[c.Hash] = cal
	}
	m := &missionMachine{state: restoredMission(in.Events, in.Done)}
	m.deps = mission.Deps{Model: in.Exec, Skew: skew, Calendars: func(hash string) (*calendar.Calendar, error) {
		if c, ok := cals[hash]; ok {
			return c, nil
		}
		return nil, fmt.Errorf("no calendar %q", hash)
	}}
	e.starts++
	e.running[in.Code] = m
	return nil
}

func (e *missionEngine) ActMission(ctx context.Context, code string, req workflows.MissionActRequest) (workflows.MissionActReply, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	m, ok := e.running[code]
	switch {
	case e.down:
		return workflows.MissionActReply{}, workflows.ErrDown
	case e.hung:
		return workflows.MissionActReply{}, workflows.ErrUnknown
	case !ok:
		return workflows.MissionActReply{}, workflows.ErrNotRunning
	}
	if err := e.catchUpMission(ctx, code, m, req.Seen); err != nil {
		return workflows.MissionActReply{}, err
	}
	done, ok := m.state.FindDone(req.Act.ID)
	switch {
	case !ok && m.state.Stage.Ended():
		return workflows.MissionActReply{}, workflows.ErrNotRunning
	case !ok && req.Expect != 0 && req.Expect != m.state.Revision:
		return workflows.MissionActReply{}, &dossier.Refusal{Code: "stale", Detail: "Mô hình đã thay đổi."}
	case !ok:
		if err := e.do(ctx, m, req.Act); err != nil {
			return workflows.MissionActReply{}, err
		}
		e.acts++
		done, _ = m.state.FindDone(req.Act.ID)
	}
	if e.slow {
		return workflows.MissionActReply{}, workflows.ErrUnknown
	}
	v, err := mission.Look(m.deps, m.state, e.clock())
	return workflows.MissionActReply{Seq: done.Seq, Revision: done.Revision, Stage: v.Stage, NextDue: v.NextDue}, err
}

// do decides and records, as the workflow does.
func (e *missionEngine) do(ctx context.Context, m *missionMachine, act mission.Act) error {
	n := len(m.state.Done)
	events, err := mission.Do(m.deps, m.state, act, e.clock())
	if err != nil || len(events) == 0 {
		return err
	}
	v, err := mission.Look(m.deps, m.state, e.clock())
	if err != nil {
		return err
	}
	_, err = e.store.RecordMission(ctx, models.MissionBatch{Code: m.state.Code, Events: events, View: v, Acts: m.state.Done[n:]})
	return err
}

// ring lets the clock of a mission do what is due.
func (e *missionEngine) ring(t *testing.T, code string) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	require.NoError(t, e.do(t.Context(), e.running[code], mission.Act{Kind: mission.ActAlarm}))
}

func (e *missionEngine) ViewMission(_ context.Context, code string) (mission.View, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	m, ok := e.running[code]
	switch {
	case e.down:
		return mission.View{}, workflows.ErrDown
	case !ok:
		return mission.View{}, workflows.ErrNotRunning
	}
	return mission.Look(m.deps, m.state, e.clock())
}

func (e *missionEngine) PokeMission(ctx context.Context, code string, seen int64) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	m, ok := e.running[code]
	if !ok {
		return workflows.ErrNotRunning
	}
	e.rearmed(code)
	return e.catchUpMission(ctx, code, m, seen)
}

// catchUpMission takes over what is recorded, where that is more than the machine knows.
func (e *missionEngine) catchUpMission(ctx context.Context, code string, m *missionMachine, seen int64) error {
	if seen <= m.state.Seq || e.stubborn {
		return nil
	}
	events, err := e.store.MissionEvents(ctx, code, 0)
	if err != nil {
		return err
	}
	done, err := e.store.DoneActs(ctx, code)
	if err != nil {
		return err
	}
	m.state = restoredMission(events, done)
	return nil
}

func restoredMission(events mission.Events, done []dossier.DoneAct) *mission.State {
	s := mission.Rebuild(events)
	s.Done, s.Revision = done, done[len(done)-1].Revision
	return s
}
