package dossier

import (
	"slices"

	"motcua/procedure"
)

// Silence of a consulted agency counts as an answer where the definition cites the law that says so. The clock counts it at
// its own legal instant, the end of the step's limit, and the event says that nobody answered.
//
// The time of an answer is when it was received (engine.md §2): one received up to that instant is on time although it lands
// later. It then takes the place of the silence: what the silence opened and nobody has worked on is taken back, and the
// flow goes the answer's way from the time of the answer. Where that is no longer possible (the result is at the desk, money
// was asked for, another dossier was opened, somebody went on from it), the flow stands as it is and the answer is on record.

// causeAnswered is why a step was cancelled that had followed from a silence which was none.
const causeAnswered = "answered"

func (m *machine) countSilence(task string) error {
	i, v := m.s.visit(task)
	st, ok := m.d.Plan.Step(v.Step)
	if !ok {
		return refuse("step_unknown", "Quy trình không có bước %q.", v.Step)
	}
	o, ok := st.Outcome(st.Silence)
	if !ok {
		return refuse("outcome_unknown", "Bước %q không có kết quả %q.", v.Step, st.Silence)
	}
	m.emit(StepCompleted{Task: task, Outcome: o.Name, Silence: true, Ground: st.Ground})
	return m.follow(i, st, o)
}

// silentVisit is the visit that the act answers although silence was counted on it, because the act was received in time; -1
// for an act that answers something else. An act that names no task answers the only silence that it was in time for.
func (m *machine) silentVisit() int {
	found, received := -1, minute(m.act.At)
	for i := range m.s.Visits {
		v := &m.s.Visits[i]
		if !v.Silent || received.After(v.Closed) {
			continue
		}
		switch {
		case v.Task() == m.act.Task:
			return i
		case m.act.Task != "" || !received.Before(v.Closed): // in that minute the next task is open already
		case found >= 0:
			return -1
		default:
			found = i
		}
	}
	return found
}

func (m *machine) answerSilence(i int) error {
	v := &m.s.Visits[i]
	st, ok := m.d.Plan.Step(v.Step)
	if !ok {
		return refuse("step_unknown", "Quy trình không có bước %q.", v.Step)
	}
	o, ok := st.Outcome(m.act.Outcome)
	if !ok {
		return refuse("outcome_unknown", "Bước %q có các kết quả: %s. Hãy chọn một.", v.Step, outcomeNames(st)).at("/outcome")
	}
	task, followed := v.Task(), m.followedFrom(i)
	if !m.undoable(followed) {
		m.emit(SilenceAnswered{Task: task, Outcome: o.Name, Stands: true})
		return nil
	}
	m.at = latest(m.at, v.Opened)
	joins := m.undo(followed)
	m.emit(SilenceAnswered{Task: task, Outcome: o.Name})
	for _, j := range joins {
		m.waitAgain(j, i)
	}
	m.emit(StepCompleted{Task: task, Outcome: o.Name, Results: m.act.Results})
	return m.follow(i, st, o)
}

// followedFrom are the visits that opened because a visit ended: those on its chain, and joins that it took part in although
// another branch ended last.
func (m *machine) followedFrom(i int) (out []int) {
	set := []int{i}
	for k := i + 1; k < len(m.s.Visits); k++ {
		w := &m.s.Visits[k]
		st, ok := m.d.Plan.Step(w.Step)
		follows := slices.Contains(set, w.From) || ok && slices.ContainsFunc(set, func(p int) bool {
			v := &m.s.Visits[p]
			return slices.Contains(st.Join, v.Step) && !v.Open() && !w.Opened.Before(v.Closed)
		})
		if follows && !w.Undone {
			set, out = append(set, k), append(out, k)
		}
	}
	return out
}

// undoable says that nobody has worked on any of the visits, and that none of them reached outside.
func (m *machine) undoable(visits []int) bool {
	return m.s.Stage == StageRunning && !slices.ContainsFunc(visits, func(k int) bool {
		v := &m.s.Visits[k]
		st, ok := m.d.Plan.Step(v.Step)
		outside := st != nil && (st.Kind == procedure.StepSub || st.Wait == procedure.WaitPayment)
		return !ok || !v.Open() && st.Kind != procedure.StepAutomatic || v.Open() && outside
	})
}

// undo cancels visits as if they had not been opened, and returns the joins among them.
func (m *machine) undo(visits []int) (joins []int) {
	for _, k := range slices.Backward(visits) {
		v := &m.s.Visits[k]
		if st, ok := m.d.Plan.Step(v.Step); ok && len(st.Join) > 0 {
			joins = append(joins, k)
		}
		if v.Open() {
			m.emitAt(StepCancelled{Task: v.Task(), Cause: causeAnswered}, v.Opened)
		}
	}
	return joins
}

// waitAgain puts the other branches of a join that was undone back before it.
func (m *machine) waitAgain(join, silent int) {
	w := &m.s.Visits[join]
	st, ok := m.d.Plan.Step(w.Step)
	if !ok {
		return
	}
	for _, from := range st.Join {
		for k := len(m.s.Visits) - 1; k >= 0; k-- {
			v := &m.s.Visits[k]
			if v.Step != from || v.Cancelled || v.Open() || v.Closed.After(w.Opened) {
				continue
			}
			if k != silent && m.leads(v, w.Step) {
				m.emitAt(BranchArrived{Join: w.Step, From: from, Visit: k}, v.Closed)
			}
			break
		}
	}
}

// leads says whether the outcome of a closed visit leads to a step.
func (m *machine) leads(v *Visit, to string) bool {
	st, ok := m.d.Plan.Step(v.Step)
	if !ok {
		return false
	}
	o, ok := st.Outcome(v.Outcome)
	return ok && slices.ContainsFunc(o.Edges, func(e procedure.Edge) bool { return e.To == to })
}

func (s *State) applySilenceAnswered(b SilenceAnswered) {
	for i := range s.Visits {
		v := &s.Visits[i]
		if v.Task() != b.Task || !v.Silent {
			continue
		}
		if b.Stands {
			v.Silent = v.Outcome != b.Outcome
			return
		}
		v.Closed, v.Outcome, v.Silent = zeroTime, "", false
		s.Arrived = slices.DeleteFunc(s.Arrived, func(a Arrival) bool { return a.Visit == i })
		return
	}
}
