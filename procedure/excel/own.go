package excel

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"motcua/procedure"
	"motcua/procedure/draft"
)

// Names of our two sheets, and what marks the machine's.
const (
	annexSheet = "Phụ lục"
	dataSheet  = "Dữ liệu"
	dataMark   = "motcua-definition"
	dataFirst  = 4 // the row of the first line of the definition
)

// machineSheet finds the sheet that carries the definition, by its mark and not by its name.
func machineSheet(sheets []*sheet) *sheet {
	for _, s := range sheets {
		if s.at(2, 1) == dataMark {
			return s
		}
	}
	return nil
}

// source is the definition on the machine's sheet, a line a row; long lines go on in the next cells.
func (s *sheet) source() []byte {
	var b strings.Builder
	for row := dataFirst; row <= len(s.raw); row++ {
		b.WriteString(strings.Join(s.raw[row-1], "") + "\n")
	}
	return []byte(b.String())
}

// own reads a workbook that we wrote: the definition of the machine's sheet, with what was changed in the people's.
func (r *report) own(sheets []*sheet, machine *sheet, o Options) []byte {
	source := machine.source()
	d, found := procedure.Parse(r.file, source)
	if found.HasErrors() || d == nil {
		for _, f := range found {
			r.addAs(f.Severity, cell{machine.name, dataFirst + f.Line - 1, 1}, f.Rule, f.Message, f.Hint)
		}
		return nil
	}
	doc, err := draft.Open(source)
	if err != nil {
		r.add(cell{machine.name, dataFirst, 1}, "xlsx-unreadable", err.Error(), "")
		return nil
	}
	m := &merger{report: r, doc: doc, base: render(doc, d), d: d}
	for _, s := range sheets {
		if t := findTable(s); t != nil && s != machine && (m.t == nil || s.name == annexSheet) {
			m.t = t
		}
	}
	if m.t == nil {
		r.addAs(procedure.SeverityWarning, cell{machine.name, 1, 1}, "no-table", "không còn trang có bảng bước: lấy định nghĩa ở trang này", "")
		m.t = &table{sheet: machine, first: 1}
	} else {
		r.checkHead(m.t)
		if r.errors() {
			return nil
		}
		m.merge()
	}
	if r.errors() {
		return nil
	}
	out, err := doc.Bytes()
	if err != nil {
		r.whole("xlsx-unreadable", err.Error(), "")
		return nil
	}
	closes := m.checkTotal(r.lint(out, o.Shelf, m.places()), o.Shelf)
	if !closes {
		return nil
	}
	return out
}

// merger puts the changes of the people's sheet into the machine's definition.
type merger struct {
	*report
	t     *table
	doc   *draft.Document
	d     *procedure.Definition
	base  *annex
	lines []line
	total *line
	meta  map[string]labelled
	// ids are the steps by the number that the sheet shows now; row is the base row of a line, nil for a new one.
	ids map[string]string
	row []*annexRow
}

func (m *merger) merge() {
	m.meta = m.t.meta()
	for _, v := range m.base.meta {
		if l := m.meta[v.key]; l.text != "" && !same(l.text, v.text) {
			m.differs(l.at, l.text, v.text)
			m.setMeta(v.key, l)
		}
	}
	m.lines, m.total = m.report.lines(m.t)
	if len(m.lines) == 0 {
		m.add(cell{m.t.sheet.name, m.t.head, 1}, "no-table", "dưới tiêu đề không có bước nào", "")
	}
	steps := m.match()
	if m.errors() {
		m.readCells(steps)
		return
	}
	for i, s := range steps {
		if m.row[i] != nil {
			m.step(&m.lines[i], m.row[i], s)
		}
	}
	m.doc.SetSteps(steps)
}

// same compares what cells show: how it is broken into lines does not matter.
func same(a, b string) bool {
	return strings.Join(strings.Fields(clean(a)), " ") == strings.Join(strings.Fields(clean(b)), " ")
}

func (m *merger) differs(at cell, now, before string) {
	if before == "" {
		before = "(trống)"
	}
	if now == "" {
		now = "(trống)"
	}
	m.add(at, "table-wins", fmt.Sprintf("ô ghi “%s”, trang %s ghi “%s”: lấy theo bảng", short(now), dataSheet, short(before)), "")
}

