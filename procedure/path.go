package procedure

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"motcua/calendar"
)

// Path is the longest counted path of one case of a procedure, beside the limit that the case is promised (clock.md §7).
type Path struct {
	// Conditions hold in this case; Channel and On (acceptance, YYYY-MM-DD) select variants and reductions.
	Conditions []string `json:"conditions,omitempty"`
	Channel    string   `json:"channel"`
	On         string   `json:"on"`
	// Rules are the variants and reductions applied.
	Rules     []string       `json:"rules,omitempty"`
	Committed calendar.Limit `json:"committed,omitzero"`
	SameDay   *SameDay       `json:"same_day,omitempty"`
	// Sure is how many working minutes the limit holds on an ordinary week in the worst case, Most in the best: equal for
	// wd and wh, apart for d and mo (weekends; public holidays not counted), h and same-day.
	Sure int `json:"sure"`
	Most int `json:"most"`
	// Counted is the sum of counted working minutes along Steps.
	Counted int      `json:"counted"`
	Steps   []string `json:"steps"`
	// Loops lead back on the way and are counted once only.
	Loops []Loop `json:"loops,omitempty"`
	// Waits are the excluded steps on the path where the applicant may really wait longest; MayWait is the sum per unit of
	// counted and excluded time on it; Open names its steps without any bound.
	Waits   []Excluded       `json:"waits,omitempty"`
	MayWait []calendar.Limit `json:"may_wait,omitempty"`
	Open    []string         `json:"open,omitempty"`
}

// Loop is an edge back to a step already passed.
type Loop struct {
	From      string `json:"from"`
	To        string `json:"to"`
	MaxVisits int    `json:"max_visits,omitempty"`
}

// Excluded is a step whose time the legal clock leaves out.
type Excluded struct {
	Step  string         `json:"step"`
	Leg   string         `json:"leg"`
	Limit calendar.Limit `json:"limit,omitzero"`
	Bound calendar.Limit `json:"bound,omitzero"`
}

// LongestPaths returns the longest path of every case, every condition taken as free to hold or not. Where the facts are
// at hand, Plan.LongestPaths is sharper: it knows which conditions go together.
func LongestPaths(x *Executable) []Path {
	return longestPaths(x, freeCases(x.Conditions, nil), commitDates(x, "", ""))
}

// LongestPaths returns the longest path of every case that the declared facts allow. on is the acceptance date
// (YYYY-MM-DD); empty: every date from which a reduction applies or stops.
func (p *Plan) LongestPaths(on string) []Path {
	published := ""
	if p.Published != nil {
		published = p.Published.On
	}
	return longestPaths(&p.Exec, cases(p.Facts, p.Conditions), commitDates(&p.Exec, published, on))
}

func longestPaths(x *Executable, cases [][]string, dates []string) []Path {
	g := newGraph(x)
	chans := []string{"online"}
	if slices.ContainsFunc(x.Variants, func(v Variant) bool { return len(v.Channels) > 0 }) {
		chans = channels()
	}
	var paths []Path
	ways, seen := map[string]int{}, map[string]bool{}
	for _, holds := range cases {
		counted := g.longest(holds, countedMinutes)
		waiting := g.longest(holds, elapsedMinutes)
		counted.Waits, counted.MayWait, counted.Open = g.waits(waiting.Steps)
		way := counted.String() + "|" + waiting.String()
		if _, known := ways[way]; !known {
			ways[way] = len(ways)
		}
		for _, channel := range chans {
			for _, on := range dates {
				p := counted
				p.Conditions, p.Channel, p.On = holds, channel, on
				p.commit(x)
				// What tells a reader the same thing is told once.
				if k := fmt.Sprint(ways[way], p.Committed, p.SameDay != nil, p.Rules); !seen[k] {
					seen[k] = true
					paths = append(paths, p)
				}
			}
		}
	}
	return paths
}

func (p *Path) commit(x *Executable) {
	at, err := time.Parse(time.DateOnly, p.On)
	if err != nil {
		at = time.Time{}
	}
	c := x.Commit(p.Conditions, p.Channel, at)
	p.Committed, p.SameDay, p.Rules = c.Committed, c.SameDay, nil
	for _, l := range c.Lines {
		p.Rules = append(p.Rules, l.Rule)
	}
	p.Sure, p.Most = holds(c)
}

// holds reckons the working minutes inside a limit, worst and best case, on a week of five days of eight hours. A last
// day off moves to the next working day, so even one calendar day holds one working day.
func holds(c Commitment) (sure, most int) {
	const day = calendar.MinutesPerWorkingDay
	if c.SameDay != nil {
		// On the example calendar the day ends at 17:00; received at the cut-off only the rest of it is left.
		return max(17*60-c.SameDay.CutOff, 0), day
	}
	n := c.Committed.Hundredths / 100
	switch c.Committed.Unit {
	case calendar.Month:
		return calendarDays(28*n, true) * day, calendarDays(31*n, false) * day
	case calendar.Day:
		return calendarDays(n, true) * day, calendarDays(n, false) * day
	case calendar.Hour:
		// Clock hours hold between nothing (a night) and all of themselves; only a sure excess is reported.
		return n * 60, n * 60
	}
	m, err := c.Committed.BudgetMinutes()
	if err != nil {
		return 0, 0
	}
	return m, m
}

