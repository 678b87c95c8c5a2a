package proof

import (
	"fmt"
	"strconv"
	"strings"
)

// document is the sheet as people read it; text and page are two renderings of it.
type document struct {
	Title, Code, Hash string
	Sections          []section
}

type section struct {
	Title  string
	Facts  []fact
	Lines  []string
	Tables []table
}

type fact struct{ Name, Value string }

type table struct {
	Caption string
	Head    []string
	// Numbers says which columns are figures.
	Numbers []bool
	Rows    [][]string
	Foot    []string
}

func (s *Sheet) document() document {
	d := document{Title: "Phiếu chứng minh thời hạn hồ sơ " + s.Code, Code: s.Code, Hash: s.Hash}
	add := func(x section) {
		if len(x.Facts)+len(x.Lines)+len(x.Tables) > 0 {
			d.Sections = append(d.Sections, x)
		}
	}
	add(s.subject())
	add(s.receiptSection())
	if s.Limit != nil {
		add(s.limitSection())
		for i := range s.Counts {
			c := &s.Counts[i]
			add(section{Title: fmt.Sprintf("Lần tính thứ %d", c.Count), Lines: c.arithmetic(s.Limit)})
		}
	}
	add(s.effects())
	add(s.changes())
	add(s.verdictSection())
	add(s.ledgerSection())
	add(s.daysSection())
	add(s.rungsSection())
	add(s.logSection())
	return d
}

func (s *Sheet) subject() section {
	return section{Title: "Hồ sơ", Facts: []fact{
		{"Mã hồ sơ", s.Code},
		{"Thủ tục", s.Procedure + " – " + s.ProcedureName},
		{"Trạng thái", fmt.Sprintf("%d – %s", s.Status, s.StatusName)},
		{"Hạn trả", instant(s.Due)},
		{"Hoàn thành", instant(s.FinishedAt)},
		{"Kết luận", classWord(s.Verdict)},
		{"Lập theo nhật ký đến sự kiện", fmt.Sprintf("%d, nhìn lúc %s", s.AsOf.Seq, instant(s.AsOf.At))},
		{"Quy trình", s.Plan},
		{"Lịch làm việc", s.calendarLine()},
	}}
}

func (s *Sheet) calendarLine() string {
	var parts []string
	for _, c := range s.Calendars {
		parts = append(parts, c.Agency+" "+c.Hash)
	}
	return strings.Join(parts, ", ")
}

func (s *Sheet) receiptSection() section {
	r := s.Receipt
	x := section{Title: "Tiếp nhận", Facts: []fact{
		{"Nộp lúc", instant(r.SubmittedAt) + ", " + channelWord(r.Channel)},
		{"Nơi nhận", r.Receiving},
		{"Cơ quan giải quyết", r.Lead},
	}}
	put := func(name, value string) { x.Facts = append(x.Facts, fact{name, value}) }
	if !r.IntakeDue.IsZero() {
		put("Hạn xem xét tiếp nhận", instant(r.IntakeDue))
	}
	if !r.RefusedAt.IsZero() {
		put("Không được tiếp nhận lúc", instant(r.RefusedAt))
	}
	if r.Received.IsZero() {
		return x
	}
	put("Tiếp nhận lúc", instant(r.Received))
	if r.Document != "" {
		put("Ghi nhận lúc", instant(r.Recorded)+", theo văn bản "+r.Document)
	}
	put("Tính từ", instant(r.Normalized))
	put("Số trong sổ theo dõi", strconv.FormatInt(r.Register, 10))
	put("Bộ quy tắc một cửa", r.Rules)
	printed := instant(r.Printed)
	if r.Provisional {
		printed += " (tạm tính: có năm chưa công bố lịch nghỉ)"
	}
	put("Ngày hẹn in trên giấy tiếp nhận", printed)
	put(fmt.Sprintf("Quy tắc %s, từ %s", r.Normalization.ID, r.Normalization.Since), r.Normalization.Text+" "+r.Normalization.From)
	return x
}

func (s *Sheet) limitSection() section {
	l := s.Limit
	x := section{Title: "Thời hạn", Facts: []fact{
		{"Theo pháp luật", limitWord(l.Legal, l.SameDay)},
		{"Cam kết", limitWord(l.Committed, l.SameDay)},
	}}
	if l.StartsAt != "" {
		x.Facts = append(x.Facts, fact{"Tính từ khi nhận của", l.StartsAt})
	}
	judged := "theo ngày"
	if !l.ByDate {
		judged = "theo thời điểm"
	}
	x.Facts = append(x.Facts, fact{"Xét trễ hạn", judged})
	for _, line := range l.Lines {
		x.Lines = append(x.Lines, lineWord(line, l.SameDay))
	}
	return x
}

