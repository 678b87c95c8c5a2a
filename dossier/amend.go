package dossier

import (
	"errors"
	"slices"
	"time"

	"motcua/calendar"
)

// CalendarAmended: from here on the clock runs on other revisions of calendars (clock.md §10). One event covers all agencies that an
// amendment touches.
type CalendarAmended struct {
	Calendars []AgencyCalendar `json:"calendars"`
	// Amendment is the id of what was published, Document and Ground its decision; Undo: it was taken back.
	Amendment string `json:"amendment,omitempty"`
	Undo      bool   `json:"undo,omitempty"`
	Document  string `json:"document,omitempty"`
	Ground    string `json:"ground,omitempty"`
	// OldDue and Due are the promise before and after. Target is the date by the new calendar where that is earlier: for the
	// office to aim at, promised to nobody.
	OldDue time.Time `json:"old_due,omitzero"`
	Due    time.Time `json:"due,omitzero"`
	Target time.Time `json:"target,omitzero"`
	// Budgets are the open tasks of which more time would have been used by the new calendar: that time is given back.
	Budgets []TaskBudget `json:"budgets,omitempty"`
}

// TaskBudget is the whole budget of an open task, in working minutes.
type TaskBudget struct {
	Task   string `json:"task"`
	Budget int    `json:"budget"`
}

func (CalendarAmended) Kind() string { return "calendar_amended" }

// PromiseMoved says that an event leaves another promise than the one that the applicant was given.
func PromiseMoved(b Body) bool {
	switch b := b.(type) {
	case CalendarAmended:
		return !b.OldDue.IsZero() && !b.Due.Equal(b.OldDue)
	case Excluded:
		return !b.OldDue.IsZero() && !b.Due.Equal(b.OldDue)
	case VersionMoved:
		return b.Commitment != nil
	}
	return false
}

// Adoption is a change of the receiving point's calendar: what it was before, and what had begun by then.
type Adoption struct {
	From string `json:"from"`
	// Counts and Visits are how many had begun.
	Counts int `json:"counts,omitempty"`
	Visits int `json:"visits,omitempty"`
	// Reappointed: another date had been given.
	Reappointed bool `json:"reappointed,omitempty"`
	// Grounded: a decision stands behind it, so that a later date replaces the promise.
	Grounded bool `json:"grounded,omitempty"`
}

func (s *State) applyAmended(b CalendarAmended) {
	before := s.calendarHash(s.Receiving)
	for _, c := range b.Calendars {
		for i := range s.Calendars {
			if s.Calendars[i].Agency == c.Agency {
				s.Calendars[i].Hash = c.Hash
			}
		}
	}
	if s.calendarHash(s.Receiving) != before {
		s.Adopted = append(s.Adopted, Adoption{
			From: before, Counts: len(s.Counts), Visits: len(s.Visits), Reappointed: s.Reappointed != nil,
			Grounded: b.Document != "" || b.Ground != "",
		})
	}
	for _, t := range b.Budgets {
		if _, v := s.visit(t.Task); v != nil {
			v.Budget = t.Budget
		}
	}
}

// Pinned are all calendar revisions that the dossier's clock is reckoned on: those in use, and earlier ones that a promise was
// given on. Whoever carries a dossier must know each.
func (s *State) Pinned() []AgencyCalendar {
	out := slices.Clone(s.Calendars)
	for _, a := range s.Adopted {
		if !slices.ContainsFunc(out, func(c AgencyCalendar) bool { return c.Hash == a.From }) {
			out = append(out, AgencyCalendar{Agency: s.Receiving, Hash: a.From})
		}
	}
	return out
}

// before says that the count had begun before an adoption.
func (c *Count) before(a Adoption) bool { return c.N <= a.Counts }

// before says that the date had been given before an adoption.
func (*Reappointment) before(a Adoption) bool { return a.Reappointed }

