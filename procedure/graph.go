package procedure

import "slices"

// graph is the steps of an executable as indices with their edges, unknown targets left out.
type graph struct {
	x     *Executable
	index map[string]int
	// out and in have no repeats and keep the order of the file.
	out, in [][]int
	// edges counts out, joins what steps wait for.
	edges, joins int
	// back are the edges that close a loop when the steps are walked from the start in the order of the file.
	back map[[2]int]bool
}

func newGraph(x *Executable) *graph {
	n := len(x.Steps)
	g := &graph{x: x, index: make(map[string]int, n), out: make([][]int, n), in: make([][]int, n), back: map[[2]int]bool{}}
	for i := range x.Steps {
		g.joins += len(x.Steps[i].Join)
		if _, twice := g.index[x.Steps[i].ID]; !twice {
			g.index[x.Steps[i].ID] = i
		}
	}
	from := make([]int, n) // the last step, counted from 1, with an edge to this one
	for i := range x.Steps {
		for _, o := range x.Steps[i].Outcomes {
			for _, e := range o.Edges {
				j, ok := g.index[e.To]
				if ok && from[j] != i+1 {
					from[j] = i + 1
					g.out[i] = append(g.out[i], j)
					g.in[j] = append(g.in[j], i)
					g.edges++
				}
			}
		}
	}
	if n > 0 {
		state := make([]uint8, n)
		g.markBack(0, state)
		for i := range x.Steps {
			g.markBack(i, state)
		}
	}
	return g
}

// markBack walks depth first: an edge to a step still open closes a loop.
func (g *graph) markBack(i int, state []uint8) {
	if state[i] != 0 {
		return
	}
	state[i] = 1
	for _, j := range g.out[i] {
		if state[j] == 1 {
			g.back[[2]int{i, j}] = true
		}
		g.markBack(j, state)
	}
	state[i] = 2
}

// reach returns which steps are reached from the given ones, themselves included, without entering a step that stop says.
func (g *graph) reach(from []int, next [][]int, stop func(int) bool) []bool {
	seen := make([]bool, len(g.x.Steps))
	for len(from) > 0 {
		i := from[len(from)-1]
		from = from[:len(from)-1]
		if seen[i] || stop != nil && stop(i) {
			continue
		}
		seen[i] = true
		from = append(from, next[i]...)
	}
	return seen
}

// loops returns the strongly connected parts that contain a loop, each sorted; steps that skip says are left out.
func (g *graph) loops(skip func(int) bool) [][]int {
	t := &tarjan{g: g, skip: skip, number: make([]int, len(g.x.Steps)), low: make([]int, len(g.x.Steps)), on: make([]bool, len(g.x.Steps))}
	for i := range g.x.Steps {
		if t.number[i] == 0 && (skip == nil || !skip(i)) {
			t.visit(i)
		}
	}
	return t.found
}

type tarjan struct {
	g           *graph
	skip        func(int) bool
	number, low []int
	on          []bool
	stack       []int
	count       int
	found       [][]int
}

func (t *tarjan) visit(i int) {
	t.count++
	t.number[i], t.low[i] = t.count, t.count
	t.stack, t.on[i] = append(t.stack, i), true
	self := false
	for _, j := range t.g.out[i] {
		switch {
		case t.skip != nil && t.skip(j):
		case j == i:
			self = true
		case t.number[j] == 0:
			t.visit(j)
			t.low[i] = min(t.low[i], t.low[j])
		case t.on[j]:
			t.low[i] = min(t.low[i], t.number[j])
		}
	}
	if t.low[i] != t.number[i] {
		return
	}
	at := slices.Index(t.stack, i)
	part := slices.Clone(t.stack[at:])
	t.stack = t.stack[:at]
	for _, j := range part {
		t.on[j] = false
	}
	if len(part) > 1 || self {
		slices.Sort(part)
		t.found = append(t.found, part)
	}
}

// taken returns where an outcome leads when exactly these conditions hold.
func (o *Outcome) taken(holds func(string) bool) []string {
	var to []string
	conditional := false
	for _, e := range o.Edges {
		if e.When != "" && holds(e.When) {
			conditional = true
		}
	}
	for _, e := range o.Edges {
		if e.When == "" && !e.Else || e.When != "" && holds(e.When) || e.Else && !conditional {
			to = append(to, e.To)
		}
	}
	return to
}
