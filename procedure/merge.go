package procedure

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"motcua/calendar"
	"motcua/procedure/node"
)

// MergeSource is the file of one part, a published definition.
type MergeSource struct {
	File string
	Data []byte
}

// MergeOptions choose the rules of a merge; the zero value is in sequence, by the sum, giving back what is done.
type MergeOptions struct {
	Code, Name string
	// Rule, Limit and Refusal are those of Merged; empty ones take the default. Own is the limit of MergeOwn.
	Rule, Limit, Refusal string
	Own                  calendar.Limit
	// Decision is the document that merges the procedures, empty for a sample.
	Decision string
}

func (o MergeOptions) withDefaults() MergeOptions {
	if o.Rule == "" {
		o.Rule = MergeSequence
	}
	if o.Limit == "" {
		o.Limit = map[string]string{MergeSequence: MergeSum, MergeParallel: MergeLongest}[o.Rule]
	}
	if o.Refusal == "" {
		o.Refusal = map[string]string{MergeSequence: RefuseGiveBack, MergeParallel: RefuseAll}[o.Rule]
	}
	return o
}

// Merge makes one definition out of two or more, as a file that a designer reads and edits: papers united, one intake, one
// return, the steps of each part under the part's name. Findings say what stands in the way, in the parts' own places; the
// result is nil then. The merged file is linted like any other.
func Merge(sources []MergeSource, s *Shelf, o MergeOptions) ([]byte, Diagnostics) {
	m := &merger{o: o.withDefaults(), shelf: s}
	if len(sources) < 2 {
		return nil, Diagnostics{{Line: 1, Col: 1, Severity: SeverityError, Rule: "bad-merge", Message: "ghép cần ít nhất hai thủ tục"}}
	}
	if len(sources) > len(partIDs) {
		return nil, Diagnostics{{Line: 1, Col: 1, Severity: SeverityError, Rule: "bad-merge", Message: fmt.Sprintf("ghép tối đa %d thủ tục", len(partIDs))}}
	}
	for i, src := range sources {
		m.read(partIDs[i:i+1], src)
	}
	if m.found.HasErrors() {
		return nil, m.found.Sorted()
	}
	root := m.file()
	if m.found.HasErrors() {
		return nil, m.found.Sorted()
	}
	text, err := node.Bytes(root)
	if err == nil {
		text, err = Format(append([]byte(m.head()), text...))
	}
	if err != nil {
		return nil, Diagnostics{{Line: 1, Col: 1, Severity: SeverityError, Rule: "bad-merge", Message: err.Error()}}
	}
	return text, nil
}

const partIDs = "abcdefgh"

// merger collects the parts and writes them into one file.
type merger struct {
	o     MergeOptions
	shelf *Shelf
	parts []*mergePart
	found Diagnostics
}

// mergePart is one part: its file as nodes, as definition and as it would run.
type mergePart struct {
	id   string
	file string
	root *yaml.Node
	d    *Definition
	plan *Plan
	x    *Executable
	// intake and handOver are the steps that the merge makes superfluous; "" for none.
	intake, handOver string
	// results and papers map the part's ids to those of the merged file; a paper that an earlier part produces has none.
	results, papers map[string]string
}

