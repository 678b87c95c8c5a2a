package excel

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"motcua/procedure"
	"motcua/procedure/draft"
)

// The columns of the annex, with their widths in characters of the body's font. The last one is left out of print.
func annexColumns() []struct {
	column string
	width  float64
} {
	return []struct {
		column string
		width  float64
	}{
		{colNumber, 7}, {colContent, 40}, {colUnit, 20}, {colPerson, 16}, {colTime, 17}, {colResult, 24}, {colNext, 22}, {colNote, 30}, {colID, 16},
	}
}

const (
	printedColumns = 8
	bodySize       = 11.0
	bodyLeading    = 15.0
	lineCells      = 15_000 // characters of one cell of the machine's sheet; a cell holds 32,767
)

// Export writes a procedure as a workbook: the annex for people, and the definition for the way back. source is the file
// that the plan was compiled from. The same input gives the same workbook.
func Export(source []byte, plan *procedure.Plan) ([]byte, error) {
	canonical, err := procedure.Format(source)
	if err != nil {
		return nil, fmt.Errorf("export %s: %w", plan.Code, err)
	}
	d, found := procedure.Parse(plan.Code, canonical)
	if found.HasErrors() {
		return nil, fmt.Errorf("export %s: %w", plan.Code, found)
	}
	doc, err := draft.Open(canonical)
	if err != nil {
		return nil, fmt.Errorf("export %s: %w", plan.Code, err)
	}
	x := &exporter{f: excelize.NewFile(), plan: plan, d: d, a: render(doc, d)}
	defer x.f.Close() // nothing is on disk
	x.annex()
	x.data(canonical)
	if x.err != nil {
		return nil, fmt.Errorf("export %s: %w", plan.Code, x.err)
	}
	var out bytes.Buffer
	if err := x.f.Write(&out); err != nil {
		return nil, fmt.Errorf("export %s: %w", plan.Code, err)
	}
	return out.Bytes(), nil
}

// exporter keeps the first error of the library, so that the sheet is written as it reads.
type exporter struct {
	f    *excelize.File
	plan *procedure.Plan
	d    *procedure.Definition
	a    *annex
	row  int
	err  error
}

func (x *exporter) try(err error) {
	if x.err == nil {
		x.err = err
	}
}

func (x *exporter) style(s *excelize.Style) int {
	id, err := x.f.NewStyle(s)
	x.try(err)
	return id
}

func name(col, row int) string {
	n, _ := excelize.CoordinatesToCellName(col, row) // both are ours and in range
	return n
}

// span writes a text over columns of the present row.
func (x *exporter) span(from, to int, text string, style int) {
	x.try(x.f.SetCellStr(annexSheet, name(from, x.row), text))
	x.try(x.f.SetCellStyle(annexSheet, name(from, x.row), name(to, x.row), style))
	if to > from {
		x.try(x.f.MergeCell(annexSheet, name(from, x.row), name(to, x.row)))
	}
}

func font(size float64, bold, italic bool) *excelize.Font {
	return &excelize.Font{Family: "Times New Roman", Size: size, Bold: bold, Italic: italic}
}

func borders() []excelize.Border {
	var all []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		all = append(all, excelize.Border{Type: side, Color: "7F7F7F", Style: 1})
	}
	return all
}

func (x *exporter) annex() {
	x.try(x.f.SetSheetName("Sheet1", annexSheet))
	for i, c := range annexColumns() {
		letter, err := excelize.ColumnNumberToName(i + 1)
		x.try(err)
		x.try(x.f.SetColWidth(annexSheet, letter, letter, c.width))
	}
	centered := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	title := x.style(&excelize.Style{Font: font(14, true, false), Alignment: centered})
	plain := x.style(&excelize.Style{Font: font(12, false, true), Alignment: centered})
	for _, t := range []struct {
		text  string
		style int
	}{
		{"Phụ lục", title}, {"QUY TRÌNH NỘI BỘ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH", title}, {x.plan.Name, title},
		{"(Kèm theo Quyết định số ………/QĐ-……… ngày …… tháng …… năm ……… của ………………………………)", plain},
	} {
		x.row++
		x.span(1, printedColumns, t.text, t.style)
		x.height(t.text, 20, 130)
	}
	x.row++
	x.head()
	x.row++
	head := x.table()
	x.sources()
	x.page(head)
}

