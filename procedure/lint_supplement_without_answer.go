package procedure

import "fmt"

func supplementWithoutAnswerRule() rule {
	return rule{Rule{ID: "supplement-without-answer", Severity: SeverityWarning,
		Doc: "Bước được yêu cầu bổ sung (may: supplement) mà không nói người nộp có bao lâu để bổ sung (answer): hồ sơ không được bổ sung sẽ treo mãi, không ai đóng."},
		func(l *linter) {
			told := false
			for i := range l.x.Steps {
				s := &l.x.Steps[i]
				if !s.Allows(MaySupplement) || s.Supplement != nil && !s.Supplement.Answer.IsZero() {
					continue
				}
				switch {
				case s.Supplement != nil:
					l.find(l.place(i), fmt.Sprintf("bước %s: quy tắc bổ sung riêng không có thời gian bổ sung (answer)", s.ID), "thêm answer vào supplement của bước")
				case l.x.Supplement.Answer.IsZero() && !told:
					told = true // one rule for all steps is missing once
					l.find(l.place(i), fmt.Sprintf("bước %s được yêu cầu bổ sung mà thủ tục không nêu thời gian bổ sung (answer)", s.ID), "thêm supplement: {answer: 15d, ground: …} theo luật chuyên ngành")
				}
			}
		}}
}
