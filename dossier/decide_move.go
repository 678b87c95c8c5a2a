package dossier

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"motcua/procedure"
)

// moveVersion puts an open dossier on another version of its procedure (clock.md §10). The time that has passed stays what it was:
// nothing becomes late by it, and no rung of the new ladder fires for it. The promised date stays; an earlier one of the new limit
// is an internal target, a later one replaces the promise only where the deciding document says so for this dossier. Step budgets are
// those of the new version, less what was used.
func (m *machine) moveVersion() error {
	move := m.act.Move
	if err := m.movable(move); err != nil {
		return err
	}
	for i := range m.s.Visits { // what the clock did may lie after the receipt of the act
		m.at = latest(m.at, latest(m.s.Visits[i].Opened, m.s.Visits[i].Closed))
	}
	e := VersionMoved{From: m.s.Plan, To: move.Plan.Plan, Bindings: move.Bindings, Calendars: move.Calendars, Document: m.act.Document, Ground: m.act.Ground}
	if err := m.mapSteps(move, &e); err != nil {
		return err
	}
	if err := m.mapTasks(move, &e); err != nil {
		return err
	}
	if err := m.promiseMoved(move, &e); err != nil {
		return err
	}
	if err := m.passedRungs(move, &e); err != nil {
		return err
	}
	m.emit(e)
	m.d.Plan = move.Plan
	return m.joins()
}

// movable checks what holds for the dossier as a whole.
func (m *machine) movable(move *Move) error {
	switch {
	case move == nil || move.Plan == nil || move.Plan.Plan == "":
		return refuse("version_missing", "Hãy nêu phiên bản chuyển sang.").at("/move")
	case m.s.Stage == StageFinished:
		return refuse("finished", "Hồ sơ đã có kết quả; không còn bước nào để chuyển phiên bản.")
	case move.Plan.Plan == m.s.Plan:
		return refuse("version_same", "Hồ sơ đã theo phiên bản này.")
	case move.Plan.Code != m.s.Procedure:
		return refuse("procedure_differs", "Phiên bản này là của thủ tục %s, hồ sơ thuộc thủ tục %s.", move.Plan.Code, m.s.Procedure).at("/move")
	case !m.act.Reasoned:
		return refuse("reason_missing", "Chuyển phiên bản phải nêu lý do.").at("/reason")
	case m.act.Document == "":
		return refuse("document_missing", "Chuyển phiên bản phải có số văn bản quyết định.").at("/document")
	case move.Later && m.act.Ground == "":
		return refuse("ground_missing", "Thay ngày đã hẹn phải có căn cứ.").at("/ground")
	case !sameParts(m.d.Plan.Merged, move.Plan.Merged):
		return refuse("parts_differ", "Hai phiên bản ghép từ các phần khác nhau; hồ sơ phải đi hết theo phiên bản cũ.")
	case m.s.Stage == StageRunning && len(m.s.Counts) == 0 && m.d.Plan.StartsAt != move.Plan.StartsAt:
		return refuse("clock_start_differs", "Thời hạn của hồ sơ chưa bắt đầu và hai phiên bản tính từ hai nơi khác nhau; hãy chuyển sau khi thời hạn bắt đầu.")
	}
	var unbound []string
	for _, ref := range move.Plan.Agencies {
		bound := func(list []Binding) bool {
			return slices.ContainsFunc(list, func(b Binding) bool { return b.Ref == ref })
		}
		if ref != procedure.RefReceiving && !bound(m.s.Bindings) && !bound(move.Bindings) {
			unbound = append(unbound, ref)
		}
	}
	if len(unbound) > 0 {
		return refuse("agency_unbound", "Chưa khai báo cơ quan đảm nhận: %s.", strings.Join(unbound, ", ")).at("/move/bindings")
	}
	for _, b := range move.Bindings {
		has := func(list []AgencyCalendar) bool {
			return slices.ContainsFunc(list, func(c AgencyCalendar) bool { return c.Agency == b.Agency })
		}
		if !has(m.s.Calendars) && !has(move.Calendars) {
			return refuse("calendar_missing", "Thiếu lịch làm việc của cơ quan %s.", b.Agency).at("/move/calendars")
		}
	}
	return nil
}

func sameParts(a, b *procedure.Merged) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Rule == b.Rule && slices.EqualFunc(a.Parts, b.Parts, func(p, q procedure.Part) bool { return p.ID == q.ID && p.Code == q.Code })
}

