package dossier

import (
	"slices"
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// suspend stops the legal clock for a stated legal reason (status 8); it is not a stop.
func (m *machine) suspend() error {
	if err := m.running(); err != nil {
		return err
	}
	if m.s.onlyPaying(m.d.Plan) {
		return refuse("awaiting_payment", "Hồ sơ đang chờ thực hiện nghĩa vụ tài chính, đồng hồ đã dừng.")
	}
	_, v, st, err := m.task()
	if err != nil {
		return err
	}
	if !st.Allows(procedure.MaySuspend) {
		return refuse("not_allowed", "Quy trình không cho tạm dừng ở bước %q.", v.Step)
	}
	if m.act.Ground == "" {
		return refuse("ground_missing", "Tạm dừng phải có căn cứ pháp lý; việc duyệt chậm hay quá tải không làm dừng đồng hồ, mà phải xin lỗi và hẹn lại.").
			at("/ground").by(m.oneStop("NĐ 61/2018 Đ19.9"))
	}
	m.emit(Suspended{Leg: LegAgency, Ground: m.act.Ground, Document: m.act.Document})
	return nil
}

func (m *machine) resume() error {
	if err := m.inHand(); err != nil {
		return err
	}
	if m.s.openPause(CauseSuspension) == nil {
		return refuse("not_suspended", "Hồ sơ không ở trạng thái tạm dừng.")
	}
	m.emit(Resumed{})
	return nil
}

// requestPayment asks for money. Only a financial obligation with a legal ground stops the clock, from its delivery to the
// proof of payment; an ordinary fee never does (clock.md §3).
func (m *machine) requestPayment() error {
	if err := m.running(); err != nil {
		return err
	}
	_, v, st, err := m.task()
	if err != nil {
		return err
	}
	switch {
	case !st.Allows(procedure.MayPayment):
		return refuse("not_allowed", "Quy trình không cho yêu cầu nộp tiền ở bước %q.", v.Step)
	case m.act.Payment == "":
		return refuse("payment_missing", "Hãy nêu mã khoản phải nộp.").at("/payment")
	case m.payment(m.act.Payment) != nil:
		return refuse("payment_known", "Khoản %q đã được yêu cầu.", m.act.Payment).at("/payment")
	case m.act.Amount < 0:
		return refuse("amount_negative", "Số tiền phải là số đồng không âm.").at("/amount")
	case m.act.Financial && m.act.Ground == "":
		return refuse("ground_missing", "Nghĩa vụ tài chính làm dừng đồng hồ thì phải có căn cứ (thông báo thuế).").at("/ground").by(m.oneStop("NĐ 61/2018 Đ19.9"))
	case m.act.Financial && !m.s.Moved:
		return refuse("wrong_state", "Hồ sơ mới tiếp nhận, chưa chuyển xử lý; chưa thể yêu cầu nghĩa vụ tài chính.")
	}
	m.emit(PaymentRequested{ID: m.act.Payment, Amount: m.act.Amount, Suspends: m.act.Financial, Ground: m.act.Ground})
	return nil
}

// paymentStep is a wait for payment that the flow reached: the notice is delivered as it opens.
func (m *machine) paymentStep(st *procedure.Step, task string) error {
	e := PaymentRequested{ID: task, Task: task, Suspends: st.Excluded, Ground: st.Ground}
	if !st.Expires.IsZero() {
		cal, err := m.calendar()
		if err != nil {
			return err
		}
		if e.Expires, e.Closes, err = m.lastDay(cal, st.Expires); err != nil {
			return err
		}
	}
	m.emit(e)
	return nil
}

func (m *machine) payment(id string) *Payment {
	for i := range m.s.Payments {
		if m.s.Payments[i].ID == id {
			return &m.s.Payments[i]
		}
	}
	return nil
}

// confirmPayment records the proof of payment; a step that waited for it is completed.
func (m *machine) confirmPayment() error {
	if err := m.inHand(); err != nil {
		return err
	}
	id := m.act.Payment
	if id == "" { // the only one that is open
		for _, p := range m.s.Payments {
			if p.PaidAt.IsZero() {
				if id != "" {
					return refuse("payment_ambiguous", "Hồ sơ có nhiều khoản chưa nộp; hãy nêu rõ khoản nào.").at("/payment")
				}
				id = p.ID
			}
		}
	}
	p := m.payment(id)
	switch {
	case p == nil:
		return refuse("payment_unknown", "Không có khoản phải nộp nào như vậy.").at("/payment")
	case !p.PaidAt.IsZero():
		return refuse("already_paid", "Khoản này đã được xác nhận lúc %s.", clockText(p.PaidAt))
	}
	task := p.Task
	m.emit(PaymentConfirmed{ID: id, Document: m.act.Document})
	i, v := m.s.visit(task)
	if task == "" || v == nil {
		return nil
	}
	st, ok := m.d.Plan.Step(v.Step)
	if !ok {
		return refuse("step_unknown", "Quy trình không có bước %q.", v.Step)
	}
	m.emit(StepCompleted{Task: task, Outcome: st.Outcomes[0].Name})
	return m.follow(i, st, &st.Outcomes[0])
}

// reappoint changes the promise, not the limit: once per dossier, no later than the last working day before the
// appointment date, with a reason, a new date and a signer (clock.md §5; NĐ 61/2018 Đ19.9, Đ12.5).
func (m *machine) reappoint() error {
	ask := appointment{until: minute(m.act.Until), signer: m.act.Approval, document: m.act.Document, reasoned: m.act.Reasoned}
	answered := 0
	if m.act.Proposal != 0 {
		p, err := m.proposal()
		if err != nil {
			return err
		}
		if answered = p.N; ask.until.IsZero() {
			if ask.until, err = m.proposed(p); err != nil {
				return err
			}
		}
	}
	e, err := m.appoint(ask)
	if err != nil {
		return err
	}
	e.Proposal = answered
	m.emit(e)
	return nil
}

// appointment is what a re-appointment asks for, whoever signs it.
type appointment struct {
	until            time.Time
	signer, document string
	reasoned         bool
}

// appoint judges a re-appointment at m.at.
func (m *machine) appoint(ask appointment) (e Reappointed, err error) {
	article := m.oneStop("NĐ 61/2018 Đ19.9")
	if err := m.inHand(); err != nil {
		return e, err
	}
	if a := m.s.Reappointed; a != nil {
		return e, refuse("already_reappointed", "Hồ sơ đã hẹn lại một lần (đến %s); pháp luật chỉ cho hẹn lại một lần.", dateText(a.NewDue)).by(article)
	}
	r, err := m.reckon()
	if err != nil {
		return e, err
	}
	c := r.count()
	if c == nil {
		return e, refuse("wrong_state", "Thời hạn giải quyết chưa bắt đầu tính.")
	}
	due, err := r.promise()
	if err != nil {
		return e, err
	}
	if err := m.reappointInTime(r, c, due); err != nil {
		return e, err
	}
	switch {
	case !ask.reasoned:
		return e, refuse("reason_missing", "Văn bản xin lỗi phải nêu lý do chậm.").at("/reason").by(article)
	case ask.signer == "":
		return e, refuse("signer_missing", "Văn bản xin lỗi và hẹn lại phải có người ký.").at("/approval").by(article)
	}
	next := ask.until
	if r.byDate(c) && !next.IsZero() {
		if next, err = r.cal.EndOfDay(next); err != nil {
			return e, err
		}
	}
	if !next.After(due) {
		return e, refuse("date_not_later", "Ngày hẹn lại phải sau ngày hẹn hiện tại (%s).", clockText(due)).at("/until")
	}
	return Reappointed{OldDue: due, NewDue: next, Signer: ask.signer, Document: ask.document}, nil
}

// oneDay says that a limit is of one day or less.
func oneDay(l calendar.Limit) bool {
	return l.IsZero() || l.Unit == calendar.WorkingHour && l.Hundredths <= 800 || l.Unit == calendar.Hour && l.Hundredths <= 2400 ||
		(l.Unit == calendar.WorkingDay || l.Unit == calendar.Day) && l.Hundredths <= 100
}

// lastToReappoint is the first instant at which it is too late for another date: the due instant of limits of one day or less,
// for others the end of the last working day before the appointment date.
func (m *machine) lastToReappoint(r *reckoner, c *Count, due time.Time) (time.Time, error) {
	if oneDay(r.limitOf(c, m.at)) {
		return due, nil
	}
	last, err := r.cal.PreviousWorkingDay(due)
	if err != nil {
		return zeroTime, err
	}
	last = last.In(calendar.Zone())
	return time.Date(last.Year(), last.Month(), last.Day()+1, 0, 0, 0, 0, calendar.Zone()), nil
}

func (m *machine) reappointInTime(r *reckoner, c *Count, due time.Time) error {
	article := m.oneStop("NĐ 61/2018 Đ19.9")
	short := oneDay(r.limitOf(c, m.at))
	last := due
	if !short {
		var err error
		if last, err = r.cal.PreviousWorkingDay(due); err != nil {
			return err
		}
	}
	if m.at.Before(last) || !short && calendar.DateOf(m.at) <= calendar.DateOf(last) {
		return nil
	}
	return refuse("reappoint_late", "Chỉ được xin lỗi và hẹn lại chậm nhất là %s, trước ngày hẹn trả.", dateText(last)).by(article)
}

// extend grants time that a law gives; the limit changes and the dossier stays on time (clock.md §5).
func (m *machine) extend() error {
	if err := m.inHand(); err != nil {
		return err
	}
	i := slices.IndexFunc(m.d.Plan.Extensions, func(e procedure.Extension) bool { return e.ID == m.act.Extension })
	if i < 0 {
		return refuse("extension_unknown", "Thủ tục này không có quy định gia hạn %q.", m.act.Extension).at("/extension")
	}
	x := m.d.Plan.Extensions[i]
	used := 0
	for _, c := range m.s.Counts {
		for _, e := range c.Extensions {
			if e.ID == x.ID {
				used++
			}
		}
	}
	switch {
	case len(m.s.Counts) == 0:
		return refuse("wrong_state", "Thời hạn giải quyết chưa bắt đầu tính.")
	case used >= max(1, x.Times):
		return refuse("extension_used", "Đã gia hạn theo %s đủ số lần cho phép.", x.Ground).by(x.Ground)
	case !m.act.Reasoned:
		return refuse("reason_missing", "Gia hạn theo quy định phải nêu lý do.").at("/reason").by(x.Ground)
	}
	old, err := m.due()
	if err != nil {
		return err
	}
	r, err := m.reckon()
	if err != nil {
		return err
	}
	if r.passed(r.count(), old, m.at) {
		return refuse("extension_late", "Thời hạn đã hết lúc %s; không thể gia hạn sau khi hết hạn.", clockText(old)).by(x.Ground)
	}
	trial := m.s.clone()
	trial.Apply(Event{Seq: trial.Seq + 1, At: m.at, Body: Extended{ID: x.ID, Add: x.Add, Ground: x.Ground}})
	r, err = newReckoner(m.d, trial, m.at)
	if err != nil {
		return err
	}
	due, err := r.promise()
	if err != nil {
		return err
	}
	m.emit(Extended{ID: x.ID, Add: x.Add, Ground: x.Ground, Due: due})
	return nil
}

// exclude takes time out by a decision with a document: an outage, a disaster. It may reach into the past and then lifts the
// lateness of exactly that time (clock.md §1, §6; NĐ 99/2022 Đ16.3a).
func (m *machine) exclude() error {
	if err := m.inHand(); err != nil {
		return err
	}
	from, until := minute(m.act.From), minute(m.act.Until)
	switch {
	case m.act.Document == "" || m.act.Ground == "":
		return refuse("document_missing", "Loại trừ thời gian phải có văn bản quyết định và căn cứ.").at("/document")
	case from.IsZero() || !until.After(from):
		return refuse("span_empty", "Khoảng thời gian loại trừ phải có đầu và cuối, đầu trước cuối.").at("/from")
	case from.Before(m.s.AcceptedAt) || until.After(m.at):
		return refuse("span_outside", "Chỉ loại trừ khoảng thời gian từ khi tiếp nhận (%s) đến hiện tại.", clockText(m.s.AcceptedAt)).at("/from")
	}
	e := Excluded{From: from, Until: until, Ground: m.act.Ground, Document: m.act.Document, Outage: m.act.Amendment}
	if m.s.Engine >= sinceAmendment && len(m.s.Counts) > 0 {
		var err error
		if e.OldDue, err = m.due(); err != nil {
			return err
		}
		if e.Due, err = m.promiseAfter(e); err != nil {
			return err
		}
	}
	m.emit(e)
	return nil
}

// adoptCalendar takes a newer revision of an agency's calendar before anything fires on the old one (engine.md §3).
func (m *machine) adoptCalendar() error {
	i := slices.IndexFunc(m.s.Calendars, func(c AgencyCalendar) bool { return c.Agency == m.act.Agency })
	if i < 0 || m.s.Calendars[i].Hash == m.act.Calendar {
		return nil // nothing to adopt
	}
	if m.s.Engine >= sinceAmendment {
		m.act.Calendars = []AgencyCalendar{{Agency: m.act.Agency, Hash: m.act.Calendar}}
		return m.amendCalendars()
	}
	e := CalendarAdopted{Agency: m.act.Agency, Hash: m.act.Calendar}
	if m.s.Stage == StageRunning {
		var err error
		if e.OldDue, err = m.due(); err != nil {
			return err
		}
		trial := m.s.clone()
		trial.Apply(Event{Seq: trial.Seq + 1, At: m.at, Body: e})
		r, err := newReckoner(m.d, trial, m.at)
		if err != nil {
			return err
		}
		if e.Due, err = r.promise(); err != nil {
			return err
		}
	}
	m.emit(e)
	return nil
}
