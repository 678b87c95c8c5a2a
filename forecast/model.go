package forecast

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Model is what steps have taken of late, as of an instant. It is plain data.
type Model struct {
	At     time.Time `json:"at"`
	Policy Policy    `json:"policy"`
	// Visits is how many visits it was made of.
	Visits int    `json:"visits"`
	Places []Dist `json:"places"`
	// Kinds hold shares of the budget in per mille instead of minutes.
	Kinds []Dist `json:"kinds"`

	places map[place]*Dist
	kinds  map[string]*Dist
}

// Dist is what was seen at one place: an agency's step, a step at any agency (no Agency), or a kind of step.
type Dist struct {
	Procedure string `json:"procedure,omitempty"`
	Step      string `json:"step,omitempty"`
	Agency    string `json:"agency,omitempty"`
	Kind      string `json:"kind,omitempty"`
	// Minutes are sorted.
	Minutes  []int32   `json:"minutes"`
	Outcomes []Outcome `json:"outcomes,omitempty"`
}

// Outcome is how often a way out was taken.
type Outcome struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

// index makes the model ready for use, after it was made or read.
func (m *Model) index() {
	if m.places != nil {
		return
	}
	m.places, m.kinds = make(map[place]*Dist, len(m.Places)), make(map[string]*Dist, len(m.Kinds))
	for i := range m.Places {
		d := &m.Places[i]
		m.places[place{d.Procedure, d.Step, d.Agency}] = d
	}
	for i := range m.Kinds {
		m.kinds[m.Kinds[i].Kind] = &m.Kinds[i]
	}
}

// ring keeps the latest of what was seen at a place.
type ring struct {
	seen []sighting
	next int
}

type sighting struct {
	value   int32
	outcome string
	known   int64
}

func (r *ring) add(s sighting, keep int) {
	if len(r.seen) < keep {
		r.seen = append(r.seen, s)
		return
	}
	r.seen[r.next] = s
	r.next = (r.next + 1) % keep
}

// learner is handed samples in the order in which they became known.
type learner struct {
	policy Policy
	places map[place]*ring
	kinds  map[string]*ring
	visits int
}

func newLearner(p Policy) *learner {
	return &learner{policy: p, places: map[place]*ring{}, kinds: map[string]*ring{}}
}

func (l *learner) add(s *sample) {
	l.visits++
	at := sighting{s.minutes, s.outcome, s.known}
	for _, p := range [2]place{s.place, {s.place.procedure, s.place.step, ""}} {
		r, ok := l.places[p]
		if !ok {
			r = &ring{}
			l.places[p] = r
		}
		r.add(at, l.policy.Keep)
	}
	if s.used >= 0 {
		r, ok := l.kinds[s.kind]
		if !ok {
			r = &ring{}
			l.kinds[s.kind] = r
		}
		r.add(sighting{value: s.used, known: s.known}, 2*l.policy.Keep)
	}
}

// model is what is known at an instant; what is older than Recent is forgotten.
func (l *learner) model(at time.Time) *Model {
	m := &Model{At: at, Policy: l.policy, Visits: l.visits}
	since := at.AddDate(0, 0, -l.policy.Recent).Unix()
	for _, p := range slices.SortedFunc(maps.Keys(l.places), func(a, b place) int {
		return cmp.Or(strings.Compare(a.procedure, b.procedure), strings.Compare(a.step, b.step), strings.Compare(a.agency, b.agency))
	}) {
		if d := l.places[p].dist(since); len(d.Minutes) >= l.policy.Enough {
			d.Procedure, d.Step, d.Agency = p.procedure, p.step, p.agency
			m.Places = append(m.Places, d)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(l.kinds)) {
		if d := l.kinds[k].dist(since); len(d.Minutes) >= l.policy.Enough {
			d.Kind = k
			m.Kinds = append(m.Kinds, d)
		}
	}
	m.index()
	return m
}

func (r *ring) dist(since int64) (d Dist) {
	ways := map[string]int{}
	for _, s := range r.seen {
		if s.known < since {
			continue
		}
		d.Minutes = append(d.Minutes, s.value)
		if s.outcome != "" {
			ways[s.outcome]++
		}
	}
	slices.Sort(d.Minutes)
	for _, name := range slices.Sorted(maps.Keys(ways)) {
		d.Outcomes = append(d.Outcomes, Outcome{name, ways[name]})
	}
	return d
}
