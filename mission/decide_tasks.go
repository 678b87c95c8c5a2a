package mission

import (
	"slices"
	"time"

	"motcua/calendar"
)

// reportProgress says how far a task, or the mission as a whole, has come. Without a task it fulfils the lead agency's earliest
// report that is due and not made; a report of another agency is named.
func (m *machine) reportProgress() error {
	if err := m.progressForm(); err != nil {
		return err
	}
	e := ProgressReported{Percent: m.act.Percent, Readings: slices.Clone(m.act.Readings)}
	if m.act.Task == "" {
		all, err := occurrences(m.d, m.s)
		if err != nil {
			return err
		}
		byDue(all)
		for i := range all {
			if o := &all[i]; o.task.Report && o.agency == m.s.Lead && !o.done() && !o.opens.After(m.at) {
				e.Report = o.key()
				break
			}
		}
		m.emit(e)
		return nil
	}
	o, err := m.occurrence(func(o *occurrence) bool { return !o.done() })
	if err != nil {
		return err
	}
	switch {
	case o.task.Report && o.done():
		return refuse("already_reported", "/task", "Báo cáo %s đã gửi lúc %s.", o.key(), clockText(o.work.CompletedAt))
	case o.done():
		return refuse("already_completed", "/task", "Nhiệm vụ %s đã báo hoàn thành lúc %s.", o.key(), clockText(o.work.CompletedAt))
	case o.task.Report && o.agency != m.s.Lead && e.Percent != nil:
		return refuse("percent_of_whole", "/percent", "Tỷ lệ của cả mô hình do cơ quan chủ trì báo cáo; hãy báo tỷ lệ của từng nhiệm vụ.")
	case o.task.Report:
		e.Report = o.key()
	default:
		e.Task = o.key()
	}
	m.emit(e)
	return nil
}

func (m *machine) progressForm() error {
	a := m.act
	if a.Percent != nil && (*a.Percent < 0 || *a.Percent > 100) {
		return refuse("percent_range", "/percent", "Tỷ lệ hoàn thành từ 0 đến 100.")
	}
	for _, r := range a.Readings {
		if _, ok := m.d.Model.Indicator(r.Indicator); !ok {
			return refuse("indicator_unknown", "/readings", "Mô hình không có chỉ tiêu %q.", r.Indicator)
		}
	}
	if a.Percent == nil && len(a.Readings) == 0 && !a.Reasoned {
		return refuse("report_empty", "", "Báo cáo phải có tỷ lệ hoàn thành, số liệu chỉ tiêu hoặc nội dung.")
	}
	return nil
}

// attachEvidence refers to a document or to a file kept elsewhere.
func (m *machine) attachEvidence() error {
	if m.act.Document == "" && m.act.File == "" {
		return refuse("evidence_empty", "/document", "Minh chứng là số văn bản hoặc một tệp.")
	}
	e := EvidenceAttached{Document: m.act.Document, File: m.act.File}
	if m.act.Task != "" {
		o, err := m.occurrence(func(o *occurrence) bool { return !o.settled() })
		if err != nil {
			return err
		}
		e.Task = o.key()
	}
	m.emit(e)
	return nil
}

func (m *machine) reportDifficulty() error {
	if !m.act.Reasoned {
		return refuse("reason_missing", "/reason", "Hãy nêu khó khăn, vướng mắc.")
	}
	e := DifficultyReported{}
	if m.act.Task != "" {
		o, err := m.occurrence(func(o *occurrence) bool { return !o.done() })
		if err != nil {
			return err
		}
		e.Task = o.key()
	}
	m.emit(e)
	return nil
}

// askMoreTime must come before the due instant has passed: a late task stays late, whatever is granted afterwards.
func (m *machine) askMoreTime() error {
	if !m.act.Reasoned {
		return refuse("reason_missing", "/reason", "Xin gia hạn phải nêu lý do.")
	}
	o, err := m.task(func(o *occurrence) bool { return !o.done() })
	if err != nil {
		return err
	}
	switch {
	case o.done():
		return refuse("already_completed", "/task", "Nhiệm vụ %s đã báo hoàn thành.", o.key())
	case o.work.Asked != nil:
		return refuse("already_asked", "/task", "Đã xin gia hạn %s đến %s, đang chờ trả lời.", o.key(), dateText(o.work.Asked.Until))
	case o.passed(m.at):
		return refuse("already_late", "/task", "Hạn %s đã qua; chỉ xin gia hạn trước khi hết hạn.", dateText(o.due))
	}
	due, err := m.later(o, m.act.Until)
	if err != nil {
		return err
	}
	m.emit(MoreTimeAsked{Task: o.key(), Until: calendar.DateOf(due).Time(), Due: o.due})
	return nil
}

// later is the end of a date, moved to a working day, that must lie after the due instant in force and ahead.
func (m *machine) later(o *occurrence, until time.Time) (time.Time, error) {
	if until.IsZero() {
		return time.Time{}, refuse("date_missing", "/until", "Hãy nêu ngày mới.")
	}
	due, err := o.cal.EndOfDay(until)
	if err != nil {
		return time.Time{}, refuse("beyond_calendar", "/until", "Ngày %s nằm ngoài các năm đã có lịch.", dateText(until))
	}
	if calendar.DateOf(due) <= calendar.DateOf(o.due) || !due.After(m.at) {
		return time.Time{}, refuse("date_not_later", "/until", "Ngày mới %s phải sau hạn đang có %s và sau hôm nay.", dateText(due), dateText(o.due))
	}
	return due, nil
}

