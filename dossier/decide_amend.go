package dossier

import (
	"slices"
	"time"

	"motcua/calendar"
)

// ActAmendCalendar brings newer calendars of the agencies on the path, by a decision; the office does it, to all open dossiers.
const ActAmendCalendar = "amend_calendar"

// amendCalendars adopts other calendar revisions (clock.md §10): the time that has passed makes nothing late. An earlier date is for the
// office to aim at while the promise stands; a later one replaces it only where a decision stands behind it. Rungs follow.
func (m *machine) amendCalendars() error {
	e := CalendarAmended{Amendment: m.act.Amendment, Undo: m.act.Undo, Document: m.act.Document, Ground: m.act.Ground}
	for _, c := range m.act.Calendars {
		i := slices.IndexFunc(m.s.Calendars, func(p AgencyCalendar) bool { return p.Agency == c.Agency })
		if i >= 0 && m.s.Calendars[i].Hash != c.Hash {
			e.Calendars = append(e.Calendars, c)
		}
	}
	switch {
	case len(e.Calendars) == 0:
		return refuse("calendar_current", "Hồ sơ đã theo lịch này.")
	case m.s.Stage != StageSubmitted && m.s.Stage != StageRunning:
		return refuse("finished", "Hồ sơ đã có kết quả; lịch mới không làm thay đổi thời hạn của nó.")
	}
	for i := range m.s.Visits { // what the clock did may lie after the act
		m.at = latest(m.at, latest(m.s.Visits[i].Opened, m.s.Visits[i].Closed))
	}
	trial := m.s.clone()
	trial.applyAmended(e)
	var err error
	if e.Budgets, err = m.givenBack(trial); err != nil {
		return err
	}
	if m.s.Stage == StageRunning && len(m.s.Counts) > 0 {
		if e.OldDue, err = m.due(); err != nil {
			return err
		}
		r, err := newReckoner(m.d, trial, m.at)
		if err != nil {
			return err
		}
		if e.Due, err = r.promise(); err != nil {
			return err
		}
		if e.Target, err = r.aim(e.Due); err != nil {
			return err
		}
	}
	m.emit(e)
	return nil
}

// givenBack are the budgets of open tasks that a new calendar would have drawn down by more than was known: a day that has passed and
// only now counts is nobody's lateness.
func (m *machine) givenBack(trial *State) (out []TaskBudget, err error) {
	for i := range m.s.Visits {
		v := &m.s.Visits[i]
		if !v.Open() || v.Budget == 0 || m.s.calendarHash(v.Agency) == trial.calendarHash(v.Agency) {
			continue
		}
		var used [2]int
		for k, hash := range []string{m.s.calendarHash(v.Agency), trial.calendarHash(v.Agency)} {
			cal, err := m.d.Calendars(hash)
			if err != nil {
				return nil, err
			}
			if used[k], err = m.usedBy(v, cal); err != nil {
				return nil, err
			}
		}
		if used[1] > used[0] {
			out = append(out, TaskBudget{Task: v.Task(), Budget: v.Budget + used[1] - used[0]})
		}
	}
	return out, nil
}

// usedBy is the time that a task has used by now on a calendar: without what is taken out of the whole dossier.
func (m *machine) usedBy(v *Visit, cal *calendar.Calendar) (int, error) {
	start := latest(v.Opened, v.Restarted)
	used, err := cal.Between(start, latest(m.at, start))
	if err != nil {
		return 0, err
	}
	var outs []span
	for _, p := range m.s.Pauses {
		outs = append(outs, span{p.From, cut(p.Until, p.Bound, m.at)})
	}
	out, err := minutes(cal, within(unite(outs), start, latest(m.at, start)))
	return used - out, err
}

// promiseAfter is the promise as an event would leave it.
func (m *machine) promiseAfter(b Body) (time.Time, error) {
	trial := m.s.clone()
	trial.Apply(Event{Seq: trial.Seq + 1, At: m.at, Body: b})
	r, err := newReckoner(m.d, trial, m.at)
	if err != nil {
		return zeroTime, err
	}
	return r.promise()
}
