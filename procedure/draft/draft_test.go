package draft

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/procedure"
)

func TestReadTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text     string
		column   Unit
		wait     bool
		limit    string
		excluded bool
		assumed  bool
	}{
		{"0,5 ngày", 0, false, "0.5wd", false, true},
		{"0.5 ngày làm việc", 0, false, "0.5wd", false, false},
		{"04 giờ làm việc", 0, false, "4wh", false, false},
		{"4h", 0, false, "4wh", false, true},
		{"1/2 ngày", 0, false, "0.5wd", false, true},
		{"½ ngày làm việc", 0, false, "0.5wd", false, false},
		{"nửa ngày", 0, false, "0.5wd", false, true},
		{"02 ngày làm việc", 0, false, "2wd", false, false},
		{"NGÀY LÀM VIỆC 2", 0, false, "", false, false}, // refused below
		{"Không quá 02 ngày", 0, false, "2wd", false, true},
		{"tối đa 01 ngày làm việc kể từ ngày nhận đủ hồ sơ", 0, false, "1wd", false, false},
		{"01 ngày 04 giờ", 0, false, "1.5wd", false, true},
		{"1 giờ 30 phút", 0, false, "1.5wh", false, true},
		{"30 phút", 0, false, "0.5wh", false, false},
		{"01 buổi", 0, false, "4wh", false, true},
		{"02 ngày (16 giờ)", 0, false, "2wd", false, true},
		{"hai ngày", 0, false, "2wd", false, true},
		{"0,5", calendar.WorkingDay, false, "0.5wd", false, false},
		{"4", calendar.WorkingHour, false, "4wh", false, false},
		{"Không tính thời gian", 0, false, "", true, false},
		{"Giờ hành chính", 0, false, "", false, false},
		{"-", 0, false, "", false, false},
		{"15 ngày", 0, true, "15d", false, false},
		{"1 tháng", 0, true, "1mo", false, false},
		{"5 ngày làm việc (không tính vào thời hạn)", 0, false, "5wd", true, false},
		{"Trong ngày", 0, false, "1wd", false, true},
		{"7 ngày làm việc", 0, false, "7wd", false, false}, // composed otherwise
	} {
		got, err := ReadTime(c.text, c.column, c.wait)
		if c.text == "NGÀY LÀM VIỆC 2" {
			require.Error(t, err)
			continue
		}
		require.NoError(t, err, c.text)
		require.Equal(t, c.limit, got.Limit.String(), c.text)
		require.Equal(t, c.excluded, got.Excluded, c.text)
		require.Equal(t, c.assumed, got.Assumed, c.text)
	}
}

func TestReadTimeSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"2":               "thiếu đơn vị",
		"1-2 ngày":        "một khoảng",
		"0,5 – 1 ngày":    "một khoảng",
		"sớm nhất":        `không rõ "som"`,
		"2 ngày (8 giờ)":  "hai số khác nhau",
		"10 phút":         "chia hết cho 3",
		"1/7 giờ":         "hai chữ số lẻ",
		"2 giờ 1 giây":    `không rõ đơn vị "giay"`,
		"2 tháng 3 ngày":  "không cộng được",
		"0,001 ngày":      "hai chữ số",
		"999999 ngày":     "không rõ",
		"1 ngày làm thêm": `không rõ "lam"`,
	} {
		_, err := ReadTime(text, 0, false)
		require.ErrorContains(t, err, says, text)
	}
}

// What an export writes, an import reads as the same limit.
func TestReadTimeReadsWhatLimitsPrint(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"0.5wd", "4wh", "12wd", "0.25wd", "1.75wh"} {
		got, err := ReadTime(calendar.MustLimit(s).Vietnamese(), 0, false)
		require.NoError(t, err)
		require.Equal(t, s, got.Limit.String())
	}
	for _, s := range []string{"30d", "1mo", "24h", "3wd", "4wh"} {
		got, err := ReadTime(calendar.MustLimit(s).Vietnamese(), 0, true)
		require.NoError(t, err)
		require.Equal(t, s, got.Limit.String())
	}
}

