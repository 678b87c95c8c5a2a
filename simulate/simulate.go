// Package simulate runs scenarios on the pure machine: who does what when, or nobody at all, and what the law makes of it.
// It drives the same package dossier that the workflow drives, with time as an argument, so that a designer sees in a
// millisecond what would happen in weeks. Missions are played the same way, from files of scenarios too.
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
	// Acts in order of time; an act without a task acts on the only open one, one with a bare step on the open visit of it.
	Acts []dossier.Act
	// Pace completes open tasks by itself where no act still to come names them: PaceNone leaves them alone, PaceFull uses each
	// budget to its last minute, PaceHalf half of it. Choose names the outcome taken at a step; otherwise its first.
	Pace   Pace
	Choose map[string]string
	// Ended are reductions of the plan that a decision has ended since it was published.
	Ended []procedure.Ending
	// Looks are instants at which the dossier is looked at, in any order.
	Looks []time.Time
	// Until ends the scenario; zero: a year after receipt.
	Until time.Time
}

// End is when the scenario ends at the latest.
func (sc *Scenario) End() time.Time {
	if sc.Until.IsZero() {
		return sc.Received.AddDate(1, 0, 0)
	}
	return sc.Until
}

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
	// Timeline tells the moments to people, where somebody asked for it (Timeline).
	Timeline []Entry        `json:"timeline,omitempty"`
	State    *dossier.State `json:"-"`
	// Looks are what was seen, one per look of the scenario in order of time, and the end as the last.
	Looks []Look `json:"-"`
	// Refused are the acts that the machine refused.
	Refused []Refused `json:"-"`
	// At is when the scenario ended.
	At time.Time `json:"-"`
	// Played are all acts in the order in which they were done or refused: the script's, the imagined officers' and the intake's.
	Played []Played `json:"-"`
}

// Played is an act as it was played, with its id and its task, and when.
type Played struct {
	Act dossier.Act
	Now time.Time
	// Refusal is set where the machine refused it.
	Refusal *dossier.Refusal
}

// Refused is an act of the scenario that was refused; Act is its index in Scenario.Acts.
type Refused struct {
	Act     int
	Refusal *dossier.Refusal
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
	// acts are the indices of the scenario's acts still to play, looks the instants still to look at; both in order of time.
	acts  []int
	looks []time.Time
	n     int
}

// Deps is what the machine reads in a scenario.
func Deps(sc Scenario) dossier.Deps {
	return dossier.Deps{Plan: sc.Plan, Policy: sc.Policy, Calendars: func(string) (*calendar.Calendar, error) { return sc.Calendar, nil }}
}

// Run plays a scenario to its end.
func Run(sc Scenario) (Outcome, error) {
	if sc.Plan == nil || sc.Calendar == nil {
		return Outcome{}, errors.New("a scenario needs a plan and a calendar")
	}
	sc.Until = sc.End()
	r := &runner{sc: sc, state: &dossier.State{}, looks: slices.Clone(sc.Looks), now: sc.Received}
	r.deps = Deps(sc)
	for i := range sc.Acts {
		r.acts = append(r.acts, i)
	}
	slices.SortStableFunc(r.acts, func(a, b int) int { return sc.Acts[a].At.Compare(sc.Acts[b].At) })
	slices.SortFunc(r.looks, time.Time.Compare)
	if err := r.intake(); err != nil {
		return r.out, err
	}
	if err := r.play(); err != nil {
		return r.out, err
	}
	if err := r.lookBefore(farFuture); err != nil {
		return r.out, err
	}
	end, err := r.look(r.now)
	if err != nil {
		return r.out, err
	}
	r.out.Looks = append(r.out.Looks, end)
	r.out.View, r.out.State, r.out.At = end.View, r.state, r.now
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
	return r.do(dossier.Act{Kind: dossier.ActAccept, At: r.sc.Received, Ended: r.sc.Ended})
}

// play lets the earliest of the next act, the next alarm and the next completion by pace happen, until the end. Acts after
// the end of the dossier are played too, to be refused.
func (r *runner) play() error {
	for len(r.out.Moments) < maxMoments && (!r.state.Stage.Closed() || len(r.acts) > 0) {
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
		if err := r.lookBefore(at); err != nil {
			return err
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
			i := r.acts[0]
			r.acts = r.acts[1:]
			err = r.script(i)
		case task != nil && !taskAt.After(r.now):
			err = r.do(*task)
		default:
			err = r.alarm()
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
	return r.sc.Acts[r.acts[0]].At
}

// script plays an act of the scenario; a refusal is part of the timeline, not an end.
func (r *runner) script(i int) error {
	a := r.named(r.sc.Acts[i])
	err := r.do(a)
	var refusal *dossier.Refusal
	if errors.As(err, &refusal) {
		r.out.Refused = append(r.out.Refused, Refused{Act: i, Refusal: refusal})
		r.out.Moments = append(r.out.Moments, Moment{Refusal: refusal, Act: a.Kind, At: r.now, Status: r.state.Status(r.sc.Plan)})
		return nil
	}
	return err
}

// named turns a bare step into its open task; money that a step waits for has the name of its task.
func (r *runner) named(a dossier.Act) dossier.Act {
	for i := range r.state.Visits {
		if v := &r.state.Visits[i]; v.Open() && v.Step == a.Task {
			a.Task = v.Task()
			break
		}
	}
	if a.Kind == dossier.ActConfirmPayment && a.Payment == "" {
		a.Payment = a.Task
	}
	return a
}

// alarm lets the clock do what is due; whom its rungs reach is known then.
func (r *runner) alarm() error {
	due, err := dossier.DueAlarms(r.deps, r.state, r.now)
	if err != nil {
		return err
	}
	return r.apply(dossier.Act{Kind: dossier.ActAlarm, Recipients: reached(r.state, due), Until: r.now})
}

func (r *runner) do(a dossier.Act) error {
	r.n++
	a.ID = fmt.Sprintf("mau-%d", r.n)
	if a.At.IsZero() {
		a.At = r.now
	}
	p := Played{Act: a, Now: r.now}
	err := r.apply(a)
	errors.As(err, &p.Refusal)
	r.out.Played = append(r.out.Played, p)
	return err
}

func (r *runner) apply(a dossier.Act) error {
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
