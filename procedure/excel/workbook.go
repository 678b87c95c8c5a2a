package excel

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"
)

// sheet is the values of a worksheet; rows and columns are counted from 1.
type sheet struct {
	name string
	// shown are the cells as a spreadsheet program shows them, raw as they are stored.
	shown, raw   [][]string
	merges       []area
	uncalculated map[[2]int]bool
	rows, cols   int
	// owner is, for every cell of the sheet, the merged range that it is part of, counted from 1; made when first asked for.
	owner []int32
}

// open reads all sheets of a workbook.
func (r *report) open(data []byte) []*sheet {
	switch {
	case len(data) > maxFile:
		r.whole("xlsx-too-large", fmt.Sprintf("tệp dài %d byte, tối đa %d", len(data), maxFile), "xóa hình ảnh và các trang không cần")
		return nil
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		r.whole("xlsx-unreadable", "đây là tệp .xls cũ hoặc tệp có mật khẩu", "trong Excel chọn Lưu thành, kiểu Sổ làm việc Excel (.xlsx), không đặt mật khẩu")
		return nil
	}
	parts, err := unpack(data)
	if err != nil {
		r.unreadable(err)
		return nil
	}
	trims := map[string]trimmed{}
	for name, content := range parts {
		if !strings.HasPrefix(strings.ToLower(name), "xl/worksheets/") {
			continue
		}
		t, far, err := trimSheet(content)
		if errors.Is(err, errTooLarge) {
			at, _ := excelize.CoordinatesToCellName(max(far[1], 1), max(far[0], 1)) // beyond the bounds: named as far as a name goes
			r.whole("xlsx-too-large", fmt.Sprintf("%s có quá nhiều ô, hoặc ô quá xa (%s)", name, at), fmt.Sprintf("bảng tối đa %d dòng, %d cột; xóa các ô thừa", maxRow, maxColumn))
			return nil
		}
		if err != nil {
			r.unreadable(fmt.Errorf("%s: %w", name, err))
			return nil
		}
		parts[name] = t.xml
		trims[strings.ToLower(name)] = t
	}
	clean, err := pack(parts)
	if err != nil {
		r.unreadable(err)
		return nil
	}
	return r.load(clean, trims, sheetParts(parts))
}

// load hands the cut down workbook to the spreadsheet library. It is not ours: what makes it stumble is the file's fault
// and is said so.
func (r *report) load(data []byte, trims map[string]trimmed, parts map[string]string) (list []*sheet) {
	defer func() {
		if p := recover(); p != nil {
			r.unreadable(fmt.Errorf("%v", p))
			list = nil
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: 2 * maxUnpacked, UnzipXMLSizeLimit: 2 * maxUnpacked})
	if err != nil {
		r.unreadable(err)
		return nil
	}
	defer f.Close() // nothing is on disk
	return r.sheets(f, trims, parts)
}

func (r *report) sheets(f *excelize.File, trims map[string]trimmed, parts map[string]string) []*sheet {
	names := f.GetSheetList()
	if len(names) > maxSheets {
		r.whole("xlsx-too-large", fmt.Sprintf("sổ tính có %d trang, tối đa %d", len(names), maxSheets), "xóa các trang không cần")
		return nil
	}
	var list []*sheet
	for _, name := range names {
		shown, err := f.GetRows(name)
		if err != nil {
			continue // a chart sheet, or one that the file names and does not hold
		}
		raw, err := f.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			continue
		}
		s := &sheet{name: name, shown: shown, raw: raw, rows: len(shown)}
		for _, row := range shown {
			s.cols = max(s.cols, len(row))
		}
		part := trims[parts[name]]
		s.merges, s.uncalculated = part.merges, part.uncalculated
		list = append(list, s)
	}
	if len(list) == 0 {
		r.whole("xlsx-unreadable", "sổ tính không có trang nào đọc được", "mở bằng Excel rồi lưu lại")
	}
	return list
}

func (r *report) unreadable(err error) {
	if errors.Is(err, errTooLarge) {
		r.whole("xlsx-too-large", fmt.Sprintf("tệp giải nén ra quá %d MB hoặc có quá nhiều phần", maxUnpacked>>20), "xóa hình ảnh và các trang không cần")
		return
	}
	r.whole("xlsx-unreadable", "sổ tính không đọc được: "+err.Error(), "mở bằng Excel rồi lưu lại thành .xlsx")
}

// at is what a cell shows, one line per line, outer space dropped and letters composed; empty beyond the sheet.
func (s *sheet) at(row, col int) string { return clean(pick(s.shown, row, col)) }

func pick(rows [][]string, row, col int) string {
	if row < 1 || row > len(rows) || col < 1 || col > len(rows[row-1]) {
		return ""
	}
	return rows[row-1][col-1]
}

func clean(v string) string {
	lines := strings.Split(strings.ReplaceAll(norm.NFC.String(v), "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.Join(strings.Fields(lines[i]), " ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// merged is the range that a cell is part of, of one cell where it is not merged.
func (s *sheet) merged(row, col int) area {
	if s.owner == nil && len(s.merges) > 0 {
		s.own()
	}
	if row >= 1 && row <= s.rows && col >= 1 && col <= s.cols && s.owner != nil {
		if n := s.owner[(row-1)*s.cols+col-1]; n > 0 {
			return s.merges[n-1]
		}
	}
	return area{row, col, row, col}
}

// own marks the cells of every merged range. Ranges do not overlap in a sound file; in another one the work stops when as
// many cells were marked as there are.
func (s *sheet) own() {
	s.owner = make([]int32, s.rows*s.cols)
	left := len(s.owner)
	for i, a := range s.merges {
		for row := max(a.top, 1); row <= min(a.bottom, s.rows); row++ {
			for col := max(a.left, 1); col <= min(a.right, s.cols); col++ {
				if left--; left < 0 {
					return
				}
				if at := (row-1)*s.cols + col - 1; s.owner[at] == 0 {
					s.owner[at] = int32(i + 1) // at most maxMerges
				}
			}
		}
	}
}

// value is what a cell shows, the first cell's value where it is merged, and where that stands.
func (s *sheet) value(row, col int) (string, cell) {
	a := s.merged(row, col)
	return s.at(a.top, a.left), cell{s.name, a.top, a.left}
}
