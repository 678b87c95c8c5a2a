package procedure

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Format writes a definition file in its canonical form: keys in the order of the language, every item of a list on one
// line where no comment stands inside it, quotes only where they are needed (codes always), comments kept. Formatting
// twice changes nothing. A file that YAML cannot read, or with repeated keys, is refused with the findings as the error;
// other mistakes are left as they are.
func Format(data []byte) ([]byte, error) {
	if get((&report{}).load(data), "template") != nil {
		return format(data, useTable())
	}
	return format(data, languageTable())
}

// FormatShelf is Format for a file of named rules.
func FormatShelf(data []byte) ([]byte, error) { return format(data, shelfTable()) }

func format(data []byte, t *table) ([]byte, error) {
	r := &report{file: "-", most: maxFindings}
	root := r.load(data)
	if root == nil {
		return nil, r.done()
	}
	r.mapping(root, t)
	if i := slices.IndexFunc(r.list, func(d Diagnostic) bool { return d.Rule == "duplicate-key" || d.Rule == "too-large" }); i >= 0 {
		return nil, Diagnostics{r.list[i]}
	}
	// What stands before the first key is about the file; it must not travel with a key that moves.
	head := detachHead(root)
	arrange(root, t)
	for i := 0; i+1 < len(root.Content); i += 2 {
		if k, ok := t.key(root.Content[i].Value); ok {
			layout(root.Content[i+1], k)
		}
	}
	var out bytes.Buffer
	if head != "" {
		out.WriteString(head + "\n")
	}
	dumper, err := yaml.NewDumper(&out, yaml.WithIndent(2), yaml.WithCompactSeqIndent(false), yaml.WithLineWidth(-1), yaml.WithQuotePreference(yaml.QuoteDouble))
	if err != nil {
		return nil, fmt.Errorf("format: %w", err)
	}
	if err := dumper.Dump(root); err != nil {
		return nil, fmt.Errorf("format: %w", err)
	}
	if err := dumper.Close(); err != nil {
		return nil, fmt.Errorf("format: %w", err)
	}
	return out.Bytes(), nil
}

func detachHead(root *yaml.Node) string {
	head := root.HeadComment
	root.HeadComment = ""
	if len(root.Content) > 0 {
		if first := root.Content[0]; first.HeadComment != "" {
			if head != "" {
				head += "\n"
			}
			head += first.HeadComment
			first.HeadComment = ""
		}
	}
	return head
}

// arrange sorts the keys of a mapping into the order of its table; unknown ones stay behind the known, in their order.
func arrange(m *yaml.Node, t *table) {
	if m.Kind != yaml.MappingNode {
		return
	}
	rank := func(name string) int {
		for i, k := range t.keys {
			if k.name == name {
				return i
			}
		}
		return len(t.keys)
	}
	pairs := make([][2]*yaml.Node, 0, len(m.Content)/2)
	for i := 0; i+1 < len(m.Content); i += 2 {
		pairs = append(pairs, [2]*yaml.Node{m.Content[i], m.Content[i+1]})
	}
	slices.SortStableFunc(pairs, func(a, b [2]*yaml.Node) int { return rank(a[0].Value) - rank(b[0].Value) })
	m.Content = m.Content[:0]
	for _, p := range pairs {
		m.Content = append(m.Content, p[0], p[1])
		if k, ok := t.key(p[0].Value); ok {
			inner(p[1], k)
		}
	}
}

// inner arranges what stands below a key and chooses the quotes of single values.
func inner(v *yaml.Node, k *key) {
	switch {
	case v.Kind == yaml.ScalarNode:
		plainly(v, k)
	case k.kind == kOutcomes:
		for i := 1; i < len(v.Content); i += 2 {
			for _, e := range edgeNodes(v.Content[i]) {
				arrange(e, edgeTable())
			}
		}
	case k.kind == kPairs, k.kind == kMoments:
		for i := 1; i < len(v.Content); i += 2 {
			plainly(v.Content[i], k)
		}
	case k.of != nil && k.kind == kNamed, k.of != nil && k.kind == kNamedLists:
		for i := 1; i < len(v.Content); i += 2 {
			for _, e := range edgeNodes(v.Content[i]) {
				arrange(e, k.of)
			}
		}
	case k.of != nil:
		for _, e := range edgeNodes(v) {
			arrange(e, k.of)
		}
	default:
		for _, e := range v.Content {
			plainly(e, k)
		}
	}
}

