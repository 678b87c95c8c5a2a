package bpmn

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// element is XML to be written. Names carry their prefix.
type element struct {
	name     string
	attrs    []string // name, value, name, value, …
	text     string
	children []*element
}

func el(name string, attrs ...string) *element { return &element{name: name, attrs: attrs} }

// add appends children, none for nil.
func (e *element) add(children ...*element) *element {
	for _, c := range children {
		if c != nil {
			e.children = append(e.children, c)
		}
	}
	return e
}

func (e *element) say(text string) *element {
	e.text = text
	return e
}

// write writes an element, its children indented. Attributes without a value are left out.
func (e *element) write(b *strings.Builder, indent string) {
	b.WriteString(indent + "<" + e.name)
	for i := 0; i+1 < len(e.attrs); i += 2 {
		if e.attrs[i+1] != "" {
			fmt.Fprintf(b, ` %s="%s"`, e.attrs[i], escape(e.attrs[i+1]))
		}
	}
	switch {
	case e.text != "":
		b.WriteString(">" + content(e.text) + "</" + e.name + ">\n")
	case len(e.children) == 0:
		b.WriteString("/>\n")
	default:
		b.WriteString(">\n")
		for _, c := range e.children {
			c.write(b, indent+"  ")
		}
		b.WriteString(indent + "</" + e.name + ">\n")
	}
}

// content makes a text safe between tags; its lines stay lines.
func content(s string) string { return strings.ReplaceAll(escape(s), "&#xA;", "\n") }

// escape makes a text safe in attributes.
func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a strings.Builder takes everything
	}
	return b.String()
}

func num(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }
