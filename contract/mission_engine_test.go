package contract_test

import (
	"context"

	"motcua/dossier"
	"motcua/mission"
	"motcua/models"
	"motcua/office"
	"motcua/workflows"
)

// StartMission only says that it would: a mission is rebuilt from its events when it is first asked.
func (e *engine) StartMission(context.Context, workflows.MissionStart, mission.View) error {
	if e.down {
		return workflows.ErrDown
	}
	return nil
}

func (e *engine) loadMission(ctx context.Context, code string) (*office.RebuiltMission, error) {
	if r, ok := e.missions[code]; ok {
		return r, nil
	}
	r, err := e.office.RebuildMission(ctx, code)
	if err == nil {
		e.missions[code] = r
	}
	return r, err
}

func (e *engine) ActMission(ctx context.Context, code string, req workflows.MissionActRequest) (workflows.MissionActReply, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.down:
		return workflows.MissionActReply{}, workflows.ErrDown
	case e.slow:
		return workflows.MissionActReply{}, workflows.ErrUnknown
	}
	r, err := e.loadMission(ctx, code)
	if err != nil {
		return workflows.MissionActReply{}, err
	}
	if req.Expect != 0 && req.Expect != r.State.Revision {
		return workflows.MissionActReply{}, &dossier.Refusal{Code: "stale", Detail: "Mô hình đã thay đổi; hãy tải lại."}
	}
	if _, ok := r.State.FindDone(req.Act.ID); !ok {
		e.acts++
		if err := e.recordMission(ctx, r, req.Act); err != nil {
			return workflows.MissionActReply{}, err
		}
	}
	done, _ := r.State.FindDone(req.Act.ID)
	v, err := mission.Look(r.Deps, r.State, e.office.Legal())
	return workflows.MissionActReply{Seq: done.Seq, Revision: done.Revision, Stage: v.Stage, NextDue: v.NextDue}, err
}

func (e *engine) recordMission(ctx context.Context, r *office.RebuiltMission, act mission.Act) error {
	n := len(r.State.Done)
	events, err := mission.Do(r.Deps, r.State, act, e.office.Legal())
	if err != nil || len(events) == 0 {
		return err
	}
	v, err := mission.Look(r.Deps, r.State, e.office.Legal())
	if err != nil {
		return err
	}
	_, err = e.store.RecordMission(ctx, models.MissionBatch{Code: r.State.Code, Events: events, View: v, Acts: r.State.Done[n:]})
	return err
}

// ring lets the clock of a mission do what is due; each rung tells the agency's head whom it is for.
func (e *engine) ring(ctx context.Context, code string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	r, err := e.loadMission(ctx, code)
	if err != nil {
		return err
	}
	due, err := mission.DueAlarms(r.Deps, r.State, e.office.Legal())
	if err != nil {
		return err
	}
	act := mission.Act{Kind: mission.ActAlarm}
	for _, a := range due {
		act.Recipients = append(act.Recipients, dossier.Recipients{Rung: a.Key, To: a.Rung.To})
	}
	return e.recordMission(ctx, r, act)
}

// PokeMission has nothing to do: this engine loads what is recorded each time.
func (e *engine) PokeMission(context.Context, string, int64) error { return nil }

func (e *engine) ViewMission(ctx context.Context, code string) (mission.View, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.down {
		return mission.View{}, workflows.ErrDown
	}
	r, err := e.loadMission(ctx, code)
	if err != nil {
		return mission.View{}, err
	}
	return mission.Look(r.Deps, r.State, e.office.Legal())
}
