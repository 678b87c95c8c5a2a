package procedure

import (
	"fmt"
	"slices"

	"motcua/calendar"
)

func badVariantRule() rule {
	return rule{Rule{ID: "bad-variant", Severity: SeverityError,
		Doc: "Mỗi quy tắc của limit-when đặt lại (set) hoặc cộng thêm (add) thời hạn, đúng một trong hai; add cùng đơn vị với thời hạn mà nó cộng vào, kể cả khi một quy tắc khác đã đặt lại thời hạn ấy; phải có when hoặc channels, và nên có căn cứ."},
		func(l *linter) {
			for _, v := range l.d.Variants {
				if v.Set.Set() == v.Add.Set() {
					l.find(v.Pos, fmt.Sprintf("quy tắc %s phải có đúng một trong set, add", v.Value.Rule), "")
				}
				if !v.When.Set() && len(v.Value.Channels) == 0 {
					l.find(v.Pos, fmt.Sprintf("quy tắc %s luôn áp dụng", v.Value.Rule), "thêm when hoặc channels, hoặc sửa limit")
				}
				if v.Value.Ground == "" {
					l.warn(v.Pos, fmt.Sprintf("quy tắc %s không nêu căn cứ", v.Value.Rule), "thêm ground")
				}
			}
			l.mixedUnits()
		}}
}

// mixedUnits finds the cases in which an amount is added to a limit of another unit: the sum has no meaning, and the walk
// would leave the limit as it is.
func (l *linter) mixedUnits() {
	told := make([]bool, len(l.d.Variants))
	for _, holds := range l.sets {
		for _, channel := range channels() {
			limit, of := l.d.Limit.Value, "của thủ tục"
			for i := range l.d.Variants {
				v := &l.d.Variants[i]
				if v.When.Set() && !slices.Contains(holds, v.Value.Rule) || len(v.Value.Channels) > 0 && !slices.Contains(v.Value.Channels, channel) {
					continue
				}
				switch {
				case v.Set.Set():
					limit, of = v.Set.Value, "do quy tắc "+v.Value.Rule+" đặt"
				case v.Add.Set() && limit.Unit != v.Add.Value.Unit:
					if !told[i] {
						told[i] = true
						l.find(v.Add.Pos, fmt.Sprintf("không cộng được %s vào thời hạn %s %s: khác đơn vị", v.Add.Value, unitText(limit), of), "dùng cùng đơn vị, hoặc set")
					}
				case v.Add.Set():
					limit.Hundredths += v.Add.Value.Hundredths
				}
			}
		}
	}
}

// unitText is a limit as written; no limit is that of a same-day procedure.
func unitText(l calendar.Limit) string {
	if l.IsZero() {
		return sameDay
	}
	return l.String()
}