func (m *merger) setMeta(key string, l labelled) {
	text := strings.Join(strings.Fields(l.text), " ")
	switch key {
	case metaCode, metaName:
		m.doc.Set(key, text)
	case metaField:
		m.doc.Set(key, fieldID(text))
	case metaLevel:
		level, ok := levelOf(text)
		if !ok {
			m.add(l.at, "bad-label", fmt.Sprintf("không rõ cấp thực hiện %q", short(text)), "được dùng: Cấp tỉnh, Cấp xã, Cấp bộ")
			return
		}
		m.doc.Set(key, level)
	case metaAgency:
		m.doc.Set(key, draft.AgencyOf(text))
	case metaLimit:
		limit, sameDay := m.legalLimit(l)
		if sameDay {
			limit = "same-day"
		} else {
			m.doc.Set("same-day", "")
		}
		m.doc.Set(key, limit)
	case metaDecision:
		number, _, _ := strings.Cut(text, " ngày ")
		published := draft.Map{{Key: "decision", Value: number}}
		if d := decisionDate.FindStringSubmatch(text); d != nil {
			published = append(published, draft.Pair{Key: "on", Value: fmt.Sprintf("%s-%02s-%02s", d[3], d[2], d[1])})
		}
		m.doc.Set("published", published)
	}
}

// match finds the step of every line by its id, makes new ones and says which are gone.
func (m *merger) match() []*draft.Step {
	before := map[string]*draft.Step{}
	taken := map[string]bool{}
	for _, s := range m.doc.Steps() {
		before[s.Text("id")] = s
		taken[s.Text("id")] = true
	}
	m.ids = map[string]string{}
	seen := map[string]cell{}
	steps := make([]*draft.Step, len(m.lines))
	m.row = make([]*annexRow, len(m.lines))
	for i := range m.lines {
		l := &m.lines[i]
		id := l.text[colID]
		if id == "" {
			id = m.byName(l)
		}
		if at, twice := seen[id]; twice && before[id] != nil {
			m.add(l.place(colID), "duplicate-step-id", fmt.Sprintf("mã bước %s đã có ở ô %s", id, at), "xóa mã ở dòng mới chép để nó thành bước mới")
		}
		seen[id] = l.place(colID)
		if s := before[id]; s != nil {
			steps[i] = s
			n := slices.IndexFunc(m.base.rows, func(r annexRow) bool { return r.id == id })
			m.row[i] = &m.base.rows[n]
		} else {
			if id == "" || taken[id] {
				id = draft.Unique(draft.StepID(l.text[colContent]), taken)
			}
			steps[i] = draft.NewStep(id)
		}
		if l.number != "" && m.ids[l.number] == "" {
			m.ids[l.number] = steps[i].Text("id")
		}
	}
	for _, r := range m.base.rows {
		if _, kept := seen[r.id]; !kept {
			m.add(cell{m.t.sheet.name, m.t.head, 1}, "table-wins", fmt.Sprintf("bảng không còn bước %s (%s): bỏ bước này", r.id, short(r.text[colContent])), "")
		}
	}
	m.newSteps(steps)
	return steps
}

// byName finds the step of a line without an id, where the column of ids was deleted.
func (m *merger) byName(l *line) string {
	if m.t.columns[colID] > 0 {
		return ""
	}
	for _, r := range m.base.rows {
		if same(r.text[colContent], l.text[colContent]) && same(r.text[colPerson], l.text[colPerson]) {
			return r.id
		}
	}
	return ""
}

// newSteps fills the steps that the sheet has and the definition has not.
func (m *merger) newSteps(steps []*draft.Step) {
	w := &writer{report: m.report, t: m.t, lines: m.lines, doc: m.doc, lead: m.doc.Text("agency")}
	w.times = make([]draft.Time, len(m.lines))
	for i := range steps {
		if m.row[i] != nil {
			continue
		}
		l := &m.lines[i]
		w.times[i] = m.time(l, w.isWait(l))
		w.step(i, steps[i])
		m.add(l.place(colContent), "table-wins", fmt.Sprintf("bước mới %s: thêm vào định nghĩa", steps[i].Text("id")), "")
		if text := l.text[colNext]; text != "" {
			steps[i].SetOutcomes(m.readNext(text, l.at[colNext], m.ids, nil, m.condition))
		}
	}
}

