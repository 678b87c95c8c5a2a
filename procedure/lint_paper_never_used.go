package procedure

import (
	"fmt"
	"slices"
)

func paperNeverUsedRule() rule {
	return rule{Rule{ID: "paper-never-used", Severity: SeverityWarning,
		Doc: "Giấy tờ đòi người nộp mà không bước nào dùng tới (khi các bước đã khai uses), hoặc không trường hợp nào cần: gánh nặng không để làm gì."},
		func(l *linter) {
			declared, used := false, map[string]bool{}
			for i := range l.d.Steps {
				declared = declared || len(l.d.Steps[i].Uses) > 0
				for _, p := range l.d.Steps[i].Uses {
					used[p.Value] = used[p.Value] || l.reached[i]
				}
			}
			for i := range l.d.Documents {
				p := &l.d.Documents[i]
				switch {
				case declared && !used[p.Value.ID]:
					l.find(p.Pos, fmt.Sprintf("không bước nào dùng giấy tờ %s", p.Value.ID), "bỏ giấy tờ này khỏi thành phần hồ sơ, hoặc thêm vào uses của bước dùng nó")
				case l.exact && l.neverNeeded(p):
					l.find(p.Pos, fmt.Sprintf("không trường hợp nào cần giấy tờ %s", p.Value.ID), "sửa điều kiện, hoặc bỏ giấy tờ này")
				}
			}
		}}
}

// neverNeeded says that the condition of a paper holds in no case.
func (l *linter) neverNeeded(p *DocumentDef) bool {
	name := p.Condition.Value
	switch {
	case p.When.Set():
		name = "document." + p.Value.ID
	case !slices.Contains(l.x.Conditions, name):
		return false // none, or one that there is not
	}
	return !slices.ContainsFunc(l.holding, func(holds map[string]bool) bool { return holds[name] })
}
