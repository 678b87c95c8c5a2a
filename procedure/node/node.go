// Package node makes and changes the nodes of YAML files that programs write: merged procedures, imported ones. It knows nothing
// of what the files mean.
package node

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"
)

// Map is an empty mapping.
func Map() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"} }

// List is a list of nodes.
func List(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: items}
}

// Text is a text.
func Text(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

// Quoted is a text in quotes, whatever it looks like.
func Quoted(s string) *yaml.Node {
	n := Text(s)
	n.Style = yaml.DoubleQuotedStyle
	return n
}

// Int is a number.
func Int(i int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(i)}
}

// Bool is true or false.
func Bool(b bool) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(b)}
}

// Find is the value of a key of a mapping, nil where it is not there.
func Find(m *yaml.Node, key string) *yaml.Node {
	if m == nil || m.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key && m.Content[i].Kind == yaml.ScalarNode {
			return m.Content[i+1]
		}
	}
	return nil
}

// Set writes a key of a mapping; a comment at the end of the old value stays. Nothing, an empty list or an empty mapping takes
// the key out.
func Set(m *yaml.Node, key string, v *yaml.Node) {
	if v == nil || v.Kind != yaml.ScalarNode && len(v.Content) == 0 {
		Remove(m, key)
		return
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			v.LineComment = m.Content[i+1].LineComment
			m.Content[i+1] = v
			return
		}
	}
	m.Content = append(m.Content, Text(key), v)
}

// Remove takes a key out of a mapping.
func Remove(m *yaml.Node, key string) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content = slices.Delete(m.Content, i, i+2)
			return
		}
	}
}

// Clone is a copy without comments, which speak of the place that they were written at.
func Clone(n *yaml.Node) *yaml.Node {
	c := *n
	c.HeadComment, c.LineComment, c.FootComment = "", "", ""
	c.Content = make([]*yaml.Node, len(n.Content))
	for i := range n.Content {
		c.Content[i] = Clone(n.Content[i])
	}
	return &c
}

// Bytes is a file of these nodes, its lines as long as they are.
func Bytes(root *yaml.Node) ([]byte, error) {
	var out bytes.Buffer
	dumper, err := yaml.NewDumper(&out, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return nil, fmt.Errorf("write yaml: %w", err)
	}
	if err := dumper.Dump(root); err != nil {
		return nil, fmt.Errorf("write yaml: %w", err)
	}
	if err := dumper.Close(); err != nil {
		return nil, fmt.Errorf("write yaml: %w", err)
	}
	return out.Bytes(), nil
}
