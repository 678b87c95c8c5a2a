package catalogue

import "slices"

// Class says what became of a value that was not plainly readable.
type Class string

// The classes, from harmless to open.
const (
	// Corrected: the form was put right and the meaning is certain.
	Corrected Class = "corrected"
	// Doubtful: a meaning was taken that a person should check.
	Doubtful Class = "doubtful"
	// Unread: not understood; kept verbatim.
	Unread Class = "unread"
	// Missing: the publication does not say.
	Missing Class = "missing"
)

// Finding is one value of a line that was not plainly readable.
type Finding struct {
	Rule string `json:"rule"`
	// Path is the JSON pointer of the value in the line.
	Path string `json:"path"`
	// Text is the value as it stands there, its beginning where it is long.
	Text string `json:"text,omitempty"`
}

// Rule is one way in which a value can be hard to read.
type Rule struct {
	ID    string `json:"id"`
	Class Class  `json:"class"`
	// Doc tells a designer what it means, in Vietnamese.
	Doc string `json:"doc"`
}

// Rules returns all rules, by class and id.
func Rules() []Rule {
	return []Rule{
		{"agency-joined", Corrected, "Tên cơ quan hoặc đối tượng bị tách ở dấu phẩy, đã ghép lại."},
		{"basis-glued", Corrected, "Số hiệu căn cứ pháp lý dính chữ của từ đứng sau, đã cắt."},
		{"basis-repeated", Corrected, "Căn cứ pháp lý ghi lặp, giữ một."},
		{"count-glued", Corrected, "Số bản dính số hiệu mẫu hoặc năm ở cuối tên giấy tờ, đã tách."},
		{"decision-form", Corrected, "Số quyết định viết khác dạng thường, đã viết lại."},
		{"file-glued", Corrected, "Tên tệp mẫu đính kèm dính vào tên giấy tờ, đã cắt."},
		{"paper-joined", Corrected, "Tên giấy tờ bị cắt ở dấu ngoặc mở, đã ghép với dòng sau."},
		{"paper-repeated", Corrected, "Giấy tờ ghi lặp y hệt, giữ một."},
		{"text-cleaned", Corrected, "Chữ viết tổ hợp rời, ký tự ẩn, khoảng trắng lạ hoặc thẻ HTML, đã làm sạch."},

		{"agency-text", Doubtful, "Chỗ ghi cơ quan là một đoạn văn, không phải tên cơ quan."},
		{"case-rows", Doubtful, "Một kênh nộp có nhiều dòng, mỗi dòng một trường hợp."},
		{"code-form", Doubtful, "Mã thủ tục khác dạng quốc gia (1.012784)."},
		{"fee-fused", Doubtful, "Mức thu dính con số của thời hạn; tách được nhờ ghi chú."},
		{"fee-in-thousands", Doubtful, "Mức thu ghi theo nghìn đồng; đọc được nhờ ghi chú."},
		{"fee-note-differs", Doubtful, "Ghi chú nêu số tiền khác mức thu."},
		{"free-but-noted", Doubtful, "Ghi miễn phí nhưng ghi chú nói văn bản khác quy định mức thu."},
		{"hours-kind", Doubtful, "Thời hạn ghi bằng giờ mà không nói giờ làm việc; đọc là giờ đồng hồ."},
		{"limit-against-words", Doubtful, "Lời mô tả nêu thời hạn khác với thời hạn đã ghi."},
		{"limit-cases", Doubtful, "Lời mô tả nêu nhiều thời hạn theo trường hợp hoặc công đoạn."},
		{"limit-from-words", Doubtful, "Không có thời hạn ở ô của nó; đọc từ lời mô tả."},
		{"limits-differ", Doubtful, "Các kênh nộp ghi thời hạn khác nhau; thường là hai địa bàn, không phải hai kênh."},
		{"paper-uncounted", Doubtful, "Thành phần hồ sơ không ghi số bản: thường là lời dặn, không phải giấy tờ."},
		{"text-cut", Doubtful, "Văn bản bị cắt giữa chừng ở nguồn."},

		{"basis-unknown", Unread, "Căn cứ pháp lý không đọc được số hiệu."},
		{"count-implausible", Unread, "Số bản lớn bất thường, không dùng."},
		{"decision-unknown", Unread, "Số quyết định không đọc được, giữ nguyên văn."},
		{"fee-ambiguous", Unread, "Mức thu dính con số khác, không tách được."},
		{"fee-contradicts-note", Unread, "Mức thu và ghi chú mâu thuẫn, không dùng."},
		{"fee-implausible", Unread, "Mức thu dưới 1.000 đồng, không có ghi chú để hiểu."},
		{"fee-unread", Unread, "Không đọc được mức thu."},
		{"level-unknown", Unread, "Cấp thực hiện lạ."},
		{"channel-unknown", Unread, "Kênh nộp lạ."},
		{"limit-unit-lost", Unread, "Thời hạn còn con số, mất đơn vị."},
		{"limit-unread", Unread, "Không đọc được thời hạn."},
		{"paper-nameless", Unread, "Giấy tờ không có tên."},
		{"result-code-form", Unread, "Mã kết quả khác dạng KQ.G10.001147."},
		{"text-lost", Unread, "Có ký tự đã hỏng ở nguồn (U+FFFD)."},
		{"unknown-key", Unread, "Khóa lạ, giữ nguyên văn."},
		{"wrong-type", Unread, "Giá trị sai kiểu, giữ nguyên văn."},

		{"no-agency", Missing, "Không công bố cơ quan thực hiện hay có thẩm quyền."},
		{"no-basis", Missing, "Không công bố căn cứ pháp lý."},
		{"no-channels", Missing, "Không công bố cách thức nộp."},
		{"no-decision", Missing, "Không công bố số quyết định."},
		{"no-fee", Missing, "Không công bố mức thu của kênh nộp."},
		{"no-field", Missing, "Không công bố lĩnh vực."},
		{"no-levels", Missing, "Không công bố cấp thực hiện."},
		{"no-limit", Missing, "Không công bố thời hạn của kênh nộp."},
		{"no-name", Missing, "Không công bố tên."},
		{"no-papers", Missing, "Không công bố thành phần hồ sơ."},
		{"no-results", Missing, "Không công bố kết quả."},
	}
}

// RuleByID finds a rule.
func RuleByID(id string) (Rule, bool) {
	rules := Rules()
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}
