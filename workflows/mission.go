package workflows

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
	"motcua/procedure"
)

// MissionName is the name of a mission's workflow. Its Updates and queries have the names of a dossier's.
const MissionName = "Mission"

// RecordMission writes a mission's events, read model and outbox in one transaction.
func RecordMission() Local[MissionRecordRequest, RecordReply] {
	return Local[MissionRecordRequest, RecordReply]{"RecordMission"}
}

// MissionStart is the input of a mission's workflow: the events so far, or after continue-as-new a snapshot.
type MissionStart struct {
	Code     string         `json:"code"`
	Events   mission.Events `json:"events,omitempty"`
	Snapshot *mission.State `json:"snapshot,omitempty"`
	// Done are the acts already done, when the workflow is re-created from events.
	Done []dossier.DoneAct   `json:"done,omitempty"`
	Exec *mission.Executable `json:"exec"`
	// Calendars are the revisions in use, as data.
	Calendars []CalendarData `json:"calendars"`
	Clock     calendar.Clock `json:"clock"`
	// Window spreads the firing of rungs that fall together, in wall time; the legal instant stays exact.
	Window time.Duration `json:"window,omitempty"`
}

// MissionActRequest asks the workflow to do an act.
type MissionActRequest struct {
	Act mission.Act `json:"act"`
	// Expect is the revision that the caller saw (If-Match); 0 does not ask.
	Expect int64 `json:"expect,omitempty"`
	// Seen is the last event that the caller knows to be recorded, as of a dossier.
	Seen int64 `json:"seen,omitempty"`
}

// MissionActReply says what the act led to.
type MissionActReply struct {
	Seq      int64         `json:"seq"`
	Revision int64         `json:"revision"`
	Stage    mission.Stage `json:"stage"`
	// NextDue is the earliest due instant of what is not done.
	NextDue time.Time `json:"next_due,omitzero"`
}

// MissionRecordRequest is a batch of events in order, with the mission as it stands after them. Without events it only asks whether
// more is stored than the view's events.
type MissionRecordRequest struct {
	Code   string
	Events mission.Events
	Digest string
	View   mission.View
	Acts   []dossier.DoneAct
}

// MissionID is the id of a mission's workflow.
func MissionID(code string) string { return "nhiemvu/" + code }

// Mission carries one mission from its start to its close.
func Mission(ctx workflow.Context, in MissionStart) error {
	r, err := newMissionRun(in)
	if err != nil {
		return err
	}
	if err := r.register(ctx); err != nil {
		return err
	}
	return r.run(ctx)
}

// missionRun is the workflow of a mission: the law of package mission, bound to its state.
type missionRun struct {
	driver
	in    MissionStart
	deps  mission.Deps
	state *mission.State
}

func newMissionRun(in MissionStart) (*missionRun, error) {
	d, err := newDriver(in.Code, in.Clock, in.Window, in.Calendars)
	if err != nil {
		return nil, err
	}
	r := &missionRun{driver: d, in: in}
	r.law = r
	r.deps = mission.Deps{Model: in.Exec, Skew: in.Clock.Stretch(skew), Calendars: r.calendar}
	r.state = in.Snapshot
	if r.state == nil {
		r.state = restoredMission(in.Events, in.Done)
	}
	return r, nil
}

// restoredMission is the state that events and done acts lead to.
func restoredMission(events mission.Events, done []dossier.DoneAct) *mission.State {
	s := mission.Rebuild(events)
	s.Done = done
	if n := len(done); n > 0 {
		s.Revision = done[n-1].Revision
	}
	return s
}

func (r *missionRun) register(ctx workflow.Context) error {
	return errors.Join(
		workflow.SetUpdateHandlerWithOptions(ctx, UpdateAct, r.act, workflow.UpdateHandlerOptions{Validator: r.validate}),
		workflow.SetUpdateHandler(ctx, UpdatePoke, r.poke),
		workflow.SetQueryHandler(ctx, QueryState, func() (*mission.State, error) { return r.state, nil }),
		workflow.SetQueryHandler(ctx, QueryClock, func() (mission.View, error) { return mission.Look(r.deps, r.state, r.now(ctx)) }),
		workflow.SetQueryHandler(ctx, QueryNext, func() (NextReply, error) { return r.upcoming(mission.NextAlarm(r.deps, r.state)) }),
	)
}

func (req MissionActRequest) call() call {
	return call{id: req.Act.ID, kind: req.Act.Kind, fingerprint: req.Act.Fingerprint, expect: req.Expect, seen: req.Seen}
}

func (r *missionRun) validate(ctx workflow.Context, req MissionActRequest) error {
	req.Act.ID = updateID(ctx, req.Act.ID)
	return r.dryRun(req.call(), func() error {
		_, err := mission.Decide(r.deps, r.state, req.Act, r.now(ctx))
		return err
	})
}

