package procedure

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"

	"motcua/calendar"
)

// The notation is what every kind of file of the house is written in: YAML checked against key tables, with all findings at
// once and in place. Definitions of procedures are one kind (keys.go); other rooms declare their tables and read with Sheet.

// Kind is the form of a value.
type Kind = kind

// The kinds that other rooms declare keys of.
const (
	KindText   = kText   // one line of text; numbers are taken as written
	KindID     = kID     // kebab-case id
	KindCode   = kCode   // text that must be quoted when it looks like a number
	KindBool   = kBool   //
	KindInt    = kInt    // not negative
	KindDate   = kDate   // YYYY-MM-DD
	KindLimit  = kLimit  // a limit in whole units
	KindTexts  = kTexts  // a list of texts
	KindMap    = kMap    // a mapping of the table Of
	KindMaps   = kMaps   // a list of mappings of the table Of
	KindNamed  = kNamed  // a mapping of any name to mappings of the table Of
	KindLadder = kLadder // the name of a ladder of the shelf, or a list of rungs
)

// Table is the keys of one mapping, in canonical order.
type Table = table

// Key declares one key of a table.
type Key struct {
	Name     string
	Kind     Kind
	Required bool
	// Values, when there are any, are the only texts allowed.
	Values []string
	Of     *Table
	// Doc is for designers, in Vietnamese.
	Doc string
}

// NewTable makes a table; name is what findings call the mapping.
func NewTable(name string, keys ...Key) *Table {
	t := &table{name: name}
	for _, k := range keys {
		t.keys = append(t.keys, key{name: k.Name, kind: k.Kind, required: k.Required, values: k.Values, of: k.Of, doc: k.Doc})
	}
	return t
}

// BasisTable is a document of the legal basis, SourceTable where a fact is from, PublishedTable a deciding document.
func BasisTable() *Table     { return basisTable() }
func SourceTable() *Table    { return sourceTable("nguồn") }
func PublishedTable() *Table { return publishedTable() }

// LadderTable is a rung whose subject, recipients and actions are these.
func LadderTable(on, to, do []string) *Table { return rungTable(on, to, do) }

// Confidences are how far a fact can be trusted.
func Confidences() []string { return confidences() }

// NotationRules are the rules that reading any sheet may report.
func NotationRules() []Rule {
	var out []Rule
	for _, r := range parseRules() {
		if r.ID != "bad-step" && r.ID != "bad-reduction" {
			out = append(out, r.Rule)
		}
	}
	return append(out, duplicateIDRule().Rule)
}

// Sheet is a file read in the notation, with everything found so far.
type Sheet struct {
	r    report
	root *yaml.Node
}

// ReadSheet checks a file against a table; file is only used in findings. The second result is false where nothing can be
// read; the findings say why.
func ReadSheet(file string, data []byte, t *Table) (*Sheet, bool) {
	s := &Sheet{r: report{file: file, most: maxFindings}}
	s.root = s.r.load(data)
	if s.root == nil {
		return s, false
	}
	s.r.mapping(s.root, t)
	if v := get(s.root, "motcua"); v != nil {
		if n := integer(s.root, "motcua"); n.Set() && n.Value != LanguageVersion {
			s.r.add(at(v), "language-version", fmt.Sprintf("phiên bản ngôn ngữ %d chưa đọc được", n.Value), fmt.Sprintf("viết motcua: %d", LanguageVersion))
		}
	}
	return s, !s.r.tooLarge
}

// FileKind is what a file says it is (its key kind), before anything of it is checked; "" where it does not say.
func FileKind(data []byte) string {
	r := &report{}
	return text(r.load(data), "kind").Value
}

// Find adds a finding.
func (s *Sheet) Find(severity Severity, p Pos, rule, message, hint string) {
	s.r.addAs(severity, p, rule, message, hint)
}

// Findings are what was found so far, sorted by place.
func (s *Sheet) Findings() Diagnostics {
	r := s.r
	r.list = slices.Clone(r.list)
	return r.done()
}

// Root is the whole file.
func (s *Sheet) Root() Block { return Block{s.root} }

// Ladder reads a key of KindLadder: the name of a ladder of the shelf, or rungs written in the file.
func (s *Sheet) Ladder(b Block, name string) (At[string], []At[Rung]) {
	v := get(b.n, name)
	if v == nil {
		return At[string]{}, nil
	}
	if v.Kind == yaml.ScalarNode {
		return text(b.n, name), nil
	}
	return At[string]{}, s.r.rungs(v)
}

// Block is a mapping of a sheet. Its readers return what is written and well formed; the checks have reported the rest. The
// zero Block is "not written".
type Block struct{ n *yaml.Node }

// Set says that the mapping is written in the file.
func (b Block) Set() bool { return b.n != nil && b.n.Kind == yaml.MappingNode }

// Pos is where the mapping stands.
func (b Block) Pos() Pos {
	if b.n == nil {
		return Pos{}
	}
	return at(b.n)
}

// Has says that a key is written, well formed or not.
func (b Block) Has(name string) bool { return get(b.n, name) != nil }

// Place is where a key's value stands, or the mapping where the key is missing.
func (b Block) Place(name string) Pos { return placed(b.n, name) }

// Text, Bool, Int, Limit and Texts read a key of their kind.
func (b Block) Text(name string) At[string]          { return text(b.n, name) }
func (b Block) Bool(name string) At[bool]            { return boolean(b.n, name) }
func (b Block) Int(name string) At[int]              { return integer(b.n, name) }
func (b Block) Limit(name string) At[calendar.Limit] { return limit(b.n, name) }
func (b Block) Texts(name string) []At[string]       { return texts(get(b.n, name)) }

// Block reads a key of KindMap, Blocks one of KindMaps.
func (b Block) Block(name string) Block { return Block{get(b.n, name)} }
func (b Block) Blocks(name string) []Block {
	var out []Block
	for _, n := range items(get(b.n, name)) {
		if n.Kind == yaml.MappingNode {
			out = append(out, Block{n})
		}
	}
	return out
}

// Bases reads a list of legal grounds, Sources a mapping of facts to where they are from, Published a deciding document.
func (b Block) Bases(name string) []At[Basis]      { return bases(get(b.n, name)) }
func (b Block) Sources(name string) []FactSource   { return values(sources(get(b.n, name))) }
func (b Block) Published(name string) *Publication { return publication(get(b.n, name)) }

// Clip shortens what people wrote for a message.
func Clip(s string) string { return clip(s) }

// Schema is the JSON Schema (draft 2020-12) of the files of a table.
func Schema(t *Table, title string) []byte { return schemaFile(drafter{}.table(t), title) }

// FormatSheet writes a file of a table in its canonical form, as Format does a definition.
func FormatSheet(data []byte, t *Table) ([]byte, error) { return format(data, t) }
