package procedure

func noRefusalRule() rule {
	return rule{Rule{ID: "no-refusal", Severity: SeverityError,
		Doc: "Hồ sơ không đủ điều kiện phải có đường tới một bước từ chối có lý do (return: true, refusal: true)."},
		func(l *linter) {
			for i := range l.x.Steps {
				if l.x.Steps[i].Refusal && l.reached[i] {
					return
				}
			}
			if len(l.d.Steps) > 0 {
				l.find(l.d.StepsAt, "không có đường nào từ chối hồ sơ", "thêm bước {return: true, refusal: true} và một lối ra dẫn tới đó")
			}
		}}
}
