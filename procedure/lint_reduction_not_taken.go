package procedure

import (
	"fmt"
	"maps"
	"slices"

	"motcua/calendar"
)

func reductionNotTakenRule() rule {
	return rule{Rule{ID: "reduction-not-taken", Severity: SeverityNote,
		Doc: "Thủ tục trong phạm vi mà một quy tắc cắt giảm nêu đích danh (mã, lĩnh vực, cấp) nhưng không nêu quy tắc đó, nên không được cắt: chỉ cắt khi quy trình nội bộ đã viết lại cho vừa thời hạn mới."},
		func(l *linter) {
			legal := l.d.Limit.Value
			if l.d.Merged != nil || l.d.SameDayAt.Line > 0 {
				return
			}
			for _, name := range slices.Sorted(maps.Keys(l.s.Reductions)) {
				r := l.s.Reductions[name]
				named := slices.ContainsFunc(l.d.Reductions, func(ref ReductionRef) bool { return ref.rule(l.s).Rule == name })
				over := l.on != "" && r.To != "" && r.To < l.on
				if named || over || !r.Scoped() || !r.Covers(l.d.Code.Value, l.d.Field.Value, l.d.Level.Value) || !r.reaches(legal) ||
					len(r.Agencies) > 0 && !slices.Contains(r.Agencies, l.d.Agency.Value) {
					continue
				}
				l.find(l.d.Limit.Pos, fmt.Sprintf("trong phạm vi của quy tắc %s nhưng quy trình chưa viết lại: thời hạn vẫn là %s", name, legal),
					fmt.Sprintf("viết lại các bước cho vừa %s rồi thêm %s vào reductions", r.leaves(legal), name))
			}
		}}
}

// leaves is what the rule alone would leave of a legal limit.
func (r *Reduction) leaves(legal calendar.Limit) calendar.Limit {
	bare := Reduction{Rule: r.Rule, CutPercent: r.CutPercent, Cut: r.Cut, Set: r.Set, Rounding: r.Rounding}
	to, _, _ := bare.cut(legal, legal, calendar.Limit{}, &Case{}, "9999-12-31")
	return to
}
