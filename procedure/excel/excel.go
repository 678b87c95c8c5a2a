// Package excel takes step tables in from Excel and writes procedures out as the annex of a decision.
//
// In: the tables that officials really have, with titles above them, merged cells and heads in many wordings; every fault
// is reported at once by its cell, and what no table says (refusals, the types of agencies) is drafted in the usual way and
// noted. Out: one sheet for people, ready to print, and one that carries the whole definition, so that a round trip loses
// nothing. Where both were written by us and only the people's sheet was changed, it wins for what it shows.
//
// Bytes in, bytes out: the package knows no files and no clock.
package excel

import (
	"github.com/xuri/excelize/v2"

	"motcua/procedure"
)

// Bounds of a workbook. They are far above any real step table and keep a hostile file cheap.
const (
	maxFile     = 8 << 20
	maxUnpacked = 32 << 20
	maxParts    = 2000
	maxSheets   = 50
	maxRow      = 3000
	maxColumn   = 100
	maxCells    = 50_000
	maxMerges   = 5000
	maxSteps    = 2000
	maxFindings = 200
)

// Options of an import.
type Options struct {
	// Sheet names the sheet to read; empty: the first with a step table.
	Sheet string
	// Shelf holds the named rules that lint looks up.
	Shelf *procedure.Shelf
	// Values stand in for labelled cells that the workbook lacks: code, name, field, level, agency, limit.
	Values map[string]string
}

// Result of an import.
type Result struct {
	// Definition is the canonical YAML; nil where the table could not be read.
	Definition []byte
	// Findings are all faults and notes, those of the definition that came out included, each with its cell.
	Findings procedure.Diagnostics
}

// Rules are the rules that an import checks beside those of the language.
func Rules() []procedure.Rule {
	e, w, n := procedure.SeverityError, procedure.SeverityWarning, procedure.SeverityNote
	return []procedure.Rule{
		{ID: "xlsx-unreadable", Severity: e, Doc: "Tệp phải là sổ tính .xlsx không đặt mật khẩu."},
		{ID: "xlsx-too-large", Severity: e, Doc: "Tệp tối đa 8 MB (32 MB khi giải nén), 50 trang; bảng tối đa 3.000 dòng, 100 cột, 2.000 bước."},
		{ID: "no-table", Severity: e, Doc: "Phải có một dòng tiêu đề của bảng bước: nội dung, đơn vị hoặc người thực hiện, thời gian."},
		{ID: "missing-column", Severity: e, Doc: "Bảng thiếu một cột cần có."},
		{ID: "unknown-column", Severity: w, Doc: "Cột không nhận ra được nên không đọc."},
		{ID: "missing-content", Severity: e, Doc: "Dòng có thời gian hoặc người làm mà không có nội dung công việc."},
		{ID: "missing-responsible", Severity: e, Doc: "Bước không nêu đơn vị hay người thực hiện."},
		{ID: "step-number", Severity: e, Doc: "Số bước phải là 1, 2, 3, … không thiếu, không lặp."},
		{ID: "bad-time", Severity: e, Doc: "Thời gian của bước là một số và một đơn vị: 0,5 ngày, 4 giờ làm việc."},
		{ID: "merged-time", Severity: e, Doc: "Một ô thời gian gộp qua nhiều bước: không biết bước nào dùng bao nhiêu."},
		{ID: "no-formula-value", Severity: e, Doc: "Ô có công thức mà tệp không lưu kết quả."},
		{ID: "total-mismatch", Severity: e, Doc: "Dòng tổng khác với tổng của các bước."},
		{ID: "bad-next", Severity: e, Doc: "Bước tiếp theo nhắc một bước không có trong bảng, hoặc viết không đúng dạng."},
		{ID: "bad-label", Severity: e, Doc: "Ô có nhãn phía trên bảng (mã, thời hạn, …) không đọc được."},
		{ID: "duplicate-step-id", Severity: e, Doc: "Hai dòng có cùng mã bước, thường do chép dòng."},
		{ID: "drafted", Severity: n, Doc: "Điều bảng không nói, soạn theo cách thường gặp để người thiết kế xem lại."},
		{ID: "table-wins", Severity: n, Doc: "Ô trên bảng khác trang Dữ liệu: lấy theo bảng."},
		{ID: "not-read", Severity: w, Doc: "Phần không được đọc: ô chỉ để người đọc, trang hay bảng thứ hai."},
	}
}

func severityOf(rule string) procedure.Severity {
	for _, r := range Rules() {
		if r.ID == rule {
			return r.Severity
		}
	}
	return procedure.SeverityError
}

// cell is a place in a workbook; row and column are counted from 1.
type cell struct {
	sheet    string
	row, col int
}

func (c cell) String() string {
	name, err := excelize.CoordinatesToCellName(max(c.col, 1), max(c.row, 1))
	if err != nil {
		name = "A1"
	}
	return c.sheet + "!" + name
}

// report collects the findings of one workbook.
type report struct {
	file string
	list procedure.Diagnostics
}

func (r *report) add(c cell, rule, message, hint string) {
	r.addAs(severityOf(rule), c, rule, message, hint)
}

func (r *report) addAs(s procedure.Severity, c cell, rule, message, hint string) {
	if len(r.list) < maxFindings {
		r.list = append(r.list, procedure.Diagnostic{File: r.file, Line: max(c.row, 1), Col: max(c.col, 1), Cell: c.String(), Severity: s, Rule: rule, Message: message, Hint: hint})
	}
}

// whole reports about the file and no cell.
func (r *report) whole(rule, message, hint string) {
	r.list = append(r.list, procedure.Diagnostic{File: r.file, Line: 1, Col: 1, Severity: procedure.SeverityError, Rule: rule, Message: message, Hint: hint})
}

func (r *report) errors() bool { return r.list.HasErrors() }

// Import reads a workbook. It never panics, whatever the bytes.
func Import(file string, data []byte, o Options) Result {
	r := &report{file: file}
	sheets := r.open(data)
	if r.errors() {
		return Result{Findings: r.list.Sorted()}
	}
	var definition []byte
	if machine := machineSheet(sheets); machine != nil && (o.Sheet == "" || o.Sheet == annexSheet) {
		definition = r.own(sheets, machine, o)
	} else {
		definition = r.foreign(sheets, o)
	}
	return Result{Definition: definition, Findings: r.list.Sorted()}
}
