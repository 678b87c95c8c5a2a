package forecast

import (
	"slices"
	"strings"
	"time"

	"motcua/dice"
	"motcua/dossier"
	"motcua/procedure"
)

// mostVisits bounds the visits of one future: loops of a plan are bounded, this stops a faulty one.
const mostVisits = 200

// draw is a dossier made ready, and one future of it after the other.
type draw struct {
	r *route
	// dists are where each node's times are drawn from, nil without a history; basis says how close it is, the last being shares of the
	// budget. widest is the widest that was used.
	dists    []*Dist
	basis    []int
	widest   int
	agencies []string
	// fixed are minutes of nodes that time alone ends, -1 for others.
	fixed  []int
	keys   []uint64
	used   []int // visits so far
	holds  map[string]bool
	open   []running
	waits  []arrived
	visits []int

	tokens  []token
	waiting []arrived
	log     []visited
	// counted are the minutes of the future that count, end all of them.
	counted, end int
	// blind are futures that passed a node without a history, by node.
	blind   []int
	missed  []bool
	weights []int64
}

// running is an open visit: how long it has lasted, and how much of an exclusion's bound is left (-1: none).
type running struct{ node, worked, bound int }

// token is a branch: the node it is at, when that ends, what was excluded on the way to it, and its place in the log.
type token struct{ node, end, out, log int }

// arrived is a branch that waits at a join.
type arrived struct{ join, from, end, out, log int }

// visited is a visit of a future with the one before it on its branch.
type visited struct{ node, counted, before int }

// prepare looks up what a dossier's steps are drawn from.
func (d *draw) prepare(m *Model, r *route, st *dossier.State) {
	n := len(r.nodes)
	d.r = r
	d.dists, d.basis, d.agencies, d.widest = sized(d.dists, n), sized(d.basis, n), sized(d.agencies, n), 0
	d.fixed, d.keys, d.used, d.visits = sized(d.fixed, n), sized(d.keys, n), sized(d.used, n), sized(d.visits, n)
	d.blind, d.missed, d.weights = sized(d.blind, n), sized(d.missed, n), sized(d.weights, n)
	for i := range r.nodes {
		s := r.nodes[i].step
		d.agencies[i], d.keys[i], d.fixed[i] = agencyOf(st, s.Agency), dice.Named(1, s.ID), -1
		d.dists[i], d.basis[i] = m.of(r.plan.Code, s, d.agencies[i])
		switch {
		case s.Kind == procedure.StepAutomatic || s.Kind == procedure.StepReturn && !s.Confirm:
			d.fixed[i] = 0
		case s.Kind == procedure.StepWait && s.Wait == procedure.WaitTime:
			d.fixed[i] = nominal(s.Limit)
		}
	}
	d.holds = make(map[string]bool, len(st.Conditions))
	for _, c := range st.Conditions {
		d.holds[c] = true
	}
}

// sized is a slice of n zeros, on the memory of another.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// ofKind is the basis of shares of the budget; those before it are the step at its agency and the step at any.
const ofKind = 2

// of is what a step's time is drawn from, and how close that is.
func (m *Model) of(code string, s *procedure.Step, agency string) (d *Dist, basis int) {
	for basis, at := range [ofKind]string{agency, ""} {
		if d, ok := m.places[place{code, s.ID, at}]; ok {
			return d, basis
		}
	}
	if b, err := s.Limit.BudgetMinutes(); err == nil && b > 0 {
		return m.kinds[kindOf(s)], ofKind
	}
	return nil, ofKind
}

// agencyOf is which agency serves a reference of the plan.
func agencyOf(st *dossier.State, ref string) string {
	switch ref {
	case "":
		return st.Lead
	case procedure.RefReceiving:
		return st.Receiving
	}
	for _, b := range st.Bindings {
		if b.Ref == ref {
			return b.Agency
		}
	}
	return st.Lead
}

