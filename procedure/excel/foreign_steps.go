package excel

import (
	"slices"
	"strings"

	"motcua/procedure/draft"
)

// steps writes a step per line, and a return where the table stops before it.
func (w *writer) steps() {
	ids := map[string]string{} // by number
	for i := range w.lines {
		id := draft.StepID(w.lines[i].text[colContent])
		if written := w.lines[i].text[colID]; written != "" && written == strings.ReplaceAll(draft.Fold(written), " ", "-") {
			id = written
		}
		s := draft.NewStep(draft.Unique(id, w.taken))
		w.made, w.lineOf = append(w.made, s), append(w.lineOf, i)
		if n := w.lines[i].number; n != "" && ids[n] == "" {
			ids[n] = s.Text("id")
		}
	}
	for i, s := range w.made {
		w.step(i, s)
		if text := w.lines[i].text[colNext]; text != "" {
			s.SetOutcomes(w.readNext(text, w.lines[i].at[colNext], ids, nil, func(c string) string { return c }))
			if s.Text("return") == "true" {
				s.SetOutcomes(nil)
			}
		}
	}
	if !slices.ContainsFunc(w.made, func(s *draft.Step) bool { return s.Text("return") == "true" && s.Text("refusal") != "true" }) {
		s := draft.NewStep(draft.Unique("tra-kq", w.taken))
		s.Set("name", "Trả kết quả")
		s.Set("role", "mot-cua")
		s.Set("agency", "receiving")
		s.Set("return", true)
		w.made, w.lineOf = append(w.made, s), append(w.lineOf, -1)
		w.note(w.lines[len(w.lines)-1].place(colContent), "bảng không có bước trả kết quả: thêm bước tra-kq ở bộ phận một cửa")
	}
	w.results()
	w.loops()
	w.doc.SetSteps(w.made)
}

// loops bounds the visits of the steps that a way out leads back to.
func (w *writer) loops() {
	for i, s := range w.made {
		for _, o := range s.Outcomes() {
			for _, e := range o.Edges {
				back := slices.IndexFunc(w.made[:i+1], func(b *draft.Step) bool { return b.Text("id") == e.To })
				if back >= 0 && w.made[back].Text("max-visits") == "" {
					w.made[back].Set("max-visits", 3)
					w.note(w.lines[i].place(colNext), "quay lại bước %s: ghi tạm tối đa 3 lượt", e.To)
				}
			}
		}
	}
}

func (w *writer) step(i int, s *draft.Step) {
	l, time, who := &w.lines[i], w.times[i], w.place(i)
	name := strings.Join(strings.Fields(l.text[colContent]), " ")
	s.Set("name", name)
	folded := draft.Fold(name)
	isReturn := i == len(w.lines)-1 && strings.Contains(folded, "tra ket qua") || strings.HasPrefix(folded, "tra ket qua") && i > 0 || strings.HasPrefix(folded, "tra phieu tu choi")
	wait := w.isWait(l) && !isReturn
	switch {
	case wait:
		w.wait(l, s, folded)
	default:
		if who.Role == "" {
			who.Role = "chuyen-vien"
			if l.text[colWho]+l.text[colUnit]+l.text[colPerson] != "" {
				w.note(l.place(w.whoColumn()), "không rõ chức danh ở “%s”: lấy chuyen-vien", short(l.text[colWho]+l.text[colUnit]+l.text[colPerson]))
			}
		}
		s.Set("role", who.Role)
		if who.Agency != w.lead {
			s.Set("agency", who.Agency)
		}
	}
	if !time.Limit.IsZero() {
		s.Set("limit", time.Limit.String())
	}
	if isReturn {
		s.Set("return", true)
		s.Set("refusal", strings.Contains(folded, "tu choi"))
		if s.Text("refusal") == "false" {
			s.Set("refusal", "")
		}
		if !time.Limit.IsZero() {
			s.Set("confirm", true) // the desk's own time counts until it confirms
		}
	} else if time.Excluded && !wait {
		s.Set("clock", "excluded")
	}
	if !isReturn {
		s.Set("output", strings.Join(strings.Fields(l.text[colResult]), " "))
	}
}

func (w *writer) whoColumn() string {
	for _, c := range []string{colPerson, colWho, colUnit} {
		if w.t.columns[c] > 0 {
			return c
		}
	}
	return colContent
}

