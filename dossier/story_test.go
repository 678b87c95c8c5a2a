package dossier_test

import (
	"slices"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// stretch is time out of the clock.
type stretch struct{ from, until time.Time }

// story is what the events of a life say of its clock, read without the machine.
type story struct {
	plan   *procedure.Executable
	at     time.Time
	limit  calendar.Limit
	starts []time.Time
	// added are the extensions of the running count, the last of them at an instant.
	added   []calendar.Limit
	addedAt time.Time
	pauses  []pause
	visits  []visit
	moved   *dossier.Reappointed
	movedAt time.Time
	movedIn int
	ended   time.Time
	// inUse is the calendar of the receiving point; startedOn are those that the running count was given a date on, movedOn those of
	// the re-appointed date: the one in use then, and each that a decision brought since.
	inUse              string
	startedOn, movedOn []string
}

type pause struct {
	cause              string
	from, until, bound time.Time
}

type visit struct {
	step           string
	n, from        int
	opened, closed time.Time
	cancelled      bool
}

// tell reads the events as of an instant; the running clock ends there.
func tell(plan *procedure.Executable, events []dossier.Event, at time.Time) *story {
	s := &story{plan: plan, at: at}
	finished := time.Time{}
	for _, e := range events {
		switch b := e.Body.(type) {
		case dossier.Submitted:
			s.inUse = b.Intake.Calendars[0].Hash
		case dossier.CalendarAmended:
			s.inUse = b.Calendars[0].Hash
			if b.Document != "" {
				s.startedOn, s.movedOn = append(s.startedOn, s.inUse), append(s.movedOn, s.inUse)
			}
		case dossier.Accepted:
			s.limit = b.Commitment.Committed
		case dossier.CountStarted:
			s.starts, s.added = append(s.starts, b.Start), nil
			s.startedOn = []string{s.inUse}
		case dossier.ReceiptCorrected:
			s.starts[0], s.visits[0].opened = b.Received, b.Instant
		case dossier.Extended:
			s.added, s.addedAt = append(s.added, b.Add), e.At
		case dossier.Reappointed:
			s.moved, s.movedAt, s.movedIn, s.movedOn = &b, e.At, len(s.starts), []string{s.inUse}
		case dossier.SupplementRequested:
			if !b.BeforeAcceptance {
				s.pauses = append(s.pauses, pause{cause: "papers", from: e.At, bound: b.Bound})
			}
		case dossier.SupplementChecked:
			if b.Complete {
				s.close("papers", b.Received)
			}
		case dossier.Suspended:
			s.pauses = append(s.pauses, pause{cause: "suspended", from: e.At})
		case dossier.Resumed:
			s.close("suspended", e.At)
		case dossier.PaymentRequested:
			if b.Suspends && b.Task == "" {
				s.pauses = append(s.pauses, pause{cause: "money " + b.ID, from: e.At})
			}
		case dossier.PaymentConfirmed:
			s.close("money "+b.ID, e.At)
		case dossier.Excluded:
			s.pauses = append(s.pauses, pause{from: b.From, until: b.Until})
		case dossier.Finished:
			finished = e.At
		case dossier.Reopened:
			finished = time.Time{}
		case dossier.Withdrawn, dossier.Stopped, dossier.Returned:
			s.end(e.At)
		default:
			s.flow(e)
		}
	}
	if !finished.IsZero() {
		s.ended = finished
	}
	if !s.ended.IsZero() {
		s.at = s.ended
	}
	return s
}

func (s *story) close(cause string, at time.Time) {
	for i := range s.pauses {
		if p := &s.pauses[i]; p.cause == cause && p.until.IsZero() {
			p.until = at
		}
	}
}

func (s *story) end(at time.Time) {
	s.ended = at
	for i := range s.pauses {
		if s.pauses[i].until.IsZero() {
			s.pauses[i].until = at
		}
	}
	for i := range s.visits {
		if s.visits[i].closed.IsZero() {
			s.visits[i].closed = at
		}
	}
}

func (s *story) flow(e dossier.Event) {
	task := ""
	cancelled := false
	switch b := e.Body.(type) {
	case dossier.StepOpened:
		s.visits = append(s.visits, visit{step: b.Step, n: b.N, from: b.From, opened: e.At})
		return
	case dossier.StepCompleted:
		task = b.Task
	case dossier.SentBack:
		task = b.Task
	case dossier.StepCancelled:
		task, cancelled = b.Task, true
	}
	for i := range s.visits {
		if v := &s.visits[i]; dossier.TaskID(v.step, v.n) == task && v.closed.IsZero() {
			v.closed, v.cancelled = e.At, cancelled
		}
	}
}

func (s *story) excluded(v *visit) (bool, calendar.Limit) {
	st, _ := s.plan.Step(v.step)
	return st.Excluded, st.Bound
}

// chain are the visits whose time is the dossier's: back from an open task, a counted one first, else from what ended last.
func (s *story) chain() (out []*visit) {
	tip := -1
	rank := func(v *visit) int {
		out, _ := s.excluded(v)
		switch {
		case v.closed.IsZero() && !out:
			return 2
		case v.closed.IsZero():
			return 1
		}
		return 0
	}
	for i := range s.visits {
		v := &s.visits[i]
		if v.cancelled {
			continue
		}
		if tip >= 0 {
			w := &s.visits[tip]
			if rank(v) < rank(w) || rank(v) == rank(w) && rank(v) == 1 {
				continue
			}
			if rank(v) == 0 && rank(w) == 0 && (v.closed.Before(w.closed) || v.closed.Equal(w.closed) && v.opened.Before(w.opened)) {
				continue
			}
			if rank(v) == 2 && rank(w) == 2 {
				continue
			}
		}
		tip = i
	}
	for i := tip; i >= 0; i = s.visits[i].from {
		out = append(out, &s.visits[i])
	}
	return out
}

// outs are all stretches out of the clock, overlaps united.
func (s *story) outs(n naive) (out []stretch) {
	add := func(from, until, bound time.Time) {
		switch {
		case until.IsZero() && bound.IsZero():
			until = s.at
		case until.IsZero() || !bound.IsZero() && bound.Before(until):
			until = bound
		}
		if until.After(from) {
			out = append(out, stretch{from, until})
		}
	}
	for _, p := range s.pauses {
		add(p.from, p.until, p.bound)
	}
	for _, v := range s.chain() {
		if excluded, bound := s.excluded(v); excluded {
			end := time.Time{}
			if !bound.IsZero() {
				end = n.closing(n.last(n.opening(v.opened), bound).Time().Add(12 * time.Hour))
			}
			add(v.opened, v.closed, end)
		}
	}
	slices.SortFunc(out, func(a, b stretch) int { return a.from.Compare(b.from) })
	var united []stretch
	for _, o := range out {
		if k := len(united); k > 0 && !o.from.After(united[k-1].until) {
			if o.until.After(united[k-1].until) {
				united[k-1].until = o.until
			}
			continue
		}
		united = append(united, o)
	}
	return united
}

// sum is the working time of stretches within [from, until).
func (n naive) sum(outs []stretch, from, until time.Time) (total int) {
	for _, o := range outs {
		if o.from.Before(from) {
			o.from = from
		}
		if o.until.After(until) {
			o.until = until
		}
		total += n.between(o.from, o.until)
	}
	return total
}

var never = time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC)

