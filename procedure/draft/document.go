// Package draft is what the importers of definitions share: a definition file that a program writes or changes, and the
// words of step tables and diagrams (agencies, roles, times) read into the language.
//
// It changes only what it is told to: what stands beside it, comments included, stays as it was written.
package draft

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"motcua/procedure"
	"motcua/procedure/node"
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
	d := &Document{node.Map()}
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
	if list := node.Find(d.root, "steps"); list != nil && list.Kind == yaml.SequenceNode {
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
	items := make([]*yaml.Node, len(steps))
	for i, s := range steps {
		items[i] = s.node
	}
	if list := node.Find(d.root, "steps"); list != nil {
		list.Content = items
		return
	}
	node.Set(d.root, "steps", node.List(items...))
}

// Bytes writes the file in its canonical form.
func (d *Document) Bytes() ([]byte, error) {
	out, err := node.Bytes(d.root)
	if err != nil {
		return nil, fmt.Errorf("write definition: %w", err)
	}
	return procedure.Format(out)
}

// Step is one step of a document.
type Step struct{ node *yaml.Node }

// NewStep is a step with nothing but its id.
func NewStep(id string) *Step {
	s := &Step{node.Map()}
	s.Set("id", id)
	return s
}

// Text is the value of a key, empty where it is not written or no single value.
func (s *Step) Text(key string) string { return textOf(s.node, key) }

// List is the texts of a list.
func (s *Step) List(key string) []string {
	var list []string
	if n := node.Find(s.node, key); n != nil && n.Kind == yaml.SequenceNode {
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
	n := node.Find(s.node, "outcomes")
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
		node.Remove(s.node, "outcomes")
		return
	}
	m := node.Map()
	for _, o := range outcomes {
		node.Set(m, o.Name, edgesNode(o.Edges))
	}
	node.Set(s.node, "outcomes", m)
}

func edgesNode(edges []Edge) *yaml.Node {
	if len(edges) == 1 && edges[0].When == "" && !edges[0].Else {
		return of(edges[0].To)
	}
	list := node.List()
	for _, e := range edges {
		switch {
		case e.When != "":
			list.Content = append(list.Content, of(Map{{"to", e.To}, {"when", e.When}}))
		case e.Else:
			list.Content = append(list.Content, of(Map{{"to", e.To}, {"else", true}}))
		default:
			list.Content = append(list.Content, of(e.To))
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

// of is a value as YAML.
func of(value any) *yaml.Node {
	switch v := value.(type) {
	case string:
		return node.Text(v)
	case bool:
		return node.Bool(v)
	case int:
		return node.Int(v)
	case []string:
		list := node.List()
		for _, s := range v {
			list.Content = append(list.Content, of(s))
		}
		return list
	case []Map:
		list := node.List()
		for _, m := range v {
			list.Content = append(list.Content, of(m))
		}
		return list
	case Map:
		m := node.Map()
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
		node.Remove(m, key)
		return
	}
	node.Set(m, key, of(value))
}

func textOf(m *yaml.Node, key string) string {
	if n := node.Find(m, key); n != nil && n.Kind == yaml.ScalarNode {
		return n.Value
	}
	return ""
}

// SetIn writes a key of the entry with this id in a list of the definition; nothing where there is no such entry.
func (d *Document) SetIn(list, id, key string, value any) {
	n := node.Find(d.root, list)
	if n == nil || n.Kind != yaml.SequenceNode {
		return
	}
	for _, item := range n.Content {
		if item.Kind == yaml.MappingNode && textOf(item, "id") == id {
			set(item, key, value)
		}
	}
}
