package calendar

import (
	"fmt"
	"time"
)

// Add is the due instant of a limit received at an instant, normalised first. A limit in days does not count the day of
// receipt, ends at the end of the last session of its last day, and moves to the next working day where that day is off
// (Civil Code Đ147–148). A limit in working hours runs minute by minute through the sessions and ends at the earliest
// instant at which it has run out (17:00, not the next morning). It does not allocate.
func (c *Calendar) Add(received time.Time, l Limit) (time.Time, error) {
	day, minute, err := c.at(received)
	if err != nil {
		return time.Time{}, err
	}
	if day, minute, err = c.normalize(day, minute); err != nil {
		return time.Time{}, err
	}
	switch l.Unit {
	case WorkingDay, Day, Month:
		last, err := c.lastDay(day, l)
		if err != nil {
			return time.Time{}, err
		}
		return c.instant(last, c.pattern(last).closing()), nil
	case WorkingHour:
		if l.Hundredths <= 0 || l.Hundredths*60%100 != 0 {
			return time.Time{}, ErrLimit
		}
		return c.advance(day, minute, l.Hundredths*60/100)
	case Hour:
		if l.Hundredths <= 0 || l.Hundredths*60%100 != 0 {
			return time.Time{}, ErrLimit
		}
		t := c.instant(day, minute).Add(time.Duration(l.Hundredths*60/100) * time.Minute)
		_, _, err := c.at(t)
		return t, err
	}
	return time.Time{}, ErrLimit
}

// LastDay is the last day of a limit in days or months received at an instant, moved to a working day, as the start of that
// date.
func (c *Calendar) LastDay(received time.Time, l Limit) (time.Time, error) {
	day, minute, err := c.at(received)
	if err != nil {
		return time.Time{}, err
	}
	if day, _, err = c.normalize(day, minute); err != nil {
		return time.Time{}, err
	}
	if day, err = c.lastDay(day, l); err != nil {
		return time.Time{}, err
	}
	return c.instant(day, 0), nil
}

func (c *Calendar) lastDay(day int, l Limit) (int, error) {
	n := l.Hundredths / 100
	if n <= 0 || l.Hundredths%100 != 0 {
		return 0, ErrLimit
	}
	switch l.Unit {
	case WorkingDay:
		if k := int(c.worked[day]) + n; k < len(c.day) {
			return int(c.day[k]), nil
		}
		return 0, c.past()
	case Day:
		if n >= len(c.of) {
			return 0, c.past()
		}
		return c.nextWorking(day + n)
	case Month:
		if n >= 12*(c.spec.To-c.spec.From+1) {
			return 0, c.past()
		}
		return c.nextWorking(addMonths(day+c.first, n) - c.first)
	}
	return 0, ErrLimit
}

// addMonths is the corresponding day n months on, or the last day of a shorter month (Civil Code Đ148.3).
func addMonths(number, n int) int {
	y, m, d := civil(number)
	m += n - 1
	y, m = y+floorDiv(m, 12), m-floorDiv(m, 12)*12+1
	return dayOf(y, m, min(d, monthLength(y, m)))
}

func floorDiv(a, b int) int {
	if a < 0 {
		return (a - b + 1) / b
	}
	return a / b
}

