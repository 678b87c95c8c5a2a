package backtest

import (
	"errors"
	"fmt"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// world is what the offices of one side share.
type world struct {
	// calendars by hash; fallback is that of imagined dossiers.
	calendars map[string]*calendar.Calendar
	fallback  *calendar.Calendar
	policy    dossier.Policy
	staff     map[string]int
	// end is when the last look is taken; nothing happens later.
	end time.Time
	// counted: dossiers received before are lived but not counted, so that the year does not begin with empty desks.
	counted time.Time
	// until is when the last dossier may come in: the people's time is counted from counted to until.
	until  time.Time
	change Change
	plans  map[*procedure.Executable]*procedure.Executable
	// tell is handed the journals, if anybody wants them.
	tell func(part string, plan *procedure.Executable, events []dossier.Event)
}

func (w *world) calendar(hash string) (*calendar.Calendar, error) {
	if c, ok := w.calendars[hash]; ok {
		return c, nil
	}
	if w.fallback != nil {
		return w.fallback, nil
	}
	return nil, fmt.Errorf("no calendar %q", hash)
}

// kinds of what is to come.
type kind uint8

const (
	arrive kind = iota
	accepting
	ending
	asking
	answering
	alarming
	withdrawing
)

// coming is something that will happen to a dossier.
type coming struct {
	at   int64 // minutes since 1970
	n    int   // order of those of one minute
	kind kind
	c    *living
	task int // index of the visit
	// gen tells what is out of date: the task's for work, the dossier's for alarms.
	gen int
}

// office lives the dossiers of one office in the order of time.
type office struct {
	w    *world
	name string
	// ahead is a heap; n counts what was put in.
	ahead []coming
	n     int
	// free are, by station, the minutes at which its people are free next.
	free  map[string][]int64
	loads map[string]*Load
	side  *Side
}

// living is a dossier in an office.
type living struct {
	course *Course
	deps   dossier.Deps
	state  *dossier.State
	alarm  int // generation
	tasks  []work
	done   bool
	// events are kept only for whoever wants to be told.
	events []dossier.Event
}

// work is an open visit.
type work struct {
	visit Visit
	// left is working time still to do, brk the next break; held while the dossier stands still.
	left, brk int
	since     int64
	until     int64
	gen       int
	held      bool
	station   string
	cal       *calendar.Calendar
}

func minutesOf(t time.Time) int64 { return t.Unix() / 60 }

func instant(m int64) time.Time { return time.Unix(m*60, 0).In(calendar.Zone()) }

// live runs an office to the end. Courses are in order of receipt.
func (o *office) live(courses []Course) {
	all := make([]living, len(courses))
	for i := range courses {
		c := &all[i]
		c.course, c.state = &courses[i], &dossier.State{}
		o.push(minutesOf(courses[i].Received), arrive, c, 0, 0)
	}
	end := minutesOf(o.w.end)
	for len(o.ahead) > 0 {
		e := o.pop()
		if e.at > end {
			break
		}
		if e.c.done {
			continue
		}
		if err := o.happen(e); err != nil {
			o.fail(e.c)
		}
	}
	for i := range all { // open at the end
		if c := &all[i]; !c.done && c.state.Stage != dossier.StageNone {
			o.settle(c, o.w.end)
		}
	}
}

func (o *office) happen(e coming) error {
	c, at := e.c, instant(e.at)
	switch e.kind {
	case arrive:
		return o.arrived(c, at)
	case accepting:
		if c.course.Refused {
			return o.do(c, dossier.Act{Kind: dossier.ActRefuseIntake, Reasoned: true}, at)
		}
		return o.do(c, dossier.Act{Kind: dossier.ActAccept}, at)
	case withdrawing:
		return o.try(c, dossier.Act{Kind: dossier.ActWithdraw, By: "applicant"}, at)
	case alarming:
		if e.gen != c.alarm {
			return nil
		}
		return o.do(c, dossier.Act{Kind: dossier.ActAlarm}, at)
	}
	if e.task >= len(c.tasks) || c.tasks[e.task].gen != e.gen || !c.state.Visits[e.task].Open() {
		return nil
	}
	switch e.kind {
	case asking:
		return o.ask(c, e.task, at)
	case answering:
		return o.answer(c, e.task, at)
	}
	return o.end(c, e.task, at)
}

func (o *office) arrived(c *living, at time.Time) error {
	plan, ok := o.w.plans[c.course.Plan]
	if !ok {
		plan = o.w.change.plan(c.course.Plan)
		o.w.plans[c.course.Plan] = plan
	}
	c.deps = dossier.Deps{Plan: plan, Policy: o.w.policy, Calendars: o.w.calendar}
	facts := c.course.Facts
	if facts == nil {
		facts = &dossier.IntakeFacts{Code: c.course.Code, Channel: c.course.Channel, Receiving: procedure.RefReceiving, Lead: o.name,
			Calendars: []dossier.AgencyCalendar{{Agency: procedure.RefReceiving, Hash: o.w.fallback.Hash()}}}
	}
	if err := o.do(c, dossier.Act{Kind: dossier.ActSubmit, Intake: facts, Conditions: c.course.Conditions}, at); err != nil {
		return err
	}
	if d := c.course.Withdrawn; d > 0 {
		o.push(minutesOf(at.Add(d)), withdrawing, c, 0, 0)
	}
	switch {
	case c.course.Unaccepted:
		return nil
	case c.course.Intake == 0 && c.course.Lag == 0:
		return o.happen(coming{at: minutesOf(at), kind: accepting, c: c})
	}
	cal, err := o.w.calendar(facts.Calendars[0].Hash)
	if err != nil {
		return err
	}
	accepted, err := cal.Advance(at, c.course.Intake)
	if err != nil {
		return err
	}
	o.push(minutesOf(accepted.Add(c.course.Lag)), accepting, c, 0, 0)
	return nil
}

// do is an act, and what follows from it: tasks that opened, an alarm that moved, the end.
func (o *office) do(c *living, a dossier.Act, at time.Time) error {
	a.At = at
	events, err := dossier.Do(c.deps, c.state, a, at)
	if err != nil {
		return err
	}
	if o.w.tell != nil {
		c.events = append(c.events, events...)
	}
	switch {
	case c.state.Stage == dossier.StageFinished || c.state.Stage.Closed():
		o.settle(c, at)
		return nil
	case c.state.Stage != dossier.StageRunning:
		return o.arm(c, at)
	}
	for i := len(c.tasks); i < len(c.state.Visits); i++ {
		c.tasks = append(c.tasks, work{})
		if c.state.Visits[i].Open() {
			if err := o.begin(c, i); err != nil {
				return err
			}
		}
	}
	return o.arm(c, at)
}

// try is an act that the law may refuse: then things stay as they are.
func (o *office) try(c *living, a dossier.Act, at time.Time) error {
	err := o.do(c, a, at)
	var refusal *dossier.Refusal
	if errors.As(err, &refusal) {
		return nil
	}
	return err
}

// arm puts the dossier's next alarm ahead, where it can have one: rungs are left out.
func (o *office) arm(c *living, at time.Time) error {
	c.alarm++
	if !wakes(c) {
		return nil
	}
	a, ok, err := dossier.NextAlarm(c.deps, c.state, at)
	if err != nil || !ok {
		return err
	}
	o.push(max(minutesOf(a.At), minutesOf(at)), alarming, c, 0, c.alarm)
	return nil
}

// wakes says that the clock may move the dossier by itself.
func wakes(c *living) bool {
	if n := len(c.state.Supplements); n > 0 && c.state.Supplements[n-1].Pending() {
		return true
	}
	for i := range c.state.Payments {
		if p := &c.state.Payments[i]; p.PaidAt.IsZero() && !p.Expires.IsZero() {
			return true
		}
	}
	for i := range c.state.Visits {
		v := &c.state.Visits[i]
		if !v.Open() {
			continue
		}
		if st, ok := c.deps.Plan.Step(v.Step); ok && (st.Kind == procedure.StepWait || st.Silence != "") {
			return true
		}
	}
	return false
}

// settle counts a dossier that is resolved, ended, or open at the end.
func (o *office) settle(c *living, at time.Time) {
	c.done = true
	if o.w.tell != nil {
		o.w.tell(o.name, c.deps.Plan, c.events)
	}
	defer func() { c.state, c.tasks, c.events = nil, nil, nil }() // a year of them would not fit
	if c.course.Received.Before(o.w.counted) {
		return
	}
	var t Tally
	switch {
	case c.state.Stage == dossier.StageFinished || c.state.Stage == dossier.StageRunning || c.state.Stage == dossier.StageReturned:
		v, err := dossier.Judge(c.deps, c.state, at)
		if err != nil {
			o.fail(c)
			return
		}
		minutes := 0
		if finished := c.state.FinishedAt; !finished.IsZero() {
			if cal, err := o.w.calendar(c.state.Calendars[0].Hash); err == nil {
				minutes, _ = cal.Between(c.state.AcceptedAt, finished)
			}
		}
		if was := c.course.Recorded; was != "" {
			t.Recorded = 1
			if was != dossier.ClassLate {
				t.RecordedOnTime = 1
			}
			if was == v.Class {
				t.Same = 1
			}
		}
		t.judged(v, c.state.Stage != dossier.StageRunning, minutes)
	case c.state.Stage == dossier.StageSubmitted:
		t.Received, t.InProcess = 1, 1
	default:
		t.Received, t.Ended = 1, 1
	}
	o.count(c, t)
}

func (o *office) fail(c *living) {
	c.done = true
	if !c.course.Received.Before(o.w.counted) {
		o.count(c, Tally{Received: 1, Unplayed: 1})
	}
}

func (o *office) count(c *living, t Tally) {
	code := c.course.Plan.Code
	o.side.All = o.side.All.Plus(t)
	o.side.ByProcedure[code] = o.side.ByProcedure[code].Plus(t)
	o.side.ByAgency[o.name] = o.side.ByAgency[o.name].Plus(t)
}
