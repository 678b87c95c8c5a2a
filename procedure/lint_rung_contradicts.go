package procedure

import (
	"fmt"
	"slices"
)

func rungContradictsRule() rule {
	return rule{Rule{ID: "rung-contradicts", Severity: SeverityError,
		Doc: "Một nấc không giao cùng một việc cho hai người (hand_up với reassign), không vừa đề nghị vừa tự ký (propose_apology với issue_apology); xin lỗi, hẹn lại chỉ ở nấc của hồ sơ."},
		func(l *linter) {
			for i := range l.x.Ladder {
				g := &l.x.Ladder[i]
				does := func(what string) bool { return slices.Contains(g.Do, what) }
				switch apologises := does(DoPropose) || does(DoIssue); {
				case does(DoHandUp) && does(DoReassign):
					l.find(l.ladderAt(g.ID), fmt.Sprintf("nấc %s vừa chuyển việc lên cấp trên vừa giao lại trong đơn vị", g.ID), "tách thành hai nấc, reassign đến trước hand_up")
				case does(DoPropose) && does(DoIssue):
					l.find(l.ladderAt(g.ID), fmt.Sprintf("nấc %s vừa đề nghị vừa tự ký xin lỗi, hẹn lại", g.ID), "giữ issue_apology: không có quyết định chung thì nấc ấy cũng chỉ đề nghị")
				case apologises && slices.Contains([]string{OnStep, OnIntake}, g.On):
					l.find(l.ladderAt(g.ID), fmt.Sprintf("nấc %s xin lỗi, hẹn lại theo hạn của %s; người nộp chỉ được hẹn theo hạn của hồ sơ", g.ID, g.On), "đổi thành on: dossier")
				}
			}
		}}
}
