package draft

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"motcua/calendar"
)

// Time is the time of a step as a table or diagram gives it.
type Time struct {
	// Limit is zero where the step has no time of its own.
	Limit calendar.Limit
	// Excluded: the text says that the time is not counted.
	Excluded bool
	// Assumed: the text says "ngày" or "giờ" of a step's work, read as working days and hours.
	Assumed bool
}

// Unit is what a column's head says of bare numbers in it; zero where it says nothing.
type Unit = calendar.Unit

// ReadTime reads the times of step tables: "0,5 ngày", "04 giờ làm việc", "1/2 ngày", "01 ngày 04 giờ", "30 phút", "02 ngày
// (16 giờ)", "không quá 2 ngày", "giờ hành chính", "không tính thời gian". A bare number takes the unit of its column. Of
// work, days and hours are working time; of a wait they are calendar days and clock hours unless they say "làm việc". The
// error is Vietnamese and names the remedy.
func ReadTime(s string, column Unit, wait bool) (Time, error) {
	t := tokens(s)
	var out Time
	t, out.Excluded = without(t, "khong tinh vao thoi gian giai quyet", "khong tinh vao thoi han giai quyet", "khong tinh vao thoi han", "khong tinh vao thoi gian", "khong tinh thoi gian", "khong tinh thoi han", "khong tinh")
	for _, tail := range []string{"ke tu", "tu khi", "tu ngay", "sau khi", "tren ho so", "moi ho so", "ho so"} {
		if i := index(t, strings.Fields(tail)); i > 0 {
			t = t[:i]
		}
	}
	t = trim(t)
	if len(t) == 0 && (out.Excluded || strings.TrimSpace(s) != "") || slices.Contains(nothing(), strings.Join(t, " ")) {
		return out, nil
	}
	if strings.Join(t, " ") == "trong ngay" {
		return Time{Limit: calendar.MustLimit("1wd"), Excluded: out.Excluded, Assumed: true}, nil
	}
	for _, head := range [][]string{{"khong", "qua"}, {"toi", "da"}, {"trong", "thoi", "han"}, {"trong", "vong"}, {"thoi", "gian"}, {"thoi", "han"}, {"trong"}} {
		if len(t) > len(head) && slices.Equal(t[:len(head)], head) {
			t = t[len(head):]
		}
	}
	var limit calendar.Limit
	for i, part := range split(t) {
		l, assumed, err := amount(part, column, wait)
		if err != nil {
			return Time{}, fmt.Errorf("không đọc được thời gian %q: %w", clip(s), err)
		}
		switch {
		case i == 0:
			limit, out.Assumed = l, assumed
		case minutes(l) != minutes(limit) || minutes(l) == 0:
			return Time{}, fmt.Errorf("thời gian %q ghi hai số khác nhau: %s và %s", clip(s), limit.Vietnamese(), l.Vietnamese())
		}
	}
	out.Limit = limit
	return out, nil
}

// nothing are the ways to say that a step has no time of its own.
func nothing() []string {
	return []string{"gio hanh chinh", "trong gio hanh chinh", "khong quy dinh", "khong", "0", "0 ngay", "0 gio", "0 ngay lam viec", "0 gio lam viec", "00 ngay", "00 gio",
		"theo giay hen", "theo giay hen tra ket qua", "theo phieu hen", "theo phieu hen tra ket qua", "ngay khi co ket qua", "khi co ket qua"}
}

var word = regexp.MustCompile(`[0-9]+(?:[.,][0-9]+)?(?:/[0-9]+)?|½|¼|¾|[a-z]+|[()\-–~]`)

// tokens are the numbers, words, brackets and dashes of a text.
func tokens(s string) []string {
	if len(s) > 400 {
		s = s[:400]
	}
	s = strings.ToLower(norm.NFC.String(s))
	var plain strings.Builder
	for _, r := range s {
		switch r {
		case '½', '¼', '¾', '(', ')', '-', '–', '~', '/', '.', ',':
			plain.WriteRune(r)
		default:
			if f := Fold(string(r)); f != "" {
				plain.WriteString(f)
			} else {
				plain.WriteByte(' ')
			}
		}
	}
	return word.FindAllString(plain.String(), -1)
}

