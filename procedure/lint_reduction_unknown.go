package procedure

import (
	"fmt"
	"maps"
	"slices"
)

func reductionUnknownRule() rule {
	return rule{Rule{"reduction-unknown", SeverityError,
		"Tên trong reductions phải có trên giá quy tắc (library/rules); một quy tắc chỉ áp dụng một lần."},
		func(l *linter) {
			known := slices.Sorted(maps.Keys(l.s.Reductions))
			seen := map[string]bool{}
			for _, ref := range l.d.Reductions {
				name, p := ref.Name.Value, ref.Name.Pos
				if ref.Inline != nil {
					name, p = ref.Inline.Value.Rule, ref.Inline.Pos
				} else if _, ok := l.s.Reductions[name]; !ok {
					l.find(p, fmt.Sprintf("không có quy tắc cắt giảm %q trên giá", name), didYouMean(name, known))
				}
				if seen[name] {
					l.find(p, fmt.Sprintf("quy tắc cắt giảm %q nêu hai lần", name), "bỏ một lần")
				}
				seen[name] = true
			}
		}}
}
