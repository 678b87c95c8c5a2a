package catalogue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Lengths, in characters, at which the portal's crawl cuts texts: one that is exactly so long was cut.
const (
	cutPaper = 500
	cutCell  = 600
)

// Parse makes an entry of one line. The findings say, in the order of the line, what was not plainly readable; a refusal says
// that no entry can be made of it at all. It never panics, whatever the bytes.
func Parse(line []byte) (*Entry, []Finding, *Refusal) {
	v, refusal := decode(line)
	if refusal != nil {
		return nil, nil, refusal
	}
	if v.kind != kObject {
		return nil, nil, refuse(line, 0, "not-an-object", "dòng phải là một đối tượng JSON {…}")
	}
	r := &reader{e: &Entry{}}
	if refusal := r.code(line, v); refusal != nil {
		return nil, nil, refusal
	}
	for i := range v.members {
		r.member(&v.members[i])
	}
	r.missing()
	return r.e, r.findings, nil
}

type reader struct {
	e        *Entry
	findings []Finding
}

func (r *reader) find(rule, path, text string) {
	r.findings = append(r.findings, Finding{rule, path, clip(text)})
}

// code reads what names the entry; without it there is none. A number is refused: 1.001690 and 1.00169 would be one.
func (r *reader) code(line []byte, v value) *Refusal {
	i := slices.IndexFunc(v.members, func(m member) bool { return m.key == "code" })
	if i < 0 || v.members[i].kind == kNull {
		return refuse(line, 0, "no-code", "thiếu mã thủ tục (code)")
	}
	at := strings.Index(string(line), `"code"`)
	if v.members[i].kind != kString {
		return refuse(line, at, "bad-code", "mã thủ tục phải là chữ trong ngoặc kép")
	}
	text, _ := clean(v.members[i].text)
	if text == "" {
		return refuse(line, at, "no-code", "mã thủ tục để trống")
	}
	if !usable(text) {
		return refuse(line, at, "bad-code", fmt.Sprintf("%q không thể là mã thủ tục", clip(text)))
	}
	r.e.Code = text
	if !code.MatchString(text) {
		r.find("code-form", "/code", text)
	}
	return nil
}

func (r *reader) member(m *member) {
	e, v := r.e, &m.value
	path := "/" + pointer(m.key)
	switch m.key {
	case "code":
	case "name":
		e.Name = r.text(path, v)
	case "decision":
		r.decision(path, v)
	case "levels":
		r.levels(path, v)
	case "kind":
		e.Kind = r.text(path, v)
	case "field":
		e.Field = r.text(path, v)
	case "ministry":
		e.Ministry = FieldKey(r.text(path, v))
	case "subjects":
		e.Subjects = r.names(path, v)
	case "authority":
		e.Authority = r.names(path, v)
	case "implementing":
		e.Implementing = r.names(path, v)
	case "cooperating":
		e.Cooperating = r.names(path, v)
	case "channels":
		r.channels(r.list(path, v))
	case "documents":
		r.papers(r.list(path, v))
	case "legal_basis":
		r.basis(path, v)
	case "results":
		r.results(r.list(path, v))
	default:
		r.unknown(path, v)
	}
}

// missing says what the publication leaves out.
func (r *reader) missing() {
	e := r.e
	for _, m := range []struct {
		rule, path string
		there      bool
	}{
		{"no-name", "/name", e.Name != ""},
		{"no-decision", "/decision", e.Decision != ""},
		{"no-levels", "/levels", len(e.Levels) > 0},
		{"no-field", "/field", e.Field != ""},
		{"no-agency", "/implementing", len(e.Implementing)+len(e.Authority) > 0},
		{"no-channels", "/channels", len(e.Channels) > 0},
		{"no-papers", "/documents", len(e.Papers) > 0},
		{"no-basis", "/legal_basis", len(e.LegalBasis) > 0},
		{"no-results", "/results", len(e.Results) > 0},
	} {
		if !m.there {
			r.find(m.rule, m.path, "")
		}
	}
}

func (r *reader) decision(path string, v *value) {
	text := r.text(path, v)
	if text == "" {
		return
	}
	number, changed, known := decisionOf(text)
	r.e.Decision = number
	switch {
	case !known:
		r.find("decision-unknown", path, text)
	case changed:
		r.find("decision-form", path, text)
	}
}

