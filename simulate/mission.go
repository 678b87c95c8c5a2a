package simulate

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
)

// MissionScenario is one imagined mission.
type MissionScenario struct {
	Model    *mission.Executable
	Calendar *calendar.Calendar
	Started  time.Time
	// Acts in order.
	Acts []mission.Act
	// Pace does what is open by itself where no act does: PaceNone leaves it alone, PaceFull completes each task and makes each
	// report at its last minute, PaceHalf in half of the working time. What is completed is accepted at once.
	Pace Pace
	// Until ends the scenario; zero: a year after the start.
	Until time.Time
}

// MissionMoment is one entry of the timeline.
type MissionMoment struct {
	At time.Time `json:"at"`
	// Act is the kind of the act, ID its id.
	Act string `json:"act,omitempty"`
	ID  string `json:"id,omitempty"`
	// Event is what happened; nil where the act was refused, and Refusal says why.
	Event   *mission.Event   `json:"event,omitempty"`
	Refusal *dossier.Refusal `json:"refusal,omitempty"`
	// To are the kinds of recipients of a rung: an imagined mission has no officers.
	To []string `json:"to,omitempty"`
}

// MissionOutcome is what the scenario led to.
type MissionOutcome struct {
	Moments []MissionMoment    `json:"moments"`
	View    mission.View       `json:"view"`
	Tasks   []mission.TaskView `json:"tasks"`
	// At is where the scenario ended: verdicts are as of then.
	At time.Time `json:"at"`
}

// Officers of imagined missions: one does, another accepts.
const (
	doer     = "nguoi-lam"
	acceptor = "nguoi-nghiem-thu"
)

type missionRunner struct {
	sc    MissionScenario
	deps  mission.Deps
	state *mission.State
	out   MissionOutcome
	now   time.Time
	acts  []mission.Act
	n     int
}

// RunMission plays a scenario to its end.
func RunMission(sc MissionScenario) (MissionOutcome, error) {
	if sc.Model == nil || sc.Calendar == nil {
		return MissionOutcome{}, errors.New("a scenario needs a model and a calendar")
	}
	if sc.Until.IsZero() {
		sc.Until = sc.Started.AddDate(1, 0, 0)
	}
	r := &missionRunner{sc: sc, state: &mission.State{}, acts: slices.Clone(sc.Acts), now: sc.Started}
	r.deps = mission.Deps{Model: sc.Model, Calendars: func(string) (*calendar.Calendar, error) { return sc.Calendar, nil }}
	slices.SortStableFunc(r.acts, func(a, b mission.Act) int { return a.At.Compare(b.At) })
	facts := &mission.Facts{Code: "MAU-NV00-0001", Lead: lead, Calendars: []dossier.AgencyCalendar{{Agency: lead, Hash: sc.Calendar.Hash()}}}
	for _, ref := range sc.Model.Agencies {
		facts.Bindings = append(facts.Bindings, dossier.Binding{Ref: ref, Agency: ref})
	}
	if err := r.do(mission.Act{Kind: mission.ActStart, At: sc.Started, By: acceptor, Start: facts}); err != nil {
		return r.out, err
	}
	if err := r.play(); err != nil {
		return r.out, err
	}
	r.out.At = r.now
	var err error
	if r.out.View, err = mission.Look(r.deps, r.state, r.now); err != nil {
		return r.out, err
	}
	r.out.Tasks, err = mission.Tasks(r.deps, r.state, r.now)
	return r.out, err
}