// begin reads where a dossier stands.
func (d *draw) begin(src Sources, st *dossier.State, at time.Time) error {
	d.open, d.waits = d.open[:0], d.waits[:0]
	for i := range st.Visits {
		v := &st.Visits[i]
		k, ok := d.r.index[v.Step]
		if !ok {
			continue
		}
		if !v.Undone {
			d.used[k]++
		}
		if !v.Open() {
			continue
		}
		n, err := src.worked(st, v, at)
		if err != nil {
			return err
		}
		bound := -1
		if b := d.r.nodes[k].bound; b > 0 {
			bound = max(0, b-n)
		}
		d.open = append(d.open, running{k, n, bound})
	}
	for _, a := range st.Arrived {
		join, ok := d.r.index[a.Join]
		from, known := d.r.index[a.From]
		if ok && known {
			d.waits = append(d.waits, arrived{join: join, from: from, log: -1})
		}
	}
	return nil
}

// future draws one way to the end.
func (d *draw) future(key uint64) {
	d.tokens, d.log = d.tokens[:0], d.log[:0]
	d.waiting = append(d.waiting[:0], d.waits...)
	copy(d.visits, d.used)
	clear(d.missed)
	d.counted, d.end = 0, 0
	for _, o := range d.open {
		d.enter(o.node, d.rest(o, key), o.bound, token{log: -1})
	}
	last := token{log: -1}
	for len(d.tokens) > 0 && len(d.log) < mostVisits {
		first := 0
		for i := range d.tokens {
			if d.tokens[i].end < d.tokens[first].end {
				first = i
			}
		}
		last = d.tokens[first]
		d.tokens = slices.Delete(d.tokens, first, first+1)
		if d.r.nodes[last.node].step.Kind == procedure.StepReturn {
			break
		}
		d.leave(last, key)
	}
	d.end, d.counted = last.end, last.end-last.out
	for k := last.log; k >= 0; k = d.log[k].before {
		d.weights[d.log[k].node] += int64(d.log[k].counted)
	}
	for i, missed := range d.missed {
		if missed {
			d.blind[i]++
		}
	}
}

// enter puts a branch at a node for so many minutes.
func (d *draw) enter(node, minutes, bound int, from token) {
	out := 0
	if d.r.nodes[node].step.Excluded {
		if out = minutes; bound >= 0 {
			out = min(out, bound)
		}
	}
	d.log = append(d.log, visited{node, minutes - out, from.log})
	d.tokens = append(d.tokens, token{node, from.end + minutes, from.out + out, len(d.log) - 1})
}

func (d *draw) enterNew(node int, key uint64, from token) {
	d.visits[node]++
	bound := -1
	if b := d.r.nodes[node].bound; b > 0 {
		bound = b
	}
	d.enter(node, d.fresh(node, key), bound, from)
}

// at is the key of a visit of a node in a future.
func (d *draw) at(node int, key uint64) uint64 {
	return dice.Mix(key ^ d.keys[node] + uint64(d.visits[node])) //nolint:gosec // a small number
}

// fresh draws the minutes of a whole visit.
func (d *draw) fresh(node int, key uint64) int {
	if d.fixed[node] >= 0 {
		return d.fixed[node]
	}
	return d.value(node, d.at(node, key), 0)
}

// rest draws the minutes that are left of an open visit.
func (d *draw) rest(o running, key uint64) int {
	if d.fixed[o.node] >= 0 {
		return max(0, d.fixed[o.node]-o.worked)
	}
	return d.value(o.node, d.at(o.node, key), o.worked)
}

// value draws from the visits that lasted longer than some minutes what they lasted beyond those; where none did, as much again.
func (d *draw) value(node int, key uint64, beyond int) int {
	dist := d.dists[node]
	budget, _ := d.r.nodes[node].step.Limit.BudgetMinutes()
	if dist == nil {
		d.missed[node] = true
		return max(0, max(budget, nominal(d.r.nodes[node].step.Limit))-beyond)
	}
	d.widest = max(d.widest, d.basis[node])
	floor := int32(beyond) //nolint:gosec // working minutes of a visit
	if d.basis[node] == ofKind {
		floor = int32(beyond * 1000 / budget) //nolint:gosec // see above
	}
	first := 0
	if beyond > 0 {
		first, _ = slices.BinarySearch(dist.Minutes, floor+1)
	}
	longer := dist.Minutes[first:]
	if len(longer) == 0 {
		return beyond
	}
	v := int(longer[int(dice.Share(key)*float64(len(longer)))])
	if d.basis[node] == ofKind {
		v = v * budget / 1000
	}
	return max(0, v-beyond)
}

