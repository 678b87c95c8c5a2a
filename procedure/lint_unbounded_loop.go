package procedure

import (
	"fmt"
	"strings"
)

func unboundedLoopRule() rule {
	return rule{Rule{ID: "unbounded-loop", Severity: SeverityError,
		Doc: "Mỗi vòng lặp phải đi qua một bước có max-visits, để hồ sơ không quay mãi."},
		func(l *linter) {
			for _, loop := range l.g.loops(func(i int) bool { return l.d.Steps[i].MaxVisits.Value > 0 }) {
				ids := make([]string, len(loop))
				for k, i := range loop {
					ids[k] = l.x.Steps[i].ID
				}
				l.find(l.place(loop[len(loop)-1]), fmt.Sprintf("vòng lặp không giới hạn: %s", strings.Join(shorten(ids), ", ")), "thêm max-visits cho một bước của vòng, ví dụ max-visits: 3")
			}
		}}
}
