package excel

import (
	"fmt"
	"slices"
	"strings"

	"motcua/calendar"
	"motcua/procedure"
	"motcua/procedure/draft"
)

// foreign reads a step table that other people made.
func (r *report) foreign(sheets []*sheet, o Options) []byte {
	t := r.choose(sheets, o.Sheet)
	if t == nil {
		return nil
	}
	r.checkHead(t)
	if r.errors() {
		return nil
	}
	lines, total := r.lines(t)
	if len(lines) == 0 {
		if !r.errors() {
			r.add(cell{t.sheet.name, t.head, 1}, "no-table", "dưới tiêu đề không có bước nào", "")
		}
		return nil
	}
	w := &writer{report: r, t: t, lines: lines, doc: draft.New(), meta: t.meta(), values: o.Values, taken: map[string]bool{}}
	w.readTimes()
	if !w.branches() {
		w.checkTotal(total, w.counted())
	}
	w.head(total)
	w.steps()
	if r.errors() {
		return nil
	}
	w.refusal()
	out, err := w.doc.Bytes()
	if err != nil {
		r.whole("xlsx-unreadable", err.Error(), "")
		return nil
	}
	if d := r.lint(out, o.Shelf, w.places()); w.branches() {
		// With ways of its own the total is that of the longest, which the compiled plan knows.
		if plan := unpublished(d, o.Shelf); plan != nil {
			sum, _ := longest(plan)
			if w.checkTotal(total, sum); r.list[len(r.list)-1].Rule == "total-mismatch" {
				return nil
			}
		}
	}
	return out
}

// unpublished compiles a definition as if it were not published yet: that a table does not say who may file, and how, is no
// reason not to add up its steps.
func unpublished(d *procedure.Definition, s *procedure.Shelf) *procedure.Plan {
	if d == nil {
		return nil
	}
	draft := *d
	draft.PublishedAt = procedure.Pos{}
	plan, _ := procedure.Compile(&draft, s)
	return plan
}

// branches says whether the table tells ways out.
func (w *writer) branches() bool {
	return slices.ContainsFunc(w.lines, func(l line) bool { return l.text[colNext] != "" })
}

// choose is the table to read: of the sheet that is named, else the first complete one, else the first.
func (r *report) choose(sheets []*sheet, name string) *table {
	var names []string
	var tables []*table
	for _, s := range sheets {
		names = append(names, s.name)
		if name != "" && s.name != name {
			continue
		}
		if t := findTable(s); t != nil {
			tables = append(tables, t)
		}
	}
	if len(tables) > 0 {
		chosen := tables[max(slices.IndexFunc(tables, (*table).complete), 0)]
		for _, t := range tables {
			if t != chosen && t.complete() {
				r.add(cell{t.sheet.name, t.first, 1}, "not-read", "trang này cũng có bảng bước; chỉ đọc trang "+chosen.sheet.name, "dùng --sheet để đọc trang khác")
			}
		}
		return chosen
	}
	if !slices.Contains(names, name) && name != "" {
		r.add(cell{sheets[0].name, 1, 1}, "no-table", fmt.Sprintf("không có trang %q", name), procedure.DidYouMean(name, names))
		return nil
	}
	at, message := sheets[0].name, "không tìm thấy bảng bước"
	if name != "" {
		at, message = name, "trang này không có bảng bước"
	}
	r.add(cell{at, 1, 1}, "no-table", message, "cần một dòng tiêu đề có ít nhất: Nội dung công việc, Trách nhiệm thực hiện, Thời gian")
	return nil
}

// writer makes a definition out of the lines of a table.
type writer struct {
	*report
	t      *table
	lines  []line
	times  []draft.Time
	doc    *draft.Document
	meta   map[string]labelled
	values map[string]string
	taken  map[string]bool
	made   []*draft.Step
	// lineOf is the line that a step came from, -1 for a drafted one.
	lineOf []int
	lead   string
	// timeless says that a time could not be read, so that no sum can be compared.
	timeless bool
}

// tableAt is where a note about the whole table stands.
func (w *writer) tableAt() cell { return cell{w.t.sheet.name, w.t.first, 1} }

