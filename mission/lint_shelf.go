package mission

import (
	"fmt"
	"maps"
	"slices"

	"motcua/procedure"
)

func ladderUnknownRule() rule {
	return errorRule("ladder-unknown", "Tên trong escalation phải là một thang có nấc cho nhiệm vụ hoặc báo cáo trên giá quy tắc (library/rules). Không có escalation thì chậm hạn không ai được nhắc: cảnh báo.",
		func(l *linter) {
			if !l.d.Ladder.Set() {
				if len(l.d.Rungs) == 0 {
					l.warn(procedure.Pos{Line: 1, Col: 1}, "mô hình không có thang leo thang: chậm hạn không ai được nhắc", "thêm escalation: mission")
				}
				return
			}
			ladder, ok := l.s.Ladders[l.d.Ladder.Value]
			switch {
			case !ok:
				l.find(l.d.Ladder.Pos, fmt.Sprintf("không có thang %q trên giá", procedure.Clip(l.d.Ladder.Value)),
					procedure.DidYouMean(l.d.Ladder.Value, slices.Sorted(maps.Keys(l.s.Ladders))))
			case !slices.ContainsFunc(ladder, forMissions):
				l.find(l.d.Ladder.Pos, fmt.Sprintf("thang %q không có nấc nào cho nhiệm vụ, báo cáo", l.d.Ladder.Value), "dùng thang của nhiệm vụ, ví dụ mission")
			}
		})
}

func forMissions(g procedure.Rung) bool { return slices.Contains(subjects(), g.On) }

func basisRepealedRule() rule {
	return errorRule("basis-repealed", "Căn cứ pháp lý đã bị bãi bỏ (repealed: true), hoặc vào ngày kiểm tra đã hết hay chưa có hiệu lực.",
		func(l *linter) {
			for _, b := range l.d.LegalBasis {
				switch v := b.Value; {
				case v.Repealed:
					l.find(b.Pos, fmt.Sprintf("%s đã bị bãi bỏ", v.Document), "thay bằng văn bản đang có hiệu lực")
				case l.on != "" && v.Until != "" && v.Until < l.on:
					l.find(b.Pos, fmt.Sprintf("%s hết hiệu lực sau ngày %s", v.Document, v.Until), "thay bằng văn bản đang có hiệu lực")
				case l.on != "" && v.From > l.on:
					l.find(b.Pos, fmt.Sprintf("%s chỉ có hiệu lực từ ngày %s", v.Document, v.From), "")
				}
			}
		})
}

func planPlaceRule() rule {
	return errorRule("plan-place", "plan nêu một kế hoạch đã biết và một số trong kế hoạch đó. Ô đã có tên mà tên khác tên mô hình: cảnh báo.",
		func(l *linter) {
			place := l.d.Plan
			if place == nil || !place.Code.Set() || !place.No.Set() {
				return
			}
			plan, ok := l.s.Plan(place.Code.Value)
			if !ok {
				var known []string
				for _, p := range l.s.Plans {
					known = append(known, p.Code)
				}
				l.find(place.Code.Pos, fmt.Sprintf("không có kế hoạch %q", procedure.Clip(place.Code.Value)), procedure.DidYouMean(place.Code.Value, known))
				return
			}
			slot, ok := plan.Slot(place.No.Value)
			switch {
			case !ok:
				l.find(place.No.Pos, fmt.Sprintf("kế hoạch %s có %d ô, không có ô %d", plan.Code, len(plan.Slots), place.No.Value), "")
			case slot.Name != "" && slot.Name != l.d.Name.Value:
				l.warn(l.d.Name.Pos, fmt.Sprintf("ô %d của kế hoạch %s tên là %q", slot.No, plan.Code, slot.Name), "dùng đúng tên trong kế hoạch, hoặc xem lại số thứ tự")
			}
		})
}

func noReportRule() rule {
	return warningRule("no-report", "Mô hình không có báo cáo tiến độ định kỳ: chỉ khi quá hạn mới biết có chậm hay không.",
		func(l *linter) {
			if !slices.ContainsFunc(l.d.Tasks, func(t TaskDef) bool { return t.Report }) {
				l.find(procedure.Pos{Line: 1, Col: 1}, "mô hình không có báo cáo tiến độ định kỳ", "thêm reports, ví dụ {id: bao-cao-thang, name: Báo cáo tháng, every: {month: 25}}")
			}
		})
}
