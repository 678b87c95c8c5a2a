package dossier

import (
	"time"

	"motcua/calendar"
)

// Reckoning is how the due instant of one count came about: what a proof of it must show, each figure by itself.
type Reckoning struct {
	Count int       `json:"count"`
	Start time.Time `json:"start"`
	// End is when the next count began or the dossier ended; zero while it runs.
	End time.Time `json:"end,omitzero"`
	// Granted is the limit that the count began with, Limit the one that it has, extensions included; both zero for a same-day limit.
	Granted calendar.Limit `json:"granted,omitzero"`
	Limit   calendar.Limit `json:"limit,omitzero"`
	// Plain is the due instant with nothing taken out.
	Plain time.Time `json:"plain"`
	// Taken are the stretches out of the clock, overlaps united; TakenMinutes is their sum, in working minutes, or in minutes of the
	// clock for a limit in clock hours.
	Taken        []Taken `json:"taken,omitempty"`
	TakenMinutes int     `json:"taken_minutes"`
	// Moved is the start's time of day on the last counted day plus TakenMinutes, before it is rounded up once to the end of its day;
	// zero for limits that are not in days.
	Moved time.Time `json:"moved,omitzero"`
	// ByLimit is the due instant by the limit, Due the promise: another one where the dossier was re-appointed in this count.
	ByLimit time.Time `json:"by_limit"`
	Due     time.Time `json:"due"`
}

// Taken is a stretch out of the legal clock.
type Taken struct {
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Minutes int       `json:"minutes"`
}

// Reckonings are those of all counts as of an instant, in order.
func Reckonings(d Deps, s *State, at time.Time) ([]Reckoning, error) {
	if len(s.Counts) == 0 {
		return nil, nil
	}
	r, err := newReckoner(d, s, r0(s, minute(at)))
	if err != nil {
		return nil, err
	}
	out := make([]Reckoning, 0, len(s.Counts))
	for i := range s.Counts {
		x, err := r.reckoning(&s.Counts[i])
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func (r *reckoner) reckoning(c *Count) (x Reckoning, err error) {
	at := r.at
	takenOn := func(on *reckoner) []span { return on.outs }
	if !c.End.IsZero() {
		at, takenOn = earliest(at, c.End), func(on *reckoner) []span { return within(on.outs, c.Start, c.End) }
	}
	outs := takenOn(r)
	x = Reckoning{Count: c.N, Start: c.Start, End: c.End, Granted: r.limitOf(c, c.Start.Add(-time.Minute)), Limit: r.limitOf(c, at)}
	clockHours := x.Limit.Unit == calendar.Hour
	for _, o := range within(outs, c.Start, farFuture) {
		t := Taken{From: o.from, Until: o.until, Minutes: int(o.until.Sub(o.from) / time.Minute)}
		if !clockHours {
			if t.Minutes, err = r.cal.Between(o.from, o.until); err != nil {
				return x, err
			}
		}
		x.Taken, x.TakenMinutes = append(x.Taken, t), x.TakenMinutes+t.Minutes
	}
	if x.Plain, err = r.limitDue(c, nil, at); err != nil {
		return x, err
	}
	if x.ByLimit, err = r.limitDue(c, outs, at); err != nil {
		return x, err
	}
	if x.Due, err = r.promiseWith(c, takenOn, at); err != nil {
		return x, err
	}
	if x.Limit.IsDays() {
		x.Moved, err = r.moved(c, x.Limit, x.TakenMinutes)
	}
	return x, err
}

// moved is where the last counted day stands with the start's time of day and what was taken out, before rounding.
func (r *reckoner) moved(c *Count, l calendar.Limit, taken int) (time.Time, error) {
	last, err := r.cal.LastDay(c.Start, l)
	if err != nil {
		return zeroTime, err
	}
	base, err := r.cal.AtTimeOfDay(last, c.Start)
	if err != nil {
		return zeroTime, err
	}
	return r.cal.Advance(base, taken)
}

// StepTime is the ledger of one visit of a step: its budget and what it used of it, on the calendar of its own agency. In parallel
// branches every branch has one, also those whose minutes are not the dossier's (clock.md §3, §7).
type StepTime struct {
	Task    string    `json:"task"`
	Step    string    `json:"step"`
	Agency  string    `json:"agency"`
	Leg     string    `json:"leg"`
	Opened  time.Time `json:"opened"`
	Closed  time.Time `json:"closed,omitzero"`
	Outcome string    `json:"outcome,omitempty"`
	// Silent: nobody answered, and that counts as the outcome. Cancelled: another branch went back before the fork.
	Silent    bool `json:"silent,omitempty"`
	Cancelled bool `json:"cancelled,omitempty"`
	// Budget and Used are working minutes; a restart gives the whole budget again, from Since on.
	Budget int       `json:"budget,omitempty"`
	Since  time.Time `json:"since,omitzero"`
	Used   int       `json:"used"`
	// Excluded steps are outside the legal clock, up to Bound, by Ground.
	Excluded bool      `json:"excluded,omitempty"`
	Bound    time.Time `json:"bound,omitzero"`
	Ground   string    `json:"ground,omitempty"`
	// Apart: a branch that ended before another one; its minutes are not in the dossier's sum.
	Apart bool `json:"apart,omitempty"`
}

// StepTimes are the ledgers of all visits as of an instant, in the order in which they opened.
func StepTimes(d Deps, s *State, at time.Time) ([]StepTime, error) {
	if len(s.Visits) == 0 {
		return nil, nil
	}
	r, err := newReckoner(d, s, r0(s, minute(at)))
	if err != nil {
		return nil, err
	}
	onChain := make([]bool, len(s.Visits))
	for _, i := range r.chain {
		onChain[i] = true
	}
	out := make([]StepTime, 0, len(s.Visits))
	for i := range s.Visits {
		x, err := r.stepTime(&s.Visits[i])
		if err != nil {
			return nil, err
		}
		x.Apart = !onChain[i]
		out = append(out, x)
	}
	return out, nil
}

func (r *reckoner) stepTime(v *Visit) (x StepTime, err error) {
	x = StepTime{
		Task: v.Task(), Step: v.Step, Agency: v.Agency, Leg: LegAgency, Opened: v.Opened, Closed: v.Closed, Outcome: v.Outcome,
		Silent: v.Silent, Cancelled: v.Cancelled, Budget: v.Budget, Since: v.Restarted,
	}
	if st, ok := v.time(r.d.Plan); ok {
		if st.Leg != "" {
			x.Leg = st.Leg
		}
		if st.Excluded {
			x.Excluded, x.Bound, x.Ground = true, r.bound(v, st), st.Ground
		}
	}
	cal, err := r.d.Calendars(r.s.calendarHash(v.Agency))
	if err != nil {
		return x, err
	}
	from, until := latest(v.Opened, v.Restarted), cut(v.Closed, zeroTime, r.at)
	if !until.After(from) {
		return x, nil
	}
	whole, err := cal.Between(from, until)
	if err != nil {
		return x, err
	}
	out, err := minutes(cal, within(r.stepOuts(v), from, until))
	x.Used = whole - out
	return x, err
}
