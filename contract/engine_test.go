// Package contract_test holds the office and its API to their contract over HTTP, on a real database, with an engine that
// runs the same pure machine in memory.
package contract_test

import (
	"context"
	"sync"

	"motcua/dossier"
	"motcua/models"
	"motcua/office"
	"motcua/workflows"
)

// engine stands for Temporal: it decides with the machine and records with the store, as the workflow does.
type engine struct {
	mu     sync.Mutex
	store  *models.Store
	office *office.Office
	states map[string]*office.Rebuilt
	// missions are those that run.
	missions map[string]*office.RebuiltMission
	// down and slow play the outages: nothing can be reached; nothing answers in time.
	down, slow bool
	acts       int
}

func (e *engine) Check(context.Context) error {
	if e.down {
		return workflows.ErrDown
	}
	return nil
}

func (e *engine) Start(_ context.Context, in workflows.Start, _ dossier.View) error {
	if e.down {
		return workflows.ErrDown
	}
	return nil
}

func (e *engine) load(ctx context.Context, code string) (*office.Rebuilt, error) {
	if r, ok := e.states[code]; ok {
		return r, nil
	}
	r, err := e.office.Rebuild(ctx, code)
	if err == nil {
		e.states[code] = r
	}
	return r, err
}

func (e *engine) Act(ctx context.Context, code string, req workflows.ActRequest) (workflows.ActReply, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.down {
		return workflows.ActReply{}, workflows.ErrDown
	}
	if e.slow {
		return workflows.ActReply{}, workflows.ErrUnknown
	}
	r, err := e.load(ctx, code)
	if err != nil {
		return workflows.ActReply{}, err
	}
	if req.Expect != 0 && req.Expect != r.State.Revision {
		return workflows.ActReply{}, &dossier.Refusal{Code: "stale", Detail: "Hồ sơ đã thay đổi; hãy tải lại."}
	}
	if _, ok := r.State.FindDone(req.Act.ID); !ok {
		e.acts++
		events, err := dossier.Do(r.Deps, r.State, req.Act, e.office.Legal())
		if err != nil {
			return workflows.ActReply{}, err
		}
		if plan := req.Act.MovesTo(); plan != nil {
			r.Deps.Plan = plan
		}
		if err := e.record(ctx, code, r, events, req.Act.ID); err != nil {
			return workflows.ActReply{}, err
		}
	}
	done, _ := r.State.FindDone(req.Act.ID)
	v, err := dossier.Look(r.Deps, r.State, e.office.Legal())
	return workflows.ActReply{Seq: done.Seq, Revision: done.Revision, Status: v.Status, Due: v.DueAt}, err
}

func (e *engine) record(ctx context.Context, code string, r *office.Rebuilt, events []dossier.Event, id string) error {
	digest, err := dossier.Digest(events)
	if err != nil {
		return err
	}
	v, err := dossier.Look(r.Deps, r.State, e.office.Legal())
	if err != nil {
		return err
	}
	done, _ := r.State.FindDone(id)
	children, _, err := e.office.Desk().Children(ctx, v, events)
	if err != nil {
		return err
	}
	_, err = e.store.Record(ctx, models.Batch{Code: code, Events: events, Digest: digest, View: v, Acts: []dossier.DoneAct{done}, Children: children})
	return err
}

// Poke has nothing to do: this engine loads what is recorded each time.
func (e *engine) Poke(context.Context, string, int64) error { return nil }

func (e *engine) View(ctx context.Context, code string) (dossier.View, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.down {
		return dossier.View{}, workflows.ErrDown
	}
	r, err := e.load(ctx, code)
	if err != nil {
		return dossier.View{}, err
	}
	return dossier.Look(r.Deps, r.State, e.office.Legal())
}