func monthLength(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func civil(number int) (y, m, d int) {
	t := time.Unix(int64(number)*daySeconds, 0).UTC()
	year, month, day := t.Date()
	return year, int(month), day
}

func dayOf(y, m, d int) int {
	return int(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Unix() / daySeconds)
}

// total is the number of working minutes of the calendar before an instant.
func (c *Calendar) total(day, minute int) int64 {
	n := c.minutes[day]
	if c.of[day] >= 0 {
		n += int64(c.pattern(day).within(minute))
	}
	return n
}

// dayOfTotal is the first day at whose end more than the given total of minutes has run.
func (c *Calendar) dayOfTotal(total int64) (int, error) {
	b := int(total / c.grain)
	if total < 0 || b >= len(c.bucket) {
		return 0, c.past()
	}
	for k := int(c.bucket[b]); k < len(c.day); k++ {
		if day := int(c.day[k]); c.minutes[day+1] > total {
			return day, nil
		}
	}
	return 0, c.past()
}

// advance is the earliest instant at which n > 0 working minutes have run.
func (c *Calendar) advance(day, minute, n int) (time.Time, error) {
	// The last of the n minutes ends at the instant: find the session it lies in.
	target := c.total(day, minute) + int64(n) - 1
	day, err := c.dayOfTotal(target)
	if err != nil {
		return time.Time{}, err
	}
	p := c.pattern(day)
	in := int(target - c.minutes[day])
	for i, s := range p.sessions {
		if length := s.To - s.From; in-p.before[i] < length {
			return c.instant(day, s.From+in-p.before[i]+1), nil
		}
	}
	return time.Time{}, c.past()
}

// Advance is the earliest instant at which n working minutes have run since t; with n = 0 it is t.
func (c *Calendar) Advance(t time.Time, n int) (time.Time, error) {
	day, minute, err := c.at(t)
	if err != nil || n < 0 {
		return time.Time{}, firstError(err, ErrLimit)
	}
	if n == 0 {
		return t, nil
	}
	return c.advance(day, minute, n)
}

// Rewind is the latest instant from which n working minutes still fit before t; with n = 0 it is t.
func (c *Calendar) Rewind(t time.Time, n int) (time.Time, error) {
	day, minute, err := c.at(t)
	if err != nil || n < 0 {
		return time.Time{}, firstError(err, ErrLimit)
	}
	if n == 0 {
		return t, nil
	}
	target := c.total(day, minute) - int64(n)
	day, err = c.dayOfTotal(target)
	if err != nil {
		return time.Time{}, err
	}
	p := c.pattern(day)
	in := int(target - c.minutes[day])
	for i, s := range p.sessions {
		if in-p.before[i] < s.To-s.From {
			return c.instant(day, s.From+in-p.before[i]), nil
		}
	}
	return time.Time{}, c.past()
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Between is the number of working minutes in [a, b); negative where b lies before a.
func (c *Calendar) Between(a, b time.Time) (int, error) {
	d1, m1, err := c.at(a)
	if err != nil {
		return 0, err
	}
	d2, m2, err := c.at(b)
	if err != nil {
		return 0, err
	}
	return int(c.total(d2, m2) - c.total(d1, m1)), nil
}

// WorkingDays is the number of working days after the date of a up to and including the date of b.
func (c *Calendar) WorkingDays(a, b time.Time) (int, error) {
	d1, _, err := c.at(a)
	if err != nil {
		return 0, err
	}
	d2, _, err := c.at(b)
	if err != nil {
		return 0, err
	}
	return int(c.worked[d2+1] - c.worked[d1+1]), nil
}

// Before counts backward: the latest instant, to the minute, from which the limit still fits, so that Add from it is not
// later than due and from any later minute is.
func (c *Calendar) Before(due time.Time, l Limit) (time.Time, error) {
	day, minute, err := c.at(due)
	if err != nil {
		return time.Time{}, err
	}
	switch {
	case l.IsZero():
		return time.Time{}, ErrLimit
	case l.Unit == WorkingHour:
		if l.Hundredths*60%100 != 0 {
			return time.Time{}, ErrLimit
		}
		return c.Rewind(due, l.Hundredths*60/100)
	case l.Unit == Hour:
		if l.Hundredths*60%100 != 0 {
			return time.Time{}, ErrLimit
		}
		return c.lastMinute(c.instant(day, minute).Add(-time.Duration(l.Hundredths*60/100) * time.Minute))
	}
	return c.beforeDays(day, minute, l)
}

// lastMinute is the last minute of working time at or before the instant.
func (c *Calendar) lastMinute(t time.Time) (time.Time, error) {
	day, minute, err := c.at(t)
	if err != nil {
		return time.Time{}, err
	}
	if c.of[day] >= 0 {
		p := c.pattern(day)
		for i := len(p.sessions) - 1; i >= 0; i-- {
			if s := p.sessions[i]; minute >= s.From {
				return c.instant(day, min(minute, s.To-1)), nil
			}
		}
	}
	if day, err = c.previousWorking(day - 1); err != nil {
		return time.Time{}, err
	}
	return c.instant(day, c.pattern(day).closing()-1), nil
}

func (c *Calendar) beforeDays(day, minute int, l Limit) (time.Time, error) {
	n := l.Hundredths / 100
	if l.Hundredths%100 != 0 {
		return time.Time{}, ErrLimit
	}
	// The last day of the limit is the last working day that has closed by the due instant.
	if c.of[day] < 0 || minute < c.pattern(day).closing() {
		day--
	}
	last, err := c.previousWorking(day)
	if err != nil {
		return time.Time{}, err
	}
	receipt := 0
	switch l.Unit {
	case WorkingDay:
		k := int(c.worked[last]) - n
		if k < 0 {
			return time.Time{}, c.past()
		}
		receipt = int(c.day[k])
	case Day:
		receipt, err = c.previousWorking(last - n)
	case Month:
		// Months of different length make the inverse ambiguous by up to three days: search down from the latest.
		from := addMonths(last+c.first, -n) - c.first + 3
		for from >= 0 && addMonths(from+c.first, n)-c.first > last {
			from--
		}
		receipt, err = c.previousWorking(from)
	default:
		return time.Time{}, fmt.Errorf("unit %v: %w", l.Unit, ErrLimit)
	}
	if err != nil {
		return time.Time{}, err
	}
	return c.instant(receipt, c.pattern(receipt).closing()-1), nil
}
