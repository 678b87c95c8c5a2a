package procedure

import (
	"fmt"
	"slices"
)

func unknownTargetRule() rule {
	return rule{Rule{ID: "unknown-target", Severity: SeverityError,
		Doc: "Lối ra (outcomes), hợp nhánh (after) hoặc kết quả (results) của một bước nêu một mã không có trong tệp."},
		func(l *linter) {
			ids := l.stepIDs()
			check := func(step string, t At[string], what string) {
				if _, ok := l.g.index[t.Value]; t.Set() && !ok {
					l.reference(t, step, fmt.Sprintf("%s: không có bước %q", what, clip(t.Value)), ids)
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
						check(s.ID.Value, e.To, "lối ra "+o.Name.Value)
					}
				}
				for _, a := range s.After {
					check(s.ID.Value, a, "after")
				}
				for _, r := range s.Results {
					if !slices.Contains(results, r.Value) {
						l.reference(r, "", fmt.Sprintf("không có kết quả %q", clip(r.Value)), results)
					}
				}
			}
		}}
}

// reference reports an id that names nothing, and repairs it where it can only be one of the known ones, other than the
// step that it stands in.
func (l *linter) reference(id At[string], step, message string, known []string) {
	d := l.find(id.Pos, message, l.didYouMean(id.Value, known))
	if d == nil {
		return
	}
	if meant, ok := l.clearly(id.Value, known); ok && meant != step {
		d.with(l.src.replace(id.Pos, id.Value, meant))
	}
}
