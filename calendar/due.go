package calendar

import (
	"fmt"
	"time"
)

// Add returns the instant at which a limit ends for what was received at the given instant (clock.md §1, §2): the
// receipt is normalized; a limit in days does not count the day of receipt, ends at the end of the last session of its last
// day, and moves to the next working day where that is a day off (Civil Code 2015, art. 147, 148); a limit in working
// hours ends at the earliest instant at which it has run out; clock hours are added plainly to the normalized receipt.
// A fraction of a working or calendar day ends with the day it begins; half a month is fifteen days.
func (c *Calendar) Add(received time.Time, l Limit) (time.Time, error) {
	day, minute, ok := c.locate(received)
	if !ok {
		return time.Time{}, c.outOfRange(received)
	}
	if err := c.usable(l); err != nil {
		return time.Time{}, err
	}
	day, minute, ok = c.normal(day, minute)
	if !ok {
		return time.Time{}, c.runsOut(l.String(), received)
	}
	switch l.Unit {
	case WorkingHour:
		return c.advance(received, day, minute, l.Hundredths*minutesPerHour/hundred)
	case Hour:
		end := c.instant(day, minute+int32(l.Hundredths*minutesPerHour/hundred))
		if _, _, ok := c.locate(end); !ok {
			return time.Time{}, c.runsOut(l.String(), received)
		}
		return end, nil
	}
	day, ok = c.lastDay(day, l)
	if !ok {
		return time.Time{}, c.runsOut(l.String(), received)
	}
	return c.instant(day, c.patterns[c.kind[day]].close), nil
}

func (c *Calendar) usable(l Limit) error {
	if l.IsZero() {
		return ErrNoLimit
	}
	if err := l.check(); err != nil {
		return fmt.Errorf("limit %q: %w", l.String(), err)
	}
	return nil
}

// lastDay returns the last day of a day limit received on a given working day, moved to a working day.
func (c *Calendar) lastDay(day int, l Limit) (int, bool) {
	if l.Unit == WorkingDay {
		ord := int(c.before[day]) + l.wholeDays()
		if ord >= len(c.nth) {
			return 0, false
		}
		return int(c.nth[ord]), true
	}
	last := c.nominal(day, l)
	if last >= len(c.kind) {
		return 0, false
	}
	return c.roll(last)
}

// nominal returns the last day of a limit in calendar days or months before it moves; it may lie beyond the range.
func (c *Calendar) nominal(day int, l Limit) int {
	if l.Unit == Day {
		return day + l.wholeDays()
	}
	last := int(int64(Date(c.first+int64(day)).addMonths(l.Hundredths/hundred)) - c.first)
	if !l.Whole() {
		last += daysHalfMonth
	}
	return last
}

// roll returns the day itself if it is worked, else the next working day.
func (c *Calendar) roll(day int) (int, bool) {
	ord := int(c.before[day])
	if ord >= len(c.nth) {
		return 0, false
	}
	return int(c.nth[ord]), true
}

// LastDay returns the last counted day of a day limit (wd, d, mo), moved to a working day, as 00:00 of that date.
func (c *Calendar) LastDay(received time.Time, l Limit) (time.Time, error) {
	if !l.IsDays() {
		return time.Time{}, fmt.Errorf("limit %q is not counted in days", l.String())
	}
	end, err := c.Add(received, l)
	if err != nil {
		return time.Time{}, err
	}
	// A session may end at 24:00, which reads as the next date.
	return DateOf(end.Add(-time.Minute)).Time(), nil
}

// Before returns the latest instant, to the minute, from which a limit still fits up to due: the latest r for which
// Add(r, l) is not after due (clock.md §2). Sessions are half-open: what is received at closing time is received the next
// working morning. So for a day limit it is the last minute before closing, and the days themselves are left whole.
func (c *Calendar) Before(due time.Time, l Limit) (time.Time, error) {
	day, minute, ok := c.locate(due)
	if !ok {
		return time.Time{}, c.outOfRange(due)
	}
	if err := c.usable(l); err != nil {
		return time.Time{}, err
	}
	switch l.Unit {
	case WorkingHour:
		return c.Rewind(due, l.Hundredths*minutesPerHour/hundred)
	case Hour:
		return c.beforeHours(due, day, minute, l)
	}
	if p := c.patterns[c.kind[day]]; p.count == 0 || p.close > minute {
		day = c.previous(day - 1)
	}
	if day >= 0 {
		day = c.receiptDay(day, l)
	}
	if day < 0 {
		return time.Time{}, c.runsOut(l.String()+" back", due)
	}
	return c.instant(day, c.patterns[c.kind[day]].close-1), nil
}

// receiptDay returns the last working day from which a day limit ends on or before a given working day, or -1.
func (c *Calendar) receiptDay(last int, l Limit) int {
	switch l.Unit {
	case WorkingDay:
		ord := int(c.before[last]) - l.wholeDays()
		if ord < 0 {
			return -1
		}
		return int(c.nth[ord])
	case Day:
		return c.previous(last - l.wholeDays())
	}
	if !l.Whole() {
		last -= daysHalfMonth
	}
	return c.previous(int(int64(Date(c.first+int64(last)).lastWithin(l.Hundredths/hundred)) - c.first))
}

// previous returns the day itself if it is worked, else the working day before, or -1.
func (c *Calendar) previous(day int) int {
	if day < 0 {
		return -1
	}
	ord := int(c.before[day+1]) - 1
	if ord < 0 {
		return -1
	}
	return int(c.nth[ord])
}

// beforeHours steps clock hours back; where that leaves the sessions, only a receipt within the session before still
// normalizes early enough.
func (c *Calendar) beforeHours(due time.Time, day int, minute int32, l Limit) (time.Time, error) {
	start := c.instant(day, minute-int32(l.Hundredths*minutesPerHour/hundred))
	sday, sminute, ok := c.locate(start)
	if !ok {
		return time.Time{}, c.runsOut(l.String()+" back", due)
	}
	if nday, nminute, ok := c.normal(sday, sminute); ok && nday == sday && nminute == sminute {
		return start, nil
	}
	k := c.elapsed(sday, sminute) - 1
	if k < 0 {
		return time.Time{}, c.runsOut(l.String()+" back", due)
	}
	sday, sminute = c.startOf(k)
	return c.instant(sday, sminute), nil
}