func index(t, words []string) int {
	for i := 0; i+len(words) <= len(t); i++ {
		if slices.Equal(t[i:i+len(words)], words) {
			return i
		}
	}
	return -1
}

// without cuts the first of the phrases that occurs.
func without(t []string, phrases ...string) ([]string, bool) {
	for _, p := range phrases {
		words := strings.Fields(p)
		if i := index(t, words); i >= 0 {
			return slices.Delete(slices.Clone(t), i, i+len(words)), true
		}
	}
	return t, false
}

// trim drops empty brackets and dashes at the ends.
func trim(t []string) []string {
	for {
		n := len(t)
		if i := index(t, []string{"(", ")"}); i >= 0 {
			t = slices.Delete(slices.Clone(t), i, i+2)
		}
		for len(t) > 0 && strings.Contains("-–~", t[len(t)-1]) {
			t = t[:len(t)-1]
		}
		for len(t) > 0 && strings.Contains("-–~(", t[0]) {
			t = t[1:]
		}
		if len(t) == n {
			return t
		}
	}
}

// split parts "2 ngày (16 giờ)" at its brackets.
func split(t []string) [][]string {
	var parts [][]string
	var part []string
	for _, w := range t {
		if w == "(" || w == ")" {
			if len(part) > 0 {
				parts = append(parts, part)
			}
			part = nil
			continue
		}
		part = append(part, w)
	}
	if len(part) > 0 || len(parts) == 0 {
		parts = append(parts, part)
	}
	return parts
}

// fraction is an exact amount.
type fraction struct{ over, under int }

// amount reads "1 ngày 4 giờ": numbers, each with a unit; the unit of the column stands for a missing one.
func amount(t []string, column Unit, wait bool) (calendar.Limit, bool, error) {
	if len(t) == 0 {
		return calendar.Limit{}, false, errors.New("viết số và đơn vị, ví dụ 0,5 ngày hoặc 4 giờ")
	}
	total, count := 0, 0
	var single calendar.Limit
	assumed, hours := false, true
	for i := 0; i < len(t); count++ {
		if strings.Contains("-–~", t[i]) {
			return calendar.Limit{}, false, errors.New("đây là một khoảng; viết một số, là mức dài nhất")
		}
		n, ok := number(t[i])
		if !ok {
			return calendar.Limit{}, false, fmt.Errorf("không rõ %q; viết số và đơn vị, ví dụ 0,5 ngày hoặc 4 giờ", t[i])
		}
		i++
		if i < len(t) && strings.Contains("-–~", t[i]) {
			return calendar.Limit{}, false, errors.New("đây là một khoảng; viết một số, là mức dài nhất")
		}
		unit, per, words, plain := unitOf(t[i:], wait)
		if words == 0 {
			if i < len(t) {
				if _, isNumber := number(t[i]); !isNumber {
					return calendar.Limit{}, false, fmt.Errorf("không rõ đơn vị %q; viết ngày hoặc giờ", t[i])
				}
			}
			if column == 0 {
				return calendar.Limit{}, false, fmt.Errorf("%s thiếu đơn vị; viết ngày hoặc giờ, ví dụ %s ngày", t[i-1], t[i-1])
			}
			unit, per = column, 1
		}
		i += words
		assumed = assumed || plain
		var err error
		if single, err = exact(fraction{n.over * per, n.under}, unit); err != nil {
			return calendar.Limit{}, false, err
		}
		if m := minutes(single); m > 0 {
			total += m
		} else if count > 0 || i < len(t) {
			return calendar.Limit{}, false, errors.New("không cộng được ngày lịch với giờ; viết một đơn vị")
		}
		hours = hours && single.Unit == calendar.WorkingHour
	}
	if count == 1 {
		return single, assumed, nil
	}
	l, ok := Budget(total, hours)
	if !ok {
		return calendar.Limit{}, false, errors.New("lẻ quá hai chữ số; viết bằng giờ làm việc")
	}
	return l, assumed, nil
}

