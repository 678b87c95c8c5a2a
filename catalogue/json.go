package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

type member struct {
	key string
	value
}

const deepest = 32

// Refusal says why no entry can be made of a line.
type Refusal struct {
	// Reason is bad-utf8, bad-json, repeated-key, not-an-object, no-code, bad-code or, in an import, repeated-code.
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
	var whole json.RawMessage
	if err := json.Unmarshal(line, &whole); err != nil {
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
	d := &decoder{line: line, Decoder: json.NewDecoder(bytes.NewReader(line))}
	d.UseNumber()
	v, err := d.value(deepest)
	var refusal *Refusal
	if err != nil && !errors.As(err, &refusal) {
		refusal = refuse(line, int(d.InputOffset()), "bad-json", "không phải JSON: "+err.Error())
	}
	return v, refusal
}

type decoder struct {
	*json.Decoder
	line []byte
}

// next is the byte at which the next token begins.
func (d *decoder) next() int {
	at := int(d.InputOffset())
	for at < len(d.line) && strings.IndexByte(" \t\r\n,:", d.line[at]) >= 0 {
		at++
	}
	return at
}

func (d *decoder) value(depth int) (v value, err error) {
	start := d.next()
	if depth == 0 {
		return v, refuse(d.line, start, "bad-json", fmt.Sprintf("lồng sâu quá %d tầng", deepest))
	}
	token, err := d.Token()
	if err != nil {
		return v, err
	}
	switch t := token.(type) {
	case string:
		v.kind, v.text = kString, t
	case json.Number:
		v.kind, v.text = kNumber, t.String()
	case bool:
		v.kind = kBool
	case json.Delim:
		if err := d.inside(&v, t, depth); err != nil {
			return v, err
		}
	}
	v.raw = string(d.line[start:d.InputOffset()])
	return v, nil
}

// inside reads what stands between the brackets, and the closing one.
func (d *decoder) inside(v *value, open json.Delim, depth int) error {
	v.kind = kList
	seen := map[string]bool{}
	if open == '{' {
		v.kind = kObject
	}
	for d.More() {
		if v.kind == kList {
			item, err := d.value(depth - 1)
			if err != nil {
				return err
			}
			v.items = append(v.items, item)
			continue
		}
		at := d.next()
		token, err := d.Token()
		if err != nil {
			return err
		}
		key, ok := token.(string)
		if !ok {
			return io.ErrUnexpectedEOF // the syntax was checked: a key is a string
		}
		if seen[key] {
			return refuse(d.line, at, "repeated-key", fmt.Sprintf("khóa %q viết hai lần", clip(key)))
		}
		seen[key] = true
		item, err := d.value(depth - 1)
		if err != nil {
			return err
		}
		v.members = append(v.members, member{key, item})
	}
	_, err := d.Token()
	return err
}

// clip keeps a long text from filling a message.
func clip(s string) string {
	const most = 160
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
