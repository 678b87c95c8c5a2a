package draft

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"motcua/procedure"
)

// Fold lowers case, strips diacritics and punctuation and joins words by single spaces: what is left of "Đơn vị / Người
// thực hiện:" is "don vi nguoi thuc hien".
func Fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(s) {
		r = unicode.ToLower(r)
		if r == 'đ' {
			r = 'd'
		}
		switch {
		case unicode.Is(unicode.Mn, r):
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			gap = b.Len() > 0
		default:
			if gap {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Slug makes an id of the first words of a name, at most most of them; "muc" where the name has no letter or digit of the
// Latin alphabet.
func Slug(name string, most int) string {
	var words []string
	for _, w := range strings.Fields(Fold(name)) {
		w = strings.Map(func(r rune) rune {
			if r < 0x80 {
				return r
			}
			return -1
		}, w)
		if w != "" && len(words) < most {
			words = append(words, w)
		}
	}
	s := strings.Join(words, "-")
	if len(s) > 60 {
		s = strings.TrimRight(s[:60], "-")
	}
	if s == "" {
		return "muc"
	}
	return s
}

// Unique returns the id, or it with a number behind where it is taken, and takes it.
func Unique(id string, taken map[string]bool) string {
	for n := 1; ; n++ {
		unique := id
		if n > 1 {
			unique = id + "-" + strconv.Itoa(n)
		}
		if !taken[unique] {
			taken[unique] = true
			return unique
		}
	}
}

// StepID makes an id of what a step does, by the usual ids where it begins like one.
func StepID(name string) string {
	folded := Fold(name)
	for _, usual := range []struct{ words, id string }{
		{"tiep nhan", "tiep-nhan"}, {"phan cong", "phan-cong"}, {"tham dinh", "tham-dinh"}, {"tham tra", "tham-tra"},
		{"xac minh", "xac-minh"}, {"niem yet", "niem-yet"}, {"du thao", "du-thao"}, {"trinh ky", "trinh-ky"}, {"phe duyet", "phe-duyet"},
		{"ky duyet", "ky-duyet"}, {"vao so", "vao-so"}, {"dong dau", "dong-dau"}, {"tra ket qua", "tra-kq"}, {"tu choi", "tu-choi"},
	} {
		if folded == usual.words || strings.HasPrefix(folded, usual.words+" ") {
			return usual.id
		}
	}
	return Slug(name, 3)
}

// Place is who works on a step: the agency as the language has it (empty: the lead agency), and the role.
type Place struct{ Agency, Role string }

// oneStop are the ways in which tables name the one-stop desk.
func oneStop() []string {
	return []string{"mot cua", "hanh chinh cong", "ttpvhcc", "ttphcc", "tiep nhan va tra ket qua", "tn tkq", "tntkq", "tiep nhan tra ket qua", "noi tiep nhan", "pvhcc"}
}

// IsOneStop says whether words name the one-stop desk or its officers.
func IsOneStop(s string) bool {
	f := " " + Fold(s) + " "
	for _, w := range oneStop() {
		if strings.Contains(f, " "+w+" ") {
			return true
		}
	}
	return false
}

// RoleOf reads a role out of words like "Lãnh đạo Chi cục" or "Công chức thụ lý"; not ok when none of the usual ones is
// named in it.
func RoleOf(s string) (string, bool) {
	if id, ok := procedure.RoleID(strings.TrimSpace(s)); ok {
		return id, true
	}
	f := " " + Fold(s) + " "
	if IsOneStop(s) {
		return "mot-cua", true
	}
	for _, r := range []struct{ words, id string }{
		{"van thu", "van-thu"},
		{"lanh dao phong", "truong-phong"}, {"truong phong", "truong-phong"}, {"pho phong", "truong-phong"}, {"pho truong phong", "truong-phong"}, {"truong bo phan", "truong-phong"},
		{"lanh dao", "lanh-dao"}, {"giam doc", "lanh-dao"}, {"pho giam doc", "lanh-dao"}, {"chu tich", "lanh-dao"}, {"pho chu tich", "lanh-dao"}, {"chi cuc truong", "lanh-dao"},
		{"thu truong", "lanh-dao"}, {"cuc truong", "lanh-dao"}, {"thue vien", "can-bo-thue"}, {"can bo thue", "can-bo-thue"}, {"cong chuc thue", "can-bo-thue"},
		{"do dac", "do-dac"}, {"chuyen vien", "chuyen-vien"}, {"vien chuc", "chuyen-vien"}, {"cong chuc", "chuyen-vien"}, {"can bo", "chuyen-vien"}, {"nhan vien", "chuyen-vien"},
	} {
		if strings.Contains(f, " "+r.words+" ") {
			return r.id, true
		}
	}
	return "", false
}

// roleWords are what may stand before the name of an agency in "Chuyên viên Chi cục Thuế".
func roleWords() []string {
	return []string{"pho truong phong", "truong phong", "lanh dao phong", "pho giam doc", "giam doc", "pho chu tich", "chu tich", "chuyen vien", "lanh dao", "van thu", "cong chuc", "vien chuc", "can bo", "nhan vien", "thu truong"}
}

// AgencyOf reads an agency type out of its name: the usual ones by their usual spellings, another by its own words. The
// words of a role before the name are left out. Empty when nothing but a role is named.
func AgencyOf(s string) string {
	s = strings.TrimSpace(s)
	if id, ok := procedure.AgencyID(s); ok {
		return id
	}
	f := Fold(s)
	for _, w := range roleWords() {
		f = strings.TrimSpace(strings.TrimPrefix(f, w))
	}
	f = strings.TrimSpace(strings.TrimPrefix(f, "cua "))
	has := func(words ...string) bool {
		for _, w := range words {
			if !strings.Contains(" "+f+" ", " "+w+" ") {
				return false
			}
		}
		return true
	}
	land := has("dang ky dat dai") || has("vpdk") || has("vpdkdd") || has("vp dkdd") || has("dkdd") || has("vpdkqsdd")
	switch {
	case f == "" || f == "thu ly" || f == "duoc phan cong":
		return ""
	case IsOneStop(s):
		return procedure.RefReceiving
	case land && (has("chi nhanh") || has("cn")):
		return "vpdk-chi-nhanh"
	case land:
		return "vpdk"
	case has("thue"):
		return "co-quan-thue"
	case (has("ubnd") || has("uy ban nhan dan")) && (has("xa") || has("phuong") || has("cap xa")):
		return "ubnd-xa"
	case (has("ubnd") || has("uy ban nhan dan")) && (has("tinh") || has("thanh pho") || has("cap tinh")):
		return "ubnd-tinh"
	}
	return Slug(f, 5)
}