// edgeNodes is a list's entries, or the node itself.
func edgeNodes(v *yaml.Node) []*yaml.Node {
	if v.Kind == yaml.SequenceNode {
		return v.Content
	}
	return []*yaml.Node{v}
}

// plainly drops quotes that are not needed; codes and times keep theirs, texts of several lines their form.
func plainly(v *yaml.Node, k *key) {
	if v.Kind != yaml.ScalarNode || v.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return
	}
	if v.ShortTag() != "!!str" {
		return // a number or date read as such stays unquoted
	}
	v.Style = 0
	switch {
	case k.kind == kCode || k.kind == kTime || k.kind == kMoment || k.kind == kMoments:
		v.Style = yaml.DoubleQuotedStyle
	case k.kind == kCondition && strings.Contains(v.Value, `"`):
		v.Style = yaml.SingleQuotedStyle // no backslashes before the quotes of CEL's texts
	}
}

// layout puts each item of a list, and each short mapping, on one line.
func layout(v *yaml.Node, k *key) {
	switch k.kind {
	case kNamed:
		v.Style &^= yaml.FlowStyle
		for i := 1; i < len(v.Content); i += 2 {
			if slices.ContainsFunc(k.of.keys, func(k key) bool { return k.kind == kMaps }) {
				blocks(v.Content[i], k.of)
			} else {
				oneLine(v.Content[i])
			}
		}
	case kNamedLists:
		v.Style &^= yaml.FlowStyle
		for i := 1; i < len(v.Content); i += 2 {
			layout(v.Content[i], &key{kind: kMaps})
		}
	case kMaps, kReductions, kLadder:
		if v.Kind != yaml.SequenceNode {
			return
		}
		mappings := slices.ContainsFunc(v.Content, func(n *yaml.Node) bool { return n.Kind == yaml.MappingNode })
		if !mappings {
			oneLine(v)
			return
		}
		v.Style &^= yaml.FlowStyle
		for _, item := range v.Content {
			oneLine(item)
		}
	case kCases:
		v.Style &^= yaml.FlowStyle
		for _, item := range v.Content {
			item.Style &^= yaml.FlowStyle
			for i := 0; i+1 < len(item.Content); i += 2 {
				if inner, ok := k.of.key(item.Content[i].Value); ok {
					layout(item.Content[i+1], inner)
				}
			}
		}
	case kMap, kTexts, kBudgets, kValues, kPairs, kMoments:
		oneLine(v)
	}
}

// blocks lays out a mapping that holds lists: its keys under each other, the items of its lists on a line each.
func blocks(m *yaml.Node, t *table) {
	m.Style &^= yaml.FlowStyle
	for i := 0; i+1 < len(m.Content); i += 2 {
		if k, ok := t.key(m.Content[i].Value); ok {
			layout(m.Content[i+1], k)
		}
	}
}

// oneLine sets flow style from v downwards, unless a comment or a text of several lines stands inside.
func oneLine(v *yaml.Node) {
	if v.Kind == yaml.ScalarNode {
		return
	}
	if commented(v, true) {
		blockDown(v)
		return
	}
	v.Style |= yaml.FlowStyle
}

func blockDown(v *yaml.Node) {
	if v.Kind == yaml.ScalarNode {
		return
	}
	v.Style &^= yaml.FlowStyle
	for i, c := range v.Content {
		if v.Kind == yaml.MappingNode && i%2 == 1 || v.Kind == yaml.SequenceNode {
			oneLine(c)
		}
	}
}

func commented(v *yaml.Node, top bool) bool {
	if !top && (v.HeadComment != "" || v.LineComment != "" || v.FootComment != "") || v.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return true
	}
	return slices.ContainsFunc(v.Content, func(c *yaml.Node) bool { return commented(c, false) })
}
