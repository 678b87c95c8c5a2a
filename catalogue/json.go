package catalogue

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// kind is the kind of a JSON value.
type kind int

const (
	kNull kind = iota
	kBool
	kNumber
	kString
	kList
	kObject
)

// value is a JSON value whose keys keep their order and their case, and are there once.
type value struct {
	kind kind
	// text is a string's content, or a number as written.
	text    string
	items   []value
	members []member
	// raw is the value's JSON text.
	raw string
}

// ignored takes any JSON value: decoding into it only checks the syntax.
type ignored struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (*ignored) UnmarshalJSON([]byte) error { return nil }

type member struct {
	key string
	value
}

const (
	deepest = 32
	// longestLine is in bytes; the longest real one has 27 KB.
	longestLine = 1 << 20
)

// Refusal says why no entry can be made of a line.
type Refusal struct {
	// Reason is too-long, bad-utf8, bad-json, repeated-key, not-an-object, no-code, bad-code or, in an import, repeated-code.
	Reason string `json:"reason"`
	// Column is where, in characters from 1.
	Column int `json:"column"`
	// Detail says it in Vietnamese.
	Detail string `json:"detail"`
}

// Error implements error.
func (r *Refusal) Error() string {
	return fmt.Sprintf("cột %d: %s [%s]", r.Column, r.Detail, r.Reason)
}

// refuse makes a refusal at a byte of the line.
func refuse(line []byte, at int, reason, detail string) *Refusal {
	return &Refusal{reason, utf8.RuneCount(line[:min(max(at, 0), len(line))]) + 1, detail}
}

// decode reads one JSON value and nothing behind it. A key that stands twice is refused: which one counts is nobody's to say.
func decode(line []byte) (value, *Refusal) {
	if len(line) > longestLine {
		return value{}, refuse(line, longestLine, "too-long", fmt.Sprintf("dòng dài quá %d KiB", longestLine>>10))
	}
	if !utf8.Valid(line) {
		at := 0
		for at < len(line) {
			r, n := utf8.DecodeRune(line[at:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			at += n
		}
		return value{}, refuse(line, at, "bad-utf8", "không phải UTF-8")
	}
	if err := json.Unmarshal(line, new(ignored)); err != nil {
		var syntax *json.SyntaxError
		at := len(line)
		if errors.As(err, &syntax) {
			at = int(syntax.Offset) - 1
			if strings.HasPrefix(syntax.Error(), "unexpected end") {
				at = len(line)
			}
		}
		return value{}, refuse(line, at, "bad-json", "không phải JSON: "+err.Error())
	}
	w := &walker{line: line}
	v := w.value(deepest)
	return v, w.refusal
}

// walker takes a line apart whose syntax was checked; what it refuses is what JSON lets pass.
type walker struct {
	line    []byte
	at      int
	refusal *Refusal
}

// next skips the space, commas and colons before a token and returns its first byte.
func (w *walker) next() byte {
	for strings.IndexByte(" \t\r\n,:", w.line[w.at]) >= 0 {
		w.at++
	}
	return w.line[w.at]
}

func (w *walker) refuse(at int, reason, detail string) {
	if w.refusal == nil {
		w.refusal = refuse(w.line, at, reason, detail)
	}
}

func (w *walker) value(depth int) (v value) {
	first := w.next()
	start := w.at
	switch first {
	case '{', '[':
		if depth == 0 {
			w.refuse(start, "bad-json", fmt.Sprintf("lồng sâu quá %d tầng", deepest))
		}
		if w.refusal != nil {
			return v
		}
		w.at++
		v.kind = kList
		if first == '{' {
			v.kind = kObject
		}
		w.inside(&v, depth)
	case '"':
		v.kind, v.text = kString, w.text()
	default:
		for w.at < len(w.line) && strings.IndexByte(" \t\r\n,]}", w.line[w.at]) < 0 {
			w.at++
		}
		switch first {
		case 'n':
		case 't', 'f':
			v.kind = kBool
		default:
			v.kind, v.text = kNumber, string(w.line[start:w.at])
		}
	}
	v.raw = string(w.line[start:w.at])
	return v
}

// inside reads what stands between the brackets, and the closing one.
func (w *walker) inside(v *value, depth int) {
	var seen map[string]bool
	if v.kind == kObject {
		seen = map[string]bool{}
	}
	for w.refusal == nil {
		if c := w.next(); c == '}' || c == ']' {
			w.at++
			return
		}
		if v.kind == kList {
			v.items = append(v.items, w.value(depth-1))
			continue
		}
		at := w.at
		key := w.text()
		if seen[key] {
			w.refuse(at, "repeated-key", fmt.Sprintf("khóa %q viết hai lần", clip(key)))
			return
		}
		seen[key] = true
		v.members = append(v.members, member{key, w.value(depth - 1)})
	}
}

// text reads a string; one without escapes is what it says.
func (w *walker) text() string {
	start, plain := w.at, true
	for w.at++; w.line[w.at] != '"'; w.at++ {
		if w.line[w.at] == '\\' {
			plain = false
			w.at++
		}
	}
	w.at++
	if plain {
		return string(w.line[start+1 : w.at-1])
	}
	var s string
	if err := json.Unmarshal(w.line[start:w.at], &s); err != nil {
		w.refuse(start, "bad-json", "không phải JSON: "+err.Error())
	}
	return s
}

// clip keeps a long text from filling a message.
func clip(s string) string {
	const most = 160
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
