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
			l.variants(l.d.Variants, l.d.Limit.Value, "của thủ tục", "")
			for i := range l.d.Parts {
				p := &l.d.Parts[i]
				l.variants(p.Variants, p.Limit.Value, "của phần "+p.ID.Value, p.ID.Value+".")
			}
		}}
}

// variants checks the variants of a limit, of the file or of a part; prefix stands before their rules in the names of conditions.
func (l *linter) variants(list []VariantDef, limit calendar.Limit, of, prefix string) {
	for _, v := range list {
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
	told := make([]bool, len(list))
	for _, holds := range l.holding {
		for _, channel := range channels() {
			l.mixedUnits(list, limit, of, told, func(v *VariantDef) bool {
				return (!v.When.Set() || holds[prefix+v.Value.Rule]) && (len(v.Value.Channels) == 0 || slices.Contains(v.Value.Channels, channel))
			})
		}
	}
}

// mixedUnits finds where, in one case, an amount is added to a limit of another unit: the sum has no meaning, and the walk would
// leave the limit as it is.
func (l *linter) mixedUnits(list []VariantDef, limit calendar.Limit, of string, told []bool, applies func(*VariantDef) bool) {
	for i := range list {
		v := &list[i]
		switch {
		case !applies(v):
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

// unitText is a limit as written; no limit is that of a same-day procedure.
func unitText(l calendar.Limit) string {
	if l.IsZero() {
		return sameDay
	}
	return l.String()
}
