package calendar

import (
	"fmt"
	"strings"
	"time"
)

// Walk is the way from a receipt to its due instant, day by day: the deadline proof sheet is a print of it.
type Walk struct {
	Received   time.Time `json:"received"`
	Normalized time.Time `json:"normalized"`
	Limit      Limit     `json:"limit"`
	Due        time.Time `json:"due"`
	// Provisional: the walk touches a year whose holidays are not yet decreed.
	Provisional bool      `json:"provisional,omitempty"`
	Days        []WalkDay `json:"days"`
}

// WalkDay is one day of a walk.
type WalkDay struct {
	Date Date `json:"date"`
	// Kind is receipt, counted, weekend, or the kind of the calendar entry; rolled is a last day that was off.
	Kind string `json:"kind"`
	Name string `json:"name,omitempty"`
	// Ground is known to calendars that come from a Book.
	Ground string `json:"ground,omitempty"`
	// Minutes of the limit that ran on this day (hour limits), Counted the number of the day in the limit (day limits).
	Minutes     int  `json:"minutes,omitempty"`
	Counted     int  `json:"counted,omitempty"`
	Provisional bool `json:"provisional,omitempty"`
}

// Kinds of days in a walk beside the kinds of entries.
const (
	WalkReceipt = "receipt"
	WalkCounted = "counted"
	WalkWeekend = "weekend"
	WalkRolled  = "rolled"
)

// maxWalk bounds the printed days of a walk to ten years.
const maxWalk = 3660

// Explain returns the walk of Add: the same due instant, and why.
func (c *Calendar) Explain(received time.Time, l Limit) (Walk, error) {
	due, err := c.Add(received, l)
	if err != nil {
		return Walk{}, err
	}
	start, err := c.Normalize(received)
	if err != nil {
		return Walk{}, err
	}
	w := Walk{Received: received.In(ict), Normalized: start, Limit: l, Due: due, Provisional: c.Provisional(received, due)}
	counted := 0
	for d := DateOf(received).Time(); !d.After(due) && len(w.Days) < maxWalk; d = d.AddDate(0, 0, 1) {
		day := c.walkDay(d)
		switch {
		case DateOf(d) < DateOf(start):
		case DateOf(d) == DateOf(start) && l.IsDays():
			day.Kind = WalkReceipt
		case l.Unit == WorkingDay && day.Kind == WalkCounted, l.Unit == Day, l.Unit == Month:
			counted++
			day.Counted = counted
		case l.Unit == WorkingHour:
			if day.Minutes, err = c.Between(later(d, start), earlier(d.AddDate(0, 0, 1), due)); err != nil {
				return Walk{}, err
			}
		}
		if l.Unit == Day && counted > l.Hundredths/100 {
			day.Counted = 0
		}
		w.Days = append(w.Days, day)
	}
	if l.Unit == Day || l.Unit == Month {
		c.markRolled(&w, start)
	}
	return w, nil
}

// markRolled names the days between the nominal last day and the working day it moved to.
func (c *Calendar) markRolled(w *Walk, start time.Time) {
	n := w.Limit.Hundredths / 100
	nominal := dayNumber(start) + n
	if w.Limit.Unit == Month {
		nominal = addMonths(dayNumber(start), n)
	}
	for i := range w.Days {
		d := &w.Days[i]
		number := dayNumber(d.Date.Time())
		if number > nominal {
			d.Counted = 0
		}
		if number >= nominal && d.Kind != WalkCounted && d.Ground == "" {
			d.Kind = WalkRolled
		}
	}
}

func (c *Calendar) walkDay(d time.Time) WalkDay {
	date := DateOf(d)
	day := WalkDay{Date: date, Kind: WalkWeekend, Provisional: c.Provisional(d, d)}
	if c.IsWorkingDay(d) {
		day.Kind = WalkCounted
	} else if i, _, err := c.at(d); err == nil && c.spec.Week[(int(d.Weekday()))] >= 0 && c.of[i] < 0 {
		day.Kind = KindHoliday
	}
	if c.book != nil {
		if e, ok := c.book.entries[date]; ok {
			day.Name, day.Ground = e.Name, e.Ground
			if e.off() {
				day.Kind = e.Kind
			}
		}
	}
	return day
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Text prints the walk in Vietnamese.
func (w Walk) Text() string {
	const layout = "15:04 02/01/2006"
	var b strings.Builder
	fmt.Fprintf(&b, "Nhận lúc:    %s\n", w.Received.Format(layout))
	if !w.Normalized.Equal(w.Received) {
		fmt.Fprintf(&b, "Tính từ:     %s (ngoài giờ làm việc thì tính từ đầu buổi làm việc kế tiếp)\n", w.Normalized.Format(layout))
	}
	fmt.Fprintf(&b, "Thời hạn:    %s\n", w.Limit.Vietnamese())
	fmt.Fprintf(&b, "Hẹn trả:     %s\n", w.Due.Format(layout))
	if w.Provisional {
		b.WriteString("Ngày hẹn là TẠM TÍNH: lịch nghỉ của năm liên quan chưa được công bố.\n")
	}
	for _, d := range w.Days {
		fmt.Fprintf(&b, "  %s  %s\n", d.Date.Time().Format("02/01/2006"), d.text(w.Limit))
	}
	return b.String()
}

func (d WalkDay) text(l Limit) string {
	var s string
	switch d.Kind {
	case WalkReceipt:
		s = "ngày nhận, không tính"
	case WalkCounted:
		s = "làm việc"
	case WalkWeekend:
		s = "nghỉ hằng tuần"
	case WalkRolled:
		s = "ngày cuối rơi vào ngày nghỉ, chuyển sang ngày làm việc kế tiếp"
	case KindHoliday:
		s = "nghỉ lễ, tết"
	case KindMakeUp:
		s = "nghỉ bù"
	case KindSwapOff:
		s = "nghỉ hoán đổi"
	case KindClosure:
		s = "đóng cửa"
	}
	if d.Counted > 0 {
		s += fmt.Sprintf(", ngày thứ %d", d.Counted)
	}
	if l.Unit == WorkingHour && d.Minutes > 0 {
		s += fmt.Sprintf(", %d giờ %02d phút", d.Minutes/60, d.Minutes%60)
	}
	if d.Name != "" {
		s += " · " + d.Name
	}
	if d.Ground != "" {
		s += " [" + d.Ground + "]"
	}
	if d.Provisional {
		s += " (tạm tính)"
	}
	return s
}
