package calendar

import "time"

// EndOfDay returns the end of the last session of t's date, or of the next working day where that date is not worked.
func (c *Calendar) EndOfDay(t time.Time) (time.Time, error) {
	day, _, ok := c.locate(t)
	if !ok {
		return time.Time{}, c.outOfRange(t)
	}
	if day, ok = c.roll(day); !ok {
		return time.Time{}, c.runsOut("the next working day", t)
	}
	return c.instant(day, c.patterns[c.kind[day]].close), nil
}

// NextOpening returns the start of the first session of the first working day after t's date.
func (c *Calendar) NextOpening(t time.Time) (time.Time, error) {
	day, _, ok := c.locate(t)
	if !ok {
		return time.Time{}, c.outOfRange(t)
	}
	ord := int(c.before[day+1])
	if ord >= len(c.nth) {
		return time.Time{}, c.runsOut("the next opening", t)
	}
	day = int(c.nth[ord])
	return c.instant(day, c.patterns[c.kind[day]].open), nil
}

// Opening returns the start of the first session of a date, and whether it is a working day of the calendar's years.
func (c *Calendar) Opening(date time.Time) (time.Time, bool) {
	day, _, ok := c.locate(date)
	if !ok || c.kind[day] == 0 {
		return time.Time{}, false
	}
	return c.instant(day, c.patterns[c.kind[day]].open), true
}

// IsWorkingDay reports whether a date is worked; dates outside the calendar's years are not.
func (c *Calendar) IsWorkingDay(date time.Time) bool {
	day, _, ok := c.locate(date)
	return ok && c.kind[day] != 0
}

// WorkingDays returns the number of working days with from < date <= to, negative where to lies before from.
func (c *Calendar) WorkingDays(from, to time.Time) (int, error) {
	a, _, ok := c.locate(from)
	if !ok {
		return 0, c.outOfRange(from)
	}
	b, _, ok := c.locate(to)
	if !ok {
		return 0, c.outOfRange(to)
	}
	return int(c.before[b+1] - c.before[a+1]), nil
}

// AtTimeOfDay returns of's time of day on a date, or on the next working day where that date is not worked. A time
// outside the day's sessions becomes the start of the next session of that day, else the end of its last (clock.md §4).
func (c *Calendar) AtTimeOfDay(date, of time.Time) (time.Time, error) {
	day, _, ok := c.locate(date)
	if !ok {
		return time.Time{}, c.outOfRange(date)
	}
	if day, ok = c.roll(day); !ok {
		return time.Time{}, c.runsOut("the next working day", date)
	}
	seconds := of.Unix() + zoneSeconds
	minute := int32((seconds - floorDiv(seconds, secondsPerDay)*secondsPerDay) / 60)
	p := &c.patterns[c.kind[day]]
	for i := range p.count {
		if s := p.sessions[i]; minute < s.to {
			return c.instant(day, max(minute, s.from)), nil
		}
	}
	return c.instant(day, p.close), nil
}

// Provisional reports whether [from, to] touches a year whose holidays are not yet decreed. Years outside the calendar
// are not decreed as far as it knows.
func (c *Calendar) Provisional(from, to time.Time) bool {
	a, b := DateOf(from).Year(), DateOf(to).Year()
	if b < a {
		a, b = b, a
	}
	if a < c.spec.FromYear || b > c.spec.ToYear {
		return true
	}
	for y := a; y <= b; y++ {
		if c.provisional[y-c.spec.FromYear] {
			return true
		}
	}
	return false
}

// PreviousWorkingDay returns the end of the last working day before t's date.
func (c *Calendar) PreviousWorkingDay(t time.Time) (time.Time, error) {
	day, _, ok := c.locate(t)
	if !ok {
		return time.Time{}, c.outOfRange(t)
	}
	ord := int(c.before[day]) - 1
	if ord < 0 {
		return time.Time{}, c.runsOut("the previous working day", t)
	}
	day = int(c.nth[ord])
	return c.instant(day, c.patterns[c.kind[day]].close), nil
}
