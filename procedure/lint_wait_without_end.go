package procedure

import "fmt"

func waitWithoutEndRule() rule {
	return rule{Rule{ID: "wait-without-end", Severity: SeverityWarning,
		Doc: "Bước loại trừ khỏi thời hạn mà không có thời gian riêng (limit) cũng không có hạn dừng (expires): đồng hồ đứng, không ai được nhắc, hồ sơ có thể chờ mãi."},
		func(l *linter) {
			for i := range l.x.Steps {
				s := &l.x.Steps[i]
				if !l.reached[i] || !s.Excluded || !s.Limit.IsZero() || !s.Expires.IsZero() || s.Kind != StepWork && s.Kind != StepWait || s.Wait == WaitTime {
					continue // of a wait for time without a limit, wait-without-kind speaks
				}
				hint := "thêm limit để nhắc"
				if s.Kind == StepWait {
					hint = "thêm limit để nhắc, hoặc expires nếu luật cho dừng giải quyết"
				}
				l.find(l.place(i), fmt.Sprintf("bước %s đứng ngoài thời hạn mà không có limit: không ai được nhắc", s.ID), hint)
			}
		}}
}
