package mission

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// Decide says which events an act causes at now, in order, or returns a *dossier.Refusal; another error means that the machine
// could not reckon (a calendar that ends too early) and nothing is decided. The state is never touched.
func Decide(d Deps, s *State, a Act, now time.Time) ([]Event, error) {
	m := &machine{d: d, s: s.Clone(), act: a, now: minute(now)}
	if err := m.admit(); err != nil {
		return nil, err
	}
	handler, ok := m.handlers()[a.Kind]
	if !ok {
		return nil, refuse("unknown_act", "/kind", "Không có thao tác %q.", a.Kind)
	}
	if err := handler(); err != nil {
		return nil, err
	}
	keys, err := rearmed(d, m.s, m.at)
	if err != nil {
		return nil, err
	}
	if len(keys) > 0 {
		m.emit(RungsRearmed{Rungs: keys})
	}
	return m.out, nil
}

// Do decides and applies; it is how every driver moves a state.
func Do(d Deps, s *State, a Act, now time.Time) ([]Event, error) {
	events, err := Decide(d, s, a, now)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		s.Apply(e)
	}
	if a.Kind != ActAlarm && a.Kind != ActAdoptCalendar {
		s.Revision++
		if a.ID != "" {
			s.Done = append(s.Done, dossier.DoneAct{ID: a.ID, Fingerprint: a.Fingerprint, Seq: s.Seq, Revision: s.Revision})
		}
	}
	return events, nil
}

// refuse makes a refusal; field points at the offending field of the act, "" where it is none.
func refuse(code, field, detail string, args ...any) *dossier.Refusal {
	return &dossier.Refusal{Code: code, Field: field, Detail: fmt.Sprintf(detail, args...)}
}

// machine decides one act on a working copy: it applies each event as it emits it, so that later rules see earlier ones.
type machine struct {
	d   Deps
	s   *State
	act Act
	now time.Time
	// at is when the act takes effect.
	at  time.Time
	out []Event
}

func (m *machine) handlers() map[string]func() error {
	return map[string]func() error{
		ActStart: m.start, ActReportProgress: m.reportProgress, ActAttachEvidence: m.attachEvidence, ActReportDifficulty: m.reportDifficulty,
		ActAskMoreTime: m.askMoreTime, ActGrantMoreTime: m.grantMoreTime, ActRefuseMoreTime: m.refuseMoreTime,
		ActCompleteTask: m.completeTask, ActAcceptTask: m.acceptTask, ActReopenTask: m.reopenTask,
		ActClose: m.close, ActCancel: m.cancel, ActAdoptCalendar: m.adoptCalendar, ActAlarm: m.alarm,
	}
}

// admit checks what holds for every act: the mission's stage and the act's time (as dossier does, engine.md §2).
func (m *machine) admit() error {
	a := m.act
	switch {
	case a.Kind == ActStart && m.s.Stage != StageNone:
		return refuse("already_started", "", "Mô hình này đã bắt đầu.")
	case a.Kind != ActStart && m.s.Stage == StageNone:
		return refuse("not_started", "", "Mô hình chưa bắt đầu.")
	case m.s.Stage.Ended():
		return refuse("closed", "", "Mô hình %s; không thể thao tác thêm.", endedText(m.s.Stage))
	}
	m.at = minute(a.At)
	if m.at.IsZero() || a.Kind == ActAlarm {
		m.at = m.now
	}
	if m.at.After(m.now.Add(m.d.Skew)) {
		return refuse("time_ahead", "/at", "Thời điểm thao tác %s đi trước đồng hồ hệ thống %s; hãy kiểm tra giờ máy.", clockText(m.at), clockText(m.now))
	}
	if m.at.Before(m.s.LastAct.Add(-m.d.Skew)) {
		return refuse("time_behind", "/at", "Thời điểm thao tác %s trước thao tác gần nhất %s; hãy tải lại.", clockText(m.at), clockText(m.s.LastAct))
	}
	// Within the skew two clocks may disagree: the ledger still runs forward only.
	m.at = latest(m.at, m.s.LastAct)
	return nil
}

func endedText(s Stage) string {
	if s == StageCancelled {
		return "đã hủy"
	}
	return "đã kết thúc"
}

func clockText(t time.Time) string { return t.In(calendar.Zone()).Format("15:04 02/01/2006") }
func dateText(t time.Time) string  { return t.In(calendar.Zone()).Format("02/01/2006") }

func (m *machine) emit(b dossier.Body) { m.emitAt(b, m.at) }

func (m *machine) emitAt(b dossier.Body, at time.Time) {
	by := m.act.By
	if m.act.Kind == ActAlarm {
		by = dossier.ByClock
	}
	e := Event{Seq: m.s.Seq + 1, At: at, Recorded: m.now, Act: m.act.ID, By: by, Body: b}
	m.s.Apply(e)
	m.out = append(m.out, e)
}

