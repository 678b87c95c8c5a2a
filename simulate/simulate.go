// Package simulate runs scenarios on the pure machine: who does what when, or nobody at all, and what the law makes of it.
// It drives the same package dossier that the workflow drives, with time as an argument, so that a designer sees in a
// millisecond what would happen in weeks.
package simulate

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// Scenario is one imagined dossier.
type Scenario struct {
	Plan     *procedure.Executable
	Calendar *calendar.Calendar
	Policy   dossier.Policy
	// Received is when the dossier is submitted and accepted at the counter (or submitted only, on another channel).
	Received   time.Time
	Channel    string
	Conditions []string
	// Acts in order; an act without a task acts on the only open one.
	Acts []dossier.Act
	// Pace completes open tasks by itself where no act does: PaceNone leaves them alone, PaceFull uses each budget to its last
	// minute, PaceHalf half of it. Choose names the outcome taken at a step; otherwise its first.
	Pace   Pace
	Choose map[string]string
	// Until ends the scenario.
	Until time.Time
}

// Pace is how fast imagined officers work.
type Pace string

// The paces.
const (
	PaceNone Pace = ""
	PaceHalf Pace = "half"
	PaceFull Pace = "full"
)

// Moment is one entry of the timeline: an event and what the dossier looks like after it.
type Moment struct {
	Event  dossier.Event  `json:"event"`
	Status dossier.Status `json:"status"`
	Due    time.Time      `json:"due,omitzero"`
	// Refusal is why an act of the scenario was refused; the event is empty then.
	Refusal *dossier.Refusal `json:"refusal,omitempty"`
	Act     string           `json:"act,omitempty"`
	At      time.Time        `json:"at"`
}

// Outcome is what the scenario led to.
type Outcome struct {
	Moments []Moment          `json:"moments"`
	View    dossier.View      `json:"view"`
	Ledger  []dossier.Segment `json:"ledger"`
	State   *dossier.State    `json:"-"`
}

// maxMoments bounds a scenario.
const maxMoments = 10_000

// agencies of imagined dossiers: every agency reference is served by an agency of its own name.
const (
	receiving = "noi-nhan"
	lead      = "co-quan"
)

type runner struct {
	sc    Scenario
	deps  dossier.Deps
	state *dossier.State
	out   Outcome
	now   time.Time
	acts  []dossier.Act
	n     int
}

// Run plays a scenario to its end.
func Run(sc Scenario) (Outcome, error) {
	if sc.Plan == nil || sc.Calendar == nil {
		return Outcome{}, errors.New("a scenario needs a plan and a calendar")
	}
	if sc.Until.IsZero() {
		sc.Until = sc.Received.AddDate(1, 0, 0)
	}
	r := &runner{sc: sc, state: &dossier.State{}, acts: slices.Clone(sc.Acts), now: sc.Received}
	r.deps = dossier.Deps{Plan: sc.Plan, Policy: sc.Policy, Calendars: func(string) (*calendar.Calendar, error) { return sc.Calendar, nil }}
	slices.SortStableFunc(r.acts, func(a, b dossier.Act) int { return a.At.Compare(b.At) })
	if err := r.intake(); err != nil {
		return r.out, err
	}
	if err := r.play(); err != nil {
		return r.out, err
	}
	var err error
	if r.out.View, err = dossier.Look(r.deps, r.state, r.now); err != nil {
		return r.out, err
	}
	r.out.State = r.state
	r.out.Ledger, err = dossier.Ledger(r.deps, r.state, r.now)
	return r.out, err
}

func (r *runner) intake() error {
	facts := &dossier.IntakeFacts{
		Code: "MAU-000101-0001", Channel: r.sc.Channel, Receiving: receiving, Lead: lead,
		Calendars: []dossier.AgencyCalendar{{Agency: receiving, Hash: r.sc.Calendar.Hash()}},
	}
	for _, ref := range r.sc.Plan.Agencies {
		facts.Bindings = append(facts.Bindings, dossier.Binding{Ref: ref, Agency: ref})
	}
	if err := r.do(dossier.Act{Kind: dossier.ActSubmit, At: r.sc.Received, Intake: facts, Conditions: r.sc.Conditions}); err != nil {
		return err
	}
	if r.sc.Channel != dossier.ChannelCounter {
		return nil
	}
	return r.do(dossier.Act{Kind: dossier.ActAccept, At: r.sc.Received})
}

