package calendar

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	earliestYear = 1900
	latestYear   = 2199
	mostYears    = 100
)

// ErrOutOfRange says that an instant, or the end of a limit, lies outside the calendar's years.
var ErrOutOfRange = errors.New("outside the years of the calendar")

// Calendar is a compiled Spec: immutable and safe for concurrent use. Every reckoning takes a constant number of steps
// and, unless it fails, allocates nothing. All instants returned are in [Zone].
type Calendar struct {
	spec Spec
	hash string

	first    int64     // day number of 1 January of the first year
	patterns []pattern // 0 is a day off
	kind     []uint8   // pattern of each day
	before   []int32   // working days before each day, and in all
	nth      []int32   // day of each working day
	minutes  []int32   // working minutes before each day, and in all
	bucket   int32     // minutes of the shortest working day
	at       []int32   // first working day that reaches into each bucket of working minutes

	provisional []bool         // by year
	notes       map[Date]Entry // grounds, where the calendar was built from a Book
}

// pattern is the sessions of a kind of day, in a shape that fits a cache line.
type pattern struct {
	count    int32
	total    int32
	open     int32
	close    int32
	sessions [mostSessions]struct{ from, to int32 }
}

func newPattern(ss Sessions) pattern {
	p := pattern{count: int32(len(ss)), total: int32(ss.Minutes())}
	for i, s := range ss {
		p.sessions[i].from, p.sessions[i].to = int32(s.From), int32(s.To)
	}
	if len(ss) > 0 {
		p.open, p.close = int32(ss[0].From), int32(ss[len(ss)-1].To)
	}
	return p
}

// New validates a Spec and compiles it. It reports every fault at once.
func New(s Spec) (*Calendar, error) {
	s = s.canonical()
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	c := &Calendar{spec: s, hash: s.Hash(), first: int64(NewDate(s.FromYear, time.January, 1))}
	c.paint()
	c.sum()
	c.provisional = make([]bool, s.ToYear-s.FromYear+1)
	for _, y := range s.Provisional {
		c.provisional[y-s.FromYear] = true
	}
	return c, nil
}

func (s Spec) check() error {
	if s.FromYear < earliestYear || s.ToYear > latestYear || s.ToYear < s.FromYear || s.ToYear-s.FromYear >= mostYears {
		return fmt.Errorf("years %d to %d: want at most %d years in order, from %d to %d",
			s.FromYear, s.ToYear, mostYears, earliestYear, latestYear)
	}
	var errs []error
	works := false
	for day, ss := range s.Week {
		works = works || len(ss) > 0
		if err := ss.check(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", time.Weekday(day), err))
		}
	}
	if !works {
		errs = append(errs, errors.New("no weekday has a session"))
	}
	seen := make(map[Date]string, len(s.Off)+len(s.Work))
	claim := func(d Date, as string) {
		if y := d.Year(); y < s.FromYear || y > s.ToYear {
			errs = append(errs, fmt.Errorf("%s day %s lies outside the years %d to %d", as, d, s.FromYear, s.ToYear))
		}
		if other, ok := seen[d]; ok {
			errs = append(errs, fmt.Errorf("%s is given twice, as %s and as %s", d, other, as))
		}
		seen[d] = as
	}
	for _, d := range s.Off {
		claim(d, "off")
	}
	for _, w := range s.Work {
		claim(w.Date, "work")
		if err := w.Sessions.check(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", w.Date, err))
		}
		if len(w.Sessions) == 0 && len(s.Week[time.Monday]) == 0 {
			errs = append(errs, fmt.Errorf("%s is worked but has no sessions, and Monday has none to lend", w.Date))
		}
	}
	for i, y := range s.Provisional {
		if y < s.FromYear || y > s.ToYear || i > 0 && s.Provisional[i-1] == y {
			errs = append(errs, fmt.Errorf("provisional year %d is repeated or outside %d to %d", y, s.FromYear, s.ToYear))
		}
	}
	return errors.Join(errs...)
}

// paint gives each day its pattern.
func (c *Calendar) paint() {
	days := int64(NewDate(c.spec.ToYear+1, time.January, 1)) - c.first
	c.kind = make([]uint8, days)
	c.patterns = []pattern{{}}
	var known []Sessions
	patternOf := func(ss Sessions) uint8 {
		if len(ss) == 0 {
			return 0
		}
		i := slices.IndexFunc(known, func(k Sessions) bool { return slices.Equal(k, ss) })
		if i < 0 {
			i = len(known)
			known = append(known, ss)
			c.patterns = append(c.patterns, newPattern(ss))
		}
		return uint8(min(i+1, 255))
	}
	var week [7]uint8
	for day, ss := range c.spec.Week {
		week[day] = patternOf(ss)
	}
	for i := range c.kind {
		c.kind[i] = week[Date(c.first+int64(i)).Weekday()]
	}
	for _, d := range c.spec.Off {
		c.kind[int64(d)-c.first] = 0
	}
	for _, w := range c.spec.Work {
		ss := w.Sessions
		if len(ss) == 0 {
			ss = c.spec.Week[time.Monday]
		}
		c.kind[int64(w.Date)-c.first] = patternOf(ss)
	}
}

// sum builds the prefix sums, and the index that finds the day of a working minute in at most two looks: no bucket is
// longer than the shortest working day, so none reaches into more than two.
func (c *Calendar) sum() {
	n := len(c.kind)
	c.before, c.minutes = make([]int32, n+1), make([]int32, n+1)
	c.bucket = minutesPerDay
	for i, k := range c.kind {
		c.before[i+1], c.minutes[i+1] = c.before[i], c.minutes[i]
		if k == 0 {
			continue
		}
		total := c.patterns[k].total
		c.bucket = min(c.bucket, total)
		c.before[i+1]++
		c.minutes[i+1] += total
		c.nth = append(c.nth, int32(i))
	}
	c.at = make([]int32, c.minutes[n]/c.bucket+1)
	ord := int32(0)
	for b := range c.at {
		for int(ord)+1 < len(c.nth) && c.minutes[c.nth[ord]+1] <= int32(b)*c.bucket {
			ord++
		}
		c.at[b] = ord
	}
}

// Hash returns the hash of the calendar's Spec.
func (c *Calendar) Hash() string { return c.hash }

// Spec returns the data the calendar was compiled from.
func (c *Calendar) Spec() Spec { return c.spec.canonical() }

func (c *Calendar) outOfRange(t time.Time) error {
	return fmt.Errorf("%s is %w, %d to %d", t.In(legalZone).Format(time.RFC3339), ErrOutOfRange, c.spec.FromYear, c.spec.ToYear)
}

func (c *Calendar) runsOut(what string, t time.Time) error {
	return fmt.Errorf("%s from %s leads %w, %d to %d", what, t.In(legalZone).Format(time.RFC3339), ErrOutOfRange,
		c.spec.FromYear, c.spec.ToYear)
}
