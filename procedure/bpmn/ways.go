package bpmn

import (
	"fmt"
	"strings"

	"motcua/procedure"
	"motcua/procedure/draft"
)

// A way is what follows a flow when gateways are seen through: a step, or several ways.
type way struct {
	kind string // wayStep, wayAll, wayWhen, wayChoice, wayNone
	step string
	// ways of wayAll, wayWhen and wayChoice; conditions and names belong to them one by one.
	ways       []way
	conditions []string // of wayWhen; empty: always
	standard   int      // of wayWhen: the way where no condition holds, -1 for none
	names      []string // of wayChoice
	// at is where it is reported.
	at *node
}

const (
	wayStep   = "step"
	wayAll    = "all"
	wayWhen   = "when"
	wayChoice = "choice"
	wayNone   = "none"
)

const (
	maxGateways = 50     // on one way
	maxFollowed = 50_000 // flows, over all ways
)

// connect follows the flows of every step.
func (x *reader) connect(m *model) {
	for _, n := range x.process.children {
		if n.space == nsModel && n.name == kindStart {
			switch out := x.out[n.attr("id")]; {
			case len(out) == 0:
				x.of(n, "bpmn-flow", "sự kiện bắt đầu không dẫn tới đâu")
			case m.start != "":
				x.of(n, "bpmn-unsupported", "quy trình có hơn một sự kiện bắt đầu")
			default:
				w := x.follow(out[0], "", 0)
				if w.kind != wayStep {
					x.of(n, "bpmn-flow", "sau sự kiện bắt đầu phải là một bước")
				}
				m.start = w.step
			}
		}
	}
	if m.start == "" && !x.errors() {
		x.of(x.process, "bpmn-flow", "quy trình không có sự kiện bắt đầu")
	}
	for i := 0; i < len(x.order); i++ { // following adds steps behind
		s := x.order[i]
		if s.node.name != kindEnd {
			x.leave(s)
		}
	}
}

// leave writes the ways out of a step.
func (x *reader) leave(s *read) {
	id := s.node.attr("id")
	flows := x.out[id]
	var w way
	switch {
	case s.node.space == nsModel && strings.HasSuffix(s.node.name, "Gateway"):
		w = x.gateway(s.node, s.id, 0)
	case len(flows) == 0:
		s.returns = true
		x.of(s.node, "drafted", "không có luồng ra: hiểu là bước kết thúc")
		return
	case x.endsHere(s, flows):
		return
	case len(flows) == 1:
		w = x.follow(flows[0], s.id, 0)
	default:
		w = x.split(s.node, kindInclusive, flows, s.id, 0)
	}
	first := procedure.DefaultOutcome
	if len(flows) == 1 {
		first = outcomeName(flows[0], first)
	}
	s.outcomes = x.outcomes(s, w, first)
}

// endsHere takes a task that hands over and the end behind it as one step.
func (x *reader) endsHere(s *read, flows []*node) bool {
	if len(flows) != 1 {
		return false
	}
	end := x.nodes[flows[0].attr("targetRef")]
	if end.name != kindEnd {
		return false
	}
	folded := draft.Fold(s.name)
	if s.ours != nil && s.ours.attr("return") == "true" || s.ours == nil && s.wait == "" && !s.automatic && strings.HasPrefix(folded, "tra ") {
		s.returns = true
		s.refusal = s.ours != nil && s.ours.attr("refusal") == "true" || s.ours == nil && isRefusal(folded+" "+draft.Fold(end.attr("name")))
		return true
	}
	return false
}

func isRefusal(folded string) bool {
	return strings.Contains(folded, "tu choi") || strings.Contains(folded, "khong du dieu kien") || strings.Contains(folded, "khong dong y") || strings.Contains(folded, "reject")
}

// follow sees through gateways up to steps. from is the step that the way leaves.
func (x *reader) follow(f *node, from string, depth int) way {
	to := x.nodes[f.attr("targetRef")]
	if x.followed++; x.followed > maxFollowed {
		if x.followed == maxFollowed+1 {
			x.of(f, "bpmn-too-large", "các cổng nối tiếp nhau tạo ra quá nhiều đường đi")
		}
		return way{kind: wayNone, at: f}
	}
	if depth > maxGateways {
		x.of(f, "bpmn-flow", "luồng đi vòng qua các cổng mà không tới bước nào")
		return way{kind: wayNone, at: f}
	}
	if s := x.steps[to.attr("id")]; s != nil {
		if strings.HasSuffix(to.name, "Gateway") {
			x.joins(s, from)
		}
		return way{kind: wayStep, step: s.id, at: f}
	}
	switch to.name {
	case kindEnd:
		return way{kind: wayStep, step: x.end(to).id, at: f}
	case "intermediateThrowEvent":
		out := x.out[to.attr("id")]
		x.ofOnce(to, "bpmn-ignored", "sự kiện phát đi không phải bước, được đi qua")
		if len(out) == 1 {
			return x.follow(out[0], from, depth+1)
		}
	case kindExclusive, kindInclusive, kindParallel:
		return x.through(to, from, depth)
	}
	if !x.errors() {
		x.of(to, "bpmn-flow", "luồng %s không tới bước nào", f.id())
	}
	return way{kind: wayNone, at: f}
}