// effects are pauses, exclusions and requests, each with its ground.
func (s *Sheet) effects() section {
	x := section{Title: "Dừng, trừ và bổ sung"}
	pauses := table{Caption: "Thời gian dừng và loại trừ của cả hồ sơ", Head: []string{"Từ", "Đến", "Vì sao", "Của ai", "Thời gian", "Căn cứ"}, Numbers: []bool{4: true, 5: false}}
	for _, p := range s.Pauses {
		until := instant(p.Until)
		if !p.Bound.IsZero() {
			until += ", tối đa đến " + instant(p.Bound)
		}
		ground := p.Ground
		if p.Document != "" {
			ground += ", " + p.Document
		}
		pauses.Rows = append(pauses.Rows, []string{instant(p.From), until, causeWord(p.Cause), legWord(p.Leg), duration(p.Minutes), or(ground)})
	}
	asked := table{Caption: "Yêu cầu bổ sung", Head: []string{"Lần", "Yêu cầu", "Hiệu lực", "Nhận giấy tờ", "Đủ lúc", "Căn cứ"}, Numbers: []bool{true, 5: false}}
	for _, p := range s.Supplements {
		effect, ground := effectWord(p.Effect), p.Ground
		if p.BeforeAcceptance {
			effect = "trước tiếp nhận, chưa tính thời hạn"
		}
		if p.Late {
			effect += ", phiếu gửi muộn"
		}
		if p.Override != "" {
			ground += ", người duyệt " + p.Override
		}
		if p.GuidanceIgnored {
			ground += ", ghi nhận người nộp không làm theo hướng dẫn"
		}
		var provided []string
		for _, t := range p.Provided {
			provided = append(provided, instant(t))
		}
		asked.Rows = append(asked.Rows, []string{strconv.Itoa(p.N), instant(p.Asked), or(effect), or(strings.Join(provided, ", ")), instant(p.Completed), or(strings.TrimPrefix(ground, ", "))})
	}
	paid := table{Caption: "Khoản phải nộp", Head: []string{"Khoản", "Thông báo", "Dừng đồng hồ", "Nộp lúc", "Căn cứ", "Chứng từ"}}
	for _, p := range s.Payments {
		stops := "không"
		if p.Suspends {
			stops = "có"
		}
		paid.Rows = append(paid.Rows, []string{p.ID, instant(p.Asked), stops, instant(p.Paid), or(p.Ground), or(p.Document)})
	}
	x.Tables = filled(pauses, asked, paid)
	return x
}

// changes are what moved the promise, each with both dates.
func (s *Sheet) changes() section {
	x := section{Title: "Thay đổi hạn"}
	t := table{Caption: "Thay đổi hạn, theo thứ tự sự kiện", Head: []string{"Sự kiện", "Lúc", "Việc", "Hạn trước", "Hạn sau", "Căn cứ"}, Numbers: []bool{true, 5: false}}
	row := func(seq int64, at, what, before, after, ground string) {
		t.Rows = append(t.Rows, []string{strconv.FormatInt(seq, 10), at, what, before, after, or(ground)})
	}
	for _, e := range s.Extensions {
		row(e.Seq, instant(e.At), "gia hạn theo luật "+e.Add.Vietnamese(), "–", instant(e.Due), e.Ground)
	}
	if a := s.Reappointment; a != nil {
		row(a.Seq, instant(a.At), "xin lỗi và hẹn lại, người ký "+a.Signer, instant(a.OldDue), instant(a.NewDue), a.Document)
	}
	for _, c := range s.Corrections {
		row(c.Seq, instant(c.At), "đính chính tiếp nhận: "+instant(c.Old)+" thành "+instant(c.Received), instant(c.OldDue), instant(c.Due), c.Ground+", "+c.Document)
	}
	for _, a := range s.Amendments {
		row(a.Seq, instant(a.At), a.what(), instant(a.OldDue), instant(a.Due), a.why())
	}
	for _, m := range s.Moves {
		what := "chuyển sang quy trình " + m.To
		if !m.Target.IsZero() {
			what += ", mục tiêu nội bộ " + instant(m.Target)
		}
		row(m.Seq, instant(m.At), what, instant(m.OldDue), instant(m.Due), strings.TrimPrefix(m.Ground+", "+m.Document, ", "))
	}
	for _, b := range s.Backdated {
		row(b.Seq, instant(b.Effect), "ghi lùi "+b.Act+", nhận lúc "+instant(b.Received), "–", "–", b.Document)
	}
	x.Tables = filled(t)
	return x
}

func (s *Sheet) verdictSection() section {
	x := section{Title: "Kết luận", Facts: []fact{{"Xếp loại", classWord(s.Verdict)}}}
	v := s.Verdict
	if v.LateMinutes == 0 && v.Since.IsZero() {
		return x
	}
	x.Facts = append(x.Facts, fact{"Quá hạn từ", instant(v.Since)}, fact{"Thời gian trễ", duration(v.LateMinutes)})
	t := table{Caption: "Phân bổ thời gian trễ, cộng đúng bằng tổng", Head: []string{"Cơ quan", "Việc", "Thời gian", "Phút"}, Numbers: []bool{2: true, 3: true}}
	for _, c := range v.Charges {
		task := c.Task
		if task == "" {
			task = "không bước nào vượt thời gian: cơ quan chủ trì"
		}
		t.Rows = append(t.Rows, []string{c.Agency, task, duration(c.Minutes), strconv.Itoa(c.Minutes)})
	}
	t.Foot = []string{"Cộng", "", duration(v.LateMinutes), strconv.Itoa(v.LateMinutes)}
	x.Tables = filled(t)
	return x
}

