package backtest

import (
	"errors"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// Read makes a course of the events of a past dossier: its arrivals, the working time that each visit took, its ways out, what
// interrupted it and how long the applicant needed. lead is what its lead agency is called among the stations. Lived again on the
// plan that it had, it takes the same time; what the record does not tell (a re-appointment's date, a reopened result) is left out.
func Read(events []dossier.Event, plan *procedure.Executable, lead string, policy dossier.Policy, calendars func(hash string) (*calendar.Calendar, error)) (Course, error) {
	if len(events) == 0 {
		return Course{}, errors.New("a dossier without events")
	}
	r := &record{events: events, state: dossier.Rebuild(events), calendars: calendars, life: past{}}
	first := &events[0]
	c := Course{Code: r.state.Code, Lead: lead, Received: first.At, Plan: plan, Channel: r.state.Channel, Life: r.life}
	facts := r.state.IntakeFacts
	c.Facts = &facts
	if b, ok := first.Body.(dossier.Submitted); ok {
		c.Conditions = b.Conditions
	}
	if err := r.intake(&c); err != nil {
		return c, err
	}
	for i := range r.state.Visits {
		if err := r.visit(i, plan); err != nil {
			return c, err
		}
	}
	if err := r.breaks(plan); err != nil {
		return c, err
	}
	return c, r.judge(&c, plan, policy)
}

// past is a life on record, by task.
type past map[string]Visit

// Visit is the visit on record.
func (p past) Visit(st *procedure.Step, n int) (Visit, bool) {
	v, ok := p[dossier.TaskID(st.ID, n)]
	return v, ok
}

// record is a dossier being read.
type record struct {
	events    []dossier.Event
	state     *dossier.State
	calendars func(hash string) (*calendar.Calendar, error)
	life      past
}

func (r *record) calendarOf(agency string) (*calendar.Calendar, error) {
	return r.calendars(calendarOf(r.state, agency))
}

// intake is what the desk did before acceptance, or instead of it, and how the applicant ended it.
func (r *record) intake(c *Course) error {
	c.Unaccepted = true
	for i := range r.events {
		e := &r.events[i]
		switch b := e.Body.(type) {
		case dossier.Accepted:
			c.Unaccepted = false
		case dossier.IntakeRefused:
			if b.Automatic {
				continue
			}
			c.Unaccepted, c.Refused = false, true
		case dossier.Withdrawn:
			c.Withdrawn = max(e.At.Sub(c.Received), time.Minute)
			continue
		case dossier.Stopped:
			if !b.Automatic {
				c.Withdrawn = max(e.At.Sub(c.Received), time.Minute) // ends it likewise
			}
			continue
		default:
			continue
		}
		cal, err := r.calendarOf(r.state.Receiving)
		if err != nil {
			return err
		}
		c.Intake, c.Lag, err = spent(cal, c.Received, e.At)
		if err != nil {
			return err
		}
	}
	return nil
}

// spent splits a stretch into working time and the wall time after its last working minute.
func spent(cal *calendar.Calendar, from, until time.Time) (work int, lag time.Duration, err error) {
	if !until.After(from) {
		return 0, 0, nil
	}
	if work, err = cal.Between(from, until); err != nil {
		return 0, 0, err
	}
	end, err := cal.Advance(from, work)
	return work, until.Sub(end), err
}

// paused is working time of a stretch in which the whole dossier stood still for somebody outside.
func (r *record) paused(cal *calendar.Calendar, from, until time.Time) (int, error) {
	n := 0
	for _, p := range r.state.Pauses {
		if p.Cause == dossier.CauseDecision {
			continue
		}
		a, b := p.From, p.Until
		if a.Before(from) {
			a = from
		}
		if b.IsZero() || b.After(until) {
			b = until
		}
		if !b.After(a) {
			continue
		}
		m, err := cal.Between(a, b)
		if err != nil {
			return 0, err
		}
		n += m
	}
	return n, nil
}

func (r *record) visit(i int, plan *procedure.Executable) error {
	v := &r.state.Visits[i]
	st, ok := plan.Step(v.Step)
	if !ok {
		return nil
	}
	out := Visit{Outcome: v.Outcome}
	switch {
	case v.Open() || v.Cancelled || v.Silent || r.state.Stage.Closed() && r.state.Stage != dossier.StageReturned && v.Closed.Equal(r.state.EndedAt):
		out.Endless = true
	case st.Kind == procedure.StepWait, st.Kind == procedure.StepSub: // nobody here works on it
		out.Lag = v.Closed.Sub(v.Opened)
	default:
		cal, err := r.calendarOf(v.Agency)
		if err != nil {
			return err
		}
		if out.Work, out.Lag, err = spent(cal, v.Opened, r.closed(v)); err != nil {
			return err
		}
		still, err := r.paused(cal, v.Opened, r.closed(v))
		if err != nil {
			return err
		}
		out.Work = max(0, out.Work-still)
	}
	r.ending(v, &out)
	r.life[v.Task()] = out
	return nil
}

// closed is when the work on a visit was over: for a return step when the result was there, not when it was handed out.
func (r *record) closed(v *dossier.Visit) time.Time {
	if f := r.state.FinishedAt; !f.IsZero() && v.Closed.After(f) && !v.Opened.After(f) {
		return f
	}
	return v.Closed
}

// ending is how the visit was ended: sent back, or with other facts.
func (r *record) ending(v *dossier.Visit, out *Visit) {
	task := v.Task()
	for i := range r.events {
		e := &r.events[i]
		switch b := e.Body.(type) {
		case dossier.SentBack:
			if b.Task == task {
				out.SendBack = b.To
			}
		case dossier.StepCompleted:
			if b.Task != task || e.Act == "" {
				continue
			}
			for k := range r.events[:i] {
				if c, ok := r.events[k].Body.(dossier.ConditionsChanged); ok && r.events[k].Act == e.Act {
					out.Conditions = &c.Conditions
				}
			}
		}
	}
}

// breaks puts what interrupted the dossier into the visit that it interrupted.
func (r *record) breaks(plan *procedure.Executable) error {
	for i := range r.events {
		e := &r.events[i]
		b, task := r.interruption(i, plan)
		v, ok := r.life[task]
		if !ok {
			continue
		}
		k := slices.IndexFunc(r.state.Visits, func(v dossier.Visit) bool { return v.Task() == task })
		visit := &r.state.Visits[k]
		cal, err := r.calendarOf(visit.Agency)
		if err != nil {
			return err
		}
		if e.At.After(visit.Opened) {
			n, err := cal.Between(visit.Opened, e.At)
			if err != nil {
				return err
			}
			still, err := r.paused(cal, visit.Opened, e.At)
			if err != nil {
				return err
			}
			b.After = max(0, n-still)
		}
		if v.Endless && b.After > v.Work {
			v.Work = b.After
		}
		b.After = min(b.After, v.Work)
		v.Breaks = append(v.Breaks, b)
		r.life[task] = v
	}
	return nil
}

// interruption reads an event that interrupts, with its answer, and the task that it interrupts; "" where it is none.
func (r *record) interruption(i int, plan *procedure.Executable) (Break, string) {
	e := &r.events[i]
	switch b := e.Body.(type) {
	case dossier.SupplementRequested:
		if b.BeforeAcceptance {
			return Break{}, ""
		}
		ask := dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true, Papers: b.Papers, Approval: b.Override, GuidanceIgnored: b.GuidanceIgnored}
		answer := dossier.Act{Kind: dossier.ActProvideSupplement, By: "applicant", Complete: true}
		return answered(e, ask, answer, r.state.Supplements[b.N-1].CompletedAt), b.Task
	case dossier.Suspended:
		return answered(e, dossier.Act{Kind: dossier.ActSuspend, Ground: b.Ground, Document: b.Document}, dossier.Act{Kind: dossier.ActResume}, r.ends(e.At, dossier.CauseSuspension)),
			r.allowing(e.At, procedure.MaySuspend, plan)
	case dossier.PaymentRequested:
		if b.Task != "" || !b.Suspends {
			return Break{}, ""
		}
		ask := dossier.Act{Kind: dossier.ActRequestPayment, Payment: b.ID, Amount: b.Amount, Financial: true, Ground: b.Ground}
		return answered(e, ask, dossier.Act{Kind: dossier.ActConfirmPayment, Payment: b.ID}, r.ends(e.At, dossier.CausePayment)), r.allowing(e.At, procedure.MayPayment, plan)
	case dossier.Extended:
		return Break{Ask: dossier.Act{Kind: dossier.ActExtend, Extension: b.ID, Reasoned: true}}, r.allowing(e.At, "", plan)
	case dossier.Excluded:
		ask := dossier.Act{Kind: dossier.ActExclude, From: b.From, Until: b.Until, Ground: b.Ground, Document: b.Document}
		return Break{Ask: ask}, r.allowing(e.At, "", plan)
	}
	return Break{}, ""
}

