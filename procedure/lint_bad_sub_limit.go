package procedure

import (
	"fmt"

	"motcua/calendar"
)

func badSubLimitRule() rule {
	return rule{Rule{ID: "bad-sub-limit", Severity: SeverityError,
		Doc: "Thời hạn thành phần bắt buộc (sub-limits) cùng đơn vị với thời hạn của thủ tục (giờ làm việc tính được vào ngày làm việc), và tổng không vượt thời hạn theo luật: cắt giảm không bao giờ xuống dưới tổng đó."},
		func(l *linter) {
			if l.d.Merged != nil && len(l.d.SubLimits) > 0 {
				l.find(l.d.SubLimits[0].Pos, "sub-limits của thủ tục ghép phải viết ở từng phần", "chuyển vào parts")
				return
			}
			l.subLimits(l.d.SubLimits, l.d.Limit, l.d.Variants, l.d.SameDayAt.Line > 0)
			for i := range l.d.Parts {
				l.subLimits(l.d.Parts[i].SubLimits, l.d.Parts[i].Limit, l.d.Parts[i].Variants, false)
			}
		}}
}

func (l *linter) subLimits(list []At[SubLimit], legal At[calendar.Limit], variants []VariantDef, sameDay bool) {
	if len(list) == 0 {
		return
	}
	if sameDay {
		l.find(list[0].Pos, "thủ tục trả trong ngày không có thời hạn thành phần", "bỏ sub-limits")
		return
	}
	limits := []calendar.Limit{legal.Value}
	for _, v := range variants {
		if !v.Set.Value.IsZero() {
			limits = append(limits, v.Set.Value)
		}
	}
	work := func(u calendar.Unit) bool { return u == calendar.WorkingDay || u == calendar.WorkingHour }
	fit := true
	for _, s := range list {
		for _, whole := range limits {
			if u := s.Value.Limit.Unit; !whole.IsZero() && !s.Value.Limit.IsZero() && u != whole.Unit && !(work(u) && work(whole.Unit)) {
				l.find(s.Pos, fmt.Sprintf("thời hạn thành phần %s tính bằng %s không so được với thời hạn %s", s.Value.ID, u.Vietnamese(), whole), "dùng cùng đơn vị với thời hạn của thủ tục")
				fit = false
				break
			}
		}
	}
	if !fit || legal.Value.IsZero() {
		return
	}
	if floor := floorOf(values(list), legal.Value.Unit); floor.Hundredths > legal.Value.Hundredths {
		l.find(list[0].Pos, fmt.Sprintf("tổng các thời hạn thành phần %s vượt thời hạn theo luật %s", floor, legal.Value), "kiểm tra căn cứ của từng thời hạn thành phần")
	}
}
