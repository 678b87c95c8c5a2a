package calendar

import (
	"fmt"
	"strings"
	"time"
)

// Text returns the walk in Vietnamese, one day a line.
func (w Walk) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Tiếp nhận: %s\n", vietnameseInstant(w.Received))
	if !w.Normalized.Equal(w.Received.Truncate(time.Minute)) {
		fmt.Fprintf(&b, "Ngoài giờ làm việc, tính từ: %s\n", vietnameseInstant(w.Normalized))
	}
	fmt.Fprintf(&b, "Thời hạn: %s\n", w.Limit.Vietnamese())
	for _, d := range w.Days {
		fmt.Fprintf(&b, "  %-8s %s  %s\n", vietnameseWeekday(d.Date.Weekday()), d.Date.Vietnamese(), w.reading(d))
	}
	fmt.Fprintf(&b, "Hẹn trả: %s\n", vietnameseInstant(w.Due))
	if w.Provisional {
		b.WriteString("Tạm tính: lịch nghỉ của năm liên quan chưa được thông báo.\n")
	}
	return b.String()
}

// reading says what a day did to the limit, and why.
func (w Walk) reading(d WalkDay) string {
	var parts []string
	switch {
	case d.Kind == KindReceipt && w.Limit.IsDays():
		parts = append(parts, "ngày tiếp nhận, không tính")
	case d.Kind == KindReceipt && !d.Counted:
		parts = append(parts, "ngày tiếp nhận, ngoài giờ làm việc")
	case d.Counted && w.Limit.IsDays():
		parts = append(parts, fmt.Sprintf("tính, ngày thứ %d", d.Running))
	case d.Counted:
		parts = append(parts, fmt.Sprintf("tính %s, cộng dồn %s", vietnameseMinutes(d.Minutes), vietnameseMinutes(d.Running)))
	case d.Kind == KindRolled:
		parts = append(parts, "ngày cuối rơi vào ngày nghỉ, chuyển sang ngày làm việc này")
	default:
		parts = append(parts, "không tính")
	}
	if label := d.Kind.Vietnamese(); label != "" && d.Name == "" {
		parts = append(parts, label)
	}
	if d.Name != "" {
		parts = append(parts, d.Name)
	}
	text := strings.Join(parts, "; ")
	if d.Ground != "" {
		text += " [" + d.Ground + "]"
	}
	if d.Provisional {
		text += " (tạm tính)"
	}
	return text
}

// Vietnamese names what a day is; empty for a day that needs no reason.
func (k Kind) Vietnamese() string {
	switch k {
	case KindHoliday:
		return "nghỉ lễ, tết"
	case KindMakeUp:
		return "nghỉ bù"
	case KindSwappedOff:
		return "nghỉ hoán đổi"
	case KindSwappedWork:
		return "làm bù"
	case KindClosure:
		return "tạm nghỉ tại địa phương, cơ quan"
	case KindWeekend:
		return "nghỉ hằng tuần"
	}
	return ""
}

func vietnameseInstant(t time.Time) string {
	t = t.In(legalZone)
	return fmt.Sprintf("%s, %s %s", t.Format("15:04"), strings.ToLower(vietnameseWeekday(t.Weekday())), t.Format(vietnameseDate))
}

func vietnameseWeekday(d time.Weekday) string {
	switch d {
	case time.Monday:
		return "Thứ Hai"
	case time.Tuesday:
		return "Thứ Ba"
	case time.Wednesday:
		return "Thứ Tư"
	case time.Thursday:
		return "Thứ Năm"
	case time.Friday:
		return "Thứ Sáu"
	case time.Saturday:
		return "Thứ Bảy"
	}
	return "Chủ nhật"
}

func vietnameseMinutes(n int) string {
	switch h, m := n/minutesPerHour, n%minutesPerHour; {
	case m == 0:
		return fmt.Sprintf("%d giờ", h)
	case h == 0:
		return fmt.Sprintf("%d phút", m)
	default:
		return fmt.Sprintf("%d giờ %d phút", h, m)
	}
}