func (m *merger) time(l *line, wait bool) draft.Time {
	t, err := draft.ReadTime(l.text[colTime], m.t.unit, wait)
	if err != nil && l.text[colTime] != "" {
		message, hint, _ := strings.Cut(err.Error(), "; ")
		m.add(l.at[colTime], "bad-time", message, hint)
	}
	return t
}

func (m *merger) condition(shown string) string {
	if expression, ok := m.base.conditions[shown]; ok {
		return expression
	}
	return shown
}

// step puts the changed cells of a line into its step.
func (m *merger) step(l *line, base *annexRow, s *draft.Step) {
	for _, column := range []string{colContent, colUnit, colPerson, colTime, colResult, colNext, colNote} {
		if m.t.columns[column] == 0 {
			continue
		}
		now, before := l.text[column], base.text[column]
		if same(now, before) {
			if column == colNext && now != "" {
				m.renumbered(l, s)
			}
			continue
		}
		if column == colNote {
			m.add(l.at[column], "not-read", "ghi chú đã sửa nhưng không được đọc", "sửa trong định nghĩa YAML")
			continue
		}
		m.differs(l.at[column], now, before)
		m.set(l, column, now, s)
	}
}

func (m *merger) set(l *line, column, now string, s *draft.Step) {
	text := strings.Join(strings.Fields(now), " ")
	switch column {
	case colContent:
		s.Set("name", text)
	case colUnit:
		agency := draft.AgencyOf(text)
		if agency == m.doc.Text("agency") && s.Text("procedure") == "" || agency == "applicant" { // a sub-procedure names who leads it
			agency = ""
		}
		s.Set("agency", agency)
	case colPerson:
		role, ok := draft.RoleOf(text)
		if !ok && text != "" {
			role = draft.Slug(text, 5)
		}
		s.Set("role", role)
	case colTime:
		t := m.time(l, s.Text("wait")+s.Text("procedure") != "")
		s.Set("limit", t.Limit.String())
		switch {
		case t.Excluded:
			s.Set("clock", "excluded")
		case s.Text("clock") == "excluded":
			s.Set("clock", "")
			s.Set("bound", "")
		}
	case colResult:
		m.setResult(l, text, s)
	case colNext:
		s.SetOutcomes(m.readNext(now, l.at[colNext], m.ids, s.Outcomes(), m.condition))
	}
}

// setResult writes the output, or the name of the only result that is handed over.
func (m *merger) setResult(l *line, text string, s *draft.Step) {
	results := s.List("results")
	switch {
	case s.Text("output") != "" || len(results) == 0:
		s.Set("output", text)
	case len(results) == 1 && text != "":
		m.doc.SetIn("results", results[0], "name", text)
	default:
		m.add(l.at[colResult], "not-read", "ô gộp tên của nhiều kết quả nên không đọc lại được", "sửa mục results trong định nghĩa YAML")
	}
}

// renumbered takes an unchanged way out by the numbers that the sheet shows now, and says where it leads elsewhere than before.
func (m *merger) renumbered(l *line, s *draft.Step) {
	before := s.Outcomes()
	moved := ""
	for _, o := range before {
		for _, e := range o.Edges {
			n := slices.IndexFunc(m.base.rows, func(r annexRow) bool { return r.id == e.To })
			if n < 0 {
				continue
			}
			if id := m.ids[strconv.Itoa(n+1)]; id != e.To && moved == "" {
				moved = fmt.Sprintf("bước %d nay là %s, trước là %s", n+1, id, e.To)
			}
		}
	}
	if moved == "" {
		return
	}
	m.addAs(procedure.SeverityWarning, l.at[colNext], "table-wins", "các bước đã đánh số lại, ô này giữ số cũ: "+moved, "ghi lại số bước ở ô này nếu muốn tới bước trước đây")
	s.SetOutcomes(m.readNext(l.text[colNext], l.at[colNext], m.ids, before, m.condition))
}
