// Package draft is what the importers of definitions share: a definition file that a program writes or changes, and the
// words of step tables and diagrams (agencies, roles, times) read into the language.
//
// It changes only what it is told to: what stands beside it, comments included, stays as it was written.
package draft

import (
	"bytes"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"

	"motcua/procedure"
)

// Document is a definition file open for editing.
type Document struct{ root *yaml.Node }

// Open reads a definition file. Parse should have found it readable: only what is no mapping at all is refused here.
func Open(data []byte) (*Document, error) {
	var doc yaml.Node
	if err := yaml.Load(data, &doc); err != nil {
		return nil, fmt.Errorf("open definition: %w", err)
	}
	root := &doc
	if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
		root = doc.Content[0]
	}
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("open definition: not a mapping")
	}
	return &Document{root}, nil
}

// New is an empty definition of the current language version.
func New() *Document {
	d := &Document{&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}}
	d.Set("motcua", procedure.LanguageVersion)
	return d
}

// Comment sets the lines at the head of the file; each is written behind a "# ".
func (d *Document) Comment(text string) { d.root.HeadComment = text }

// Text is the value of a key, empty where it is not written or no single value.
func (d *Document) Text(key string) string { return textOf(d.root, key) }

// Set writes a key of the definition: a string, bool, int, a list of strings, a Map or a list of them. Empty strings and
// lists remove the key.
func (d *Document) Set(key string, value any) { set(d.root, key, value) }

// Steps are the steps in their order.
func (d *Document) Steps() []*Step {
	var steps []*Step
	if list := find(d.root, "steps"); list != nil && list.Kind == yaml.SequenceNode {
		for _, n := range list.Content {
			if n.Kind == yaml.MappingNode {
				steps = append(steps, &Step{n})
			}
		}
	}
	return steps
}

// SetSteps writes the steps in this order.
func (d *Document) SetSteps(steps []*Step) {
	list := find(d.root, "steps")
	if list == nil {
		list = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		put(d.root, "steps", list)
	}
	list.Content = list.Content[:0:0]
	for _, s := range steps {
		list.Content = append(list.Content, s.node)
	}
}

// Bytes writes the file in its canonical form.
func (d *Document) Bytes() ([]byte, error) {
	var out bytes.Buffer
	dumper, err := yaml.NewDumper(&out, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return nil, fmt.Errorf("write definition: %w", err)
	}
	if err := dumper.Dump(d.root); err != nil {
		return nil, fmt.Errorf("write definition: %w", err)
	}
	if err := dumper.Close(); err != nil {
		return nil, fmt.Errorf("write definition: %w", err)
	}
	return procedure.Format(out.Bytes())
}

// Step is one step of a document.
type Step struct{ node *yaml.Node }

// NewStep is a step with nothing but its id.
func NewStep(id string) *Step {
	s := &Step{&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}}
	s.Set("id", id)
	return s
}

// Text is the value of a key, empty where it is not written or no single value.
func (s *Step) Text(key string) string { return textOf(s.node, key) }

// List is the texts of a list.
func (s *Step) List(key string) []string {
	var list []string
	if n := find(s.node, key); n != nil && n.Kind == yaml.SequenceNode {
		for _, v := range n.Content {
			list = append(list, v.Value)
		}
	}
	return list
}

// Set writes a key, as Document.Set.
func (s *Step) Set(key string, value any) { set(s.node, key, value) }

// Outcome is a way out of a step.
type Outcome struct {
	Name  string
	Edges []Edge
}

// Edge is one target of an outcome; When is a CEL condition.
type Edge struct {
	To   string
	When string
	Else bool
}

// Outcomes are the ways out as written.
func (s *Step) Outcomes() []Outcome {
	n := find(s.node, "outcomes")
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	var list []Outcome
	for i := 0; i+1 < len(n.Content); i += 2 {
		o := Outcome{Name: n.Content[i].Value}
		targets := []*yaml.Node{n.Content[i+1]}
		if targets[0].Kind == yaml.SequenceNode {
			targets = targets[0].Content
		}
		for _, t := range targets {
			if t.Kind == yaml.MappingNode {
				o.Edges = append(o.Edges, Edge{To: textOf(t, "to"), When: textOf(t, "when"), Else: textOf(t, "else") == "true"})
			} else {
				o.Edges = append(o.Edges, Edge{To: t.Value})
			}
		}
		list = append(list, o)
	}
	return list
}

// SetOutcomes writes the ways out; none removes the key.
func (s *Step) SetOutcomes(outcomes []Outcome) {
	if len(outcomes) == 0 {
		remove(s.node, "outcomes")
		return
	}
	m := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, o := range outcomes {
		put(m, o.Name, edgesNode(o.Edges))
	}
	put(s.node, "outcomes", m)
}

func edgesNode(edges []Edge) *yaml.Node {
	if len(edges) == 1 && edges[0].When == "" && !edges[0].Else {
		return node(edges[0].To)
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, e := range edges {
		switch {
		case e.When != "":
			list.Content = append(list.Content, node(Map{{"to", e.To}, {"when", e.When}}))
		case e.Else:
			list.Content = append(list.Content, node(Map{{"to", e.To}, {"else", true}}))
		default:
			list.Content = append(list.Content, node(e.To))
		}
	}
	return list
}

// Map is a mapping to be written, its keys in order.
type Map []Pair

// Pair is one key of a Map.
type Pair struct {
	Key   string
	Value any
}

// node is a value as YAML.
func node(value any) *yaml.Node {
	switch v := value.(type) {
	case string:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v}
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: fmt.Sprint(v)}
	case int:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: fmt.Sprint(v)}
	case []string:
		list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, s := range v {
			list.Content = append(list.Content, node(s))
		}
		return list
	case []Map:
		list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, m := range v {
			list.Content = append(list.Content, node(m))
		}
		return list
	case Map:
		m := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, p := range v {
			set(m, p.Key, p.Value)
		}
		return m
	}
	panic(fmt.Sprintf("draft: %T is no value of a definition", value)) // only this room and the importers call it
}

func empty(value any) bool {
	switch v := value.(type) {
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	case []Map:
		return len(v) == 0
	case Map:
		return len(v) == 0
	}
	return false
}

func set(m *yaml.Node, key string, value any) {
	if empty(value) {
		remove(m, key)
		return
	}
	put(m, key, node(value))
}

// put writes a key; a comment at the old value's end stays.
func put(m *yaml.Node, key string, v *yaml.Node) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			v.LineComment = m.Content[i+1].LineComment
			m.Content[i+1] = v
			return
		}
	}
	m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, v)
}

func remove(m *yaml.Node, key string) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content = slices.Delete(m.Content, i, i+2)
			return
		}
	}
}

func find(m *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

func textOf(m *yaml.Node, key string) string {
	if n := find(m, key); n != nil && n.Kind == yaml.ScalarNode {
		return n.Value
	}
	return ""
}

// SetIn writes a key of the entry with this id in a list of the definition; nothing where there is no such entry.
func (d *Document) SetIn(list, id, key string, value any) {
	n := find(d.root, list)
	if n == nil || n.Kind != yaml.SequenceNode {
		return
	}
	for _, item := range n.Content {
		if item.Kind == yaml.MappingNode && textOf(item, "id") == id {
			set(item, key, value)
		}
	}
}
