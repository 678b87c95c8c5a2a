package procedure

import (
	"fmt"
	"strings"
)

// reductionSays is all that there is to say of a rule in a plan.
func reductionSays(p *Plan, r *Reduction) []saying {
	bounds := ""
	if r.OfLegal {
		bounds = "thời hạn theo luật"
	}
	rounding := ""
	if r.Rounding != nil {
		rounding = r.Rounding.Vietnamese()
	}
	return []saying{
		{"cut", "cắt", reductionText(r)}, {"rounding", "cách làm tròn", rounding}, {"above", "chỉ với thời hạn trên", limitOrNone(r.Above)},
		{"up-to", "chỉ với thời hạn đến hết", limitOrNone(r.UpTo)}, {"bounds", "mức xét theo", bounds},
		{"channels", "kênh nộp", strings.Join(r.Channels, ", ")}, {"agencies", "cơ quan", strings.Join(r.Agencies, ", ")},
		{"when", "khi", conditionText(p, r.When)}, {"from", "từ ngày", r.From}, {"to", "đến ngày", r.To},
		{"decision", "theo", r.Decision}, {"decision-date", "ngày quyết định", r.DecisionDate}, {"signer", "người ký", r.Signer},
	}
}

func reductionText(r *Reduction) string {
	switch {
	case r.CutPercent > 0:
		return fmt.Sprintf("%d %%", r.CutPercent)
	case !r.Cut.IsZero():
		return r.Cut.Vietnamese()
	}
	return "còn " + r.Set.Vietnamese()
}
