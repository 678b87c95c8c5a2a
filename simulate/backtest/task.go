package backtest

import (
	"fmt"
	"time"

	"motcua/dossier"
	"motcua/procedure"
)

// begin starts the work on a visit that opened.
func (o *office) begin(c *living, i int) error {
	v := &c.state.Visits[i]
	st, ok := c.deps.Plan.Step(v.Step)
	if !ok {
		return fmt.Errorf("no step %q", v.Step)
	}
	cal, err := o.w.calendar(calendarOf(c.state, v.Agency))
	if err != nil {
		return err
	}
	w := &c.tasks[i]
	w.cal = cal
	if st.Kind == procedure.StepWait && st.Wait == procedure.WaitTime {
		return nil // its own alarm ends it
	}
	w.visit, ok = c.course.Life.Visit(st, v.N)
	if !ok && st.Kind == procedure.StepReturn {
		ok = true // the desk has the result as it comes
	}
	if !ok {
		return fmt.Errorf("nothing is known of step %q", v.Step)
	}
	if st.Kind == procedure.StepWork && o.w.staff[Station(st, c.course.Lead)] > 0 {
		w.station = Station(st, c.course.Lead)
		if c.course.Work != nil {
			if drawn, ok := c.course.Work.Visit(st, v.N); ok {
				w.visit = rescaled(w.visit, drawn.Work)
			}
		}
	}
	w.left = w.visit.Work
	return o.resumeWork(c, i, v.Opened)
}

// rescaled is a visit whose work takes another time, interrupted at the same shares of it.
func rescaled(v Visit, work int) Visit {
	breaks := make([]Break, len(v.Breaks))
	for i, b := range v.Breaks {
		if v.Work > 0 {
			b.After = b.After * work / v.Work
		}
		breaks[i] = b
	}
	v.Work, v.Breaks, v.Lag = work, breaks, 0
	return v
}

// calendarOf is the pinned calendar of an agency, else the first, as the machine has it.
func calendarOf(s *dossier.State, agency string) string {
	for _, c := range s.Calendars {
		if c.Agency == agency {
			return c.Hash
		}
	}
	return s.Calendars[0].Hash
}

// resumeWork queues a task at its station, or lets it be worked on at once, until its next break or its end.
func (o *office) resumeWork(c *living, i int, at time.Time) error {
	w := &c.tasks[i]
	w.gen++
	w.held = false
	if w.visit.Endless && w.brk >= len(w.visit.Breaks) {
		return nil
	}
	piece, next := w.left, ending
	if w.brk < len(w.visit.Breaks) {
		b := &w.visit.Breaks[w.brk]
		piece, next = max(0, b.After-(w.visit.Work-w.left)), asking
	}
	start, err := o.serve(w, at, piece)
	if err != nil {
		return err
	}
	end, err := w.cal.Advance(start, piece)
	if err != nil {
		return err
	}
	if next == ending {
		end = end.Add(w.visit.Lag)
	}
	w.since, w.until = minutesOf(start), minutesOf(end)
	o.push(w.until, next, c, i, w.gen)
	return nil
}

// serve is when somebody at the task's station begins a piece of work that comes at an instant: the first who is free, dossiers in
// the order in which they come.
func (o *office) serve(w *work, at time.Time, piece int) (time.Time, error) {
	if w.station == "" || piece == 0 {
		return at, nil
	}
	free, ok := o.free[w.station]
	load := o.loads[w.station]
	if !ok {
		free = make([]int64, o.w.staff[w.station])
		o.free[w.station] = free
		room, err := w.cal.Between(o.w.counted, o.w.until)
		if err != nil {
			return at, err
		}
		load = &Load{People: len(free), Room: int64(len(free) * room)}
		o.loads[w.station] = load
	}
	first := 0
	for i, f := range free {
		if f < free[first] {
			first = i
		}
	}
	start := at
	if f := instant(free[first]); f.After(at) {
		start = f
		waited, err := w.cal.Between(at, start)
		if err != nil {
			return start, err
		}
		load.Waited += int64(waited)
	}
	end, err := w.cal.Advance(start, piece)
	if err != nil {
		return start, err
	}
	free[first] = minutesOf(end)
	if load.Jobs++; !end.Before(o.w.counted) && start.Before(o.w.until) {
		load.Busy += int64(piece)
	}
	return start, nil
}