// head writes the labelled lines.
func (x *exporter) head() {
	label := x.style(&excelize.Style{Font: font(bodySize, true, false), Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	value := x.style(&excelize.Style{Font: font(bodySize, false, false), Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	lines := slices.Clone(x.a.meta)
	lines = append(lines, shownValue{title: "Thời hạn cam kết", text: x.committed()}, shownValue{title: "Mức tin cậy", text: procedure.ConfidenceName(x.plan.Origin)})
	if p := x.plan.InternalProcess; p != nil {
		lines = append(lines, shownValue{title: "Nguồn của quy trình nội bộ", text: p.Source + " (" + procedure.ConfidenceName(p.Confidence) + ")"})
	}
	var basis []string
	for _, b := range x.plan.LegalBasis {
		basis = append(basis, strings.TrimSpace(b.Document+" "+b.Article))
	}
	if len(basis) > 0 {
		lines = append(lines, shownValue{title: "Căn cứ pháp lý", text: strings.Join(basis, "; ")})
	}
	for _, l := range lines {
		x.row++
		x.span(1, 2, l.title+":", label)
		x.span(3, printedColumns, l.text, value)
		x.height(l.text, bodyLeading, 125)
	}
}

// committed is what the province promises: the limits after variants and reductions, each with its rules.
func (x *exporter) committed() string {
	var lines []string
	for _, p := range x.plan.LongestPaths("") {
		text := p.Committed.Vietnamese()
		if p.SameDay != nil {
			text = "trong ngày làm việc"
		}
		if len(p.Rules) > 0 {
			text += " (" + strings.Join(p.Rules, ", ") + ")"
		}
		if !slices.Contains(lines, text) {
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "; ")
}

// table writes the steps and their total and returns the row of the head.
func (x *exporter) table() int {
	x.row++
	head := x.row
	bold := x.style(&excelize.Style{Font: font(bodySize, true, false), Border: borders(), Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E6EDF4"}},
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}})
	left := x.style(&excelize.Style{Font: font(bodySize, false, false), Border: borders(), Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
	middle := x.style(&excelize.Style{Font: font(bodySize, false, false), Border: borders(), Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}})
	grey := x.style(&excelize.Style{Font: &excelize.Font{Family: "Consolas", Size: 9, Color: "7F7F7F"}, Alignment: &excelize.Alignment{Vertical: "center"}})
	for i, c := range annexColumns() {
		style := bold
		if c.column == colID {
			style = grey
		}
		x.span(i+1, i+1, titleOf(c.column), style)
	}
	x.try(x.f.SetRowHeight(annexSheet, head, 2*bodyLeading+4))
	for _, r := range x.a.rows {
		x.row++
		tall := 1
		for i, c := range annexColumns() {
			style := left
			switch c.column {
			case colNumber, colUnit, colPerson, colTime:
				style = middle
			case colID:
				style = grey
			}
			x.span(i+1, i+1, r.text[c.column], style)
			if c.column != colUnit { // its cells are merged over rows
				tall = max(tall, textLines(r.text[c.column], c.width))
			}
		}
		x.try(x.f.SetRowHeight(annexSheet, x.row, bodyLeading*float64(tall)+6))
	}
	x.mergeLanes(head + 1)
	x.row++
	minutes, _ := longest(x.plan)
	x.span(1, 4, "Tổng thời gian tính vào thời hạn (đường dài nhất)", bold)
	x.span(5, 5, minutesName(minutes, x.plan.Exec.Limit.Unit), bold)
	x.span(6, printedColumns, "", bold)
	x.try(x.f.SetRowHeight(annexSheet, x.row, bodyLeading+8))
	return head
}

// mergeLanes merges the cells of one agency over the steps that follow each other in it.
func (x *exporter) mergeLanes(first int) {
	col := slices.IndexFunc(annexColumns(), func(c struct {
		column string
		width  float64
	},
	) bool {
		return c.column == colUnit
	}) + 1
	for i := 0; i < len(x.a.rows); {
		k := i
		for k < len(x.a.rows) && x.a.rows[k].text[colUnit] == x.a.rows[i].text[colUnit] {
			k++
		}
		if k > i+1 {
			x.try(x.f.MergeCell(annexSheet, name(col, first+i), name(col, first+k-1)))
		}
		i = k
	}
}

// sources writes where each fact is from and how far it can be trusted.
func (x *exporter) sources() {
	if len(x.plan.Sources) == 0 {
		return
	}
	label := x.style(&excelize.Style{Font: font(bodySize, true, false)})
	cell := x.style(&excelize.Style{Font: font(bodySize-1, false, false), Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	x.row += 2
	x.span(1, printedColumns, "Nguồn và mức tin cậy của các dữ kiện", label)
	for _, s := range x.plan.Sources {
		x.row++
		x.span(1, 2, s.Path, cell)
		x.span(3, 3, procedure.ConfidenceName(s.Confidence), cell)
		x.span(4, printedColumns, s.Source, cell)
		x.height(s.Source, bodyLeading, 110)
	}
}

// page sets the paper: A4 across, one page wide, the head of the table on every page.
func (x *exporter) page(head int) {
	a4, landscape, wide, high, fit := 9, "landscape", 1, 0, true
	x.try(x.f.SetPageLayout(annexSheet, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &high}))
	x.try(x.f.SetSheetProps(annexSheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	side, top := 0.5, 0.6
	x.try(x.f.SetPageMargins(annexSheet, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &top, Bottom: &top}))
	x.try(x.f.SetHeaderFooter(annexSheet, &excelize.HeaderFooterOptions{OddFooter: "&CTrang &P/&N"}))
	last, err := excelize.ColumnNumberToName(printedColumns)
	x.try(err)
	x.try(x.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", annexSheet, head, head), Scope: annexSheet}))
	x.try(x.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: fmt.Sprintf("'%s'!$A$1:$%s$%d", annexSheet, last, x.row), Scope: annexSheet}))
	x.try(x.f.SetPanes(annexSheet, &excelize.Panes{Freeze: true, YSplit: head, TopLeftCell: name(1, head+1), ActivePane: "bottomLeft"}))
}

// height makes the present row high enough for a text in a merged cell: spreadsheet programs do that by themselves only
// where nothing is merged.
func (x *exporter) height(text string, leading, width float64) {
	x.try(x.f.SetRowHeight(annexSheet, x.row, leading*float64(textLines(text, width))+3))
}

// textLines estimates how many lines a text takes in a column of this width in characters.
func textLines(text string, width float64) int {
	n := 0
	for _, line := range strings.Split(text, "\n") {
		used, count := 0, 1
		for _, w := range strings.Fields(line) {
			length := len([]rune(w))
			if used > 0 && float64(used+1+length) > width {
				count++
				used = 0
			}
			if used > 0 {
				used++
			}
			used += length
		}
		n += count
	}
	return max(n, 1)
}

// data writes the machine's sheet.
func (x *exporter) data(canonical []byte) {
	_, err := x.f.NewSheet(dataSheet)
	x.try(err)
	put := func(col, row int, text string) { x.try(x.f.SetCellStr(dataSheet, name(col, row), text)) }
	put(1, 1, "Trang để máy đọc: toàn bộ định nghĩa, mỗi dòng một ô. Hãy sửa ở trang "+annexSheet+"; trang này giữ những gì bảng không ghi.")
	put(1, 2, dataMark)
	put(2, 2, fmt.Sprint(procedure.LanguageVersion))
	put(3, 2, x.plan.Hash)
	for i, line := range strings.Split(strings.TrimSuffix(string(canonical), "\n"), "\n") {
		for k, part := range chunks(line) {
			put(k+1, dataFirst+i, part)
		}
	}
	mono := x.style(&excelize.Style{Font: &excelize.Font{Family: "Consolas", Size: 9}})
	x.try(x.f.SetColStyle(dataSheet, "A", mono))
	x.try(x.f.SetColWidth(dataSheet, "A", "A", 160))
}

// chunks cuts a line into the pieces of its cells.
func chunks(line string) []string {
	runes := []rune(line)
	parts := []string{}
	for len(runes) > lineCells {
		parts = append(parts, string(runes[:lineCells]))
		runes = runes[lineCells:]
	}
	return append(parts, string(runes))
}
