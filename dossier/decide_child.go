package dossier

import (
	"slices"

	"motcua/procedure"
)

// A step may open a dossier under another procedure and wait for it (engine.md §2). That dossier is one of its own: code,
// clock, ladder, workflow. The event asks for it; its end comes back as an act. Between the two the parent's clock runs or
// stands as the step's `clock` says.

// openChild asks for the dossier of a sub step. The linter refuses circles and depth; this stops a faulty plan.
func (m *machine) openChild(st *procedure.Step, task string) error {
	var above []string
	if m.s.Parent != nil {
		above = m.s.Parent.Procedures
	}
	above = append(slices.Clone(above), m.s.Procedure)
	switch {
	case slices.Contains(above, st.Procedure):
		return refuse("sub_circle", "Bước %q mở hồ sơ của thủ tục %s, là thủ tục của chính hồ sơ này hoặc của hồ sơ đã mở nó.", st.ID, st.Procedure)
	case len(above) > procedure.MaxDepth:
		return refuse("sub_depth", "Bước %q mở hồ sơ con ở tầng quá %d.", st.ID, procedure.MaxDepth)
	}
	m.emit(ChildRequested{Task: task, Procedure: st.Procedure, Ref: st.Agency, Agency: m.s.agency(st.Agency)})
	return nil
}

// endChild completes the step whose dossier ended. It is as good while this dossier stands still: the applicant's papers, or
// the money, are no concern of the other agency.
func (m *machine) endChild() error {
	if err := m.inHand(); err != nil {
		return err
	}
	i, v := m.s.visit(m.act.Task)
	if v == nil {
		return refuse("task_not_open", "Việc %q không mở (đã xong hoặc đã hủy).", m.act.Task).at("/task")
	}
	st, ok := m.d.Plan.Step(v.Step)
	if !ok || st.Kind != procedure.StepSub {
		return refuse("wrong_state", "Việc %q không chờ hồ sơ con.", m.act.Task).at("/task")
	}
	o, ok := st.Outcome(m.act.Outcome)
	if !ok {
		return refuse("outcome_unknown", "Bước %q có các kết quả: %s. Hãy chọn một.", v.Step, outcomeNames(st)).at("/outcome")
	}
	m.at = latest(m.at, v.Opened)
	m.emit(StepCompleted{Task: v.Task(), Outcome: o.Name, Child: m.act.Child})
	return m.follow(i, st, o)
}

// EndOutcome is the outcome that the end of a dossier is to the one that opened it; empty for what is no end.
func EndOutcome(b Body) string {
	switch e := b.(type) {
	case Finished:
		if e.Refusal {
			return procedure.SubRefused
		}
		return procedure.SubFinished
	case Stopped, Withdrawn, IntakeRefused:
		return procedure.SubStopped
	}
	return ""
}
