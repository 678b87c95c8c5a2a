package procedure

import "sync"

// The key tables: one per mapping of the language. Parser, formatter and JSON Schema all read them, so a key exists in
// all three or in none; their order is the canonical order of the file.

// kind is the form of a value.
type kind int

const (
	kText       kind = iota // one line of text; numbers are taken as written
	kID                     // kebab-case id
	kCode                   // text that must be quoted when it looks like a number
	kBool                   //
	kInt                    // not negative
	kDate                   // YYYY-MM-DD
	kTime                   // HH:MM
	kLimit                  // a legal limit: whole units
	kBudget                 // a limit of a step: fractions allowed
	kLegal                  // a legal limit or same-day
	kPercent                // 1 to 99
	kCondition              // CEL
	kTexts                  // a list of texts
	kBudgets                // a list of limits of a step
	kMap                    // a mapping of table of
	kMaps                   // a list of mappings of table of
	kNamed                  // a mapping of any name to mappings of table of
	kNamedLists             // a mapping of any name to lists of mappings of table of
	kOutcomes               // outcome name: target, list of targets, list of {to, when, else}
	kRequired               // true, false or the name of a condition
	kReductions             // a list of names and mappings of table of
	kLadder                 // a name or a list of mappings of table of
	kDefault                // a scalar in the type of its fact
	kValues                 // a mapping of any name to a scalar
	kScalar                 // any scalar
	kCut                    // "20%" or a limit
	kMoment                 // an instant of Vietnam time, "2026-02-09 08:30"
	kPairs                  // a mapping of any name to a single value
	kMoments                // a mapping of any name to an instant
	kCases                  // a list of mappings of table of, each laid out key by key
)

// key is one key of a mapping.
type key struct {
	name     string
	kind     kind
	required bool
	// values, when there are any, are the only texts allowed.
	values []string
	of     *table
	doc    string
}

// table is the keys of one mapping, in canonical order.
type table struct {
	name string
	keys []key
}

func (t *table) key(name string) (*key, bool) {
	for i := range t.keys {
		if t.keys[i].name == name {
			return &t.keys[i], true
		}
	}
	return nil, false
}

func (t *table) names() []string {
	names := make([]string, len(t.keys))
	for i := range t.keys {
		names[i] = t.keys[i].name
	}
	return names
}

// Texts allowed by the language; the machine's names are in executable.go.
func confidences() []string { return []string{"official", "inferred", "sample"} }
func channels() []string    { return []string{"online", "post", "counter"} }
func levels() []string      { return []string{"ministry", "province", "commune"} }

const sameDay = "same-day"

func confidenceKey() key {
	return key{name: "confidence", kind: kText, values: confidences(), doc: "Mức tin cậy của dữ kiện này"}
}

func groundKey() key {
	return key{name: "ground", kind: kText, doc: "Căn cứ pháp lý (văn bản, điều, khoản)"}
}

func nameKey(doc string) key { return key{name: "name", kind: kText, required: true, doc: doc} }
func idKey() key             { return key{name: "id", kind: kID, required: true, doc: "Mã trong tệp này"} }

