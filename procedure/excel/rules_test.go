package excel

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"motcua/procedure"
	"motcua/procedure/draft"
)

// Every rule has a workbook that breaks it, at the cell that is named.
func TestEveryRule(t *testing.T) {
	t.Parallel()
	table := func(change func(rows [][]any) [][]any, merges ...string) []byte {
		rows := [][]any{
			{"Mã TTHC: 9.000009", nil, "Lĩnh vực: Đất đai", "Cấp thực hiện: Cấp xã"},
			{"Bước", "Nội dung", "Trách nhiệm", "Thời gian", "Kết quả"},
			{1, "Tiếp nhận hồ sơ", "Bộ phận Một cửa", "0,5 ngày", ""},
			{2, "Thẩm định", "Chuyên viên UBND xã", "2 ngày", ""},
			{3, "Ký văn bản", "Chủ tịch UBND xã", "1 ngày", ""},
			{4, "Trả kết quả", "Bộ phận Một cửa", "–", "Văn bản"},
			{"Tổng cộng", nil, nil, "3,5 ngày"},
		}
		return book(t, change(rows), merges...)
	}
	set := func(row, col int, v any) func([][]any) [][]any {
		return func(rows [][]any) [][]any {
			rows[row-1][col-1] = v
			return rows
		}
	}
	wide := make([][]any, 1)
	for range maxColumn + 1 {
		wide[0] = append(wide[0], "x")
	}
	own := export(t, shipped(t)["1.012784-tach-hop-thua.yaml"])
	cases := map[string]struct {
		data []byte
		at   string
		says string
	}{
		"xlsx-unreadable": {[]byte("không phải sổ tính"), "1:1", "không phải tệp .xlsx"},
		"xlsx-too-large":  {book(t, wide), "1:1", "quá nhiều ô"},
		"no-table":        {book(t, [][]any{{"Danh sách"}, {"một"}}), "Sheet1!A1", "không tìm thấy bảng bước"},
		"missing-column":  {table(set(2, 4, "Thời gan")), "Sheet1!D2", "có phải là Thời gian?"},
		"unknown-column":  {table(set(2, 5, "Kế quảx")), "Sheet1!E2", "có phải là Kết quả?"},
		"missing-content": {table(set(4, 2, nil)), "Sheet1!B4", "không có nội dung"},
		"missing-responsible": {table(func(rows [][]any) [][]any {
			rows[4][2] = nil
			return rows
		}), "Sheet1!C5", "không nêu ai"},
		"step-number":      {table(set(5, 1, "bốn")), "Sheet1!A5", "viết Bước 3 hoặc 3"},
		"bad-time":         {table(set(4, 4, "2-3 ngày")), "Sheet1!D4", "một khoảng"},
		"merged-time":      {table(set(5, 4, nil), "D4:D5"), "Sheet1!D4", "gộp qua 2 dòng"},
		"no-formula-value": {formulaBook(t), "Sheet1!B2", "không lưu kết quả"},
		"total-mismatch":   {table(set(7, 4, "4 ngày")), "Sheet1!D7", "các bước cộng lại 3,5 ngày làm việc"},
		"bad-next": {table(func(rows [][]any) [][]any {
			rows[1] = append(rows[1], "Bước tiếp theo")
			rows[3] = append(rows[3], "đạt → bước 3; từ chối → bước 9")
			return rows
		}), "Sheet1!F4", "không có bước 9"},
		"bad-label": {table(func(rows [][]any) [][]any {
			rows[0] = append(rows[0], "Thời hạn giải quyết: sớm nhất")
			return rows
		}), "Sheet1!E1", "không đọc được thời hạn"},
		"duplicate-step-id": {edit(t, own, func(f *excelize.File) {
			require.NoError(t, f.SetCellStr(annexSheet, find(t, f, "gui-kq"), "ky"))
		}), "Phụ lục!I", "mã bước ky đã có"},
		"drafted": {table(set(1, 1, nil)), "Sheet1!A2", "bảng không có mã thủ tục"},
		"table-wins": {edit(t, own, func(f *excelize.File) {
			require.NoError(t, f.SetCellStr(annexSheet, find(t, f, "GCN đã ký"), "Giấy"))
		}), "Phụ lục!F", "trang Dữ liệu ghi “GCN đã ký”"},
		"not-read": {edit(t, own, func(f *excelize.File) {
			require.NoError(t, f.SetCellStr(annexSheet, find(t, f, "được yêu cầu bổ sung; được tạm dừng; tối đa 3 lượt"), "được tạm dừng"))
		}), "Phụ lục!H", "không được đọc"},
	}
	for _, rule := range Rules() {
		c, ok := cases[rule.ID]
		require.True(t, ok, "no workbook breaks %s", rule.ID)
		t.Run(rule.ID, func(t *testing.T) {
			t.Parallel()
			res := Import("bang.xlsx", c.data, Options{Shelf: shelf(t)})
			i := slices.IndexFunc(res.Findings, func(d procedure.Diagnostic) bool { return d.Rule == rule.ID && d.Severity == rule.Severity })
			require.GreaterOrEqual(t, i, 0, res.Findings.Error())
			text := res.Findings[i].String()
			require.Contains(t, text, c.says)
			require.Regexp(t, `^bang\.xlsx[!:]`+c.at, text)
			require.Equal(t, res.Definition == nil, rule.Severity == procedure.SeverityError || res.Findings.HasErrors() && rule.ID != "not-read" && rule.ID != "table-wins")
		})
	}
}

