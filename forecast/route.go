package forecast

import (
	"slices"

	"motcua/procedure"
)

// route is a plan made ready for drawing.
type route struct {
	plan  *procedure.Executable
	index map[string]int
	nodes []node
}

type node struct {
	step *procedure.Step
	ways []ways
	// join are the nodes that it waits for; reach, of a join, says from which nodes which others are reached without passing it.
	join  []int
	reach [][]bool
	bound int
}

// ways are the edges of an outcome.
type ways struct {
	name  string
	edges []edge
}

type edge struct {
	to        int
	when      string
	otherwise bool
}

func newRoute(plan *procedure.Executable) *route {
	r := &route{plan: plan, index: make(map[string]int, len(plan.Steps)), nodes: make([]node, len(plan.Steps))}
	for i := range plan.Steps {
		r.index[plan.Steps[i].ID] = i
	}
	for i := range plan.Steps {
		st := &plan.Steps[i]
		n := &r.nodes[i]
		n.step, n.bound = st, nominal(st.Bound)
		for _, id := range st.Join {
			if k, ok := r.index[id]; ok {
				n.join = append(n.join, k)
			}
		}
		for _, o := range st.Outcomes {
			w := ways{name: o.Name}
			for _, e := range o.Edges {
				if k, ok := r.index[e.To]; ok {
					w.edges = append(w.edges, edge{k, e.When, e.Else})
				}
			}
			n.ways = append(n.ways, w)
		}
	}
	for i := range r.nodes {
		if len(r.nodes[i].join) > 0 {
			r.nodes[i].reach = r.reachable(i)
		}
	}
	return r
}

// reachable is, for each node, which others lead on from it without passing a join.
func (r *route) reachable(join int) [][]bool {
	out := make([][]bool, len(r.nodes))
	for from := range r.nodes {
		seen := make([]bool, len(r.nodes))
		front := []int{from}
		for len(front) > 0 {
			k := front[0]
			front = front[1:]
			if seen[k] || k == join {
				continue
			}
			seen[k] = true
			for _, w := range r.nodes[k].ways {
				for _, e := range w.edges {
					front = append(front, e.to)
				}
			}
		}
		out[from] = seen
	}
	return out
}

// way finds an outcome by name.
func (n *node) way(name string) int {
	return slices.IndexFunc(n.ways, func(w ways) bool { return w.name == name })
}
