package excel

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"motcua/calendar"
	"motcua/procedure/draft"
)

// Labelled values above a table.
const (
	metaCode     = "code"
	metaName     = "name"
	metaField    = "field"
	metaLevel    = "level"
	metaAgency   = "agency"
	metaLimit    = "limit"
	metaDecision = "decision"
)

// labels are the wordings of labels, folded; the first is the one we write.
func labels() []struct {
	key   string
	title string
	also  []string
} {
	return []struct {
		key   string
		title string
		also  []string
	}{
		{metaCode, "Mã thủ tục", []string{"ma tthc", "ma so tthc", "ma so thu tuc", "ma so thu tuc hanh chinh", "ma thu tuc hanh chinh", "ma so", "ma"}},
		{metaName, "Tên thủ tục", []string{"ten tthc", "ten thu tuc hanh chinh", "thu tuc", "thu tuc hanh chinh", "tthc", "quy trinh noi bo giai quyet thu tuc hanh chinh", "quy trinh noi bo giai quyet tthc", "quy trinh noi bo giai quyet thu tuc", "quy trinh giai quyet thu tuc hanh chinh", "quy trinh thu tuc"}},
		{metaField, "Lĩnh vực", []string{"thuoc linh vuc"}},
		{metaLevel, "Cấp thực hiện", []string{"cap giai quyet", "cap"}},
		{metaAgency, "Cơ quan thực hiện", []string{"co quan giai quyet", "co quan chu tri", "don vi chu tri", "co quan co tham quyen", "co quan giai quyet tthc", "co quan thuc hien tthc", "don vi giai quyet"}},
		{metaLimit, "Thời hạn theo quy định", []string{"thoi han giai quyet", "thoi gian giai quyet", "thoi han", "tong thoi gian giai quyet", "thoi gian giai quyet theo quy dinh", "thoi han giai quyet theo quy dinh", "tong thoi gian thuc hien", "tong thoi gian giai quyet tthc", "thoi han giai quyet tthc"}},
		{metaDecision, "Quyết định công bố", []string{"quyet dinh", "so quyet dinh", "can cu cong bo"}},
	}
}

func labelTitle(key string) string {
	for _, l := range labels() {
		if l.key == key {
			return l.title
		}
	}
	return key
}

// labelled is a value with where it stands.
type labelled struct {
	text string
	at   cell
}

var codePattern = regexp.MustCompile(`\b[0-9]\.[0-9]{6}(?:\.[A-Za-z0-9.]+)?\b`)

// meta reads the labelled cells above a table: "Lĩnh vực: Đất đai" in one cell, or the value in the next cell.
func (t *table) meta() map[string]labelled {
	found := map[string]labelled{}
	for row := 1; row < t.first; row++ {
		for col := 1; col <= t.sheet.cols; col++ {
			v := t.sheet.at(row, col)
			if v == "" {
				continue
			}
			at := cell{t.sheet.name, row, col}
			label, value, colon := strings.Cut(v, ":")
			key := labelKey(label)
			switch {
			case key == "" || found[key].text != "":
			case colon && strings.TrimSpace(value) != "":
				found[key] = labelled{clean(value), at}
			default:
				found[key] = t.rightOf(row, col)
			}
			if m := codePattern.FindString(v); m != "" && found[metaCode].text == "" {
				found[metaCode] = labelled{m, at}
			}
		}
	}
	if name, ok := found[metaName]; ok {
		// "Tách thửa (1.012784)": the code is told apart.
		name.text = strings.TrimSpace(strings.NewReplacer("()", "", "“", "", "”", "").Replace(codePattern.ReplaceAllString(name.text, "")))
		found[metaName] = name
	}
	if code := found[metaCode]; code.text != "" {
		if m := codePattern.FindString(code.text); m != "" {
			found[metaCode] = labelled{m, code.at}
		}
	}
	return found
}

// labelKey is what a label names; a number before it ("1. Lĩnh vực") does not matter.
func labelKey(label string) string {
	folded := strings.TrimLeft(draft.Fold(label), "0123456789 ")
	for _, l := range labels() {
		if folded == draft.Fold(l.title) || slices.Contains(l.also, folded) {
			return l.key
		}
	}
	return ""
}

func (t *table) rightOf(row, col int) labelled {
	for c := t.sheet.merged(row, col).right + 1; c <= t.sheet.cols; c++ {
		if v, at := t.sheet.value(row, c); v != "" {
			return labelled{v, at}
		}
	}
	return labelled{"", cell{t.sheet.name, row, col}}
}

// legalLimit reads the limit of a whole procedure; sameDay stands for "trong ngày".
func (r *report) legalLimit(l labelled) (limit string, sameDay bool) {
	text := l.text
	if i := strings.IndexAny(text, "(;,"); i > 0 && !isDigitAfter(text, i) {
		text = text[:i]
	}
	folded := draft.Fold(text)
	if strings.Contains(folded, "trong ngay") || folded == "ngay trong ngay lam viec" {
		return "", true
	}
	for _, head := range []string{"không quá ", "Không quá ", "tối đa ", "Tối đa "} {
		text = strings.TrimPrefix(text, head)
	}
	for _, tail := range []string{" kể từ", " từ khi", " từ ngày", " sau khi"} {
		if i := strings.Index(text, tail); i > 0 {
			text = text[:i]
		}
	}
	parsed, err := calendar.ParseVietnamese(strings.TrimSpace(text))
	if err != nil {
		r.add(l.at, "bad-label", fmt.Sprintf("không đọc được thời hạn %q", short(l.text)), "viết ví dụ 12 ngày làm việc, 30 ngày, 4 giờ làm việc hoặc trong ngày")
		return "", false
	}
	if !parsed.Whole() {
		r.add(l.at, "bad-label", fmt.Sprintf("thời hạn %q có phần lẻ", short(l.text)), "đổi ra giờ làm việc")
		return "", false
	}
	return parsed.String(), false
}

func isDigitAfter(s string, i int) bool {
	return s[i] == ',' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9'
}

func levelOf(text string) (string, bool) {
	folded := " " + draft.Fold(text) + " "
	for _, l := range []struct{ words, id string }{{"tinh", "province"}, {"xa", "commune"}, {"phuong", "commune"}, {"bo", "ministry"}, {"trung uong", "ministry"}} {
		if strings.Contains(folded, " "+l.words+" ") {
			return l.id, true
		}
	}
	return "", false
}

func levelName(level string) string {
	switch level {
	case "province":
		return "Cấp tỉnh"
	case "commune":
		return "Cấp xã"
	case "ministry":
		return "Cấp bộ"
	}
	return level
}

// fieldName reads the usual fields.
func fieldName(field string) string {
	for _, f := range fields() {
		if f[0] == field {
			return f[1]
		}
	}
	return field
}

func fields() [][2]string {
	return [][2]string{{"dat-dai", "Đất đai"}, {"dang-ky-bien-phap-bao-dam", "Đăng ký biện pháp bảo đảm"}, {"ho-tich", "Hộ tịch"}, {"chung-thuc", "Chứng thực"}}
}
