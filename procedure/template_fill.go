package procedure

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// fill puts values in the place of the references of a definition.
func (r *report) fill(root *yaml.Node, b *binding) {
	b.root, b.used, b.places = root, map[string]bool{}, map[Pos]string{}
	b.params = r.parameters(get(root, "parameters"))
	values := map[string]string{}
	for i := range b.params {
		p := &b.params[i].Value
		v, given := b.given[p.Name]
		switch {
		case given && p.check(v.text) == "":
			values[p.Name] = v.text
			continue
		case p.Default != nil:
			values[p.Name] = *p.Default
		default:
			values[p.Name] = p.standIn()
			if !given {
				b.open = append(b.open, p.Name)
			}
		}
		if given {
			v.refused = true
			b.given[p.Name] = v
		}
	}
	walkScalars(root, languageTable(), func(v *yaml.Node, k *key) { r.replace(v, k, b, values) })
	for _, p := range b.params {
		if !b.used[p.Value.Name] {
			r.addAs(SeverityWarning, p.Pos, "bad-parameter", fmt.Sprintf("tham số %s khai báo mà không dùng", p.Value.Name), "dùng bằng $"+p.Value.Name+", hoặc bỏ")
		}
	}
}

func (r *report) replace(v *yaml.Node, k *key, b *binding, values map[string]string) {
	name, literal, ok := reference(v)
	switch {
	case !ok:
		return
	case literal:
		v.Value = v.Value[1:]
		return
	}
	i := slices.IndexFunc(b.params, func(p At[Parameter]) bool { return p.Value.Name == name })
	if i < 0 {
		var names []string
		for _, p := range b.params {
			names = append(names, p.Value.Name)
		}
		r.add(at(v), "bad-parameter", fmt.Sprintf("không có tham số %q", name), r.didYouMean(name, names))
	} else {
		b.used[name] = true
		if p := &b.params[i].Value; !k.accepts(p.Type) {
			r.add(at(v), "bad-parameter", fmt.Sprintf("tham số %s kiểu %s không đặt được vào %s", name, p.Type, k.name), k.acceptsText())
		}
		b.places[at(v)] = name
	}
	// What is wrong was said here: the check of the value gets one that it takes.
	text, ok := values[name]
	if i < 0 || !k.accepts(b.params[i].Value.Type) {
		text, ok = k.harmless()
	}
	if ok {
		v.Value, v.Style = text, 0
		v.Tag = tagOf(k, text)
	}
}

// tagOf is the YAML tag that a value would have if it were written in the place.
func tagOf(k *key, text string) string {
	switch k.kind {
	case kInt, kPercent:
		return "!!int"
	case kBool:
		return "!!bool"
	case kRequired, kDefault:
		if text == "true" || text == "false" {
			return "!!bool"
		}
	}
	return "!!str"
}

// accepts says whether a parameter of a type may stand in the place of the key.
func (k *key) accepts(kind string) bool { return slices.Contains(k.parameterTypes(), kind) }

func (k *key) parameterTypes() []string {
	switch k.kind {
	case kLimit, kBudget, kLegal, kCut, kBudgets:
		return []string{ParamLimit}
	case kInt, kPercent:
		return []string{ParamInt}
	case kText:
		return []string{ParamText}
	case kBool:
		return []string{ParamBool}
	case kRequired:
		return []string{ParamBool}
	case kDefault:
		return []string{ParamText, ParamInt, ParamBool}
	case kLadder:
		return []string{ParamLadder}
	}
	return nil
}

func (k *key) acceptsText() string {
	if list := k.parameterTypes(); len(list) > 0 {
		return "chỗ này nhận tham số kiểu " + strings.Join(list, ", ")
	}
	return "chỗ này không nhận tham số"
}

// harmless is a value that the key takes, for a reference that was refused.
func (k *key) harmless() (string, bool) {
	types := k.parameterTypes()
	if len(types) == 0 || len(k.values) > 0 {
		return "", false
	}
	p := Parameter{Type: types[0]}
	return p.standIn(), true
}

// walkScalars visits the single values of a mapping with their keys.
func walkScalars(m *yaml.Node, t *table, visit func(*yaml.Node, *key)) {
	if m == nil || m.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		k, ok := t.key(m.Content[i].Value)
		if !ok || k.name == "parameters" {
			continue
		}
		v := m.Content[i+1]
		switch {
		case v.Kind == yaml.ScalarNode:
			visit(v, k)
		case k.kind == kBudgets:
			for _, item := range items(v) {
				visit(item, k)
			}
		case k.of == nil:
		case k.kind == kNamed || k.kind == kNamedLists:
			pairs(v, func(_, n *yaml.Node) {
				for _, item := range edgeNodes(n) {
					walkScalars(item, k.of, visit)
				}
			})
		default:
			for _, item := range edgeNodes(v) {
				walkScalars(item, k.of, visit)
			}
		}
	}
}