// ofOnce is of for an element that many ways pass.
func (x *reader) ofOnce(n *node, rule, message string) {
	for _, d := range x.list {
		if d.Rule == rule && d.Line == n.pos.Line && d.Col == n.pos.Col {
			return
		}
	}
	x.of(n, rule, "%s", message)
}

// end makes the step of an end event: the result is handed over, or refused.
func (x *reader) end(n *node) *read {
	if s := x.steps[n.attr("id")]; s != nil {
		return s
	}
	name := words(n.attr("name"))
	refusal := isRefusal(draft.Fold(name))
	switch {
	case name == "" && refusal:
		name = "Trả phiếu từ chối"
	case name == "":
		name = "Trả kết quả"
	}
	id := "tra-kq"
	if refusal {
		id = "tu-choi"
	}
	s := &read{node: n, id: draft.Unique(id, x.taken), name: name, agency: "receiving", role: "mot-cua", returns: true, refusal: refusal}
	x.steps[n.attr("id")] = s
	x.order = append(x.order, s)
	x.of(n, "drafted", "sự kiện kết thúc thành bước trả kết quả %s ở bộ phận một cửa", s.id)
	return s
}

// through passes a gateway: one that joins makes its target wait, one that opens gives several ways.
func (x *reader) through(g *node, from string, depth int) way {
	in, out := x.in[g.attr("id")], x.out[g.attr("id")]
	if len(out) == 0 {
		x.of(g, "bpmn-flow", "cổng không có luồng ra")
		return way{kind: wayNone, at: g}
	}
	if len(in) > 1 && g.name != kindExclusive {
		// A join: its target waits for all; where it opens again at once, a step of its own stands for it.
		to := x.nodes[out[0].attr("targetRef")]
		if s := x.steps[to.attr("id")]; len(out) == 1 && s != nil && !strings.HasSuffix(to.name, "Gateway") {
			x.joins(s, from)
			return way{kind: wayStep, step: s.id, at: g}
		}
		s := &read{node: g, id: draft.Unique("gop", x.taken), name: "Gộp các nhánh", automatic: true}
		if name := words(g.attr("name")); name != "" {
			s.name = name
		}
		l := x.lanes[g.attr("id")]
		s.agency, s.role = l.agency, ""
		x.steps[g.attr("id")] = s
		x.order = append(x.order, s)
		x.of(g, "drafted", "cổng gộp rồi rẽ ngay: thêm bước tự động %s", s.id)
		x.joins(s, from)
		return way{kind: wayStep, step: s.id, at: g}
	}
	return x.gateway(g, from, depth)
}

func (x *reader) joins(s *read, from string) {
	for _, a := range s.after {
		if a == from {
			return
		}
	}
	s.after = append(s.after, from)
}

// gateway is the ways out of a gateway.
func (x *reader) gateway(g *node, from string, depth int) way {
	out := x.out[g.attr("id")]
	if len(out) == 1 {
		return x.follow(out[0], from, depth+1)
	}
	return x.split(g, g.name, out, from, depth)
}

// split reads several flows of one element: all of them, those whose condition holds, or one that a person chooses.
func (x *reader) split(g *node, kind string, out []*node, from string, depth int) way {
	w := way{kind: wayAll, standard: -1, at: g}
	conditional := 0
	for i, f := range out {
		condition, ours := conditionOf(f)
		if condition != "" && ours {
			conditional++
		}
		if !ours {
			condition = ""
		}
		if g.attr("default") == f.attr("id") && g.attr("default") != "" {
			w.standard = i
		}
		w.conditions = append(w.conditions, condition)
		w.names = append(w.names, outcomeName(f, ""))
		w.ways = append(w.ways, x.follow(f, from, depth+1))
	}
	switch {
	case kind == kindParallel:
	case conditional > 0:
		w.kind = wayWhen
		for i, c := range w.conditions {
			if c == "true" {
				w.conditions[i] = ""
			} else if c == "" && w.standard < 0 && kind == kindExclusive {
				w.standard = i // the one flow without a condition
			}
		}
	case kind == kindExclusive:
		w.kind = wayChoice
		for i, f := range out {
			if w.names[i] == "" {
				w.names[i] = draft.Slug(cmpName(words(f.attr("name")), fmt.Sprintf("cach %d", i+1)), 5)
			}
			if c, _ := conditionOf(f); c != "" {
				x.of(f, "drafted", "điều kiện %q không viết bằng CEL: thành lối ra do người xử lý chọn", clip(c))
			}
		}
	case g.name == kindInclusive:
		x.of(g, "bpmn-unsupported", "cổng bao hàm cần điều kiện CEL ở các luồng (conditionExpression, language=%q)", languageCEL)
	}
	return w
}

