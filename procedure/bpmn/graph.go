package bpmn

import (
	"fmt"
	"slices"

	"motcua/procedure"
)

// Kinds of shapes, by their element names.
const (
	kindStart     = "startEvent"
	kindEnd       = "endEvent"
	kindUser      = "userTask"
	kindRule      = "businessRuleTask"
	kindCall      = "callActivity"
	kindCatch     = "intermediateCatchEvent"
	kindExclusive = "exclusiveGateway"
	kindInclusive = "inclusiveGateway"
	kindParallel  = "parallelGateway"
	kindBoundary  = "boundaryEvent"
)

// shape is one node of the process.
type shape struct {
	id, kind, name string
	lane           int
	// step is the step that the shape is (not its gateways and events); late marks the end of an overrun.
	step *procedure.Step
	late bool
	// attached is the index of the task whose limit a boundary event is.
	attached int
	// standard is the index of the flow that an exclusive or inclusive gateway takes where no condition holds, -1 for none.
	standard int
}

// flow is one sequence flow.
type flow struct {
	id, name string
	from, to int
	// outcome is the exact name of the outcome that the flow is, condition a CEL expression.
	outcome, condition string
}

// graph is a plan as shapes and flows.
type graph struct {
	plan   *procedure.Plan
	lanes  []procedure.Lane
	shapes []shape
	flows  []flow
	// enter is the shape at which a step is entered by the branches that it joins, main its own shape.
	enter, main map[string]int
}

func newGraph(p *procedure.Plan) *graph {
	g := &graph{plan: p, enter: map[string]int{}, main: map[string]int{}}
	lanes, of := procedure.Lanes(p)
	g.lanes = lanes
	start := g.add(shape{id: "Start", kind: kindStart, name: "Nhận hồ sơ"})
	for i := range p.Exec.Steps {
		g.step(&p.Exec.Steps[i], of[i])
	}
	if first, ok := g.main[p.Exec.Start]; ok {
		g.shapes[start].lane = g.shapes[first].lane
		g.flow(flow{from: start, to: first})
	}
	for i := range p.Exec.Steps {
		g.ways(&p.Exec.Steps[i])
	}
	for i := range p.Exec.Steps {
		g.timer(&p.Exec.Steps[i])
	}
	return g
}

func (g *graph) add(s shape) int {
	s.standard = -1
	g.shapes = append(g.shapes, s)
	return len(g.shapes) - 1
}

func (g *graph) flow(f flow) int {
	f.id = fmt.Sprintf("Flow_%d", len(g.flows)+1)
	g.flows = append(g.flows, f)
	return len(g.flows) - 1
}

// step adds the shapes of a step: its join, itself, and the end after a return.
func (g *graph) step(s *procedure.Step, lane int) {
	name := s.ID
	if t, ok := g.plan.StepText(s.ID); ok {
		name = t.Name
	}
	kind := kindUser
	switch s.Kind {
	case procedure.StepWait:
		kind = kindCatch
	case procedure.StepAutomatic:
		kind = kindRule
	case procedure.StepSub:
		kind = kindCall
	}
	if len(s.Join) > 0 {
		g.enter[s.ID] = g.add(shape{id: "Join_" + s.ID, kind: g.joinKind(s), lane: lane})
	}
	g.main[s.ID] = g.add(shape{id: "Step_" + s.ID, kind: kind, name: name, lane: lane, step: s})
	if join, ok := g.enter[s.ID]; ok {
		g.flow(flow{from: join, to: g.main[s.ID]})
	}
	if s.Kind == procedure.StepReturn {
		name := "Đã trả kết quả"
		if s.Refusal {
			name = "Từ chối"
		}
		end := g.add(shape{id: "End_" + s.ID, kind: kindEnd, name: name, lane: lane})
		g.flow(flow{from: g.main[s.ID], to: end})
	}
}

// joinKind is inclusive where a fork that opens only some of its branches leads to the join.
func (g *graph) joinKind(s *procedure.Step) string {
	for i := range g.plan.Exec.Steps {
		for k := range g.plan.Exec.Steps[i].Outcomes {
			o := &g.plan.Exec.Steps[i].Outcomes[k]
			if forkKind(o) == kindInclusive && slices.ContainsFunc(o.Edges, func(e procedure.Edge) bool { return g.leads(e.To, s.ID) }) {
				return kindInclusive
			}
		}
	}
	return kindParallel
}

