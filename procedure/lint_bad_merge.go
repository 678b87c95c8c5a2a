package procedure

import (
	"fmt"
	"slices"
	"time"
)

func badMergeRule() rule {
	return rule{Rule{ID: "bad-merge", Severity: SeverityError,
		Doc: "Thủ tục ghép có quy tắc (merged) và ít nhất hai phần (parts); mỗi bước, khoản thu, kết quả thuộc một phần có thật; limit là thời hạn theo quy tắc ghép, không bao giờ quá tổng thời hạn các phần; thời hạn theo địa bàn và cắt giảm viết ở từng phần."},
		func(l *linter) {
			if l.d.Merged == nil {
				if len(l.d.Parts) > 0 {
					l.find(l.d.Parts[0].Pos, "có parts mà không có merged", "thêm merged: {rule: sequence, limit: sum, refusal: give-back}")
				}
				return
			}
			if len(l.d.Parts) < 2 {
				l.find(l.d.MergedAt, "thủ tục ghép phải có ít nhất hai phần", "dùng motcua procedure merge A B")
				return
			}
			l.partsUsed()
			l.mergedLimit()
		}}
}

// partsUsed holds every reference to a part to the declared ones, and every part to at least one step.
func (l *linter) partsUsed() {
	var ids []string
	for _, p := range l.d.Parts {
		if slices.Contains(ids, p.ID.Value) {
			l.find(p.Pos, fmt.Sprintf("phần %s khai báo hai lần", p.ID.Value), "đổi id")
		}
		ids = append(ids, p.ID.Value)
	}
	used := map[string]bool{}
	check := func(p Pos, part, what string) {
		if used[part] = true; part != "" && !slices.Contains(ids, part) {
			l.find(p, fmt.Sprintf("%s thuộc phần %q không có", what, clip(part)), l.didYouMean(part, ids))
		}
	}
	for i := range l.d.Results {
		check(l.d.Results[i].Pos, l.d.Results[i].Value.Part, "kết quả "+l.d.Results[i].Value.ID)
	}
	for i := range l.d.Fees {
		check(l.d.Fees[i].Pos, l.d.Fees[i].Value.Part, "khoản thu "+l.d.Fees[i].Value.ID)
	}
	clear(used)
	for i := range l.d.Steps {
		check(l.place(i), l.d.Steps[i].Part.Value, "bước "+l.d.Steps[i].ID.Value)
	}
	for _, p := range l.d.Parts {
		if !used[p.ID.Value] {
			l.find(p.Pos, fmt.Sprintf("phần %s không có bước nào", p.ID.Value), "thêm part: "+p.ID.Value+" vào các bước của phần")
		}
	}
}

// mergedLimit holds the written limit to the rule.
func (l *linter) mergedLimit() {
	if len(l.d.Variants)+len(l.d.Reductions) > 0 {
		l.find(l.d.MergedAt, "limit-when, reductions của thủ tục ghép phải viết ở từng phần", "chuyển vào parts")
	}
	m := l.x.Merged
	for i := range m.Parts {
		if m.Parts[i].Limit.IsZero() {
			return // said by the parser
		}
	}
	bare := &Executable{Limit: l.x.Limit, Merged: &Merged{Rule: m.Rule, Limit: m.Limit}}
	sum := 0
	for _, p := range m.Parts {
		bare.Merged.Parts = append(bare.Merged.Parts, Part{ID: p.ID, Limit: p.Limit, Less: p.Less})
		sum += p.Limit.Hundredths
	}
	want := bare.Commit(nil, "", time.Time{}).Legal
	switch {
	case m.Limit == MergeOwn && l.x.Limit.Hundredths > sum:
		l.find(l.d.Limit.Pos, fmt.Sprintf("thời hạn %s quá tổng thời hạn các phần", l.x.Limit), fmt.Sprintf("tối đa %dwd", sum/100))
	case m.Limit != MergeOwn && l.d.Limit.Set() && l.x.Limit != want:
		l.find(l.d.Limit.Pos, fmt.Sprintf("thời hạn %s không đúng quy tắc ghép %s", l.x.Limit, m.Limit), "viết limit: "+want.String())
	}
}
