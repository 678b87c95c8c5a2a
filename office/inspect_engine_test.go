package office_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"motcua/dossier"
	"motcua/mission"
	"motcua/models"
	"motcua/workflows"
)

// faults are what goes wrong with the timers and runs of the engine, by code.
type faults struct {
	// unarmed workflows set no timer; elsewhere is when another one's is set to. deaf ones do not look again when they are poked.
	unarmed   map[string]bool
	elsewhere map[string]time.Time
	deaf      map[string]bool
	// silent ones answer no question about their clock.
	silent map[string]bool
	// used are the ids whose last run is over, and how.
	used map[string]workflows.Run
	// over are runs that are over and still answer questions.
	over map[string]*machine
	// strangers are ids that run and that nobody knows; unseen ones run and visibility does not know it yet.
	strangers []string
	unseen    map[string]bool
	// rings lets a poke fire what is due, as the timer of a workflow does at once.
	rings bool
	// listings counts questions to visibility; the one of failAt fails.
	listings, failAt int
	checks           []workflows.CheckRequest
}

// rearmed is what a workflow does when it is poked.
func (f *faults) rearmed(code string) {
	if !f.deaf[code] {
		delete(f.unarmed, code)
		delete(f.elsewhere, code)
	}
}

// poked lets the clock of a dossier do what is due.
func (e *engine) poked(ctx context.Context, code string, m *machine) error {
	e.rearmed(code)
	if !e.rings || e.deaf[code] {
		return nil
	}
	events, err := dossier.Do(m.deps, m.state, dossier.Act{Kind: dossier.ActAlarm}, e.clock())
	if err != nil || len(events) == 0 {
		return err
	}
	v, err := dossier.Look(m.deps, m.state, e.clock())
	if err != nil {
		return err
	}
	_, err = e.store.Record(ctx, models.Batch{Code: code, Events: events, View: v})
	return err
}

// inspector is the part of the engine that answers the clock check.
type inspector struct {
	*engine
	missions *missionEngine
}

func (i inspector) ids() (out []string) {
	for code := range i.running {
		out = append(out, workflows.WorkflowID(code))
	}
	for code := range i.missions.running {
		out = append(out, workflows.MissionID(code))
	}
	slices.Sort(out)
	return append(out, i.strangers...)
}

func (i inspector) listed() error {
	if i.listings++; i.down || i.listings == i.failAt {
		return workflows.ErrDown
	}
	return nil
}

// Running lists at least two ids a page.
func (i inspector) Running(_ context.Context, token []byte) (ids []string, next []byte, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if err := i.listed(); err != nil {
		return nil, nil, err
	}
	all, from := i.ids(), 0
	if len(token) > 0 {
		if from, err = strconv.Atoi(string(token)); err != nil {
			return nil, nil, err
		}
	}
	until := min(from+max(2, len(all)/10), len(all))
	if until < len(all) {
		next = []byte(strconv.Itoa(until))
	}
	return all[from:until], next, nil
}

func (i inspector) RunningAmong(_ context.Context, ids []string) (map[string]bool, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	out := map[string]bool{}
	for _, id := range ids {
		code := workflows.DossierCode(id) + workflows.MissionCode(id)
		out[id] = (i.running[code] != nil || i.missions.running[code] != nil) && !i.unseen[id]
	}
	return out, i.listed()
}

func (i inspector) RunOf(_ context.Context, id string) (workflows.Run, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	code := workflows.DossierCode(id) + workflows.MissionCode(id)
	switch {
	case i.down:
		return workflows.RunNone, workflows.ErrDown
	case slices.Contains(i.ids(), id):
		return workflows.RunOpen, nil
	}
	return i.used[code], nil
}

func (i inspector) Next(_ context.Context, code string) (workflows.NextReply, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if m := i.over[code]; m != nil { // a run that is over answers from its history
		a, ok, err := dossier.NextAlarm(m.deps, m.state, i.clock())
		return i.reply(code, a, ok, err)
	}
	m, err := i.find(code)
	if err != nil {
		return workflows.NextReply{}, err
	}
	a, ok, err := dossier.NextAlarm(m.deps, m.state, i.clock())
	return i.reply(code, a, ok, err)
}

func (i inspector) NextMission(_ context.Context, code string) (workflows.NextReply, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	m, ok := i.missions.running[code]
	switch {
	case i.down:
		return workflows.NextReply{}, workflows.ErrDown
	case !ok:
		return workflows.NextReply{}, workflows.ErrNotRunning
	}
	a, ok, err := mission.NextAlarm(m.deps, m.state)
	return i.reply(code, a, ok, err)
}

func (i inspector) reply(code string, a dossier.Alarm, ok bool, err error) (workflows.NextReply, error) {
	if i.silent[code] {
		return workflows.NextReply{}, errors.New("the workflow task fails")
	}
	at := a.At
	if t, set := i.elsewhere[code]; set {
		at = t
	}
	return workflows.NextReply{Alarm: a, Armed: ok && !i.unarmed[code], WallAt: at}, err
}

func (i inspector) Revive(ctx context.Context, in workflows.Start, v dossier.View) error {
	i.mu.Lock()
	if i.used[in.Code] == workflows.RunBroke {
		delete(i.used, in.Code)
	}
	i.mu.Unlock()
	return i.Start(ctx, in, v)
}

func (i inspector) ReviveMission(ctx context.Context, in workflows.MissionStart, v mission.View) error {
	i.mu.Lock()
	if i.used[in.Code] == workflows.RunBroke {
		delete(i.used, in.Code)
	}
	i.mu.Unlock()
	return i.missions.StartMission(ctx, in, v)
}

func (i inspector) StartCheck(_ context.Context, req workflows.CheckRequest) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.down {
		return workflows.ErrDown
	}
	i.checks = append(i.checks, req)
	return nil
}
