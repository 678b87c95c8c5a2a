package bpmn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"motcua/procedure"
	"motcua/procedure/draft"
)

// Import reads a BPMN 2.0 file: one of ours without loss, with what was changed in the diagram since; one of another tool
// as far as the language goes. Everything that cannot be taken is reported at once. It never panics, whatever the bytes.
func Import(file string, data []byte, o Options) Result {
	r := &report{file: file}
	root := r.parse(data)
	if root == nil {
		return Result{Findings: r.list.Sorted()}
	}
	m := r.read(root)
	if m == nil || r.errors() {
		return Result{Findings: r.list.Sorted()}
	}
	var definition []byte
	if d := m.process.ours("definition"); d != nil {
		definition = r.own(d, m, o)
	} else {
		definition = r.foreign(m, o)
	}
	return Result{Definition: definition, Findings: r.list.Sorted()}
}

// own merges what the diagram shows now into the definition that travels with it.
func (r *report) own(carried *node, m *model, o Options) []byte {
	source := []byte(carried.text)
	at := func(f procedure.Diagnostic) {
		r.addAs(f.Severity, procedure.Pos{Line: carried.pos.Line + f.Line - 1, Col: f.Col}, f.Rule, "motcua:definition: "+f.Message, f.Hint)
	}
	d, found := procedure.Parse(r.file, source)
	if d == nil || found.HasErrors() {
		for _, f := range found {
			at(f)
		}
		return nil
	}
	plan, found := procedure.Compile(d, o.Shelf)
	if plan == nil {
		for _, f := range found {
			at(f)
		}
		return nil
	}
	base, err := shown(source, plan)
	if err == nil {
		var doc *draft.Document
		if doc, err = draft.Open(source); err == nil {
			w := &writer{report: r, doc: doc, m: m, lead: doc.Text("agency"), base: base}
			w.merge()
			return w.finish(o)
		}
	}
	r.of(carried, "bpmn-unreadable", "định nghĩa kèm theo không vẽ lại được: %v", err)
	return nil
}

// shown is what the diagram of a definition shows, read as any other file is.
func shown(source []byte, plan *procedure.Plan) (*model, error) {
	out, err := Export(source, plan)
	if err != nil {
		return nil, err
	}
	r := &report{}
	root := r.parse(out)
	if root == nil {
		return nil, r.list
	}
	m := r.read(root)
	if r.errors() {
		return nil, r.list
	}
	return m, nil
}

// writer puts a model into a definition.
type writer struct {
	*report
	doc  *draft.Document
	m    *model
	base *model
	lead string
	// made are the steps of the definition in their order, from the steps of the model they are, nil for none.
	made []*draft.Step
	from []*read
}

// finish writes the definition and says what lint finds in it, at the elements that it is about.
func (w *writer) finish(o Options) []byte {
	if w.errors() {
		return nil
	}
	w.doc.SetSteps(w.made)
	out, err := w.doc.Bytes()
	if err != nil {
		w.add(procedure.Pos{}, "bpmn-unreadable", err.Error(), "")
		return nil
	}
	d, found := procedure.Parse(w.file, out)
	if d != nil {
		found = append(found, procedure.Lint(d, o.Shelf)...)
	}
	for _, f := range found {
		n := w.m.process
		for i := range w.made {
			if d == nil || i >= len(d.Steps) || w.from[i] == nil || d.Steps[i].Pos.Line != f.Line {
				continue
			}
			n = w.from[i].node
			if l := d.Steps[i].Limit; l.Set() && l.Pos.Col == f.Col && w.from[i].limitAt != nil {
				n = w.from[i].limitAt
			}
		}
		w.addAs(f.Severity, n.pos, f.Rule, n.id()+": "+f.Message, f.Hint)
	}
	return out
}

// merge changes the steps that the diagram shows otherwise than the definition does.
func (w *writer) merge() {
	before, now := map[string]*read{}, map[string]*read{}
	for _, s := range w.base.steps {
		before[s.id] = s
	}
	for _, s := range w.m.steps {
		now[s.id] = s
	}
	if w.m.name != "" && w.m.name != w.base.name {
		w.differs(w.m.process, "tên", w.m.name, w.base.name)
		w.doc.Set("name", w.m.name)
	}
	for _, s := range w.doc.Steps() {
		id := s.Text("id")
		n := now[id]
		if n == nil {
			w.of(w.m.process, "diagram-wins", "sơ đồ không còn bước %s: bỏ bước này", id)
			continue
		}
		w.made, w.from = append(w.made, s), append(w.from, n)
		w.change(s, before[id], n)
	}
	for _, n := range w.m.steps {
		if before[n.id] != nil {
			continue
		}
		s := w.step(n)
		w.of(n.node, "diagram-wins", "bước mới %s: thêm vào định nghĩa", n.id)
		at := len(w.made)
		for i, p := range w.from {
			if leadsTo(p, n.id) {
				at = i + 1
				break
			}
		}
		w.made, w.from = slices.Insert(w.made, at, s), slices.Insert(w.from, at, n)
	}
	if w.m.start != "" && len(w.from) > 0 && w.from[0].id != w.m.start {
		if i := slices.IndexFunc(w.from, func(r *read) bool { return r.id == w.m.start }); i > 0 {
			s, f := w.made[i], w.from[i]
			w.made, w.from = slices.Insert(slices.Delete(w.made, i, i+1), 0, s), slices.Insert(slices.Delete(w.from, i, i+1), 0, f)
		}
	}
	w.spellOut()
}