// conditionOf is the condition of a flow, and whether it is in the language of ours.
func conditionOf(f *node) (text string, ours bool) {
	c := f.first("conditionExpression")
	if c == nil {
		return "", false
	}
	language := c.attr("language")
	return strings.TrimSpace(c.text), language == languageCEL || strings.Contains(strings.ToLower(language), "cel")
}

// outcomeName is the exact name that we wrote, while the flow is still called so; else the usual id of its words.
func outcomeName(f *node, standard string) string {
	name := words(f.attr("name"))
	if ours := f.ours("outcome"); ours != nil && (name == "" || procedure.OutcomeName(ours.attr("name")) == name) {
		return ours.attr("name")
	}
	if name == "" {
		return standard
	}
	if f.first("conditionExpression") != nil || name == "còn lại" {
		if _, ours := conditionOf(f); ours || name == "còn lại" {
			return standard
		}
	}
	if id, ok := procedure.OutcomeID(name); ok {
		return id
	}
	return draft.Slug(name, 5)
}

// outcomes turns the ways of a step into its outcomes; first names the only one.
func (x *reader) outcomes(s *read, w way, first string) []draft.Outcome {
	if w.kind != wayChoice {
		edges, ok := x.edges(w, "")
		if !ok || len(edges) == 0 {
			return nil
		}
		return []draft.Outcome{{Name: first, Edges: edges}}
	}
	if s.automatic {
		x.of(w.at, "bpmn-flow", "bước tự động %s không chọn được: các luồng cần điều kiện CEL", s.id)
	}
	var list []draft.Outcome
	taken := map[string]bool{}
	for i, inner := range w.ways {
		for _, o := range x.outcomes(s, inner, w.names[i]) {
			if inner.kind == wayChoice {
				o.Name = w.names[i] + "-" + o.Name
			}
			o.Name = draft.Unique(o.Name, taken)
			list = append(list, o)
		}
	}
	return list
}

// edges are the targets of one outcome.
func (x *reader) edges(w way, condition string) ([]draft.Edge, bool) {
	switch w.kind {
	case wayStep:
		return []draft.Edge{{To: w.step, When: condition}}, true
	case wayNone:
		return nil, false
	case wayChoice:
		x.of(w.at, "bpmn-flow", "cổng chọn đứng sau cổng khác mà không có bước để người xử lý chọn; thêm một bước trước cổng, hoặc ghi điều kiện CEL")
		return nil, false
	case wayWhen:
		return x.conditionalEdges(w, condition)
	}
	var list []draft.Edge
	for _, inner := range w.ways {
		if inner.kind == wayWhen && inner.standard >= 0 {
			x.of(inner.at, "bpmn-flow", "rẽ theo điều kiện ngay trong nhánh song song; thêm một bước trước cổng")
			return nil, false
		}
		edges, ok := x.edges(inner, condition)
		if !ok {
			return nil, false
		}
		list = append(list, edges...)
	}
	return list, true
}

func (x *reader) conditionalEdges(w way, outer string) ([]draft.Edge, bool) {
	var list []draft.Edge
	for i, inner := range w.ways {
		condition := w.conditions[i]
		if outer != "" && condition != "" {
			condition = "(" + outer + ") && (" + condition + ")"
		}
		nested := inner.kind == wayWhen
		if i == w.standard && (nested || inner.kind == wayAll || outer != "") || nested && inner.standard >= 0 {
			x.of(w.at, "bpmn-flow", "các cổng điều kiện lồng nhau; gộp thành một cổng, hoặc thêm một bước ở giữa")
			return nil, false
		}
		edges, ok := x.edges(inner, condition)
		if !ok {
			return nil, false
		}
		if i == w.standard {
			edges[0].When, edges[0].Else = "", true
		}
		list = append(list, edges...)
	}
	return list, true
}
