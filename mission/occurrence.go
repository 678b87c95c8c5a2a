package mission

import (
	"cmp"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/dossier"
)

// Deps is what the machine reads besides state and act. It never changes during a call.
type Deps struct {
	Model *Executable
	// Calendars returns the calendar with this content hash; the driver guarantees every hash in the state.
	Calendars func(hash string) (*calendar.Calendar, error)
	// Skew is how far an act may lie ahead of now or before the last act: two minutes of wall time, scaled.
	Skew time.Duration
}

// occurrence is one time that a task or a report falls due, computed afresh for every question: an adopted calendar moves it
// without an event.
type occurrence struct {
	task   *Task
	n      int
	agency string
	cal    *calendar.Calendar
	// opens is when it becomes somebody's business: the start, the acceptance it counts from, or the due instant before it.
	opens time.Time
	// due is zero while the task that it counts from is not accepted.
	due time.Time
	// byDate: judged by date (dates and day limits), else by instant (hour limits).
	byDate bool
	// work is what was done of it; empty where nothing was.
	work *Work
}

func (o *occurrence) key() string    { return Key(o.task.ID, o.n) }
func (o *occurrence) waiting() bool  { return o.due.IsZero() }
func (o *occurrence) done() bool     { return !o.work.CompletedAt.IsZero() }
func (o *occurrence) accepted() bool { return !o.work.AcceptedAt.IsZero() }

// settled says that nothing more is owed: a report that was made, a task that was accepted.
func (o *occurrence) settled() bool { return o.accepted() || o.task.Report && o.done() }

// passed says whether an instant is too late.
func (o *occurrence) passed(at time.Time) bool {
	if o.waiting() {
		return false
	}
	if o.byDate {
		return calendar.DateOf(at) > calendar.DateOf(o.due)
	}
	return at.After(o.due)
}

// lateFrom is the first minute that is too late.
func (o *occurrence) lateFrom() time.Time {
	switch {
	case o.waiting():
		return time.Time{}
	case o.byDate:
		return (calendar.DateOf(o.due) + 1).Time()
	}
	return o.due.Add(time.Minute)
}

// occurrences lists every occurrence of every task, in the order of the model. Days off move a due date to the end of the next
// working day, on the calendar of the agency that has the task.
func occurrences(d Deps, s *State) ([]occurrence, error) {
	var out []occurrence
	none := &Work{}
	for i := range d.Model.Tasks {
		t := &d.Model.Tasks[i]
		agency := s.Agency(t.Agency)
		cal, err := d.Calendars(s.calendarHash(agency))
		if err != nil {
			return nil, err
		}
		list, err := fallsDue(t, s, cal)
		if err != nil {
			return nil, err
		}
		for j := range list {
			o := &list[j]
			o.task, o.n, o.agency, o.cal, o.work = t, j+1, agency, cal, none
			if w := s.work(o.key()); w != nil {
				o.work = w
				if !w.Due.IsZero() {
					o.due, o.byDate = w.Due, true
				}
			}
		}
		out = append(out, list...)
	}
	return out, nil
}

// fallsDue reckons when a task falls due by the plan alone.
func fallsDue(t *Task, s *State, cal *calendar.Calendar) ([]occurrence, error) {
	switch {
	case t.Every != nil:
		return repeated(t, s, cal)
	case t.On != 0:
		due, err := cal.EndOfDay(t.On.Time())
		return []occurrence{{opens: s.StartedAt, due: due, byDate: true}}, err
	}
	o := occurrence{opens: s.StartedAt, byDate: t.After.IsDays()}
	if t.Of != "" {
		w := s.work(Key(t.Of, 1))
		if w == nil || w.AcceptedAt.IsZero() {
			return []occurrence{o}, nil
		}
		o.opens = w.AcceptedAt
	}
	var err error
	o.due, err = cal.Add(o.opens, t.After)
	return []occurrence{o}, err
}

func repeated(t *Task, s *State, cal *calendar.Calendar) ([]occurrence, error) {
	dates := t.Every.dates(calendar.DateOf(s.StartedAt), t.Until, t.Times)
	out := make([]occurrence, 0, len(dates))
	opens := s.StartedAt
	for _, date := range dates {
		due, err := cal.EndOfDay(date.Time())
		if err != nil {
			return nil, err
		}
		out = append(out, occurrence{opens: opens, due: due, byDate: true})
		opens = due
	}
	return out, nil
}

// dates are the dates of a recurrence after a day, up to and with until (zero: no date), at most times of them (0: no number).
// The day itself is not counted, as the day of an event never is (Civil Code 2015, art. 147). It never returns more than one
// beyond maxTimes, which the start refuses.
func (e Every) dates(after, until calendar.Date, times int) []calendar.Date {
	if until == 0 && times == 0 {
		return nil
	}
	if times == 0 || times > maxTimes {
		times = maxTimes + 1
	}
	var out []calendar.Date
	for d := e.next(after); (until == 0 || d <= until) && len(out) < times; d = e.next(d) {
		out = append(out, d)
	}
	return out
}

// next is the first date of the recurrence after a date.
func (e Every) next(after calendar.Date) calendar.Date {
	if e.Unit == EveryWeek {
		return after + calendar.Date((e.Day-int(after.Weekday())+6)%7+1)
	}
	year, month, _ := after.Civil()
	for {
		if e.Unit == EveryMonth || month%3 == 0 {
			first, beyond := calendar.NewDate(year, month, 1), calendar.NewDate(year, month+1, 1)
			if d := min(first+calendar.Date(e.Day-1), beyond-1); d > after {
				return d
			}
		}
		month++
	}
}

// find returns the occurrence that an act names: by its key, or, by a bare id, the earliest for which the act makes sense, else
// the latest that has begun.
func find(all []occurrence, name string, at time.Time, fits func(*occurrence) bool) *occurrence {
	var best *occurrence
	for i := range all {
		o := &all[i]
		if o.key() == name {
			return o
		}
		if o.task.ID != name {
			continue
		}
		if fits(o) {
			return o
		}
		if best == nil || !o.opens.After(at) {
			best = o
		}
	}
	return best
}

// byDue sorts occurrences by due instant, those without one last.
func byDue(all []occurrence) {
	slices.SortStableFunc(all, func(a, b occurrence) int {
		if a.waiting() != b.waiting() {
			if a.waiting() {
				return 1
			}
			return -1
		}
		return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.task.ID, b.task.ID), cmp.Compare(a.n, b.n))
	})
}

// minute truncates to the minute, once, at the door.
func minute(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return time.Unix(t.Unix()/60*60, 0).In(calendar.Zone())
}

// stretch is what the rungs of an occurrence are placed on. An occurrence that was past its due instant when it became
// somebody's business (a start or a reopening after it) is escalated from that moment on, not for the time before.
func (o *occurrence) stretch(engine int) dossier.Stretch {
	from := latest(o.opens, o.work.ReopenedAt)
	return dossier.Stretch{Calendar: o.cal, Start: from, Due: latest(o.due, from), ByDate: o.byDate, ClosingDay: engine >= sinceClosingDay}
}
