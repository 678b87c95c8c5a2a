package procedure

import "fmt"

func excludedWithoutGroundRule() rule {
	return rule{Rule{ID: "excluded-without-ground", Severity: SeverityError,
		Doc: "Thời gian không tính vào thời hạn (clock: excluded) phải nêu căn cứ (ground); bổ sung loại trừ (effect: exclude) cũng vậy. Trần (bound) chỉ có nghĩa khi loại trừ."},
		func(l *linter) {
			for i := range l.d.Steps {
				s := &l.d.Steps[i]
				if s.Clock.Value == "excluded" && !s.Ground.Set() {
					l.find(s.Clock.Pos, fmt.Sprintf("bước %s loại trừ thời gian mà không nêu căn cứ", s.ID.Value), "thêm ground: \"văn bản, điều\"")
				}
				if s.Bound.Set() && s.Clock.Value != "excluded" {
					l.find(s.Bound.Pos, fmt.Sprintf("bước %s có bound mà không loại trừ thời gian", s.ID.Value), "thêm clock: excluded kèm ground, hoặc bỏ bound")
				}
				if s.Supplement != nil && s.Supplement.Effect == EffectExclude && s.Supplement.Ground == "" {
					l.find(l.place(i), fmt.Sprintf("bước %s: bổ sung loại trừ thời gian mà không nêu căn cứ", s.ID.Value), "thêm ground vào supplement")
				}
			}
			if s := l.d.Supplement; s != nil && s.Effect == EffectExclude && s.Ground == "" {
				l.find(l.d.SupplementAt, "supplement loại trừ thời gian mà không nêu căn cứ", "thêm ground vào supplement")
			}
		}}
}
