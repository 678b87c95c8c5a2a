package procedure

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"

	"motcua/calendar"
)

// Parse reads a definition file and reports everything that is wrong with its form, sorted by place. file is only used
// in the findings. It never panics, whatever the bytes; the Definition is nil only when there is nothing to read. The
// Definition keeps data, which must not be changed.
func Parse(file string, data []byte) (*Definition, Diagnostics) {
	return ParseWith(file, data, ParseOptions{})
}

// ParseOptions are what reading a file may need beyond it.
type ParseOptions struct {
	// Templates are what the file may use.
	Templates *Templates
	// Set gives values to the parameters of a template, as a file of use does.
	Set map[string]string
}

// SetFile is the file name in findings about values that came by ParseOptions.
const SetFile = "--set"

// ParseWith is Parse for templates and for files that use them: of those the Definition is the template's, filled in, and
// findings stand in whichever file they are about, with the other place beside them.
func ParseWith(file string, data []byte, o ParseOptions) (*Definition, Diagnostics) {
	return parse(file, data, o, maxFindings)
}

func parse(file string, data []byte, o ParseOptions, most int) (*Definition, Diagnostics) {
	r := &report{file: file, most: most}
	root := r.load(data)
	if root == nil {
		return nil, r.done()
	}
	if get(root, "template") != nil {
		return r.use(root, o)
	}
	d := &Definition{File: file, src: r.src}
	if get(root, "parameters") != nil || len(o.Set) > 0 {
		d.binding = &binding{given: map[string]value{}}
		for name, v := range o.Set {
			d.binding.given[name] = value{text: v, file: SetFile}
		}
		r.fill(root, d.binding)
		r.checkGiven(d.binding, file)
	}
	r.mapping(root, languageTable())
	if r.tooLarge {
		return nil, r.done()
	}
	r.definition(d, root)
	r.list = d.relate(r.list)
	d.findings = r.done()
	return d, slices.Clone(d.findings)
}

func (r *report) definition(d *Definition, root *yaml.Node) {
	d.Language = integer(root, "motcua")
	if v := get(root, "motcua"); v != nil && d.Language.Set() && d.Language.Value != LanguageVersion {
		r.add(at(v), "language-version", fmt.Sprintf("phiên bản ngôn ngữ %d chưa đọc được", d.Language.Value), fmt.Sprintf("viết motcua: %d", LanguageVersion))
	}
	d.Code, d.Name, d.Field = text(root, "code"), text(root, "name"), text(root, "field")
	d.Level, d.Agency, d.Online, d.Origin = text(root, "level"), text(root, "agency"), text(root, "online"), text(root, "origin")
	pairs(root, func(key, _ *yaml.Node) { d.keys = append(d.keys, key.Value) })
	d.Manner, d.Subjects, d.Requirements = texts(get(root, "manner")), texts(get(root, "subjects")), texts(get(root, "requirements"))
	if p := get(root, "published"); p != nil {
		d.Published, d.PublishedAt = publication(p), at(p)
	}
	if p := get(root, "internal-process"); p != nil {
		d.InternalProcess = &Provenance{Source: text(p, "source").Value, Confidence: text(p, "confidence").Value}
	}
	r.papers(d, root)
	r.facts(d, root)
	r.limits(d, root)
	d.StartsAt = text(root, "starts-at")
	d.Intake = intake(get(root, "intake"))
	d.Supplement = supplement(get(root, "supplement"))
	if d.Supplement != nil {
		d.SupplementAt = at(get(root, "supplement"))
	}
	r.steps(d, root)
	if e := get(root, "escalation"); e != nil {
		if e.Kind == yaml.ScalarNode {
			d.Ladder = text(root, "escalation")
		}
		d.Rungs = r.rungs(e)
	}
}

// papers reads legal basis, sources, documents, fees and results.
func (r *report) papers(d *Definition, root *yaml.Node) {
	d.LegalBasis, d.Sources = bases(get(root, "legal-basis")), sources(get(root, "sources"))
	for _, n := range items(get(root, "documents")) {
		d.Documents = append(d.Documents, r.document(n))
	}
	for _, n := range items(get(root, "fees")) {
		f := Fee{ID: text(n, "id").Value, Name: text(n, "name").Value, Part: text(n, "part").Value, Amount: integer(n, "amount").Value, Online: integer(n, "online").Value,
			HasOnline: get(n, "online") != nil, Until: text(n, "until").Value, Ground: text(n, "ground").Value, Confidence: text(n, "confidence").Value}
		d.Fees = append(d.Fees, At[Fee]{f, placed(n, "id")})
	}
	for _, n := range items(get(root, "results")) {
		res := Result{ID: text(n, "id").Value, Name: text(n, "name").Value, Code: text(n, "code").Value, Part: text(n, "part").Value, Confidence: text(n, "confidence").Value}
		d.Results = append(d.Results, At[Result]{res, placed(n, "id")})
	}
}

