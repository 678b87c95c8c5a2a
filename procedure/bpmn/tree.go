package bpmn

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"motcua/procedure"
)

// Bounds of a file.
const (
	maxFile     = 24 << 20
	maxElements = 300_000
	maxDepth    = 60
	maxSteps    = 2000
	maxFindings = 200
)

// node is an element that was read, with its place.
type node struct {
	space, name string
	attrs       map[string]string
	text        string
	children    []*node
	pos         procedure.Pos
}

// attr is an attribute without a namespace.
func (n *node) attr(name string) string { return n.attrs[name] }

// id is what a finding calls the element.
func (n *node) id() string {
	if id := n.attr("id"); id != "" {
		return id
	}
	return n.name
}

// all are the children of the standard's namespace with this name.
func (n *node) all(name string) []*node {
	var list []*node
	for _, c := range n.children {
		if c.name == name && c.space == nsModel {
			list = append(list, c)
		}
	}
	return list
}

func (n *node) first(name string) *node {
	if list := n.all(name); len(list) > 0 {
		return list[0]
	}
	return nil
}

// ours is the extension of our namespace with this name.
func (n *node) ours(name string) *node {
	for _, ext := range n.all("extensionElements") {
		for _, c := range ext.children {
			if c.space == nsOurs && c.name == name {
				return c
			}
		}
	}
	return nil
}

// report collects the findings of one file.
type report struct {
	file string
	list procedure.Diagnostics
}

func (r *report) add(p procedure.Pos, rule, message, hint string) {
	r.addAs(severityOf(rule), p, rule, message, hint)
}

func (r *report) addAs(s procedure.Severity, p procedure.Pos, rule, message, hint string) {
	if len(r.list) < maxFindings {
		r.list = append(r.list, procedure.Diagnostic{File: r.file, Line: max(p.Line, 1), Col: max(p.Col, 1), Severity: s, Rule: rule, Message: message, Hint: hint})
	}
}

// of reports about an element, which is named by its id.
func (r *report) of(n *node, rule, format string, args ...any) {
	r.add(n.pos, rule, n.id()+": "+fmt.Sprintf(format, args...), "")
}

func (r *report) errors() bool { return r.list.HasErrors() }

// parse reads a file into elements; nil after an error.
func (r *report) parse(data []byte) *node {
	if len(data) > maxFile {
		r.add(procedure.Pos{}, "bpmn-too-large", fmt.Sprintf("tệp dài %d byte, tối đa %d", len(data), maxFile), "")
		return nil
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(charset string, input io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("bảng mã %s; hãy lưu bằng UTF-8", charset)
	}
	root := &node{}
	stack := []*node{root}
	count := 0
	for {
		line, col := d.InputPos()
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line, col = d.InputPos()
			r.add(procedure.Pos{Line: line, Col: col}, "bpmn-unreadable", "XML không đọc được: "+err.Error(), "")
			return nil
		}
		top := stack[len(stack)-1]
		switch x := token.(type) {
		case xml.StartElement:
			if count++; count > maxElements || len(stack) > maxDepth {
				r.add(procedure.Pos{Line: line, Col: col}, "bpmn-too-large", "tệp có quá nhiều phần tử hoặc lồng quá sâu", "")
				return nil
			}
			n := &node{space: x.Name.Space, name: x.Name.Local, attrs: map[string]string{}, pos: procedure.Pos{Line: line, Col: col}}
			for _, a := range x.Attr {
				if a.Name.Space == "" {
					n.attrs[a.Name.Local] = a.Value
				}
			}
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(x)
		}
	}
	if len(root.children) != 1 || root.children[0].name != "definitions" || root.children[0].space != nsModel {
		r.add(procedure.Pos{}, "bpmn-unreadable", "tệp không phải BPMN 2.0: thiếu phần tử definitions của "+nsModel, "")
		return nil
	}
	return root.children[0]
}

// words joins the words of a text by single spaces.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }
