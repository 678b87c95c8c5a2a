package excel

import (
	"slices"
	"strings"
	"sync"

	"motcua/calendar"
	"motcua/procedure"
	"motcua/procedure/draft"
)

// Columns of a step table.
const (
	colNumber  = "number"
	colContent = "content"
	colUnit    = "unit"   // the agency or unit
	colPerson  = "person" // the position
	colWho     = "who"    // both in one cell
	colTime    = "time"
	colResult  = "result"
	colNext    = "next"
	colNote    = "note"
	colID      = "id"
)

// heads are the wordings of the columns' heads, folded; the first is the one we write and suggest.
func heads() []struct {
	column string
	title  string
	also   []string
} {
	return []struct {
		column string
		title  string
		also   []string
	}{
		{colNumber, "Bước", []string{"stt", "tt", "so tt", "so thu tu", "thu tu", "thu tu cong viec", "thu tu buoc", "buoc thuc hien", "buoc cong viec", "b"}},
		{colContent, "Nội dung công việc", []string{"noi dung", "noi dung thuc hien", "noi dung cac buoc", "noi dung cac buoc thuc hien", "noi dung cong viec cu the", "noi dung buoc", "noi dung quy trinh",
			"cong viec", "ten buoc", "ten cong viec", "trinh tu", "trinh tu thuc hien", "trinh tu cong viec", "cac buoc", "cac buoc thuc hien", "cac buoc trinh tu thuc hien", "mo ta", "mo ta cong viec", "hoat dong"}},
		{colUnit, "Đơn vị thực hiện", []string{"don vi", "co quan", "co quan thuc hien", "co quan don vi", "co quan don vi thuc hien", "bo phan", "bo phan thuc hien", "phong ban", "don vi chu tri", "don vi xu ly", "don vi giai quyet"}},
		{colPerson, "Người thực hiện", []string{"can bo thuc hien", "chuc danh", "chuc danh thuc hien", "ca nhan thuc hien", "vi tri", "vai tro", "cong chuc thuc hien", "can bo cong chuc", "can bo cong chuc thuc hien", "nguoi phu trach", "nguoi xu ly", "nguoi giai quyet"}},
		{colWho, "Trách nhiệm thực hiện", []string{"trach nhiem", "don vi nguoi thuc hien", "nguoi don vi thuc hien", "bo phan ca nhan thuc hien", "don vi ca nhan thuc hien", "co quan ca nhan thuc hien", "chu the thuc hien",
			"nguoi chiu trach nhiem", "thuc hien", "bo phan nguoi thuc hien", "don vi can bo thuc hien", "can bo don vi thuc hien", "trach nhiem xu ly", "trach nhiem giai quyet", "don vi bo phan nguoi thuc hien", "don vi bo phan ca nhan thuc hien"}},
		{colTime, "Thời gian", []string{"thoi han", "thoi gian thuc hien", "thoi han thuc hien", "thoi gian giai quyet", "thoi han giai quyet", "thoi gian xu ly", "thoi gian quy dinh", "dinh muc thoi gian", "so ngay", "so gio"}},
		{colResult, "Kết quả", []string{"ket qua thuc hien", "ket qua san pham", "san pham", "san pham dau ra", "dau ra", "bieu mau ket qua", "ket qua bieu mau", "bieu mau", "ho so bieu mau", "bieu mau su dung", "bieu mau san pham", "ket qua dau ra"}},
		{colNext, "Bước tiếp theo", []string{"chuyen buoc", "chuyen den", "chuyen den buoc", "buoc ke tiep", "buoc sau"}},
		{colNote, "Ghi chú", []string{"luu y", "mo ta them"}},
		{colID, "Mã bước", nil},
	}
}

// tail are words of a head that say how its values are meant and not what they are.
func tail() []string {
	return []string{"ngay", "gio", "lam", "viec", "h", "phut", "theo", "quy", "dinh", "tinh", "sau", "cat", "giam", "rut", "ngan", "dvt", "don", "vi", "tinh", "neu", "co", "cu", "the"}
}

// wordings are all heads, folded, with their columns.
var wordings = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for _, h := range heads() {
		all[draft.Fold(h.title)] = h.column
		for _, w := range h.also {
			all[w] = h.column
		}
	}
	return all
})

// columnOf is the column that a head names, empty for none.
func columnOf(head string) string {
	if head == "" || len(head) > 200 {
		return "" // a sentence is no head
	}
	words := strings.Fields(draft.Fold(head))
	for n := len(words); n > 0; n-- {
		if n < len(words) && !slices.Contains(tail(), words[n]) {
			break
		}
		if column := wordings()[strings.Join(words[:n], " ")]; column != "" {
			return column
		}
	}
	return ""
}

// titles are the heads that are suggested.
func titles() []string {
	var list []string
	for _, h := range heads() {
		list = append(list, h.title)
	}
	return list
}

func titleOf(column string) string {
	for _, h := range heads() {
		if h.column == column {
			return h.title
		}
	}
	return column
}

// table is a step table found in a sheet.
type table struct {
	sheet *sheet
	// head is the last row of the head, first the first one.
	first, head int
	columns     map[string]int
	// unit of bare numbers in the column of times.
	unit    draft.Unit
	unknown []int
}

