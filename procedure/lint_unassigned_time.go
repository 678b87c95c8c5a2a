package procedure

import (
	"fmt"

	"motcua/calendar"
)

func unassignedTimeRule() rule {
	return rule{Rule{ID: "unassigned-time", Severity: SeverityWarning,
		Doc: "Đường dài nhất dùng ít hơn thời hạn cam kết ngắn nhất: phần còn lại chưa giao cho bước nào. Không sai luật, nhưng thường là sót hoặc chép nhầm."},
		func(l *linter) {
			var least *Path
			for i := range l.paths {
				p := &l.paths[i]
				if u := p.Committed.Unit; p.SameDay != nil || u != calendar.WorkingDay && u != calendar.WorkingHour {
					continue
				}
				if least == nil || p.Sure-p.Counted < least.Sure-least.Counted {
					least = p
				}
			}
			if least == nil || least.Counted == 0 || least.Counted >= least.Sure {
				return
			}
			l.find(l.limitAt(), fmt.Sprintf("đường dài nhất dùng %s trên %s%s: còn %s chưa giao cho bước nào; %s", minutesText(least.Counted),
				least.Committed, least.caseText(), minutesText(least.Sure-least.Counted), least.waitText()), "đường: "+l.budgets(least)).about(least)
		}}
}
