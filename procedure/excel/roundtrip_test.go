package excel

import (
	"bytes"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"motcua/library"
	"motcua/procedure"
)

// shipped are all definitions of the library and the sample of thirty steps.
func shipped(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := library.Procedures()
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string][]byte{}
	for _, f := range files {
		all[path.Base(f.Name)] = f.Data
	}
	for name, file := range map[string]string{
		"thirty.yaml": "../testdata/draw/thirty.yaml", "linked.yaml": "../testdata/linked.yaml",
		"template.yaml": "../../library/templates/9.000003-mau-sao-luc.yaml",
	} {
		all[name], err = os.ReadFile(file)
		require.NoError(t, err)
	}
	return all
}

func compile(t testing.TB, source []byte) *procedure.Plan {
	t.Helper()
	d, found := procedure.Parse("x.yaml", source)
	require.False(t, found.HasErrors(), found.Error())
	p, found := procedure.Compile(d, shelf(t))
	require.NotNil(t, p, found.Error())
	return p
}

func export(t testing.TB, source []byte) []byte {
	t.Helper()
	out, err := Export(source, compile(t, source))
	require.NoError(t, err)
	return out
}

// A round trip loses nothing: neither meaning, which the hash names, nor comments.
func TestRoundTripOfTheLibrary(t *testing.T) {
	t.Parallel()
	for name, source := range shipped(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			written := export(t, source)
			res := Import("phu-luc.xlsx", written, Options{Shelf: shelf(t)})
			require.NotNil(t, res.Definition, res.Findings.Error())
			for _, f := range res.Findings {
				require.NotContains(t, []string{"table-wins", "not-read", "total-mismatch"}, f.Rule, f.String())
				require.NotEqual(t, procedure.SeverityError, f.Severity, f.String())
			}
			canonical, err := procedure.Format(source)
			require.NoError(t, err)
			require.Equal(t, string(canonical), string(res.Definition))
			require.Equal(t, compile(t, source).Hash, compile(t, res.Definition).Hash)
		})
	}
}

// edit opens an exported workbook, changes it and saves it again, as a person does.
func edit(t testing.TB, data []byte, change func(f *excelize.File)) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	require.NoError(t, err)
	change(f)
	return save(t, f)
}

// find is the cell of the annex that shows exactly this text.
func find(t testing.TB, f *excelize.File, text string) string {
	t.Helper()
	at, err := f.SearchSheet(annexSheet, text)
	require.NoError(t, err)
	require.NotEmpty(t, at, text)
	return at[0]
}

func TestTheTableWinsForWhatItShows(t *testing.T) {
	t.Parallel()
	source := shipped(t)["1.012784-tach-hop-thua.yaml"]
	changed := edit(t, export(t, source), func(f *excelize.File) {
		require.NoError(t, f.SetCellValue(annexSheet, find(t, f, "9 ngày làm việc"), "8,5 ngày"))
		require.NoError(t, f.SetCellValue(annexSheet, find(t, f, "2 ngày làm việc"), "02 ngày 04 giờ"))
		require.NoError(t, f.SetCellValue(annexSheet, find(t, f, "Vào sổ, chuyển kết quả"), "Vào sổ, đóng dấu, chuyển kết quả"))
		require.NoError(t, f.SetCellValue(annexSheet, find(t, f, "GCN đã ký"), "Giấy chứng nhận đã ký"))
		require.NoError(t, f.SetCellValue(annexSheet, find(t, f, "Đất đai"), "Hộ tịch"))
		require.NoError(t, f.SetCellValue(annexSheet, find(t, f, "Văn thư"), "Chuyên viên"))
	})
	res := Import("phu-luc.xlsx", changed, Options{Shelf: shelf(t)})
	require.NotNil(t, res.Definition, res.Findings.Error())
	canonical, err := procedure.Format(source)
	require.NoError(t, err)
	want := string(canonical)
	for _, r := range [][2]string{
		{"limit: 9wd", "limit: 8.5wd"}, {"limit: 2wd, output: GCN đã ký", "limit: 2.5wd, output: Giấy chứng nhận đã ký"}, {"Vào sổ, chuyển kết quả", "Vào sổ, đóng dấu, chuyển kết quả"},
		{"field: dat-dai", "field: ho-tich"}, {"role: van-thu", "role: chuyen-vien"},
	} {
		require.Contains(t, want, r[0])
		want = strings.Replace(want, r[0], r[1], 1)
	}
	require.Equal(t, want, string(res.Definition), "everything else is as it was, comments included")
	said := 0
	for _, f := range res.Findings {
		if f.Rule == "table-wins" {
			said++
			require.Equal(t, procedure.SeverityNote, f.Severity)
		}
	}
	require.Equal(t, 6, said, res.Findings.Error())
}