func formulaBook(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(t, f, "Sheet1", [][]any{{"Nội dung", "Thời gian", "Trách nhiệm"}, {"Thẩm định", nil, "Chuyên viên"}, {"Ký", "1 ngày", "Lãnh đạo"}})
	require.NoError(t, f.SetCellFormula("Sheet1", "B2", "1+1"))
	return save(t, f)
}

// Lint's findings of what came out are named by the cell that they come from.
func TestFindingsOfTheDefinitionHaveCells(t *testing.T) {
	t.Parallel()
	rows := [][]any{
		{"Thời hạn giải quyết: 2 ngày làm việc"},
		{"Bước", "Nội dung", "Trách nhiệm", "Thời gian"},
		{1, "Tiếp nhận hồ sơ", "Bộ phận Một cửa", "0,5 ngày"},
		{2, "Thẩm định", "Chuyên viên UBND xã", "2 ngày"},
		{3, "Thực hiện nghĩa vụ tài chính", "Người nộp hồ sơ", "Không tính thời gian"},
		{4, "Ký văn bản", "Chủ tịch UBND xã", "1 ngày"},
	}
	res := Import("bang.xlsx", book(t, rows), Options{Shelf: shelf(t), Values: map[string]string{"code": "9.000009", "name": "Thử", "field": "Đất đai", "level": "Cấp xã", "agency": "UBND xã"}})
	require.NotNil(t, res.Definition, "what can be read is written, for lint's findings are mended there")
	text := res.Findings.Error()
	require.Regexp(t, `bang\.xlsx!Sheet1!A1: đường dài nhất cần 3\.5wd, thời hạn cam kết 2wd.*\[steps-over-limit\]`, text)
	require.Regexp(t, `bang\.xlsx!Sheet1!D5: .*\[excluded-without-ground\]`, text)
	require.Contains(t, string(res.Definition), "wait: payment")
	require.Contains(t, string(res.Definition), "{id: tra-kq, name: Trả kết quả, role: mot-cua, agency: receiving, return: true")
	for _, f := range res.Findings {
		require.NotEmpty(t, f.Cell, f.String())
	}
}

func TestTablesInOtherForms(t *testing.T) {
	t.Parallel()
	// Heads in two rows, times before and after a reduction, numbers for several rows, a date where Excel made one.
	rows := [][]any{
		{"Quy trình nội bộ giải quyết thủ tục hành chính: Thử nghiệm (9.000008)"},
		{"TT", "Trình tự thực hiện", "Trách nhiệm", nil, "Thời gian (giờ làm việc)", nil, "Ghi chú"},
		{nil, nil, "Đơn vị", "Người thực hiện", "Theo quy định", "Sau cắt giảm"},
		{"I", "Trường hợp thông thường"},
		{"B1", "Tiếp nhận hồ sơ", "Trung tâm PVHCC", "Cán bộ một cửa", 8, 4},
		{"B2", "Thẩm định hồ sơ", "Phòng Kinh tế", "Chuyên viên", 24, 12},
		{nil, "Soát xét", nil, "Lãnh đạo phòng", 4, "½ ngày"},
		{"B3", "Phê duyệt", "UBND xã", "Chủ tịch", 8, "04 giờ"},
		{"B4", "Trả kết quả", "Trung tâm PVHCC", "Cán bộ một cửa", "Giờ hành chính", "Giờ hành chính"},
		{"Tổng", nil, nil, nil, 44, 24},
		{"Nơi nhận: Văn phòng"},
	}
	merges := []string{"A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:G3", "A6:A7", "C6:C7"}
	res := Import("bang.xlsx", book(t, rows, merges...), Options{Shelf: shelf(t)})
	require.NotNil(t, res.Definition, res.Findings.Error())
	golden(t, "two-heads", res)

	f := excelize.NewFile()
	fill(t, f, "Sheet1", rows, merges...)
	style, err := f.NewStyle(&excelize.Style{NumFmt: 16})
	require.NoError(t, err)
	require.NoError(t, f.SetCellValue("Sheet1", "F5", 46054))
	require.NoError(t, f.SetCellStyle("Sheet1", "F5", "F5", style))
	res = Import("bang.xlsx", save(t, f), Options{Shelf: shelf(t)})
	require.Nil(t, res.Definition)
	require.Contains(t, res.Findings.Error(), "bang.xlsx!Sheet1!F5: Excel đã đổi thời gian thành ngày tháng")
}

