package catalogue

import (
	"regexp"
	"strconv"
	"strings"

	"motcua/calendar"
	"motcua/vietnamese"
)

// unitOf knows the words for units that limits are published with.
func unitOf(word string) (unit calendar.Unit, hoursDoubtful, ok bool) {
	switch strings.Join(vietnamese.Words(word), " ") {
	case "wd", "ngay lam viec", "ngay lv", "working day", "working days":
		return calendar.WorkingDay, false, true
	case "wh", "gio lam viec", "gio lv", "working hour", "working hours":
		return calendar.WorkingHour, false, true
	case "d", "ngay", "day", "days":
		return calendar.Day, false, true
	case "mo", "thang", "month", "months":
		return calendar.Month, false, true
	case "h", "gio", "hour", "hours":
		return calendar.Hour, true, true
	}
	return 0, false, false
}

// limitOf makes a limit of a number and a unit as published; hours are doubtful where the unit does not say which hours.
func limitOf(number, unit string) (l calendar.Limit, doubtful, ok bool) {
	u, doubtful, known := unitOf(unit)
	if !known {
		return l, false, false
	}
	number = strings.TrimLeft(strings.ReplaceAll(number, ",", "."), "0")
	if number == "" || number[0] == '.' {
		number = "0" + number
	}
	l, err := calendar.ParseLimit(number + u.String())
	return l, doubtful, err == nil && believable(l)
}

// believable says that a limit is no longer than ten years: more is a slip of the pen.
func believable(l calendar.Limit) bool {
	most := map[calendar.Unit]int{calendar.WorkingDay: 2_600, calendar.WorkingHour: 20_800, calendar.Day: 3_660, calendar.Month: 120, calendar.Hour: 87_600}
	return l.Hundredths <= most[l.Unit]*100
}

// limitText reads "15 Ngày làm việc", "07 (bảy) ngày", "nửa ngày làm việc" and "15wd".
func limitText(s string) (l calendar.Limit, doubtful, ok bool) {
	if l, err := calendar.ParseLimit(strings.TrimSpace(s)); err == nil {
		return l, false, believable(l)
	}
	if m := numbered.FindStringSubmatch(strings.TrimSpace(s)); m != nil {
		if l, doubtful, ok := limitOf(m[1], m[2]); ok {
			return l, doubtful, true
		}
	}
	l, err := calendar.ParseVietnamese(s)
	return l, l.Unit == calendar.Hour, err == nil && believable(l)
}

// numbered is a number, perhaps again in words, and a unit.
var numbered = regexp.MustCompile(`^([0-9]+(?:[.,][0-9]{1,2})?)\s*(?:\([^()]{1,30}\))?\s*([\p{L}\p{M} ]+)$`)

// days is a limit in days inside a sentence. Hours and months are left out: "sau 15 giờ" and "ngày 14 tháng 11" are none.
var days = regexp.MustCompile(`(?i)([0-9]{1,3})\s*(?:\([^()]{1,30}\)\s*)?ngày(\s+làm\s+việc)?`)

// limitsIn lists the limits in days that a text names, in its order, as often as it names them.
func limitsIn(s string) []calendar.Limit {
	var out []calendar.Limit
	for _, m := range days.FindAllStringSubmatchIndex(s, -1) {
		if m[2] > 0 && strings.IndexByte("0123456789/.,", s[m[2]-1]) >= 0 {
			continue // the end of a longer number
		}
		n, err := strconv.Atoi(s[m[2]:m[3]])
		if err != nil || n == 0 {
			continue
		}
		l := calendar.Limit{Hundredths: n * 100, Unit: calendar.Day}
		if m[4] >= 0 {
			l.Unit = calendar.WorkingDay
		}
		out = append(out, l)
	}
	return out
}

// agrees says that a published limit is one that the words name, or the sum of those in its unit.
func agrees(words string, named []calendar.Limit, l calendar.Limit) bool {
	sum := 0
	for _, w := range named {
		if w == l {
			return true
		}
		if w.Unit == l.Unit {
			sum += w.Hundredths
		}
	}
	// Limits in months and hours are not looked for, but are recognised.
	return sum == l.Hundredths || !l.IsDays() || l.Unit == calendar.Month && strings.Contains(words, " tháng")
}