func calendarDays(n int, worst bool) int {
	rest := [7]int{0, 1, 2, 3, 4, 5, 5}
	if worst {
		rest = [7]int{0, 1, 1, 1, 2, 3, 4}
	}
	return n/7*5 + rest[n%7]
}

// stepMinutes is a limit of a step in working minutes; calendar units take the most working days that they can hold.
func stepMinutes(l calendar.Limit) int {
	if l.IsZero() {
		return 0
	}
	if m, err := l.BudgetMinutes(); err == nil {
		return m
	}
	_, most := holds(Commitment{Committed: l})
	return most
}

// countedMinutes is what a step takes of the legal limit: its budget, of an excluded step only what exceeds its bound.
func countedMinutes(s *Step) int {
	switch {
	case s.Kind == StepAutomatic, s.Kind == StepReturn && !s.Confirm:
		return 0
	case !s.Excluded:
		return stepMinutes(s.Limit)
	case s.Bound.IsZero():
		return 0
	}
	return max(0, stepMinutes(s.Limit)-stepMinutes(s.Bound))
}

func elapsedMinutes(s *Step) int {
	if s.Kind == StepAutomatic || s.Kind == StepReturn && !s.Confirm {
		return 0
	}
	l := s.Limit
	if l.IsZero() {
		l = s.Expires
	}
	return stepMinutes(l)
}

// longest finds the longest way from the start to an end, loops passed once. Where the clock starts at another agency's
// receipt, steps before that agency's first one do not count.
func (g *graph) longest(conditions []string, minutes func(*Step) int) Path {
	if len(g.x.Steps) == 0 {
		return Path{}
	}
	hold := make(map[string]bool, len(conditions))
	for _, c := range conditions {
		hold[c] = true
	}
	w := &walk{g: g, minutes: minutes, holds: func(name string) bool { return hold[name] }}
	for s := range w.best {
		w.best[s], w.next[s] = make([]int, len(g.x.Steps)), make([]int, len(g.x.Steps))
		for i := range w.best[s] {
			w.best[s][i] = -1
		}
	}
	started := g.x.StartsAt == "" || !slices.ContainsFunc(g.x.Steps, func(s Step) bool { return s.Agency == g.x.StartsAt })
	p := Path{Counted: w.from(0, started)}
	for i, last := 0, -1; i >= 0; {
		s := &g.x.Steps[i]
		p.Steps = append(p.Steps, s.ID)
		for _, j := range g.out[i] {
			if g.back[[2]int{i, j}] {
				p.Loops = append(p.Loops, Loop{From: s.ID, To: g.x.Steps[j].ID, MaxVisits: g.x.Steps[j].MaxVisits})
			}
		}
		started = started || s.Agency == g.x.StartsAt
		last, i = i, w.next[bit(started)][i]
		if i == last {
			break
		}
	}
	return p
}

type walk struct {
	g       *graph
	minutes func(*Step) int
	holds   func(string) bool
	// by whether the clock has started, then by step.
	best, next [2][]int
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (w *walk) from(i int, started bool) int {
	s := &w.g.x.Steps[i]
	started = started || s.Agency == w.g.x.StartsAt
	k := bit(started)
	if w.best[k][i] >= 0 {
		return w.best[k][i]
	}
	best, next := -1, -1
	for o := range s.Outcomes {
		for _, to := range s.Outcomes[o].taken(w.holds) {
			j, ok := w.g.index[to]
			if !ok || w.g.back[[2]int{i, j}] {
				continue
			}
			if m := w.from(j, started); m > best {
				best, next = m, j
			}
		}
	}
	best = max(best, 0)
	if started {
		best += w.minutes(s)
	}
	w.best[k][i], w.next[k][i] = best, next
	return best
}

// waits sums what an applicant may wait along a path, unit by unit.
func (g *graph) waits(steps []string) (out []Excluded, sum []calendar.Limit, open []string) {
	budget := 0
	for _, id := range steps {
		s, _ := g.x.Step(id)
		if s.Kind == StepAutomatic || s.Kind == StepReturn && !s.Confirm {
			continue
		}
		l := s.Limit
		if l.IsZero() {
			l = s.Expires
		}
		if s.Excluded {
			out = append(out, Excluded{Step: id, Leg: s.Leg, Limit: l, Bound: s.Bound})
		}
		if l.IsZero() {
			open = append(open, id)
			continue
		}
		if m, err := l.BudgetMinutes(); err == nil {
			budget += m
			continue
		}
		at := slices.IndexFunc(sum, func(t calendar.Limit) bool { return t.Unit == l.Unit })
		if at < 0 {
			sum = append(sum, l)
			continue
		}
		sum[at].Hundredths += l.Hundredths
	}
	if l, err := calendar.ParseLimit(minutesText(budget)); err == nil && budget > 0 {
		sum = append([]calendar.Limit{l}, sum...)
	}
	return out, sum, open
}

// minutesText writes working minutes as wd where that is exact, else as wh, else as minutes.
func minutesText(m int) string {
	switch {
	case m*100%calendar.MinutesPerWorkingDay == 0:
		return calendar.Limit{Hundredths: m * 100 / calendar.MinutesPerWorkingDay, Unit: calendar.WorkingDay}.String()
	case m*100%60 == 0:
		return calendar.Limit{Hundredths: m * 100 / 60, Unit: calendar.WorkingHour}.String()
	}
	return fmt.Sprintf("%d phút", m)
}

// String names the path for people: "tiep-nhan (4wh) → …".
func (p *Path) String() string { return strings.Join(p.Steps, " → ") }