func (m *merger) read(id string, src MergeSource) {
	d, found := ParseWith(src.File, src.Data, ParseOptions{Templates: m.shelf.others()})
	if found.HasErrors() {
		m.found = append(m.found, found...)
		return
	}
	if d.Use != nil { // what is merged is what everybody has: a newer version of it flags the merged one
		m.found = append(m.found, Diagnostic{File: src.File, Line: d.Use.Template.Pos.Line, Col: d.Use.Template.Pos.Col, Severity: SeverityError, Rule: "bad-merge",
			Message: "tệp dùng mẫu " + d.Use.Template.Value + " là quy trình riêng của một số cơ quan", Hint: "ghép mẫu của nó"})
		return
	}
	plan, found := Compile(d, m.shelf)
	if plan == nil {
		m.found = append(m.found, found...)
		return
	}
	if d.binding != nil {
		text, err := d.filled()
		if err != nil {
			m.refuse(&mergePart{file: src.File}, d.Code.Pos, err.Error(), "")
			return
		}
		m.read(id, MergeSource{File: src.File, Data: text})
		return
	}
	r := &report{file: src.File, most: maxFindings}
	p := &mergePart{id: id, file: src.File, root: r.load(src.Data), d: d, plan: plan, x: &plan.Exec, results: map[string]string{}, papers: map[string]string{}}
	if plan.Exec.Merged != nil {
		m.refuse(p, d.Code.Pos, "thủ tục "+d.Code.Value+" đã là thủ tục ghép", "ghép từ các thủ tục gốc của nó")
	}
	if d.Limit.Set() && d.Limit.Value.Unit != calendar.WorkingDay {
		m.refuse(p, d.Limit.Pos, fmt.Sprintf("thời hạn %s không cộng được: ghép chỉ nhận ngày làm việc", d.Limit.Value), "thủ tục này chưa ghép được theo quy tắc cộng")
	}
	m.parts = append(m.parts, p)
}

func (m *merger) refuse(p *mergePart, at Pos, message, hint string) {
	m.found = append(m.found, Diagnostic{File: p.file, Line: at.Line, Col: at.Col, Severity: SeverityError, Rule: "bad-merge", Message: message, Hint: hint})
}

