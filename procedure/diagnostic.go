package procedure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says whether a finding blocks publication.
type Severity int

// The severities. An error blocks compiling and publishing; a warning is shown to the designer and the approver; a note says
// what an import decided where its file is silent, for the designer to confirm.
const (
	SeverityError Severity = iota + 1
	SeverityWarning
	SeverityNote
)

func (s Severity) String() string {
	switch s {
	case SeverityError:
		return "error"
	case SeverityWarning:
		return "warning"
	case SeverityNote:
		return "note"
	}
	return ""
}

// MarshalText writes "error", "warning" or "note".
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Severity) UnmarshalText(b []byte) error {
	switch string(b) {
	case "error":
		*s = SeverityError
	case "warning":
		*s = SeverityWarning
	case "note":
		*s = SeverityNote
	default:
		return fmt.Errorf("severity %q: want error, warning or note", b)
	}
	return nil
}

// Diagnostic is one finding in a definition, for its designer: Message and Hint are Vietnamese, Rule is a stable id.
type Diagnostic struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
	// Cell is the place in a workbook, "Sheet1!C7", for findings of one; Line and Col are then its row and column.
	Cell     string   `json:"cell,omitempty"`
	Severity Severity `json:"severity"`
	Rule     string   `json:"rule"`
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitempty"`
	// Path is the case that a finding about time is about.
	Path *Path `json:"path,omitempty"`
	// Fix, where there is one, repairs the finding and changes nothing else that the file says.
	Fix []Edit `json:"fix,omitempty"`
	// Related are other places that the finding is about: where a value was set that stands in this one.
	Related []Place `json:"related,omitempty"`
}

// Place is a place in a file, with what stands there.
type Place struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	Message string `json:"message"`
}

// about gives a finding its path.
func (d *Diagnostic) about(p *Path) {
	if d != nil {
		d.Path = p
	}
}

// with gives a finding its repair; a finding that the report did not keep takes none.
func (d *Diagnostic) with(fix []Edit) {
	if d != nil {
		d.Fix = fix
	}
}

// String prints "file:line:col: message [rule]", of a workbook "file!Sheet1!C7: message [rule]", and the hint on a line of
// its own; warnings begin with "cảnh báo: ", notes with "ghi chú: ".
func (d Diagnostic) String() string {
	var b strings.Builder
	if d.Cell != "" {
		fmt.Fprintf(&b, "%s!%s: ", d.File, d.Cell)
	} else {
		fmt.Fprintf(&b, "%s:%d:%d: ", d.File, d.Line, d.Col)
	}
	switch d.Severity {
	case SeverityWarning:
		b.WriteString("cảnh báo: ")
	case SeverityNote:
		b.WriteString("ghi chú: ")
	case SeverityError:
	}
	fmt.Fprintf(&b, "%s [%s]", d.Message, d.Rule)
	if d.Hint != "" {
		b.WriteString("\n    hint: " + d.Hint)
	}
	for _, p := range d.Related {
		fmt.Fprintf(&b, "\n    tại %s:%d:%d: %s", p.File, p.Line, p.Col, p.Message)
	}
	return b.String()
}

// same says that two findings say the same of the same place.
func (d *Diagnostic) same(o *Diagnostic) bool {
	return d.File == o.File && d.Line == o.Line && d.Col == o.Col && d.Severity == o.Severity && d.Rule == o.Rule && d.Message == o.Message
}

// Diagnostics are findings sorted by position, then rule.
type Diagnostics []Diagnostic

// HasErrors says whether any finding blocks publication.
func (ds Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == SeverityError })
}

// Error prints all findings, one after the other.
func (ds Diagnostics) Error() string {
	lines := make([]string, len(ds))
	for i, d := range ds {
		lines[i] = d.String()
	}
	return strings.Join(lines, "\n")
}

// Sorted orders by position and drops repeats, in place.
func (ds Diagnostics) Sorted() Diagnostics {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col),
			cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(ds, func(a, b Diagnostic) bool { return a.same(&b) && slices.Equal(a.Related, b.Related) })
}
