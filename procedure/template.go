package procedure

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

// A template is a definition that declares parameters and uses them as $name where a limit, an amount, a text, a yes or no, or
// a ladder stands. A file of use names a template, sets values, and says for which agencies: it is compiled to a plan as if
// the values had been written. It may leave parameters open and be a template again, under a name of its own.

// maxTemplates bounds how many files of use may stand on each other.
const maxTemplates = 4

// Source is one file of the language: a definition or a use of one.
type Source struct {
	File string
	Data []byte
}

// Templates are the definitions and uses that others may refer to, by code or by the name they go by.
type Templates struct {
	by func() map[string]Source
	// read are the definitions that were asked for, by name.
	read sync.Map
}

// NewTemplates collects what may be referred to. Of two with one name the first is taken: what a designer works on goes
// before what is shipped. Files that cannot be read are left to their own check.
func NewTemplates(sources ...Source) *Templates {
	return &Templates{by: sync.OnceValue(func() map[string]Source { // read when somebody asks
		by := map[string]Source{}
		for _, s := range sources {
			name := s.name()
			if _, taken := by[name]; name != "" && !taken {
				by[name] = s
			}
		}
		return by
	})}
}

// With are these templates and others; of two with one name the other is taken.
func (t *Templates) With(others ...Source) *Templates {
	if len(others) == 0 {
		return t
	}
	first := NewTemplates(others...)
	return &Templates{by: sync.OnceValue(func() map[string]Source {
		by := map[string]Source{}
		if t != nil {
			maps.Copy(by, t.by())
		}
		maps.Copy(by, first.by())
		return by
	})}
}

// name is what the file goes by: its code, or the name of a file of use; empty where it has none, or cannot be read. Reading a file
// whole takes most of the time of checking it, so only the lines of these keys are read, unless they say nothing by themselves.
func (s Source) name() string {
	var lines []byte
	for line := range bytes.Lines(s.Data) {
		for _, key := range []string{"code:", "template:", "as:"} { // nothing else of a mapping stands at the beginning of a line
			if bytes.HasPrefix(line, []byte(key)) {
				lines = append(lines, line...)
			}
		}
	}
	for _, data := range [][]byte{lines, s.Data} {
		root := (&report{file: s.File, most: maxFindings}).load(data)
		switch {
		case get(root, "template") != nil:
			return text(root, "as").Value
		case text(root, "code").Value != "":
			return text(root, "code").Value
		}
	}
	return ""
}

// TemplateOf is the name of the template that a file uses; empty where it uses none, or cannot be read.
func TemplateOf(source Source) string {
	return text((&report{file: source.File, most: maxFindings}).load(source.Data), "template").Value
}

// Template is the file that goes by a name.
func (t *Templates) Template(name string) (Source, bool) { return t.find(name) }

func (t *Templates) names() []string {
	if t == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(t.by()))
}

// definition reads what goes by a name, once; nil where nothing does, or nothing can be read.
func (t *Templates) definition(name string) *Definition {
	source, ok := t.find(name)
	if !ok {
		return nil
	}
	if d, ok := t.read.Load(name); ok {
		return d.(*Definition)
	}
	d, _ := ParseWith(source.File, source.Data, ParseOptions{Templates: t})
	t.read.Store(name, d)
	return d
}

func (t *Templates) find(name string) (Source, bool) {
	if t == nil {
		return Source{}, false
	}
	s, ok := t.by()[name]
	return s, ok
}

// Use is the file that uses a template: who it is for, and under what name others may use it.
type Use struct {
	File     string
	Template At[string]
	As       At[string]
	For      []At[string]
}

// value is what a parameter stands for, and where that was said.
type value struct {
	text string
	file string
	pos  Pos
	// refused: the parameter does not take it, and something else stands in its place.
	refused bool
}

// binding is a template being filled in.
type binding struct {
	params []At[Parameter]
	// given are the values that were set, by name; open the parameters that have none, in declared order.
	given map[string]value
	open  []string
	used  map[string]bool
	// places is where which parameter stands in the template; root is the template with the values in their places.
	places map[Pos]string
	root   *yaml.Node
}

