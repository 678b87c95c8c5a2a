package procedure

func sameDayCutOffRule() rule {
	return rule{Rule{ID: "same-day-cut-off", Severity: SeverityError,
		Doc: "Thời hạn trong ngày (limit: same-day) cần giờ chốt nhận (same-day: {cut-off: \"15:00\"}): nhận sau giờ đó thì trả vào ngày làm việc tiếp theo."},
		func(l *linter) {
			if l.d.SameDayAt.Line > 0 && (l.d.SameDay == nil || l.d.SameDay.CutOff == 0) {
				l.find(l.d.SameDayAt, "thời hạn trong ngày mà không có giờ chốt nhận", "thêm same-day: {cut-off: \"15:00\", ground: …}")
			}
		}}
}
