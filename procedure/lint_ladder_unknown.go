package procedure

import (
	"fmt"
	"maps"
	"slices"
)

func ladderUnknownRule() rule {
	return rule{Rule{ID: "ladder-unknown", Severity: SeverityError,
		Doc: "Tên trong escalation phải là một thang trên giá quy tắc (library/rules). Không có escalation thì chậm hạn không ai được nhắc: cảnh báo."},
		func(l *linter) {
			if l.d.Ladder.Set() {
				ladder, ok := l.s.Ladders[l.d.Ladder.Value]
				switch {
				case !ok:
					l.find(l.d.Ladder.Pos, fmt.Sprintf("không có thang %q trên giá", clip(l.d.Ladder.Value)), l.didYouMean(l.d.Ladder.Value, slices.Sorted(maps.Keys(l.s.Ladders))))
				case !slices.ContainsFunc(ladder, func(g Rung) bool { return slices.Contains(subjects(), g.On) }):
					l.find(l.d.Ladder.Pos, fmt.Sprintf("thang %q không có nấc nào cho hồ sơ: là thang của nhiệm vụ", l.d.Ladder.Value), "dùng thang của thủ tục, ví dụ standard")
				}
				return
			}
			if len(l.d.Rungs) == 0 {
				l.warn(Pos{1, 1}, "thủ tục không có thang leo thang: chậm hạn không ai được nhắc", "thêm escalation: standard")
			}
		}}
}