func (r *reader) levels(path string, v *value) {
	seen := map[string]bool{"": true}
	for i, item := range r.list(path, v) {
		at := path + "/" + strconv.Itoa(i)
		text := r.text(at, &item)
		if text == "" {
			continue
		}
		level, known := levelOf(text)
		if !known {
			r.find("level-unknown", at, text)
		}
		if !seen[level] {
			seen[level] = true
			r.e.Levels = append(r.e.Levels, level)
		}
	}
	order := Levels()
	rank := func(level string) int {
		if i := slices.Index(order, level); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(r.e.Levels, func(a, b string) int { return rank(a) - rank(b) })
}

// names reads a list of names that the portal splits at commas.
func (r *reader) names(path string, v *value) []string {
	var parts []string
	for i, item := range r.list(path, v) {
		if text := r.text(path+"/"+strconv.Itoa(i), &item); text != "" {
			parts = append(parts, text)
		}
	}
	names, joined := rejoin(parts)
	if joined {
		r.find("agency-joined", path, strings.Join(names, " | "))
	}
	for _, n := range names {
		if len([]rune(n)) > longestAgency {
			r.find("agency-text", path, n)
		}
	}
	return names
}

func (r *reader) basis(path string, v *value) {
	seen := map[string]bool{}
	for i, item := range r.list(path, v) {
		at := path + "/" + strconv.Itoa(i)
		text := r.text(at, &item)
		if text == "" {
			continue
		}
		number, glued, known := basisOf(text)
		switch {
		case !known:
			r.find("basis-unknown", at, text)
		case glued:
			r.find("basis-glued", at, text)
		}
		if seen[number] {
			if !glued {
				r.find("basis-repeated", at, text)
			}
			continue
		}
		seen[number] = true
		r.e.LegalBasis = append(r.e.LegalBasis, number)
	}
}

func (r *reader) results(list []value) {
	for i := range list {
		at := fmt.Sprintf("/results/%d", i)
		if list[i].kind != kObject {
			r.wrong(at, &list[i])
			continue
		}
		var res Result
		for j := range list[i].members {
			m := &list[i].members[j]
			path := at + "/" + pointer(m.key)
			switch m.key {
			case "name":
				res.Name = r.text(path, &m.value)
			case "code":
				res.Code = r.text(path, &m.value)
			default:
				r.unknown(path, &m.value)
			}
		}
		if res.Code != "" && !resultCode.MatchString(res.Code) {
			r.find("result-code-form", at+"/code", res.Code)
		}
		if res != (Result{}) {
			r.e.Results = append(r.e.Results, res)
		}
	}
}

// The readers below take a value of one kind; null is nothing, and another kind is kept verbatim with a finding.

func (r *reader) text(path string, v *value) string {
	switch v.kind {
	case kString:
	case kNull:
		return ""
	default:
		r.wrong(path, v)
		return ""
	}
	text, repaired := clean(v.text)
	if repaired {
		r.find("text-cleaned", path, text)
	}
	if lost(text) {
		r.find("text-lost", path, text)
	}
	return text
}

func (r *reader) list(path string, v *value) []value {
	switch v.kind {
	case kList:
		return v.items
	case kNull:
	default:
		r.wrong(path, v)
	}
	return nil
}

// count reads a number of copies.
func (r *reader) count(path string, v *value) int {
	if v.kind == kNull {
		return 0
	}
	n, err := strconv.Atoi(v.text)
	if err != nil || n < 0 {
		r.wrong(path, v)
		return 0
	}
	return n
}

func (r *reader) wrong(path string, v *value) {
	r.keep(path, v)
	r.find("wrong-type", path, v.raw)
}

func (r *reader) unknown(path string, v *value) {
	r.keep(path, v)
	r.find("unknown-key", path, v.raw)
}

func (r *reader) keep(path string, v *value) {
	if r.e.Extra == nil {
		r.e.Extra = map[string]string{}
	}
	r.e.Extra[path] = v.raw
}

// pointer escapes a key for a JSON pointer (RFC 6901), and keeps it printable.
func pointer(key string) string {
	if !strings.ContainsFunc(key, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') }) {
		return key
	}
	text, _ := clean(key)
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(text)
}