func TestTheSheetIsChosen(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	fill(t, f, "Sheet1", [][]any{{"Bìa"}})
	for _, name := range []string{"TTHC 1", "TTHC 2"} {
		_, err := f.NewSheet(name)
		require.NoError(t, err)
		fill(t, f, name, [][]any{{"Nội dung", "Trách nhiệm", "Thời gian"}, {"Thẩm định " + name, "Chuyên viên UBND xã", "1 ngày"}, {"Ký", "Chủ tịch UBND xã", "1 ngày"}})
	}
	data := save(t, f)
	res := Import("bang.xlsx", data, Options{Shelf: shelf(t)})
	require.Contains(t, string(res.Definition), "Thẩm định TTHC 1")
	require.Contains(t, res.Findings.Error(), "TTHC 2!A1: cảnh báo: trang này cũng có bảng bước")
	res = Import("bang.xlsx", data, Options{Shelf: shelf(t), Sheet: "TTHC 2"})
	require.Contains(t, string(res.Definition), "Thẩm định TTHC 2")
	res = Import("bang.xlsx", data, Options{Shelf: shelf(t), Sheet: "TTHC2"})
	require.Contains(t, res.Findings.Error(), "có phải là TTHC")
}

func TestOneTableIsRead(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	fill(t, f, "Sheet1", [][]any{{"STT", "Tên thủ tục", "Thời hạn giải quyết", "Cơ quan thực hiện"}, {1, "Thử", "3 ngày", "UBND xã"}})
	_, err := f.NewSheet("Quy trình")
	require.NoError(t, err)
	head := []any{"Bước", "Nội dung", "Trách nhiệm", "Thời gian"}
	fill(t, f, "Quy trình", [][]any{
		head, {1, "Thẩm định một", "Chuyên viên UBND xã", "1 ngày"}, {2, "Ký", "Chủ tịch UBND xã", "1 ngày"}, {"2. Thủ tục thứ hai"},
		head, {1, "Thẩm định hai", "Chuyên viên UBND xã", "1 ngày"},
	})
	res := Import("bang.xlsx", save(t, f), Options{Shelf: shelf(t)})
	require.Contains(t, string(res.Definition), "Thẩm định một", "a list of procedures is no step table")
	require.NotContains(t, string(res.Definition), "Thẩm định hai")
	require.Contains(t, res.Findings.Error(), "bang.xlsx!Quy trình!A5: cảnh báo: từ đây là một bảng bước khác")
}

// The rules are documented where designers read.
func TestRulesAreDocumented(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/designers.md")
	require.NoError(t, err)
	for _, r := range Rules() {
		require.Contains(t, string(data), "| `"+r.ID+"` | "+r.Severity.String()+" | ", r.ID)
	}
}

// rezip changes the parts of a workbook.
func rezip(t testing.TB, data []byte, change func(name string, content []byte) []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		part, err := w.Create(f.Name)
		require.NoError(t, err)
		_, err = part.Write(change(f.Name, content))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestHostileFiles(t *testing.T) {
	t.Parallel()
	rows, merges := landTable()
	good := book(t, rows, merges...)
	inSheet := func(from, to string) []byte {
		return rezip(t, good, func(name string, content []byte) []byte {
			if name == "xl/worksheets/sheet1.xml" {
				require.Contains(t, string(content), from)
				return bytes.Replace(content, []byte(from), []byte(to), 1)
			}
			return content
		})
	}
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"an old workbook or one with a password": {append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), "tệp .xls cũ hoặc tệp có mật khẩu"},
		"a bomb":                                 {inSheet("<sheetData>", "<sheetData>"+strings.Repeat(" ", maxUnpacked)), "giải nén ra quá"},
		"a cell far away":                        {inSheet("</sheetData>", `<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>`), "ô quá xa"},
		"too many cells":                         {inSheet("</sheetData>", "<row r=\"90\">"+strings.Repeat(`<c r="A90"><v>1</v></c>`, maxCells+1)+"</row></sheetData>"), "quá nhiều ô"},
		"a part that is cut":                     {inSheet("</sheetData>", "<row"), "không đọc được"},
		"a file that is cut":                     {good[:len(good)/2], "không phải tệp .xlsx"},
		"no worksheet at all":                    {rezip(t, good, func(string, []byte) []byte { return nil }), "không đọc được"},
		"a file beyond bounds":                   {make([]byte, maxFile+1), "tối đa"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := Import("bang.xlsx", c.data, Options{})
			require.Nil(t, res.Definition)
			require.True(t, res.Findings.HasErrors())
			require.Contains(t, res.Findings.Error(), c.says)
		})
	}
	// What is only formatted does not count, however far it reaches: programs write such rows themselves.
	res := Import("bang.xlsx", inSheet("</sheetData>", `<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>`), Options{Shelf: shelf(t)})
	require.NotNil(t, res.Definition, res.Findings.Error())
}