func bases(list *yaml.Node) (out []At[Basis]) {
	for _, n := range items(list) {
		b := Basis{Document: text(n, "document").Value, Article: text(n, "article").Value, From: text(n, "from").Value, Until: text(n, "until").Value,
			Repealed: boolean(n, "repealed").Value, Confidence: text(n, "confidence").Value}
		out = append(out, At[Basis]{b, at(n)})
	}
	return out
}

func sources(n *yaml.Node) (out []At[FactSource]) {
	pairs(n, func(key, v *yaml.Node) {
		out = append(out, At[FactSource]{FactSource{key.Value, Provenance{text(v, "source").Value, text(v, "confidence").Value}}, at(key)})
	})
	slices.SortFunc(out, func(a, b At[FactSource]) int { return cmp.Compare(a.Value.Path, b.Value.Path) })
	return out
}

func publication(n *yaml.Node) *Publication {
	if n == nil {
		return nil
	}
	return &Publication{Decision: text(n, "decision").Value, On: text(n, "on").Value}
}

func (r *report) document(n *yaml.Node) DocumentDef {
	def := DocumentDef{At: At[Document]{Document{ID: text(n, "id").Value, Name: text(n, "name").Value, Form: text(n, "form").Value,
		Originals: integer(n, "originals").Value, Copies: integer(n, "copies").Value, Required: true,
		Of: text(n, "of").Value, Confidence: text(n, "confidence").Value}, placed(n, "id")}}
	for _, f := range items(get(n, "forms")) {
		dated := DatedForm{Form: text(f, "form").Value, From: text(f, "from").Value, Until: text(f, "until").Value}
		def.Forms, def.Value.Forms = append(def.Forms, At[DatedForm]{dated, at(f)}), append(def.Value.Forms, dated)
	}
	if f := get(n, "forms"); f != nil {
		if def.FormsAt = at(f); get(n, "form") != nil {
			r.add(placed(n, "form"), "bad-value", "giấy tờ có cả form và forms", "giữ một trong hai: forms khi mẫu đổi theo ngày")
		}
	}
	def.When = expression(n, "when")
	switch req := text(n, "required"); {
	case !req.Set():
	case req.Value == "true" || req.Value == "false":
		def.Value.Required = req.Value == "true"
	default:
		def.Condition = req
	}
	if def.When.Set() && get(n, "required") != nil {
		r.add(placed(n, "required"), "bad-value", "giấy tờ có cả required và when", "giữ một trong hai")
	}
	return def
}

func (r *report) facts(d *Definition, root *yaml.Node) {
	for _, n := range items(get(root, "facts")) {
		f := Fact{Name: text(n, "name").Value, Type: text(n, "type").Value, Label: text(n, "label").Value}
		if f.Name != "" && !isFactName(f.Name) {
			r.add(placed(n, "name"), "bad-value", fmt.Sprintf("tên dữ kiện %q phải là chữ thường, số, gạch dưới, nối bằng dấu chấm", clip(f.Name)), "ví dụ parcel.region")
			continue
		}
		for _, v := range texts(get(n, "values")) {
			f.Values = append(f.Values, v.Value)
		}
		bare := Fact{Type: f.Type}
		for _, v := range texts(get(n, "values")) {
			if _, err := bare.parse(v.Value); err != nil {
				r.add(v.Pos, "bad-value", err.Error(), "")
			}
		}
		if def := text(n, "default"); def.Set() {
			if _, err := f.parse(def.Value); err != nil {
				r.add(def.Pos, "bad-value", "giá trị mặc định: "+err.Error(), r.didYouMean(def.Value, f.Values))
			}
			f.Default = &def.Value
		}
		if f.Name != "" && f.Type != "" {
			d.Facts = append(d.Facts, At[Fact]{f, placed(n, "name")})
		}
	}
}