func (m *merger) head() string {
	title := "MẪU thủ tục ghép, không phải danh mục chính thức"
	if m.o.Decision != "" {
		title = "Thủ tục ghép theo " + m.o.Decision
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s. Sinh bởi motcua procedure merge; sửa tiếp được.\n", title)
	for _, p := range m.parts {
		fmt.Fprintf(&b, "# Phần %s: %s, bản %s.\n", p.id, p.d.Code.Value, p.plan.Hash[:12])
	}
	return b.String()
}

// file is the merged file.
func (m *merger) file() *yaml.Node {
	first := m.parts[0]
	for i, p := range m.parts {
		p.shared(m.o.Rule, i == 0, i == len(m.parts)-1)
	}
	documents := m.documents()
	results := m.results()
	root := node.Map()
	node.Set(root, "motcua", node.Int(LanguageVersion))
	node.Set(root, "code", node.Quoted(m.code()))
	node.Set(root, "name", node.Text(m.name()))
	// What the language may hold beyond the merge's own keys is the first part's.
	// The clock of a merged procedure starts with its one acceptance, whatever a part's own would wait for.
	own := []string{"starts-at", "motcua", "code", "name", "origin", "published", "internal-process", "legal-basis", "sources", "documents", "fees", "results",
		"facts", "limit", "same-day", "limit-when", "reductions", "sub-limits", "extensions", "steps", "merged", "parts"}
	for i := 0; i+1 < len(first.root.Content); i += 2 {
		if k := first.root.Content[i].Value; !slices.Contains(own, k) {
			node.Set(root, k, node.Clone(first.root.Content[i+1]))
		}
	}
	m.filing(root)
	node.Set(root, "origin", node.Text("sample"))
	node.Set(root, "internal-process", m.process())
	node.Set(root, "merged", m.merged())
	node.Set(root, "parts", m.partList())
	node.Set(root, "legal-basis", m.basis())
	node.Set(root, "sources", m.sources())
	node.Set(root, "documents", documents)
	node.Set(root, "fees", m.fees())
	node.Set(root, "results", results)
	node.Set(root, "facts", m.facts())
	node.Set(root, "extensions", m.extensions())
	node.Set(root, "steps", m.steps())
	node.Set(root, "limit", node.Text(m.limit().String()))
	node.Set(root, "escalation", m.ladder())
	return root
}

func (m *merger) code() string {
	if m.o.Code != "" {
		return m.o.Code
	}
	var codes []string
	for _, p := range m.parts {
		codes = append(codes, p.d.Code.Value)
	}
	return strings.Join(codes, "+")
}

func (m *merger) name() string {
	if m.o.Name != "" {
		return m.o.Name
	}
	var names []string
	for _, p := range m.parts {
		names = append(names, p.d.Name.Value)
	}
	return "Thủ tục ghép: " + strings.Join(names, "; ")
}

func (m *merger) process() *yaml.Node {
	var codes []string
	for _, p := range m.parts {
		codes = append(codes, p.d.Code.Value)
	}
	return pairsOf("source", node.Text("Ghép máy móc từ "+strings.Join(codes, ", ")), "confidence", node.Text("sample"))
}

func (m *merger) merged() *yaml.Node {
	n := pairsOf("rule", node.Text(m.o.Rule), "limit", node.Text(m.o.Limit), "refusal", node.Text(m.o.Refusal))
	if m.o.Decision != "" {
		node.Set(n, "decision", node.Text(m.o.Decision))
	}
	return n
}

// partList declares each part with its own walk to the committed limit.
func (m *merger) partList() *yaml.Node {
	list := node.List()
	for _, p := range m.parts {
		n := pairsOf("id", node.Text(p.id), "code", node.Quoted(p.d.Code.Value), "name", node.Text(p.d.Name.Value), "plan", node.Quoted(p.plan.Hash), "limit", node.Text(p.limit().String()))
		if less := p.less(); !less.IsZero() {
			node.Set(n, "less", node.Text(less.String()))
		}
		for _, k := range []string{"limit-when", "reductions", "sub-limits"} {
			if v := get(p.root, k); v != nil {
				node.Set(n, k, node.Clone(v))
			}
		}
		list.Content = append(list.Content, n)
	}
	return list
}

// limit is the legal limit of the ordinary case.
func (m *merger) limit() calendar.Limit {
	x := &Executable{Limit: m.o.Own, Merged: &Merged{Rule: m.o.Rule, Limit: m.o.Limit}}
	var limits []calendar.Limit
	for _, p := range m.parts {
		x.Merged.Parts = append(x.Merged.Parts, Part{ID: p.id, Less: p.less()})
		limits = append(limits, p.limit())
	}
	return x.merge(limits, 0)
}

// limit is the part's legal limit; a same-day part takes a working day of the merged one.
func (p *mergePart) limit() calendar.Limit {
	if p.d.Limit.Set() {
		return p.d.Limit.Value
	}
	return calendar.MustLimit("1wd")
}

// ladder is that of the part with the longest limit: a ladder of one day does not fit two weeks.
func (m *merger) ladder() *yaml.Node {
	longest := m.parts[0]
	for _, p := range m.parts[1:] {
		if p.limit().Hundredths > longest.limit().Hundredths {
			longest = p
		}
	}
	if v := get(longest.root, "escalation"); v != nil {
		return node.Clone(v)
	}
	return nil
}

// halfDay is what an intake or a return done once saves by the proposed rule (domain: no legal source).
const halfDay = calendar.MinutesPerWorkingDay / 2

// less is the time that the part no longer needs: half a day for each of intake and hand-over that is shared, or what these
// steps had, as long as the part's other steps still fit its limit in every case.
func (p *mergePart) less() calendar.Limit {
	had, want := 0, 0
	for _, id := range []string{p.intake, p.handOver} {
		st, ok := p.x.Step(id)
		if !ok {
			continue
		}
		n := 0
		if !st.Limit.IsZero() {
			if b, err := st.Limit.BudgetMinutes(); err == nil {
				n = b
			}
		}
		had, want = had+n, want+max(n, halfDay)
	}
	room := want
	for _, path := range p.plan.LongestPaths("") {
		whole := path.Sure
		if path.SameDay != nil {
			whole = calendar.MinutesPerWorkingDay
		}
		room = min(room, whole-path.Counted+had)
	}
	return calendar.Limit{Hundredths: max(had, room) * 100 / 60, Unit: calendar.WorkingHour}
}
