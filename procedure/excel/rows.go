package excel

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"motcua/procedure/draft"
)

// line is one step of a table, as written; the cells say where.
type line struct {
	row    int
	number string // "3", "2.1"; empty where the row has none
	text   map[string]string
	at     map[string]cell
}

func (l *line) place(column string) cell {
	if c, ok := l.at[column]; ok {
		return c
	}
	return l.at[colContent]
}

var numbered = regexp.MustCompile(`^(?:buoc|b)? ?0*([0-9]+(?: [0-9]+)*[a-z]?)$`)

// stepNumber reads "Bước 3", "B3", "03.", "2.1"; empty for anything else.
func stepNumber(s string) string {
	m := numbered.FindStringSubmatch(draft.Fold(s))
	if m == nil {
		return ""
	}
	return strings.ReplaceAll(m[1], " ", ".")
}

// lines reads the rows of a table up to its total, which is returned with its time.
func (r *report) lines(t *table) (lines []line, total *line) {
	last := 0
	for row := t.head + 1; row <= t.sheet.rows; row++ {
		l, ok := t.line(row)
		switch {
		case !ok:
		case len(t.sheet.named(row)) >= 3:
			r.checkRest(t, row)
			row = t.sheet.rows
		case isTotal(t, row):
			total = &l
			r.checkRest(t, row+1)
			row = t.sheet.rows
		case t.heading(row):
			// "I. Trường hợp …" between steps is for people.
		default:
			lines = append(lines, l)
			if l.number != "" && l.text[colContent] != "" || l.text[colTime] != "" {
				last = len(lines)
			}
		}
	}
	lines = lines[:last] // what follows the last step is the signature block and its like
	if len(lines) > maxSteps {
		r.add(cell{t.sheet.name, lines[maxSteps].row, 1}, "xlsx-too-large", fmt.Sprintf("bảng có %d bước, tối đa %d", len(lines), maxSteps), "tách thành nhiều thủ tục")
		return nil, nil
	}
	r.checkRows(t, lines)
	return lines, total
}

// checkRest reports another table behind the total.
func (r *report) checkRest(t *table, from int) {
	for row := from; row <= t.sheet.rows; row++ {
		if len(t.sheet.named(row)) >= 3 {
			r.add(cell{t.sheet.name, row, 1}, "not-read", "từ đây là một bảng bước khác: chỉ đọc bảng đầu của trang", "chép mỗi bảng sang một trang riêng")
			return
		}
	}
}

// line reads one row; not ok where it is empty.
func (t *table) line(row int) (line, bool) {
	l := line{row: row, text: map[string]string{}, at: map[string]cell{}}
	filled := false
	for column, col := range t.columns {
		v, at := t.sheet.value(row, col)
		l.text[column], l.at[column] = v, at
		filled = filled || v != "" && at.row == row
	}
	l.number = stepNumber(l.text[colNumber])
	return l, filled
}

func isTotal(t *table, row int) bool {
	for col := 1; col <= t.sheet.cols; col++ {
		if v := t.sheet.at(row, col); v != "" {
			f := draft.Fold(v)
			return f == "tong" || strings.HasPrefix(f, "tong cong") || strings.HasPrefix(f, "tong thoi gian") || strings.HasPrefix(f, "tong so") || f == "cong"
		}
	}
	return false
}

var section = regexp.MustCompile(`^[IVX]+[.)]?$|^[A-Z][.)]$`)

// heading says whether a row is no step but a title among them: one text over the whole table, or "II. Trường hợp …".
func (t *table) heading(row int) bool {
	if l, _ := t.line(row); section.MatchString(l.text[colNumber]) && l.at[colNumber].row == row && l.text[colTime] == "" {
		return true
	}
	first, at := "", 0
	for col := 1; col <= t.sheet.cols; col++ {
		v, _ := t.sheet.value(row, col)
		switch {
		case v == "":
		case first == "":
			first, at = v, col
		case v != first || t.sheet.merged(row, col).left != t.sheet.merged(row, at).left:
			return false
		}
	}
	a := t.sheet.merged(row, at)
	return first != "" && (a.right > a.left || stepNumber(first) == "" && at != t.columns[colTime] && at != t.columns[colContent])
}

// checkRows reports what is wrong with the rows themselves.
func (r *report) checkRows(t *table, lines []line) {
	expected := 0
	for i := range lines {
		l := &lines[i]
		for _, c := range t.usedColumns() {
			at := l.at[c]
			if t.sheet.uncalculated[[2]int{at.row, at.col}] {
				r.add(at, "no-formula-value", "ô có công thức mà tệp không lưu kết quả", "mở bằng Excel rồi lưu lại, hoặc gõ giá trị")
			}
		}
		if l.text[colContent] == "" {
			r.add(cell{t.sheet.name, l.row, t.columns[colContent]}, "missing-content", "bước không có nội dung công việc", "viết nội dung, hoặc xóa dòng")
		}
		if l.text[colUnit] == "" && l.text[colPerson] == "" && l.text[colWho] == "" {
			col := t.columns[colWho] + t.columns[colUnit]
			if col == 0 {
				col = t.columns[colPerson]
			}
			r.add(cell{t.sheet.name, l.row, col}, "missing-responsible", "bước không nêu ai thực hiện", "viết đơn vị hoặc người thực hiện, hoặc gộp ô với bước trên")
		}
		if v := l.text[colNumber]; v != "" && l.number == "" {
			r.add(l.at[colNumber], "step-number", fmt.Sprintf("không đọc được số bước %q", short(v)), fmt.Sprintf("viết Bước %d hoặc %d", expected+1, expected+1))
		}
		n, err := strconv.Atoi(l.number)
		if err != nil || l.at[colNumber].row != l.row {
			continue // 2.1, or a number merged over several rows
		}
		if expected++; n != expected {
			r.add(l.at[colNumber], "step-number", fmt.Sprintf("đây là bước %d, không phải %d", expected, n), fmt.Sprintf("đánh số lại: %d", expected))
		}
	}
	r.checkMergedTimes(t, lines)
}

func (t *table) usedColumns() []string {
	var used []string
	for _, h := range heads() {
		if t.columns[h.column] > 0 {
			used = append(used, h.column)
		}
	}
	return used
}

// checkMergedTimes reports a time that stands for several steps.
func (r *report) checkMergedTimes(t *table, lines []line) {
	var reported []cell
	for i := range lines {
		at, ok := lines[i].at[colTime]
		if !ok || at.row == lines[i].row || slices.Contains(reported, at) {
			continue
		}
		reported = append(reported, at)
		a := t.sheet.merged(at.row, at.col)
		r.add(at, "merged-time", fmt.Sprintf("một ô thời gian (%s) gộp qua %d dòng", short(lines[i].text[colTime]), a.bottom-a.top+1), "tách ô và ghi thời gian của từng bước")
	}
}