// due is the promise of the running count, by clock.md §2, §4, §5 and §10.
func (s *story) due(days func(hash string) naive) time.Time {
	if s.moved == nil {
		return s.standing(days, s.startedOn, s.byLimit)
	}
	promise := s.standing(days, s.movedOn, s.byMoved)
	if s.movedIn < len(s.starts) || s.addedAt.After(s.movedAt) {
		if due := s.standing(days, s.startedOn, s.byLimit); due.After(promise) {
			return due
		}
	}
	return promise
}

// standing goes from one calendar that a date was given on to the next: an earlier date there leaves the promise, but for a day that was
// worked and is off now, and a later one replaces it.
func (s *story) standing(days func(hash string) naive, given []string, date func(naive) time.Time) (due time.Time) {
	worked := false
	for _, hash := range given {
		n := days(hash)
		d := date(n)
		switch open := len(n.sessions(calendar.DateOf(due))) > 0; {
		case d.After(due):
			due, worked = d, len(n.sessions(calendar.DateOf(d))) > 0
		case open || !worked:
		case s.limit.IsDays():
			due = n.closing(calendar.DateOf(due).Time().Add(12 * time.Hour))
		default:
			due = n.timeOfDay(calendar.DateOf(due), due)
		}
	}
	return due
}

func (s *story) roundedUp(n naive, day calendar.Date, sum int) time.Time {
	return n.closing(n.advance(n.timeOfDay(day, s.starts[len(s.starts)-1]), sum))
}

// byMoved is the re-appointed date with what was taken out since, in a later count since that began.
func (s *story) byMoved(n naive) time.Time {
	since := s.movedAt
	if start := s.starts[len(s.starts)-1]; s.movedIn < len(s.starts) && start.After(since) {
		since = start
	}
	if sum := n.sum(s.outs(n), since, never); sum > 0 {
		return s.roundedUp(n, calendar.DateOf(s.moved.NewDue.Add(-time.Minute)), sum)
	}
	return s.moved.NewDue
}

// byLimit is the date of the limit and its extensions on one calendar.
func (s *story) byLimit(n naive) time.Time {
	start := s.starts[len(s.starts)-1]
	limit := s.limit
	for _, x := range s.added {
		limit.Hundredths += x.Hundredths
	}
	sum := n.sum(s.outs(n), start, never)
	if limit.Unit == calendar.WorkingHour {
		return n.advance(n.advance(start, limit.Hundredths*60/100), sum)
	}
	if limit.Unit == calendar.Hour { // nights and days off count, in it and in what is taken out
		due := start.Add(time.Duration(limit.Hundredths*60/100) * time.Minute)
		for _, o := range s.outs(n) {
			if o.from.Before(start) {
				o.from = start
			}
			due = due.Add(max(0, o.until.Sub(o.from)))
		}
		return due
	}
	day := n.last(start, limit)
	if sum == 0 {
		return n.closing(day.Time().Add(12 * time.Hour))
	}
	return s.roundedUp(n, day, sum)
}
