package proof

import (
	"strings"
	"unicode/utf8"
)

// Text writes the sheet as plain text in Vietnamese.
func (s *Sheet) Text() string {
	d := s.document()
	var b strings.Builder
	b.WriteString(strings.ToUpper(d.Title) + "\n")
	for _, x := range d.Sections {
		b.WriteString("\n" + strings.ToUpper(x.Title) + "\n")
		for _, f := range x.Facts {
			b.WriteString("  " + f.Name + ": " + f.Value + "\n")
		}
		for _, l := range x.Lines {
			b.WriteString("  - " + l + "\n")
		}
		for _, t := range x.Tables {
			t.text(&b)
		}
	}
	b.WriteString("\nDấu của phiếu (SHA-256): " + d.Hash + "\n")
	return b.String()
}

func (t table) text(b *strings.Builder) {
	rows := append([][]string{t.Head}, t.Rows...)
	if len(t.Foot) > 0 {
		rows = append(rows, t.Foot)
	}
	width := make([]int, len(t.Head))
	for _, r := range rows {
		for i, cell := range r {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	b.WriteString("  " + t.Caption + "\n")
	for _, r := range rows {
		var line strings.Builder
		for i, cell := range r {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if t.number(i) {
				line.WriteString("  " + pad + cell)
			} else {
				line.WriteString("  " + cell + pad)
			}
		}
		b.WriteString("  " + strings.TrimRight(line.String(), " ") + "\n")
	}
}
