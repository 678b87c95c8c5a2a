package calendar

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Kinds of entries.
const (
	KindHoliday = "holiday"  // nghỉ lễ, tết
	KindMakeUp  = "make_up"  // nghỉ bù
	KindSwapOff = "swap_off" // hoán đổi: nghỉ
	KindSwapIn  = "swap_in"  // hoán đổi: làm bù
	KindClosure = "closure"  // đóng cửa cục bộ: bão lũ, một cơ quan
	KindDuty    = "duty"     // làm việc ngoài lịch chung
)

// Levels of a layer, from the widest to the narrowest.
const (
	LevelNation   = "nation"
	LevelProvince = "province"
	LevelAgency   = "agency"
)

// Entry is one date that differs from the week, with its legal ground.
type Entry struct {
	Date Date
	Kind string
	Name string
	// Ground is the notice or decision, Announced its date (zero: not known).
	Ground    string
	Announced Date
	// Sessions of a day worked; empty: those of a Monday.
	Sessions []Session
}

func (e Entry) off() bool { return e.Kind != KindSwapIn && e.Kind != KindDuty }

// Source is one layer of a calendar as people write it. Layers nest: nation, province, agency.
type Source struct {
	Name  string
	Level string
	// Week gives the sessions by weekday; a layer without one keeps its parent's.
	Week map[time.Weekday][]Session
	// Decreed are the years for which the layer holds the yearly notice; only the nation has them.
	Decreed []int
	Entries []Entry
}

// Book is a merged calendar with the legal ground of each entry.
type Book struct {
	layers   []string
	entries  map[Date]Entry
	calendar *Calendar
}

// Merge nests layers into a book that covers the years from to to. National years that are not decreed are computed and
// provisional. Contradictory or overlapping entries are refused, all at once.
func Merge(from, to int, layers ...Source) (*Book, error) {
	b := &Book{entries: map[Date]Entry{}}
	spec := Spec{From: from, To: to, Week: [7]int{-1, -1, -1, -1, -1, -1, -1}}
	var errs []error
	levels := []string{LevelNation, LevelProvince, LevelAgency}
	last := -1
	for i, l := range layers {
		rank := slices.Index(levels, l.Level)
		if rank <= last || (i == 0 && rank != 0) {
			errs = append(errs, fmt.Errorf("layer %q: level %q is out of order; want nation, province, agency", l.Name, l.Level))
		}
		last = rank
		b.layers = append(b.layers, l.Name)
		if len(l.Week) > 0 {
			spec.setWeek(l.Week)
		}
		entries := l.Entries
		if rank == 0 {
			for y := from; y <= to; y++ {
				if !slices.Contains(l.Decreed, y) {
					spec.Provisional = append(spec.Provisional, y)
					entries = append(slices.Clone(entries), Statutory(y)...)
				}
			}
		}
		errs = append(errs, b.lay(l.Name, entries, spec, from, to)...)
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("calendar: %w", errors.Join(errs...))
	}
	b.fill(&spec)
	c, err := New(spec)
	if err != nil {
		return nil, err
	}
	c.book = b
	b.calendar = c
	return b, nil
}

func (s *Spec) setWeek(week map[time.Weekday][]Session) {
	s.Patterns, s.Week = nil, [7]int{-1, -1, -1, -1, -1, -1, -1}
	for i := range 7 { // Monday first, so that pattern 0 is the ordinary day
		d := time.Weekday((i + 1) % 7)
		if len(week[d]) > 0 {
			s.Week[d] = s.patternOf(week[d])
		}
	}
}

func (s *Spec) patternOf(sessions []Session) int {
	for i, p := range s.Patterns {
		if slices.Equal(p, sessions) {
			return i
		}
	}
	s.Patterns = append(s.Patterns, sessions)
	return len(s.Patterns) - 1
}

func (b *Book) lay(layer string, entries []Entry, spec Spec, from, to int) (errs []error) {
	seen := map[Date]bool{}
	for _, e := range entries {
		where := fmt.Sprintf("layer %q, %s (%s)", layer, e.Date, e.Name)
		if e.Date.Year() < from || e.Date.Year() > to {
			continue
		}
		parent, known := b.entries[e.Date]
		works := spec.Week[e.Date.Time().Weekday()] >= 0
		switch {
		case !e.Date.valid():
			errs = append(errs, fmt.Errorf("%s: no such date", where))
		case seen[e.Date]:
			errs = append(errs, fmt.Errorf("%s: the date has two entries in this layer", where))
		case e.Ground == "":
			errs = append(errs, fmt.Errorf("%s: an entry needs its legal ground", where))
		case e.off() && known && parent.off():
			errs = append(errs, fmt.Errorf("%s: already off by %s", where, parent.Ground))
		case e.off() && !works && !known:
			errs = append(errs, fmt.Errorf("%s: the week rests on this day anyway", where))
		case !e.off() && works && (!known || !parent.off()):
			errs = append(errs, fmt.Errorf("%s: the day is worked anyway", where))
		}
		seen[e.Date] = true
		b.entries[e.Date] = e
	}
	return errs
}

func (b *Book) fill(s *Spec) {
	dates := make([]Date, 0, len(b.entries))
	for d := range b.entries {
		dates = append(dates, d)
	}
	slices.Sort(dates)
	for _, d := range dates {
		e := b.entries[d]
		if e.off() {
			s.Off = append(s.Off, d)
			continue
		}
		p := s.Week[time.Monday]
		if len(e.Sessions) > 0 {
			p = s.patternOf(e.Sessions)
		}
		s.Work = append(s.Work, WorkDay{Date: d, Pattern: p})
	}
}

// Calendar is the book as a counting calendar that also explains with grounds.
func (b *Book) Calendar() *Calendar { return b.calendar }

// Spec is the book as compact data.
func (b *Book) Spec() Spec { return b.calendar.spec }

// Layers names the layers, widest first.
func (b *Book) Layers() []string { return slices.Clone(b.layers) }

// Entries returns all entries in order of date.
func (b *Book) Entries() []Entry {
	out := make([]Entry, 0, len(b.entries))
	for _, e := range b.entries {
		out = append(out, e)
	}
	slices.SortFunc(out, func(x, y Entry) int { return int(x.Date) - int(y.Date) })
	return out
}