// leave takes a way out of a node, and opens the joins that are ready.
func (d *draw) leave(t token, key uint64) {
	n := &d.r.nodes[t.node]
	name := d.way(t.node, key)
	if to, back := strings.CutPrefix(name, sentBack); back {
		if k, ok := d.r.index[to]; ok {
			d.enterNew(k, key, t)
		}
		return
	}
	if len(n.ways) == 0 {
		return
	}
	taken := false
	for _, e := range n.ways[max(0, n.way(name))].edges {
		if e.otherwise && taken || e.when != "" && !d.holds[e.when] {
			continue
		}
		taken = taken || e.when != ""
		if join := d.r.nodes[e.to].join; slices.Contains(join, t.node) {
			d.waiting = append(d.waiting, arrived{e.to, t.node, t.end, t.out, t.log})
			continue
		}
		d.enterNew(e.to, key, t)
	}
	for d.join(key) {
	}
}

// way draws an outcome as often as it was taken; one that leads to a step whose visits are used up is not taken.
func (d *draw) way(node int, key uint64) string {
	n := &d.r.nodes[node]
	var seen []Outcome
	if d.dists[node] != nil && d.basis[node] != ofKind {
		seen = d.dists[node].Outcomes
	}
	total := 0
	for _, o := range seen {
		if d.possible(n, o.Name) {
			total += o.N
		}
	}
	if total > 0 {
		k := int(dice.Share(d.at(node, key)^0x2545f4914f6cdd1d) * float64(total))
		for _, o := range seen {
			if !d.possible(n, o.Name) {
				continue
			}
			if k < o.N {
				return o.Name
			}
			k -= o.N
		}
	}
	for i := range n.ways {
		if d.possible(n, n.ways[i].name) {
			return n.ways[i].name
		}
	}
	return ""
}

func (d *draw) possible(n *node, name string) bool {
	if to, back := strings.CutPrefix(name, sentBack); back {
		k, ok := d.r.index[to]
		return ok && !d.spent(k)
	}
	w := n.way(name)
	return w >= 0 && !slices.ContainsFunc(n.ways[w].edges, func(e edge) bool { return d.spent(e.to) })
}

func (d *draw) spent(node int) bool {
	most := d.r.nodes[node].step.MaxVisits
	return most > 0 && d.visits[node] >= most
}

// join opens one join whose branches have all arrived, or can no longer come; its branch is the one that ended last.
func (d *draw) join(key uint64) bool {
	for _, a := range d.waiting {
		ready, last := true, a
		for _, from := range d.r.nodes[a.join].join {
			i := slices.IndexFunc(d.waiting, func(x arrived) bool { return x.join == a.join && x.from == from })
			if i >= 0 {
				if d.waiting[i].end > last.end {
					last = d.waiting[i]
				}
				continue
			}
			ready = ready && !d.comes(from, a.join)
		}
		if ready {
			d.waiting = slices.DeleteFunc(d.waiting, func(x arrived) bool { return x.join == a.join })
			d.enterNew(a.join, key, token{end: last.end, out: last.out, log: last.log})
			return true
		}
	}
	return false
}

// comes says whether a branch that runs, or waits at another join, can still come to a node without passing the join.
func (d *draw) comes(target, join int) bool {
	reach := d.r.nodes[join].reach
	return slices.ContainsFunc(d.tokens, func(t token) bool { return reach[t.node][target] }) ||
		slices.ContainsFunc(d.waiting, func(a arrived) bool { return a.join != join && reach[a.join][target] })
}

// thin are the steps without a history that too many futures passed.
func (d *draw) thin(draws, percent int) (steps []string) {
	for i, n := range d.blind {
		if n*100 > draws*percent {
			steps = append(steps, d.r.nodes[i].step.ID)
		}
	}
	return steps
}

// heaviest is the node that takes most of the counted time, -1 where nothing counts.
func (d *draw) heaviest() int {
	best := -1
	for i, w := range d.weights {
		if w > 0 && (best < 0 || w > d.weights[best]) {
			best = i
		}
	}
	return best
}
