package procedure

import (
	"fmt"
	"strings"
)

func reductionOrderRule() rule {
	return rule{Rule{ID: "reduction-order", Severity: SeverityWarning,
		Doc: "Nhiều quy tắc cắt giảm áp dụng theo thứ tự (order) mà các quyết định đặt, không theo thứ tự viết trong tệp: tệp viết khác làm người đọc hiểu sai cách tính."},
		func(l *linter) {
			for _, refs := range l.d.reductionLists() {
				sorted := applied(refs, l.s)
				for n := range refs {
					if sorted[n].at() == refs[n].at() {
						continue
					}
					names := make([]string, len(sorted))
					for j := range sorted {
						names[j] = sorted[j].rule(l.s).Rule
					}
					l.find(refs[n].at(), fmt.Sprintf("thứ tự áp dụng là %s", strings.Join(names, ", ")), "viết reductions theo thứ tự này")
					break
				}
			}
		}}
}
