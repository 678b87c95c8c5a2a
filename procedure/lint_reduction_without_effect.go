package procedure

import (
	"fmt"
	"slices"
)

func reductionWithoutEffectRule() rule {
	return rule{Rule{ID: "reduction-without-effect", Severity: SeverityWarning,
		Doc: "Quy tắc cắt giảm không rút ngắn thời hạn nào của thủ tục (mức above, đơn vị, hoặc ngày áp dụng không khớp): nêu tên nó chỉ làm người đọc tưởng đã cắt giảm."},
		func(l *linter) {
			told := map[string]bool{"": true}
			for _, ref := range l.d.Reductions {
				name, p := ref.Name.Value, ref.Name.Pos
				if ref.Inline != nil {
					name, p = ref.Inline.Value.Rule, ref.Inline.Pos
				} else if _, known := l.s.Reductions[name]; !known {
					continue
				}
				helps := slices.ContainsFunc(l.paths, func(p Path) bool { return slices.Contains(p.Rules, name) })
				if len(l.paths) > 0 && !helps && !told[name] {
					told[name] = true
					l.find(p, fmt.Sprintf("quy tắc %s không cắt giảm được gì ở thủ tục này", name), "bỏ quy tắc, hoặc xem lại above, đơn vị và ngày áp dụng của nó")
				}
			}
		}}
}
