package procedure

import "fmt"

func noBudgetRule() rule {
	return rule{Rule{ID: "no-budget", Severity: SeverityWarning,
		Doc: "Bước tính vào thời hạn mà không có thời gian riêng (limit): chậm ở đó không tính được cho ai, và tổng thời gian không so được với thời hạn."},
		func(l *linter) {
			for i := range l.x.Steps {
				s := &l.x.Steps[i]
				if s.Excluded || !s.Limit.IsZero() || s.Kind != StepWork && s.Kind != StepWait && s.Kind != StepSub {
					continue
				}
				hint := "thêm limit, ví dụ 0.5wd"
				if s.Kind != StepWork {
					hint = "thêm limit, hoặc clock: excluded kèm ground nếu luật cho loại trừ"
				}
				l.find(l.place(i), fmt.Sprintf("bước %s tính vào thời hạn nhưng không có thời gian", s.ID), hint)
			}
		}}
}
