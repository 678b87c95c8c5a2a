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
	// Conditions hold in this case; Channel, Lead (an agency that a reduction names) and On (acceptance, YYYY-MM-DD) select
	// variants and reductions.
	Conditions []string `json:"conditions,omitempty"`
	Channel    string   `json:"channel"`
	Lead       string   `json:"lead,omitempty"`
	On         string   `json:"on"`
	// Rules are the variants and reductions applied.
	Rules     []string       `json:"rules,omitempty"`
	Committed calendar.Limit `json:"committed,omitzero"`
	SameDay   *SameDay       `json:"same_day,omitempty"`
	// Sure is how many working minutes the limit holds for the worst date of receipt, Most for the best: equal for wd and wh,
	// apart for d, mo, h and same-day (fit.go says over which dates). Worst is that date, YYYY-MM-DD, where a calendar knows.
	Sure  int    `json:"sure"`
	Most  int    `json:"most"`
	Worst string `json:"worst,omitempty"`
	// Counted is the most that the counted steps along Steps can take, in working minutes; Least the least, where a step's time
	// is not in working days or hours and so depends on the date.
	Counted int      `json:"counted"`
	Least   int      `json:"least"`
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
	conditions := make([]Condition, len(x.Conditions))
	for i, name := range x.Conditions {
		conditions[i] = Condition{Name: name, Expression: name}
	}
	return longestPaths(x, newFit(nil), freeCases(conditions).sets, commitDates(x, "", ""))
}

// LongestPaths returns the longest path of every case that the declared facts allow. on is the acceptance date
// (YYYY-MM-DD); empty: every date from which a reduction applies or stops.
func (p *Plan) LongestPaths(on string) []Path {
	published := ""
	if p.Published != nil {
		published = p.Published.On
	}
	c := cases(p.Facts, p.Conditions, &expressions{facts: p.Facts}, new(work))
	return longestPaths(&p.Exec, newFit(nil), c.sets, commitDates(&p.Exec, published, on))
}

// LongestPaths returns the longest path of every case of a definition, errors and all: what lint proves the limit by.
func (d *Definition) LongestPaths(s *Shelf, o LintOptions) []Path {
	return newLinter(d, s, o, maxFindings).paths
}

func longestPaths(x *Executable, f *fit, cases [][]string, dates []string) []Path {
	g := newGraph(x)
	chans, leads := channelsOf(x), leadsOf(x)
	leads = leads[:min(len(leads), maxLeads)] // beyond it too-many-cases speaks
	var paths []Path
	ways, seen := map[string]int{}, map[string]bool{}
	for _, holds := range cases {
		counted := g.longest(holds, f.counted, f.leastCounted)
		waiting := g.longest(holds, f.elapsed, f.elapsed)
		counted.Waits, counted.MayWait, counted.Open = g.waits(waiting.Steps)
		way := counted.String() + "|" + waiting.String()
		if _, known := ways[way]; !known {
			ways[way] = len(ways)
		}
		for _, channel := range chans {
			for _, lead := range leads {
				for _, on := range dates {
					p := counted
					p.Conditions, p.Channel, p.Lead, p.On = holds, channel, lead, on
					p.commit(x, f)
					// What tells a reader the same thing is told once.
					if k := fmt.Sprint(ways[way], p.Committed, p.SameDay != nil, p.Rules); !seen[k] {
						seen[k] = true
						paths = append(paths, p)
					}
				}
			}
		}
	}
	return paths
}

func (p *Path) commit(x *Executable, f *fit) {
	at, err := time.Parse(time.DateOnly, p.On)
	if err != nil {
		at = time.Time{}
	}
	c := x.CommitCase(Case{Conditions: p.Conditions, Channel: p.Channel, Lead: p.Lead, At: at})
	p.Committed, p.SameDay, p.Rules = c.Committed, c.SameDay, nil
	for _, l := range c.Lines {
		p.Rules = append(p.Rules, l.Rule)
	}
	w := f.of(c.Committed)
	if c.SameDay != nil {
		w = f.sameDay(*c.SameDay)
	}
	if p.Sure, p.Most = w.least, w.most; w.worst != 0 && w.least < w.most {
		p.Worst = w.worst.String()
	}
}

// counted is what a step takes of the legal limit: its budget, of an excluded step only what exceeds its bound. A limit in
// calendar units takes the most working time that it can hold.
func (f *fit) counted(s *Step) int {
	switch {
	case s.Kind == StepAutomatic, s.Kind == StepReturn && !s.Confirm:
		return 0
	case !s.Excluded:
		return f.of(s.Limit).longest
	case s.Bound.IsZero():
		return 0
	}
	return f.beyond(s.Limit, s.Bound)
}

// leastCounted is what a step takes at least.
func (f *fit) leastCounted(s *Step) int {
	switch {
	case s.Kind == StepAutomatic, s.Kind == StepReturn && !s.Confirm, s.Excluded && s.Bound.IsZero():
		return 0
	case !s.Excluded:
		return f.of(s.Limit).least
	}
	return max(0, f.of(s.Limit).least-f.of(s.Bound).longest)
}

// beyond is the most working time of a limit that lies beyond a bound which begins with it. Of days it is what the days
// between can hold; else what the limit holds at most without what the bound holds at least.
func (f *fit) beyond(l, bound calendar.Limit) int {
	switch {
	case l.Unit == bound.Unit && l.Hundredths <= bound.Hundredths:
		return 0
	case l.Unit == bound.Unit && l.Unit != calendar.Month:
		return f.of(calendar.Limit{Hundredths: l.Hundredths - bound.Hundredths, Unit: l.Unit}).longest
	}
	return max(0, f.of(l).longest-f.of(bound).least)
}

// elapsed is how long the applicant waits for a step.
func (f *fit) elapsed(s *Step) int {
	if s.Kind == StepAutomatic || s.Kind == StepReturn && !s.Confirm {
		return 0
	}
	l := s.Limit
	if l.IsZero() {
		l = s.Expires
	}
	return f.of(l).longest
}

// longest finds the longest way from the start to an end, loops passed once. Where the clock starts at another agency's
// receipt, steps before that agency's first one do not count.
func (g *graph) longest(conditions []string, minutes, least func(*Step) int) Path {
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
	for i, last := 0, -1; i >= 0; { //nolint:ineffassign,wastedassign // the linters do not see the next turn
		s := &g.x.Steps[i]
		p.Steps = append(p.Steps, s.ID)
		for _, j := range g.out[i] {
			if g.back[[2]int{i, j}] {
				p.Loops = append(p.Loops, Loop{From: s.ID, To: g.x.Steps[j].ID, MaxVisits: g.x.Steps[j].MaxVisits})
			}
		}
		if started = started || s.Agency == g.x.StartsAt; started {
			p.Least += least(s)
		}
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
		s := &g.x.Steps[g.index[id]]
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