// Whatever stands in the cells, an import ends with a definition that can be parsed or with an error.
func TestAnyTableIsReadOrRefused(t *testing.T) {
	t.Parallel()
	words := []string{"", "Bước 1", "1", "2", "Tiếp nhận", "Trả kết quả", "Trả kết quả", "Nội dung", "Thời gian", "Trách nhiệm", "Một cửa", "Chuyên viên", "0,5 ngày", "2 giờ", "Tổng", "–", "=1+1", "\u202e", "bước 2; bước 9"}
	rapid.Check(t, func(rt *rapid.T) {
		rows := [][]any{{"Bước", "Nội dung", "Trách nhiệm", "Thời gian", "Bước tiếp theo"}}
		for range rapid.IntRange(0, 6).Draw(rt, "rows") {
			var row []any
			for range 5 {
				row = append(row, rapid.SampledFrom(words).Draw(rt, "cell"))
			}
			rows = append(rows, row)
		}
		res := Import("bang.xlsx", book(t, rows), Options{})
		if res.Definition == nil {
			require.True(rt, res.Findings.HasErrors())
			return
		}
		d, _ := procedure.Parse("x.yaml", res.Definition)
		require.NotNil(rt, d)
		again, err := procedure.Format(res.Definition)
		require.NoError(rt, err)
		require.Equal(rt, string(again), string(res.Definition))
	})
}

// Whatever designers write into the texts of a procedure, the round trip gives it back.
func TestRoundTripOfAnyText(t *testing.T) {
	t.Parallel()
	source := shipped(t)["9.000001-mau-xac-nhan-thong-tin.yaml"]
	text := rapid.StringOfN(rapid.RuneFrom([]rune("aăâđếợ =+-@'\"#:{}[],&*!|>%\\_x000D0;→–½😀\t\u00a0")), 1, 60, -1).Filter(func(s string) bool { return strings.TrimSpace(s) != "" })
	rules := shelf(t)
	rapid.Check(t, func(rt *rapid.T) {
		doc, err := draft.Open(source)
		require.NoError(rt, err)
		for _, s := range doc.Steps() {
			s.Set("name", text.Draw(rt, "name"))
			if s.Text("return") == "" {
				s.Set("output", text.Draw(rt, "output"))
			}
			s.Set("limit", "")
		}
		changed, err := doc.Bytes()
		require.NoError(rt, err)
		d, found := procedure.Parse("x.yaml", changed)
		require.False(rt, found.HasErrors(), found.Error())
		plan, found := procedure.Compile(d, rules)
		require.NotNil(rt, plan, found.Error())
		out, err := Export(changed, plan)
		require.NoError(rt, err)
		res := Import("x.xlsx", out, Options{Shelf: rules})
		require.Equal(rt, string(changed), string(res.Definition), res.Findings.Error())
	})
}

func FuzzSheet(f *testing.F) {
	rows, merges := landTable()
	good := book(f, rows, merges...)
	part := func(data []byte, wanted string) (found []byte) {
		rezip(f, data, func(name string, content []byte) []byte {
			if name == wanted {
				found = content
			}
			return content
		})
		return found
	}
	f.Add(part(good, "xl/worksheets/sheet1.xml"), part(good, "xl/sharedStrings.xml"))
	f.Add([]byte(`<worksheet><sheetData><row><c t="inlineStr"><is><t>Nội dung</t></is></c><c r="B1"/></row><row r="0"><c r="A0"><v>1</v></c></row></sheetData></worksheet>`), []byte(`<sst><si/></sst>`))
	f.Fuzz(func(t *testing.T, sheet, texts []byte) {
		data := rezip(t, good, func(name string, content []byte) []byte {
			switch name {
			case "xl/worksheets/sheet1.xml":
				return sheet
			case "xl/sharedStrings.xml":
				return texts
			}
			return content
		})
		res := Import("x.xlsx", data, Options{})
		require.True(t, res.Definition != nil || res.Findings.HasErrors(), fmt.Sprint(res.Findings))
	})
}
