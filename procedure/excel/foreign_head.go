package excel

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"motcua/calendar"
	"motcua/procedure/draft"
)

// value is what a labelled cell says, or what was given instead of it.
func (w *writer) value(key string) (string, cell) {
	if l := w.meta[key]; l.text != "" {
		return l.text, l.at
	}
	return strings.TrimSpace(w.values[key]), w.tableAt()
}

var decisionDate = regexp.MustCompile(`ngày\s*([0-9]{1,2})\s*[/\-]\s*([0-9]{1,2})\s*[/\-]\s*([0-9]{4})`)

// head writes what stands above the steps.
func (w *writer) head(total *line) {
	file := filepath.Base(w.file)
	w.doc.Comment("# Nhập từ bảng Excel " + file + ", trang " + w.t.sheet.name + "; điều bảng không nói là bản nháp, cần người thiết kế xem lại.")
	code, _ := w.value(metaCode)
	if code == "" {
		code = "0.000000"
		w.note(w.tableAt(), "bảng không có mã thủ tục: ghi tạm %q", code)
	}
	w.doc.Set("code", code)
	name, _ := w.value(metaName)
	if name == "" {
		name = "Thủ tục chưa có tên"
		w.note(w.tableAt(), "bảng không có tên thủ tục: ghi tạm %q", name)
	}
	w.doc.Set("name", strings.Join(strings.Fields(name), " "))
	field, at := w.value(metaField)
	if field == "" {
		w.note(at, "bảng không nêu lĩnh vực: ghi tạm chua-ro")
		field = "chua-ro"
	}
	w.doc.Set("field", fieldID(field))
	level := "province"
	if text, at := w.value(metaLevel); text != "" {
		var ok bool
		if level, ok = levelOf(text); !ok {
			level = text
			if text != "province" && text != "commune" && text != "ministry" {
				w.add(at, "bad-label", fmt.Sprintf("không rõ cấp thực hiện %q", short(text)), "được dùng: Cấp tỉnh, Cấp xã, Cấp bộ")
			}
		}
	} else {
		w.note(at, "bảng không nêu cấp thực hiện: lấy cấp tỉnh")
	}
	w.doc.Set("level", level)
	w.doc.Set("agency", w.leadAgency())
	w.doc.Set("origin", "inferred")
	if l := w.meta[metaDecision]; l.text != "" {
		number, _, _ := strings.Cut(l.text, " ngày ")
		published := draft.Map{{Key: "decision", Value: strings.Trim(strings.TrimPrefix(strings.TrimSpace(number), "số "), " ,;")}}
		if m := decisionDate.FindStringSubmatch(l.text); m != nil {
			published = append(published, draft.Pair{Key: "on", Value: fmt.Sprintf("%s-%02s-%02s", m[3], m[2], m[1])})
		}
		w.doc.Set("published", published)
	}
	w.doc.Set("internal-process", draft.Map{{Key: "source", Value: "Bảng Excel " + file + ", trang " + w.t.sheet.name}, {Key: "confidence", Value: "inferred"}})
	w.limit(total)
	w.doc.Set("escalation", "standard")
}

func fieldID(text string) string {
	for _, f := range fields() {
		if draft.Fold(text) == draft.Fold(f[1]) {
			return f[0]
		}
	}
	return draft.Slug(text, 8)
}

// limit writes the legal limit, the sum of the steps where the table names none.
func (w *writer) limit(total *line) {
	if text, at := w.value(metaLimit); text != "" {
		if l, err := calendar.ParseLimit(text); err == nil {
			w.doc.Set("limit", l.String())
			return
		}
		limit, sameDay := w.legalLimit(labelled{text, at})
		if sameDay {
			limit = "same-day"
			w.doc.Set("same-day", draft.Map{{Key: "cut-off", Value: "15:00"}})
			w.note(at, "trả trong ngày: giờ chốt nhận ghi tạm 15:00")
		}
		w.doc.Set("limit", limit)
		return
	}
	at := w.tableAt()
	if total != nil {
		at = total.place(colTime)
	}
	m := w.counted()
	l, ok := draft.Budget(m, false)
	if !ok || !l.Whole() {
		l, ok = draft.Budget(m, true)
	}
	if !ok || !l.Whole() {
		l = calendar.Limit{Hundredths: (max(m, 1) + calendar.MinutesPerWorkingDay - 1) / calendar.MinutesPerWorkingDay * 100, Unit: calendar.WorkingDay}
	}
	w.note(at, "bảng không nêu thời hạn theo quy định: lấy tổng các bước, %s", l.Vietnamese())
	w.doc.Set("limit", l.String())
}

// leadAgency is the one that is named, or the one with most steps besides the one-stop desk.
func (w *writer) leadAgency() string {
	if text, _ := w.value(metaAgency); text != "" {
		if a := draft.AgencyOf(text); a != "" && a != "receiving" {
			w.lead = a
			return a
		}
	}
	count, order := map[string]int{}, []string{}
	for i := range w.lines {
		if a := w.place(i).Agency; a != "" && a != "receiving" && !w.isApplicant(&w.lines[i]) {
			if count[a]++; count[a] == 1 {
				order = append(order, a)
			}
		}
	}
	w.lead = "co-quan-chu-tri"
	most := 0
	for _, a := range order {
		if count[a] > most {
			w.lead, most = a, count[a]
		}
	}
	w.note(w.tableAt(), "bảng không nêu cơ quan chủ trì: lấy %s", w.lead)
	return w.lead
}

// place is who works on a line.
func (w *writer) place(i int) draft.Place {
	l := &w.lines[i]
	unit, person := l.text[colUnit], l.text[colPerson]
	if both := l.text[colWho]; both != "" {
		if unit == "" {
			unit = both
		}
		if person == "" {
			person = both
		}
	}
	p := draft.Place{Agency: draft.AgencyOf(unit)}
	var ok bool
	if p.Role, ok = draft.RoleOf(person); !ok {
		p.Role, _ = draft.RoleOf(unit)
	}
	if p.Agency == "" && draft.IsOneStop(person) {
		p.Agency = "receiving"
	}
	return p
}
