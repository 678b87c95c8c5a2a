package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const hashLength = 32 // hex characters

// Spec is the merged calendar as compact, serializable data (about 1 KB): what travels into a workflow and is hashed.
// It holds no grounds. Build one with [Merge]; [New] validates and compiles it.
type Spec struct {
	FromYear int         `json:"from"` // first year covered
	ToYear   int         `json:"to"`   // last year covered
	Week     [7]Sessions `json:"week"` // by time.Weekday, Sunday first
	Off      DateList    `json:"off,omitempty"`
	Work     []WorkDay   `json:"work,omitempty"`
	// Provisional lists the years whose holidays are computed, not decreed.
	Provisional []int `json:"provisional,omitempty"`
}

// WorkDay is a day worked beyond the week. Without sessions of its own it has those of a Monday.
type WorkDay struct {
	Date     Date     `json:"date"`
	Sessions Sessions `json:"sessions,omitempty"`
}

// Hash returns 32 hex characters of the SHA-256 of the canonical JSON; the order of entries does not matter.
func (s Spec) Hash() string {
	b, err := json.Marshal(s.canonical())
	if err != nil { // no field of a Spec can fail to marshal
		panic(fmt.Sprintf("calendar: marshal spec: %v", err))
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])[:hashLength]
}

// Window returns the calendar trimmed to the years from fromYear to toYear.
func (s Spec) Window(fromYear, toYear int) Spec {
	inside := func(d Date) bool { y := d.Year(); return y >= fromYear && y <= toYear }
	out := Spec{FromYear: max(s.FromYear, fromYear), ToYear: min(s.ToYear, toYear), Week: s.Week}
	for _, d := range s.Off {
		if inside(d) {
			out.Off = append(out.Off, d)
		}
	}
	for _, w := range s.Work {
		if inside(w.Date) {
			out.Work = append(out.Work, w)
		}
	}
	for _, y := range s.Provisional {
		if y >= fromYear && y <= toYear {
			out.Provisional = append(out.Provisional, y)
		}
	}
	return out.canonical()
}

// canonical returns a deep copy with its lists in order, so that equal calendars are equal bytes.
func (s Spec) canonical() Spec {
	out := s
	for i := range out.Week {
		out.Week[i] = slices.Clone(s.Week[i])
	}
	out.Off = slices.Clone(s.Off)
	slices.Sort(out.Off)
	out.Work = slices.Clone(s.Work)
	for i := range out.Work {
		out.Work[i].Sessions = slices.Clone(s.Work[i].Sessions)
	}
	slices.SortFunc(out.Work, func(a, b WorkDay) int { return int(a.Date) - int(b.Date) })
	out.Provisional = slices.Clone(s.Provisional)
	slices.Sort(out.Provisional)
	return out
}

// DateList is a list of dates whose text is compact: "2026:0101,0216-0220;2027:0101".
type DateList []Date

// MarshalText writes the text form; the list must be in order.
func (l DateList) MarshalText() ([]byte, error) {
	var b []byte
	year := 0
	for i := 0; i < len(l); {
		j := i
		for j+1 < len(l) && l[j+1] == l[j]+1 && l[j+1].Year() == l[i].Year() {
			j++
		}
		if y := l[i].Year(); y != year || i == 0 {
			if i > 0 {
				b = append(b, ';')
			}
			year = y
			b = append(strconv.AppendInt(b, int64(y), 10), ':')
		} else {
			b = append(b, ',')
		}
		b = append(b, monthDay(l[i])...)
		if j > i {
			b = append(append(b, '-'), monthDay(l[j])...)
		}
		i = j + 1
	}
	return b, nil
}

func monthDay(d Date) string {
	_, m, day := d.Civil()
	return fmt.Sprintf("%02d%02d", int(m), day)
}

// UnmarshalText reads the text form.
func (l *DateList) UnmarshalText(b []byte) error {
	var out DateList
	if len(b) == 0 {
		*l = nil
		return nil
	}
	for part := range strings.SplitSeq(string(b), ";") {
		head, days, ok := strings.Cut(part, ":")
		year, err := strconv.Atoi(head)
		if !ok || err != nil {
			return fmt.Errorf("date list %q: want a year and its days, as in 2026:0101,0216-0220", clip(part))
		}
		for word := range strings.SplitSeq(days, ",") {
			first, last, isRange := strings.Cut(word, "-")
			if !isRange {
				last = first
			}
			from, err := dateOfYear(year, first)
			if err != nil {
				return err
			}
			to, err := dateOfYear(year, last)
			if err != nil {
				return err
			}
			if to < from {
				return fmt.Errorf("date list: range %q of %d runs backward", clip(word), year)
			}
			for d := from; d <= to; d++ {
				out = append(out, d)
			}
		}
	}
	*l = out
	return nil
}

func dateOfYear(year int, monthDay string) (Date, error) {
	n, err := strconv.Atoi(monthDay)
	if err != nil || len(monthDay) != 4 || n < 0 {
		return 0, fmt.Errorf("date list: %q of %d: want month and day, as in 0216", clip(monthDay), year)
	}
	month, day := n/100, n%100
	if month < 1 || month > monthsPerYear || day < 1 || day > daysIn(year, time.Month(month)) {
		return 0, fmt.Errorf("date list: %q of %d: no such day", clip(monthDay), year)
	}
	return NewDate(year, time.Month(month), day), nil
}
