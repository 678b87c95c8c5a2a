package procedure

import (
	"regexp"
	"strings"
)

// word is an id of the language with its name for people.
type word struct{ id, name string }

// The usual ids with their names: drawings and exports show the name, imports read it back. Any other id is shown as it is
// written.
func roleWords() []word {
	return []word{
		{"mot-cua", "Cán bộ một cửa"}, {"chuyen-vien", "Chuyên viên"}, {"truong-phong", "Lãnh đạo phòng"}, {"lanh-dao", "Lãnh đạo"},
		{"van-thu", "Văn thư"}, {"do-dac", "Tổ đo đạc"}, {"can-bo-thue", "Cán bộ thuế"},
		{"can-bo-cu-tru", "Cán bộ cư trú"}, {"can-bo-bhxh", "Cán bộ bảo hiểm xã hội"},
	}
}

func agencyWords() []word {
	return []word{
		{RefReceiving, "Nơi tiếp nhận"}, {applicantLane, "Người nộp hồ sơ"}, {"vpdk-chi-nhanh", "Chi nhánh VP đăng ký đất đai"},
		{"vpdk", "VP đăng ký đất đai"}, {"co-quan-thue", "Cơ quan thuế"}, {"ubnd-xa", "UBND xã"}, {"ubnd-tinh", "UBND tỉnh"},
		{"cong-an-xa", "Công an xã"}, {"bao-hiem-xa-hoi", "Bảo hiểm xã hội"},
	}
}

func outcomeWords() []word {
	return []word{
		{"dat", "đạt"}, {"approve", "đạt"}, {"khong-dat", "không đạt"}, {"duyet", "duyệt"}, {"dong-y", "đồng ý"}, {"khong-dong-y", "không đồng ý"},
		{"du-dieu-kien", "đủ điều kiện"}, {"khong-du-dieu-kien", "không đủ điều kiện"}, {"tu-choi", "từ chối"}, {"refuse", "từ chối"},
		{"lam-lai", "làm lại"}, {"redo", "làm lại"}, {"tra-lai", "trả lại"}, {"bo-sung", "bổ sung"}, {"chua-chuyen-quyen", "chưa chuyển quyền"},
		{SubFinished, "có kết quả"}, {SubRefused, "bị từ chối"}, {SubStopped, "dừng"},
	}
}

func nameOf(words []word, id string) (string, bool) {
	for _, w := range words {
		if w.id == id {
			return w.name, true
		}
	}
	return "", false
}

func idOf(words []word, name string) (string, bool) {
	for _, w := range words {
		if strings.EqualFold(w.name, name) {
			return w.id, true
		}
	}
	return "", false
}

// RoleName reads the usual roles in Vietnamese; another role is shown as it is written.
func RoleName(role string) string {
	if name, ok := nameOf(roleWords(), role); ok {
		return name
	}
	return role
}

// RoleID is the usual role with this name.
func RoleID(name string) (string, bool) { return idOf(roleWords(), name) }

// AgencyName reads the usual agency types and references in Vietnamese; the empty one is the lead agency.
func AgencyName(agency string) string {
	if agency == "" {
		return "Cơ quan chủ trì"
	}
	if name, ok := nameOf(agencyWords(), agency); ok {
		return name
	}
	return agency
}

// AgencyID is the usual agency type or reference with this name.
func AgencyID(name string) (string, bool) { return idOf(agencyWords(), name) }

// OutcomeName reads the usual names of outcomes in Vietnamese; those that only say "go on" are silent.
func OutcomeName(outcome string) string {
	switch outcome {
	case DefaultOutcome, "xong", "di", "mo", "chuyen", "gui", "":
		return ""
	}
	if name, ok := nameOf(outcomeWords(), outcome); ok {
		return name
	}
	return strings.ReplaceAll(outcome, "-", " ")
}

// OutcomeID is the usual outcome with this name.
func OutcomeID(name string) (string, bool) { return idOf(outcomeWords(), name) }

// ConfidenceName says how far a fact can be trusted: official, inferred, sample.
func ConfidenceName(confidence string) string {
	switch confidence {
	case "official":
		return "theo công bố"
	case "inferred":
		return "suy luận từ nguồn"
	case "sample":
		return "mẫu minh họa"
	}
	return confidence
}

// comparison is a condition that compares one fact with one value.
var comparison = regexp.MustCompile(`^([a-z][a-z0-9_.]*)\s*(==|!=)\s*(?:"([^"]*)"|(-?[0-9]+))$`)

// ConditionName reads a condition on one declared fact by the fact's label, another one as its expression.
func ConditionName(facts []Fact, expression string) string {
	bare := strings.Join(strings.Fields(expression), " ")
	for _, f := range facts {
		if f.Label == "" {
			continue
		}
		label := lowerFirst(f.Label)
		switch m := comparison.FindStringSubmatch(bare); {
		case bare == f.Name:
			return label
		case bare == "!"+f.Name:
			return "không: " + label
		case m == nil || m[1] != f.Name:
		case m[2] == "==":
			return label + " là " + m[3] + m[4]
		default:
			return label + " không là " + m[3] + m[4]
		}
	}
	return bare
}