func answered(e *dossier.Event, ask, answer dossier.Act, at time.Time) Break {
	b := Break{Ask: ask, Answer: answer, Unanswered: at.IsZero()}
	if !b.Unanswered {
		b.Takes = at.Sub(e.At)
	}
	return b
}

// ends is when the pause that began at an instant was over; zero: never.
func (r *record) ends(from time.Time, cause string) time.Time {
	for _, p := range r.state.Pauses {
		if p.Cause == cause && p.From.Equal(from) && (r.state.EndedAt.IsZero() || p.Until.Before(r.state.EndedAt)) {
			return p.Until
		}
	}
	return time.Time{}
}

// allowing is the task open at an instant whose step allows an act, else any open one.
func (r *record) allowing(at time.Time, may string, plan *procedure.Executable) string {
	found := ""
	for i := range r.state.Visits {
		v := &r.state.Visits[i]
		if v.Opened.After(at) || !v.Open() && v.Closed.Before(at) {
			continue
		}
		st, ok := plan.Step(v.Step)
		switch {
		case ok && may != "" && slices.Contains(st.May, may):
			return v.Task()
		case may == "":
			found = v.Task()
		}
	}
	return found
}

// judge notes the verdict on record, of a dossier that has a result or is late without one.
func (r *record) judge(c *Course, plan *procedure.Executable, policy dossier.Policy) error {
	last := r.events[len(r.events)-1].Recorded
	v, err := dossier.Judge(dossier.Deps{Plan: plan, Policy: policy, Calendars: r.calendars}, r.state, last)
	if err == nil && r.state.Stage != dossier.StageWithdrawn && r.state.Stage != dossier.StageStopped {
		c.Recorded = v.Class
	}
	return err
}

// CalendarsOf are the revisions of calendars that a dossier has lived by.
func CalendarsOf(events []dossier.Event) (hashes []string) {
	for i := range events {
		switch b := events[i].Body.(type) {
		case dossier.Submitted:
			for _, c := range b.Intake.Calendars {
				hashes = append(hashes, c.Hash)
			}
		case dossier.CalendarAdopted:
			hashes = append(hashes, b.Hash)
		case dossier.CalendarAmended:
			for _, c := range b.Calendars {
				hashes = append(hashes, c.Hash)
			}
		}
	}
	return hashes
}
