package dossier

import (
	"slices"

	"motcua/procedure"
)

// maxAutomatic bounds the automatic steps that one act may pass: the linter forbids loops of them, this stops a faulty plan.
const maxAutomatic = 200

// open opens a step for a flow that comes from a visit; automatic steps are left at once.
func (m *machine) open(step string, from int) error {
	st, ok := m.d.Plan.Step(step)
	if !ok {
		return refuse("step_unknown", "Quy trình không có bước %q.", step)
	}
	n, used := m.s.visits(step)
	if n++; st.MaxVisits > 0 && used >= st.MaxVisits || n > maxAutomatic {
		return refuse("loop_bound", "Bước %q đã làm %d lần, hết số lần quy trình cho phép.", step, used)
	}
	e := StepOpened{Step: step, N: n, Agency: m.s.agency(st.Agency), From: from, Budget: m.budget(st)}
	if m.d.Plan.StartsAt != "" && st.Agency == m.d.Plan.StartsAt && len(m.s.Counts) == 0 {
		if err := m.startCount("received_by_agency"); err != nil {
			return err
		}
	}
	m.emit(e)
	i := len(m.s.Visits) - 1
	switch st.Kind {
	case procedure.StepAutomatic:
		m.emit(StepCompleted{Task: TaskID(step, n), Outcome: st.Outcomes[0].Name})
		return m.follow(i, st, &st.Outcomes[0])
	case procedure.StepSub:
		return m.openChild(st, TaskID(step, n))
	case procedure.StepReturn:
		if !st.Confirm {
			return m.finished(st, m.act.Results)
		}
	case procedure.StepWait:
		if st.Wait == procedure.WaitPayment {
			return m.paymentStep(st, TaskID(step, n))
		}
	}
	return nil
}

// budget is what a step may use: its whole limit, or what earlier visits left of it where the definition resumes.
func (m *machine) budget(st *procedure.Step) int {
	b, err := st.Limit.BudgetMinutes()
	if err != nil || st.Limit.IsZero() {
		return 0
	}
	if st.Reentry != procedure.ReentryResume {
		return b
	}
	cal, err := m.d.Calendars(m.s.calendarHash(m.s.agency(st.Agency)))
	if err != nil {
		return b
	}
	for i := range m.s.Visits {
		v := &m.s.Visits[i]
		if v.Step != st.ID || v.Open() {
			continue
		}
		used, err := cal.Between(v.Opened, v.Closed)
		if err != nil {
			return b
		}
		var outs []span
		for _, p := range m.s.Pauses {
			outs = append(outs, span{p.From, cut(p.Until, p.Bound, m.at)})
		}
		out, err := minutes(cal, within(unite(outs), v.Opened, v.Closed))
		if err != nil {
			return b
		}
		b -= used - out
	}
	return max(b, 1) // an exhausted budget is due at once, which is not the same as having none
}

// follow takes the edges of an outcome: all whose condition holds; an else edge where no conditional one does.
func (m *machine) follow(from int, st *procedure.Step, o *procedure.Outcome) error {
	taken := false
	for _, e := range o.Edges {
		if e.Else && taken || e.When != "" && !slices.Contains(m.s.Conditions, e.When) {
			continue
		}
		taken = taken || e.When != ""
		if err := m.arrive(e.To, st.ID, from); err != nil {
			return err
		}
	}
	return m.joins()
}

// arrive opens a step, or lets the branch wait at its join.
func (m *machine) arrive(to, from string, visit int) error {
	st, ok := m.d.Plan.Step(to)
	if ok && len(st.Join) > 0 && slices.Contains(st.Join, from) {
		m.emit(BranchArrived{Join: to, From: from, Visit: visit})
		return nil
	}
	return m.open(to, visit)
}

// joins opens every join whose branches have all arrived, or can no longer come.
func (m *machine) joins() error {
	for {
		join, last := m.readyJoin()
		if join == "" {
			return nil
		}
		if m.s.Engine >= sinceLastDay { // an act that landed late ends no branch that the clock ended after it
			m.at = latest(m.at, m.s.Visits[last].Closed)
		}
		if err := m.open(join, last); err != nil {
			return err
		}
	}
}

func (m *machine) readyJoin() (join string, last int) {
	for _, a := range m.s.Arrived {
		st, ok := m.d.Plan.Step(a.Join)
		if !ok {
			continue
		}
		waits := false
		last = a.Visit
		for _, from := range st.Join {
			if i := slices.IndexFunc(m.s.Arrived, func(x Arrival) bool { return x.Join == a.Join && x.From == from }); i >= 0 {
				if v := m.s.Arrived[i].Visit; m.s.Visits[v].Closed.After(m.s.Visits[last].Closed) {
					last = v
				}
				continue
			}
			waits = waits || m.reachable(from, a.Join)
		}
		if !waits {
			return a.Join, last
		}
	}
	return "", 0
}

