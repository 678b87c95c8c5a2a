package procedure

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"motcua/procedure/node"
)

// shared finds what the merge makes superfluous: the intake of every part but the first, and in sequence the hand-over to the
// desk of every part but the last.
func (p *mergePart) shared(rule string, first, last bool) {
	if !first && p.isIntake(p.x.Start) {
		p.intake = p.x.Start
	}
	if rule != MergeSequence || last {
		return
	}
	for i := range p.x.Steps {
		if st := &p.x.Steps[i]; st.ID != p.x.Start && p.isHandOver(st) {
			p.handOver = st.ID
		}
	}
}

// isIntake: work at the receiving desk with one way out.
func (p *mergePart) isIntake(id string) bool {
	st, ok := p.x.Step(id)
	return ok && st.Kind == StepWork && st.Agency == RefReceiving && oneWay(st)
}

// isHandOver: work that can only go on to the return of a result.
func (p *mergePart) isHandOver(st *Step) bool {
	if st.Kind != StepWork || !oneWay(st) || len(st.Join) > 0 || len(st.Results) > 0 {
		return false
	}
	to, ok := p.x.Step(st.Outcomes[0].Edges[0].To)
	return ok && to.Kind == StepReturn && !to.Refusal
}

func oneWay(st *Step) bool {
	return len(st.Outcomes) == 1 && len(st.Outcomes[0].Edges) == 1 && st.Outcomes[0].Edges[0].When == ""
}

// begin is where a part begins in the merged file.
func (m *merger) begin(i int) []string {
	p := m.parts[i]
	if p.intake != "" {
		return m.targets(i, p.after(p.intake))
	}
	return m.targets(i, p.x.Start)
}

func (p *mergePart) after(id string) string {
	st, _ := p.x.Step(id)
	return st.Outcomes[0].Edges[0].To
}

// targets are where an edge of part i leads in the merged file.
func (m *merger) targets(i int, to string) []string {
	p := m.parts[i]
	st, ok := p.x.Step(to)
	switch {
	case !ok:
		return []string{p.id + "-" + to}
	case to == p.handOver:
		return m.targets(i, p.after(to))
	case st.Kind == StepReturn && !st.Refusal && m.o.Rule == MergeSequence && i+1 < len(m.parts):
		return m.begin(i + 1)
	case st.Kind == StepReturn && !st.Refusal && m.o.Rule == MergeParallel:
		return []string{"tra-kq"}
	}
	return []string{m.stepID(i, to)}
}

// stepID names a step of a part: the shared intake and the last return keep their own names.
func (m *merger) stepID(i int, id string) string {
	p := m.parts[i]
	st, ok := p.x.Step(id)
	switch {
	case i == 0 && id == p.x.Start && p.isIntake(id):
		return id
	case ok && st.Kind == StepReturn && !st.Refusal && i == len(m.parts)-1 && m.o.Rule == MergeSequence:
		return id
	}
	return p.id + "-" + id
}

// steps writes the steps of all parts in order, with explicit ways wherever the order alone no longer says them.
func (m *merger) steps() *yaml.Node {
	list := node.List()
	for i, p := range m.parts {
		nodes := items(get(p.root, "steps"))
		for k := range p.x.Steps {
			st := &p.x.Steps[k]
			if m.dropped(i, st) {
				continue
			}
			list.Content = append(list.Content, m.step(i, st, node.Clone(nodes[k])))
		}
	}
	if m.o.Rule == MergeParallel {
		list.Content = append(list.Content, m.join(list.Content))
	}
	return list
}

// dropped: shared steps, and the returns of results that only the next part needs.
func (m *merger) dropped(i int, st *Step) bool {
	p := m.parts[i]
	if st.ID == p.intake || st.ID == p.handOver {
		return true
	}
	result := st.Kind == StepReturn && !st.Refusal
	return result && (m.o.Rule == MergeParallel || i+1 < len(m.parts))
}

