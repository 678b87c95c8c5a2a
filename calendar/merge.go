package calendar

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Merge nests layers, nation first, then province, then agency. A layer may set other sessions and add entries; it may
// close a day that an upper layer works, but not work a day that an upper layer gives off. Contradictions, overlaps and
// entries without a ground are refused, all at once.
func Merge(layers ...Source) (*Book, error) {
	m := &merger{off: map[Date]Entry{}, work: map[Date]Entry{}, provisional: map[int]bool{}}
	if len(layers) == 0 {
		return nil, errors.New("merge calendars: no layer given")
	}
	for i, layer := range layers {
		m.order(i, layers)
		m.week(layer)
		for _, year := range slices.Sorted(maps.Keys(layer.Years)) {
			m.year(layer, year, layers[0])
		}
		m.swaps(layer)
	}
	spec := m.spec(layers[0])
	if err := errors.Join(m.errs...); err != nil {
		return nil, fmt.Errorf("merge calendars: %w", err)
	}
	c, err := New(spec)
	if err != nil {
		return nil, fmt.Errorf("merge calendars: %w", err)
	}
	c.notes = m.off // off and work are disjoint: New has refused the rest
	maps.Copy(c.notes, m.work)
	return &Book{layers: slices.Clone(layers), notes: c.notes, calendar: c}, nil
}

type merger struct {
	weekly      [7]Sessions
	off, work   map[Date]Entry
	provisional map[int]bool
	errs        []error
}

func (m *merger) fail(format string, args ...any) {
	m.errs = append(m.errs, fmt.Errorf(format, args...))
}

func (m *merger) order(i int, layers []Source) {
	rank := func(s Source) int {
		return slices.Index([]string{LevelNation, LevelProvince, LevelAgency}, s.Level)
	}
	layer := layers[i]
	switch {
	case rank(layer) < 0:
		m.fail("layer %q: unknown level %q; want %s, %s or %s", layer.Name, layer.Level, LevelNation, LevelProvince, LevelAgency)
	case i == 0 && layer.Level != LevelNation:
		m.fail("layer %q: the first layer must be of level %s, not %s", layer.Name, LevelNation, layer.Level)
	case i > 0 && rank(layer) <= rank(layers[i-1]):
		m.fail("layer %q of level %s cannot stand below layer %q of level %s", layer.Name, layer.Level, layers[i-1].Name, layers[i-1].Level)
	}
	if layer.Name == "" {
		m.fail("layer %d has no name", i+1)
	}
}

func (m *merger) week(layer Source) {
	if err := layer.Sessions.check(); err != nil {
		m.fail("layer %q: %w", layer.Name, err)
	}
	if len(layer.Sessions) > 0 {
		for day := time.Monday; day <= time.Friday; day++ {
			m.weekly[day] = layer.Sessions
		}
	}
	for day, ss := range layer.Weekly {
		if err := ss.check(); err != nil {
			m.fail("layer %q, %s: %w", layer.Name, day, err)
		}
		if day >= time.Sunday && day <= time.Saturday {
			m.weekly[day] = ss
		}
	}
}

func (m *merger) year(layer Source, year int, nation Source) {
	y := layer.Years[year]
	if _, ok := nation.Years[year]; !ok {
		m.fail("layer %q: year %d is not covered by layer %q", layer.Name, year, nation.Name)
		return
	}
	if y.Provisional {
		m.provisional[year] = true
	}
	for _, list := range []struct {
		entries []Entry
		kinds   []Kind // the first is the default
		add     func(Source, Entry)
	}{
		{y.Off, []Kind{KindHoliday, KindMakeUp, KindSwappedOff}, m.addOff},
		{y.Closures, []Kind{KindClosure}, m.addOff},
		{y.Work, []Kind{KindSwappedWork}, m.addWork},
	} {
		for _, e := range list.entries {
			e.Layer = layer.Name
			if e.Kind == "" {
				e.Kind = list.kinds[0]
			}
			if e.Ground == "" {
				e.Ground = y.Notice
			}
			switch {
			case e.Date.Year() != year:
				m.fail("layer %q: %s stands under the year %d", layer.Name, e.Date, year)
			case !slices.Contains(list.kinds, e.Kind):
				m.fail("layer %q, %s: kind %q does not belong in this list; want one of %q", layer.Name, e.Date, e.Kind, list.kinds)
			case e.Ground == "":
				m.fail("layer %q, %s: no legal ground given, and the year has no notice", layer.Name, e.Date)
			default:
				list.add(layer, e)
			}
		}
	}
}

