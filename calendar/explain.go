package calendar

import (
	"fmt"
	"time"
)

// Walk is the way from receipt to due instant, day by day: the body of a deadline proof sheet.
type Walk struct {
	Received    time.Time `json:"received"`   // as given
	Normalized  time.Time `json:"normalized"` // what counts as received
	Limit       Limit     `json:"limit"`
	Due         time.Time `json:"due"`
	Provisional bool      `json:"provisional,omitempty"` // crosses a year not yet decreed
	Days        []WalkDay `json:"days"`
}

// WalkDay is one day of a walk.
type WalkDay struct {
	Date    Date `json:"date"`
	Kind    Kind `json:"kind"`
	Counted bool `json:"counted,omitempty"`
	// Minutes drawn from the limit on that day: working minutes for wd and wh, clock minutes for h, none for d and mo.
	Minutes int `json:"minutes,omitempty"`
	// Running is what has been counted so far: days for wd, d and mo, minutes for wh and h.
	Running     int    `json:"running,omitempty"`
	Name        string `json:"name,omitempty"`   // of the holiday or closure, where the calendar knows it
	Ground      string `json:"ground,omitempty"` // its legal ground, where the calendar knows it
	Provisional bool   `json:"provisional,omitempty"`
}

// Explain returns the walk from receipt to due. On a calendar built from a [Book] each day off carries its ground.
func (c *Calendar) Explain(received time.Time, l Limit) (Walk, error) {
	due, err := c.Add(received, l)
	if err != nil {
		return Walk{}, err
	}
	normalized, err := c.Normalize(received)
	if err != nil {
		return Walk{}, err
	}
	w := Walk{
		Received: received.In(legalZone), Normalized: normalized, Limit: l, Due: due,
		Provisional: c.Provisional(received, due),
	}
	first, _, _ := c.locate(received)
	receipt, _, _ := c.locate(normalized)
	last, _, _ := c.locate(due.Add(-time.Minute))
	nominal := last
	if l.Unit == Day || l.Unit == Month {
		nominal = c.nominal(receipt, l)
	}
	running := 0
	for day := first; day <= last; day++ {
		line := c.line(day)
		switch {
		case day == first && day < receipt && c.kind[day] != 0:
			line.Kind = KindReceipt // after closing: the next working morning is the start
		case day < receipt:
		case day == receipt && l.IsDays():
			line.Kind = KindReceipt
		case l.IsDays():
			c.countDay(&line, day, nominal, l, &running)
		default:
			if day == receipt {
				line.Kind = KindReceipt
			}
			line.Minutes = c.drawn(day, normalized, due, l.Unit)
			line.Counted = line.Minutes > 0
			running += line.Minutes
			if line.Counted && line.Kind == KindWeekend {
				line.Kind = KindCounted // clock hours run through days of rest
			}
		}
		line.Running = running
		w.Days = append(w.Days, line)
	}
	return w, nil
}

// countDay fills a line of a day limit after the day of receipt.
func (c *Calendar) countDay(line *WalkDay, day, nominal int, l Limit, running *int) {
	if l.Unit == WorkingDay {
		line.Counted = c.kind[day] != 0
		if line.Counted {
			line.Minutes = int(c.patterns[c.kind[day]].total)
			*running++
		}
		return
	}
	line.Counted = day <= nominal
	switch {
	case line.Counted:
		*running++
		if line.Kind == KindWeekend {
			line.Kind = KindCounted
		}
	case c.kind[day] != 0:
		line.Kind = KindRolled
	}
}

// line describes a day by itself.
func (c *Calendar) line(day int) WalkDay {
	d := Date(c.first + int64(day))
	line := WalkDay{Date: d, Kind: KindCounted, Provisional: c.provisional[d.Year()-c.spec.FromYear]}
	note, known := c.notes[d]
	if known {
		line.Name, line.Ground = note.Name, note.Ground
	}
	weekly := len(c.spec.Week[d.Weekday()]) > 0
	switch {
	case c.kind[day] != 0 && known:
		line.Kind = note.Kind
	case c.kind[day] != 0 && !weekly:
		line.Kind = KindSwappedWork
	case c.kind[day] != 0:
	case known && note.Kind == KindMakeUp:
		line.Kind = KindHoliday
	case known:
		line.Kind = note.Kind
	case weekly:
		line.Kind = KindHoliday
	default:
		line.Kind = KindWeekend
	}
	return line
}

// drawn returns the minutes of one day that lie in [from, to): working minutes, or clock minutes for clock hours.
func (c *Calendar) drawn(day int, from, to time.Time, unit Unit) int {
	start, end := c.instant(day, 0), c.instant(day, minutesPerDay)
	if start.Before(from) {
		start = from
	}
	if end.After(to) {
		end = to
	}
	if !start.Before(end) {
		return 0
	}
	if unit == Hour {
		return int(end.Sub(start) / time.Minute)
	}
	a := c.elapsed(day, c.minuteOn(day, start))
	return int(c.elapsed(day, c.minuteOn(day, end)) - a)
}

// minuteOn returns the minute of t counted from midnight of a day; the day's own end is minute 1440.
func (c *Calendar) minuteOn(day int, t time.Time) int32 {
	return int32(t.Sub(c.instant(day, 0)) / time.Minute)
}

// Summary returns one line in Vietnamese: receipt, limit and due instant.
func (w Walk) Summary() string {
	s := fmt.Sprintf("%s, tiếp nhận %s: hẹn trả %s", w.Limit.Vietnamese(), vietnameseInstant(w.Received), vietnameseInstant(w.Due))
	if w.Provisional {
		s += " (tạm tính)"
	}
	return s
}