func TestWaysOutAreReadBack(t *testing.T) {
	t.Parallel()
	source := shipped(t)["9.000002-mau-lay-y-kien-song-song.yaml"]
	changed := edit(t, export(t, source), func(f *excelize.File) {
		at := find(t, f, "đạt → bước 7 nếu cần kiểm tra thực địa\nđạt → bước 8 còn lại\ntừ chối → bước 12")
		require.NoError(t, f.SetCellValue(annexSheet, at, "đạt → bước 8 nếu cần kiểm tra thực địa; đạt → bước 9 còn lại\ntừ chối: bước 12"))
		require.NoError(t, f.SetCellValue(annexSheet, find(t, f, "bước 3, 4, 5"), "gửi: bước 3, bước 4 và 5"))
	})
	res := Import("phu-luc.xlsx", changed, Options{Shelf: shelf(t)})
	require.NotNil(t, res.Definition, res.Findings.Error())
	require.Contains(t, string(res.Definition), "outcomes: {dat: [{to: nop-tien, when: plan.site_visit}, {to: soan, else: true}], tu-choi: ky-tu-choi}")
	require.Contains(t, string(res.Definition), "outcomes: {gui: [y-kien-xa, y-kien-thue, tham-dinh]}")
	require.Contains(t, res.Findings.Error(), "phu-luc.xlsx!Phụ lục!A", "the step that nothing leads to any more is named by its cell")
	require.Contains(t, res.Findings.Error(), "[unreachable-step]")
}

func TestRowsComeAndGo(t *testing.T) {
	t.Parallel()
	source := shipped(t)["1.012784-tach-hop-thua.yaml"]
	changed := edit(t, export(t, source), func(f *excelize.File) {
		at := find(t, f, "Kiểm tra, ký giấy chứng nhận")
		_, row, err := excelize.CellNameToCoordinates(at)
		require.NoError(t, err)
		require.NoError(t, f.InsertRows(annexSheet, row+1, 1))
		for i, v := range []string{"4", "Đóng dấu", "", "Văn thư", "04 giờ", "Dấu", "bước 5"} {
			if v != "" {
				require.NoError(t, f.SetCellStr(annexSheet, name(i+1, row+1), v))
			}
		}
		for n := 5; n <= 8; n++ {
			require.NoError(t, f.SetCellInt(annexSheet, name(1, row+n-3), int64(n)))
		}
		require.NoError(t, f.SetCellStr(annexSheet, name(7, row-1), "đạt → bước 3\ntừ chối → bước 6"))
		require.NoError(t, f.SetCellStr(annexSheet, name(7, row+2), "bước 7"))
		require.NoError(t, f.SetCellStr(annexSheet, name(7, row+3), "bước 8"))
		require.NoError(t, f.SetCellStr(annexSheet, find(t, f, "9 ngày làm việc"), "8,5 ngày"))
	})
	res := Import("phu-luc.xlsx", changed, Options{Shelf: shelf(t)})
	require.NotNil(t, res.Definition, res.Findings.Error())
	require.Contains(t, string(res.Definition), "{id: dong-dau, name: Đóng dấu, role: van-thu, limit: 4wh, output: Dấu, outcomes: {xong: gui-kq}}")
	require.Contains(t, string(res.Definition), "outcomes: {duyet: dong-dau, lam-lai: tham-dinh}")
	require.Contains(t, res.Findings.Error(), "bước 4 nay là dong-dau, trước là gui-kq", "ways out that still name the old numbers are told")
	require.NotNil(t, compile(t, res.Definition))

	gone := edit(t, export(t, source), func(f *excelize.File) {
		_, row, err := excelize.CellNameToCoordinates(find(t, f, "Vào sổ, chuyển kết quả"))
		require.NoError(t, err)
		require.NoError(t, f.RemoveRow(annexSheet, row))
	})
	res = Import("phu-luc.xlsx", gone, Options{Shelf: shelf(t)})
	require.Nil(t, res.Definition, "the numbers have a gap and the total does not close")
	require.Contains(t, res.Findings.Error(), "[step-number]")
}

