package procedure

import "fmt"

func conditionalDeadEndRule() rule {
	return rule{Rule{ID: "conditional-dead-end", Severity: SeverityError,
		Doc: "Một lối ra chỉ có nhánh có điều kiện mà không có else: khi không điều kiện nào đúng, hồ sơ không đi đâu cả. Bước tự động chỉ có một lối ra."},
		func(l *linter) {
			for i := range l.d.Steps {
				s := &l.d.Steps[i]
				if s.Automatic.Value && len(s.Outcomes) > 1 {
					l.find(s.Outcomes[1].Name.Pos, fmt.Sprintf("bước tự động %s có %d lối ra, không ai chọn", s.ID.Value, len(s.Outcomes)), "gộp thành một lối ra với các nhánh when và else")
				}
				for _, o := range s.Outcomes {
					l.deadEnd(s, o)
				}
			}
		}}
}

func (l *linter) deadEnd(s *StepDef, o OutcomeDef) {
	conditional, elses := 0, 0
	for _, e := range o.Edges {
		switch {
		case e.When.Set():
			conditional++
		case e.Else:
			if elses++; elses > 1 {
				l.find(e.To.Pos, fmt.Sprintf("lối ra %s có hai nhánh else", o.Name.Value), "giữ một")
			}
		default:
			return
		}
	}
	switch {
	case conditional > 0 && elses == 0 && !l.covered(s.ID.Value, o.Name.Value):
		l.find(o.Name.Pos, fmt.Sprintf("lối ra %s của %s: không điều kiện nào đúng thì hồ sơ không đi đâu", o.Name.Value, s.ID.Value), "thêm nhánh {to: …, else: true}")
	case conditional == 0 && elses > 0:
		l.find(o.Name.Pos, fmt.Sprintf("lối ra %s chỉ có else", o.Name.Value), "bỏ else, hoặc thêm nhánh có when")
	}
}

// covered says that in every case the facts allow some edge of the outcome is taken.
func (l *linter) covered(step, outcome string) bool {
	s, ok := l.x.Step(step)
	if !ok {
		return false
	}
	o, ok := s.Outcome(outcome)
	if !ok {
		return false
	}
	for _, holds := range l.holding {
		l.spend(len(o.Edges))
		if len(o.taken(func(name string) bool { return holds[name] })) == 0 {
			return false
		}
	}
	return len(l.holding) > 0
}
