package procedure

import "fmt"

func badExtensionRule() rule {
	return rule{Rule{ID: "bad-extension", Severity: SeverityError,
		Doc: "Gia hạn (extensions) cộng vào thời hạn cam kết, nên phải cùng đơn vị với thời hạn ấy trong mọi trường hợp của limit-when; thủ tục trong ngày thì gia hạn thành thời hạn ấy."},
		func(l *linter) {
			for _, e := range l.d.Extensions {
				for i := range l.paths {
					if p := &l.paths[i]; p.SameDay == nil && !e.Value.Add.IsZero() && !p.Committed.IsZero() && p.Committed.Unit != e.Value.Add.Unit {
						l.find(e.Pos, fmt.Sprintf("gia hạn %s không cộng được %s vào thời hạn %s%s: khác đơn vị", e.Value.ID, e.Value.Add, p.Committed, p.caseText()), "dùng cùng đơn vị với thời hạn")
						break
					}
				}
			}
		}}
}