// use reads a file that uses a template, and the definition as it is with the values filled in.
func (r *report) use(root *yaml.Node, o ParseOptions) (*Definition, Diagnostics) {
	r.mapping(root, useTable())
	u := &Use{File: r.file, Template: text(root, "template"), As: text(root, "as"), For: texts(get(root, "for"))}
	b := &binding{given: map[string]value{}}
	definition, file := r.chain(root, u, b, o)
	if definition == nil {
		return nil, r.done()
	}
	in := &report{file: file, most: r.most}
	d := &Definition{File: file, Use: u, binding: b}
	in.fill(definition, b)
	r.checkGiven(b, in.file)
	in.mapping(definition, languageTable())
	if in.tooLarge {
		r.list = append(r.list, in.list...)
		return nil, r.done()
	}
	in.definition(d, definition)
	if len(b.open) > 0 && !u.As.Set() {
		r.add(u.Template.Pos, "open-parameter", "chưa đặt tham số "+strings.Join(b.open, ", "), "thêm vào set, hoặc đặt tên (as) để tệp này lại là một mẫu")
	}
	r.list, r.more = append(r.list, d.relate(in.list)...), r.more || in.more
	d.findings = r.done()
	return d, slices.Clone(d.findings)
}

// chain follows the templates of a use down to the definition, and collects the values on the way.
func (r *report) chain(root *yaml.Node, u *Use, b *binding, o ParseOptions) (definition *yaml.Node, file string) {
	at, in := u.Template, r.file
	way := []string{cmp.Or(u.As.Value, r.file)}
	b.take(r, root, in)
	for depth := 1; ; depth++ {
		bad := func(message, hint string) {
			r.list = append(r.list, Diagnostic{File: in, Line: max(at.Pos.Line, 1), Col: max(at.Pos.Col, 1), Severity: SeverityError, Rule: "bad-template", Message: message, Hint: hint})
		}
		if at.Value == "" {
			return nil, ""
		}
		if slices.Contains(way, at.Value) {
			bad("mẫu dùng vòng tròn: "+strings.Join(append(way, at.Value), " → "), "mỗi mẫu chỉ dùng mẫu khác")
			return nil, ""
		}
		if way = append(way, at.Value); depth > maxTemplates {
			bad(fmt.Sprintf("mẫu chồng lên nhau quá %d tầng: %s", maxTemplates, strings.Join(way, " → ")), "bớt tầng")
			return nil, ""
		}
		source, ok := o.Templates.find(at.Value)
		if !ok {
			bad(fmt.Sprintf("không tìm thấy mẫu %q", clip(at.Value)), r.didYouMean(at.Value, o.Templates.names()))
			return nil, ""
		}
		next := &report{file: source.File, most: r.most}
		node := next.load(source.Data)
		if node == nil {
			r.list = append(r.list, next.list...)
			bad(fmt.Sprintf("mẫu %s không đọc được", at.Value), "sửa tệp "+source.File)
			return nil, ""
		}
		if get(node, "template") == nil {
			if get(node, "parameters") == nil {
				bad(fmt.Sprintf("thủ tục %s không khai báo tham số (parameters), không phải mẫu", at.Value), "")
				return nil, ""
			}
			return node, source.File
		}
		next.src = nil // its repairs are for its own check
		next.mapping(node, useTable())
		r.list = append(r.list, next.list...)
		b.take(r, node, source.File)
		at, in = text(node, "template"), source.File
	}
}

// take adds the values of one file; a value is set once on the whole way.
func (b *binding) take(r *report, root *yaml.Node, file string) {
	pairs(get(root, "set"), func(key, n *yaml.Node) {
		name := key.Value
		if n.Kind != yaml.ScalarNode || isNull(n) {
			return // the check of the file says so
		}
		if v, twice := b.given[name]; twice { // the file that uses the other one cannot set it again
			r.list = append(r.list, Diagnostic{File: v.file, Line: v.pos.Line, Col: v.pos.Col, Severity: SeverityError, Rule: "bad-parameter",
				Message: fmt.Sprintf("tham số %s đã được mẫu đặt", clip(name)), Hint: "mỗi tham số đặt một lần",
				Related: []Place{{File: file, Line: n.Line, Col: n.Column, Message: name + " = " + clip(n.Value)}}})
			return
		}
		b.given[name] = value{text: n.Value, file: file, pos: at(n)}
	})
}

