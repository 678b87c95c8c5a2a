package procedure

import "fmt"

func duplicateIDRule() rule {
	return rule{Rule{ID: "duplicate-id", Severity: SeverityError,
		Doc: "Hai mục cùng loại (bước, giấy tờ, kết quả, phí, gia hạn, thời hạn thành phần, dữ kiện, quy tắc thời hạn) trùng mã: mọi tham chiếu tới mã đó sẽ mơ hồ."},
		func(l *linter) {
			seen := map[string]Pos{}
			check := func(what, id string, p Pos) {
				if id == "" {
					return
				}
				if first, twice := seen[what+" "+id]; twice {
					l.find(p, fmt.Sprintf("%s %s đã có ở dòng %d", what, id, first.Line), "đổi một trong hai mã")
					return
				}
				seen[what+" "+id] = p
			}
			for i := range l.d.Steps {
				check("bước", l.d.Steps[i].ID.Value, l.place(i))
			}
			for _, v := range l.d.Documents {
				check("giấy tờ", v.Value.ID, v.Pos)
			}
			for _, v := range l.d.Results {
				check("kết quả", v.Value.ID, v.Pos)
			}
			for _, v := range l.d.Fees {
				check("khoản thu", v.Value.ID, v.Pos)
			}
			for _, v := range l.d.Extensions {
				check("gia hạn", v.Value.ID, v.Pos)
			}
			for _, v := range l.d.SubLimits {
				check("thời hạn thành phần", v.Value.ID, v.Pos)
			}
			for _, v := range l.d.Facts {
				check("dữ kiện", v.Value.Name, v.Pos)
			}
			for _, v := range l.d.Variants {
				check("quy tắc thời hạn", v.Value.Rule, v.Pos)
			}
		}}
}