func (s *Sheet) ledgerSection() section {
	x := section{Title: "Thời gian của ai"}
	if s.Elapsed == nil {
		return x
	}
	legs := table{Caption: "Phút làm việc đã qua, từ tiếp nhận", Head: []string{"Chặng", "Cơ quan", "Tính", "Không tính", "Căn cứ không tính"}, Numbers: []bool{2: true, 3: true, 4: false}}
	for _, l := range s.Legs {
		legs.Rows = append(legs.Rows, []string{legWord(l.Leg), l.Agency, strconv.Itoa(l.Counted), strconv.Itoa(l.Excluded), or(strings.Join(l.Grounds, "; "))})
	}
	e := s.Elapsed
	legs.Foot = []string{"Cộng", fmt.Sprintf("%d phút", e.Minutes), strconv.Itoa(e.Counted), strconv.Itoa(e.Excluded), ""}
	steps := table{Caption: "Các bước, theo lịch của cơ quan mình", Head: []string{"Việc", "Tên bước", "Cơ quan", "Mở", "Xong", "Được dùng", "Đã dùng", "Ghi chú"}, Numbers: []bool{5: true, 6: true, 7: false}}
	for _, st := range s.Steps {
		budget := "–"
		if st.Budget > 0 {
			budget = duration(st.Budget)
		}
		steps.Rows = append(steps.Rows, []string{st.Task, st.Name, st.Agency, instant(st.Opened), instant(st.Closed), budget, duration(st.Used), or(st.notes())})
	}
	x.Tables = filled(legs, steps)
	return x
}

func (st *Step) notes() string {
	var notes []string
	if st.Excluded {
		note := "ngoài thời hạn"
		if !st.Bound.IsZero() {
			note += " đến " + instant(st.Bound)
		}
		notes = append(notes, note+" ["+or(st.Ground)+"]")
	}
	if st.Budget > 0 && st.Used > st.Budget {
		notes = append(notes, "vượt "+duration(st.Used-st.Budget))
	}
	if st.Silent {
		notes = append(notes, "im lặng được tính là trả lời")
	}
	if st.Cancelled {
		notes = append(notes, "đã hủy")
	}
	if st.Apart {
		notes = append(notes, "nhánh song song, không cộng vào hồ sơ")
	}
	return strings.Join(notes, "; ")
}

func (s *Sheet) daysSection() section {
	t := table{Caption: "Từng ngày, theo lịch của nơi nhận (phút làm việc)", Head: []string{"Ngày", "Thứ", "Giờ làm việc", "Tính", "Không tính", "Diễn giải"}, Numbers: []bool{3: true, 4: true, 5: false}}
	for i := range s.Days {
		d := &s.Days[i]
		counted, excluded := strconv.Itoa(d.Counted), strconv.Itoa(d.Excluded)
		if d.Ahead {
			counted, excluded = "–", "–"
		}
		t.Rows = append(t.Rows, []string{d.Date.Vietnamese(), weekday(d.Date), or(d.Sessions.String()), counted, excluded, or(d.reading())})
	}
	if s.Elapsed != nil {
		t.Foot = []string{"Cộng", "", "", strconv.Itoa(s.Elapsed.Counted), strconv.Itoa(s.Elapsed.Excluded), ""}
	}
	return section{Title: "Từng ngày", Tables: filled(t)}
}

func (s *Sheet) rungsSection() section {
	t := table{Caption: "Các nấc nhắc việc, leo thang đã nổ", Head: []string{"Thời điểm luật định", "Nấc", "Về", "Lần", "Việc", "Đến"}}
	for _, r := range s.Rungs {
		t.Rows = append(t.Rows, []string{instant(r.Instant), r.Rung, r.Subject, fmt.Sprintf("%d/%d", r.Count, r.Generation), strings.Join(r.Do, ", "), or(strings.Join(r.To, ", "))})
	}
	return section{Title: "Leo thang", Tables: filled(t)}
}

func (s *Sheet) logSection() section {
	t := table{Caption: "Mọi sự kiện mà phiếu này dựa vào", Head: []string{"Số", "Sự kiện", "Hiệu lực", "Ghi nhận", "Ai"}, Numbers: []bool{true, 4: false}}
	for _, e := range s.Log {
		t.Rows = append(t.Rows, []string{strconv.FormatInt(e.Seq, 10), e.Kind, instant(e.At), instant(e.Recorded), or(e.By)})
	}
	return section{Title: "Nhật ký", Facts: []fact{{"Dấu của nhật ký", s.AsOf.Digest}}, Tables: filled(t)}
}

// filled are the tables that have rows.
func filled(all ...table) (out []table) {
	for _, t := range all {
		if len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	return out
}

// number says whether a column holds figures.
func (t table) number(column int) bool { return column < len(t.Numbers) && t.Numbers[column] }
