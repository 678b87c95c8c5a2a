package procedure

import (
	"fmt"
	"slices"
)

func rungWithoutRecipientRule() rule {
	return rule{Rule{ID: "rung-without-recipient", Severity: SeverityError,
		Doc: "Nấc chắc chắn không tới ai: người giữ việc khi hồ sơ chưa tiếp nhận (chưa có việc) hay khi không bước nào thuộc chức danh nào, chuyển lên mà không nêu cấp trên, giao lại nơi không có chức danh."},
		func(l *linter) {
			for i := range l.x.Ladder {
				g := &l.x.Ladder[i]
				does := func(what string) bool { return slices.Contains(g.Do, what) }
				all := func(of ...string) bool {
					return !slices.ContainsFunc(g.To, func(to string) bool { return !slices.Contains(of, to) })
				}
				ours := slices.Contains(subjects(), g.On)
				nobody := g.On == OnIntake || !l.anyRole()
				switch {
				case !ours: // a mission's rung has tasks of its own
				case nobody && all(ToAssignee):
					l.find(l.ladderAt(g.ID), fmt.Sprintf("nấc %s chỉ gửi người giữ việc, nhưng lúc ấy không có việc nào của ai", g.ID), "gửi one_stop hoặc head_of_agency")
				case does(DoHandUp) && (all(ToAssignee, ToApplicant) || g.On == OnIntake):
					l.find(l.ladderAt(g.ID), fmt.Sprintf("nấc %s chuyển việc lên (hand_up) nhưng không có việc hoặc không nêu cấp trên nào", g.ID), "on: dossier hoặc step, to: [head_of_unit] hoặc [head_of_agency]")
				case does(DoReassign) && nobody:
					l.find(l.ladderAt(g.ID), fmt.Sprintf("nấc %s giao lại việc (reassign) nhưng lúc ấy không có việc nào theo chức danh", g.ID), "đặt reassign ở nấc on: dossier hoặc on: step, và nêu role của bước")
				}
			}
		}}
}

// anyRole says whether a task of any step belongs to a position.
func (l *linter) anyRole() bool {
	return slices.ContainsFunc(l.x.Steps, func(s Step) bool { return s.Role != "" })
}