// languageTable is the whole file; it is made once and never changed.
var languageTable = sync.OnceValue(func() *table {
	return &table{name: "định nghĩa", keys: []key{
		{name: "motcua", kind: kInt, required: true, doc: "Phiên bản ngôn ngữ định nghĩa: 1"},
		{name: "kind", kind: kText, values: []string{"procedure"}, doc: "Loại tệp: procedure (mặc định); mô hình nhiệm vụ (mission) có lệnh riêng: motcua mission"},
		{name: "code", kind: kCode, required: true, doc: "Mã thủ tục quốc gia, trong ngoặc kép"},
		nameKey("Tên thủ tục như đã công bố"),
		{name: "field", kind: kID, required: true, doc: "Lĩnh vực"},
		{name: "level", kind: kText, required: true, doc: "Cấp giải quyết: ministry, province, commune"},
		{name: "agency", kind: kID, required: true, doc: "Loại cơ quan chủ trì; cơ quan cụ thể được gắn khi tiếp nhận"},
		{name: "online", kind: kText, values: []string{"none", "partial", "full"}, doc: "Mức độ trực tuyến"},
		{name: "manner", kind: kTexts, values: channels(), doc: "Cách thức thực hiện: các kênh nhận hồ sơ"},
		{name: "subjects", kind: kTexts, doc: "Đối tượng thực hiện"},
		{name: "requirements", kind: kTexts, doc: "Yêu cầu, điều kiện (nếu có)"},
		{name: "origin", kind: kText, values: confidences(), doc: "Mức tin cậy của cả định nghĩa"},
		{name: "published", kind: kMap, of: publishedTable(), doc: "Quyết định công bố"},
		{name: "internal-process", kind: kMap, of: sourceTable("internal-process"), doc: "Nguồn của quy trình nội bộ"},
		{name: "parameters", kind: kMaps, of: parameterTable(), doc: "Tham số của mẫu, dùng bằng $tên ở chỗ của một giá trị"},
		{name: "legal-basis", kind: kMaps, of: basisTable(), doc: "Căn cứ pháp lý"},
		{name: "sources", kind: kNamed, of: sourceTable("nguồn"), doc: "Nguồn của từng dữ kiện, theo đường dẫn trong tệp"},
		{name: "documents", kind: kMaps, of: documentTable(), doc: "Thành phần hồ sơ"},
		{name: "fees", kind: kMaps, of: feeTable(), doc: "Phí, lệ phí (đồng)"},
		{name: "results", kind: kMaps, of: resultTable(), doc: "Kết quả giải quyết"},
		{name: "facts", kind: kMaps, of: factTable(), doc: "Dữ kiện (không phải dữ liệu cá nhân) mà điều kiện được đọc"},
		{name: "merged", kind: kMap, of: mergedTable(), doc: "Thủ tục ghép: quy tắc ghép"},
		{name: "parts", kind: kMaps, of: partTable(), doc: "Các thủ tục được ghép, theo thứ tự"},
		{name: "limit", kind: kLegal, required: true, doc: "Thời hạn theo luật: 12wd, 4wh, 30d, 1mo, 24h, hoặc same-day"},
		{name: "same-day", kind: kMap, of: sameDayTable(), doc: "Trả kết quả trong ngày: giờ chốt nhận"},
		{name: "limit-when", kind: kMaps, of: variantTable(), doc: "Thời hạn theo địa bàn, kênh nộp, trường hợp"},
		{name: "reductions", kind: kReductions, of: reductionTable(), doc: "Quy tắc cắt giảm thời hạn, theo thứ tự áp dụng"},
		{name: "sub-limits", kind: kMaps, of: subLimitTable(), doc: "Thời hạn thành phần bắt buộc: không cắt giảm xuống dưới tổng của chúng"},
		{name: "extensions", kind: kMaps, of: extensionTable(), doc: "Gia hạn mà luật cho phép"},
		{name: "starts-at", kind: kID, doc: "Cơ quan mà ngày nhận mở thời hạn; để trống là ngày tiếp nhận"},
		{name: "intake", kind: kMap, of: intakeTable(), doc: "Thời hạn tiếp nhận theo kênh"},
		{name: "supplement", kind: kMap, of: supplementTable(), doc: "Quy tắc yêu cầu bổ sung hồ sơ"},
		{name: "steps", kind: kMaps, required: true, of: stepTable(), doc: "Các bước, theo thứ tự"},
		{name: "escalation", kind: kLadder, of: rungTable(subjects(), recipients(), actions()), doc: "Thang nhắc và leo thang: tên trên giá, hoặc các nấc"},
	}}
})

func parameterTable() *table {
	return &table{name: "tham số", keys: []key{
		{name: "name", kind: kText, required: true, doc: "Tên, dùng bằng $tên"},
		{name: "type", kind: kText, required: true, values: paramTypes(), doc: "Kiểu"},
		{name: "label", kind: kText, doc: "Nhãn tiếng Việt"},
		{name: "default", kind: kScalar, doc: "Giá trị khi không đặt; để trống là phải đặt"},
		{name: "min", kind: kScalar, doc: "Nhỏ nhất (limit, int)"},
		{name: "max", kind: kScalar, doc: "Lớn nhất (limit, int)"},
		{name: "values", kind: kTexts, doc: "Các giá trị được phép"},
	}}
}

