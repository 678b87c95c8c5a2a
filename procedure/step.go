package procedure

import "slices"

// Outcome returns the outcome with this name; the empty name means the only one.
func (s *Step) Outcome(name string) (*Outcome, bool) {
	if name == "" && len(s.Outcomes) == 1 {
		return &s.Outcomes[0], true
	}
	for i := range s.Outcomes {
		if s.Outcomes[i].Name == name {
			return &s.Outcomes[i], true
		}
	}
	return nil, false
}

// Allows says whether the step allows an act beyond its completion.
func (s *Step) Allows(act string) bool { return slices.Contains(s.May, act) }

// Step returns the step with this id.
func (x *Executable) Step(id string) (*Step, bool) {
	for i := range x.Steps {
		if x.Steps[i].ID == id {
			return &x.Steps[i], true
		}
	}
	return nil, false
}

// SupplementAt is the supplement rule of a step: its own, else the plan's; the plan's for the empty id (before acceptance).
func (x *Executable) SupplementAt(step string) Supplement {
	if st, ok := x.Step(step); ok && st.Supplement != nil {
		return *st.Supplement
	}
	return x.Supplement
}
