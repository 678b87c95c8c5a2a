package catalogue

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"motcua/calendar"
	"motcua/procedure"
)

// DraftOptions choose what a publication leaves open.
type DraftOptions struct {
	// Level is the level to draft for, where several carry the procedure out; empty takes the province, then the commune.
	Level string
}

// ErrLevel says that a publication does not name the level asked for.
var ErrLevel = errors.New("level is not one of the publication")

// Draft writes a definition in the language of package procedure: everything that the publication says, with its confidence,
// around the steps of an ordinary process that are nobody's yet. What is still to be decided heads the file as comments. What
// was not understood is left out, never made up: a publication without a limit makes a draft without one, and lint says so.
func Draft(e *Entry, findings []Finding, o DraftOptions) ([]byte, error) {
	level, err := e.levelFor(o.Level)
	if err != nil {
		return nil, err
	}
	d := &draft{e: e, findings: findings, level: level}
	d.limits()
	d.papers()
	d.fees()
	d.results()
	d.write()
	var out bytes.Buffer
	d.head(&out)
	out.Write(d.body.Bytes())
	text, err := procedure.Format(out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("draft of %s: %w", e.Code, err)
	}
	return text, nil
}

func (e *Entry) levelFor(level string) (string, error) {
	if level != "" {
		if !slices.Contains(e.Levels, level) {
			return "", fmt.Errorf("%w: %s is published for %s, not for %q", ErrLevel, e.Code, strings.Join(e.Levels, ", "), level)
		}
		return level, nil
	}
	for _, l := range []string{"province", "commune", "ministry", "district"} {
		if slices.Contains(e.Levels, l) {
			return l, nil
		}
	}
	return strings.Join(e.Levels[:min(1, len(e.Levels))], ""), nil
}

// agencyFor is the kind of agency that carries the procedure out at a level, as far as its name tells the level.
func (e *Entry) agencyFor(level string) string {
	marks := map[string][]string{"province": {"-tinh", "so-"}, "commune": {"-xa"}, "ministry": {"bo-", "cuc-"}, "district": {"-huyen"}}[level]
	for _, name := range slices.Concat(e.Implementing, e.Authority) {
		key := AgencyKey(name)
		if len([]rune(name)) > longestAgency {
			continue
		}
		for _, m := range marks {
			if m[0] == '-' && strings.HasSuffix(key, m) || m[0] != '-' && strings.HasPrefix(key, m) {
				return key
			}
		}
	}
	return AgencyKey(e.Lead())
}

type draft struct {
	e        *Entry
	findings []Finding
	level    string
	body     bytes.Buffer
	// todo are the remarks at the head of the file.
	todo []string
	// limit is the shortest published one; variants are the channels that have another.
	limit    calendar.Limit
	variants []variant
	sources  [][3]string
	lists    struct{ documents, fees, results []string }
	// good and bad are the ids of results: what is given, and refusals.
	good, bad []string
}

type variant struct {
	channel string
	limit   calendar.Limit
}

func (d *draft) remark(format string, args ...any) {
	d.todo = append(d.todo, fmt.Sprintf(format, args...))
}

// source says where a part of the file is from.
func (d *draft) source(path, what string, sure bool) {
	confidence := "official"
	if !sure {
		confidence = "inferred"
	}
	d.sources = append(d.sources, [3]string{path, fmt.Sprintf("Công bố %s (%s): %s", d.e.Code, cmp.Or(d.e.Decision, "không rõ số quyết định"), what), confidence})
}

// doubted says that a finding touches values of the line under a path.
func (d *draft) doubted(path string, rules ...string) bool {
	return slices.ContainsFunc(d.findings, func(f Finding) bool {
		return strings.HasPrefix(f.Path, path) && slices.Contains(rules, f.Rule)
	})
}