// givenOn are the calendars, in order, that something begun before some adoptions was given a date on: what it began on, and each that
// came with a decision; a change without one gives nothing. Empty stands for the calendar in use.
func (s *State) givenOn(begun func(Adoption) bool) (hashes []string) {
	given := true
	for _, a := range s.Adopted {
		if !begun(a) {
			continue
		}
		if given {
			hashes = append(hashes, a.From)
		}
		given = a.Grounded
	}
	if given {
		hashes = append(hashes, "")
	}
	return hashes
}

// on is the same clock on a calendar that a date was given on.
func (r *reckoner) on(hash string) (*reckoner, error) {
	if hash == "" {
		return r, nil
	}
	if e, ok := r.earlier[hash]; ok {
		return e, nil
	}
	cal, err := r.d.Calendars(hash)
	if err != nil {
		return nil, err
	}
	e := reckonOn(r.d, r.s, r.at, cal)
	if r.earlier == nil {
		r.earlier = map[string]*reckoner{}
	}
	r.earlier[hash] = e
	return e, nil
}

// standing is the latest of the dates that were given on the calendars of a dossier's life, each reckoned on its own: an amendment
// leaves a promise where it was, or moves it later by its decision (clock.md §10). A promise on a day that it made a day off is kept
// on the next working day (Civil Code 2015 art. 148.5).
func (r *reckoner) standing(begun func(Adoption) bool, byDate bool, date func(*reckoner) (time.Time, error)) (due time.Time, err error) {
	if len(r.s.Adopted) == 0 {
		return date(r)
	}
	var by *reckoner
	for _, hash := range r.s.givenOn(begun) {
		e, err := r.on(hash)
		if err != nil {
			return zeroTime, err
		}
		given, err := date(e)
		if hash != "" && errors.Is(err, calendar.ErrOutOfRange) {
			continue // it was never given
		}
		if err != nil {
			return zeroTime, err
		}
		switch {
		case by == nil || given.After(due):
			due, by = given, e
		case by.cal.IsWorkingDay(due) && !e.cal.IsWorkingDay(due):
			if due, err = e.served(due, byDate); err != nil {
				return zeroTime, err
			}
			by = e
		}
	}
	return due, nil
}

// served is a date on the working day on which it can be kept.
func (r *reckoner) served(due time.Time, byDate bool) (time.Time, error) {
	switch {
	case r.cal.IsWorkingDay(due):
		return due, nil
	case byDate:
		return r.cal.EndOfDay(due)
	}
	return r.cal.AtTimeOfDay(due, due)
}

// aim is the date of the running count by the calendar in use, where that is earlier than the promise; else zero.
func (r *reckoner) aim(promise time.Time) (time.Time, error) {
	c := r.count()
	if c == nil || len(r.s.Adopted) == 0 || r.s.Stage != StageRunning {
		return zeroTime, nil
	}
	alone := *r.s
	alone.Adopted = nil
	due, err := reckonOn(r.d, &alone, r.at, r.cal).promise()
	if err == nil { // a re-appointed date may have become a day off
		due, err = r.served(due, r.byDate(c))
	}
	if err != nil || !due.Before(promise) {
		return zeroTime, err
	}
	return due, nil
}

// periodOf is the end of a period that a visit was given: one that an applicant has is not shortened.
func (r *reckoner) periodOf(i int, end func(*calendar.Calendar) (time.Time, error)) (time.Time, error) {
	return r.standing(func(a Adoption) bool { return i < a.Visits }, true, func(e *reckoner) (time.Time, error) { return end(e.cal) })
}

// people says that an event is an act of a person, in whose order acts are received. What is done to many dossiers at once, by an
// amendment or an outage, holds up no act that was received before it.
func (e Event) people() bool {
	switch b := e.Body.(type) {
	case CalendarAmended:
		return false
	case Excluded:
		return b.Outage == "" && e.By != ByClock
	}
	return e.By != ByClock
}
