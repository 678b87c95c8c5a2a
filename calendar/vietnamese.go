package calendar

import (
	"fmt"
	"strings"
	"unicode"
)

// ParseVietnamese reads a limit as procedures are published: "7 ngày làm việc", "05 ngày", "4 giờ làm việc", "1 tháng",
// "24 giờ", "12,5 ngày làm việc", "nửa ngày làm việc", "2 tuần". Case, diacritics and their composition do not matter;
// words around the limit do, and are refused.
func ParseVietnamese(s string) (Limit, error) {
	words := strings.Fields(foldVietnamese(s))
	if len(words) > 0 && len(s) <= 200 {
		// "7ngày" is as common as "7 ngày".
		if i := strings.IndexFunc(words[0], unicode.IsLetter); i > 0 {
			words = append([]string{words[0][:i], words[0][i:]}, words[1:]...)
		}
	}
	if len(words) < 2 || len(s) > 200 {
		return Limit{}, fmt.Errorf("thời hạn %q: cần số và đơn vị, như “7 ngày làm việc”, “4 giờ làm việc”, “30 ngày”, “1 tháng”, “24 giờ”", clip(s))
	}
	unit, times, ok := vietnameseUnit(strings.Join(words[1:], " "))
	if !ok {
		return Limit{}, fmt.Errorf("thời hạn %q: không rõ đơn vị; dùng “ngày làm việc”, “giờ làm việc”, “ngày”, “tháng” hoặc “giờ”", clip(s))
	}
	hundredths, err := vietnameseNumber(words[0])
	if err != nil {
		return Limit{}, fmt.Errorf("thời hạn %q: %w", clip(s), err)
	}
	l := Limit{Hundredths: hundredths * times, Unit: unit}
	if err := l.check(); err != nil {
		return Limit{}, fmt.Errorf("thời hạn %q: %w", clip(s), err)
	}
	return l, nil
}

func vietnameseNumber(word string) (int, error) {
	switch word {
	case "nua", "1/2":
		return hundred / 2, nil
	}
	if strings.Contains(word, ",") {
		return parseHundredths(word, ',')
	}
	return parseHundredths(word, '.')
}

// vietnameseUnit returns the unit of folded words and how many of it one stands for.
func vietnameseUnit(words string) (unit Unit, times int, ok bool) {
	switch words {
	case "ngay lam viec":
		return WorkingDay, 1, true
	case "gio lam viec":
		return WorkingHour, 1, true
	case "ngay":
		return Day, 1, true
	case "tuan": // Civil Code 2015, art. 146: a week is seven days
		return Day, 7, true
	case "thang":
		return Month, 1, true
	case "gio":
		return Hour, 1, true
	}
	return 0, 0, false
}

// foldVietnamese lowers case and strips diacritics, composed (NFC) or combining (NFD).
func foldVietnamese(s string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		switch {
		case r < 0x80:
			return r
		case r >= 0x300 && r <= 0x36f: // combining marks
			return -1
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune("àáảãạăằắẳẵặâầấẩẫậ", r):
			return 'a'
		case strings.ContainsRune("èéẻẽẹêềếểễệ", r):
			return 'e'
		case strings.ContainsRune("ìíỉĩị", r):
			return 'i'
		case strings.ContainsRune("òóỏõọôồốổỗộơờớởỡợ", r):
			return 'o'
		case strings.ContainsRune("ùúủũụưừứửữự", r):
			return 'u'
		case strings.ContainsRune("ỳýỷỹỵ", r):
			return 'y'
		case r == 'đ':
			return 'd'
		}
		return r
	}, s)
}