func (g *graph) leads(from, to string) bool {
	seen := map[string]bool{}
	var walk func(id string) bool
	walk = func(id string) bool {
		if id == to {
			return true
		}
		s, ok := g.plan.Exec.Step(id)
		if !ok || seen[id] {
			return false
		}
		seen[id] = true
		for _, o := range s.Outcomes {
			for _, e := range o.Edges {
				if walk(e.To) {
					return true
				}
			}
		}
		return false
	}
	return walk(from)
}

// forkKind is the gateway of an outcome with several targets: all of them, one by condition, or those whose condition holds.
func forkKind(o *procedure.Outcome) string {
	conditional, standard := 0, 0
	for _, e := range o.Edges {
		if e.When != "" {
			conditional++
		}
		if e.Else {
			standard++
		}
	}
	switch {
	case conditional == 0 && standard == 0:
		return kindParallel
	case conditional == 1 && conditional+standard == len(o.Edges):
		return kindExclusive
	}
	return kindInclusive
}

// ways adds what leaves a step: a choice where there are several outcomes, a fork where an outcome has several targets.
func (g *graph) ways(s *procedure.Step) {
	from := g.main[s.ID]
	if len(s.Outcomes) > 1 {
		choice := g.add(shape{id: "Choice_" + s.ID, kind: kindExclusive, name: "Kết quả?", lane: g.shapes[from].lane})
		g.flow(flow{from: from, to: choice})
		from = choice
	}
	for i := range s.Outcomes {
		o := &s.Outcomes[i]
		at := from
		named := flow{outcome: o.Name}
		if len(s.Outcomes) > 1 {
			named.name = procedure.OutcomeName(o.Name)
		}
		if len(o.Edges) > 1 || len(o.Edges) == 1 && o.Edges[0].When != "" {
			fork := shape{id: fmt.Sprintf("Fork_%s_%d", s.ID, i+1), kind: forkKind(o), lane: g.shapes[from].lane}
			if fork.kind != kindParallel {
				fork.name = "Điều kiện?"
			}
			at = g.add(fork)
			named.from, named.to = from, at
			g.flow(named)
			named = flow{}
		}
		for _, e := range o.Edges {
			to, ok := g.target(s.ID, e.To)
			if !ok {
				continue
			}
			f := named
			f.from, f.to = at, to
			switch {
			case e.When != "":
				f.condition = g.expression(e.When)
				f.name = g.conditionName(f.condition)
			case e.Else:
				f.name = "còn lại"
			case g.shapes[at].kind == kindInclusive:
				f.condition = "true"
			}
			if n := g.flow(f); e.Else {
				g.shapes[at].standard = n
			}
		}
	}
}

// target is the shape at which a step is entered from another one.
func (g *graph) target(from, to string) (int, bool) {
	s, ok := g.plan.Exec.Step(to)
	if !ok {
		return 0, false
	}
	if join, ok := g.enter[to]; ok && slices.Contains(s.Join, from) {
		return join, true
	}
	return g.main[to], true
}

func (g *graph) expression(condition string) string {
	for _, c := range g.plan.Conditions {
		if c.Name == condition {
			return c.Expression
		}
	}
	return condition
}

func (g *graph) conditionName(expression string) string {
	return procedure.ConditionName(g.plan.Facts, expression)
}

// timer adds the boundary timer of a limit and the end that its overrun reaches.
func (g *graph) timer(s *procedure.Step) {
	if s.Limit.IsZero() || s.Kind == procedure.StepWait || s.Kind == procedure.StepAutomatic {
		return
	}
	task := g.main[s.ID]
	lane := g.shapes[task].lane
	timer := g.add(shape{id: "Limit_" + s.ID, kind: kindBoundary, name: s.Limit.Vietnamese(), lane: lane, attached: task, step: s})
	late := g.add(shape{id: "Late_" + s.ID, kind: kindEnd, name: "Quá hạn", lane: lane, late: true})
	g.flow(flow{from: timer, to: late})
}
