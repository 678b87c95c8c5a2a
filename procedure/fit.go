package procedure

import (
	"slices"
	"time"

	"motcua/calendar"
)

// fit reckons what limits and working time can do to each other. A working day or hour is a fixed number of working minutes
// (clock.md §7); a calendar day, a month or a clock hour is not, and there is no fair conversion: seven days over Tết hold one
// working day, in an ordinary week five. So such a limit is tried at every date of receipt of the calendar, and its least
// decides whether a path surely fits: that is a proof over the years of the calendar, not an estimate. Without a calendar the
// reckoning is that of ordinary weeks, and public holidays are not seen.
//
// As with working days, nothing of the day of receipt is counted on: it may be received in its last minute.
type fit struct {
	cal *calendar.Calendar
	// shared keeps what was tried for all files that are checked on the calendar; known is what this one asked for.
	shared *worths
	known  map[question]worth
	// spent is the work that the file asked for, whoever did it; exhausted says that it asked for more than maxFit, and that
	// what came after is the estimate of ordinary weeks.
	spent     int
	exhausted bool
}

// question is a limit, or the cut-off of a same-day procedure.
type question struct {
	limit  calendar.Limit
	cutOff int
}

// worth is what a limit holds, in working minutes, over all dates of receipt: at least (and when that is), at most, and, as
// the time that a wait takes, from the opening of the day of receipt at the longest.
type worth struct {
	least, most, longest int
	// worst is the date of receipt of the least; zero: any, or unknown.
	worst calendar.Date
}

// newFit reckons on the shelf's calendar; without a shelf, in ordinary weeks.
func newFit(s *Shelf) *fit {
	f := &fit{known: map[question]worth{}}
	if cal := s.calendar(); cal != nil {
		f.cal, f.shared = cal, s.worths
	}
	return f
}

func (f *fit) of(l calendar.Limit) worth {
	if l.IsZero() {
		return worth{}
	}
	if m, err := l.BudgetMinutes(); err == nil {
		return worth{least: m, most: m, longest: m}
	}
	cost, try := 1, f.days
	if l.Unit == calendar.Hour {
		cost, try = 8, f.hours
	}
	return f.answer(question{limit: l}, cost, func() worth {
		if w, ok := try(l); ok {
			return w
		}
		return ordinaryWeeks(l)
	}, func() worth { return ordinaryWeeks(l) })
}

// sameDay is what is left of a day after its cut-off.
func (f *fit) sameDay(s SameDay) worth {
	return f.answer(question{cutOff: s.CutOff}, 1, func() worth { return f.leftOfDay(s.CutOff) }, func() worth {
		const whole = calendar.MinutesPerWorkingDay
		return worth{least: max(17*60-s.CutOff, 0), most: whole, longest: whole} // the day of the example calendar ends at 17:00
	})
}

// answer tries a question on the calendar once, as long as the file has not asked for too much.
func (f *fit) answer(q question, cost int, try, estimate func() worth) worth {
	if w, ok := f.known[q]; ok {
		return w
	}
	var w worth
	switch {
	case f.cal == nil:
		w = estimate()
	case f.spent+cost > maxFit:
		f.exhausted = true
		return estimate()
	default:
		f.spent += cost
		w = f.shared.of(f.cal, q, try)
	}
	f.known[q] = w
	return w
}

func (f *fit) leftOfDay(cutOff int) worth {
	const whole = calendar.MinutesPerWorkingDay
	w, best := worth{least: whole, most: whole, longest: whole}, 0
	f.eachDay(func(d calendar.Date) bool {
		end, err := f.cal.EndOfDay(d.Time())
		if err != nil {
			return false
		}
		left, err := f.cal.Between(instant(d, cutOff), end)
		if err != nil {
			return false
		}
		if best = max(best, left); left < w.least {
			w.least, w.worst = left, d
		}
		return true
	})
	if best == w.least { // every day is alike
		w.worst = 0
	}
	return w
}