// useTable is a file that uses a template.
func useTable() *table {
	return &table{name: "tệp dùng mẫu", keys: []key{
		{name: "motcua", kind: kInt, required: true, doc: "Phiên bản ngôn ngữ định nghĩa: 1"},
		{name: "template", kind: kCode, required: true, doc: "Mã của mẫu, hoặc tên (as) của một tệp dùng mẫu khác"},
		{name: "as", kind: kCode, doc: "Tên của tệp này, khi nó lại là một mẫu"},
		{name: "for", kind: kTexts, doc: "Các cơ quan chủ trì áp dụng"},
		{name: "set", kind: kValues, doc: "Giá trị của tham số"},
	}}
}

func publishedTable() *table {
	return &table{name: "published", keys: []key{
		{name: "decision", kind: kText, required: true, doc: "Số quyết định"},
		{name: "on", kind: kDate, doc: "Ngày quyết định"},
	}}
}

func sourceTable(name string) *table {
	return &table{name: name, keys: []key{
		{name: "source", kind: kText, required: true, doc: "Nguồn"},
		confidenceKey(),
	}}
}

func basisTable() *table {
	return &table{name: "căn cứ", keys: []key{
		{name: "document", kind: kText, required: true, doc: "Số, ký hiệu văn bản"},
		{name: "article", kind: kText, doc: "Điều, khoản"},
		{name: "from", kind: kDate, doc: "Có hiệu lực từ"},
		{name: "until", kind: kDate, doc: "Hết hiệu lực sau ngày"},
		{name: "repealed", kind: kBool, doc: "Đã bị bãi bỏ"},
		confidenceKey(),
	}}
}

func documentTable() *table {
	return &table{name: "giấy tờ", keys: []key{
		idKey(), nameKey("Tên giấy tờ"),
		{name: "form", kind: kText, doc: "Mẫu số"},
		{name: "forms", kind: kMaps, of: datedFormTable(), doc: "Mẫu số theo ngày tiếp nhận, thay cho form"},
		{name: "originals", kind: kInt, doc: "Số bản chính"},
		{name: "copies", kind: kInt, doc: "Số bản sao"},
		{name: "required", kind: kRequired, doc: "Bắt buộc: true, false, hoặc tên một điều kiện; mặc định true"},
		{name: "when", kind: kCondition, doc: "Bắt buộc khi điều kiện (CEL) đúng"},
		{name: "of", kind: kText, values: []string{"transaction"}, doc: "transaction: mỗi giao dịch một bản khi ghép thủ tục"},
		confidenceKey(),
	}}
}

func datedFormTable() *table {
	return &table{name: "mẫu theo ngày", keys: []key{
		{name: "form", kind: kText, required: true, doc: "Mẫu số"},
		{name: "from", kind: kDate, doc: "Dùng từ ngày"},
		{name: "until", kind: kDate, doc: "Dùng đến hết ngày"},
	}}
}

func feeTable() *table {
	return &table{name: "khoản thu", keys: []key{
		idKey(), nameKey("Tên khoản thu"), partKey(),
		{name: "amount", kind: kInt, required: true, doc: "Mức thu, đồng"},
		{name: "online", kind: kInt, doc: "Mức thu khi nộp trực tuyến, đồng"},
		{name: "until", kind: kDate, doc: "Ngày cuối áp dụng"},
		groundKey(), confidenceKey(),
	}}
}

func resultTable() *table {
	return &table{name: "kết quả", keys: []key{
		idKey(), nameKey("Tên kết quả"), partKey(),
		{name: "code", kind: kCode, doc: "Mã kết quả quốc gia"},
		confidenceKey(),
	}}
}

func factTable() *table {
	return &table{name: "dữ kiện", keys: []key{
		{name: "name", kind: kText, required: true, doc: "Tên có dấu chấm, ví dụ parcel.region"},
		{name: "type", kind: kText, required: true, values: []string{FactString, FactBool, FactInt}, doc: "Kiểu"},
		{name: "class", kind: kText, values: []string{"not-personal"}, doc: "Chỉ được phép not-personal"},
		{name: "values", kind: kTexts, doc: "Các giá trị được phép"},
		{name: "default", kind: kDefault, doc: "Giá trị mặc định"},
		{name: "label", kind: kText, doc: "Nhãn tiếng Việt"},
		confidenceKey(),
	}}
}