// standsStill says that the dossier waits for somebody outside, so that no task of it can end.
func standsStill(s *dossier.State) bool {
	if n := len(s.Supplements); n > 0 && s.Supplements[n-1].Pending() {
		return true
	}
	for i := range s.Pauses {
		if s.Pauses[i].Until.IsZero() {
			return true
		}
	}
	return false
}

// hold stops the work on the other tasks of a dossier; release lets it go on with what was left of it.
func (o *office) hold(c *living, at time.Time) error {
	for i := range c.tasks {
		w := &c.tasks[i]
		if w.held || w.until == 0 || i >= len(c.state.Visits) || !c.state.Visits[i].Open() || w.until < minutesOf(at) {
			continue
		}
		st, ok := c.deps.Plan.Step(c.state.Visits[i].Step)
		if !ok || st.Kind == procedure.StepWait || st.Kind == procedure.StepSub {
			continue
		}
		from := max(w.since, minutesOf(c.state.Visits[i].Opened))
		if done := minutesOf(at); done > from {
			n, err := w.cal.Between(instant(from), at)
			if err != nil {
				return err
			}
			w.left = max(0, w.left-n)
		}
		w.held, w.gen = true, w.gen+1
	}
	return nil
}

func (o *office) release(c *living, at time.Time) error {
	if standsStill(c.state) {
		return nil
	}
	for i := range c.tasks {
		if c.tasks[i].held && c.state.Visits[i].Open() {
			if err := o.resumeWork(c, i, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// ask interrupts a task: the applicant is asked for something, or the clock is stopped.
func (o *office) ask(c *living, i int, at time.Time) error {
	w := &c.tasks[i]
	b := &w.visit.Breaks[w.brk]
	if standsStill(c.state) { // by another branch: asked when that is over
		w.held, w.gen = true, w.gen+1
		w.left = w.visit.Work - b.After
		return nil
	}
	w.left = w.visit.Work - b.After
	a := b.Ask
	a.Task = c.state.Visits[i].Task()
	seq := c.state.Seq
	if err := o.try(c, a, at); err != nil || c.done {
		return err
	}
	w = &c.tasks[i]
	if c.state.Seq == seq || b.Answer.Kind == "" { // refused, or nothing is waited for: the work goes on
		w.brk++
		return o.resumeWork(c, i, at)
	}
	if standsStill(c.state) {
		w.until = 0
		if err := o.hold(c, at); err != nil {
			return err
		}
	}
	w.gen++
	if b.Unanswered {
		return nil
	}
	o.push(minutesOf(at.Add(b.Takes)), answering, c, i, w.gen)
	return nil
}

func (o *office) answer(c *living, i int, at time.Time) error {
	w := &c.tasks[i]
	a := w.visit.Breaks[w.brk].Answer
	w.brk++ // before the act, which may open tasks
	if err := o.try(c, a, at); err != nil || c.done {
		return err
	}
	if err := o.resumeWork(c, i, at); err != nil {
		return err
	}
	return o.release(c, at)
}

// end ends a task the way that its kind ends.
func (o *office) end(c *living, i int, at time.Time) error {
	v := &c.state.Visits[i]
	st, _ := c.deps.Plan.Step(v.Step)
	w := &c.tasks[i]
	a := dossier.Act{Kind: dossier.ActComplete, Task: v.Task(), Outcome: w.visit.Outcome}
	if c := w.visit.Conditions; c != nil {
		a.Conditions, a.ConditionsSet = *c, true
	}
	switch {
	case st.Kind == procedure.StepReturn:
		a = dossier.Act{Kind: dossier.ActFinish, Task: v.Task()}
	case st.Kind == procedure.StepSub: // the other dossier ends, whatever this one waits for
		a.Kind, a.By = dossier.ActEndChild, dossier.ByLink
	case st.Wait == procedure.WaitPayment:
		a = dossier.Act{Kind: dossier.ActConfirmPayment, Payment: v.Task()}
	case standsStill(c.state):
		w.left, w.visit.Lag, w.held = 0, 0, true
		w.gen++
		return nil
	}
	if w.visit.SendBack != "" {
		a = dossier.Act{Kind: dossier.ActSendBack, Task: v.Task(), To: w.visit.SendBack, Reasoned: true}
	}
	return o.do(c, a, at)
}
