package procedure

import (
	"fmt"
	"time"

	"motcua/calendar"
)

func twentyPercentRule() rule {
	return rule{Rule{ID: "twenty-percent", Severity: SeverityWarning,
		Doc: "Thủ tục do tỉnh giải quyết (mọi cấp trừ bộ) có thời hạn theo luật trên 10 ngày làm việc mà không quy tắc cắt giảm nào giảm ít nhất 20 % (làm tròn xuống phần còn lại: 12 ngày còn tối đa 9). Đúng 10 ngày thì không xét; phần cộng thêm theo địa bàn cũng không. Thủ tục ghép cam kết theo từng phần, nên xét ở tệp của mỗi phần."},
		func(l *linter) {
			legal := l.d.Limit.Value
			if l.d.Merged != nil || l.d.Level.Value == "ministry" || legal.Unit != calendar.WorkingDay || legal.Hundredths <= 1000 {
				return
			}
			most := legal
			most.Hundredths = legal.Hundredths * 80 / 100 / 100 * 100
			bare := *l.x
			bare.Variants = nil
			least := legal
			for _, date := range l.judged() {
				at, err := time.Parse(time.DateOnly, date)
				if err != nil {
					continue
				}
				if c := bare.Commit(nil, "", at); c.Committed.Hundredths < least.Hundredths {
					least = c.Committed
				}
			}
			if least.Hundredths <= most.Hundredths {
				return
			}
			hint := "thêm quy tắc cắt giảm vào reductions, khi quy trình nội bộ vừa với " + most.String()
			if len(l.x.Reductions) > 0 {
				hint = "xem lại ngày áp dụng và điều kiện của quy tắc cắt giảm"
			}
			l.find(l.d.Limit.Pos, fmt.Sprintf("thời hạn %s trên 10 ngày làm việc mà cam kết %s: chưa giảm ít nhất 20 %% (tối đa %s)", legal, least, most), hint)
		}}
}

// judged are the dates on which a reduction must help: the date of the check, or, without one, any that it has.
func (l *linter) judged() []string {
	if l.on != "" {
		return []string{l.on}
	}
	return commitDates(l.x, "", "")
}
