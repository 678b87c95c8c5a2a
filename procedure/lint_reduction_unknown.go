package procedure

import (
	"fmt"
	"maps"
	"slices"
)

func reductionUnknownRule() rule {
	return rule{Rule{ID: "reduction-unknown", Severity: SeverityError,
		Doc: "Tên trong reductions phải có trên giá quy tắc (library/rules); một quy tắc chỉ áp dụng một lần."},
		func(l *linter) {
			known := slices.Sorted(maps.Keys(l.s.Reductions))
			seen := map[string]bool{}
			for i, ref := range l.d.Reductions {
				name, p := ref.Name.Value, ref.Name.Pos
				if ref.Inline != nil {
					name, p = ref.Inline.Value.Rule, ref.Inline.Pos
				} else if _, ok := l.s.Reductions[name]; !ok {
					l.find(p, fmt.Sprintf("không có quy tắc cắt giảm %q trên giá", name), l.didYouMean(name, known))
				}
				if seen[name] {
					d := l.find(p, fmt.Sprintf("quy tắc cắt giảm %q nêu hai lần", name), "bỏ một lần")
					if before := l.d.Reductions[i-1]; ref.Inline == nil && before.Inline == nil {
						d.with(l.src.remove(before.Name, ref.Name))
					}
				}
				seen[name] = true
			}
		}}
}
