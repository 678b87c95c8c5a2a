package dossier_test

import (
	"slices"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// naive is a calendar that walks its days one by one and knows no sums: what the machine's reckoning is compared with.
type naive struct {
	week [7]calendar.Sessions
	off  map[calendar.Date]bool
	work map[calendar.Date]calendar.Sessions
}

func newNaive(s calendar.Spec) naive {
	n := naive{week: s.Week, off: map[calendar.Date]bool{}, work: map[calendar.Date]calendar.Sessions{}}
	for _, d := range s.Off {
		n.off[d] = true
	}
	for _, w := range s.Work {
		n.work[w.Date] = w.Sessions
		if len(w.Sessions) == 0 {
			n.work[w.Date] = s.Week[time.Monday]
		}
	}
	return n
}

func (n naive) sessions(d calendar.Date) calendar.Sessions {
	if ss, ok := n.work[d]; ok {
		return ss
	}
	if n.off[d] {
		return nil
	}
	return n.week[d.Weekday()]
}

// stretches calls f for the working stretches of each day from an instant on, until f says stop.
func (n naive) stretches(from time.Time, f func(a, b time.Time) bool) {
	for d := calendar.DateOf(from); ; d++ {
		for _, s := range n.sessions(d) {
			a, b := d.Time().Add(time.Duration(s.From)*time.Minute), d.Time().Add(time.Duration(s.To)*time.Minute)
			if a.Before(from) {
				a = from
			}
			if a.Before(b) && f(a, b) {
				return
			}
		}
	}
}

func (n naive) between(from, until time.Time) (sum int) {
	if !until.After(from) {
		return 0
	}
	n.stretches(from, func(a, b time.Time) bool {
		if !a.Before(until) {
			return true
		}
		if b.After(until) {
			b = until
		}
		sum += int(b.Sub(a) / time.Minute)
		return !b.Before(until)
	})
	return sum
}

// advance is the earliest instant at which so many working minutes have run.
func (n naive) advance(from time.Time, minutes int) (at time.Time) {
	if minutes == 0 {
		return from
	}
	n.stretches(from, func(a, b time.Time) bool {
		have := int(b.Sub(a) / time.Minute)
		if have >= minutes {
			at = a.Add(time.Duration(minutes) * time.Minute)
			return true
		}
		minutes -= have
		return false
	})
	return at
}

// opening is the first working minute at or after an instant.
func (n naive) opening(from time.Time) (at time.Time) {
	n.stretches(from, func(a, _ time.Time) bool { at = a; return true })
	return at
}

// closing is the end of the last session of the day of an instant; a closing instant is its own day's.
func (n naive) closing(t time.Time) time.Time {
	d := calendar.DateOf(t.Add(-time.Minute))
	for len(n.sessions(d)) == 0 {
		d++
	}
	ss := n.sessions(d)
	return d.Time().Add(time.Duration(ss[len(ss)-1].To) * time.Minute)
}

// timeOfDay is an instant's time of day on another day: within its sessions, or where the next one begins, else at its end.
func (n naive) timeOfDay(d calendar.Date, of time.Time) time.Time {
	for len(n.sessions(d)) == 0 {
		d++
	}
	minute := int(of.Sub(calendar.DateOf(of).Time()) / time.Minute)
	for _, s := range n.sessions(d) {
		if minute < s.To {
			return d.Time().Add(time.Duration(max(minute, s.From)) * time.Minute)
		}
	}
	return n.closing(d.Time().Add(12 * time.Hour))
}

// last is the last day of a limit in days that begins on the day of an instant, moved to a working day.
func (n naive) last(start time.Time, l calendar.Limit) calendar.Date {
	d := calendar.DateOf(start)
	switch l.Unit {
	case calendar.WorkingDay:
		for left := l.Hundredths / 100; left > 0; {
			if d++; len(n.sessions(d)) > 0 {
				left--
			}
		}
	case calendar.Day:
		d += calendar.Date(l.Hundredths / 100)
	case calendar.Month:
		y, m, day := d.Civil()
		first := calendar.NewDate(y, m+time.Month(l.Hundredths/100), 1)
		fy, fm, _ := first.Civil()
		d = first + calendar.Date(min(day, int(calendar.NewDate(fy, fm+1, 1)-first))) - 1
	}
	for len(n.sessions(d)) == 0 {
		d++
	}
	return d
}

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
	if s.moved == nil || s.movedIn != len(s.starts) {
		return s.standing(days, s.startedOn, s.byLimit)
	}
	promise := s.standing(days, s.movedOn, s.byMoved)
	if s.addedAt.After(s.movedAt) {
		if due := s.standing(days, s.startedOn, s.byLimit); due.After(promise) {
			return due
		}
	}
	return promise
}

// standing goes from one calendar that a date was given on to the next: an earlier date there leaves the promise, but for a day that is
// off now, and a later one replaces it.
func (s *story) standing(days func(hash string) naive, given []string, date func(naive) time.Time) (due time.Time) {
	for _, hash := range given {
		n := days(hash)
		if d := date(n); d.After(due) {
			due = d
			continue
		}
		day := calendar.DateOf(due)
		switch {
		case len(n.sessions(day)) > 0:
		case s.limit.IsDays():
			due = n.closing(day.Time().Add(12 * time.Hour))
		default:
			due = n.timeOfDay(day, due)
		}
	}
	return due
}

func (s *story) roundedUp(n naive, day calendar.Date, sum int) time.Time {
	return n.closing(n.advance(n.timeOfDay(day, s.starts[len(s.starts)-1]), sum))
}

// byMoved is the re-appointed date with what was taken out since.
func (s *story) byMoved(n naive) time.Time {
	if sum := n.sum(s.outs(n), s.movedAt, never); sum > 0 {
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
	day := n.last(start, limit)
	if sum == 0 {
		return n.closing(day.Time().Add(12 * time.Hour))
	}
	return s.roundedUp(n, day, sum)
}
