// Package calendar is working time: sessions, holidays, swapped days, closures, and the counting of legal limits in them.
//
// A Calendar is immutable and answers in a constant number of steps whatever the distance: it is built of prefix sums. All
// instants are legal time in the fixed zone UTC+7 (Vietnam keeps no daylight saving); the zone of the host and of the
// arguments is without effect. The room does no I/O and never asks what time it is. The rules of counting are those of the
// Civil Code 91/2015/QH13 Đ146–148; what is practice rather than law is marked at the function that does it.
package calendar

import (
	"errors"
	"fmt"
	"time"
)

var ict = time.FixedZone("ICT", 7*3600)

// Zone is the fixed zone of legal time, UTC+7.
func Zone() *time.Location { return ict }

// ErrOutOfRange is the error of instants outside the years that a calendar covers.
var ErrOutOfRange = errors.New("outside the years of the calendar")

// ErrLimit is the error of a limit that cannot be counted: zero, or a fraction of a day or month.
var ErrLimit = errors.New("the limit cannot be counted as a date")

const (
	daySeconds  = 86400
	zoneSeconds = 7 * 3600
)

// Calendar counts working time.
type Calendar struct {
	spec Spec
	hash string
	// first is the day number (days since 1970-01-01 in the legal zone) of index 0.
	first    int
	patterns []pattern
	// of is the pattern of each day, -1 off. worked and minutes are sums over all days before the index.
	of      []int8
	worked  []int32
	minutes []int64
	// day is the index of the n-th working day. bucket[k] is the first working day in which the running total passes
	// k*grain minutes; the grain is the shortest working day, so that at most two days share a bucket.
	day    []int32
	bucket []int32
	grain  int64
	book   *Book
}

type pattern struct {
	sessions []Session
	// before[i] is the length of the sessions before the i-th.
	before []int
	total  int
}

func newPattern(sessions []Session) pattern {
	p := pattern{sessions: sessions}
	for _, s := range sessions {
		p.before = append(p.before, p.total)
		p.total += s.To - s.From
	}
	return p
}

func (p *pattern) opening() int { return p.sessions[0].From }
func (p *pattern) closing() int { return p.sessions[len(p.sessions)-1].To }

// within is how many minutes of the pattern lie before the minute of day m.
func (p *pattern) within(m int) int {
	n := 0
	for _, s := range p.sessions {
		if m <= s.From {
			break
		}
		n += min(m, s.To) - s.From
	}
	return n
}

// New builds a calendar; it reports everything that is wrong with the spec at once.
func New(s Spec) (*Calendar, error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	c := &Calendar{spec: s, hash: s.Hash()}
	c.grain = int64(24 * 60)
	for _, p := range s.Patterns {
		np := newPattern(p)
		c.patterns = append(c.patterns, np)
		c.grain = min(c.grain, int64(np.total))
	}
	start := Date(s.From*10000 + 101).Time()
	c.first = dayNumber(start)
	n := dayNumber(Date((s.To+1)*10000+101).Time()) - c.first
	c.fill(n, int(start.Weekday()))
	c.index()
	return c, nil
}

func (c *Calendar) fill(n, weekday int) {
	c.of = make([]int8, n)
	for i := range c.of {
		c.of[i] = int8(c.spec.Week[(weekday+i)%7])
	}
	for _, d := range c.spec.Off {
		c.of[dayNumber(d.Time())-c.first] = -1
	}
	for _, w := range c.spec.Work {
		c.of[dayNumber(w.Date.Time())-c.first] = int8(w.Pattern)
	}
}

func (c *Calendar) index() {
	n := len(c.of)
	c.worked, c.minutes = make([]int32, n+1), make([]int64, n+1)
	for i, p := range c.of {
		c.worked[i+1], c.minutes[i+1] = c.worked[i], c.minutes[i]
		if p < 0 {
			continue
		}
		c.worked[i+1]++
		c.minutes[i+1] += int64(c.patterns[p].total)
		c.day = append(c.day, int32(i))
		for int64(len(c.bucket))*c.grain < c.minutes[i+1] {
			c.bucket = append(c.bucket, int32(len(c.day)-1))
		}
	}
}

// Hash names the content of the calendar.
func (c *Calendar) Hash() string { return c.hash }

// Spec returns the calendar as data.
func (c *Calendar) Spec() Spec { return c.spec }

func dayNumber(t time.Time) int {
	s := t.Unix() + zoneSeconds
	if s < 0 {
		return int((s - daySeconds + 1) / daySeconds)
	}
	return int(s / daySeconds)
}

// at splits an instant into the index of its day and its minute of day.
func (c *Calendar) at(t time.Time) (day, minute int, err error) {
	s := t.Unix() + zoneSeconds
	n := s / daySeconds
	day = int(n) - c.first
	if s < 0 || day < 0 || day >= len(c.of) {
		return 0, 0, c.outside(t)
	}
	return day, int(s-n*daySeconds) / 60, nil
}

