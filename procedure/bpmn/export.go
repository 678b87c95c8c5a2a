package bpmn

import (
	"fmt"
	"strconv"
	"strings"

	"motcua/procedure"
)

// Export writes a procedure as a BPMN 2.0 file with its diagram. source is the file that the plan was compiled from. The
// same input gives the same bytes.
func Export(source []byte, plan *procedure.Plan) ([]byte, error) {
	canonical, err := procedure.Format(source)
	if err != nil {
		return nil, fmt.Errorf("export %s: %w", plan.Code, err)
	}
	g := newGraph(plan)
	id := ncName(plan.Code)
	process := el("bpmn:process", "id", "Process_"+id, "name", plan.Name, "isExecutable", "false")
	process.add(
		el("bpmn:documentation").say(procedure.Describe(plan)),
		el("bpmn:extensionElements").add(el("motcua:definition", "language", strconv.Itoa(procedure.LanguageVersion), "hash", plan.Hash).say(string(canonical))),
		g.laneSet(),
	)
	for i := range g.shapes {
		process.add(g.shape(i))
	}
	for i := range g.flows {
		process.add(g.sequenceFlow(i))
	}
	root := el("bpmn:definitions", "xmlns:bpmn", nsModel, "xmlns:bpmndi", nsDI, "xmlns:dc", nsDC, "xmlns:di", nsDDI, "xmlns:xsi", nsXSI, "xmlns:motcua", nsOurs,
		"id", "Definitions_"+id, "name", plan.Code+" · "+plan.Name, "targetNamespace", "urn:motcua:procedure", "expressionLanguage", languageCEL, "exporter", "motcua").add(
		el("bpmn:collaboration", "id", "Collaboration_"+id).add(el("bpmn:participant", "id", "Participant_"+id, "name", plan.Code+" · "+plan.Name, "processRef", "Process_"+id)),
		el("bpmn:escalation", "id", "Escalation_late", "name", "Quá hạn bước", "escalationCode", "late"),
		process,
		g.diagram(id),
	)
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	root.write(&b, "")
	return []byte(b.String()), nil
}

// ncName makes an XML id of a code.
func ncName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, s)
}

// agencies are the runs of lanes of one agency.
func (g *graph) agencies() [][]int {
	var runs [][]int
	for i, l := range g.lanes {
		if i > 0 && g.lanes[i-1].Agency == l.Agency {
			runs[len(runs)-1] = append(runs[len(runs)-1], i)
		} else {
			runs = append(runs, []int{i})
		}
	}
	return runs
}

// roles are the lanes of an agency that are told apart by their role; none where it has but one without a role.
func (g *graph) roles(run []int) []int {
	if len(run) == 1 && g.lanes[run[0]].Role == "" {
		return nil
	}
	return run
}

// laneSet is a lane per agency with a lane per role inside.
func (g *graph) laneSet() *element {
	set := el("bpmn:laneSet", "id", "Lanes")
	for n, run := range g.agencies() {
		agency := g.lanes[run[0]].Agency
		lane := el("bpmn:lane", "id", fmt.Sprintf("Agency_%d", n+1), "name", procedure.AgencyName(agency)).add(
			el("bpmn:extensionElements").add(el("motcua:lane", "agency", agency)))
		if len(g.roles(run)) == 0 {
			set.add(lane.add(g.members(run[0])...))
			continue
		}
		inner := el("bpmn:childLaneSet", "id", fmt.Sprintf("Roles_%d", n+1))
		for _, i := range run {
			name := procedure.RoleName(g.lanes[i].Role)
			if name == "" {
				name = noRole
			}
			role := el("bpmn:lane", "id", fmt.Sprintf("Lane_%d", i+1), "name", name).add(
				el("bpmn:extensionElements").add(el("motcua:lane", "agency", agency, "role", g.lanes[i].Role)))
			inner.add(role.add(g.members(i)...))
		}
		set.add(lane.add(inner))
	}
	return set
}

// members are the references of a lane to its shapes.
func (g *graph) members(lane int) []*element {
	var refs []*element
	for k := range g.shapes {
		if g.shapes[k].lane == lane {
			refs = append(refs, el("bpmn:flowNodeRef").say(g.shapes[k].id))
		}
	}
	return refs
}

