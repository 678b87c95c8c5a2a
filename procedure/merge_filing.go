package procedure

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"motcua/procedure/node"
)

// filing writes who may file the one dossier, how, and under which conditions: whoever may file for every part, on the
// channels that every part takes, under the conditions of all. What a part does not say stays unsaid.
func (m *merger) filing(root *yaml.Node) {
	for _, k := range []string{"online", "manner", "subjects", "requirements"} {
		node.Remove(root, k)
	}
	manner := m.common(func(d *Definition) []At[string] { return d.Manner })
	node.Set(root, "manner", manner)
	node.Set(root, "subjects", m.common(func(d *Definition) []At[string] { return d.Subjects }))
	node.Set(root, "requirements", m.requirements())
	level := m.online()
	if level != "none" && len(manner.Content) > 0 && !slices.ContainsFunc(manner.Content, func(n *yaml.Node) bool { return n.Value == "online" }) {
		level = "none"
	}
	if level != "" {
		node.Set(root, "online", node.Text(level))
	}
}

// online is the lowest level of the parts; "" where one does not say.
func (m *merger) online() string {
	levels := []string{"none", "partial", "full"}
	least := len(levels) - 1
	for _, p := range m.parts {
		if !p.d.Online.Set() {
			return ""
		}
		least = min(least, slices.Index(levels, p.d.Online.Value))
	}
	return levels[least]
}

// common is what stands in the list of every part, in the order of the first.
func (m *merger) common(of func(*Definition) []At[string]) *yaml.Node {
	list := node.List()
	for _, v := range values(of(m.parts[0].d)) {
		if !slices.ContainsFunc(m.parts, func(p *mergePart) bool { return !slices.Contains(values(of(p.d)), v) }) {
			list.Content = append(list.Content, node.Text(v))
		}
	}
	return list
}

func (m *merger) requirements() *yaml.Node {
	list := node.List()
	var seen []string
	for _, p := range m.parts {
		for _, v := range values(p.d.Requirements) {
			if !slices.Contains(seen, v) {
				seen = append(seen, v)
				list.Content = append(list.Content, node.Text(v))
			}
		}
	}
	return list
}

// tellsUses says that every part with papers says which step uses them: what only some parts say would be held against the
// papers of the others.
func (m *merger) tellsUses() bool {
	for _, p := range m.parts {
		if len(p.d.Documents) > 0 && !slices.ContainsFunc(p.d.Steps, func(s StepDef) bool { return len(s.Uses) > 0 }) {
			return false
		}
	}
	return true
}

// uses follows the papers that got other ids, or that an earlier part produces.
func (m *merger) uses(p *mergePart, step *yaml.Node) {
	n := get(step, "uses")
	if n == nil {
		return
	}
	list := node.List()
	if m.tellsUses() {
		for _, v := range n.Content {
			if is := p.papers[v.Value]; is != "" {
				list.Content = append(list.Content, node.Text(is))
			}
		}
	}
	node.Remove(step, "uses")
	node.Set(step, "uses", list)
}