// start fixes the agencies, the calendars and the day from which everything counts.
func (m *machine) start() error {
	f := m.act.Start
	if f == nil || f.Code == "" || f.Lead == "" || len(f.Calendars) == 0 {
		return refuse("incomplete", "", "Bắt đầu mô hình cần mã, cơ quan chủ trì và lịch làm việc.")
	}
	for _, ref := range m.d.Model.Agencies {
		if !slices.ContainsFunc(f.Bindings, func(b dossier.Binding) bool { return b.Ref == ref && b.Agency != "" }) {
			return refuse("agency_unbound", "/agencies/"+ref, "Chưa nêu cơ quan nào đảm nhận vai %q.", ref)
		}
	}
	cal, err := m.d.Calendars(f.calendarHash(f.Lead))
	if err != nil {
		return err
	}
	from, err := cal.Normalize(m.at)
	if err != nil {
		return err
	}
	m.emit(Started{Facts: *f, Model: m.d.Model.Code, Hash: m.d.Model.Model, Engine: EngineVersion, From: from})
	all, err := occurrences(m.d, m.s)
	if errors.Is(err, calendar.ErrOutOfRange) {
		return refuse("beyond_calendar", "", "Có nhiệm vụ đến hạn sau năm cuối cùng của lịch làm việc; hãy rút ngắn mô hình hoặc bổ sung lịch.")
	}
	if err != nil {
		return err
	}
	if len(all) > maxOccurrences {
		return refuse("too_many_tasks", "", "Bắt đầu vào ngày %s, mô hình có %d lần đến hạn, tối đa %d; hãy chia theo năm.", dateText(from), len(all), maxOccurrences)
	}
	for i := range all {
		if all[i].n > maxTimes {
			return refuse("too_many_tasks", "", "%s lặp lại hơn %d lần; hãy chia theo năm.", all[i].task.ID, maxTimes)
		}
	}
	return nil
}

// occurrence finds what the act names and demands that it has begun.
func (m *machine) occurrence(fits func(*occurrence) bool) (*occurrence, error) {
	if m.act.Task == "" {
		return nil, refuse("task_missing", "/task", "Hãy nêu nhiệm vụ.")
	}
	all, err := occurrences(m.d, m.s)
	if err != nil {
		return nil, err
	}
	o := find(all, m.act.Task, m.at, fits)
	switch {
	case o == nil:
		return nil, refuse("task_unknown", "/task", "Mô hình không có nhiệm vụ %q.", m.act.Task)
	case o.waiting():
		return nil, refuse("task_waiting", "/task", "Nhiệm vụ %s tính hạn từ ngày nghiệm thu %s, chưa bắt đầu.", o.key(), o.task.Of)
	case o.opens.After(m.at):
		return nil, refuse("task_not_open", "/task", "Kỳ %s bắt đầu sau %s, chưa đến.", o.key(), clockText(o.opens))
	}
	return o, nil
}

// task is occurrence for what only tasks have: completion, acceptance, more time.
func (m *machine) task(fits func(*occurrence) bool) (*occurrence, error) {
	o, err := m.occurrence(func(o *occurrence) bool { return !o.task.Report && fits(o) })
	if err == nil && o.task.Report {
		return nil, refuse("is_report", "/task", "%s là báo cáo định kỳ: chỉ cần gửi báo cáo, không nghiệm thu, không gia hạn.", o.task.ID)
	}
	return o, err
}

// maxFirings bounds what one alarm may set off, whatever the outage before it; what is left goes off with the next.
const maxFirings = 200

// alarm lets the clock do what is due by now, in the order of the legal instants, each at its own instant: missed rungs fire in
// order after an outage. It never moves the ledger of people's acts.
func (m *machine) alarm() error {
	until := m.now
	if asked := minute(m.act.Until); !asked.IsZero() && asked.Before(until) {
		until = asked // the recipients were asked for up to there
	}
	for range maxFirings {
		a, ok, err := NextAlarm(m.d, m.s)
		if err != nil {
			return err
		}
		if !ok || a.At.After(until) {
			return nil
		}
		m.fire(a)
	}
	return nil
}

func (m *machine) fire(a Alarm) {
	// The effect is dated by its legal instant, but the ledger of a state that people moved later still runs forward.
	at := latest(a.At, m.s.LastAct)
	e := RungFired{RungKey: a.Key, Instant: a.At, Do: a.Rung.Do}
	handUp := ""
	for _, r := range m.act.Recipients {
		if r.Rung == a.Key {
			e.To, handUp = r.To, r.HandUp
		}
	}
	m.emitAt(e, at)
	if slices.Contains(a.Rung.Do, procedure.DoHandUp) && handUp != "" {
		if w := m.s.work(a.Task); w == nil || w.Assignee != handUp {
			m.emitAt(TaskHandedUp{Task: a.Task, To: handUp}, at)
		}
	}
}

// adoptCalendar takes a newer revision of an agency's calendar before anything fires on the old one (engine.md §3).
func (m *machine) adoptCalendar() error {
	i := slices.IndexFunc(m.s.Calendars, func(c dossier.AgencyCalendar) bool { return c.Agency == m.act.Agency })
	if i >= 0 && m.s.Calendars[i].Hash != m.act.Calendar {
		m.emit(CalendarAdopted{Agency: m.act.Agency, Hash: m.act.Calendar})
	}
	return nil
}