func number(s string) (fraction, bool) {
	switch s {
	case "½", "nua":
		return fraction{1, 2}, true
	case "¼":
		return fraction{1, 4}, true
	case "¾":
		return fraction{3, 4}, true
	}
	for i, w := range []string{"mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi"} {
		if s == w {
			return fraction{i + 1, 1}, true
		}
	}
	whole, under, isFraction := strings.Cut(s, "/")
	f := fraction{under: 1}
	if isFraction {
		n, err := strconv.Atoi(under)
		if err != nil || n < 1 || n > 100 || strings.ContainsAny(whole, ".,") {
			return f, false
		}
		f.under = n
	}
	whole, part, _ := strings.Cut(strings.ReplaceAll(whole, ",", "."), ".")
	if len(whole) > 5 || len(part) > 3 {
		return f, false
	}
	for range part {
		f.under *= 10
	}
	n, err := strconv.Atoi(whole + part)
	f.over = n
	return f, err == nil
}

// unitOf reads the unit at the head of the words: how many of the limit's unit it stands for, how many words it takes, and
// whether working time is only assumed.
func unitOf(t []string, wait bool) (unit Unit, per, words int, plain bool) {
	if len(t) == 0 {
		return 0, 0, 0, false
	}
	working := len(t) >= 3 && t[1] == "lam" && t[2] == "viec"
	long := 1
	if working {
		long = 3
	}
	switch t[0] {
	case "ngay", "n":
		if working || !wait {
			return calendar.WorkingDay, 1, long, !working
		}
		return calendar.Day, 1, 1, false
	case "gio", "h", "g", "tieng":
		if working || !wait {
			return calendar.WorkingHour, 1, long, !working
		}
		return calendar.Hour, 1, 1, false
	case "wd":
		return calendar.WorkingDay, 1, 1, false
	case "wh":
		return calendar.WorkingHour, 1, 1, false
	case "phut", "p":
		return 0, 1, 1, false
	case "buoi":
		return calendar.WorkingHour, 4, 1, true
	case "tuan":
		if wait {
			return calendar.Day, 7, 1, false
		}
		return calendar.WorkingDay, 5, 1, true
	case "thang":
		return calendar.Month, 1, 1, false
	}
	return 0, 0, 0, false
}

// exact makes a limit of an amount; unit 0 is minutes of working time.
func exact(n fraction, unit Unit) (calendar.Limit, error) {
	if unit == 0 {
		if n.over%n.under == 0 {
			if l, ok := Budget(n.over/n.under, true); ok {
				return l, nil
			}
		}
		return calendar.Limit{}, errors.New("số phút phải chia hết cho 3 để viết thành giờ làm việc; ví dụ 15 phút, 30 phút")
	}
	if n.over*100%n.under != 0 {
		if per := perUnit(unit); per > 0 && n.over*per%n.under == 0 {
			if l, ok := Budget(n.over*per/n.under, unit == calendar.WorkingHour); ok {
				return l, nil
			}
		}
		return calendar.Limit{}, errors.New("không viết được đúng bằng hai chữ số lẻ; viết bằng giờ làm việc")
	}
	l, err := calendar.ParseLimit(calendar.Limit{Hundredths: n.over * 100 / n.under, Unit: unit}.String())
	if err != nil {
		return calendar.Limit{}, errors.New("thời gian bằng 0 hoặc quá lớn; để trống nếu bước không có thời gian")
	}
	return l, nil
}

func perUnit(unit Unit) int {
	switch unit {
	case calendar.WorkingDay:
		return calendar.MinutesPerWorkingDay
	case calendar.WorkingHour:
		return 60
	}
	return 0
}

// Budget writes working minutes as a limit, in hours where they are wanted and exact, else in days; not ok where neither
// is exact.
func Budget(m int, hours bool) (calendar.Limit, bool) {
	day := calendar.Limit{Hundredths: m * 100 / calendar.MinutesPerWorkingDay, Unit: calendar.WorkingDay}
	hour := calendar.Limit{Hundredths: m * 100 / 60, Unit: calendar.WorkingHour}
	isDay, isHour := m*100%calendar.MinutesPerWorkingDay == 0, m*100%60 == 0
	switch {
	case m <= 0:
		return calendar.Limit{}, false
	case isHour && (hours || !isDay):
		return hour, true
	case isDay:
		return day, true
	}
	return calendar.Limit{}, false
}

// minutes is a limit in working minutes, 0 for calendar units.
func minutes(l calendar.Limit) int {
	m, err := l.BudgetMinutes()
	if err != nil {
		return 0
	}
	return m
}

func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
