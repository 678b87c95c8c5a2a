package calendar

import (
	"fmt"
	"time"
)

// locate returns the index of t's day and its minute of that day.
func (c *Calendar) locate(t time.Time) (day int, minute int32, ok bool) {
	seconds := t.Unix() + zoneSeconds
	number := floorDiv(seconds, secondsPerDay)
	i := number - c.first
	if i < 0 || i >= int64(len(c.kind)) {
		return 0, 0, false
	}
	return int(i), int32((seconds - number*secondsPerDay) / 60), true
}

func (c *Calendar) instant(day int, minute int32) time.Time {
	return Date(c.first + int64(day)).at(int(minute))
}

// normal moves a place to the start of the next session unless it lies within one.
func (c *Calendar) normal(day int, minute int32) (int, int32, bool) {
	p := &c.patterns[c.kind[day]]
	for i := range p.count {
		s := p.sessions[i]
		if minute < s.to {
			return day, max(minute, s.from), true
		}
	}
	ord := int(c.before[day+1])
	if ord >= len(c.nth) {
		return 0, 0, false
	}
	day = int(c.nth[ord])
	return day, c.patterns[c.kind[day]].open, true
}

// elapsed returns the working minutes between the first day and a place.
func (c *Calendar) elapsed(day int, minute int32) int32 {
	n := c.minutes[day]
	p := &c.patterns[c.kind[day]]
	for i := range p.count {
		s := p.sessions[i]
		if minute <= s.from {
			break
		}
		n += min(minute, s.to) - s.from
	}
	return n
}

// startOf returns the place where working minute k begins.
func (c *Calendar) startOf(k int32) (day int, minute int32) {
	ord := c.at[k/c.bucket]
	for c.minutes[c.nth[ord]+1] <= k { // at most once
		ord++
	}
	day = int(c.nth[ord])
	k -= c.minutes[day]
	p := &c.patterns[c.kind[day]]
	for i := range p.count {
		s := p.sessions[i]
		if length := s.to - s.from; k >= length {
			k -= length
			continue
		}
		return day, s.from + k
	}
	return day, p.close
}

func (c *Calendar) total() int32 { return c.minutes[len(c.kind)] }

// Normalize returns the instant at which something arriving at t counts as received: t itself, cut to the minute, within
// a session; else the start of the next session (clock.md §1).
func (c *Calendar) Normalize(t time.Time) (time.Time, error) {
	day, minute, ok := c.locate(t)
	if !ok {
		return time.Time{}, c.outOfRange(t)
	}
	day, minute, ok = c.normal(day, minute)
	if !ok {
		return time.Time{}, c.runsOut("the next session", t)
	}
	return c.instant(day, minute), nil
}

// Advance returns the earliest instant at which the given number of working minutes has run since t: the end of a
// session rather than the start of the next. Advance(t, 0) is t unchanged, even outside a session; a negative number
// is Rewind by as much.
func (c *Calendar) Advance(t time.Time, minutes int) (time.Time, error) {
	day, minute, ok := c.locate(t)
	switch {
	case !ok:
		return time.Time{}, c.outOfRange(t)
	case minutes == 0:
		return t, nil
	case minutes < 0:
		return c.Rewind(t, -minutes)
	}
	return c.advance(t, day, minute, minutes)
}

func (c *Calendar) advance(t time.Time, day int, minute int32, minutes int) (time.Time, error) {
	k := int64(c.elapsed(day, minute)) + int64(minutes) - 1
	if k < 0 || k >= int64(c.total()) {
		return time.Time{}, c.runsOut(fmt.Sprintf("%d working minutes", minutes), t)
	}
	day, minute = c.startOf(int32(k))
	return c.instant(day, minute+1), nil
}

// Rewind returns the latest instant from which the given number of working minutes fits before t: the start of a session
// rather than the end of the one before. Rewind(t, 0) is t unchanged; a negative number is Advance by as much.
func (c *Calendar) Rewind(t time.Time, minutes int) (time.Time, error) {
	day, minute, ok := c.locate(t)
	switch {
	case !ok:
		return time.Time{}, c.outOfRange(t)
	case minutes == 0:
		return t, nil
	case minutes < 0:
		return c.advance(t, day, minute, -minutes)
	}
	k := int64(c.elapsed(day, minute)) - int64(minutes)
	if k < 0 {
		return time.Time{}, c.runsOut(fmt.Sprintf("%d working minutes back", minutes), t)
	}
	day, minute = c.startOf(int32(k))
	return c.instant(day, minute), nil
}

// Between returns the working minutes in [a, b), negative where b lies before a.
func (c *Calendar) Between(a, b time.Time) (int, error) {
	dayA, minuteA, ok := c.locate(a)
	if !ok {
		return 0, c.outOfRange(a)
	}
	dayB, minuteB, ok := c.locate(b)
	if !ok {
		return 0, c.outOfRange(b)
	}
	return int(c.elapsed(dayB, minuteB) - c.elapsed(dayA, minuteA)), nil
}