func (m *merger) step(i int, st *Step, n *yaml.Node) *yaml.Node {
	p := m.parts[i]
	node.Set(n, "id", node.Text(m.stepID(i, st.ID)))
	if m.stepID(i, st.ID) != st.ID {
		node.Set(n, "part", node.Text(p.id))
	}
	// The merged file's lead is the first part's; another part's own agency is named.
	if i > 0 && get(n, "agency") == nil && st.Kind == StepWork && p.d.Agency.Value != m.parts[0].d.Agency.Value {
		node.Set(n, "agency", node.Text(p.d.Agency.Value))
	}
	if after := get(n, "after"); after != nil {
		for _, a := range after.Content {
			a.Value = m.stepID(i, a.Value)
		}
	}
	p.rename(n)
	m.uses(p, n)
	m.ways(i, st, n)
	if i > 0 && len(st.May) > 0 && slices.Contains(st.May, MaySupplement) && get(n, "supplement") == nil && get(p.root, "supplement") != nil {
		node.Set(n, "supplement", node.Clone(get(p.root, "supplement")))
	}
	if st.Kind == StepReturn && st.Refusal {
		m.refusal(i, n)
	}
	return n
}

// rename follows the results that got other ids.
func (p *mergePart) rename(n *yaml.Node) {
	if r := get(n, "results"); r != nil {
		for _, v := range r.Content {
			if is, ok := p.results[v.Value]; ok {
				v.Value = is
			}
		}
	}
}

// ways writes where each outcome leads now.
func (m *merger) ways(i int, st *Step, n *yaml.Node) {
	if st.Kind == StepReturn {
		return
	}
	out := node.Map()
	fork := i == 0 && m.o.Rule == MergeParallel && st.ID == m.parts[0].x.Start
	for _, o := range st.Outcomes {
		edges := node.List()
		for k, e := range o.Edges {
			for _, to := range m.targets(i, e.To) {
				edges.Content = append(edges.Content, m.edge(n, o.Name, k, e, to))
			}
		}
		if fork {
			for next := 1; next < len(m.parts); next++ {
				for _, to := range m.begin(next) {
					edges.Content = append(edges.Content, node.Text(to))
				}
			}
		}
		if len(edges.Content) == 1 {
			node.Set(out, o.Name, edges.Content[0])
		} else {
			node.Set(out, o.Name, edges)
		}
	}
	node.Set(n, "outcomes", out)
}

// edge is one target, with the condition that the part wrote.
func (m *merger) edge(n *yaml.Node, outcome string, k int, e Edge, to string) *yaml.Node {
	if e.When == "" && !e.Else {
		return node.Text(to)
	}
	v := pairsOf("to", node.Text(to))
	if e.Else {
		node.Set(v, "else", node.Bool(true))
		return v
	}
	written := get(get(n, "outcomes"), outcome)
	for j, w := range edgeNodes(written) {
		if j == k {
			node.Set(v, "when", node.Clone(get(w, "when")))
		}
	}
	return v
}

// refusal: in sequence what earlier parts have signed is given back with the refusal; else everything is refused.
func (m *merger) refusal(i int, n *yaml.Node) {
	node.Remove(n, "results")
	if m.o.Refusal != RefuseGiveBack {
		return
	}
	back := node.List()
	for _, p := range m.parts[:i] {
		for _, r := range p.d.Results {
			back.Content = append(back.Content, node.Text(p.results[r.Value.ID]))
		}
	}
	node.Set(n, "results", back)
}

// join is the one return of parallel parts: it opens when every part's last step is done.
func (m *merger) join(steps []*yaml.Node) *yaml.Node {
	after, results := node.List(), node.List()
	for _, n := range steps {
		pairs(get(n, "outcomes"), func(_, v *yaml.Node) {
			for _, e := range edgeNodes(v) {
				if to := e.Value; to == "tra-kq" || text(e, "to").Value == "tra-kq" {
					if id := text(n, "id").Value; !slices.ContainsFunc(after.Content, func(a *yaml.Node) bool { return a.Value == id }) {
						after.Content = append(after.Content, node.Text(id))
					}
				}
			}
		})
	}
	for _, p := range m.parts {
		for _, r := range p.d.Results {
			results.Content = append(results.Content, node.Text(p.results[r.Value.ID]))
		}
	}
	return pairsOf("id", node.Text("tra-kq"), "name", node.Text("Trả kết quả của các phần"), "role", node.Text("mot-cua"), "agency", node.Text(RefReceiving),
		"return", node.Bool(true), "after", after, "results", results)
}
