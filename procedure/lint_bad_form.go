package procedure

import (
	"fmt"
	"slices"
)

func badFormRule() rule {
	return rule{Rule{ID: "bad-form", Severity: SeverityError,
		Doc: "Mẫu theo ngày (forms) của một giấy tờ không được chồng ngày lên nhau, mỗi mẫu bắt đầu trước khi hết; khoảng ngày ở giữa không có mẫu nào là cảnh báo."},
		func(l *linter) {
			for i := range l.d.Documents {
				l.forms(&l.d.Documents[i])
			}
		}}
}

func (l *linter) forms(doc *DocumentDef) {
	if doc.FormsAt.Line > 0 && len(doc.Forms) == 0 {
		l.find(doc.FormsAt, fmt.Sprintf("giấy tờ %s: forms không có mẫu nào", doc.Value.ID), "bỏ forms, hoặc thêm {form: …, from: …}")
	}
	list := slices.Clone(doc.Forms)
	for _, f := range list {
		if f.Value.Until != "" && f.Value.Until < f.Value.From {
			l.find(f.Pos, fmt.Sprintf("mẫu %s hết dùng trước khi bắt đầu", f.Value.Form), "kiểm tra from và until")
		}
	}
	slices.SortStableFunc(list, func(a, b At[DatedForm]) int {
		switch {
		case a.Value.From < b.Value.From:
			return -1
		case a.Value.From > b.Value.From:
			return 1
		}
		return 0
	})
	for k := 1; k < len(list); k++ {
		before, f := list[k-1], list[k]
		switch {
		case before.Value.Until == "" || f.Value.From <= before.Value.Until:
			later, other := f, before
			if later.Pos.Line < other.Pos.Line || later.Pos.Line == other.Pos.Line && later.Pos.Col < other.Pos.Col {
				later, other = other, later
			}
			l.find(later.Pos, fmt.Sprintf("mẫu %s chồng ngày với mẫu %s ở dòng %d", later.Value.Form, other.Value.Form, other.Pos.Line), "mỗi ngày chỉ một mẫu: sửa from, until")
		case f.Value.From != shiftDay(before.Value.Until, 1):
			l.warn(f.Pos, fmt.Sprintf("từ %s đến %s giấy tờ %s không có mẫu nào", shiftDay(before.Value.Until, 1), shiftDay(f.Value.From, -1), doc.Value.ID), "nối các khoảng ngày, nếu không phải cố ý")
		}
	}
}