func partKey() key {
	return key{name: "part", kind: kID, doc: "Thuộc phần nào của thủ tục ghép"}
}

func mergedTable() *table {
	return &table{name: "merged", keys: []key{
		{name: "rule", kind: kText, required: true, values: []string{MergeSequence, MergeParallel}, doc: "Các phần nối tiếp hay song song"},
		{name: "limit", kind: kText, required: true, values: []string{MergeSum, MergeLongest, MergeOwn}, doc: "Thời hạn: tổng trừ phần làm chung, phần dài nhất, hoặc đặt riêng (không quá tổng)"},
		{name: "refusal", kind: kText, required: true, values: []string{RefuseGiveBack, RefuseAll}, doc: "Từ chối ở một phần: trả kết quả đã xong, hay từ chối tất cả"},
		{name: "decision", kind: kText, doc: "Quyết định ghép"},
	}}
}

func partTable() *table {
	return &table{name: "phần", keys: []key{
		idKey(),
		{name: "code", kind: kCode, required: true, doc: "Mã thủ tục gốc"},
		nameKey("Tên thủ tục gốc"),
		{name: "plan", kind: kCode, required: true, doc: "Mã băm của bản đã ghép"},
		{name: "limit", kind: kLimit, required: true, doc: "Thời hạn theo luật của phần"},
		{name: "less", kind: kBudget, doc: "Thời gian bớt được vì tiếp nhận, trả kết quả làm chung"},
		{name: "limit-when", kind: kMaps, of: variantTable(), doc: "Thời hạn của phần theo địa bàn, kênh nộp, trường hợp"},
		{name: "reductions", kind: kReductions, of: reductionTable(), doc: "Quy tắc cắt giảm của phần"},
		{name: "sub-limits", kind: kMaps, of: subLimitTable(), doc: "Thời hạn thành phần bắt buộc của phần"},
	}}
}

func sameDayTable() *table {
	return &table{name: "same-day", keys: []key{
		{name: "cut-off", kind: kTime, required: true, doc: "Giờ chốt nhận, ví dụ \"15:00\""},
		groundKey(),
	}}
}

func variantTable() *table {
	return &table{name: "quy tắc thời hạn", keys: []key{
		{name: "rule", kind: kID, required: true, doc: "Tên quy tắc, cũng là tên điều kiện"},
		{name: "set", kind: kLimit, doc: "Thời hạn thay thế"},
		{name: "add", kind: kLimit, doc: "Thời gian cộng thêm"},
		{name: "when", kind: kCondition, doc: "Điều kiện (CEL)"},
		{name: "channels", kind: kTexts, values: channels(), doc: "Chỉ với các kênh này"},
		groundKey(), confidenceKey(),
	}}
}

func reductionTable() *table {
	return &table{name: "quy tắc cắt giảm", keys: []key{
		{name: "rule", kind: kID, doc: "Tên quy tắc (trên giá: khóa của mục)"},
		{name: "name", kind: kText, doc: "Tên gọi"},
		{name: "decision", kind: kText, required: true, doc: "Quyết định cắt giảm"},
		{name: "decision-date", kind: kDate, doc: "Ngày của quyết định"},
		{name: "signer", kind: kText, doc: "Người ký quyết định"},
		{name: "order", kind: kInt, doc: "Thứ tự áp dụng khi một thủ tục có nhiều quy tắc, số nhỏ trước"},
		{name: "scope", kind: kText, doc: "Phạm vi, cho người đọc"},
		{name: "procedures", kind: kTexts, doc: "Chỉ các thủ tục có mã này"},
		{name: "fields", kind: kTexts, doc: "Chỉ các lĩnh vực này"},
		{name: "levels", kind: kTexts, values: levels(), doc: "Chỉ các cấp giải quyết này"},
		{name: "agencies", kind: kTexts, doc: "Chỉ các loại cơ quan chủ trì, hoặc các cơ quan có mã này"},
		{name: "channels", kind: kTexts, values: channels(), doc: "Chỉ với các kênh này"},
		{name: "when", kind: kCondition, doc: "Điều kiện (CEL) trên dữ kiện của thủ tục"},
		{name: "from", kind: kDate, required: true, doc: "Tiếp nhận từ ngày"},
		{name: "to", kind: kDate, doc: "Tiếp nhận đến hết ngày"},
		{name: "above", kind: kLimit, doc: "Chỉ thời hạn dài hơn mức này, cùng đơn vị; đúng mức này thì không"},
		{name: "up-to", kind: kLimit, doc: "Chỉ thời hạn không quá mức này, cùng đơn vị"},
		{name: "cut-percent", kind: kPercent, doc: "Cắt phần trăm; phần còn lại làm tròn như rounding, không nói gì là làm tròn xuống"},
		{name: "rounding", kind: kMap, of: roundingTable(), doc: "Làm tròn phần còn lại"},
		{name: "cut", kind: kCut, doc: "Cắt một lượng, hoặc \"20%\""},
		{name: "set", kind: kLimit, doc: "Đặt thời hạn (chỉ khi ngắn hơn)"},
		groundKey(),
		{name: "source", kind: kText, doc: "Nguồn"},
		confidenceKey(),
		{name: "note", kind: kText, doc: "Ghi chú"},
	}}
}

