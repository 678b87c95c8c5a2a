package procedure

import (
	"fmt"
	"slices"
)

func roleWithoutAgencyRule() rule {
	return rule{Rule{ID: "role-without-agency", Severity: SeverityError,
		Doc: "Mỗi bước có người làm cần cả vai và cơ quan: bước không nêu cơ quan thuộc cơ quan chủ trì, nên định nghĩa phải có agency; bước nêu cơ quan phải nêu vai; starts-at phải là cơ quan có bước."},
		func(l *linter) {
			for i := range l.d.Steps {
				s := &l.d.Steps[i]
				kind := l.x.Steps[i].Kind
				switch {
				case (kind == StepWork || kind == StepReturn) && !s.Role.Set():
					l.find(l.place(i), fmt.Sprintf("bước %s không nêu vai thực hiện", s.ID.Value), "thêm role, ví dụ role: chuyen-vien")
				case s.Role.Set() && !s.Agency.Set() && !l.d.Agency.Set():
					l.find(s.Role.Pos, fmt.Sprintf("vai %s không thuộc cơ quan nào", s.Role.Value), "thêm agency cho thủ tục hoặc cho bước")
				}
			}
			ref := l.d.StartsAt
			if ref.Set() && !slices.ContainsFunc(l.x.Steps, func(s Step) bool { return s.Agency == l.x.StartsAt }) {
				known := []string{RefReceiving}
				for i := range l.x.Steps {
					if a := l.x.Steps[i].Agency; a != "" && !slices.Contains(known, a) {
						known = append(known, a)
					}
				}
				l.find(ref.Pos, fmt.Sprintf("starts-at: không bước nào thuộc cơ quan %q", ref.Value), l.didYouMean(ref.Value, known))
			}
		}}
}