func (w *writer) note(at cell, format string, args ...any) {
	w.add(at, "drafted", fmt.Sprintf(format, args...), "")
}

// readTimes reads the times of all lines.
func (w *writer) readTimes() {
	assumed := cell{}
	for i := range w.lines {
		l := &w.lines[i]
		var time draft.Time
		if text, at := l.text[colTime], l.at[colTime]; text != "" && at.row == l.row {
			if w.isDate(at) {
				w.add(at, "bad-time", fmt.Sprintf("Excel đã đổi thời gian thành ngày tháng: %q", text), "định dạng cột là Văn bản rồi gõ lại, ví dụ 0,5 ngày")
				w.timeless = true
			} else {
				var err error
				if time, err = draft.ReadTime(text, w.t.unit, w.isWait(l)); err != nil {
					message, hint, _ := strings.Cut(err.Error(), "; ")
					w.add(at, "bad-time", message, hint)
					w.timeless = true
				}
				if time.Assumed && assumed.row == 0 {
					assumed = at
				}
			}
		}
		w.times = append(w.times, time)
	}
	if assumed.row > 0 {
		w.note(assumed, "“ngày”, “giờ” ở cột thời gian được hiểu là ngày làm việc, giờ làm việc")
	}
}

// isDate says whether a spreadsheet program made a date of what was typed, as it does of 1/2.
func (w *writer) isDate(at cell) bool {
	raw := pick(w.t.sheet.raw, at.row, at.col)
	n, ok := number(strings.SplitN(raw, ".", 2)[0])
	return ok && n > 20_000 && n < 80_000 && strings.ContainsAny(w.t.sheet.at(at.row, at.col), "/-") && raw != w.t.sheet.at(at.row, at.col)
}

// isApplicant says whether the work is the applicant's.
func (w *writer) isApplicant(l *line) bool {
	who := " " + draft.Fold(l.text[colWho]+" "+l.text[colUnit]+" "+l.text[colPerson]) + " "
	for _, words := range []string{"to chuc ca nhan", "ca nhan to chuc", "nguoi nop", "nguoi su dung dat", "cong dan", "nguoi dan", "chu ho so", "doanh nghiep"} {
		if strings.Contains(who, " "+words+" ") {
			return true
		}
	}
	return false
}

// isWait says whether a line is a wait and nobody's work.
func (w *writer) isWait(l *line) bool {
	f := draft.Fold(l.text[colContent])
	return w.isApplicant(l) || strings.HasPrefix(f, "cho ") || strings.HasPrefix(f, "niem yet cong khai") || strings.HasPrefix(f, "thoi gian niem yet")
}

// counted is the sum of the counted steps in working minutes.
func (w *writer) counted() int {
	sum := 0
	for _, t := range w.times {
		if m, err := t.Limit.BudgetMinutes(); err == nil && !t.Excluded {
			sum += m
		}
	}
	return sum
}

func (w *writer) checkTotal(total *line, sum int) {
	if total == nil || w.timeless || total.text[colTime] == "" {
		return
	}
	at := total.at[colTime]
	written, err := draft.ReadTime(total.text[colTime], w.t.unit, false)
	if err != nil {
		message, hint, _ := strings.Cut(err.Error(), "; ")
		w.add(at, "bad-time", message, hint)
		return
	}
	m, err := written.Limit.BudgetMinutes()
	if err == nil && m != sum {
		w.add(at, "total-mismatch", fmt.Sprintf("dòng tổng ghi %s, các bước cộng lại %s", written.Limit.Vietnamese(), minutesName(sum, written.Limit.Unit)), "sửa dòng tổng hoặc thời gian của các bước")
	}
}

// minutesName writes working minutes in the unit asked for where that is exact.
func minutesName(m int, unit calendar.Unit) string {
	if m == 0 {
		return "0 ngày làm việc"
	}
	if l, ok := draft.Budget(m, unit == calendar.WorkingHour); ok {
		return l.Vietnamese()
	}
	return fmt.Sprintf("%d phút làm việc", m)
}