func (m *machine) asked() (*occurrence, error) {
	o, err := m.task(func(o *occurrence) bool { return o.work.Asked != nil })
	if err == nil && o.work.Asked == nil {
		return nil, refuse("not_asked", "/task", "Không có yêu cầu gia hạn nào của %s đang chờ trả lời.", o.key())
	}
	return o, err
}

// grantMoreTime replaces the due date: the one asked for, unless the decision names another. It was asked for in time, so that
// the task is judged by the new date alone.
func (m *machine) grantMoreTime() error {
	o, err := m.asked()
	if err != nil {
		return err
	}
	until := m.act.Until
	if until.IsZero() {
		until = o.work.Asked.Until
	}
	due, err := m.later(o, until)
	if err != nil {
		return err
	}
	m.emit(MoreTimeGranted{Task: o.key(), OldDue: o.due, Due: due, Document: m.act.Document})
	return nil
}

func (m *machine) refuseMoreTime() error {
	if !m.act.Reasoned {
		return refuse("reason_missing", "/reason", "Từ chối gia hạn phải nêu lý do.")
	}
	o, err := m.asked()
	if err != nil {
		return err
	}
	m.emit(MoreTimeRefused{Task: o.key()})
	return nil
}

func (m *machine) completeTask() error {
	o, err := m.task(func(o *occurrence) bool { return !o.done() })
	if err != nil {
		return err
	}
	switch {
	case o.done():
		return refuse("already_completed", "/task", "Nhiệm vụ %s đã báo hoàn thành lúc %s.", o.key(), clockText(o.work.CompletedAt))
	case o.task.Evidence && o.work.Evidence == 0:
		return refuse("evidence_missing", "/task", "Nhiệm vụ %s phải có minh chứng trước khi báo hoàn thành.", o.key())
	}
	m.emit(TaskCompleted{Task: o.key()})
	return nil
}

func (m *machine) completed() (*occurrence, error) {
	o, err := m.task(func(o *occurrence) bool { return o.done() && !o.accepted() })
	if err == nil && !o.done() {
		return nil, refuse("not_completed", "/task", "Nhiệm vụ %s chưa báo hoàn thành.", o.key())
	}
	return o, err
}

// acceptTask is another person's than the one who completed it.
func (m *machine) acceptTask() error {
	o, err := m.completed()
	if err != nil {
		return err
	}
	switch {
	case o.accepted():
		return refuse("already_accepted", "/task", "Nhiệm vụ %s đã nghiệm thu lúc %s.", o.key(), clockText(o.work.AcceptedAt))
	case m.act.By != "" && m.act.By == o.work.CompletedBy:
		return refuse("same_person", "", "Người báo hoàn thành không tự nghiệm thu.")
	}
	m.emit(TaskAccepted{Task: o.key()})
	return nil
}

// reopenTask sends a completed task back, with a new date where one is given. A task whose acceptance started another's clock
// stays accepted: reopening it would move time that is running.
func (m *machine) reopenTask() error {
	if !m.act.Reasoned {
		return refuse("reason_missing", "/reason", "Trả lại nhiệm vụ phải nêu việc cần làm tiếp.")
	}
	o, err := m.completed()
	if err != nil {
		return err
	}
	if o.accepted() && slices.ContainsFunc(m.d.Model.Tasks, func(t Task) bool { return t.Of == o.task.ID }) {
		return refuse("counted_from", "/task", "Hạn của nhiệm vụ khác đang tính từ ngày nghiệm thu %s; không thể mở lại.", o.key())
	}
	e := TaskReopened{Task: o.key()}
	if !m.act.Until.IsZero() {
		if e.Due, err = m.later(o, m.act.Until); err != nil {
			return err
		}
	}
	m.emit(e)
	return nil
}

// close ends a mission in which nothing that fell due is owed: every task accepted, every report made. What would have fallen due
// later falls away.
func (m *machine) close() error {
	all, err := occurrences(m.d, m.s)
	if err != nil {
		return err
	}
	byDue(all)
	for i := range all {
		o := &all[i]
		if o.settled() || o.task.Every != nil && !o.done() && o.due.After(m.at) {
			continue
		}
		return refuse("not_settled", "", "Còn %s: %s; kết thúc khi mọi việc đã đến hạn đều xong, nếu không hãy hủy và nêu lý do.", o.key(), o.status(m.at).Vietnamese())
	}
	for _, i := range indicators(m.d.Model, m.s) {
		if i.Actual == nil {
			return refuse("indicator_unreported", "", "Chỉ tiêu %s chưa có số liệu thực hiện.", i.ID)
		}
	}
	m.emit(Closed{})
	return nil
}

func (m *machine) cancel() error {
	if !m.act.Reasoned {
		return refuse("reason_missing", "/reason", "Hủy mô hình phải nêu lý do.")
	}
	m.emit(Cancelled{Document: m.act.Document})
	return nil
}
