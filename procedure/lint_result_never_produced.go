package procedure

import (
	"fmt"
	"slices"
)

func resultNeverProducedRule() rule {
	return rule{Rule{ID: "result-never-produced", Severity: SeverityError,
		Doc: "Kết quả đã khai báo (results) mà không bước nào tới được làm ra hay trả; hoặc thủ tục không khai báo kết quả nào (cảnh báo)."},
		func(l *linter) {
			for _, r := range l.d.Results {
				made := false
				for i := range l.x.Steps {
					made = made || l.reached[i] && slices.Contains(l.x.Steps[i].Results, r.Value.ID)
				}
				if !made {
					l.find(r.Pos, fmt.Sprintf("không bước nào trả kết quả %s", r.Value.ID), "thêm results: ["+r.Value.ID+"] vào bước trả kết quả")
				}
			}
			if len(l.d.Results) == 0 {
				l.warn(l.d.StepsAt, "thủ tục không khai báo kết quả nào", "thêm results: [{id: …, name: …}]")
			}
		}}
}