// wait writes a line that nobody works on: the applicant pays or answers, or a period runs.
func (w *writer) wait(l *line, s *draft.Step, folded string) {
	at := l.place(colContent)
	s.Set("clock", "excluded")
	switch {
	case strings.Contains(folded, "nghia vu tai chinh") || strings.Contains(folded, "nop tien") || strings.Contains(folded, "nop thue") || strings.Contains(folded, "nop phi"):
		s.Set("wait", "payment")
		s.Set("leg", "payment")
		w.note(at, "hiểu là chờ người nộp thực hiện nghĩa vụ tài chính, không tính vào thời hạn; cần ghi căn cứ (ground)")
	case strings.Contains(folded, "niem yet"):
		s.Set("wait", "time")
		s.Set("leg", "posting")
		w.note(at, "hiểu là thời gian niêm yết, không tính vào thời hạn; cần ghi căn cứ (ground)")
	default:
		s.Set("wait", "act")
		s.Set("leg", "applicant")
		w.note(at, "hiểu là chờ người nộp, không tính vào thời hạn; cần ghi căn cứ (ground)")
	}
}

// results writes what the applicant is given, by the result of the last return.
func (w *writer) results() {
	for i := len(w.made) - 1; i >= 0; i-- {
		s := w.made[i]
		if s.Text("return") != "true" || s.Text("refusal") == "true" {
			continue
		}
		text, at := "", w.tableAt()
		if n := w.lineOf[i]; n >= 0 {
			text, at = strings.Join(strings.Fields(w.lines[n].text[colResult]), " "), w.lines[n].place(colContent)
		}
		if text == "" {
			text = "Kết quả giải quyết thủ tục"
			w.note(at, "bảng không nêu kết quả trả cho người nộp: ghi tạm “%s”", text)
		}
		w.doc.Set("results", []draft.Map{{{Key: "id", Value: "ket-qua"}, {Key: "name", Value: text}}})
		s.Set("results", []string{"ket-qua"})
		return
	}
}

// refusal drafts the way that tables leave out: the step that appraises may refuse, a leader signs, the desk hands over.
func (w *writer) refusal() {
	if slices.ContainsFunc(w.made, func(s *draft.Step) bool { return s.Text("refusal") == "true" }) {
		return
	}
	decides := -1
	for i, s := range w.made {
		work := s.Text("return") != "true" && s.Text("wait") == "" && len(s.Outcomes()) == 0 && i+1 < len(w.made)
		if work && s.Text("role") == "chuyen-vien" && s.Text("agency") != "receiving" {
			decides = i
			break
		}
		if work && decides < 0 && i > 0 {
			decides = i
		}
	}
	if decides < 0 {
		return // lint says that there is no refusal
	}
	s := w.made[decides]
	refuse := draft.NewStep(draft.Unique("tu-choi", w.taken))
	refuse.Set("name", "Trả phiếu từ chối và hồ sơ")
	refuse.Set("role", "mot-cua")
	refuse.Set("agency", "receiving")
	refuse.Set("return", true)
	refuse.Set("refusal", true)
	to := refuse.Text("id")
	var drafted []*draft.Step
	for _, leader := range w.made[decides+1:] {
		if leader.Text("role") != "lanh-dao" || leader.Text("limit") == "" || leader.Text("clock") != "" {
			continue
		}
		sign := draft.NewStep(draft.Unique("ky-tu-choi", w.taken))
		sign.Set("name", "Ký phiếu từ chối giải quyết")
		sign.Set("role", "lanh-dao")
		sign.Set("agency", leader.Text("agency"))
		sign.Set("limit", leader.Text("limit"))
		sign.SetOutcomes([]draft.Outcome{{Name: "xong", Edges: []draft.Edge{{To: to}}}})
		to = sign.Text("id")
		drafted = append(drafted, sign)
		break
	}
	s.SetOutcomes([]draft.Outcome{{Name: "dat", Edges: []draft.Edge{{To: w.made[decides+1].Text("id")}}}, {Name: "tu-choi", Edges: []draft.Edge{{To: to}}}})
	drafted = append(drafted, refuse)
	w.made = append(w.made, drafted...)
	for range drafted {
		w.lineOf = append(w.lineOf, -1)
	}
	w.doc.SetSteps(w.made)
	w.note(w.lines[w.lineOf[decides]].place(colContent), "bảng không có đường từ chối: thêm lối ra tu-choi ở bước này, theo cách thường gặp")
}