// named are the columns of a step table that a row names.
func (s *sheet) named(row int) map[string]bool {
	named := map[string]bool{}
	for col := 1; col <= s.cols; col++ {
		if c := columnOf(s.at(row, col)); c != "" {
			named[c] = true
		}
	}
	return named
}

// findTable looks for the row that names the most columns of a step table, the first of several.
func findTable(s *sheet) *table {
	best, most := 0, 1
	for row := 1; row <= min(s.rows, 300); row++ {
		if named := s.named(row); len(named) > most && (named[colContent] || named[colTime]) {
			best, most = row, len(named)
		}
	}
	if best == 0 {
		return nil
	}
	t := &table{sheet: s, first: best, head: best, columns: map[string]int{}}
	if t.twoRows() {
		t.head++
	}
	t.readHead()
	return t
}

// complete says whether a table has the columns that it needs: a list of procedures has a time and an agency too.
func (t *table) complete() bool {
	return t.columns[colContent] > 0 && t.columns[colTime] > 0 && t.columns[colUnit]+t.columns[colPerson]+t.columns[colWho] > 0
}

// twoRows says whether the head has a second row: some heads reach over both, others over several columns of it.
func (t *table) twoRows() bool {
	down, across := false, false
	for _, a := range t.sheet.merges {
		down = down || a.top == t.first && a.bottom == t.first+1
		across = across || a.top == t.first && a.bottom == t.first && a.right > a.left
	}
	return down && across
}

func (t *table) readHead() {
	reduced := false
	for col := 1; col <= t.sheet.cols; col++ {
		upper, _ := t.sheet.value(t.first, col)
		lower, _ := t.sheet.value(t.head, col)
		text := upper
		if lower != upper {
			text = strings.TrimSpace(upper + " " + lower)
		}
		if text == "" {
			continue
		}
		column := columnOf(lower)
		if column == "" {
			column = columnOf(text)
		}
		if column == "" {
			column = columnOf(upper)
		}
		folded := draft.Fold(text)
		cut := strings.Contains(folded, "cat giam") || strings.Contains(folded, "rut ngan")
		taken := t.columns[column]
		switch {
		case column == "":
			if t.sheet.merged(t.head, col).left == col {
				t.unknown = append(t.unknown, col)
			}
		case taken == 0 || column == colTime && cut && !reduced:
			// Of two columns of times, the reduced one is what the steps are held to.
			t.columns[column] = col
			if column == colTime {
				reduced = cut
				t.unit = unitOf(folded)
			}
		}
	}
	// "Trình tự" or "Các bước" beside no other content is one; a lone "Bước" column with texts is the content.
	if t.columns[colContent] == 0 && t.columns[colNumber] > 0 {
		for row := t.head + 1; row <= min(t.head+3, t.sheet.rows); row++ {
			if v := t.sheet.at(row, t.columns[colNumber]); v != "" && stepNumber(v) == "" {
				t.columns[colContent] = t.columns[colNumber]
				delete(t.columns, colNumber)
				break
			}
		}
	}
}

func unitOf(folded string) draft.Unit {
	day, hour := strings.Contains(folded, "ngay"), strings.Contains(folded, "gio")
	switch {
	case day && !hour:
		return calendar.WorkingDay
	case hour && !day:
		return calendar.WorkingHour
	}
	return 0
}

// checkHead reports heads that are missing or not understood.
func (r *report) checkHead(t *table) {
	need := []string{}
	if t.columns[colContent] == 0 {
		need = append(need, colContent)
	}
	if t.columns[colUnit] == 0 && t.columns[colPerson] == 0 && t.columns[colWho] == 0 {
		need = append(need, colWho)
	}
	if t.columns[colTime] == 0 {
		need = append(need, colTime)
	}
	for _, col := range t.unknown {
		v, at := t.sheet.value(t.head, col)
		near := nearTitle(v)
		if i := slices.Index(need, columnTitled(near)); i >= 0 {
			r.add(at, "missing-column", "bảng thiếu cột "+titleOf(need[i])+"; không rõ cột “"+short(v)+"”", "có phải là "+near+"?")
			need = slices.Delete(need, i, i+1)
			continue
		}
		hint := ""
		if near != "" {
			hint = "có phải là " + near + "?"
		}
		r.add(at, "unknown-column", "cột “"+short(v)+"” không được đọc", hint)
	}
	for _, c := range need {
		r.add(cell{t.sheet.name, t.first, 1}, "missing-column", "bảng thiếu cột "+titleOf(c), "thêm một cột có tiêu đề “"+titleOf(c)+"”")
	}
}

// nearTitle is the head that a misspelt one is nearest to.
func nearTitle(v string) string {
	var known []string
	for _, t := range titles() {
		known = append(known, draft.Fold(t))
	}
	hint, ok := strings.CutPrefix(procedure.DidYouMean(draft.Fold(v), known), "có phải là ")
	if !ok {
		return ""
	}
	for _, t := range titles() {
		if draft.Fold(t) == strings.TrimSuffix(hint, "?") {
			return t
		}
	}
	return ""
}

func columnTitled(title string) string {
	for _, h := range heads() {
		if h.title == title && title != "" {
			if h.column == colUnit || h.column == colPerson {
				return colWho // any of them says who
			}
			return h.column
		}
	}
	return "?"
}

func short(v string) string {
	v = strings.Join(strings.Fields(v), " ")
	if r := []rune(v); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return v
}