func FuzzReadTime(f *testing.F) {
	for _, s := range []string{"0,5 ngày", "01 ngày (8 giờ)", "½", "1/0 ngày", "((((", "không tính (", strings.Repeat("1 giờ ", 90)} {
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, wait bool) {
		got, err := ReadTime(s, 0, wait)
		if err == nil && !got.Limit.IsZero() {
			back, err := calendar.ParseLimit(got.Limit.String())
			require.NoError(t, err)
			require.Equal(t, got.Limit, back)
		}
	})
}

func TestWords(t *testing.T) {
	t.Parallel()
	require.Equal(t, "don vi nguoi thuc hien", Fold("  Đơn vị / Người thực hiện: "))
	require.Equal(t, Fold("Thời hạn"), Fold("THỜI HẠN"), "composed and combining marks")
	require.Equal(t, "tham-dinh", StepID("Thẩm định điều kiện"))
	require.Equal(t, "soan-van-ban", StepID("Soạn văn bản lấy ý kiến"))
	taken := map[string]bool{}
	require.Equal(t, []string{"a", "a-2", "a-3"}, []string{Unique("a", taken), Unique("a", taken), Unique("a", taken)})
	for text, want := range map[string]Place{
		"Bộ phận Tiếp nhận và Trả kết quả": {"receiving", "mot-cua"},
		"Cán bộ TTPVHCC":                               {"receiving", "mot-cua"},
		"Chuyên viên Chi nhánh VPĐKĐĐ":                 {"vpdk-chi-nhanh", "chuyen-vien"},
		"Lãnh đạo Chi nhánh Văn phòng đăng ký đất đai": {"vpdk-chi-nhanh", "lanh-dao"},
		"Chủ tịch UBND xã":                             {"ubnd-xa", "lanh-dao"},
		"Chi cục Thuế":                                 {"co-quan-thue", ""},
		"Lãnh đạo phòng":                               {"", "truong-phong"},
		"Văn thư":                                      {"", "van-thu"},
		"Chuyên viên":                                  {"", "chuyen-vien"},
		"Phòng Kinh tế, Hạ tầng và Đô thị":             {"phong-kinh-te-ha-tang", ""},
		"Chi nhánh VP đăng ký đất đai":                 {"vpdk-chi-nhanh", ""},
		"Công chức thụ lý":                             {"", "chuyen-vien"},
		"Trung tâm Phục vụ hành chính công tỉnh (một cửa)": {"receiving", "mot-cua"},
	} {
		role, _ := RoleOf(text)
		require.Equal(t, want, Place{AgencyOf(text), role}, text)
	}
}

// Opening and writing a definition changes nothing but its form, comments included.
func TestDocumentKeepsWhatItIsNotTold(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../library/procedures/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		canonical, err := procedure.Format(data)
		require.NoError(t, err)
		d, err := Open(canonical)
		require.NoError(t, err)
		out, err := d.Bytes()
		require.NoError(t, err)
		require.Equal(t, string(canonical), string(out), file)
		for _, s := range d.Steps() {
			s.SetOutcomes(s.Outcomes())
		}
		d.SetSteps(d.Steps())
		out, err = d.Bytes()
		require.NoError(t, err)
		require.Equal(t, string(canonical), string(out), file)
	}
}

func TestDocumentWritesADefinition(t *testing.T) {
	t.Parallel()
	d := New()
	d.Comment("# Bản nháp")
	d.Set("code", "1.001690")
	d.Set("name", "Thử: #1")
	d.Set("results", []Map{{{"id", "kq"}, {"name", "12"}}})
	s := NewStep("tra")
	s.Set("return", true)
	s.Set("results", []string{"kq"})
	s.Set("max-visits", 2)
	s.Set("limit", "")
	d.SetSteps([]*Step{s})
	out, err := d.Bytes()
	require.NoError(t, err)
	require.Equal(t, `# Bản nháp
motcua: 1
code: "1.001690"
name: "Thử: #1"
results:
  - {id: kq, name: "12"}
steps:
  - {id: tra, return: true, results: [kq], max-visits: 2}
`, string(out))
}