// reachable says whether an open task, or a branch waiting at another join, can still lead to a step without passing the
// join itself.
func (m *machine) reachable(target, join string) bool {
	var front []string
	for i := range m.s.Visits {
		if v := &m.s.Visits[i]; v.Open() {
			front = append(front, v.Step)
		}
	}
	for _, a := range m.s.Arrived {
		if a.Join != join {
			front = append(front, a.Join)
		}
	}
	seen := map[string]bool{join: true}
	for len(front) > 0 {
		id := front[0]
		front = front[1:]
		if id == target {
			return true
		}
		st, ok := m.d.Plan.Step(id)
		if seen[id] || !ok {
			continue
		}
		seen[id] = true
		for _, o := range st.Outcomes {
			for _, e := range o.Edges {
				front = append(front, e.To)
			}
		}
	}
	return false
}

// complete ends a task with an outcome.
func (m *machine) complete() error {
	if i := m.silentVisit(); i >= 0 {
		return m.answerSilence(i)
	}
	if err := m.running(); err != nil {
		return err
	}
	i, v, st, err := m.task()
	if err != nil {
		return err
	}
	switch {
	case st.Kind == procedure.StepReturn:
		return refuse("use_return", "Bước %q là bước trả kết quả; hãy dùng “nhận kết quả về một cửa” hoặc “trả kết quả”.", v.Step)
	case st.Kind == procedure.StepSub:
		return refuse("use_child", "Bước %q chờ hồ sơ của thủ tục %s; khi hồ sơ ấy kết thúc, bước này tự xong.", v.Step, st.Procedure)
	case st.Wait == procedure.WaitPayment:
		return refuse("use_confirm_payment", "Bước %q chờ nộp tiền; hãy xác nhận chứng từ nộp tiền.", v.Step)
	}
	o, ok := st.Outcome(m.act.Outcome)
	if !ok {
		return refuse("outcome_unknown", "Bước %q có các kết quả: %s. Hãy chọn một.", v.Step, outcomeNames(st)).at("/outcome")
	}
	m.at = latest(m.at, v.Opened)
	m.emit(StepCompleted{Task: v.Task(), Outcome: o.Name, Results: m.act.Results})
	return m.follow(i, st, o)
}

func outcomeNames(st *procedure.Step) string {
	s := ""
	for i, o := range st.Outcomes {
		if i > 0 {
			s += ", "
		}
		s += o.Name
	}
	return s
}

func (m *machine) assign() error {
	if err := m.inHand(); err != nil {
		return err
	}
	_, v, _, err := m.task()
	if err != nil {
		return err
	}
	if m.act.To == "" {
		return refuse("assignee_missing", "Hãy chọn người được giao việc.").at("/to")
	}
	m.emit(TaskAssigned{Task: v.Task(), Assignee: m.act.To})
	return nil
}

// sendBack returns a task to a step that this branch has passed. Going back before a fork ends the other branches.
func (m *machine) sendBack() error {
	if err := m.running(); err != nil {
		return err
	}
	i, v, st, err := m.task()
	if err != nil {
		return err
	}
	if !st.Allows(procedure.MaySendBack) {
		return refuse("not_allowed", "Quy trình không cho chuyển trả từ bước %q.", v.Step)
	}
	if !m.act.Reasoned {
		return refuse("reason_missing", "Chuyển trả phải nêu lý do.").at("/reason")
	}
	back := m.ancestor(i, m.act.To)
	if back < 0 {
		return refuse("step_not_passed", "Hồ sơ chưa qua bước %q trên nhánh này nên không thể trả về đó.", m.act.To).at("/to")
	}
	m.emit(SentBack{Task: v.Task(), To: m.act.To})
	m.cancelBranches(back, "sent_back")
	return m.open(m.act.To, i)
}

// ancestor is the latest visit of a step on the chain that led to visit i, or -1.
func (m *machine) ancestor(i int, step string) int {
	for k := m.s.Visits[i].From; k >= 0; k = m.s.Visits[k].From {
		if m.s.Visits[k].Step == step {
			return k
		}
	}
	return -1
}

// cancelBranches ends the open tasks and waiting branches that descend from a visit.
func (m *machine) cancelBranches(back int, cause string) {
	for k := range m.s.Visits {
		v := &m.s.Visits[k]
		waiting := slices.ContainsFunc(m.s.Arrived, func(a Arrival) bool { return a.Visit == k })
		if (v.Open() || waiting) && m.descends(k, back) {
			m.emit(StepCancelled{Task: v.Task(), Cause: cause})
		}
	}
}

func (m *machine) descends(k, back int) bool {
	for ; k >= 0; k = m.s.Visits[k].From {
		if k == back {
			return true
		}
	}
	return false
}
