package mission

import "motcua/procedure"

// Texts allowed by the language.
const (
	kindMission = "mission"
	kindPlan    = "mission-plan"

	directionAtLeast = "at-least"
	directionAtMost  = "at-most"
)

// weekdays in the order of time.Weekday.
func weekdays() []string {
	return []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
}

// subjects and recipients of the rungs of a mission.
func subjects() []string { return []string{procedure.OnTask, procedure.OnReport} }
func recipients() []string {
	return []string{procedure.ToAssignee, procedure.ToHeadOfUnit, procedure.ToHeadOfAgency, procedure.ToHeadOfLead, procedure.ToControl, procedure.ToChair}
}

func idKey(doc string) procedure.Key {
	return procedure.Key{Name: "id", Kind: procedure.KindID, Required: true, Doc: doc}
}

func textKey(name, doc string, values ...string) procedure.Key {
	return procedure.Key{Name: name, Kind: procedure.KindText, Doc: doc, Values: values}
}

func required(k procedure.Key) procedure.Key { k.Required = true; return k }

func confidenceKey() procedure.Key {
	return textKey("confidence", "Mức tin cậy của dữ kiện này", procedure.Confidences()...)
}

// head are the keys that every kind of file begins with.
func head(kind string) []procedure.Key {
	return []procedure.Key{
		{Name: "motcua", Kind: procedure.KindInt, Required: true, Doc: "Phiên bản ngôn ngữ: 1"},
		required(textKey("kind", "Loại tệp", kind)),
		{Name: "code", Kind: procedure.KindCode, Required: true, Doc: "Mã, trong ngoặc kép"},
		required(textKey("name", "Tên gọi")),
	}
}

// definitionTable is the file of a mission model.
func definitionTable() *procedure.Table {
	return procedure.NewTable("mô hình nhiệm vụ", append(head(kindMission),
		procedure.Key{Name: "plan", Kind: procedure.KindMap, Of: placeTable(), Doc: "Ô của kế hoạch hay danh mục mà mô hình này điền vào"},
		textKey("origin", "Mức tin cậy của cả mô hình", procedure.Confidences()...),
		procedure.Key{Name: "lead", Kind: procedure.KindID, Required: true, Doc: "Loại cơ quan chủ trì; cơ quan cụ thể được gắn khi bắt đầu"},
		procedure.Key{Name: "cooperating", Kind: procedure.KindTexts, Doc: "Loại các cơ quan phối hợp"},
		procedure.Key{Name: "decision", Kind: procedure.KindMap, Of: procedure.PublishedTable(), Doc: "Văn bản giao nhiệm vụ"},
		procedure.Key{Name: "legal-basis", Kind: procedure.KindMaps, Of: procedure.BasisTable(), Doc: "Căn cứ pháp lý"},
		procedure.Key{Name: "sources", Kind: procedure.KindNamed, Of: procedure.SourceTable(), Doc: "Nguồn của từng dữ kiện, theo đường dẫn trong tệp"},
		textKey("content", "Nội dung"),
		textKey("equipment", "Trang thiết bị"),
		textKey("budget", "Kinh phí"),
		textKey("solution", "Giải pháp"),
		textKey("platform", "Nền tảng"),
		procedure.Key{Name: "until", Kind: procedure.KindDate, Doc: "Ngày kết thúc: việc lặp lại không nêu until, times thì dừng ở đây"},
		procedure.Key{Name: "steps", Kind: procedure.KindMaps, Of: stepTable(), Doc: "Các bước thực hiện, để xếp nhiệm vụ"},
		procedure.Key{Name: "indicators", Kind: procedure.KindMaps, Of: indicatorTable(), Doc: "Chỉ tiêu"},
		procedure.Key{Name: "tasks", Kind: procedure.KindMaps, Required: true, Of: taskTable(), Doc: "Nhiệm vụ"},
		procedure.Key{Name: "reports", Kind: procedure.KindMaps, Of: reportTable(), Doc: "Báo cáo tiến độ định kỳ"},
		procedure.Key{Name: "escalation", Kind: procedure.KindLadder, Of: procedure.LadderTable(subjects(), recipients(), actions()), Doc: "Thang nhắc và leo thang: tên trên giá, hoặc các nấc"},
	)...)
}

func placeTable() *procedure.Table {
	return procedure.NewTable("plan",
		procedure.Key{Name: "code", Kind: procedure.KindCode, Required: true, Doc: "Mã kế hoạch"},
		procedure.Key{Name: "no", Kind: procedure.KindInt, Required: true, Doc: "Số thứ tự trong kế hoạch"},
	)
}

func stepTable() *procedure.Table {
	return procedure.NewTable("bước", idKey("Mã bước"), required(textKey("name", "Tên bước")))
}

func indicatorTable() *procedure.Table {
	return procedure.NewTable("chỉ tiêu",
		idKey("Mã chỉ tiêu"), required(textKey("name", "Tên chỉ tiêu")),
		textKey("unit", "Đơn vị tính"),
		required(textKey("target", "Mục tiêu: số, tối đa hai chữ số thập phân")),
		textKey("direction", "at-least (mặc định): đạt khi không thấp hơn mục tiêu; at-most: khi không vượt", directionAtLeast, directionAtMost),
		textKey("baseline", "Số liệu lúc bắt đầu"),
		textKey("source", "Nguồn số liệu"),
		confidenceKey(),
	)
}

