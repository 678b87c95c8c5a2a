package procedure

import "fmt"

func feeExpiredRule() rule {
	return rule{Rule{ID: "fee-expired", Severity: SeverityError,
		Doc: "Mức thu đã hết ngày áp dụng (until) vào ngày kiểm tra. Chỉ xét khi có ngày."},
		func(l *linter) {
			for _, f := range l.d.Fees {
				if l.on != "" && f.Value.Until != "" && f.Value.Until < l.on {
					l.find(f.Pos, fmt.Sprintf("mức thu %s hết áp dụng sau ngày %s", f.Value.ID, f.Value.Until), "cập nhật mức thu theo văn bản mới")
				}
			}
		}}
}
