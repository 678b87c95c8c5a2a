package dossier

import (
	"errors"
	"slices"
	"time"

	"motcua/calendar"
)

// Classes of a verdict (clock.md §6). An open dossier that is not late has none.
const (
	ClassEarly  = "early"
	ClassOnTime = "on_time"
	ClassLate   = "late"
)

// Verdict is how a dossier kept its promise, computed from the whole ledger when asked and stored nowhere.
type Verdict struct {
	Class string `json:"class,omitempty"`
	// Rescheduled: it is judged by a re-appointed date; reports show it apart and count it late by default.
	Rescheduled bool `json:"rescheduled,omitempty"`
	// Since is the first promise that the running clock passed.
	Since time.Time `json:"since,omitzero"`
	// LateMinutes are counted working minutes beyond the promises; Charges split them, exactly.
	LateMinutes int      `json:"late_minutes,omitempty"`
	Charges     []Charge `json:"charges,omitempty"`
}

// Charge is a share of the lateness.
type Charge struct {
	Agency string `json:"agency"`
	// Task is empty where no step exceeded its budget and the lateness falls to the lead agency.
	Task    string `json:"task,omitempty"`
	Minutes int    `json:"minutes"`
}

// Judge computes the verdict as of an instant.
func Judge(d Deps, s *State, at time.Time) (Verdict, error) {
	var v Verdict
	if len(s.Counts) == 0 {
		return v, nil
	}
	r, err := newReckoner(d, s, r0(s, at))
	if err != nil {
		return v, err
	}
	for i := range s.Counts {
		b, err := r.breach(&s.Counts[i])
		if err != nil {
			return v, err
		}
		if b.due.IsZero() {
			continue
		}
		if v.Since.IsZero() {
			v.Since = b.due
		}
		v.LateMinutes += b.minutes
	}
	v.Rescheduled = s.Reappointed != nil
	switch {
	case !v.Since.IsZero():
		v.Class = ClassLate
		v.Charges, err = r.charges(v.LateMinutes)
	case !s.FinishedAt.IsZero():
		v.Class, err = r.kept()
	}
	return v, err
}

// kept says whether a dossier that passed no promise finished on an earlier date or on the day.
func (r *reckoner) kept() (string, error) {
	due, err := r.promise()
	if err != nil {
		return "", err
	}
	if calendar.DateOf(r.s.FinishedAt) < calendar.DateOf(due) {
		return ClassEarly, nil
	}
	return ClassOnTime, nil
}

type breach struct {
	due     time.Time
	minutes int
}

// breach finds the first promise of a count that its running clock passed. Each moment at which the promise could move is
// a check with what was known then: a later pause, extension or re-appointment never washes lateness away; only an
// exclusion by decision reaches into the past.
func (r *reckoner) breach(c *Count) (breach, error) {
	end := c.End
	if end.IsZero() || end.After(r.at) {
		end = r.at
	}
	checks := []time.Time{end}
	add := func(t time.Time) {
		if t.After(c.Start) && t.Before(end) {
			checks = append(checks, t)
		}
	}
	for _, o := range r.outs {
		add(o.from)
	}
	for _, e := range c.Extensions {
		add(e.At)
	}
	for _, ch := range c.Changed {
		add(ch.At)
	}
	if a := r.s.Reappointed; a != nil && a.Count == c.N {
		add(a.At)
	}
	slices.SortFunc(checks, time.Time.Compare)
	for _, at := range checks {
		known := func(on *reckoner) []span {
			return unite(append(within(on.outs, c.Start, at), within(on.known, c.Start, farFuture)...))
		}
		due, err := r.promiseWith(c, known, at.Add(-time.Minute))
		if err != nil {
			return breach{}, err
		}
		if !r.passed(c, due, at) {
			continue
		}
		if still, err := r.still(c, at); err != nil {
			return breach{}, err
		} else if still {
			continue // what it was when it stopped is what it is
		}
		late, err := r.cal.Between(due, end)
		if err != nil {
			return breach{}, err
		}
		out, err := minutes(r.cal, within(r.outs, due, end))
		return breach{due: due, minutes: late - out}, err
	}
	return breach{}, nil
}

