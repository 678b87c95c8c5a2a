package procedure

import "fmt"

func resultNeverProducedRule() rule {
	return rule{Rule{ID: "result-never-produced", Severity: SeverityError,
		Doc: "Kết quả đã khai báo (results) mà không bước nào tới được làm ra hay trả; hoặc thủ tục không khai báo kết quả nào (cảnh báo)."},
		func(l *linter) {
			made := map[string]bool{}
			for i := range l.x.Steps {
				if l.reached[i] {
					for _, id := range l.x.Steps[i].Results {
						made[id] = true
					}
				}
			}
			for _, r := range l.d.Results {
				if !made[r.Value.ID] {
					l.find(r.Pos, fmt.Sprintf("không bước nào trả kết quả %s", r.Value.ID), "thêm results: ["+r.Value.ID+"] vào bước trả kết quả")
				}
			}
			if len(l.d.Results) == 0 {
				l.warn(l.d.StepsAt, "thủ tục không khai báo kết quả nào", "thêm results: [{id: …, name: …}]")
			}
		}}
}