// due are the keys that say when something falls due again and again, and until when.
func recurrence(mustRepeat bool) []procedure.Key {
	return []procedure.Key{
		{Name: "every", Kind: procedure.KindMap, Required: mustRepeat, Of: everyTable(), Doc: "Lặp lại: {week: friday}, {month: 25} hoặc {quarter: 15}"},
		{Name: "until", Kind: procedure.KindDate, Doc: "Lặp lại đến hết ngày"},
		{Name: "times", Kind: procedure.KindInt, Doc: "Lặp lại số lần này"},
	}
}

func everyTable() *procedure.Table {
	return procedure.NewTable("every",
		textKey("week", "Hằng tuần, vào thứ này", weekdays()...),
		procedure.Key{Name: "month", Kind: procedure.KindInt, Doc: "Hằng tháng, vào ngày này; tháng ngắn hơn thì ngày cuối tháng"},
		procedure.Key{Name: "quarter", Kind: procedure.KindInt, Doc: "Hằng quý, vào ngày này của tháng cuối quý"},
	)
}

func taskTable() *procedure.Table {
	keys := []procedure.Key{
		idKey("Mã nhiệm vụ"), required(textKey("name", "Tên nhiệm vụ")),
		{Name: "step", Kind: procedure.KindID, Doc: "Bước mà nhiệm vụ thuộc về"},
		{Name: "agency", Kind: procedure.KindID, Doc: "Cơ quan thực hiện; để trống là cơ quan chủ trì"},
		{Name: "role", Kind: procedure.KindID, Doc: "Vai thực hiện trong cơ quan; để trống là người đứng đầu"},
		{Name: "on", Kind: procedure.KindDate, Doc: "Hạn cố định"},
		{Name: "after", Kind: procedure.KindLimit, Doc: "Hạn tính từ khi bắt đầu, hoặc từ khi nghiệm thu nhiệm vụ nêu ở of"},
		{Name: "of", Kind: procedure.KindID, Doc: "Nhiệm vụ mà hạn tính từ ngày nghiệm thu"},
	}
	keys = append(keys, recurrence(false)...)
	return procedure.NewTable("nhiệm vụ", append(keys,
		textKey("output", "Sản phẩm"),
		procedure.Key{Name: "evidence", Kind: procedure.KindBool, Doc: "Phải có minh chứng mới được báo hoàn thành"},
		textKey("note", "Ghi chú"),
		confidenceKey(),
	)...)
}

func reportTable() *procedure.Table {
	keys := []procedure.Key{
		idKey("Mã báo cáo"), required(textKey("name", "Tên báo cáo")),
		{Name: "agency", Kind: procedure.KindID, Doc: "Cơ quan báo cáo; để trống là cơ quan chủ trì"},
		{Name: "role", Kind: procedure.KindID, Doc: "Vai thực hiện trong cơ quan; để trống là người đứng đầu"},
	}
	return procedure.NewTable("báo cáo", append(append(keys, recurrence(true)...), textKey("note", "Ghi chú"))...)
}

// planTable is the file of a plan (kế hoạch) or of a list (danh mục): numbered places for models.
func planTable() *procedure.Table {
	return procedure.NewTable("kế hoạch", append(head(kindPlan),
		textKey("origin", "Mức tin cậy của cả danh sách", procedure.Confidences()...),
		procedure.Key{Name: "decision", Kind: procedure.KindMap, Of: procedure.PublishedTable(), Doc: "Văn bản ban hành"},
		textKey("note", "Ghi chú"),
		procedure.Key{Name: "sources", Kind: procedure.KindNamed, Of: procedure.SourceTable(), Doc: "Nguồn của từng dữ kiện, theo đường dẫn trong tệp"},
		procedure.Key{Name: "models", Kind: procedure.KindMaps, Required: true, Of: slotTable(), Doc: "Các ô đánh số; ô chưa biết để trống tên"},
	)...)
}

func slotTable() *procedure.Table {
	return procedure.NewTable("ô",
		procedure.Key{Name: "no", Kind: procedure.KindInt, Required: true, Doc: "Số thứ tự"},
		textKey("name", "Tên mô hình"),
		textKey("lead", "Cơ quan chủ trì, như đã thấy ghi"),
		textKey("due", "Thời hạn, như đã thấy ghi"),
		textKey("source", "Nguồn của ô này"),
		confidenceKey(),
	)
}

// JSONSchema is the schema of model files, PlanSchema of plan files, for editors.
func JSONSchema() []byte { return procedure.Schema(definitionTable(), "Mô hình nhiệm vụ Motcua") }
func PlanSchema() []byte {
	return procedure.Schema(planTable(), "Kế hoạch các mô hình nhiệm vụ Motcua")
}

// Format writes a model file in its canonical form, as procedure.Format does a definition.
func Format(data []byte) ([]byte, error) { return procedure.FormatSheet(data, definitionTable()) }

// actions are what the rungs of a mission do; what belongs to a dossier's promise and steps is none of them.
func actions() []string {
	return []string{procedure.DoNotify, procedure.DoHandUp, procedure.DoPropose, procedure.DoInspect}
}
