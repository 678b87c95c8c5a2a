package procedure

import "fmt"

func mergedOutdatedRule() rule {
	return rule{Rule{ID: "merged-outdated", Severity: SeverityWarning,
		Doc: "Một phần của thủ tục ghép đã có bản mới hơn bản đem ghép: nội dung ghép có thể không còn đúng với thủ tục gốc; ghép lại hoặc đối chiếu rồi đổi plan."},
		func(l *linter) {
			for _, p := range l.d.Parts {
				if now, ok := l.s.Plans[p.Code.Value]; ok && p.Plan.Set() && now != p.Plan.Value {
					l.find(p.Plan.Pos, fmt.Sprintf("thủ tục %s đã đổi từ bản %.12s sang bản %.12s", p.Code.Value, p.Plan.Value, now), "ghép lại bằng motcua procedure merge, hoặc đối chiếu rồi sửa plan")
				}
			}
		}}
}
