package procedure

import (
	"fmt"
	"strings"
)

func conditionConstantRule() rule {
	return rule{Rule{ID: "condition-constant", Severity: SeverityWarning,
		Doc: "Điều kiện luôn đúng, hoặc không bao giờ đúng, với mọi giá trị của dữ kiện: nhánh, quy tắc thời hạn hay giấy tờ có điều kiện mà thật ra không."},
		func(l *linter) {
			if !l.exact {
				return
			}
			for _, c := range l.conditions {
				n := 0
				for _, holds := range l.holding {
					if holds[c.Name] {
						n++
					}
				}
				p := Pos{c.Line, c.Col}
				switch {
				case n == len(l.holding):
					l.find(p, fmt.Sprintf("điều kiện của %s luôn đúng", c.Name), "bỏ điều kiện, hoặc sửa lại")
				case n == 0 && !strings.HasPrefix(c.Name, "document."): // of those, paper-never-used speaks
					l.find(p, fmt.Sprintf("điều kiện của %s không bao giờ đúng", c.Name), "sửa lại, hoặc bỏ nhánh hay quy tắc này")
				}
			}
		}}
}
