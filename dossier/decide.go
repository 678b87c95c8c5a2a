package dossier

import (
	"slices"
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

const outcomeSentBack = "sent_back"

// ByClock is the actor of alarms, ByLink of what one dossier does to another that it opened or was opened by.
const (
	ByClock = "clock"
	ByLink  = "linked"
)

// Decide says which events an act causes at now, in order, or returns a *Refusal; another error means that the machine could
// not reckon (a calendar that ends too early) and nothing is decided. The state is never touched.
func Decide(d Deps, s *State, a Act, now time.Time) ([]Event, error) {
	m, err := decided(d, s, a, now)
	if err != nil {
		return nil, err
	}
	return m.out, nil
}

func decided(d Deps, s *State, a Act, now time.Time) (*machine, error) {
	m := &machine{d: d, s: s.clone(), act: a, now: minute(now)}
	if err := m.admit(); err != nil {
		return nil, err
	}
	switch known, err := m.handle(); {
	case !known:
		return nil, refuse("unknown_act", "Không có thao tác %q.", a.Kind).at("/kind")
	case err != nil:
		return nil, err
	}
	if a.Kind != ActSubmit {
		if err := m.rearm(); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Do decides and applies; it is how every driver moves a state. The machine applied the events as it emitted them, to a copy that is
// the state from now on.
func Do(d Deps, s *State, a Act, now time.Time) ([]Event, error) {
	m, err := decided(d, s, a, now)
	if err != nil {
		return nil, err
	}
	*s = *m.s
	s.finishAct(a)
	return m.out, nil
}

// finishAct remembers that the act was done. It is not part of Apply, because acts without events are done too.
func (s *State) finishAct(a Act) {
	if a.Kind == ActAlarm || a.Kind == ActAdoptCalendar {
		return
	}
	if a.Kind != ActEndChild && a.Amendment == "" { // nobody's form is stale because another dossier ended, or all dates moved
		s.Revision++
	}
	if a.ID != "" {
		s.Done = append(s.Done, DoneAct{ID: a.ID, Fingerprint: a.Fingerprint, Seq: s.Seq, Revision: s.Revision})
	}
}

// minute truncates to the minute, once, at the door.
func minute(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return time.Unix(t.Unix()/60*60, 0).In(calendar.Zone())
}

// machine decides one act on a working copy: it applies each event as it emits it, so that later rules see earlier ones.
type machine struct {
	d   Deps
	s   *State
	act Act
	now time.Time
	// at is when the act takes effect.
	at time.Time
	// until is up to when alarms go off.
	until time.Time
	out   []Event
}

// handle does the act; false: there is no such act.
func (m *machine) handle() (bool, error) {
	switch m.act.Kind {
	case ActSubmit:
		return true, m.submit()
	case ActAccept:
		return true, m.accept()
	case ActRefuseIntake:
		return true, m.refuseIntake()
	case ActAssign:
		return true, m.assign()
	case ActComplete:
		return true, m.complete()
	case ActSendBack:
		return true, m.sendBack()
	case ActRequestSupplement:
		return true, m.requestSupplement()
	case ActProvideSupplement:
		return true, m.provideSupplement()
	case ActCheckSupplement:
		return true, m.checkSupplement()
	case ActSuspend:
		return true, m.suspend()
	case ActResume:
		return true, m.resume()
	case ActRequestPayment:
		return true, m.requestPayment()
	case ActConfirmPayment:
		return true, m.confirmPayment()
	case ActReappoint:
		return true, m.reappoint()
	case ActDismissProposal:
		return true, m.dismiss()
	case ActExtend:
		return true, m.extend()
	case ActExclude:
		return true, m.exclude()
	case ActWithdraw:
		return true, m.withdraw()
	case ActStop:
		return true, m.stop()
	case ActFinish:
		return true, m.finish()
	case ActReopen:
		return true, m.reopen()
	case ActReturn:
		return true, m.giveBack()
	case ActCorrectReceipt:
		return true, m.correctReceipt()
	case ActMoveVersion:
		return true, m.moveVersion()
	case ActAdoptCalendar:
		return true, m.adoptCalendar()
	case ActAmendCalendar:
		return true, m.amendCalendars()
	case ActAlarm:
		return true, m.alarm()
	case ActEndChild:
		return true, m.endChild()
	}
	return false, nil
}

// admit checks what holds for every act: the dossier's stage and the act's time.
func (m *machine) admit() error {
	a := m.act
	switch {
	case a.Kind == ActSubmit && m.s.Stage != StageNone:
		return refuse("already_submitted", "Hồ sơ này đã được nộp.")
	case a.Kind != ActSubmit && m.s.Stage == StageNone:
		return refuse("not_submitted", "Hồ sơ chưa được nộp.")
	case m.s.Stage.Closed():
		return refuse("closed", "Hồ sơ đã kết thúc (%s); không thể thao tác thêm.", m.s.Status(m.d.Plan).Vietnamese())
	}
	m.at = minute(a.At)
	if m.at.IsZero() || a.Kind == ActAlarm {
		m.at = m.now
	}
	if m.at.After(m.now.Add(m.d.Skew)) {
		return refuse("time_ahead", "Thời điểm thao tác %s đi trước đồng hồ hệ thống %s; hãy kiểm tra giờ máy.", clockText(m.at), clockText(m.now)).at("/at")
	}
	if m.at.Before(m.s.LastAct.Add(-m.d.Skew)) && a.By != ByLink && !m.clockAct() { // nobody can reload what another dossier's end brings
		return refuse("time_behind", "Thời điểm thao tác %s trước thao tác gần nhất %s; hãy tải lại hồ sơ.", clockText(m.at), clockText(m.s.LastAct)).at("/at")
	}
	// Within the skew two clocks may disagree: the ledger still runs forward only.
	m.at = latest(m.at, m.s.LastAct)
	if err := m.backdate(); err != nil {
		return err
	}
	if a.Kind != ActSubmit && a.ConditionsSet && !slices.Equal(a.Conditions, m.s.Conditions) {
		m.emit(ConditionsChanged{Conditions: slices.Clone(a.Conditions)})
	}
	return nil
}

// sinceClockSetBack is part of engine version 5: on a clock that was set back behind the last act, what is due by then goes off, or
// nothing. Before, the alarm was refused, which ended the workflow.
const sinceClockSetBack = 5

// clockAct says that nobody is behind: the act is the clock's.
func (m *machine) clockAct() bool {
	return m.s.Engine >= sinceClockSetBack && (m.act.Kind == ActAlarm || m.act.Kind == ActAdoptCalendar)
}

func clockText(t time.Time) string { return t.In(calendar.Zone()).Format("15:04 02/01/2006") }

func dateText(t time.Time) string { return t.In(calendar.Zone()).Format("02/01/2006") }

func (m *machine) emit(b Body) { m.emitAt(b, m.at) }

func (m *machine) emitAt(b Body, at time.Time) {
	by := m.act.By
	if m.act.Kind == ActAlarm {
		by = ByClock
	}
	if m.out == nil {
		m.out = make([]Event, 0, 4)
	}
	e := Event{Seq: m.s.Seq + 1, At: at, Recorded: m.now, Act: m.act.ID, By: by, Body: b}
	m.s.Apply(e)
	m.out = append(m.out, e)
}

func (m *machine) reckon() (*reckoner, error) { return newReckoner(m.d, m.s, m.at) }

// due is the promise as it stands now.
func (m *machine) due() (time.Time, error) {
	r, err := m.reckon()
	if err != nil {
		return zeroTime, err
	}
	return r.promise()
}

func (m *machine) calendar() (*calendar.Calendar, error) {
	return m.d.Calendars(m.s.calendarHash(m.s.Receiving))
}

func (m *machine) rearm() error {
	keys, err := rearmed(m.d, m.s, m.at, m.now)
	if err != nil || len(keys) == 0 {
		return err
	}
	m.emit(RungsRearmed{Rungs: keys})
	return nil
}

// running demands a dossier in hand that waits for nobody outside.
func (m *machine) running() error {
	if err := m.inHand(); err != nil {
		return err
	}
	switch {
	case m.s.pendingSupplement() != nil:
		return refuse("awaiting_supplement", "Hồ sơ đang chờ người nộp bổ sung giấy tờ; hãy ghi nhận bổ sung trước.")
	case m.s.openPause(CauseSuspension) != nil:
		return refuse("suspended", "Hồ sơ đang tạm dừng; hãy tiếp tục giải quyết trước.")
	case m.s.openPause(CausePayment) != nil:
		return refuse("awaiting_payment", "Hồ sơ đang chờ thực hiện nghĩa vụ tài chính; hãy xác nhận chứng từ trước.")
	}
	return nil
}

func (m *machine) inHand() error {
	if m.s.Stage == StageRunning {
		return nil
	}
	return refuse("wrong_state", "Hồ sơ đang ở trạng thái “%s”; thao tác này chỉ làm được khi hồ sơ đã được tiếp nhận và chưa xong.", m.s.Status(m.d.Plan).Vietnamese())
}

// task finds the open task of the act; the only one where none is named.
func (m *machine) task() (int, *Visit, *procedure.Step, error) {
	i, v := m.s.visit(m.act.Task)
	if m.act.Task == "" {
		for k := range m.s.Visits {
			if !m.s.Visits[k].Open() {
				continue
			}
			if v != nil {
				return 0, nil, nil, refuse("task_ambiguous", "Hồ sơ có nhiều việc đang mở; hãy nêu rõ việc nào.").at("/task")
			}
			i, v = k, &m.s.Visits[k]
		}
	}
	if v == nil {
		return 0, nil, nil, refuse("task_not_open", "Việc %q không mở (đã xong hoặc chưa tới); hãy tải lại hồ sơ.", m.act.Task).at("/task")
	}
	st, ok := m.d.Plan.Step(v.Step)
	if !ok {
		return 0, nil, nil, refuse("step_unknown", "Quy trình không có bước %q.", v.Step)
	}
	return i, v, st, nil
}
