package bpmn

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"motcua/calendar"
	"motcua/procedure/draft"
)

var isoDuration = regexp.MustCompile(`^P(?:([0-9]{1,4})M)?(?:([0-9]{1,4})W)?(?:([0-9]{1,5}(?:[.,][0-9]{1,2})?)D)?(?:T(?:([0-9]{1,5}(?:[.,][0-9]{1,2})?)H)?(?:([0-9]{1,5})M)?)?$`)

// readDuration reads a limit of the language ("0.5wd"), an ISO 8601 duration, or Vietnamese words. The days and hours of an
// ISO duration are working time at a step and calendar time at a wait; assumed says that this was our reading.
func readDuration(text string, wait bool) (l calendar.Limit, assumed bool, err error) {
	if l, err := calendar.ParseLimit(text); err == nil {
		return l, false, nil
	}
	m := isoDuration.FindStringSubmatch(text)
	if m == nil || text == "P" || strings.HasSuffix(text, "T") {
		t, err := draft.ReadTime(text, 0, wait)
		if err != nil || t.Limit.IsZero() {
			return calendar.Limit{}, false, fmt.Errorf("không đọc được thời gian %q; viết PT4H, P2D hoặc 2wd", clip(text))
		}
		return t.Limit, t.Assumed, nil
	}
	months, weeks, days, hours, minutes := m[1], m[2], m[3], m[4], m[5]
	if months != "" {
		if weeks+days+hours+minutes != "" {
			return calendar.Limit{}, false, errors.New("không cộng được tháng với đơn vị khác")
		}
		l, err = calendar.ParseLimit(strings.TrimLeft(months, "0") + "mo")
		return l, false, err
	}
	if weeks != "" {
		n, _ := strconv.Atoi(weeks) // digits by the pattern
		if days+hours+minutes != "" {
			return calendar.Limit{}, false, errors.New("không cộng được tuần với đơn vị khác")
		}
		if wait {
			l, err = calendar.ParseLimit(strconv.Itoa(7*n) + "d")
		} else {
			l, err = calendar.ParseLimit(strconv.Itoa(5*n) + "wd")
		}
		return l, true, err
	}
	var parts []string
	for _, p := range [][2]string{{days, "ngày"}, {hours, "giờ"}, {minutes, "phút"}} {
		if p[0] != "" {
			parts = append(parts, p[0]+" "+p[1])
		}
	}
	t, err := draft.ReadTime(strings.Join(parts, " "), 0, wait)
	if err == nil && t.Limit.IsZero() {
		err = errors.New("thời gian bằng 0")
	}
	return t.Limit, true, err
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
