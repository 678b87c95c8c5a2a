package procedure

import (
	"fmt"
	"slices"
)

func unknownTargetRule() rule {
	return rule{Rule{"unknown-target", SeverityError,
		"Lối ra (outcomes), hợp nhánh (after) hoặc kết quả (results) của một bước nêu một mã không có trong tệp."},
		func(l *linter) {
			ids := l.stepIDs()
			check := func(t At[string], what string) {
				if t.Set() && !slices.Contains(ids, t.Value) {
					l.find(t.Pos, fmt.Sprintf("%s: không có bước %q", what, clip(t.Value)), didYouMean(t.Value, ids))
				}
			}
			var results []string
			for _, r := range l.d.Results {
				results = append(results, r.Value.ID)
			}
			for i := range l.d.Steps {
				s := &l.d.Steps[i]
				for _, o := range s.Outcomes {
					for _, e := range o.Edges {
						check(e.To, "lối ra "+o.Name.Value)
					}
				}
				for _, a := range s.After {
					check(a, "after")
				}
				for _, r := range s.Results {
					if !slices.Contains(results, r.Value) {
						l.find(r.Pos, fmt.Sprintf("không có kết quả %q", clip(r.Value)), didYouMean(r.Value, results))
					}
				}
			}
		}}
}
