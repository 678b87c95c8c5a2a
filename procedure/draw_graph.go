package procedure

import (
	"slices"
	"strings"

	"motcua/procedure/swimlane"
)

// drawNode is one step on its way to a drawing.
type drawNode struct {
	step   *Step
	text   StepText
	number int // position in the definition, from 1: what connectors and the text alternative refer to
	rank   int
	lane   int
	lines  []string
	limit  []string
}

// drawEdge is one way from a step to another; back says that it is a loop.
type drawEdge struct {
	from, to int
	label    string
	back     bool
}

// drawLane is one agency and role.
type drawLane struct {
	agency, role string
}

type drawGraph struct {
	nodes []drawNode
	edges []drawEdge
	lanes []drawLane
	plan  *Plan
	start int
}

// applicantLane is the lane of waits that belong to nobody inside the administration.
const applicantLane = "applicant"

func newDrawGraph(p *Plan) *drawGraph {
	g := &drawGraph{plan: p, nodes: make([]drawNode, len(p.Exec.Steps))}
	index := make(map[string]int, len(p.Exec.Steps))
	for i := range p.Exec.Steps {
		s := &p.Exec.Steps[i]
		index[s.ID] = i
		g.nodes[i] = drawNode{step: s, number: i + 1, text: StepText{ID: s.ID, Name: s.ID}}
		if t, ok := p.StepText(s.ID); ok {
			g.nodes[i].text = *t
		}
	}
	for i := range p.Exec.Steps {
		g.addEdges(p, index, i)
	}
	g.start = index[p.Exec.Start]
	g.rankNodes()
	g.assignLanes(p.Agency)
	return g
}

// Lane is one agency and role of a drawing; the agency "applicant" is nobody's inside the administration.
type Lane struct{ Agency, Role string }

// Lanes are the lanes of a plan's drawing, those of an agency together, and for every step the index of its lane.
func Lanes(p *Plan) (lanes []Lane, of []int) {
	g := newDrawGraph(p)
	for _, l := range g.lanes {
		lanes = append(lanes, Lane{l.agency, l.role})
	}
	for _, n := range g.nodes {
		of = append(of, n.lane)
	}
	return lanes, of
}

// rankNodes takes over columns and loops from the layout.
func (g *drawGraph) rankNodes() {
	nodes, edges := make([]swimlane.Node, len(g.nodes)), make([]swimlane.Edge, len(g.edges))
	for i, e := range g.edges {
		edges[i] = swimlane.Edge{From: e.from, To: e.to}
	}
	swimlane.Rank(nodes, edges, g.start)
	for i := range nodes {
		g.nodes[i].rank = nodes[i].Rank
	}
	for i := range edges {
		g.edges[i].back = edges[i].Back
	}
}

func (g *drawGraph) addEdges(p *Plan, index map[string]int, from int) {
	for _, o := range g.nodes[from].step.Outcomes {
		for _, e := range o.Edges {
			to, ok := index[e.To]
			if !ok {
				continue
			}
			label := edgeLabel(p, o, e)
			if k := slices.IndexFunc(g.edges, func(d drawEdge) bool { return d.from == from && d.to == to }); k >= 0 {
				if label != "" && g.edges[k].label != "" {
					g.edges[k].label += " / " + label
				} else {
					g.edges[k].label = "" // one of the ways needs no word, so none is said
				}
				continue
			}
			g.edges = append(g.edges, drawEdge{from: from, to: to, label: label})
		}
	}
}

// edgeLabel says when an edge is taken; empty where it goes without saying.
func edgeLabel(p *Plan, o Outcome, e Edge) string {
	name := OutcomeName(o.Name)
	switch {
	case e.When != "":
		return strings.TrimPrefix(name+": ", ": ") + conditionLabel(p, e.When)
	case e.Else:
		return strings.TrimPrefix(name+": ", ": ") + "còn lại"
	}
	return name
}

// conditionLabel reads a named condition of a plan.
func conditionLabel(p *Plan, name string) string {
	at := slices.IndexFunc(p.Conditions, func(c Condition) bool { return c.Name == name })
	if at < 0 {
		return name
	}
	return ConditionName(p.Facts, p.Conditions[at].Expression)
}

// assignLanes gives every step the lane of its agency and role. Automatic steps and waits without a role belong to the
// step that leads to them; a payment belongs to the applicant; a sub-procedure stands in its agency's lane without a role. Lanes stand together by agency, in order of appearance.
func (g *drawGraph) assignLanes(lead string) {
	keys := make([]drawLane, len(g.nodes))
	for _, i := range g.order() {
		n := &g.nodes[i]
		key := drawLane{agency: n.step.Agency, role: n.step.Role}
		if key.agency == "" {
			key.agency = lead
		}
		switch {
		case n.step.Role == "" && (n.step.Wait == WaitPayment || n.step.Leg == "payment" || n.step.Leg == "applicant"):
			key = drawLane{agency: applicantLane}
		case n.step.Role == "" && n.step.Kind != StepSub: // who leads the other dossier is who the step is with
			key = g.leadingLane(i, keys, key)
		}
		keys[i] = key
	}
	var agencies []string
	for i := range keys {
		if !slices.Contains(agencies, keys[i].agency) {
			agencies = append(agencies, keys[i].agency)
		}
	}
	for _, a := range agencies {
		for i := range keys {
			if keys[i].agency == a && !slices.Contains(g.lanes, keys[i]) {
				g.lanes = append(g.lanes, keys[i])
			}
		}
	}
	for i := range keys {
		g.nodes[i].lane = slices.Index(g.lanes, keys[i])
	}
}

// leadingLane is the lane of the first step before i with the wanted agency, or of any step before it.
func (g *drawGraph) leadingLane(i int, keys []drawLane, want drawLane) drawLane {
	for _, e := range g.edges {
		if e.to == i && !e.back && keys[e.from].role != "" && (g.nodes[i].step.Agency == "" || keys[e.from].agency == want.agency) {
			if g.nodes[i].step.Kind == StepAutomatic && keys[e.from].agency != want.agency {
				break // a gateway of the lead agency is not drawn at the desk that hands over to it
			}
			return keys[e.from]
		}
	}
	// Else the role that has most of the agency's steps.
	most := 0
	for k := range g.nodes {
		role, count := g.nodes[k].step.Role, 0
		for _, n := range g.nodes {
			if role != "" && n.step.Role == role && n.step.Agency == g.nodes[i].step.Agency {
				count++
			}
		}
		if count > most {
			most, want.role = count, role
		}
	}
	return want
}

// order returns the steps by column, then by their place in the definition.
func (g *drawGraph) order() []int {
	ids := make([]int, len(g.nodes))
	for i := range ids {
		ids[i] = i
	}
	slices.SortStableFunc(ids, func(a, b int) int { return g.nodes[a].rank - g.nodes[b].rank })
	return ids
}
