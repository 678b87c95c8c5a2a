package procedure

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxRounds bounds Fix: what one repair uncovers another may mend. Each round leaves fewer findings; one to three suffice.
const maxRounds = 50

// fixable are the rules whose findings may carry a repair.
func fixable() []string {
	return []string{"bad-code", "bad-limit", "unknown-key", "unknown-target", "reduction-unknown", "untidy-text", "duplicate-entry"}
}

// Fix applies the repairs that findings carry and takes away spaces at the ends of lines. Comments and layout stay. It returns
// the text, data itself where there is nothing to mend, and the findings that were mended, each at its place at the time.
// A text never comes out with more errors, or more findings, than it went in with; mending it again changes nothing.
func Fix(file string, data []byte, s *Shelf, o LintOptions) ([]byte, Diagnostics) {
	var mended Diagnostics
	m := &mender{file: file, s: s, o: o}
	found := m.check(data)
	for range maxRounds {
		next, done := m.mend(data, found)
		if len(done) == 0 {
			break
		}
		data, mended = next, append(mended, done...)
		found = m.check(data)
	}
	if next, line := trimmed(data); line > 0 {
		mended = append(mended, Diagnostic{File: file, Line: line, Col: 1, Severity: SeverityWarning, Rule: "untidy-text", Message: "khoảng trắng ở cuối dòng"})
		data = next
	}
	return data, mended
}

// mender reads and lints the text again after each round.
type mender struct {
	file string
	s    *Shelf
	o    LintOptions
}

// check finds more than a report shows, so that a long list of slips is mended at once; a longer one is not mended at all.
func (m *mender) check(data []byte) Diagnostics {
	return check(m.file, data, m.s, m.o, maxMended)
}

// mend applies what repairs can be applied together; where the text comes out worse, those of one rule after the other.
func (m *mender) mend(data []byte, found Diagnostics) ([]byte, Diagnostics) {
	if slices.ContainsFunc(found, func(d Diagnostic) bool { return d.Rule == "too-many-findings" }) {
		return data, nil
	}
	better := func(next []byte) bool {
		after := m.check(next)
		return after.errors() <= found.errors() && len(after) < len(found)
	}
	next, done := apply(data, found)
	if len(done) == 0 || better(next) {
		return next, done
	}
	for _, rule := range fixable() {
		of := slices.DeleteFunc(slices.Clone(found), func(d Diagnostic) bool { return d.Rule != rule })
		if next, done := apply(data, of); len(done) > 0 && better(next) {
			return next, done
		}
	}
	return data, nil
}

func (ds Diagnostics) errors() (n int) {
	for i := range ds {
		if ds[i].Severity == SeverityError {
			n++
		}
	}
	return n
}

// apply makes the edits of the findings; of two that overlap, the first is made.
func apply(data []byte, found Diagnostics) ([]byte, Diagnostics) {
	type change struct {
		from, to int
		text     string
		by       int
	}
	src := &source{data: data}
	var list []change
	for i := range found {
		for _, e := range found[i].Fix {
			from, ok1 := src.offset(Pos{e.Line, e.Col})
			to, ok2 := src.offset(Pos{e.EndLine, e.EndCol})
			if ok1 && ok2 && from <= to {
				list = append(list, change{from, to, e.Text, i})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b change) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	var out bytes.Buffer
	var done Diagnostics
	at := 0
	for _, c := range list {
		if c.from < at {
			continue
		}
		out.Write(data[at:c.from])
		out.WriteString(c.text)
		at = c.to
		done = append(done, found[c.by])
	}
	if len(done) == 0 {
		return data, nil
	}
	out.Write(data[at:])
	return out.Bytes(), done
}

// trimmed takes away spaces at the ends of lines, but for texts of several lines, whose spaces may be meant. line is the
// first one that it trimmed, 0 when there is none, or when YAML would read another file.
func trimmed(data []byte) (next []byte, line int) {
	r := &report{file: "-", most: maxFindings}
	root := r.load(data)
	if root == nil {
		return data, 0
	}
	kept := r.severalLines(root)
	var out bytes.Buffer
	for n, text := range bytes.SplitAfter(data, []byte("\n")) {
		body := strings.TrimRight(string(text), "\r\n")
		short := strings.TrimRight(body, " \t")
		if short != body && !kept[n+1] {
			line = cmp.Or(line, n+1)
			body, text = short, text[len(body):]
			out.WriteString(body)
		}
		out.Write(text)
	}
	if line == 0 {
		return data, 0
	}
	again := (&report{file: "-", most: maxFindings}).load(out.Bytes())
	if again == nil || !same(root, again) {
		return data, 0
	}
	return out.Bytes(), line
}

// severalLines marks the lines of texts that do not end on the line where they begin: up to the line of the next node.
func (r *report) severalLines(root *yaml.Node) map[int]bool {
	kept := map[int]bool{}
	open := 0 // the line on which a text of several lines began
	var visit func(*yaml.Node)
	visit = func(n *yaml.Node) {
		if open > 0 && n.Line > open {
			for line := open; line < n.Line; line++ {
				kept[line] = true
			}
			open = 0
		}
		if n.Kind == yaml.ScalarNode && n.Value != "" {
			if _, _, _, ok := r.src.scalar(at(n), n.Value); !ok {
				open = n.Line
			}
		}
		for _, c := range n.Content {
			visit(c)
		}
	}
	visit(root)
	for line := open; open > 0 && line <= bytes.Count(r.src.data, []byte("\n"))+1; line++ {
		kept[line] = true
	}
	return kept
}

// same says that two trees hold the same values in the same order.
func same(a, b *yaml.Node) bool {
	return a.Kind == b.Kind && a.Value == b.Value && a.ShortTag() == b.ShortTag() && slices.EqualFunc(a.Content, b.Content, same)
}
