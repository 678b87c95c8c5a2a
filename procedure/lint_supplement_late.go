package procedure

import (
	"fmt"

	"motcua/calendar"
)

func supplementLateRule() rule {
	return rule{Rule{ID: "supplement-late", Severity: SeverityWarning,
		Doc: "Phiếu yêu cầu bổ sung phải ra trong 3 ngày làm việc kể từ khi tiếp nhận (NĐ 61/2018 Đ19.4), trừ khi luật chuyên ngành quy định khác: within dài hơn thì phải nêu căn cứ (ground)."},
		func(l *linter) {
			check := func(s *Supplement, p Pos, where string) {
				if s != nil && l.fit.of(s.Within).most > 3*calendar.MinutesPerWorkingDay && s.Ground == "" {
					l.find(p, fmt.Sprintf("%s cho yêu cầu bổ sung sau %s mà không nêu căn cứ", where, s.Within), "bỏ within (mặc định 3wd), hoặc thêm ground")
				}
			}
			check(l.d.Supplement, l.d.SupplementAt, "supplement")
			for i := range l.d.Steps {
				check(l.d.Steps[i].Supplement, l.place(i), "bước "+l.d.Steps[i].ID.Value)
			}
		}}
}
