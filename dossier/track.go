package dossier

import (
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// track is the stretch on which rungs are placed: from start to due, without what is taken out.
type track struct {
	cal        *calendar.Calendar
	start, due time.Time
	outs       []span
	byDate     bool
	engine     int
	// known is the due instant as it was known at an earlier one, with nothing taken out from then on; nil: it does not move.
	known func(at time.Time) (time.Time, error)
}

// stepTrack is the clock of a task on its own agency's calendar: a budget of working minutes drawn down from opening, due
// at the earlier of that and the dossier's promise (clock.md §7).
func (r *reckoner) stepTrack(v *Visit, st *procedure.Step, promise time.Time) (track, bool, error) {
	cal, err := r.d.Calendars(r.s.calendarHash(v.Agency))
	if err != nil {
		return track{}, false, err
	}
	tr := track{cal: cal, start: latest(v.Opened, v.Restarted), outs: r.stepOuts(v), engine: r.s.Engine}
	tr.known = func(at time.Time) (time.Time, error) {
		then, err := r.promiseAt(at)
		if err != nil {
			return zeroTime, err
		}
		return tr.until(at).stepDue(v, st, then)
	}
	if tr.due, err = tr.stepDue(v, st, promise); err != nil {
		return track{}, false, err
	}
	return tr, !st.Limit.IsZero() || !st.Excluded && !promise.IsZero() && !r.endless(), nil
}

func (t track) stepDue(v *Visit, st *procedure.Step, promise time.Time) (due time.Time, err error) {
	switch {
	case st.Limit.IsZero():
		return promise, nil
	case v.Budget > 0:
		due, err = t.skipping(v.Budget)
	default:
		due, err = t.cal.Add(t.start, st.Limit)
	}
	if err == nil && !st.Excluded && !promise.IsZero() {
		due = earliest(due, promise)
	}
	return due, err
}

// promiseAt is the promised instant of the running count as it was known at an earlier instant.
func (r *reckoner) promiseAt(at time.Time) (time.Time, error) {
	c := r.count()
	if c == nil {
		return zeroTime, nil
	}
	return r.promiseWith(c, func(on *reckoner) []span { return within(on.outs, c.Start, at) }, at)
}

// stepOuts are the pauses of the whole dossier: they stop every task's budget.
func (r *reckoner) stepOuts(v *Visit) []span {
	var out []span
	for _, p := range r.s.Pauses {
		out = append(out, span{p.From, cut(p.Until, p.Bound, r.at)})
	}
	return within(unite(out), latest(v.Opened, v.Restarted), farFuture)
}

// skipping is the earliest instant at which n working minutes have run since the start, not counting what is taken out.
func (t track) skipping(n int) (time.Time, error) {
	at := t.start
	for _, o := range t.outs {
		m, err := t.cal.Between(at, latest(at, o.from))
		if err != nil {
			return zeroTime, err
		}
		if m >= n {
			break
		}
		n -= m
		at = latest(at, o.until)
	}
	return t.cal.Advance(at, n)
}

// counted is the number of working minutes of the track.
func (t track) counted() (int, error) {
	whole, err := t.cal.Between(t.start, t.due)
	if err != nil {
		return 0, err
	}
	out, err := minutes(t.cal, within(t.outs, t.start, t.due))
	return whole - out, err
}

// share is the instant at which a share of the counted minutes from start to due has run, by what is known now (clock.md §8).
func (t track) share(percent int) (time.Time, error) {
	total, err := t.counted()
	if err != nil {
		return zeroTime, err
	}
	return t.skipping((total*percent + 99) / 100)
}

// reached is the instant at which a share was first reached by what was known then. Time that is taken out without moving the due
// date leaves less to count, so that what had not been reached before it lies behind when it ends: it is reached then, and not
// on a day on which nobody could have known.
func (t track) reached(percent int) (time.Time, error) {
	at, err := t.share(percent)
	if err != nil || len(t.outs) == 0 {
		return at, err
	}
	last := t.outs[len(t.outs)-1]
	if !at.Before(last.until) {
		return at, nil
	}
	before, err := t.asOf(last.from)
	if err != nil {
		return zeroTime, err
	}
	if at, err = before.reached(percent); err != nil || at.Before(last.from) {
		return at, err
	}
	return last.until, nil
}

// asOf is the track as it was known at an instant.
func (t track) asOf(at time.Time) (then track, err error) {
	then = t.until(at)
	if t.known != nil {
		then.due, err = t.known(at)
	}
	return then, err
}

// until is the track without what is taken out from an instant on.
func (t track) until(at time.Time) track {
	t.outs = within(t.outs, t.start, at)
	return t
}

func (t track) place(g *procedure.Rung, n int) (time.Time, bool) {
	at, err := t.instant(g, n)
	if err != nil || !at.After(t.start) && (g.Share > 0 || !g.Before.IsZero()) {
		return zeroTime, false
	}
	for _, o := range t.outs {
		if !at.Before(o.from) && at.Before(o.until) {
			at = o.until
		}
	}
	return at, true
}

func (t track) instant(g *procedure.Rung, n int) (time.Time, error) {
	switch {
	case g.Share > 0 && t.engine >= sinceMovedReceipt:
		return t.reached(g.Share)
	case g.Share > 0:
		return t.share(g.Share)
	case !g.Before.IsZero():
		return t.cal.Before(t.due, g.Before)
	}
	at := t.due
	if t.byDate { // the day of a day limit ends at midnight: it is over at the next opening
		next, err := t.cal.NextOpening(t.due)
		if err != nil {
			return zeroTime, err
		}
		at = next
	}
	return t.afterwards(at, g.After, n)
}

// afterwards is n times a limit after an instant: whole working days lead to the same opening or time of day of a later day.
func (t track) afterwards(at time.Time, l calendar.Limit, n int) (time.Time, error) {
	if l.IsZero() {
		return at, nil
	}
	if l.Unit == calendar.WorkingDay && l.Whole() {
		from := at
		if opening, ok := t.cal.Opening(at); ok && t.engine >= sinceClosingDay { // 17:00 closes its own day, it is not the next one's
			from = opening
		}
		day, err := t.cal.LastDay(from, calendar.Limit{Hundredths: l.Hundredths * n, Unit: l.Unit})
		if err != nil {
			return zeroTime, err
		}
		return t.cal.AtTimeOfDay(day, at)
	}
	if b, err := l.BudgetMinutes(); err == nil {
		return t.cal.Advance(at, b*n)
	}
	return t.cal.Add(at, calendar.Limit{Hundredths: l.Hundredths * n, Unit: l.Unit})
}
