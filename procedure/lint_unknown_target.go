package procedure

import "fmt"

func unknownTargetRule() rule {
	return rule{Rule{ID: "unknown-target", Severity: SeverityError,
		Doc: "Lối ra (outcomes), hợp nhánh (after), kết quả (results) hoặc giấy tờ (uses) của một bước nêu một mã không có trong tệp."},
		func(l *linter) {
			steps := l.stepIDs()
			var results, papers []string
			for _, r := range l.d.Results {
				results = append(results, r.Value.ID)
			}
			for _, p := range l.d.Documents {
				papers = append(papers, p.Value.ID)
			}
			knownStep, knownResult, knownPaper := setOf(steps), setOf(results), setOf(papers)
			for i := range l.d.Steps {
				s := &l.d.Steps[i]
				for _, o := range s.Outcomes {
					for _, e := range o.Edges {
						l.reference(e.To, knownStep, s.ID.Value, "lối ra "+clip(o.Name.Value)+": không có bước", steps)
					}
				}
				for _, a := range s.After {
					l.reference(a, knownStep, s.ID.Value, "after: không có bước", steps)
				}
				for _, r := range s.Results {
					l.reference(r, knownResult, "", "không có kết quả", results)
				}
				for _, p := range s.Uses {
					l.reference(p, knownPaper, "", "không có giấy tờ", papers)
				}
			}
		}}
}

func setOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, s := range list {
		set[s] = true
	}
	return set
}

// reference reports an id that names nothing, and repairs it where it can only be one of the known ones, other than the
// step that it stands in.
func (l *linter) reference(id At[string], known map[string]bool, step, message string, words []string) {
	if !id.Set() || known[id.Value] {
		return
	}
	d := l.find(id.Pos, fmt.Sprintf("%s %q", message, clip(id.Value)), l.didYouMean(id.Value, words))
	if d == nil {
		return
	}
	if meant, ok := l.clearly(id.Value, words); ok && meant != step {
		d.with(l.src.replace(id.Pos, id.Value, meant))
	}
}