// sinceStillIsNotLate is part of engine version 5: only a running clock passes a promise. Before, a dossier that stood still over
// midnight was late until the time that was taken out had moved its due date, and one that stood still up to a restart for good.
const sinceStillIsNotLate = 5

// still says that the clock stood still up to an instant: not a working minute has run since it was last stopped. It stood still where
// it did on any calendar that a date was given on: a day that an amendment has worked after the fact makes nothing late, and one that
// it has closed lifts lateness by its decision only (clock.md §6, §10). A result is judged by its own date, whatever ran before.
func (r *reckoner) still(c *Count, at time.Time) (bool, error) {
	if r.s.Engine < sinceStillIsNotLate || at.Equal(r.s.FinishedAt) {
		return false, nil
	}
	for _, hash := range r.s.givenOn(c.before) {
		on, err := r.on(hash)
		if err != nil {
			return false, err
		}
		still, err := on.stood(c, at)
		if hash != "" && errors.Is(err, calendar.ErrOutOfRange) {
			continue // no date was given on it
		}
		if err != nil || still {
			return still, err
		}
	}
	return false, nil
}

// stood says that the clock stood still up to an instant by the reckoner's own calendar; one of clock hours runs at night too.
func (r *reckoner) stood(c *Count, at time.Time) (bool, error) {
	clockHours := r.limitOf(c, at).Unit == calendar.Hour
	for _, o := range r.outs {
		switch {
		case !o.from.Before(at):
		case !at.After(o.until):
			return true, nil
		case clockHours:
		default:
			if ran, err := r.cal.Between(o.until, at); err != nil || ran == 0 {
				return err == nil, err
			}
		}
	}
	return false, nil
}

// passed compares by date for day limits and by instant for hour limits. The moment itself must be running time: a pause
// that began before the due instant is not lateness.
func (r *reckoner) passed(c *Count, due, at time.Time) bool {
	if r.byDate(c) {
		return calendar.DateOf(at) > calendar.DateOf(due)
	}
	return at.After(due)
}

// charges splits lateness over the counted steps that exceeded their own budget, in proportion to the excess, by largest
// remainder so that the parts add up exactly; with none, it falls to the lead agency. Excluded legs are never charged.
func (r *reckoner) charges(late int) ([]Charge, error) {
	if late <= 0 {
		return nil, nil
	}
	excess, total, err := r.excesses()
	if err != nil {
		return nil, err
	}
	if total == 0 {
		return []Charge{{Agency: r.s.Lead, Minutes: late}}, nil
	}
	left := late
	remainders := make([]int, len(excess))
	for i := range excess {
		share := late * excess[i].Minutes
		remainders[i] = share % total
		excess[i].Minutes = share / total
		left -= excess[i].Minutes
	}
	for ; left > 0; left-- {
		best := 0
		for i := range remainders {
			if remainders[i] > remainders[best] {
				best = i
			}
		}
		excess[best].Minutes++
		remainders[best] = -1
	}
	return slices.DeleteFunc(excess, func(c Charge) bool { return c.Minutes == 0 }), nil
}

// excesses are the counted minutes of each task on the chain beyond its budget.
func (r *reckoner) excesses() (out []Charge, total int, err error) {
	segments, err := r.ledger()
	if err != nil {
		return nil, 0, err
	}
	for _, i := range r.chain {
		v := &r.s.Visits[i]
		st, ok := v.time(r.d.Plan)
		if !ok || st.Excluded || v.Budget == 0 {
			continue
		}
		used := 0
		for _, g := range segments {
			if g.Task == v.Task() && g.Counted && !g.From.Before(latest(v.Opened, v.Restarted)) {
				used += g.Minutes
			}
		}
		if used > v.Budget {
			out = append(out, Charge{Agency: v.Agency, Task: v.Task(), Minutes: used - v.Budget})
			total += used - v.Budget
		}
	}
	return out, total, nil
}
