package dossier_test

import (
	"time"

	"motcua/calendar"
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
