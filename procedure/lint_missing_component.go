package procedure

import "fmt"

func missingComponentRule() rule {
	return rule{Rule{ID: "missing-component", Severity: SeverityError,
		Doc: "Thủ tục đã công bố (published) phải đủ các bộ phận tạo thành theo NĐ 63/2010 Đ8: tên, trình tự, cách thức, thành phần và số lượng hồ sơ, thời hạn, đối tượng, cơ quan thực hiện. Thiếu căn cứ pháp lý là cảnh báo."},
		func(l *linter) {
			if l.d.PublishedAt.Line == 0 {
				return
			}
			// Name, sequence (steps), limit and agency are keys that no file can do without.
			missing := func(n int, what, hint string) {
				if n == 0 {
					l.find(l.d.PublishedAt, "thủ tục đã công bố mà thiếu "+what, hint)
				}
			}
			missing(len(l.d.Manner), "cách thức thực hiện (manner)", "thêm manner: [online, post, counter]")
			missing(len(l.d.Subjects), "đối tượng thực hiện (subjects)", "thêm subjects: [Công dân Việt Nam, …]")
			missing(len(l.d.Documents), "thành phần hồ sơ (documents)", "thêm documents: [{id: …, name: …, originals: 1}]")
			for _, p := range l.d.Documents {
				if p.Value.Originals+p.Value.Copies == 0 {
					l.find(p.Pos, fmt.Sprintf("giấy tờ %s không nêu số lượng", p.Value.ID), "thêm originals hoặc copies")
				}
			}
			if len(l.d.LegalBasis) == 0 {
				l.warn(l.d.PublishedAt, "thủ tục đã công bố mà không nêu căn cứ pháp lý (legal-basis)", "thêm legal-basis: [{document: …}]")
			}
		}}
}
