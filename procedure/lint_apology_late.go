package procedure

import (
	"fmt"
	"slices"

	"motcua/calendar"
)

func apologyLateRule() rule {
	return rule{Rule{ID: "apology-late", Severity: SeverityError,
		Doc: "Nấc đề nghị hoặc ký xin lỗi, hẹn lại (propose_apology, issue_apology) phải đến chậm nhất ngày làm việc trước ngày hẹn, với thời hạn không quá một ngày thì trước giờ hẹn (NĐ 61/2018 Đ19.9): đến sau thì không còn hẹn lại được nữa."},
		func(l *linter) {
			for i := range l.x.Ladder {
				g := &l.x.Ladder[i]
				if g.On != OnDossier || !slices.Contains(g.Do, DoPropose) && !slices.Contains(g.Do, DoIssue) || g.Share > 0 {
					continue
				}
				if g.AtDue || !g.After.IsZero() {
					l.find(l.ladderAt(g.ID), fmt.Sprintf("nấc %s đề nghị hẹn lại khi đã hết hạn", g.ID), "đặt nấc trước hạn: before: 1wd")
					continue
				}
				for n := range l.paths {
					if p := &l.paths[n]; !p.oneDay() && !dayBefore(g.Before) {
						l.find(l.ladderAt(g.ID), fmt.Sprintf("nấc %s (trước hạn %s) đến đúng ngày hẹn của thời hạn %s%s: đã quá muộn để hẹn lại", g.ID, g.Before, p.Committed, p.caseText()), "đặt nấc before: 1wd, hoặc chọn thang khác")
						break
					}
				}
			}
		}}
}

// oneDay says that the limit is of one day or less, for which a new promise may be made up to the due instant.
func (p *Path) oneDay() bool {
	l := p.Committed
	switch l.Unit {
	case calendar.WorkingHour:
		return l.Hundredths <= 800
	case calendar.Hour:
		return l.Hundredths <= 2400
	case calendar.WorkingDay, calendar.Day:
		return l.Hundredths <= 100
	}
	return p.SameDay != nil || l.IsZero()
}

// dayBefore says that counting back leads to an earlier date than the due one.
func dayBefore(l calendar.Limit) bool {
	switch l.Unit {
	case calendar.WorkingHour:
		return l.Hundredths > 800
	case calendar.Hour:
		return l.Hundredths >= 2400
	}
	return l.Hundredths >= 100
}