// play lets the earliest of the next act, the next alarm and the next completion by pace happen, until the end.
func (r *runner) play() error {
	for len(r.out.Moments) < maxMoments && !r.state.Stage.Closed() {
		alarm, armed, err := dossier.NextAlarm(r.deps, r.state, r.now)
		if err != nil {
			return err
		}
		task, taskAt, err := r.nextByPace()
		if err != nil {
			return err
		}
		at := r.sc.Until
		for _, x := range []struct {
			ok bool
			at time.Time
		}{{armed, alarm.At}, {task != nil, taskAt}, {len(r.acts) > 0, r.nextAct()}} {
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
		case len(r.acts) > 0 && !r.nextAct().After(r.now):
			a := r.acts[0]
			r.acts = r.acts[1:]
			err = r.script(a)
		case task != nil && !taskAt.After(r.now):
			err = r.do(*task)
		default:
			err = r.do(dossier.Act{Kind: dossier.ActAlarm})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *runner) nextAct() time.Time {
	if len(r.acts) == 0 {
		return time.Time{}
	}
	return r.acts[0].At
}

// nextByPace is the completion that an imagined officer does next.
func (r *runner) nextByPace() (*dossier.Act, time.Time, error) {
	if r.sc.Pace == PaceNone || r.state.Stage != dossier.StageRunning && r.state.Stage != dossier.StageFinished {
		return nil, time.Time{}, nil
	}
	v, err := dossier.Look(r.deps, r.state, r.now)
	if err != nil {
		return nil, time.Time{}, err
	}
	var best *dossier.Act
	var bestAt time.Time
	for _, t := range v.Tasks {
		a, at, err := r.complete(t)
		if err != nil {
			return nil, time.Time{}, err
		}
		if a != nil && (best == nil || at.Before(bestAt)) {
			best, bestAt = a, at
		}
	}
	return best, bestAt, nil
}

func (r *runner) complete(t dossier.TaskView) (*dossier.Act, time.Time, error) {
	a := dossier.Act{Kind: dossier.ActComplete, Task: t.Task, Outcome: r.sc.Choose[t.Step]}
	if a.Outcome == "" && len(t.Outcomes) > 0 {
		a.Outcome = t.Outcomes[0]
	}
	switch {
	case t.Return && r.state.Stage == dossier.StageFinished:
		return &dossier.Act{Kind: dossier.ActReturn}, r.now, nil
	case t.Return:
		a = dossier.Act{Kind: dossier.ActFinish, Task: t.Task}
	case t.Wait == procedure.WaitTime:
		return nil, time.Time{}, nil // its own alarm ends it
	case t.Wait == procedure.WaitPayment:
		a = dossier.Act{Kind: dossier.ActConfirmPayment, Payment: t.Task}
	}
	st, ok := r.sc.Plan.Step(t.Step)
	if !ok {
		return nil, time.Time{}, fmt.Errorf("no step %q", t.Step)
	}
	budget, err := st.Limit.BudgetMinutes()
	if err != nil || st.Limit.IsZero() {
		budget = 0
	}
	if r.sc.Pace == PaceHalf {
		budget /= 2
	}
	at, err := r.sc.Calendar.Advance(t.OpenedAt, budget)
	return &a, at, err
}

// script plays an act of the scenario; a refusal is part of the timeline, not an end.
func (r *runner) script(a dossier.Act) error {
	err := r.do(a)
	var refusal *dossier.Refusal
	if errors.As(err, &refusal) {
		r.out.Moments = append(r.out.Moments, Moment{Refusal: refusal, Act: a.Kind, At: r.now, Status: r.state.Status(r.sc.Plan)})
		return nil
	}
	return err
}

func (r *runner) do(a dossier.Act) error {
	r.n++
	a.ID = fmt.Sprintf("mau-%d", r.n)
	if a.At.IsZero() {
		a.At = r.now
	}
	events, err := dossier.Do(r.deps, r.state, a, r.now)
	if err != nil {
		return err
	}
	v, err := dossier.Look(r.deps, r.state, r.now)
	if err != nil {
		return err
	}
	for _, e := range events {
		r.out.Moments = append(r.out.Moments, Moment{Event: e, Act: a.Kind, At: e.At, Status: v.Status, Due: v.DueAt})
	}
	return nil
}
