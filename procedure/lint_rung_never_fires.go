package procedure

import (
	"fmt"

	"motcua/calendar"
)

func rungNeverFiresRule() rule {
	return rule{Rule{ID: "rung-never-fires", Severity: SeverityWarning,
		Doc: "Nấc đếm ngược từ hạn (before) dài hơn cả thời hạn của hồ sơ: chỗ của nó ở trước lúc tiếp nhận nên không bao giờ đến."},
		func(l *linter) {
			for i := range l.x.Ladder {
				g := &l.x.Ladder[i]
				if g.On != OnDossier || g.Before.IsZero() {
					continue
				}
				for n := range l.paths {
					if p := &l.paths[n]; l.fit.of(g.Before).most > p.room() {
						l.find(l.ladderAt(g.ID), fmt.Sprintf("nấc %s (trước hạn %s) không bao giờ đến trong thời hạn %s%s", g.ID, g.Before, p.limitText(), p.caseText()), "rút ngắn before, hoặc chọn thang khác")
						break
					}
				}
			}
		}}
}

// room is how many working minutes there can be between receipt and due: of a day limit the day of receipt comes on top.
func (p *Path) room() int {
	switch {
	case p.SameDay != nil:
		return p.Most
	case p.Committed.Unit == calendar.WorkingHour || p.Committed.Unit == calendar.Hour:
		return p.Most - 1 // a rung at the receipt itself is left out
	}
	return p.Most + calendar.MinutesPerWorkingDay
}
