package office

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/dossier"
	"motcua/mission"
	"motcua/models"
	"motcua/workflows"
)

// clocked is an open dossier or mission as the clock check sees it: what its row says against what its events lead to.
type clocked struct {
	code string
	// workflow is the id of its workflow, seq its last recorded event, updated the wall time of its row.
	workflow string
	seq      int64
	updated  time.Time
	// drift names the columns in which the row is not what the events say.
	drift []string
	// alarms are those that are armed by the events as of now, in order; ask asks whom a rung among them reaches.
	alarms []dossier.Alarm
	ask    func(dossier.Alarm) workflows.LookupRequest
	// fault: the events cannot be read, or lead nowhere.
	fault error
}

// next is the alarm that the workflow should be armed for; false where none is.
func (c *clocked) next() (dossier.Alarm, bool) {
	if len(c.alarms) == 0 {
		return dossier.Alarm{}, false
	}
	return c.alarms[0], true
}

// realm is one kind of what has a clock: how open ones are read, and what can be done to one.
type realm struct {
	name    string
	mission bool
	id      func(code string) string
	code    func(id string) string
	page    func(ctx context.Context, f models.ClockedFilter) ([]clocked, error)
	next    func(ctx context.Context, code string) (workflows.NextReply, error)
	poke    func(ctx context.Context, code string, seq int64) error
	// start starts a workflow that was never started; revive one whose last run broke; project makes the row anew.
	start, revive, project func(ctx context.Context, code string) error
}

// Phases of a check that are realms.
const (
	phaseDossiers = "dossiers"
	phaseMissions = "missions"
)

func (o *Office) realms() []realm {
	dossiers := realm{
		name: phaseDossiers, id: workflows.WorkflowID, code: workflows.DossierCode, page: o.clockedDossiers,
		poke: o.Engine.Poke, start: o.start, revive: o.revive, project: o.projectDossier,
	}
	missions := realm{
		name: phaseMissions, mission: true, id: workflows.MissionID, code: workflows.MissionCode, page: o.clockedMissions,
		start: o.startMission, revive: o.reviveMission, project: o.projectMission,
	}
	if o.Inspector != nil {
		dossiers.next, missions.next = o.Inspector.Next, o.Inspector.NextMission
	}
	if o.Missions == nil {
		return []realm{dossiers}
	}
	missions.poke = o.Missions.PokeMission
	return []realm{dossiers, missions}
}

func (o *Office) clockedDossiers(ctx context.Context, f models.ClockedFilter) ([]clocked, error) {
	rows, err := o.Store.ClockedDossiers(ctx, f)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	codes := make([]string, len(rows))
	for i, r := range rows {
		codes[i] = r.Code
	}
	tasks, err := o.Store.TasksOf(ctx, codes)
	if err != nil {
		return nil, err
	}
	journals, faults, err := o.journals(ctx, codes, dossier.DecodeBody)
	if err != nil {
		return nil, err
	}
	out := make([]clocked, len(rows))
	for i, r := range rows {
		c := clocked{code: r.Code, workflow: workflows.WorkflowID(r.Code), seq: r.Seq, updated: r.UpdatedAt, fault: faults[r.Code]}
		if c.fault == nil {
			c.fault = o.seeDossier(ctx, &c, r, tasks[r.Code], journals[r.Code])
		}
		if models.IsUnavailable(c.fault) {
			return nil, c.fault
		}
		out[i] = c
	}
	return out, nil
}

// seeDossier fills what the events lead to.
func (o *Office) seeDossier(ctx context.Context, c *clocked, row models.DossierRow, tasks []models.TaskRow, events []dossier.Event) error {
	if len(events) == 0 {
		return errors.New("no events are recorded")
	}
	r, err := o.rebuilt(ctx, c.code, events, nil)
	if err != nil {
		return err
	}
	last := events[len(events)-1]
	c.seq = last.Seq
	asRecorded, err := dossier.Look(r.Deps, r.State, last.Recorded)
	if err != nil {
		return err
	}
	c.drift = models.DossierDrift(row, tasks, asRecorded)
	if c.alarms, err = dossier.Alarms(r.Deps, r.State, o.Legal()); err != nil {
		return err
	}
	base := workflows.LookupRequest{Code: c.code, Receiving: r.State.Receiving, Lead: r.State.Lead}
	c.ask = func(a dossier.Alarm) workflows.LookupRequest {
		req := base
		req.Rungs = []workflows.RungQuery{workflows.QueryOf(r.State, a, asRecorded.Tasks)}
		return req
	}
	return nil
}

