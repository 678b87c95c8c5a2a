package backtest

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// Line is a line of a file of past dossiers: a calendar, a plan, or a dossier that needs those before it. It holds codes and references
// only, nothing personal.
type Line struct {
	Calendar *CalendarLine `json:"calendar,omitempty"`
	Plan     *PlanLine     `json:"plan,omitempty"`
	Dossier  *DossierLine  `json:"dossier,omitempty"`
}

// CalendarLine is a revision of a calendar by content.
type CalendarLine struct {
	Hash string        `json:"hash"`
	Spec calendar.Spec `json:"spec"`
}

// PlanLine is a version of a procedure; Lead is the type of its lead agency.
type PlanLine struct {
	Hash string                `json:"hash"`
	Lead string                `json:"lead"`
	Exec *procedure.Executable `json:"exec"`
}

// DossierLine is a dossier with all its events.
type DossierLine struct {
	Plan   string          `json:"plan"`
	Events []dossier.Event `json:"events"`
}

// History is past dossiers, read one by one.
type History struct {
	Calendars map[string]*calendar.Calendar
	Dossiers  int
	// Unread are those that could not be read, with the first reason.
	Unread int
	Reason error

	policy  dossier.Policy
	plans   map[string]PlanLine
	courses map[string][]Course
	first   time.Time
	last    time.Time
	work    *Profile
}

// NewHistory is empty. work, where it is not nil, tells the work of staffed steps.
func NewHistory(policy dossier.Policy, work *Profile) *History {
	return &History{Calendars: map[string]*calendar.Calendar{}, policy: policy, plans: map[string]PlanLine{}, courses: map[string][]Course{}, work: work}
}

// longestLine bounds a line of a file.
const longestLine = 16 << 20

// Read adds what a file holds; the error names the line.
func (h *History) Read(from io.Reader) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, longestLine)
	n := 0
	for lines.Scan() {
		n++
		if len(lines.Bytes()) == 0 {
			continue
		}
		var l Line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("dòng %d: %w", n, err)
		}
		if err := h.Add(l); err != nil {
			return fmt.Errorf("dòng %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("dòng %d: %w", n+1, err)
	}
	return nil
}

// Add takes one line over. A dossier that cannot be read is counted, not an error.
func (h *History) Add(l Line) error {
	switch {
	case l.Calendar != nil:
		c, err := calendar.Interned(l.Calendar.Hash, l.Calendar.Spec)
		if err != nil {
			return err
		}
		h.Calendars[l.Calendar.Hash] = c
	case l.Plan != nil:
		if l.Plan.Exec == nil {
			return fmt.Errorf("quy trình %q không có phần thực thi", l.Plan.Hash)
		}
		h.plans[l.Plan.Hash] = *l.Plan
	case l.Dossier != nil:
		h.dossier(l.Dossier)
	}
	return nil
}

func (h *History) dossier(d *DossierLine) {
	h.Dossiers++
	p, ok := h.plans[d.Plan]
	err := fmt.Errorf("không có quy trình %q trước hồ sơ", d.Plan)
	var c Course
	if ok {
		c, err = Read(d.Events, p.Exec, p.Lead, h.policy, h.calendar)
	}
	if err != nil {
		h.Unread++
		h.Reason = cmp.Or(h.Reason, err)
		return
	}
	if h.work != nil {
		c.Work = h.work.Draw(p.Exec.Code, uint64(h.Dossiers))
	}
	if h.first.IsZero() || c.Received.Before(h.first) {
		h.first = c.Received
	}
	for _, t := range []time.Time{c.Received, d.Events[len(d.Events)-1].Recorded} {
		if t.After(h.last) {
			h.last = t
		}
	}
	h.courses[c.Facts.Lead] = append(h.courses[c.Facts.Lead], c)
}

func (h *History) calendar(hash string) (*calendar.Calendar, error) {
	if c, ok := h.Calendars[hash]; ok {
		return c, nil
	}
	return nil, fmt.Errorf("không có lịch %q trước hồ sơ", hash)
}

// Plans are the plans of the dossiers by code: of several versions any one.
func (h *History) Plans() map[string]*procedure.Executable {
	out := map[string]*procedure.Executable{}
	for _, hash := range slices.Sorted(maps.Keys(h.plans)) {
		out[h.plans[hash].Exec.Code] = h.plans[hash].Exec
	}
	return out
}

// Stations are where people of an office may work, sorted.
func (h *History) Stations() []string {
	set := map[string]bool{}
	for _, p := range h.plans {
		stations(set, p.Exec, p.Lead)
	}
	return slices.Sorted(maps.Keys(set))
}

// Period is from the first receipt to the last thing on record.
func (h *History) Period() (from, until time.Time) { return h.first, h.last }

// portion is how many dossiers are one part where nobody queues.
const portion = 2000

// Parts are the dossiers by lead agency; where nobody queues, in portions that can be lived at once.
func (h *History) Parts(queues bool) (parts []Part) {
	for _, lead := range slices.Sorted(maps.Keys(h.courses)) {
		all := h.courses[lead]
		slices.SortStableFunc(all, func(a, b Course) int { return cmp.Compare(a.Received.Unix(), b.Received.Unix()) })
		size := portion
		if queues {
			size = len(all)
		}
		for some := range slices.Chunk(all, size) {
			parts = append(parts, Part{Name: lead, Courses: func() []Course { return some }})
		}
	}
	return parts
}
