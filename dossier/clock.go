package dossier

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

var zeroTime time.Time

// TaskID names a visit: "tham-dinh#1".
func TaskID(step string, n int) string { return step + "#" + strconv.Itoa(n) }

// span is a half-open stretch of time.
type span struct{ from, until time.Time }

// unite sorts spans and merges overlaps, so that the same minutes are never taken out twice.
func unite(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	var out []span
	for _, s := range spans {
		if !s.until.After(s.from) {
			continue
		}
		if n := len(out); n > 0 && !s.from.After(out[n-1].until) {
			out[n-1].until = latest(out[n-1].until, s.until)
			continue
		}
		out = append(out, s)
	}
	return out
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// reckoner computes the clock of one dossier as seen at one instant. It is made afresh for every question, so that nothing
// is ever reckoned from a rounded date.
type reckoner struct {
	d   Deps
	s   *State
	at  time.Time
	cal *calendar.Calendar
	// outs are the stretches out of the legal clock, united; open ones end at their bound, else at `at`.
	outs []span
	// known are the stretches that count at any time in the past: exclusions by decision.
	known []span
	chain []int
	// earlier are the same clock on calendars that the receiving point had before, by hash.
	earlier map[string]*reckoner
}

func newReckoner(d Deps, s *State, at time.Time) (*reckoner, error) {
	cal, err := d.Calendars(s.calendarHash(s.Receiving))
	if err != nil {
		return nil, err
	}
	return reckonOn(d, s, at, cal), nil
}

func reckonOn(d Deps, s *State, at time.Time, cal *calendar.Calendar) *reckoner {
	r := &reckoner{d: d, s: s, at: at, cal: cal}
	r.chain = s.criticalChain(d.Plan)
	var all []span
	for _, p := range s.Pauses {
		x := span{p.From, cut(p.Until, p.Bound, at)}
		all = append(all, x)
		if p.Decided {
			r.known = append(r.known, x)
		}
	}
	for _, i := range r.chain {
		if x, ok := r.excludedVisit(&s.Visits[i]); ok {
			all = append(all, x)
		}
	}
	r.outs, r.known = unite(all), unite(r.known)
	return r
}

// cut ends a stretch: at its end, but never beyond its bound; while it lasts, at its bound or else now.
func cut(until, bound, at time.Time) time.Time {
	switch {
	case until.IsZero() && bound.IsZero():
		return at
	case until.IsZero():
		return bound
	case bound.IsZero():
		return until
	}
	return earliest(until, bound)
}

// excludedVisit is the stretch that an excluded step takes out of the legal clock.
func (r *reckoner) excludedVisit(v *Visit) (span, bool) {
	st, ok := v.time(r.d.Plan)
	if !ok || !st.Excluded {
		return span{}, false
	}
	return span{v.Opened, cut(v.Closed, r.bound(v, st), r.at)}, true
}

// bound is where the exclusion of a step ends even if the step does not; zero: none.
func (r *reckoner) bound(v *Visit, st *procedure.Step) time.Time {
	if st.Bound.IsZero() {
		return zeroTime
	}
	b, err := r.cal.Add(v.Opened, st.Bound)
	if err != nil {
		return zeroTime
	}
	return b
}

// criticalChain is the chain of visits whose minutes are the dossier's, from the first to the last: with parallel branches
// it follows the one that ended last (clock.md §3). While branches are open it follows one whose time counts.
func (s *State) criticalChain(plan *procedure.Executable) []int {
	last := -1
	for i := range s.Visits {
		v := &s.Visits[i]
		switch {
		case v.Cancelled:
		case last < 0:
			last = i
		case better(plan, v, &s.Visits[last]):
			last = i
		}
	}
	var chain []int
	for i := last; i >= 0; i = s.Visits[i].From {
		chain = append(chain, i)
	}
	slices.Reverse(chain)
	return chain
}

// better says whether the chain should end at v rather than at w: open before closed, counted before excluded, ended later,
// opened later.
func better(plan *procedure.Executable, v, w *Visit) bool {
	if v.Open() != w.Open() {
		return v.Open()
	}
	if v.Open() {
		return !v.excluded(plan) && w.excluded(plan)
	}
	return cmp.Or(v.Closed.Compare(w.Closed), v.Opened.Compare(w.Opened), 1) > 0
}

func (v *Visit) excluded(plan *procedure.Executable) bool {
	st, ok := v.time(plan)
	return ok && st.Excluded
}

// within cuts spans to [from, until).
func within(spans []span, from, until time.Time) []span {
	var out []span
	for _, s := range spans {
		s.from, s.until = latest(s.from, from), earliest(s.until, until)
		if s.until.After(s.from) {
			out = append(out, s)
		}
	}
	return out
}

// minutes is the working time of spans on a calendar.
func minutes(cal *calendar.Calendar, spans []span) (int, error) {
	n := 0
	for _, s := range spans {
		m, err := cal.Between(s.from, s.until)
		if err != nil {
			return 0, err
		}
		n += m
	}
	return n, nil
}

// limitOf is the limit of a count as it stood at an instant: the committed limit and the extensions granted by then.
func (r *reckoner) limitOf(c *Count, at time.Time) calendar.Limit {
	l := r.s.Commitment.Committed
	if !c.Limit.IsZero() {
		l = c.Limit
	}
	for _, ch := range c.Changed {
		if !ch.At.After(at) {
			l = ch.Limit
		}
	}
	for _, e := range c.Extensions {
		if e.At.After(at) {
			continue
		}
		if sum, err := l.Plus(e.Add); err == nil {
			l = sum
		} else if l.IsZero() {
			l = e.Add
		}
	}
	return l
}

// limitDue is the due instant of a count by its limit, taking out the given stretches and knowing the extensions granted by
// an instant. A day limit is reckoned from its start each time: the time of day of the start on the last counted day plus
// the sum of the suspended minutes, rounded up once to the end of that day (clock.md §4).
func (r *reckoner) limitDue(c *Count, outs []span, at time.Time) (time.Time, error) {
	l := r.limitOf(c, at)
	sum, err := minutes(r.cal, within(outs, c.Start, farFuture))
	if err != nil {
		return zeroTime, err
	}
	switch {
	case r.s.Commitment.SameDay != nil && l.IsZero():
		return r.sameDayDue(c, sum)
	case l.IsDays():
		last, err := r.cal.LastDay(c.Start, l)
		if err != nil {
			return zeroTime, err
		}
		return r.roundedUp(last, c.Start, sum)
	case l.Unit == calendar.Hour:
		t := c.Start.Add(time.Duration(l.Hundredths*60/100) * time.Minute)
		for _, o := range within(outs, c.Start, farFuture) {
			t = t.Add(o.until.Sub(o.from))
		}
		return t, nil
	}
	t, err := r.cal.Add(c.Start, l)
	if err != nil {
		return zeroTime, err
	}
	return r.cal.Advance(t, sum)
}

// roundedUp is the end of the day that lies sum working minutes after the time of day of `of` on a day.
func (r *reckoner) roundedUp(day, of time.Time, sum int) (time.Time, error) {
	base, err := r.cal.AtTimeOfDay(day, of)
	if err != nil {
		return zeroTime, err
	}
	t, err := r.cal.Advance(base, sum)
	if err != nil {
		return zeroTime, err
	}
	return r.cal.EndOfDay(t)
}

// sameDayDue: received up to the cut-off, due that day; after it, the next working day. What is taken out moves the receipt by as
// much: a dossier moved past the cut-off has less of the day left than the law grants to one received at it, and is due on the
// next working day. One received after the cut-off already has that day as its last counted one (clock.md §4).
func (r *reckoner) sameDayDue(c *Count, sum int) (time.Time, error) {
	cutOff := r.s.Commitment.SameDay.CutOff
	if minuteOfDay(c.Start) > cutOff {
		next, err := r.cal.NextOpening(c.Start)
		if err != nil {
			return zeroTime, err
		}
		return r.roundedUp(next, c.Start, sum)
	}
	if sum == 0 || r.s.Engine < sinceMovedReceipt {
		return r.roundedUp(c.Start, c.Start, sum)
	}
	moved, err := r.cal.Advance(c.Start, sum)
	if err == nil {
		moved, err = r.cal.Normalize(moved) // a receipt at closing time is one of the next morning (clock.md §1)
	}
	if err == nil && minuteOfDay(moved) > cutOff {
		moved, err = r.cal.NextOpening(moved)
	}
	if err != nil {
		return zeroTime, err
	}
	return r.cal.EndOfDay(moved)
}

func minuteOfDay(t time.Time) int {
	t = t.In(calendar.Zone())
	return t.Hour()*60 + t.Minute()
}

// farFuture ends stretches that are not to be cut.
var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// promise is the promised instant of the running count: its limit's, or the re-appointed one moved by what was suspended
// since.
func (r *reckoner) promise() (time.Time, error) {
	c := r.count()
	if c == nil {
		return zeroTime, nil
	}
	return r.promiseWith(c, func(on *reckoner) []span { return on.outs }, r.at)
}

// promiseWith is the promise of a count as it was known at an instant, with the stretches that are taken out on each calendar that it
// stands on.
func (r *reckoner) promiseWith(c *Count, outs func(*reckoner) []span, at time.Time) (time.Time, error) {
	byLimit := func() (time.Time, error) {
		return r.standing(c.before, r.byDate(c), func(on *reckoner) (time.Time, error) { return on.limitDue(c, outs(on), at) })
	}
	a := r.s.Reappointed
	if a == nil || a.Count > c.N || a.Count < c.N && r.s.Engine < sinceAppointmentStands || a.At.After(at) {
		return byLimit()
	}
	promise, err := r.standing(a.before, r.byDate(c), func(on *reckoner) (time.Time, error) { return on.reappointed(a, c, outs(on)) })
	if err != nil || a.Count == c.N && (r.s.Engine < sinceGrantedAfter || !c.granted(a.At, at)) {
		return promise, err
	}
	due, err := byLimit()
	return latest(promise, due), err
}

// reappointed is the re-appointed date, moved by what was taken out since; a later count begins with it as it is printed.
func (r *reckoner) reappointed(a *Reappointment, c *Count, outs []span) (time.Time, error) {
	since := a.At
	if a.Count < c.N {
		since = latest(since, c.Start)
	}
	sum, err := minutes(r.cal, within(outs, since, farFuture))
	if err != nil || sum == 0 {
		return a.NewDue, err
	}
	return r.roundedUp(a.NewDue, c.Start, sum)
}

// sinceGrantedAfter is part of engine version 5: a legal extension that is granted after a re-appointment counts where the limit then
// reaches beyond the re-appointed date. Before, such a dossier was late within the time that the law had given it.
const sinceGrantedAfter = 5

// granted says whether an extension was granted between two instants.
func (c *Count) granted(after, until time.Time) bool {
	return slices.ContainsFunc(c.Extensions, func(e GrantedExtension) bool { return e.At.After(after) && !e.At.After(until) })
}

// count is the running count, nil before the legal clock started.
func (r *reckoner) count() *Count {
	if n := len(r.s.Counts); n > 0 {
		return &r.s.Counts[n-1]
	}
	return nil
}

// stopped says whether the legal clock stands still at the reckoner's instant.
func (r *reckoner) stopped() bool {
	for _, p := range r.s.Pauses {
		if covers(p.From, p.Until, p.Bound, r.at) {
			return true
		}
	}
	for _, i := range r.chain {
		v := &r.s.Visits[i]
		if st, ok := v.time(r.d.Plan); ok && st.Excluded && covers(v.Opened, v.Closed, r.bound(v, st), r.at) {
			return true
		}
	}
	return false
}

// paused says whether the whole dossier stands still, not just a step outside the legal clock.
func (r *reckoner) paused() bool {
	for _, p := range r.s.Pauses {
		if covers(p.From, p.Until, p.Bound, r.at) {
			return true
		}
	}
	return false
}

func covers(from, until, bound, at time.Time) bool {
	return !from.After(at) && (until.IsZero() || until.After(at)) && (bound.IsZero() || bound.After(at))
}
