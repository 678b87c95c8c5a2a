package procedure

// ScenarioActs are the acts that a scenario may write, in the written form (kebab-case) of the machine's names. Submission
// and, at the counter, acceptance stand in the scenario itself; alarms are the clock's own. The end
// of a dossier that a step opened is an act as well, though nobody's.
func ScenarioActs() []string {
	return []string{
		"accept", "refuse-intake", "assign", "complete", "send-back", "request-supplement", "provide-supplement", "check-supplement",
		"suspend", "resume", "request-payment", "confirm-payment", "reappoint", "extend", "exclude", "correct-receipt", "withdraw", "stop", "finish",
		"reopen", "return", "end-child",
	}
}

// Paces of a scenario: nobody works but by its acts, each open step takes half of its time, or all of it.
func paces() []string { return []string{"none", "half", "full"} }

// Verdicts that a scenario may expect; none: not judged yet.
func verdicts() []string { return []string{"early", "on-time", "late", "none"} }

// scenarioTable is a file of scenarios.
func scenarioTable() *table {
	return &table{name: "tệp kịch bản", keys: []key{
		{name: "motcua", kind: kInt, required: true, doc: "Phiên bản ngôn ngữ định nghĩa: 1"},
		{name: "definition", kind: kText, required: true, doc: "Tệp định nghĩa, đường dẫn tính từ tệp này"},
		{name: "calendar", kind: kID, doc: "Lịch làm việc, mặc định nation"},
		{name: "scenarios", kind: kCases, required: true, of: caseTable(), doc: "Các kịch bản"},
	}}
}

func caseTable() *table {
	return &table{name: "kịch bản", keys: []key{
		idKey(), nameKey("Điều mà kịch bản chứng tỏ"),
		{name: "received", kind: kMoment, required: true, doc: "Lúc nộp (tại quầy: nộp và tiếp nhận), ví dụ 2026-02-09 08:30"},
		{name: "channel", kind: kText, values: channels(), doc: "Kênh nộp, mặc định counter"},
		{name: "facts", kind: kPairs, doc: "Dữ kiện của hồ sơ"},
		{name: "pace", kind: kText, values: paces(), doc: "Nhịp của các bước không có việc ghi sẵn: none (mặc định), half, full"},
		{name: "choose", kind: kPairs, doc: "Lối ra được chọn ở từng bước khi chạy theo nhịp: bước: lối ra"},
		{name: "acts", kind: kMaps, of: actTable(), doc: "Ai làm gì lúc nào"},
		{name: "until", kind: kMoment, doc: "Kết thúc kịch bản, mặc định một năm sau khi nộp"},
		{name: "expect", kind: kMaps, required: true, of: expectTable(), doc: "Điều phải đúng tại các thời điểm"},
	}}
}

func actTable() *table {
	return &table{name: "việc", keys: []key{
		{name: "at", kind: kMoment, required: true, doc: "Lúc làm"},
		{name: "do", kind: kText, required: true, values: ScenarioActs(), doc: "Việc"},
		{name: "step", kind: kText, doc: "Bước, hoặc lần thứ n của bước: tham-dinh#2; bỏ trống khi chỉ có một việc đang mở"},
		{name: "by", kind: kID, doc: "Vai làm việc này; phải là vai của bước"},
		{name: "outcome", kind: kID, doc: "Lối ra được chọn (complete), hồ sơ con kết thúc ra sao (end-child)"},
		{name: "to", kind: kText, doc: "Người được giao (assign), bước trả về (send-back, reopen)"},
		{name: "reason", kind: kText, doc: "Lý do"},
		{name: "ground", kind: kText, doc: "Căn cứ pháp lý"},
		{name: "document", kind: kText, doc: "Số văn bản"},
		{name: "approval", kind: kText, doc: "Người duyệt, người ký"},
		{name: "papers", kind: kTexts, doc: "Mã giấy tờ được yêu cầu hoặc được nộp"},
		{name: "complete", kind: kBool, doc: "Giấy tờ bổ sung đã đủ"},
		{name: "guidance-ignored", kind: kBool, doc: "Người nộp không làm theo hướng dẫn bằng văn bản"},
		{name: "effective", kind: kMoment, doc: "Hiệu lực sớm hơn, có văn bản (accept, provide-supplement, confirm-payment, complete, finish, withdraw)"},
		{name: "from", kind: kMoment, doc: "Đầu khoảng loại trừ (exclude)"},
		{name: "until", kind: kMoment, doc: "Cuối khoảng loại trừ (exclude), ngày hẹn lại (reappoint)"},
		{name: "extension", kind: kID, doc: "Gia hạn nào (extend)"},
		{name: "payment", kind: kText, doc: "Mã khoản phải nộp"},
		{name: "amount", kind: kInt, doc: "Số tiền, đồng"},
		{name: "financial", kind: kBool, doc: "Nghĩa vụ tài chính làm dừng đồng hồ"},
		{name: "results", kind: kTexts, doc: "Kết quả làm ra"},
		{name: "facts", kind: kPairs, doc: "Dữ kiện thay đổi; dữ kiện khác giữ nguyên"},
		{name: "refused", kind: kText, doc: "Việc này phải bị từ chối với mã này, ví dụ slip_late"},
	}}
}

func expectTable() *table {
	return &table{name: "mong đợi", keys: []key{
		{name: "at", kind: kMoment, doc: "Lúc nhìn; bỏ trống là khi kịch bản kết thúc"},
		{name: "status", kind: kInt, doc: "Trạng thái quốc gia, 1 đến 10"},
		{name: "due", kind: kMoment, doc: "Hẹn trả"},
		{name: "finished", kind: kMoment, doc: "Lúc có kết quả tại một cửa"},
		{name: "verdict", kind: kText, values: verdicts(), doc: "early, on-time, late, none (chưa đánh giá)"},
		{name: "rescheduled", kind: kBool, doc: "Đã hẹn lại"},
		{name: "refusal", kind: kBool, doc: "Kết quả là từ chối"},
		{name: "paused", kind: kBool, doc: "Đồng hồ đang dừng"},
		{name: "leg", kind: kText, doc: "Đang là thời gian của ai: agency, tax, payment, …"},
		{name: "open", kind: kTexts, doc: "Đúng các bước đang mở"},
		{name: "results", kind: kTexts, doc: "Đúng các kết quả đã có"},
		{name: "counted", kind: kBudget, doc: "Thời gian làm việc tính vào thời hạn: 3.5wd, 20wh"},
		{name: "excluded", kind: kBudget, doc: "Thời gian làm việc không tính vào thời hạn"},
		{name: "rungs", kind: kMoments, doc: "Đúng các nấc của hồ sơ và của tiếp nhận đã nổ, lần gần nhất: nấc: lúc nổ"},
	}}
}
