package procedure

import (
	"strings"
	"sync"
)

// mays maps the written form of an act a step may allow to the machine's.
func mays() map[string]string {
	return map[string]string{"supplement": MaySupplement, "suspend": MaySuspend, "payment": MayPayment, "send-back": MaySendBack}
}

func mayNames() []string { return []string{"supplement", "suspend", "payment", "send-back"} }

func stepTable() *table {
	return &table{name: "bước", keys: []key{
		idKey(), nameKey("Tên bước"),
		{name: "role", kind: kID, doc: "Vai thực hiện: mot-cua, chuyen-vien, lanh-dao, van-thu, …"},
		{name: "agency", kind: kID, doc: "Cơ quan thực hiện; để trống là cơ quan chủ trì; receiving là nơi tiếp nhận"},
		{name: "automatic", kind: kBool, doc: "Bước tự động, rẽ nhánh theo điều kiện"},
		{name: "wait", kind: kText, values: []string{WaitPayment, WaitTime, WaitAct}, doc: "Bước chờ: nộp tiền, hết thời gian, một việc bên ngoài"},
		{name: "procedure", kind: kCode, doc: "Mở hồ sơ của thủ tục này (do agency chủ trì) và chờ: lối ra finished, refused, stopped"},
		{name: "facts", kind: kValues, doc: "Dữ kiện giao cho hồ sơ con: dữ kiện của thủ tục con: dữ kiện của thủ tục này"},
		{name: "return", kind: kBool, doc: "Bước trả kết quả"},
		{name: "refusal", kind: kBool, doc: "Kết quả là từ chối có lý do"},
		{name: "confirm", kind: kBool, doc: "Quầy xác nhận đã nhận kết quả mới kết thúc"},
		{name: "limit", kind: kBudget, doc: "Thời gian của bước: 0.5wd, 4wh"},
		{name: "silence", kind: kID, doc: "Hết limit mà cơ quan phối hợp chưa trả lời thì coi như đã chọn lối ra này; cần ground"},
		{name: "leg", kind: kID, doc: "Chặng: agency (mặc định), tax, payment, applicant, posting, …"},
		{name: "clock", kind: kText, values: []string{"counted", "excluded"}, doc: "excluded: không tính vào thời hạn"},
		{name: "bound", kind: kBudget, doc: "Trần thời gian loại trừ"},
		groundKey(),
		{name: "expires", kind: kBudget, doc: "Chờ quá thời gian này thì dừng giải quyết"},
		{name: "closing", kind: kMap, of: closingTable(), doc: "Đóng hồ sơ khi quá expires mà người nộp không quay lại"},
		{name: "may", kind: kTexts, values: mayNames(), doc: "Việc được phép làm thêm tại bước"},
		{name: "after", kind: kTexts, doc: "Hợp nhánh: mở khi tất cả các bước này xong"},
		partKey(),
		{name: "output", kind: kText, doc: "Sản phẩm của bước"},
		{name: "uses", kind: kTexts, doc: "Giấy tờ mà bước này dùng tới, theo mã"},
		{name: "results", kind: kTexts, doc: "Kết quả làm ra hoặc trả tại bước"},
		{name: "outcomes", kind: kOutcomes, doc: "Lối ra: tên: bước đến"},
		{name: "reentry", kind: kText, values: []string{ReentryRestart, ReentryResume}, doc: "Thời gian khi vào lại bước"},
		{name: "max-visits", kind: kInt, doc: "Số lần vào bước tối đa"},
		{name: "supplement", kind: kMap, of: supplementTable(), doc: "Quy tắc bổ sung riêng của bước"},
		confidenceKey(),
	}}
}

var edgeTable = sync.OnceValue(func() *table {
	return &table{name: "nhánh", keys: []key{
		{name: "to", kind: kID, required: true, doc: "Bước đến"},
		{name: "when", kind: kCondition, doc: "Đi khi điều kiện (CEL) đúng"},
		{name: "else", kind: kBool, doc: "Đi khi không điều kiện nào đúng"},
	}}
})

// rungTable is a rung whose subject, recipients and actions are these.
func rungTable(on, to, do []string) *table {
	return &table{name: "nấc", keys: []key{
		idKey(),
		{name: "name", kind: kText, doc: "Tên gọi"},
		{name: "on", kind: kText, required: true, values: on, doc: "Đối tượng"},
		{name: "share", kind: kPercent, doc: "Khi đã dùng hết phần trăm thời gian này"},
		{name: "before", kind: kBudget, doc: "Trước hạn"},
		{name: "at-due", kind: kBool, doc: "Khi hết hạn"},
		{name: "after", kind: kBudget, doc: "Sau hạn"},
		{name: "times", kind: kInt, doc: "Lặp nấc after số lần này"},
		{name: "to", kind: kTexts, required: true, values: to, doc: "Gửi ai"},
		{name: "do", kind: kTexts, required: true, values: do, doc: "Làm gì"},
		groundKey(),
		{name: "note", kind: kText, doc: "Ghi chú"},
	}}
}

// subjects and recipients of the rungs of a dossier.
func subjects() []string { return []string{OnDossier, OnStep, OnIntake} }
func recipients() []string {
	return []string{ToAssignee, ToHeadOfUnit, ToHeadOfAgency, ToOneStop, ToControl, ToChair, ToApplicant}
}

// actions are what the rungs of a dossier do.
func actions() []string {
	return []string{DoNotify, DoHandUp, DoReassign, DoPropose, DoIssue, DoInspect}
}

// shelfTable is a file of the shelf: its ladders may be those of missions as well.
func shelfTable() *table {
	rungs := rungTable(append(subjects(), OnTask, OnReport), append(recipients(), ToHeadOfLead), actions())
	return &table{name: "tệp quy tắc", keys: []key{
		{name: "motcua", kind: kInt, doc: "Phiên bản ngôn ngữ: 1"},
		{name: "reductions", kind: kNamed, of: reductionTable(), doc: "Quy tắc cắt giảm, theo tên"},
		{name: "ladders", kind: kNamedLists, of: rungs, doc: "Thang leo thang, theo tên"},
		{name: "forms", kind: kNamed, of: formSetTable(), doc: "Các mẫu của bộ phận một cửa, theo bộ quy tắc"},
	}}
}

// formSetTable is the one-stop's own forms under one set of rules.
func formSetTable() *table {
	return &table{name: "bộ mẫu", keys: []key{
		{name: "decree", kind: kText, required: true, doc: "Nghị định"},
		{name: "circular", kind: kText, required: true, doc: "Văn bản ban hành mẫu"},
		{name: "from", kind: kDate, required: true, doc: "Hồ sơ tiếp nhận từ ngày"},
		{name: "until", kind: kDate, doc: "Hồ sơ tiếp nhận đến hết ngày"},
		{name: "list", kind: kMaps, required: true, of: formTable(), doc: "Các mẫu"},
		{name: "note", kind: kText, doc: "Ghi chú"},
	}}
}

func formTable() *table {
	return &table{name: "mẫu", keys: []key{
		{name: "id", kind: kID, required: true, values: formIDs(), doc: "Dùng để làm gì"},
		{name: "number", kind: kCode, required: true, doc: "Số của mẫu, trong ngoặc kép"},
		nameKey("Tên mẫu"),
		{name: "article", kind: kText, doc: "Điều khoản của nghị định; để trống là chưa đối chiếu"},
		confidenceKey(),
	}}
}

// written turns the machine's snake_case into the language's words; both are accepted where a list of texts is read.
func written(s string) string { return strings.ReplaceAll(s, "_", "-") }