// mapSteps finds the new ids, and keeps the reading of the time of every step that the dossier has been at.
func (m *machine) mapSteps(move *Move, e *VersionMoved) error {
	var unmapped []string
	for i := range m.s.Visits {
		v := &m.s.Visits[i]
		to := move.mapped(v.Step)
		old, known := m.d.Plan.Step(v.Step)
		if to == "" && (v.Open() || slices.ContainsFunc(m.s.Arrived, func(a Arrival) bool { return a.Visit == i })) && !slices.Contains(unmapped, v.Step) {
			unmapped = append(unmapped, v.Step)
		}
		if slices.ContainsFunc(e.Steps, func(x StepMoved) bool { return x.From == v.Step }) || slices.ContainsFunc(e.Kept, func(x procedure.Step) bool { return x.ID == v.Step }) {
			continue
		}
		next, _ := move.Plan.Step(to)
		if known && !sameReading(old, next) {
			e.Kept = append(e.Kept, reading(old))
		}
		if to != "" && to != v.Step {
			e.Steps = append(e.Steps, StepMoved{From: v.Step, To: to})
		}
	}
	for _, a := range m.s.Arrived {
		join, from := move.mapped(a.Join), move.mapped(a.From)
		st, ok := move.Plan.Step(join)
		if !ok || !slices.Contains(st.Join, from) {
			return refuse("join_unmapped", "Một nhánh đã xong đang chờ ở bước %q; phiên bản mới không có bước nào chờ nhánh đó. Hãy nêu bước tương ứng.", a.Join).at("/move/steps")
		}
		if join != a.Join && !slices.ContainsFunc(e.Steps, func(x StepMoved) bool { return x.From == a.Join }) {
			e.Steps = append(e.Steps, StepMoved{From: a.Join, To: join})
		}
	}
	if len(unmapped) > 0 {
		return refuse("step_unmapped", "Hồ sơ đang ở bước không có trong phiên bản mới: %s. Hãy nêu bước tương ứng.", strings.Join(unmapped, ", ")).at("/move/steps")
	}
	return nil
}

// mapTasks says how the open tasks go on: what they are called, who has them and how much time they have.
func (m *machine) mapTasks(move *Move, e *VersionMoved) error {
	// The names are those that the renaming will give, so it is tried.
	trial := m.s.clone()
	trial.rename(*e)
	trial.Bindings = append(trial.Bindings, move.Bindings...)
	trial.Calendars = append(trial.Calendars, move.Calendars...)
	taken := map[string]string{}
	for i := range m.s.Visits {
		v := &m.s.Visits[i]
		if !v.Open() {
			continue
		}
		old, ok := m.d.Plan.Step(v.Step)
		next, found := move.Plan.Step(move.mapped(v.Step))
		if !ok || !found {
			return refuse("step_unknown", "Quy trình không có bước %q.", v.Step)
		}
		if other, double := taken[next.ID]; double {
			return refuse("tasks_merge", "Hai việc đang mở %s và %s không thể thành một bước %q.", other, v.Task(), next.ID).at("/move/steps")
		}
		taken[next.ID] = v.Task()
		if !sameSort(old, next) {
			return refuse("step_differs", "Việc %s đang mở không thể thành bước %q: một bước làm việc, một bước chờ nộp tiền và một bước trả kết quả là ba loại khác nhau.", v.Task(), next.ID).at("/move/steps")
		}
		t := TaskMoved{Task: v.Task(), To: trial.Visits[i].Task(), Agency: v.Agency}
		if keepsName(old) && t.To != t.Task {
			return refuse("step_renamed", "Việc %s gắn với một hồ sơ khác nên phải giữ tên bước trong phiên bản mới.", v.Task()).at("/move/steps")
		}
		if old.Agency != next.Agency {
			t.Agency = trial.agency(next.Agency)
		}
		var err error
		if t.Budget, err = m.budgetMoved(trial, v, next, t.Agency); err != nil {
			return err
		}
		if err := m.absenceMoved(v, old, next); err != nil {
			return err
		}
		e.Tasks = append(e.Tasks, t)
	}
	return nil
}

// sameSort says whether an open task of one step can go on as one of another.
func sameSort(a, b *procedure.Step) bool {
	plain := func(s *procedure.Step) bool {
		return s.Kind == procedure.StepWork || s.Kind == procedure.StepWait && s.Wait != procedure.WaitPayment
	}
	if plain(a) && plain(b) {
		return true
	}
	return a.Kind == b.Kind && a.Wait == b.Wait && a.Refusal == b.Refusal && a.Confirm == b.Confirm && a.Kind != procedure.StepAutomatic
}

// keepsName says that a task of the step is known by its name outside the dossier, so that it cannot take another one.
func keepsName(s *procedure.Step) bool {
	return s.Kind != procedure.StepWork && s.Kind != procedure.StepWait && s.Kind != procedure.StepReturn
}