func leadsTo(s *read, id string) bool {
	return slices.ContainsFunc(s.outcomes, func(o draft.Outcome) bool {
		return slices.ContainsFunc(o.Edges, func(e draft.Edge) bool { return e.To == id })
	})
}

// spellOut writes the way out of a step that only followed from its place, where another step stands behind it now.
func (w *writer) spellOut() {
	joins := map[string]string{}
	for _, s := range w.made {
		for _, a := range s.List("after") {
			if joins[a] == "" {
				joins[a] = s.Text("id")
			}
		}
	}
	for i, s := range w.made {
		if len(s.Outcomes()) > 0 || s.Text("return") == "true" {
			continue
		}
		next := joins[s.Text("id")]
		if next == "" && i+1 < len(w.made) {
			next = w.made[i+1].Text("id")
		}
		if o := w.from[i].outcomes; len(o) != 1 || len(o[0].Edges) != 1 || o[0].Edges[0] != (draft.Edge{To: next}) {
			s.SetOutcomes(o)
		}
	}
}

func (w *writer) differs(n *node, what, now, before string) {
	w.of(n, "diagram-wins", "%s trên sơ đồ là “%s”, trong định nghĩa là “%s”: lấy theo sơ đồ", what, cmp.Or(clip(now), "(trống)"), cmp.Or(clip(before), "(trống)"))
}

// change puts into a step what the diagram shows otherwise.
func (w *writer) change(s *draft.Step, before, now *read) {
	if before.name != now.name {
		w.differs(now.node, "tên bước", now.name, before.name)
		s.Set("name", now.name)
	}
	if before.agency != now.agency || before.role != now.role {
		w.differs(now.node, "làn", now.agency+" "+now.role, before.agency+" "+before.role)
		w.place(s, now)
	}
	if before.limit != now.limit {
		n := now.node
		if now.limitAt != nil {
			n = now.limitAt
		}
		w.differs(n, "thời gian", now.limit, before.limit)
		s.Set("limit", now.limit)
	}
	if before.wait != now.wait || before.automatic != now.automatic {
		w.differs(now.node, "loại bước", kindOf(now), kindOf(before))
		s.Set("wait", now.wait)
		s.Set("automatic", yes(now.automatic))
	}
	if before.procedure != now.procedure {
		w.differs(now.node, "thủ tục con", now.procedure, before.procedure)
		s.Set("procedure", now.procedure)
	}
	if !slices.Equal(sorted(before.after), sorted(now.after)) {
		w.differs(now.node, "các nhánh gộp", strings.Join(now.after, ", "), strings.Join(before.after, ", "))
		s.Set("after", now.after)
	}
	if before.returns != now.returns || before.refusal != now.refusal {
		w.differs(now.node, "kết thúc", fmt.Sprint(now.returns), fmt.Sprint(before.returns))
		s.Set("return", yes(now.returns))
		s.Set("refusal", yes(now.refusal))
		if now.returns {
			s.SetOutcomes(nil)
		}
	}
	if !sameOutcomes(before.outcomes, now.outcomes) {
		w.differs(now.node, "lối ra", outcomesText(now.outcomes), outcomesText(before.outcomes))
		s.SetOutcomes(now.outcomes)
	}
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

// yes is a key that is written only when it is true.
func yes(b bool) any {
	if b {
		return true
	}
	return ""
}

func kindOf(s *read) string {
	switch {
	case s.wait != "":
		return "chờ " + s.wait
	case s.automatic:
		return "tự động"
	}
	return "có người làm"
}

func sameOutcomes(a, b []draft.Outcome) bool {
	return slices.EqualFunc(a, b, func(x, y draft.Outcome) bool { return x.Name == y.Name && slices.Equal(x.Edges, y.Edges) })
}

func outcomesText(list []draft.Outcome) string {
	var parts []string
	for _, o := range list {
		for _, e := range o.Edges {
			text := o.Name + " → " + e.To
			if e.When != "" {
				text += " nếu " + e.When
			}
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "; ")
}

// place writes agency and role of a lane.
func (w *writer) place(s *draft.Step, r *read) {
	agency := r.agency
	if agency == w.lead && r.procedure == "" || agency == "applicant" { // a sub-procedure names who leads it
		agency = ""
	}
	s.Set("agency", agency)
	s.Set("role", r.role)
}