func (o *Office) clockedMissions(ctx context.Context, f models.ClockedFilter) ([]clocked, error) {
	rows, err := o.Store.ClockedMissions(ctx, f)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	codes := make([]string, len(rows))
	for i, r := range rows {
		codes[i] = r.Code
	}
	journals, faults, err := o.journals(ctx, codes, mission.DecodeBody)
	if err != nil {
		return nil, err
	}
	out := make([]clocked, len(rows))
	for i, r := range rows {
		c := clocked{code: r.Code, workflow: workflows.MissionID(r.Code), seq: r.Seq, updated: r.UpdatedAt, fault: faults[r.Code]}
		if c.fault == nil {
			c.fault = o.seeMission(ctx, &c, r, journals[r.Code])
		}
		if models.IsUnavailable(c.fault) {
			return nil, c.fault
		}
		out[i] = c
	}
	return out, nil
}

func (o *Office) seeMission(ctx context.Context, c *clocked, row models.MissionRow, events mission.Events) error {
	if len(events) == 0 {
		return errors.New("no events are recorded")
	}
	r, err := o.rebuiltMission(ctx, c.code, events, nil)
	if err != nil {
		return err
	}
	last := events[len(events)-1]
	c.seq = last.Seq
	asRecorded, err := mission.Look(r.Deps, r.State, last.Recorded)
	if err != nil {
		return err
	}
	c.drift = models.MissionDrift(row, asRecorded)
	if c.alarms, err = mission.Alarms(r.Deps, r.State); err != nil {
		return err
	}
	tasks, err := mission.Tasks(r.Deps, r.State, o.Legal())
	if err != nil {
		return err
	}
	base := workflows.LookupRequest{Code: c.code, Receiving: r.State.Lead, Lead: r.State.Lead}
	c.ask = func(a dossier.Alarm) workflows.LookupRequest {
		req := base
		req.Rungs = []workflows.RungQuery{workflows.MissionQueryOf(a, tasks)}
		return req
	}
	return nil
}

// journals reads many journals at once; one that cannot be read must not hide the others.
func (o *Office) journals(ctx context.Context, codes []string, decode func(string, []byte) (dossier.Body, error)) (map[string][]dossier.Event, map[string]error, error) {
	all, err := o.Store.Journals(ctx, codes, decode)
	if err == nil {
		return all, nil, nil
	}
	all, faults := map[string][]dossier.Event{}, map[string]error{}
	for _, code := range codes {
		one, err := o.Store.Journals(ctx, []string{code}, decode)
		if models.IsUnavailable(err) || ctx.Err() != nil {
			return nil, nil, fmt.Errorf("journal of %s: %w", code, err)
		}
		all[code], faults[code] = one[code], err
	}
	return all, faults, nil
}

// revive starts the workflow of an open dossier again whose last run was terminated or failed.
func (o *Office) revive(ctx context.Context, code string) error {
	r, err := o.Rebuild(ctx, code)
	if err != nil || r.State.Stage.Closed() {
		return err
	}
	v, err := dossier.Look(r.Deps, r.State, o.Legal())
	if err != nil {
		return err
	}
	return o.Inspector.Revive(ctx, r.Start, v)
}

func (o *Office) reviveMission(ctx context.Context, code string) error {
	r, err := o.RebuildMission(ctx, code)
	if err != nil || r.State.Stage.Ended() {
		return err
	}
	v, err := mission.Look(r.Deps, r.State, o.Legal())
	if err != nil {
		return err
	}
	return o.Inspector.ReviveMission(ctx, r.Start, v)
}

// projectDossier makes the row of a dossier anew from its events, as it was recorded with the last of them.
func (o *Office) projectDossier(ctx context.Context, code string) error {
	r, err := o.Rebuild(ctx, code)
	if err != nil {
		return err
	}
	v, err := dossier.Look(r.Deps, r.State, r.Events[len(r.Events)-1].Recorded)
	if err != nil {
		return err
	}
	return o.Store.RebuildProjection(ctx, code, v)
}

func (o *Office) projectMission(ctx context.Context, code string) error {
	r, err := o.RebuildMission(ctx, code)
	if err != nil {
		return err
	}
	v, err := mission.Look(r.Deps, r.State, r.Events[len(r.Events)-1].Recorded)
	if err != nil {
		return err
	}
	return o.Store.RebuildMission(ctx, code, v)
}