// limits reads the legal limit, its variants, reductions and extensions.
func (r *report) limits(d *Definition, root *yaml.Node) {
	if l := get(root, "limit"); l != nil {
		if l.Value == sameDay {
			d.SameDayAt = at(l)
		} else {
			d.Limit = limit(root, "limit")
		}
	}
	if s := get(root, "same-day"); s != nil {
		minutes, _ := minuteOfDay(text(s, "cut-off").Value)
		d.SameDay = &SameDay{CutOff: minutes, Ground: text(s, "ground").Value}
		if d.SameDayAt.Line == 0 {
			r.add(at(s), "same-day-cut-off", "có same-day nhưng limit không phải same-day", "viết limit: same-day, hoặc bỏ same-day")
		}
	}
	d.Variants, d.Reductions, d.SubLimits = variants(root), r.reductions(root), subLimits(root)
	if m := get(root, "merged"); m != nil {
		d.Merged = &MergedDef{Rule: text(m, "rule"), Limit: text(m, "limit"), Refusal: text(m, "refusal"), Decision: text(m, "decision")}
		d.MergedAt = at(m)
	}
	for _, n := range items(get(root, "parts")) {
		d.Parts = append(d.Parts, PartDef{
			ID: text(n, "id"), Code: text(n, "code"), Name: text(n, "name"), Plan: text(n, "plan"), Limit: limit(n, "limit"), Less: limit(n, "less"),
			Variants: variants(n), Reductions: r.reductions(n), SubLimits: subLimits(n), Pos: placed(n, "id"),
		})
	}
	for _, n := range items(get(root, "extensions")) {
		e := Extension{ID: text(n, "id").Value, Add: limit(n, "add").Value, Ground: text(n, "ground").Value, Times: max(integer(n, "times").Value, 1)}
		d.Extensions = append(d.Extensions, At[Extension]{e, placed(n, "id")})
	}
}

// variants reads limit-when of the file or of a part.
func variants(root *yaml.Node) (list []VariantDef) {
	for _, n := range items(get(root, "limit-when")) {
		v := VariantDef{At: At[Variant]{Variant{Rule: text(n, "rule").Value, Ground: text(n, "ground").Value}, placed(n, "rule")},
			When: expression(n, "when"), Set: limit(n, "set"), Add: limit(n, "add")}
		v.Value.Set, v.Value.Add = v.Set.Value, v.Add.Value
		for _, c := range texts(get(n, "channels")) {
			v.Value.Channels = append(v.Value.Channels, c.Value)
		}
		list = append(list, v)
	}
	return list
}

func intake(n *yaml.Node) []ChannelLimit {
	if n == nil {
		return nil
	}
	list := []ChannelLimit{}
	for _, c := range channels() {
		if l := limit(n, c); l.Set() {
			list = append(list, ChannelLimit{Channel: c, Limit: l.Value})
		}
	}
	return list
}

func supplement(n *yaml.Node) *Supplement {
	if n == nil {
		return nil
	}
	return &Supplement{Effect: text(n, "effect").Value, Bound: limit(n, "bound").Value, Within: limit(n, "within").Value,
		Answer: limit(n, "answer").Value, Closing: closing(get(n, "closing")), Check: limit(n, "check").Value, Ground: text(n, "ground").Value}
}

func closing(n *yaml.Node) *Closing {
	if n == nil {
		return nil
	}
	return &Closing{Ground: text(n, "ground").Value, Remind: limits(get(n, "remind"))}
}

// The readers below return what is written and well formed; what is not was reported by the checks.

func text(m *yaml.Node, name string) At[string] {
	if v := get(m, name); v != nil && v.Kind == yaml.ScalarNode && !isNull(v) {
		return At[string]{v.Value, at(v)}
	}
	return At[string]{}
}

func boolean(m *yaml.Node, name string) At[bool] {
	t := text(m, name)
	return At[bool]{t.Value == "true", t.Pos}
}

func integer(m *yaml.Node, name string) At[int] {
	t := text(m, name)
	n, err := strconv.Atoi(t.Value)
	if err != nil || n < 0 {
		return At[int]{}
	}
	return At[int]{n, t.Pos}
}

func limit(m *yaml.Node, name string) At[calendar.Limit] {
	t := text(m, name)
	l, err := calendar.ParseLimit(t.Value)
	if err != nil {
		return At[calendar.Limit]{}
	}
	return At[calendar.Limit]{l, t.Pos}
}

// limits are the well-formed limits of a list.
func limits(n *yaml.Node) (list []calendar.Limit) {
	for _, v := range items(n) {
		if l, err := calendar.ParseLimit(v.Value); err == nil {
			list = append(list, l)
		}
	}
	return list
}

func texts(n *yaml.Node) []At[string] {
	var list []At[string]
	for _, v := range items(n) {
		if v.Kind == yaml.ScalarNode && !isNull(v) && v.Value != "" {
			list = append(list, At[string]{v.Value, at(v)})
		}
	}
	return list
}

func expression(m *yaml.Node, name string) Expr {
	v := get(m, name)
	if v == nil || v.Kind != yaml.ScalarNode || isNull(v) {
		return Expr{}
	}
	e := Expr{Text: v.Value, Pos: at(v)}
	switch {
	case v.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		e.Pos.Col++
	case v.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		// The text of a block scalar begins on the next line, indented under its key; the node knows only the sign's place.
		e.block = true
		e.Pos = Pos{v.Line + 1, max(m.Column+2, 1)}
	}
	return e
}

// placed is the place of a key's value, or of the mapping when the key is missing.
func placed(m *yaml.Node, name string) Pos {
	if v := get(m, name); v != nil {
		return at(v)
	}
	return at(m)
}
