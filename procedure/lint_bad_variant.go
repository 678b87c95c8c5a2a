package procedure

import "fmt"

func badVariantRule() rule {
	return rule{Rule{"bad-variant", SeverityError,
		"Mỗi quy tắc của limit-when đặt lại (set) hoặc cộng thêm (add) thời hạn, đúng một trong hai, cùng đơn vị với thời hạn; phải có when hoặc channels, và nên có căn cứ."},
		func(l *linter) {
			for _, v := range l.d.Variants {
				switch {
				case v.Set.Set() == v.Add.Set():
					l.find(v.Pos, fmt.Sprintf("quy tắc %s phải có đúng một trong set, add", v.Value.Rule), "")
				case v.Add.Set() && l.d.Limit.Set() && v.Add.Value.Unit != l.d.Limit.Value.Unit:
					l.find(v.Add.Pos, fmt.Sprintf("không cộng được %s vào thời hạn %s: khác đơn vị", v.Add.Value, l.d.Limit.Value), "dùng cùng đơn vị, hoặc set")
				}
				if !v.When.Set() && len(v.Value.Channels) == 0 {
					l.find(v.Pos, fmt.Sprintf("quy tắc %s luôn áp dụng", v.Value.Rule), "thêm when hoặc channels, hoặc sửa limit")
				}
				if v.Value.Ground == "" {
					l.warn(v.Pos, fmt.Sprintf("quy tắc %s không nêu căn cứ", v.Value.Rule), "thêm ground")
				}
			}
		}}
}
