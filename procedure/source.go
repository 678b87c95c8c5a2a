package procedure

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// source is the text of a file, to find the bytes behind a place.
type source struct {
	data []byte
	// starts are the offsets of the lines, made at the first question.
	starts []int
}

// line returns where line n (from 1) begins and ends, its break left out.
func (s *source) line(n int) (from, to int, ok bool) {
	if s == nil {
		return 0, 0, false
	}
	if s.starts == nil {
		s.starts = []int{0}
		for i, b := range s.data {
			if b == '\n' {
				s.starts = append(s.starts, i+1)
			}
		}
	}
	if n < 1 || n > len(s.starts) {
		return 0, 0, false
	}
	from, to = s.starts[n-1], len(s.data)
	if n < len(s.starts) {
		to = s.starts[n] - 1
	}
	if to > from && s.data[to-1] == '\r' {
		to--
	}
	return from, to, true
}

// offset is the byte at a place; the end of a line is a place too.
func (s *source) offset(p Pos) (int, bool) {
	from, to, ok := s.line(p.Line)
	if !ok || p.Col < 1 {
		return 0, false
	}
	for n := 1; n < p.Col; n++ {
		if from >= to {
			return 0, false
		}
		_, size := utf8.DecodeRune(s.data[from:to])
		from += size
	}
	return from, true
}

// scalar finds the bytes of the value written at a place, quotes included, and the quote. Not ok: it is no text of one line,
// or another one.
func (s *source) scalar(p Pos, value string) (from, to int, quote byte, ok bool) {
	from, ok = s.offset(p)
	if !ok {
		return 0, 0, 0, false
	}
	_, end, _ := s.line(p.Line)
	rest := s.data[from:end]
	if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return from, from + len(value), 0, value != "" && bytes.HasPrefix(rest, []byte(value))
	}
	quote = rest[0]
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && quote == '"':
			i++
		case rest[i] == '\'' && quote == '\'' && i+1 < len(rest) && rest[i+1] == '\'':
			i++
		case rest[i] == quote:
			return from, from + i + 1, quote, true
		}
	}
	return 0, 0, 0, false
}

// place is the place of a byte.
func (s *source) place(offset int) Pos {
	s.line(1)
	n := 1
	for n < len(s.starts) && s.starts[n] <= offset {
		n++
	}
	return Pos{Line: n, Col: utf8.RuneCount(s.data[s.starts[n-1]:offset]) + 1}
}

// Edit replaces a stretch of the file: from Line, Col up to, and not including, EndLine, EndCol. Places count from 1, columns
// in characters.
type Edit struct {
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	EndLine int    `json:"end_line"`
	EndCol  int    `json:"end_col"`
	Text    string `json:"text"`
}

func (s *source) edit(from, to int, text string) []Edit {
	a, b := s.place(from), s.place(to)
	return []Edit{{Line: a.Line, Col: a.Col, EndLine: b.Line, EndCol: b.Col, Text: text}}
}

// replace writes another value at a place, in the same quotes; nil where the place does not hold the value on one line.
func (s *source) replace(p Pos, value, by string) []Edit {
	from, to, quote, ok := s.scalar(p, value)
	if !ok {
		return nil
	}
	return s.edit(from, to, quoted(by, quote))
}

// remove takes an entry out of a list of texts, with the comma behind the one before it, or with its line; nil where more
// than that would go.
func (s *source) remove(before, entry At[string]) []Edit {
	from, to, _, ok := s.scalar(entry.Pos, entry.Value)
	if !ok {
		return nil
	}
	start, end, _ := s.line(entry.Pos.Line)
	if _, above, ok := s.line(entry.Pos.Line - 1); ok && strings.TrimSpace(string(s.data[start:from])) == "-" && strings.TrimSpace(string(s.data[to:end])) == "" {
		return s.edit(above, end, "")
	}
	_, last, _, ok := s.scalar(before.Pos, before.Value)
	if !ok || last > from || strings.TrimSpace(string(s.data[last:from])) != "," {
		return nil
	}
	return s.edit(last, to, "")
}

// quoted writes a text of one line in the quotes asked for, or in double ones where it cannot do without.
func quoted(text string, quote byte) string {
	switch {
	case quote == '\'':
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	case quote == 0 && plainText(text):
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`).Replace(text) + `"`
}

// plainText says that a text needs no quotes anywhere, not even inside brackets.
func plainText(s string) bool {
	if s == "" || strings.TrimSpace(s) != s || strings.ContainsAny(s, ",[]{}\t\n\"") || strings.Contains(s, ": ") || strings.Contains(s, " #") {
		return false
	}
	return !strings.HasSuffix(s, ":") && !strings.ContainsAny(s[:1], "-?:&*!|>'%@`#")
}