func (m *merger) addOff(layer Source, e Entry) {
	if other, ok := m.off[e.Date]; ok {
		m.fail("layer %q: %s is off already, by layer %q (%s)", layer.Name, e.Date, other.Layer, other.Ground)
		return
	}
	if other, ok := m.work[e.Date]; ok {
		if e.Kind != KindClosure || other.Layer == layer.Name {
			m.fail("layer %q: %s cannot be off, it is worked by layer %q (%s)", layer.Name, e.Date, other.Layer, other.Ground)
			return
		}
		delete(m.work, e.Date)
	} else if len(m.weekly[e.Date.Weekday()]) == 0 && (e.Kind == KindMakeUp || e.Kind == KindSwappedOff) {
		m.fail("layer %q: %s is %s but the week gives it off already", layer.Name, e.Date, e.Kind)
		return
	}
	m.off[e.Date] = e
}

func (m *merger) addWork(layer Source, e Entry) {
	if other, ok := m.off[e.Date]; ok {
		m.fail("layer %q: %s cannot be worked, it is off by layer %q (%s)", layer.Name, e.Date, other.Layer, other.Ground)
		return
	}
	if other, ok := m.work[e.Date]; ok {
		m.fail("layer %q: %s is worked already, by layer %q (%s)", layer.Name, e.Date, other.Layer, other.Ground)
		return
	}
	if len(m.weekly[e.Date.Weekday()]) > 0 && len(e.Sessions) == 0 {
		m.fail("layer %q: %s is worked by the week already", layer.Name, e.Date)
		return
	}
	m.work[e.Date] = e
}

// swaps checks that the two days of a swap name each other.
func (m *merger) swaps(layer Source) {
	pair := func(mine, theirs map[Date]Entry, want Kind) {
		for _, d := range slices.Sorted(maps.Keys(mine)) {
			e := mine[d]
			if e.Layer != layer.Name || e.Swap == 0 {
				continue
			}
			if other := theirs[e.Swap]; other.Kind != want || other.Swap != d {
				m.fail("layer %q: %s is swapped with %s, which is not %s for it", layer.Name, d, e.Swap, want)
			}
		}
	}
	pair(m.off, m.work, KindSwappedWork)
	pair(m.work, m.off, KindSwappedOff)
}

// spec reduces the merged layers to what a reckoning needs: days off that the week would work, and extra working days.
func (m *merger) spec(nation Source) Spec {
	years := slices.Sorted(maps.Keys(nation.Years))
	if len(years) == 0 {
		m.fail("layer %q covers no year", nation.Name)
		return Spec{}
	}
	s := Spec{FromYear: years[0], ToYear: years[len(years)-1], Week: m.weekly}
	if s.ToYear-s.FromYear+1 != len(years) {
		m.fail("layer %q: the years %d to %d have gaps", nation.Name, s.FromYear, s.ToYear)
	}
	for d := range m.off {
		if len(m.weekly[d.Weekday()]) > 0 {
			s.Off = append(s.Off, d)
		}
	}
	for d, e := range m.work {
		s.Work = append(s.Work, WorkDay{Date: d, Sessions: e.Sessions})
	}
	s.Provisional = slices.Collect(maps.Keys(m.provisional))
	return s.canonical()
}
