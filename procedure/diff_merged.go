package procedure

import "strings"

// mergedText tells by which rules a procedure was merged.
func mergedText(x *Executable) string {
	if x.Merged == nil {
		return ""
	}
	m := x.Merged
	return strings.Join([]string{
		named(map[string]string{MergeSequence: "các phần nối tiếp nhau", MergeParallel: "các phần song song"}, m.Rule),
		named(map[string]string{MergeSum: "thời hạn là tổng các phần", MergeLongest: "thời hạn là phần dài nhất", MergeOwn: "thời hạn đặt riêng"}, m.Limit),
		named(map[string]string{RefuseGiveBack: "từ chối một phần thì vẫn trả kết quả đã có", RefuseAll: "từ chối một phần là từ chối tất cả"}, m.Refusal),
	}, ", ")
}

// mergedPartsText tells the parts of a merged procedure; what has no words stands as data.
func mergedPartsText(x *Executable) string {
	if x.Merged == nil {
		return ""
	}
	var parts []string
	for _, p := range x.Merged.Parts {
		text := p.ID + " là " + p.Code + " bản " + p.Plan + ", thời hạn " + p.Limit.Vietnamese()
		if !p.Less.IsZero() {
			text += ", bớt " + p.Less.Vietnamese()
		}
		rest := partRest{p.Variants, p.Reductions, p.SubLimits, p.Results}
		if data := asData(rest, partRest{}); data != "" {
			text += " " + data
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// partRest is what a part says beyond its version and limit.
type partRest struct {
	Variants   []Variant   `json:"variants,omitempty"`
	Reductions []Reduction `json:"reductions,omitempty"`
	SubLimits  []SubLimit  `json:"sub_limits,omitempty"`
	Results    []string    `json:"results,omitempty"`
}

func named(names map[string]string, word string) string {
	if name, ok := names[word]; ok {
		return name
	}
	return word
}
