package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"motcua/dossier"
	"motcua/procedure"
)

// Dossier carries one dossier from its intake to its end.
func Dossier(ctx workflow.Context, in Start) error {
	r, err := newRun(in)
	if err != nil {
		return err
	}
	if err := r.register(ctx); err != nil {
		return err
	}
	return r.driver.run(ctx)
}

// run is the workflow of a dossier: the law of package dossier, bound to its state.
type run struct {
	driver
	in    Start
	deps  dossier.Deps
	state *dossier.State
	seen  glance
	// plans are those that this run has been on, by hash.
	plans map[string]*procedure.Executable
}

// glance is the view last computed, and what it was computed from.
type glance struct {
	seq, revision int64
	now           time.Time
	view          dossier.View
}

func newRun(in Start) (*run, error) {
	d, err := newDriver(in.Code, in.Clock, in.Window, in.Calendars)
	if err != nil {
		return nil, err
	}
	r := &run{driver: d, in: in, plans: map[string]*procedure.Executable{in.Exec.Plan: in.Exec}}
	r.law = r
	r.deps = dossier.Deps{Plan: in.Exec, Policy: in.Policy, Skew: in.Clock.Stretch(skew), Calendars: r.calendar}
	r.state = in.Snapshot
	if r.state == nil {
		r.state = restored(in.Events, in.Done)
	}
	return r, nil
}

// restored is the state that events and done acts lead to.
func restored(events []dossier.Event, done []dossier.DoneAct) *dossier.State {
	s := dossier.Rebuild(events)
	s.Done = done
	if n := len(done); n > 0 {
		s.Revision = done[n-1].Revision
	}
	return s
}

func (r *run) restore(s Stored) error {
	r.state, r.seen = restored(s.Events, s.Done), glance{}
	if plan := s.Exec; plan != nil {
		r.ride(plan)
	} else if plan := r.plans[r.state.Plan]; plan != nil { // a move was decided meanwhile, and is void
		r.ride(plan)
	}
	return nil
}

// ride goes on under another plan, in the runs to come too.
func (r *run) ride(plan *procedure.Executable) {
	r.deps.Plan, r.in.Exec = plan, plan
	r.plans[plan.Plan] = plan
}

// look is the view now. One act needs it for its answer, its record, its timer and the Temporal UI: it is computed once.
func (r *run) look(now time.Time) (dossier.View, error) {
	now = now.Truncate(time.Minute) // the machine knows no seconds
	if g := &r.seen; g.seq == r.state.Seq && g.revision == r.state.Revision && g.now.Equal(now) {
		return g.view, nil
	}
	v, err := dossier.Look(r.deps, r.state, now)
	if err == nil {
		r.seen = glance{seq: r.state.Seq, revision: r.state.Revision, now: now, view: v}
	}
	return v, err
}

func (r *run) next(now time.Time) (at time.Time, kind string, err error) {
	v, err := r.look(now)
	return v.NextAlarm, v.AlarmKind, err
}

func (r *run) due(now time.Time) (LookupRequest, bool, error) {
	due, err := dossier.DueAlarms(r.deps, r.state, now)
	if err != nil || len(due) == 0 {
		return LookupRequest{}, false, err
	}
	view, err := r.look(now)
	if err != nil {
		return LookupRequest{}, false, err
	}
	req := LookupRequest{Code: r.code, Procedure: r.state.Procedure, Receiving: r.state.Receiving, Lead: r.state.Lead, Calendars: r.state.Calendars}
	for _, a := range due {
		if a.Final() {
			req.Before = a.At
		}
		if a.Kind != dossier.AlarmRung {
			continue
		}
		req.Rungs = append(req.Rungs, QueryOf(r.state, a, view.Tasks))
	}
	return req, true, nil
}

// QueryOf asks whom a rung of a dossier with these open tasks reaches.
func QueryOf(s *dossier.State, a dossier.Alarm, tasks []dossier.TaskView) RungQuery {
	asks := s.Asks(a.Rung)
	q := RungQuery{Key: a.Key, To: a.Rung.To, HandUp: asks.HandUp, Reassign: asks.Reassign, Sign: asks.Sign, Issue: asks.Issue, Inspect: asks.Inspect}
	for _, t := range tasks {
		if a.Key.Subject == procedure.OnDossier || a.Key.Subject == dossier.SubjectStep(t.Task) {
			q.Tasks = append(q.Tasks, t)
		}
	}
	return q
}

func (r *run) ring(found LookupReply, now time.Time) ([]dossier.Event, error) {
	return dossier.Do(r.deps, r.state, dossier.Act{Kind: dossier.ActAlarm, Recipients: found.Recipients, Until: found.Until}, now)
}

func (r *run) adopt(c CalendarData, now time.Time) ([]dossier.Event, error) {
	act := dossier.Act{
		Kind: dossier.ActAdoptCalendar, By: dossier.ByClock, Agency: c.Agency, Calendar: c.Hash,
		Amendment: c.Amendment, Document: c.Document, Ground: c.Ground,
	}
	return dossier.Do(r.deps, r.state, act, now)
}

func (r *run) batch(events []dossier.Event, digest string, acts []dossier.DoneAct, now time.Time) (string, any, error) {
	view, err := r.look(now)
	return RecordEvents().Name, RecordRequest{Code: r.code, Events: events, Digest: digest, View: view, Acts: acts}, err
}

// patience: versions before kept an hour of wall time whatever the scale, so that on a fast clock, where that is weeks, hardly a
// timer was ever set anew and nearly each fired for nothing.
func (r *run) patience() time.Duration {
	if r.state.Engine < dossier.SincePatience {
		return keepLater
	}
	return r.clock.Shrink(keepLater)
}

func (r *run) ended() bool                            { return r.state.Stage.Closed() }
func (r *run) done(id string) (dossier.DoneAct, bool) { return r.state.FindDone(id) }
func (r *run) place() (seq, revision int64)           { return r.state.Seq, r.state.Revision }
func (r *run) title() string                          { return "Hồ sơ" }

func (r *run) internal(kind string) bool {
	return kind == dossier.ActAlarm || kind == dossier.ActSubmit
}

// renewed goes on from a snapshot.
func (r *run) renewed(ctx workflow.Context) error {
	next := r.in
	next.Events, next.Done, next.Snapshot = nil, nil, r.state
	next.Calendars = r.calendars(r.state.Pinned())
	return workflow.NewContinueAsNewError(ctx, DossierName, next)
}

func (r *run) details(now time.Time) string {
	v, err := r.look(now)
	if err != nil {
		return ""
	}
	text := fmt.Sprintf("%s · thủ tục %s · %s", v.Code, v.Procedure, v.Status.Vietnamese())
	if !v.DueAt.IsZero() {
		text += " · hẹn trả " + v.DueAt.Format("15:04 02/01/2006")
	}
	for _, t := range v.Tasks {
		text += "\n- " + t.Task + " tại " + t.Agency
	}
	return text
}