// budgetMoved is the whole budget of an open task under the new version. What has been used counts; but where the new budget would
// have been over already, the time that passed makes nothing late: what was left is left, up to the new budget.
func (m *machine) budgetMoved(trial *State, v *Visit, next *procedure.Step, agency string) (int, error) {
	budget, err := next.Limit.BudgetMinutes()
	if err != nil || next.Limit.IsZero() {
		return 0, nil //nolint:nilerr // a wait in days has no budget
	}
	cal, err := m.d.Calendars(trial.calendarHash(agency))
	if err != nil {
		return 0, err
	}
	start := latest(v.Opened, v.Restarted)
	used, err := cal.Between(start, latest(m.at, start))
	if err != nil {
		return 0, err
	}
	var outs []span
	for _, p := range m.s.Pauses {
		outs = append(outs, span{p.From, cut(p.Until, p.Bound, m.at)})
	}
	out, err := minutes(cal, within(unite(outs), start, latest(m.at, start)))
	if err != nil {
		return 0, err
	}
	switch used -= out; {
	case budget > used:
		return budget, nil
	case v.Budget == 0:
		return used + budget, nil
	case v.Budget > used:
		return used + min(v.Budget-used, budget), nil
	}
	return max(v.Budget, budget), nil // it was over before
}

// absenceMoved: a period that the applicant was given is not shortened.
func (m *machine) absenceMoved(v *Visit, old, next *procedure.Step) error {
	if old.Wait != procedure.WaitAct || next.Expires.IsZero() || old.Expires == next.Expires {
		return nil
	}
	cal, err := m.calendar()
	if err != nil {
		return err
	}
	now, err := cal.Add(v.Opened, next.Expires)
	if err != nil {
		return err
	}
	told := farFuture
	if !old.Expires.IsZero() {
		if told, err = cal.Add(v.Opened, old.Expires); err != nil {
			return err
		}
	}
	if now.Before(told) {
		return refuse("period_shorter", "Người nộp đang có thời gian dài hơn thời gian chờ của bước %q; không thể rút ngắn thời gian đã báo.", next.ID).at("/move/steps")
	}
	return nil
}

// promiseMoved reckons the promise before and after.
func (m *machine) promiseMoved(move *Move, e *VersionMoved) error {
	if m.s.Stage != StageRunning {
		return nil
	}
	var err error
	if e.OldDue, err = m.due(); err != nil {
		return err
	}
	due := func(c *procedure.Commitment) (time.Time, error) {
		trial := m.s.clone()
		with := *e
		with.Commitment = c
		trial.Apply(Event{Seq: trial.Seq + 1, At: m.at, Body: with})
		d := m.d
		d.Plan = move.Plan
		r, err := newReckoner(d, trial, m.at)
		if err != nil {
			return zeroTime, err
		}
		return r.promise()
	}
	if e.Due, err = due(nil); err != nil || e.Due.IsZero() {
		return err
	}
	fresh := move.Plan.CommitCase(m.promised(m.s.AcceptedAt))
	if fresh.SameDay != nil || m.s.Commitment.SameDay != nil { // a promise of the day has no limit that could be exchanged
		if move.Later {
			return refuse("same_day", "Thủ tục giải quyết trong ngày không đổi được ngày hẹn bằng chuyển phiên bản.")
		}
		return nil
	}
	c := &m.s.Counts[len(m.s.Counts)-1]
	onlyParts := !c.Limit.IsZero() && len(c.Changed) == 0 // the running count is that of the remaining parts
	if fresh.Committed == m.s.Commitment.Committed || onlyParts {
		return nil
	}
	other, err := due(&fresh)
	if err != nil {
		return err
	}
	switch {
	case other.Before(e.Due):
		e.Target = other
	case move.Later && other.After(e.Due):
		e.Due, e.Commitment = other, &fresh
	}
	return nil
}

// passedRungs finds the rungs of the new ladder that would fire at once for time that has passed. Those that the old ladder has too
// and that were due are left to fire.
func (m *machine) passedRungs(move *Move, e *VersionMoved) error {
	before, err := Alarms(m.d, m.s, m.at)
	if err != nil {
		return err
	}
	trial := m.s.clone()
	trial.Apply(Event{Seq: trial.Seq + 1, At: m.at, Body: *e})
	d := m.d
	d.Plan = move.Plan
	after, err := Alarms(d, trial, m.at)
	if err != nil {
		return err
	}
	for _, a := range after {
		if a.Kind != AlarmRung || a.At.After(m.at) {
			continue
		}
		due := slices.ContainsFunc(before, func(b Alarm) bool {
			return b.Kind == AlarmRung && !b.At.After(m.at) && subjectMoved(b.Key.Subject, e.Tasks) == a.Key.Subject && b.Key.Count == a.Key.Count && b.Key.Rung == a.Key.Rung
		})
		if !due {
			e.Passed = append(e.Passed, a.Key)
		}
	}
	slices.SortFunc(e.Passed, func(a, b RungKey) int {
		return cmp.Or(strings.Compare(a.Subject, b.Subject), strings.Compare(a.Rung, b.Rung))
	})
	return nil
}