// act answers when its events are recorded.
func (r *missionRun) act(ctx workflow.Context, req MissionActRequest) (reply MissionActReply, err error) {
	req.Act.ID = updateID(ctx, req.Act.ID)
	do := func() ([]dossier.Event, error) { return mission.Do(r.deps, r.state, req.Act, r.now(ctx)) }
	err = r.perform(ctx, req.call(), do, func(done dossier.DoneAct) error {
		v, err := mission.Look(r.deps, r.state, r.now(ctx))
		reply = MissionActReply{Seq: done.Seq, Revision: done.Revision, Stage: v.Stage, NextDue: v.NextDue}
		return err
	})
	return reply, err
}

func (r *missionRun) next(time.Time) (at time.Time, kind string, err error) {
	a, _, err := mission.NextAlarm(r.deps, r.state)
	return a.At, a.Kind, err
}

func (r *missionRun) due(now time.Time) (LookupRequest, bool, error) {
	due, err := mission.DueAlarms(r.deps, r.state, now)
	if err != nil || len(due) == 0 {
		return LookupRequest{}, false, err
	}
	tasks, err := mission.Tasks(r.deps, r.state, now)
	if err != nil {
		return LookupRequest{}, false, err
	}
	req := LookupRequest{Code: r.code, Receiving: r.state.Lead, Lead: r.state.Lead, Calendars: r.state.Calendars}
	for _, a := range due {
		req.Rungs = append(req.Rungs, MissionQueryOf(a, tasks))
	}
	return req, true, nil
}

// MissionQueryOf asks whom a rung of a mission with these tasks reaches.
func MissionQueryOf(a mission.Alarm, tasks []mission.TaskView) RungQuery {
	q := RungQuery{Key: a.Key, To: a.Rung.To, HandUp: slices.Contains(a.Rung.Do, procedure.DoHandUp)}
	for _, t := range tasks {
		if t.Task == a.Task {
			q.Tasks = append(q.Tasks, dossier.TaskView{Task: t.Task, Step: t.ID, Agency: t.Agency, Role: t.Role, Assignee: t.Assignee})
		}
	}
	return q
}

func (r *missionRun) ring(found LookupReply, now time.Time) ([]dossier.Event, error) {
	return mission.Do(r.deps, r.state, mission.Act{Kind: mission.ActAlarm, Recipients: found.Recipients, Until: found.Until}, now)
}

func (r *missionRun) adopt(c CalendarData, now time.Time) ([]dossier.Event, error) {
	act := mission.Act{Kind: mission.ActAdoptCalendar, By: dossier.ByClock, Agency: c.Agency, Calendar: c.Hash}
	return mission.Do(r.deps, r.state, act, now)
}

func (r *missionRun) batch(events []dossier.Event, digest string, acts []dossier.DoneAct, now time.Time) (string, any, error) {
	view, err := mission.Look(r.deps, r.state, now)
	return RecordMission().Name, MissionRecordRequest{Code: r.code, Events: events, Digest: digest, View: view, Acts: acts}, err
}

func (r *missionRun) restore(s Stored) error {
	r.state = restoredMission(s.Mission, s.Done)
	return nil
}

func (r *missionRun) patience() time.Duration                { return keepLater }
func (r *missionRun) ended() bool                            { return r.state.Stage.Ended() }
func (r *missionRun) done(id string) (dossier.DoneAct, bool) { return r.state.FindDone(id) }
func (r *missionRun) place() (seq, revision int64)           { return r.state.Seq, r.state.Revision }
func (r *missionRun) title() string                          { return "Mô hình nhiệm vụ" }

func (r *missionRun) internal(kind string) bool {
	return kind == mission.ActAlarm || kind == mission.ActStart
}

// renewed goes on from a snapshot.
func (r *missionRun) renewed(ctx workflow.Context) error {
	next := r.in
	next.Events, next.Done, next.Snapshot = nil, nil, r.state
	next.Calendars = r.calendars(r.state.Calendars)
	return workflow.NewContinueAsNewError(ctx, MissionName, next)
}

func (r *missionRun) details(now time.Time) string {
	v, err := mission.Look(r.deps, r.state, now)
	if err != nil {
		return ""
	}
	text := fmt.Sprintf("%s · mô hình %s · %s · xong %d/%d", v.Code, v.Model, v.Stage.Vietnamese(), v.Settled, v.Total)
	if !v.NextDue.IsZero() {
		text += " · hạn gần nhất " + v.NextDue.Format("15:04 02/01/2006")
	}
	for _, t := range v.Tasks {
		if t.Status == mission.StatusUpcoming || t.Status == mission.StatusWaiting {
			continue
		}
		text += "\n- " + t.Task + " tại " + t.Agency + ": " + t.Status.Vietnamese()
	}
	return text
}