// quote writes a text as YAML, which reads JSON's strings.
func quote(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return `""` // a string always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (d *draft) line(format string, args ...any) { fmt.Fprintf(&d.body, format+"\n", args...) }

// scalar writes a key whose value is there.
func (d *draft) scalar(key, value string) {
	if value != "" {
		d.line("%s: %s", key, quote(value))
	}
}

func (d *draft) list(key string, items []string) {
	if len(items) == 0 {
		return
	}
	d.line("%s:", key)
	for _, item := range items {
		d.line("  - {%s}", item)
	}
}

// texts writes a list of texts with its source.
func (d *draft) texts(key string, items []string, what string) {
	if len(items) == 0 {
		return
	}
	quoted := make([]string, len(items))
	for i, item := range items {
		quoted[i] = quote(item)
	}
	d.line("%s: [%s]", key, strings.Join(quoted, ", "))
	d.source(key, what, true)
}

// manner are the ways of handing in that the language knows, each once.
func (e *Entry) manner() []string {
	var out []string
	for _, c := range e.Channels {
		if slices.Contains([]string{Online, Post, Counter}, c.Channel) && !slices.Contains(out, c.Channel) {
			out = append(out, c.Channel)
		}
	}
	return out
}

// subjects are those who may file, each once, as far as they are short enough for a definition.
func (e *Entry) subjects() []string {
	var out []string
	for _, s := range e.Subjects {
		if s = clip(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (d *draft) write() {
	e := d.e
	d.line("motcua: 1")
	d.line("code: %s", quote(e.Code))
	d.scalar("name", strings.TrimRight(e.Name, " .;"))
	d.scalar("field", FieldKey(e.Field))
	d.scalar("level", d.level)
	d.scalar("agency", e.agencyFor(d.level))
	if len(e.Channels) > 0 && !slices.ContainsFunc(e.Channels, func(c Channel) bool { return c.Channel == Online }) {
		d.line("online: none")
	}
	d.texts("manner", e.manner(), "cách thức thực hiện")
	d.texts("subjects", e.subjects(), "đối tượng thực hiện")
	d.line("origin: inferred")
	if e.Decision != "" {
		d.line("published: {decision: %s}", quote(e.Decision))
	}
	d.line("internal-process: {source: %s, confidence: sample}", quote("Chưa có quy trình nội bộ được ban hành; các bước là khung thường dùng, để người thiết kế thay"))
	var basis []string
	for _, b := range e.LegalBasis {
		basis = append(basis, "document: "+quote(b))
	}
	d.list("legal-basis", basis)
	if len(basis) > 0 {
		d.source("legal-basis", "căn cứ pháp lý", !d.doubted("/legal_basis", "basis-unknown"))
	}
	if len(d.sources) > 0 {
		d.line("sources:")
		for _, s := range d.sources {
			d.line("  %s: {source: %s, confidence: %s}", s[0], quote(s[1]), s[2])
		}
	}
	d.list("documents", d.lists.documents)
	d.list("fees", d.lists.fees)
	d.list("results", d.lists.results)
	d.writeLimit()
	d.writeSteps()
}

// head writes what is to be done as comments. They quote what was published, so they are cleaned: a line break of any kind
// inside one would end the comment.
func (d *draft) head(out *bytes.Buffer) {
	comment := func(format string, args ...any) {
		text, _ := clean(fmt.Sprintf(format, args...))
		fmt.Fprintf(out, "# %s\n", text)
	}
	comment("Bản nháp từ công bố %s. Các bước và thời gian của bước chỉ là khung mẫu; mọi dòng dưới đây cần người xem:", d.e.Code)
	if len(d.e.Levels) > 1 {
		comment("- Công bố cho nhiều cấp (%s); bản này viết cho cấp %s, mỗi cấp cần một quy trình.", strings.Join(d.e.Levels, ", "), d.level)
	}
	if names := d.e.agencies(); len(names) > 0 {
		comment("- Cơ quan công bố: %s; agency là loại cơ quan, hãy khớp với cây tổ chức.", strings.Join(names, "; "))
	}
	for _, t := range d.todo {
		comment("- %s", clip(t))
	}
	for _, c := range CountRules([]Line{{Number: 1, Findings: d.findings}}) {
		if c.Class != Corrected && !slices.Contains([]string{"paper-uncounted", "no-fee", "limits-differ"}, c.ID) {
			comment("- %s: %s (%d chỗ%s)", c.ID, c.Doc, c.Count, d.example(c.ID))
		}
	}
}

// example is the first text that a rule was found on.
func (d *draft) example(rule string) string {
	i := slices.IndexFunc(d.findings, func(f Finding) bool { return f.Rule == rule && f.Text != "" })
	if i < 0 {
		return ""
	}
	text := []rune(d.findings[i].Text)
	return ", ví dụ “" + string(text[:min(len(text), 80)]) + "”"
}

// agencies names the agencies of an entry, each once.
func (e *Entry) agencies() []string {
	var out []string
	for _, n := range slices.Concat(e.Implementing, e.Authority) {
		if n = clip(n); !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