// play lets the earliest of the next act, the next alarm and the next deed by pace happen, until the end.
func (r *missionRunner) play() error {
	for len(r.out.Moments) < maxMoments && !r.state.Stage.Ended() {
		alarm, armed, err := mission.NextAlarm(r.deps, r.state)
		if err != nil {
			return err
		}
		task, taskAt, err := r.nextByPace()
		if err != nil {
			return err
		}
		act := r.nextAct()
		at := r.sc.Until
		for _, x := range []struct {
			ok bool
			at time.Time
		}{{armed, alarm.At}, {task != nil, taskAt}, {act != nil, actAt(act)}} {
			if x.ok && x.at.Before(at) {
				at = x.at
			}
		}
		if !at.Before(r.sc.Until) {
			r.now = r.sc.Until
			return nil
		}
		if at.After(r.now) {
			r.now = at
		}
		switch {
		case act != nil && !act.At.After(r.now):
			r.acts = r.acts[1:]
			err = r.script(*act)
		case task != nil && !taskAt.After(r.now):
			err = r.perform(task)
		default:
			err = r.do(mission.Act{Kind: mission.ActAlarm})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *missionRunner) nextAct() *mission.Act {
	if len(r.acts) == 0 {
		return nil
	}
	return &r.acts[0]
}

func actAt(a *mission.Act) time.Time {
	if a == nil {
		return time.Time{}
	}
	return a.At
}

// nextByPace is the open task or report that imagined officers finish next.
func (r *missionRunner) nextByPace() (*mission.TaskView, time.Time, error) {
	if r.sc.Pace == PaceNone {
		return nil, time.Time{}, nil
	}
	v, err := mission.Look(r.deps, r.state, r.now)
	if err != nil {
		return nil, time.Time{}, err
	}
	var best *mission.TaskView
	var bestAt time.Time
	for i := range v.Tasks {
		t := &v.Tasks[i]
		if t.DueAt.IsZero() || !t.CompletedAt.IsZero() {
			continue
		}
		at := t.DueAt
		if r.sc.Pace == PaceHalf {
			whole, err := r.sc.Calendar.Between(t.OpensAt, t.DueAt)
			if err != nil {
				return nil, time.Time{}, err
			}
			if at, err = r.sc.Calendar.Advance(t.OpensAt, max(whole, 0)/2); err != nil {
				return nil, time.Time{}, err
			}
		}
		if at.Before(t.OpensAt) {
			at = t.OpensAt
		}
		if best == nil || at.Before(bestAt) {
			best, bestAt = t, at
		}
	}
	return best, bestAt, nil
}

// perform makes a report, or completes a task with whatever it needs and has it accepted.
func (r *missionRunner) perform(t *mission.TaskView) error {
	if t.Report {
		return r.do(mission.Act{Kind: mission.ActReportProgress, Task: t.Task, By: doer, Reasoned: true})
	}
	def, ok := r.sc.Model.Task(t.ID)
	if !ok {
		return fmt.Errorf("no task %q", t.ID)
	}
	if def.Evidence && t.Evidence == 0 {
		if err := r.do(mission.Act{Kind: mission.ActAttachEvidence, Task: t.Task, By: doer, Document: "mẫu"}); err != nil {
			return err
		}
	}
	if err := r.do(mission.Act{Kind: mission.ActCompleteTask, Task: t.Task, By: doer}); err != nil {
		return err
	}
	return r.do(mission.Act{Kind: mission.ActAcceptTask, Task: t.Task, By: acceptor})
}

// script plays an act of the scenario; a refusal is part of the timeline, not an end.
func (r *missionRunner) script(a mission.Act) error {
	err := r.do(a)
	var refusal *dossier.Refusal
	if errors.As(err, &refusal) {
		r.out.Moments = append(r.out.Moments, MissionMoment{At: r.now, Act: a.Kind, Refusal: refusal, ID: a.ID})
		return nil
	}
	return err
}

func (r *missionRunner) do(a mission.Act) error {
	r.n++
	if a.ID == "" {
		a.ID = fmt.Sprintf("mau-%d", r.n)
	}
	if a.At.IsZero() {
		a.At = r.now
	}
	events, err := mission.Do(r.deps, r.state, a, r.now)
	if err != nil {
		return err
	}
	for _, e := range events {
		m := MissionMoment{At: e.At, Act: a.Kind, ID: a.ID, Event: &e}
		if f, ok := e.Body.(mission.RungFired); ok {
			if g, ok := r.sc.Model.Rung(f.Rung); ok {
				m.To = g.To
			}
		}
		r.out.Moments = append(r.out.Moments, m)
	}
	return nil
}
