package office

import (
	"net/http"
	"time"

	"motcua/dossier"
)

// backdates refuses an earlier effect to whoever has no right to it; document and bound are the machine's business. A corrected
// receipt has a right of its own.
func backdates(p Principal, v dossier.View, b ActBody) error {
	if b.Effective.IsZero() || b.Kind == dossier.ActCorrectReceipt || allow(p, DoBackdate) == nil {
		return nil
	}
	return mayNotBackdate(v.Rules, b.Effective)
}

func mayNotBackdate(rules string, at time.Time) *Problem {
	return &Problem{
		Status: http.StatusForbidden, Code: "backdate_right", Title: "Không có quyền ghi lùi thời điểm",
		Detail:  "Ghi lùi thời điểm là việc của cán bộ một cửa hoặc lãnh đạo cơ quan, có văn bản; hãy chuyển cho họ.",
		Article: dossier.RuleOfRecords(rules, at),
		Errors:  []FieldError{{Pointer: "/effective", Detail: "Bạn không có quyền ghi lùi thời điểm."}},
	}
}
