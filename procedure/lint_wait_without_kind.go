package procedure

import "fmt"

func waitWithoutKindRule() rule {
	return rule{Rule{ID: "wait-without-kind", Severity: SeverityError,
		Doc: "Bước chờ phải nói chờ gì: chờ hết thời gian (wait: time) cần limit; chặng của người nộp, thanh toán, niêm yết (leg) là bước chờ nên cần wait."},
		func(l *linter) {
			for i := range l.d.Steps {
				s := &l.d.Steps[i]
				if s.Wait.Value == WaitTime && !s.Limit.Set() {
					l.find(s.Wait.Pos, fmt.Sprintf("bước %s chờ hết thời gian mà không có limit", s.ID.Value), "thêm limit, ví dụ limit: 15d")
				}
				waits := s.Leg.Value == "payment" || s.Leg.Value == "applicant" || s.Leg.Value == "posting"
				if waits && !s.Wait.Set() && !s.Role.Set() {
					l.find(s.Leg.Pos, fmt.Sprintf("bước %s (chặng %s) không nói chờ gì", s.ID.Value, s.Leg.Value), "thêm wait: payment, time hoặc act")
				}
			}
		}}
}
