package procedure

import "fmt"

func basisRepealedRule() rule {
	return rule{Rule{ID: "basis-repealed", Severity: SeverityError,
		Doc: "Căn cứ pháp lý đã bị bãi bỏ (repealed: true), hoặc vào ngày kiểm tra đã hết hay chưa có hiệu lực."},
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
		}}
}
