package excel

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"motcua/library"
	"motcua/procedure"
)

var update = flag.Bool("update", false, "rewrite the expected files in testdata")

// book makes a workbook of one sheet; merges are ranges like "C7:C9".
func book(t testing.TB, rows [][]any, merges ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(t, f, "Sheet1", rows, merges...)
	return save(t, f)
}

func fill(t testing.TB, f *excelize.File, sheet string, rows [][]any, merges ...string) {
	t.Helper()
	for i, row := range rows {
		for k, v := range row {
			name, err := excelize.CoordinatesToCellName(k+1, i+1)
			require.NoError(t, err)
			if v != nil {
				require.NoError(t, f.SetCellValue(sheet, name, v))
			}
		}
	}
	for _, m := range merges {
		from, to, _ := strings.Cut(m, ":")
		require.NoError(t, f.MergeCell(sheet, from, to))
	}
}

func save(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, f.Write(&out))
	return out.Bytes()
}

func shelf(t testing.TB) *procedure.Shelf {
	t.Helper()
	s, err := library.Shelf()
	require.NoError(t, err)
	return s
}

// landTable is a step table as an office has it: titles, a head in other words, an agency merged over its steps.
func landTable() ([][]any, []string) {
	return [][]any{
		{"ỦY BAN NHÂN DÂN TỈNH MẪU", nil, nil, nil, nil, "Phụ lục II"},
		{"QUY TRÌNH NỘI BỘ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"},
		{"Mã số TTHC:", "1.012784"},
		{"Tên thủ tục: Tách thửa hoặc hợp thửa đất"},
		{"Lĩnh vực:", "Đất đai", nil, "Cấp thực hiện: Cấp tỉnh"},
		{"Thời hạn giải quyết: Không quá 12 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ"},
		{},
		{"Thứ tự công việc", "NỘI DUNG CÔNG VIỆC", "Đơn vị", "Người thực hiện", "Thời gian (ngày)", "Biểu mẫu/Kết quả"},
		{"Bước 1", "Tiếp nhận, số hóa, chuyển hồ sơ", "Trung tâm Phục vụ hành chính công", "Cán bộ TTPVHCC", "1/2 ngày", "Mẫu 01"},
		{"Bước 2", "Thẩm định hồ sơ, dự thảo giấy chứng nhận", "Chi nhánh VPĐKĐĐ", "Viên chức", 9, "Dự thảo"},
		{"Bước 3", "Ký giấy chứng nhận", nil, "Lãnh đạo", "02 ngày làm việc", "GCN đã ký"},
		{"Bước 4", "Vào sổ, chuyển kết quả", nil, "Văn thư", "0,5", nil},
		{"Bước 5", "Trả kết quả cho công dân", "Bộ phận Một cửa", nil, "Giờ hành chính", "Giấy chứng nhận"},
		{"Tổng thời gian", nil, nil, nil, "12 ngày"},
		{nil, nil, nil, "CHỦ TỊCH"},
	}, []string{"A2:F2", "C10:C12", "A14:D14"}
}

func TestImportWhatOfficesHave(t *testing.T) {
	t.Parallel()
	rows, merges := landTable()
	res := Import("dir/bang.xlsx", book(t, rows, merges...), Options{Shelf: shelf(t)})
	require.NotNil(t, res.Definition, res.Findings.Error())
	require.False(t, res.Findings.HasErrors(), res.Findings.Error())
	golden(t, "land", res)
}

// golden compares what an import gave with testdata/name.yaml and .out.
func golden(t *testing.T, name string, res Result) {
	t.Helper()
	for ext, got := range map[string]string{".yaml": string(res.Definition), ".out": res.Findings.Error() + "\n"} {
		file := filepath.Join("testdata", name+ext)
		if *update {
			require.NoError(t, os.MkdirAll("testdata", 0o755))
			require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), got, "run with -update and look at the difference")
	}
}

func TestImportReportsEveryFaultAtItsCell(t *testing.T) {
	t.Parallel()
	rows, merges := landTable()
	rows[9][4] = "khoảng 9"
	rows[11][0] = "Bước 5"
	rows[12][2] = nil
	rows[13][4] = "13 ngày"
	res := Import("bang.xlsx", book(t, rows, merges...), Options{Shelf: shelf(t)})
	require.Nil(t, res.Definition)
	golden(t, "faults", res)
	for _, at := range []string{"Sheet1!E10", "Sheet1!A12", "Sheet1!C13"} {
		require.Contains(t, res.Findings.Error(), "bang.xlsx!"+at+": ")
	}
}