// days tries a limit in days or months at every working day of the calendar.
func (f *fit) days(l calendar.Limit) (worth, bool) {
	w, tried := worth{}, 0
	f.eachDay(func(d calendar.Date) bool {
		opening, ok := f.cal.Opening(d.Time())
		if !ok {
			return true
		}
		due, err := f.cal.Add(opening, l)
		if err != nil {
			return false // the limit ends beyond the calendar's years
		}
		end, err := f.cal.EndOfDay(opening)
		if err != nil {
			return false
		}
		counted, err := f.cal.Between(end, due)
		if err != nil {
			return false
		}
		whole, err := f.cal.Between(opening, due)
		if err != nil {
			return false
		}
		w.take(counted, whole, d, tried == 0)
		tried++
		return true
	})
	return w, tried > 0
}

// hours tries a limit in clock hours. The working minutes that follow an instant within it bend only where the instant, or
// the limit's end, crosses the edge of a session: those instants are tried, on every day.
func (f *fit) hours(l calendar.Limit) (worth, bool) {
	w, tried := worth{}, 0
	span := l.Hundredths * 60 / 100
	var minutes []int
	for _, edge := range sessionEdges(f.cal.Spec()) {
		for _, m := range []int{edge - 1, edge, edge - span - 1, edge - span} {
			minutes = append(minutes, ((m%1440)+1440)%1440)
		}
	}
	slices.Sort(minutes)
	minutes = slices.Compact(minutes)
	f.eachDay(func(d calendar.Date) bool {
		for _, m := range minutes {
			at := instant(d, m)
			if received, err := f.cal.Normalize(at); err != nil || !received.Equal(at) {
				continue // outside the sessions: taken as received at one of the other instants
			}
			due, err := f.cal.Add(at, l)
			if err != nil {
				return false
			}
			n, err := f.cal.Between(at, due)
			if err != nil {
				return false
			}
			w.take(n, n, d, tried == 0)
			tried++
		}
		return true
	})
	return w, tried > 0
}

func (w *worth) take(counted, whole int, d calendar.Date, first bool) {
	if first || counted < w.least {
		w.least, w.worst = counted, d
	}
	w.most, w.longest = max(w.most, counted), max(w.longest, whole)
}

// eachDay visits the working days of the calendar until do says no.
func (f *fit) eachDay(do func(calendar.Date) bool) {
	spec := f.cal.Spec()
	for d := calendar.NewDate(spec.FromYear, 1, 1); d.Year() <= spec.ToYear; d++ {
		if f.cal.IsWorkingDay(d.Time()) && !do(d) {
			return
		}
	}
}

// instant is a minute of a day.
func instant(d calendar.Date, minute int) time.Time {
	return d.Time().Add(time.Duration(minute) * time.Minute)
}

// sessionEdges are the minutes of the day at which some session of the calendar begins or ends.
func sessionEdges(spec calendar.Spec) (minutes []int) {
	add := func(day calendar.Sessions) {
		for _, s := range day {
			minutes = append(minutes, s.From, s.To)
		}
	}
	for _, day := range spec.Week {
		add(day)
	}
	for _, day := range spec.Work {
		add(day.Sessions)
	}
	return minutes
}

// ordinaryWeeks is the worth of a limit in weeks of five days of eight hours without public holidays.
func ordinaryWeeks(l calendar.Limit) worth {
	const day = calendar.MinutesPerWorkingDay
	n := l.Hundredths / 100
	switch l.Unit {
	case calendar.Month:
		w := worth{least: calendarDays(28*l.Hundredths/100, true) * day, most: calendarDays(31*l.Hundredths/100, false) * day}
		w.longest = w.most + day
		return w
	case calendar.Day:
		w := worth{least: calendarDays(n, true) * day, most: calendarDays(n, false) * day}
		w.longest = w.most + day
		return w
	}
	// Clock hours hold between nothing (a night) and all of themselves; without a calendar only a sure excess is reported.
	return worth{least: n * 60, most: n * 60, longest: n * 60}
}

func calendarDays(n int, worst bool) int {
	rest := [7]int{0, 1, 2, 3, 4, 5, 5}
	if worst {
		rest = [7]int{0, 1, 1, 1, 2, 3, 4}
	}
	return n/7*5 + rest[n%7]
}