// Our annex is a step table like any other where the machine's sheet is gone; its ids and ways out are read.
func TestTheAnnexAloneIsATable(t *testing.T) {
	t.Parallel()
	source := shipped(t)["1.012784-tach-hop-thua.yaml"]
	alone := edit(t, export(t, source), func(f *excelize.File) { require.NoError(t, f.DeleteSheet(dataSheet)) })
	res := Import("phu-luc.xlsx", alone, Options{Shelf: shelf(t)})
	require.NotNil(t, res.Definition, res.Findings.Error())
	require.Contains(t, res.Findings.Error(), "[missing-component]", "a table of steps says nothing of manner, subjects and papers")
	completed := append(res.Definition, "manner: [counter]\nsubjects: [Công dân Việt Nam]\ndocuments: [{id: don, name: Đơn, originals: 1}]\n"...)
	before, after := compile(t, source), compile(t, completed)
	require.Equal(t, before.Code, after.Code)
	require.Equal(t, before.Exec.Limit, after.Exec.Limit)
	for i, s := range before.Exec.Steps {
		got := after.Exec.Steps[i]
		require.Equal(t, []any{s.ID, s.Kind, s.Role, s.Agency, s.Limit, s.Refusal}, []any{got.ID, got.Kind, got.Role, got.Agency, got.Limit, got.Refusal})
		require.Equal(t, s.Outcomes, got.Outcomes)
	}
	wrong := edit(t, alone, func(f *excelize.File) {
		require.NoError(t, f.SetCellStr(annexSheet, find(t, f, "12 ngày làm việc"), "13 ngày làm việc"))
		require.NoError(t, f.SetCellStr(annexSheet, find(t, f, "9 ngày làm việc"), "10 ngày làm việc"))
	})
	res = Import("phu-luc.xlsx", wrong, Options{Shelf: shelf(t)})
	require.Nil(t, res.Definition, res.Findings.Error())
	require.Contains(t, res.Findings.Error(), "dòng tổng ghi 12 ngày làm việc, các bước cộng lại 13 ngày làm việc [total-mismatch]")
}

// Where the column of ids was deleted, steps are known by what they do.
func TestTheColumnOfIDsIsGone(t *testing.T) {
	t.Parallel()
	source := shipped(t)["1.012784-tach-hop-thua.yaml"]
	changed := edit(t, export(t, source), func(f *excelize.File) { require.NoError(t, f.RemoveCol(annexSheet, "I")) })
	res := Import("phu-luc.xlsx", changed, Options{Shelf: shelf(t)})
	canonical, err := procedure.Format(source)
	require.NoError(t, err)
	require.Equal(t, string(canonical), string(res.Definition), res.Findings.Error())
}

func TestFaultsOfOurOwnWorkbook(t *testing.T) {
	t.Parallel()
	source := shipped(t)["1.012784-tach-hop-thua.yaml"]
	for name, c := range map[string]struct {
		change func(f *excelize.File)
		rule   string
		cell   string
	}{
		"the total does not close": {func(f *excelize.File) {
			require.NoError(t, f.SetCellStr(annexSheet, find(t, f, "9 ngày làm việc"), "8 ngày"))
		}, "total-mismatch", "Phụ lục!E"},
		"a copied row": {func(f *excelize.File) {
			_, row, err := excelize.CellNameToCoordinates(find(t, f, "Vào sổ, chuyển kết quả"))
			require.NoError(t, err)
			require.NoError(t, f.DuplicateRow(annexSheet, row))
		}, "duplicate-step-id", "Phụ lục!I"},
		"a step that is not there": {func(f *excelize.File) {
			require.NoError(t, f.SetCellStr(annexSheet, find(t, f, "bước 6"), "bước 66"))
		}, "bad-next", "Phụ lục!G"},
		"the machine's sheet is broken": {func(f *excelize.File) {
			require.NoError(t, f.SetCellStr(dataSheet, "A6", "code: 1.012784"))
		}, "bad-code", "Dữ liệu!A6"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := c
			changed := edit(t, export(t, source), func(f *excelize.File) { c.change(f) })
			res := Import("phu-luc.xlsx", changed, Options{Shelf: shelf(t)})
			require.Nil(t, res.Definition)
			require.Contains(t, res.Findings.Error(), "["+c.rule+"]")
			require.Contains(t, res.Findings.Error(), "phu-luc.xlsx!"+c.cell)
		})
	}
}

// What is wrong with rows, times and ways out is told at once, and a wrong number is no fault of the ways out that lead there.
func TestFaultsOfOurOwnWorkbookAreToldAtOnce(t *testing.T) {
	t.Parallel()
	source := shipped(t)["1.012784-tach-hop-thua.yaml"]
	changed := edit(t, export(t, source), func(f *excelize.File) {
		require.NoError(t, f.SetCellStr(annexSheet, find(t, f, "9 ngày làm việc"), "6-7 ngày"))
		require.NoError(t, f.SetCellStr(annexSheet, find(t, f, "duyệt → bước 4\nlàm lại → bước 2"), "duyệt → bước 14\nlàm lại → bước 2"))
		_, row, err := excelize.CellNameToCoordinates(find(t, f, "Vào sổ, chuyển kết quả"))
		require.NoError(t, err)
		require.NoError(t, f.SetCellStr(annexSheet, name(1, row), "5"))
		require.NoError(t, f.SetCellStr(annexSheet, name(7, row-2), "đạt → bước 3; từ chối → bước 4"))
	})
	res := Import("phu-luc.xlsx", changed, Options{Shelf: shelf(t)})
	require.Nil(t, res.Definition)
	var rules []string
	for _, f := range res.Findings {
		rules = append(rules, f.Rule)
	}
	require.ElementsMatch(t, []string{"bad-time", "bad-next", "step-number"}, rules, res.Findings.Error())
}