func roundingTable() *table {
	return &table{name: "rounding", keys: []key{
		{name: "way", kind: kText, required: true, values: []string{RoundFloor, RoundCeil, RoundHalf}, doc: "Xuống, lên, hay đến mức gần nhất (nửa thì lên)"},
		{name: "step", kind: kLimit, doc: "Bậc làm tròn, cùng đơn vị với thời hạn; mặc định một đơn vị"},
		{name: "source", kind: kText, doc: "Nguồn của cách làm tròn"},
		confidenceKey(),
	}}
}

func subLimitTable() *table {
	return &table{name: "thời hạn thành phần", keys: []key{
		idKey(),
		{name: "name", kind: kText, doc: "Tên gọi"},
		{name: "limit", kind: kBudget, required: true, doc: "Thời gian mà luật ấn định cho phần việc này"},
		{name: "ground", kind: kText, required: true, doc: "Căn cứ pháp lý"},
		confidenceKey(),
	}}
}

func extensionTable() *table {
	return &table{name: "gia hạn", keys: []key{
		idKey(),
		{name: "name", kind: kText, doc: "Tên gọi"},
		{name: "add", kind: kLimit, required: true, doc: "Thời gian gia hạn"},
		{name: "ground", kind: kText, required: true, doc: "Căn cứ pháp lý"},
		{name: "times", kind: kInt, doc: "Số lần, mặc định 1"},
		confidenceKey(),
	}}
}

func intakeTable() *table {
	return &table{name: "intake", keys: []key{
		{name: "online", kind: kBudget, doc: "Thời hạn tiếp nhận hồ sơ trực tuyến"},
		{name: "post", kind: kBudget, doc: "Thời hạn tiếp nhận hồ sơ bưu chính"},
		{name: "counter", kind: kBudget, doc: "Thời hạn tiếp nhận tại quầy"},
		groundKey(), confidenceKey(),
	}}
}

func supplementTable() *table {
	return &table{name: "supplement", keys: []key{
		{name: "effect", kind: kText, values: []string{EffectRestart, EffectPause, EffectExclude}, doc: "Tác động lên thời hạn; mặc định restart"},
		{name: "bound", kind: kBudget, doc: "Trần thời gian loại trừ"},
		{name: "within", kind: kBudget, doc: "Phải yêu cầu trong thời gian này từ khi tiếp nhận; mặc định 3wd"},
		{name: "answer", kind: kBudget, doc: "Thời gian người nộp được bổ sung"},
		{name: "closing", kind: kMap, of: closingTable(), doc: "Đóng hồ sơ khi quá answer mà người nộp không bổ sung"},
		{name: "check", kind: kBudget, doc: "Thời gian kiểm tra giấy tờ bổ sung; mặc định 8wh"},
		groundKey(), confidenceKey(),
	}}
}

// closingTable says how a dossier ends whose applicant does not come back: by what law, and when the applicant is reminded.
func closingTable() *table {
	return &table{name: "closing", keys: []key{
		{name: "ground", kind: kText, required: true, doc: "Căn cứ để đóng hồ sơ khi người nộp không quay lại"},
		{name: "remind", kind: kBudgets, doc: "Nhắc người nộp trước khi hết thời gian, ví dụ [5d, 1d]"},
	}}
}