// checkGiven says what is wrong with the values that were set, each in its file.
func (r *report) checkGiven(b *binding, template string) {
	var names []string
	for _, p := range b.params {
		names = append(names, p.Value.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(b.given)) {
		v := b.given[name]
		bad := func(message, hint string) {
			r.list = append(r.list, Diagnostic{File: v.file, Line: max(v.pos.Line, 1), Col: max(v.pos.Col, 1), Severity: SeverityError, Rule: "bad-parameter", Message: message, Hint: hint})
		}
		i := slices.Index(names, name)
		if i < 0 {
			bad(fmt.Sprintf("mẫu %s không có tham số %q", template, clip(name)), r.didYouMean(name, names))
			continue
		}
		if wrong := b.params[i].Value.check(v.text); wrong != "" {
			bad(fmt.Sprintf("tham số %s: %s", name, wrong), b.params[i].Value.Label)
			r.list[len(r.list)-1].Related = []Place{{File: template, Line: b.params[i].Pos.Line, Col: b.params[i].Pos.Col, Message: "khai báo của " + name}}
		}
	}
}

// relate adds to findings in a template where what they are about was said: the value that stands in the place; for findings
// about time every limit that was set; else the use itself.
func (d *Definition) relate(found Diagnostics) Diagnostics {
	b := d.binding
	if b == nil {
		return found
	}
	for i := range found {
		f := &found[i]
		if f.File != d.File || len(f.Related) > 0 {
			continue
		}
		if name, ok := b.places[Pos{f.Line, f.Col}]; ok {
			f.Fix, f.Related = nil, b.said(name) // a repair would write the value over the reference
		}
		if f.Rule == "steps-over-limit" || f.Rule == "unassigned-time" {
			f.Related = nil
			for _, p := range b.params {
				if p.Value.Type == ParamLimit {
					f.Related = append(f.Related, b.said(p.Value.Name)...)
				}
			}
		}
		if len(f.Related) == 0 && d.Use != nil {
			at := d.Use.Template
			f.Related = []Place{{File: d.Use.File, Line: at.Pos.Line, Col: at.Pos.Col, Message: "dùng mẫu " + at.Value}}
		}
	}
	return found
}

// said is where a value was set; nowhere for a default.
func (b *binding) said(name string) []Place {
	v, ok := b.given[name]
	if !ok || v.refused {
		return nil
	}
	return []Place{{File: v.file, Line: v.pos.Line, Col: v.pos.Col, Message: name + " = " + clip(v.text)}}
}

// openFindings are what blocks a plan of a template whose parameters are not all set.
func (d *Definition) openFindings() (found Diagnostics) {
	for _, name := range d.Open() {
		i := slices.IndexFunc(d.binding.params, func(p At[Parameter]) bool { return p.Value.Name == name })
		p := d.binding.params[i]
		found = append(found, Diagnostic{File: d.File, Line: p.Pos.Line, Col: p.Pos.Col, Severity: SeverityError, Rule: "open-parameter",
			Message: fmt.Sprintf("tham số %s chưa có giá trị", name), Hint: cmp.Or(p.Value.Label, "đặt bằng --set hoặc trong tệp dùng mẫu")})
	}
	return d.relate(found)
}

// Open are the parameters that have no value yet; a definition with any cannot be compiled.
func (d *Definition) Open() []string {
	if d.binding == nil {
		return nil
	}
	return d.binding.open
}

// Parameters are what the template declares.
func (d *Definition) Parameters() []Parameter {
	if d.binding == nil {
		return nil
	}
	out := make([]Parameter, len(d.binding.params))
	for i, p := range d.binding.params {
		out[i] = p.Value
	}
	return out
}
