package procedure

import (
	"fmt"

	"motcua/calendar"
)

func badClosingRule() rule {
	return rule{Rule{ID: "bad-closing", Severity: SeverityError,
		Doc: "Đóng hồ sơ khi người nộp không quay lại (closing) cần một thời gian chờ: answer của supplement, expires của bước chờ nộp tiền hoặc bước chờ của người nộp; nhắc (remind) phải sớm hơn lúc hết thời gian ấy. Kết quả chưa ai đến lấy thì không bao giờ đóng."},
		func(l *linter) {
			l.closing(l.d.Supplement, Pos{}, "supplement")
			for i := range l.d.Steps {
				s := &l.d.Steps[i]
				l.closing(s.Supplement, l.place(i), "supplement của bước "+s.ID.Value)
				if s.Closing != nil && !s.Expires.Set() {
					l.find(s.ClosingAt, fmt.Sprintf("bước %s có closing mà không có expires", s.ID.Value), "thêm expires, ví dụ expires: 30d")
				}
				if s.Closing != nil && s.Expires.Set() {
					l.reminders(s.ClosingAt, s.Closing, s.Expires.Value)
				}
				if !s.Expires.Set() {
					continue
				}
				switch {
				case s.Wait.Value == WaitTime:
					l.find(s.Expires.Pos, fmt.Sprintf("bước %s tự hết khi hết limit, không chờ ai", s.ID.Value), "bỏ expires")
				case s.Wait.Value == WaitAct && s.Leg.Value != "applicant" && s.Leg.Value != "payment":
					l.find(s.Expires.Pos, fmt.Sprintf("bước %s không chờ người nộp (leg), nên không đóng hồ sơ vì chờ lâu", s.ID.Value), "thêm leg: applicant, hoặc bỏ expires")
				}
			}
		}}
}

func (l *linter) closing(s *Supplement, p Pos, what string) {
	if s == nil || s.Closing == nil {
		return
	}
	if p.Line == 0 {
		p = l.d.SupplementAt
	}
	if s.Answer.IsZero() {
		l.find(p, what+" có closing mà không có answer", "thêm answer, ví dụ answer: 15d")
		return
	}
	l.reminders(p, s.Closing, s.Answer)
}

// reminders must fall into the period, whatever the date on which it begins.
func (l *linter) reminders(p Pos, c *Closing, period calendar.Limit) {
	for _, before := range c.Remind {
		if before.Unit == period.Unit && before.Hundredths >= period.Hundredths || before.Unit != period.Unit && l.fit.of(before).longest >= l.fit.of(period).longest {
			l.find(p, fmt.Sprintf("nhắc trước %s không nằm trong thời gian chờ %s", before, period), "nhắc muộn hơn")
		}
	}
}
