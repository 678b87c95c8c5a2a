package procedure

import "fmt"

func noEndRule() rule {
	return rule{Rule{ID: "no-end", Severity: SeverityError,
		Doc: "Mỗi bước phải dẫn được tới một bước trả kết quả (return: true); nếu không, hồ sơ kẹt lại ở đó."},
		func(l *linter) {
			var ends []int
			for i := range l.x.Steps {
				if l.x.Steps[i].Kind == StepReturn {
					ends = append(ends, i)
				}
			}
			if len(ends) == 0 {
				if len(l.d.Steps) > 0 {
					l.find(l.d.StepsAt, "thủ tục không có bước trả kết quả", "thêm bước có return: true")
				}
				return
			}
			arrives := l.g.reach(ends, l.g.in, nil)
			for i := range l.x.Steps {
				if l.reached[i] && !arrives[i] {
					l.find(l.place(i), fmt.Sprintf("từ bước %s không đường nào tới bước trả kết quả", l.x.Steps[i].ID), "thêm lối ra, hoặc đặt bước trả kết quả ngay sau")
				}
			}
		}}
}