func (c *Calendar) outside(t time.Time) error {
	return fmt.Errorf("%s: %w %d to %d", t.In(ict).Format(time.RFC3339), ErrOutOfRange, c.spec.From, c.spec.To)
}

func (c *Calendar) past() error {
	return fmt.Errorf("the end lies %w %d to %d", ErrOutOfRange, c.spec.From, c.spec.To)
}

func (c *Calendar) instant(day, minute int) time.Time {
	return time.Unix(int64(day+c.first)*daySeconds-zoneSeconds+int64(minute)*60, 0).In(ict)
}

// nextWorking is the first working day at or after the index.
func (c *Calendar) nextWorking(day int) (int, error) {
	if day < 0 || day >= len(c.of) || int(c.worked[day]) >= len(c.day) {
		return 0, c.past()
	}
	return int(c.day[c.worked[day]]), nil
}

// previousWorking is the last working day at or before the index.
func (c *Calendar) previousWorking(day int) (int, error) {
	if day < 0 || day >= len(c.of) || c.worked[day+1] == 0 {
		return 0, c.past()
	}
	return int(c.day[c.worked[day+1]-1]), nil
}

func (c *Calendar) pattern(day int) *pattern { return &c.patterns[c.of[day]] }

// normalize is Normalize on day and minute.
func (c *Calendar) normalize(day, minute int) (int, int, error) {
	if c.of[day] >= 0 {
		for _, s := range c.pattern(day).sessions {
			if minute < s.To {
				return day, max(minute, s.From), nil
			}
		}
	}
	next, err := c.nextWorking(day + 1)
	if c.of[day] < 0 {
		next, err = c.nextWorking(day)
	}
	if err != nil {
		return 0, 0, err
	}
	return next, c.pattern(next).opening(), nil
}

// Normalize takes an instant outside the sessions as the start of the next one: before opening the opening, in the lunch
// break the afternoon, after closing or on a day off the next working morning. It is the practice of the offices, not the
// Civil Code (clock.md §1). Inside a session it is the instant itself, to the minute.
func (c *Calendar) Normalize(t time.Time) (time.Time, error) {
	day, minute, err := c.at(t)
	if err != nil {
		return time.Time{}, err
	}
	if day, minute, err = c.normalize(day, minute); err != nil {
		return time.Time{}, err
	}
	return c.instant(day, minute), nil
}

// IsWorkingDay says whether the office works on the date.
func (c *Calendar) IsWorkingDay(date time.Time) bool {
	day, _, err := c.at(date)
	return err == nil && c.of[day] >= 0
}

// EndOfDay is the end of the last session of the instant's day, or of the next working day where that day is off.
func (c *Calendar) EndOfDay(t time.Time) (time.Time, error) {
	day, _, err := c.at(t)
	if err != nil {
		return time.Time{}, err
	}
	if day, err = c.nextWorking(day); err != nil {
		return time.Time{}, err
	}
	return c.instant(day, c.pattern(day).closing()), nil
}

// NextOpening is the start of the first session of the first working day after the instant's date.
func (c *Calendar) NextOpening(t time.Time) (time.Time, error) {
	day, _, err := c.at(t)
	if err != nil {
		return time.Time{}, err
	}
	if day, err = c.nextWorking(day + 1); err != nil {
		return time.Time{}, err
	}
	return c.instant(day, c.pattern(day).opening()), nil
}

// PreviousWorkingDay is the end of the last working day before the instant's date.
func (c *Calendar) PreviousWorkingDay(t time.Time) (time.Time, error) {
	day, _, err := c.at(t)
	if err != nil {
		return time.Time{}, err
	}
	if day, err = c.previousWorking(day - 1); err != nil {
		return time.Time{}, err
	}
	return c.instant(day, c.pattern(day).closing()), nil
}

// AtTimeOfDay is the date's day (or the next working one) at the time of day of another instant. Where that time lies
// outside the day's sessions it is the start of the next session of the same day, else the end of its last session.
func (c *Calendar) AtTimeOfDay(date, of time.Time) (time.Time, error) {
	day, _, err := c.at(date)
	if err != nil {
		return time.Time{}, err
	}
	_, minute, err := c.at(of)
	if err != nil {
		return time.Time{}, err
	}
	if day, err = c.nextWorking(day); err != nil {
		return time.Time{}, err
	}
	p := c.pattern(day)
	for _, s := range p.sessions {
		if minute < s.To {
			return c.instant(day, max(minute, s.From)), nil
		}
	}
	return c.instant(day, p.closing()), nil
}

// Provisional says whether the stretch touches a year that is not yet decreed.
func (c *Calendar) Provisional(from, to time.Time) bool {
	y1, y2 := from.In(ict).Year(), to.In(ict).Year()
	for _, y := range c.spec.Provisional {
		if y >= y1 && y <= y2 {
			return true
		}
	}
	return false
}
