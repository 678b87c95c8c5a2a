package procedure

import "fmt"

func feeOnlineHigherRule() rule {
	return rule{Rule{ID: "fee-online-higher", Severity: SeverityWarning,
		Doc: "Mức thu khi nộp trực tuyến cao hơn tại quầy: nộp trực tuyến được khuyến khích giảm thu, nên thường là chép nhầm hai cột."},
		func(l *linter) {
			for _, f := range l.d.Fees {
				if v := f.Value; v.HasOnline && v.Online > v.Amount {
					l.find(f.Pos, fmt.Sprintf("khoản thu %s: trực tuyến %d đồng cao hơn tại quầy %d đồng", v.ID, v.Online, v.Amount), "xem lại amount và online")
				}
			}
		}}
}
