package dossier

import (
	"slices"
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// Move is what an act brings along that moves a dossier to another version of its procedure.
type Move struct {
	// Plan is the part of the new plan that carries a dossier; it names the plan's hash.
	Plan *procedure.Executable `json:"plan"`
	// Steps maps steps of the old plan to steps of the new one. An id that both have stands for itself unless it is named here.
	Steps map[string]string `json:"steps,omitempty"`
	// Bindings and Calendars are those of agencies that only the new plan has.
	Bindings  []Binding        `json:"bindings,omitempty"`
	Calendars []AgencyCalendar `json:"calendars,omitempty"`
	// Later: the deciding document gives this dossier the date of the new limit, where that is later.
	Later bool `json:"later,omitempty"`
}

// The events of a move.
type (
	// VersionMoved: from here on the dossier is carried by another plan. What happened before stays as it was: steps that were
	// passed keep the reading of their time, the promise stands unless Commitment is set, what fired stays fired.
	VersionMoved struct {
		From string `json:"from"`
		To   string `json:"to"`
		// Steps are the new ids of steps that the dossier has been at.
		Steps []StepMoved `json:"steps,omitempty"`
		// Tasks are the open tasks as they go on.
		Tasks []TaskMoved `json:"tasks,omitempty"`
		// Kept is how the time of steps opened so far is read, by old id, where the new plan reads it in another way.
		Kept []procedure.Step `json:"kept,omitempty"`
		// Passed are rungs that only the new ladder has and whose instant is over: they never fire.
		Passed    []RungKey        `json:"passed,omitempty"`
		Bindings  []Binding        `json:"bindings,omitempty"`
		Calendars []AgencyCalendar `json:"calendars,omitempty"`
		// OldDue and Due are the promise before and after. Target is the date of the new limit where that is earlier: for the
		// office to aim at, promised to nobody.
		OldDue time.Time `json:"old_due,omitzero"`
		Due    time.Time `json:"due,omitzero"`
		Target time.Time `json:"target,omitzero"`
		// Commitment replaces the promise, by the document that decides so for this dossier.
		Commitment *procedure.Commitment `json:"commitment,omitempty"`
		Document   string                `json:"document"`
		Ground     string                `json:"ground,omitempty"`
	}
	// StepMoved is a step under its old and its new id.
	StepMoved struct {
		From string `json:"from"`
		To   string `json:"to"`
	}
	// TaskMoved is an open task under its old name: what it is called now, who has it, and its whole budget.
	TaskMoved struct {
		Task   string `json:"task"`
		To     string `json:"to"`
		Agency string `json:"agency"`
		Budget int    `json:"budget,omitempty"`
	}
)

func (VersionMoved) Kind() string { return "version_moved" }

// LimitChange is a new limit of a running count from an instant on.
type LimitChange struct {
	At    time.Time      `json:"at"`
	Limit calendar.Limit `json:"limit"`
}

// MovesTo is the plan that a dossier is on after an act that was done; nil where it is the one before.
func (a Act) MovesTo() *procedure.Executable {
	if a.Kind != ActMoveVersion || a.Move == nil {
		return nil
	}
	return a.Move.Plan
}

// mapped is the new id of a step; empty where it has none.
func (v *Move) mapped(step string) string {
	to, named := v.Steps[step]
	if !named {
		to = step
	}
	if _, ok := v.Plan.Step(to); !ok {
		return ""
	}
	return to
}

// time is how the time of a visit is read: as its step's was when it opened, where a move has changed that since.
func (v *Visit) time(plan *procedure.Executable) (*procedure.Step, bool) {
	st, ok := plan.Step(v.Step)
	if v.Kept == nil {
		return st, ok
	}
	if !ok {
		return v.Kept, true
	}
	read := *st
	read.Excluded, read.Bound, read.Leg, read.Ground, read.Part = v.Kept.Excluded, v.Kept.Bound, v.Kept.Leg, v.Kept.Ground, v.Kept.Part
	return &read, true
}

// reading is the part of a step that the reading of its time depends on.
func reading(st *procedure.Step) procedure.Step {
	r := procedure.Step{ID: st.ID, Kind: st.Kind, Leg: st.Leg, Excluded: st.Excluded, Bound: st.Bound, Part: st.Part, Refusal: st.Refusal}
	if st.Excluded {
		r.Ground = st.Ground
	}
	return r
}

// sameReading compares the time of two steps; the new one is nil where the step is gone.
func sameReading(a, b *procedure.Step) bool {
	return b != nil && a.Excluded == b.Excluded && a.Bound == b.Bound && a.Leg == b.Leg && a.Part == b.Part && (!a.Excluded || a.Ground == b.Ground)
}

func (s *State) applyMoved(b VersionMoved) {
	for i := range s.Visits {
		v := &s.Visits[i]
		if k := slices.IndexFunc(b.Kept, func(st procedure.Step) bool { return st.ID == v.Step }); k >= 0 && v.Kept == nil {
			kept := b.Kept[k]
			v.Kept = &kept
		}
	}
	s.rename(b)
	s.Plan, s.Target = b.To, b.Target
	s.Bindings = append(slices.Clone(s.Bindings), b.Bindings...)
	s.Calendars = append(slices.Clone(s.Calendars), b.Calendars...)
	for _, k := range b.Passed {
		s.Fired = append(s.Fired, Firing{RungKey: k, Passed: true})
	}
}

// applyPromise lets the running count have another limit from now on; what was promised until now is judged as it was.
func (s *State) applyPromise(c procedure.Commitment, at time.Time) {
	for i := range s.Counts {
		if s.Counts[i].Limit.IsZero() {
			s.Counts[i].Limit = s.Commitment.Committed
		}
	}
	if n := len(s.Counts); n > 0 {
		s.Counts[n-1].Changed = append(slices.Clone(s.Counts[n-1].Changed), LimitChange{At: at, Limit: c.Committed})
	}
	s.Commitment = c
}

// rename gives steps their new ids, in everything that goes on.
func (s *State) rename(b VersionMoved) {
	to := map[string]string{}
	for _, m := range b.Steps {
		to[m.From] = m.To
	}
	tasks := map[string]string{}
	for _, t := range b.Tasks {
		tasks[t.Task] = t.To
		if _, v := s.visit(t.Task); v != nil {
			if v.Agency != t.Agency {
				v.Assignee, v.HandedUp = "", false
			}
			v.Agency, v.Budget = t.Agency, t.Budget
		}
	}
	n := map[string]int{}
	for i := range s.Visits {
		v := &s.Visits[i]
		if id, ok := to[v.Step]; ok {
			v.Step = id
		}
		n[v.Step]++
		v.N = n[v.Step]
	}
	for i := range s.Arrived {
		a := &s.Arrived[i]
		if id, ok := to[a.Join]; ok {
			a.Join = id
		}
		if id, ok := to[a.From]; ok {
			a.From = id
		}
	}
	for i := range s.Supplements {
		if r := &s.Supplements[i]; tasks[r.Task] != "" {
			r.Task = tasks[r.Task]
		}
	}
	for i := range s.Payments {
		if p := &s.Payments[i]; p.Task != "" && tasks[p.Task] != "" {
			p.ID, p.Task = tasks[p.Task], tasks[p.Task]
		}
	}
	for i := range s.Fired {
		s.Fired[i].Subject = subjectMoved(s.Fired[i].Subject, b.Tasks)
	}
}

// subjectMoved is the subject of rungs of a task under its new name.
func subjectMoved(subject string, tasks []TaskMoved) string {
	for _, t := range tasks {
		switch subject {
		case SubjectStep(t.Task):
			return SubjectStep(t.To)
		case SubjectWaiting(t.Task):
			return SubjectWaiting(t.To)
		case SubjectWaiting("payment:" + t.Task):
			return SubjectWaiting("payment:" + t.To)
		}
	}
	return subject
}
