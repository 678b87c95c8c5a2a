package procedure

import (
	"fmt"
	"maps"
	"slices"
)

func reductionUnknownRule() rule {
	return rule{Rule{ID: "reduction-unknown", Severity: SeverityError,
		Doc: "Tên trong reductions phải có trên giá quy tắc (library/rules, hoặc quy tắc đã duyệt của nơi cài đặt); một quy tắc chỉ áp dụng một lần."},
		func(l *linter) {
			known := slices.Sorted(maps.Keys(l.s.Reductions))
			for _, refs := range l.d.reductionLists() {
				seen := map[string]bool{}
				for i, ref := range refs {
					name, p := ref.Name.Value, ref.at()
					if ref.Inline != nil {
						name = ref.Inline.Value.Rule
					} else if _, ok := l.s.Reductions[name]; !ok {
						l.find(p, fmt.Sprintf("không có quy tắc cắt giảm %q trên giá", name), l.didYouMean(name, known))
					}
					if seen[name] {
						d := l.find(p, fmt.Sprintf("quy tắc cắt giảm %q nêu hai lần", name), "bỏ một lần")
						if before := refs[i-1]; ref.Inline == nil && before.Inline == nil {
							d.with(l.src.remove(before.Name, ref.Name))
						}
					}
					seen[name] = true
				}
			}
		}}
}

// reductionLists are the rules named by the definition, and those named by each of its parts.
func (d *Definition) reductionLists() [][]ReductionRef {
	lists := [][]ReductionRef{d.Reductions}
	for i := range d.Parts {
		lists = append(lists, d.Parts[i].Reductions)
	}
	return lists
}
