package procedure

import "fmt"

func tooManyCasesRule() rule {
	return rule{Rule{ID: "too-many-cases", Severity: SeverityError,
		Doc: "Các điều kiện kết hợp thành quá nhiều trường hợp (hơn 1.024), hoặc tệp có quá nhiều thời hạn khác nhau theo ngày, tháng (hơn 400), giờ (hơn 50), hoặc các quy tắc cắt giảm chia cơ quan thành quá nhiều nhóm (hơn 16), để thử hết: không chứng minh được thời hạn giữ được trong mọi trường hợp, nên không công bố được."},
		func(l *linter) {
			if l.fit.exhausted {
				l.find(l.limitAt(), "thời hạn chưa được chứng minh: quá nhiều thời hạn khác nhau theo ngày, tháng, giờ để thử ở mọi ngày nhận", "dùng cùng những thời hạn cho các bước, hoặc tách thủ tục")
			}
			if n := len(leadsOf(l.x)); n > maxLeads {
				l.find(l.limitAt(), fmt.Sprintf("thời hạn chưa được chứng minh: các quy tắc cắt giảm chia cơ quan thành %d nhóm, tối đa %d", n, maxLeads), "dùng cùng một danh sách cơ quan cho các quy tắc, hoặc tách thủ tục")
			}
			if len(l.x.Steps) > 0 && !l.complete {
				l.find(l.limitAt(), fmt.Sprintf("thời hạn chưa được chứng minh: %d điều kiện kết hợp thành quá nhiều trường hợp", len(l.x.Conditions)),
					"khai values cho các dữ kiện, gộp các dữ kiện liên quan thành một, hoặc tách thủ tục")
			}
		}}
}