func (g *graph) shape(i int) *element {
	s := &g.shapes[i]
	e := el("bpmn:"+s.kind, "id", s.id, "name", s.name)
	switch s.kind {
	case kindBoundary:
		e.attrs = append(e.attrs, "attachedToRef", g.shapes[s.attached].id, "cancelActivity", "false")
	case kindCall:
		e.attrs = append(e.attrs, "calledElement", processID(s.step.Procedure))
	case kindExclusive, kindInclusive, kindParallel:
		e.attrs = append(e.attrs, "gatewayDirection", g.direction(i))
		if s.standard >= 0 {
			e.attrs = append(e.attrs, "default", g.flows[s.standard].id)
		}
	}
	if s.step != nil && s.kind != kindBoundary {
		e.add(g.documentation(s.step), el("bpmn:extensionElements").add(g.extension(s.step)))
	}
	for k := range g.flows {
		if g.flows[k].to == i {
			e.add(el("bpmn:incoming").say(g.flows[k].id))
		}
	}
	for k := range g.flows {
		if g.flows[k].from == i {
			e.add(el("bpmn:outgoing").say(g.flows[k].id))
		}
	}
	switch {
	case s.kind == kindBoundary:
		e.add(timerDefinition("Timer_"+s.step.ID, s.step.Limit.String()))
	case s.kind == kindCatch && s.step.Wait == procedure.WaitTime && !s.step.Limit.IsZero():
		e.add(timerDefinition("Timer_"+s.step.ID, s.step.Limit.String()))
	case s.kind == kindCatch && s.step.Wait == procedure.WaitTime:
		e.add(el("bpmn:conditionalEventDefinition", "id", "Until_"+s.step.ID).add(el("bpmn:condition", "xsi:type", "bpmn:tFormalExpression").say("hết thời gian")))
	case s.kind == kindCatch:
		e.add(el("bpmn:messageEventDefinition", "id", "Message_"+s.step.ID))
	case s.late:
		e.add(el("bpmn:escalationEventDefinition", "id", "Escalate_"+strings.TrimPrefix(s.id, "Late_"), "escalationRef", "Escalation_late"))
	}
	return e
}

// processID is the id that the process of a procedure has in its own file.
func processID(code string) string { return "Process_" + code }

// direction says whether a gateway opens or joins ways.
func (g *graph) direction(i int) string {
	in, out := 0, 0
	for _, f := range g.flows {
		if f.to == i {
			in++
		}
		if f.from == i {
			out++
		}
	}
	switch {
	case in > 1 && out > 1:
		return "Mixed"
	case in > 1:
		return "Converging"
	case out > 1:
		return "Diverging"
	}
	return "Unspecified"
}

// timerDefinition holds a limit of the language: half a working day is no ISO 8601 duration.
func timerDefinition(id, limit string) *element {
	return el("bpmn:timerEventDefinition", "id", id).add(el("bpmn:timeDuration", "xsi:type", "bpmn:tFormalExpression", "language", languageLimit).say(limit))
}

// documentation is what people read beside a step.
func (g *graph) documentation(s *procedure.Step) *element {
	var lines []string
	if t, ok := g.plan.StepText(s.ID); ok && t.Output != "" {
		lines = append(lines, "Kết quả: "+t.Output)
	}
	if s.Excluded {
		lines = append(lines, "Không tính vào thời hạn: "+s.Ground)
	}
	if len(lines) == 0 {
		return nil
	}
	return el("bpmn:documentation").say(strings.Join(lines, "\n"))
}

// extension holds of a step what BPMN has no word for, under the keys of the definition language.
func (g *graph) extension(s *procedure.Step) *element {
	agency, output := s.Agency, ""
	if t, ok := g.plan.StepText(s.ID); ok {
		output = t.Output
	}
	leg := s.Leg
	if leg == "agency" {
		leg = ""
	}
	clock := ""
	if s.Excluded {
		clock = "excluded"
	}
	wait := s.Wait
	visits := ""
	if s.MaxVisits > 0 {
		visits = strconv.Itoa(s.MaxVisits)
	}
	yes := func(b bool) string {
		if b {
			return "true"
		}
		return ""
	}
	limit := ""
	if !s.Limit.IsZero() {
		limit = s.Limit.String()
	}
	var facts []string
	for _, f := range s.Facts {
		facts = append(facts, f.Child+"="+f.Parent)
	}
	return el("motcua:step", "id", s.ID, "role", s.Role, "agency", agency, "procedure", s.Procedure, "facts", strings.Join(facts, " "), "limit", limit, "wait", wait, "leg", leg, "clock", clock, "bound", s.Bound.String(), "ground", s.Ground,
		"expires", s.Expires.String(), "may", strings.ReplaceAll(strings.Join(s.May, " "), "_", "-"), "output", output, "results", strings.Join(s.Results, " "), "reentry", reentry(s),
		"max-visits", visits, "return", yes(s.Kind == procedure.StepReturn), "refusal", yes(s.Refusal), "confirm", yes(s.Confirm), "automatic", yes(s.Kind == procedure.StepAutomatic))
}

// reentry is written where it is not the default.
func reentry(s *procedure.Step) string {
	if s.Reentry == procedure.ReentryRestart {
		return ""
	}
	return s.Reentry
}

func (g *graph) sequenceFlow(i int) *element {
	f := &g.flows[i]
	e := el("bpmn:sequenceFlow", "id", f.id, "name", f.name, "sourceRef", g.shapes[f.from].id, "targetRef", g.shapes[f.to].id)
	if f.outcome != "" {
		e.add(el("bpmn:extensionElements").add(el("motcua:outcome", "name", f.outcome)))
	}
	if f.condition != "" {
		e.add(el("bpmn:conditionExpression", "xsi:type", "bpmn:tFormalExpression", "language", languageCEL).say(f.condition))
	}
	return e
}
