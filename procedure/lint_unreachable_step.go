package procedure

import "fmt"

func unreachableStepRule() rule {
	return rule{Rule{ID: "unreachable-step", Severity: SeverityError,
		Doc: "Không đường nào từ bước đầu tới bước này: hồ sơ không bao giờ đến đó. Thường do thiếu một lối ra hoặc thừa bước."},
		func(l *linter) {
			for i := range l.d.Steps {
				if !l.reached[i] && l.g.index[l.x.Steps[i].ID] == i {
					l.find(l.place(i), fmt.Sprintf("không đường nào tới bước %s", l.x.Steps[i].ID), "thêm lối ra dẫn tới bước này, hoặc bỏ bước")
				}
			}
		}}
}
