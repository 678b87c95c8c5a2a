package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Date is a calendar date as the number yyyymmdd, e.g. 20261124.
type Date int

// DateOf returns the date of an instant in the legal zone.
func DateOf(t time.Time) Date {
	y, m, d := t.In(ict).Date()
	return Date(y*10000 + int(m)*100 + d)
}

// ParseDate reads "2026-11-24".
func ParseDate(s string) (Date, error) {
	t, err := time.ParseInLocation(time.DateOnly, s, ict)
	if err != nil {
		return 0, fmt.Errorf("date %q: want YYYY-MM-DD", shorten(s))
	}
	return DateOf(t), nil
}

// Time is the start of the date in the legal zone.
func (d Date) Time() time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, ict)
}

// Year of the date.
func (d Date) Year() int { return int(d) / 10000 }

func (d Date) String() string { return d.Time().Format(time.DateOnly) }

func (d Date) valid() bool { return d > 0 && DateOf(d.Time()) == d }

// Session is a stretch of working time inside a day, in minutes after midnight, half-open: what arrives at To arrived after it.
type Session struct{ From, To int }

// ParseSession reads "07:30-11:30".
func ParseSession(s string) (Session, error) {
	var h1, m1, h2, m2 int
	if n, err := fmt.Sscanf(s, "%d:%d-%d:%d", &h1, &m1, &h2, &m2); err != nil || n != 4 || len(s) != len("07:30-11:30") {
		return Session{}, fmt.Errorf("session %q: want HH:MM-HH:MM", shorten(s))
	}
	if m1 > 59 || m2 > 59 || h1 > 23 || h2 > 24 {
		return Session{}, fmt.Errorf("session %q: no such time of day", s)
	}
	return Session{From: h1*60 + m1, To: h2*60 + m2}, nil
}

func (s Session) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)
}

// MarshalText writes "07:30-11:30".
func (s Session) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Session) UnmarshalText(b []byte) (err error) {
	*s, err = ParseSession(string(b))
	return err
}

// Spec is a calendar as compact data, about a kilobyte: what travels with a dossier and is named by its hash. The grounds of
// its entries stay in the Book that it came from.
type Spec struct {
	// From and To are the first and the last year covered.
	From int `json:"from"`
	To   int `json:"to"`
	// Patterns are the kinds of working days; Week names the pattern of each weekday from Sunday, -1 for a day of rest.
	Patterns [][]Session `json:"patterns"`
	Week     [7]int      `json:"week"`
	// Off are days off that the week would work, Work days worked that the week would rest or work otherwise.
	Off  []Date    `json:"off,omitempty"`
	Work []WorkDay `json:"work,omitempty"`
	// Provisional years are not yet decreed.
	Provisional []int `json:"provisional,omitempty"`
}

// WorkDay is a day worked by a pattern of its own.
type WorkDay struct {
	Date    Date `json:"date"`
	Pattern int  `json:"pattern"`
}

// Hash names the content of the spec.
func (s Spec) Hash() string {
	b, err := json.Marshal(s)
	if err != nil { // a Spec holds only numbers and texts; it always marshals
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// Window trims the spec to a range of years.
func (s Spec) Window(from, to int) Spec {
	s.From, s.To = max(s.From, from), min(s.To, to)
	s.Off = slices.DeleteFunc(slices.Clone(s.Off), func(d Date) bool { return d.Year() < s.From || d.Year() > s.To })
	s.Work = slices.DeleteFunc(slices.Clone(s.Work), func(d WorkDay) bool { return d.Date.Year() < s.From || d.Date.Year() > s.To })
	s.Provisional = slices.DeleteFunc(slices.Clone(s.Provisional), func(y int) bool { return y < s.From || y > s.To })
	return s
}

// check reports everything that is wrong with the spec, at once.
func (s Spec) check() error {
	var errs []error
	fail := func(f string, a ...any) { errs = append(errs, fmt.Errorf(f, a...)) }
	if s.From < 1900 || s.To < s.From || s.To-s.From > 200 {
		fail("years %d to %d: want at most 200 years from 1900 on", s.From, s.To)
	}
	for i, p := range s.Patterns {
		end := 0
		for _, x := range p {
			if x.From < end || x.To <= x.From || x.To > 24*60 {
				fail("pattern %d: session %s is empty, out of order or overlaps", i, x)
			}
			end = x.To
		}
		if len(p) == 0 {
			fail("pattern %d has no session", i)
		}
	}
	work := false
	for d, p := range s.Week {
		if p >= len(s.Patterns) || p < -1 {
			fail("weekday %d: no pattern %d", d, p)
		}
		work = work || p >= 0
	}
	if !work {
		fail("the week has no working day")
	}
	seen := map[Date]bool{}
	once := func(d Date) {
		if !d.valid() || d.Year() < s.From || d.Year() > s.To {
			fail("%d is no date of the years %d to %d", d, s.From, s.To)
		}
		if seen[d] {
			fail("%s is listed twice", d)
		}
		seen[d] = true
	}
	for _, d := range s.Off {
		once(d)
	}
	for _, w := range s.Work {
		once(w.Date)
		if w.Pattern < 0 || w.Pattern >= len(s.Patterns) {
			fail("%s: no pattern %d", w.Date, w.Pattern)
		}
	}
	return errors.Join(errs...)
}
