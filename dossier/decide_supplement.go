package dossier

import (
	"time"

	"motcua/procedure"
)

// requestSupplement asks the applicant for missing papers (form 02), by the rules (a) to (f) of clock.md §4.
func (m *machine) requestSupplement() error {
	if !m.act.Reasoned {
		return refuse("reason_missing", "Phiếu yêu cầu bổ sung phải nêu rõ, một lần, đầy đủ lý do và giấy tờ cần bổ sung.").at("/reason").by(m.oneStop("NĐ 61/2018 Đ15.3"))
	}
	if m.s.pendingSupplement() != nil {
		return refuse("already_asked", "Hồ sơ đang có một yêu cầu bổ sung chưa xong.")
	}
	if err := m.supplementAllowed(); err != nil {
		return err
	}
	e := SupplementRequested{N: len(m.s.Supplements) + 1, Papers: m.act.Papers, Override: m.act.Approval, GuidanceIgnored: m.act.GuidanceIgnored}
	rule := m.d.Plan.Supplement
	if m.s.Stage == StageSubmitted {
		e.BeforeAcceptance = true
		return m.askSupplement(e, rule)
	}
	if err := m.running(); err != nil {
		return err
	}
	_, v, st, err := m.task()
	if err != nil {
		return err
	}
	if !st.Allows(procedure.MaySupplement) {
		return refuse("not_allowed", "Quy trình không cho yêu cầu bổ sung ở bước %q.", v.Step)
	}
	rule = m.d.Plan.SupplementAt(v.Step)
	if m.s.onlyPaying(m.d.Plan) {
		return refuse("awaiting_payment", "Hồ sơ đang chờ thực hiện nghĩa vụ tài chính.")
	}
	e.Task, e.Effect, e.Ground = v.Task(), rule.Effect, rule.Ground
	if err := m.slipInTime(&e, rule); err != nil {
		return err
	}
	return m.askSupplement(e, rule)
}

// supplementAllowed: one by right, a second by override with a reason, a third only where the override records that the
// applicant did not follow the written guidance (NĐ 61/2018 Đ11.2c; NĐ 63/2010 Đ20.4).
func (m *machine) supplementAllowed() error {
	asked := len(m.s.Supplements)
	switch p := m.d.Policy; {
	case asked >= p.SupplementsMax && (m.act.Approval == "" || !m.act.GuidanceIgnored):
		return refuse("supplements_exhausted", "Hồ sơ đã yêu cầu bổ sung %d lần; chỉ được yêu cầu thêm khi lãnh đạo duyệt và ghi nhận người nộp không làm theo hướng dẫn bằng văn bản.", asked).
			by("NĐ 63/2010 Đ20.4").at("/guidance_ignored")
	case asked >= p.SupplementsByRight && m.act.Approval == "":
		return refuse("approval_missing", "Mỗi hồ sơ chỉ được yêu cầu bổ sung một lần; lần thứ %d phải có phê duyệt, nêu lý do.", asked+1).
			by(m.oneStop("NĐ 61/2018 Đ11.2c")).at("/approval")
	}
	return nil
}

// slipInTime: the slip leaves within its limit of acceptance; later it needs the approval of the head of agency and only
// pauses (ours).
func (m *machine) slipInTime(e *SupplementRequested, rule procedure.Supplement) error {
	if rule.Within.IsZero() {
		return nil
	}
	cal, err := m.calendar()
	if err != nil {
		return err
	}
	last, err := cal.Add(m.s.AcceptedAt, rule.Within)
	if err != nil || !m.at.After(last) {
		return err
	}
	if m.act.Approval == "" {
		return refuse("slip_late", "Phiếu yêu cầu bổ sung phải gửi trong %s kể từ khi tiếp nhận (hạn %s); sau đó phải có phê duyệt của thủ trưởng.", rule.Within.Vietnamese(), clockText(last)).
			by(m.oneStop("NĐ 61/2018 Đ19.4")).at("/approval")
	}
	e.Late, e.Effect = true, m.d.Policy.LateSlipEffect
	return nil
}

func (m *machine) askSupplement(e SupplementRequested, rule procedure.Supplement) error {
	cal, err := m.calendar()
	if err != nil {
		return err
	}
	if !rule.Answer.IsZero() {
		if e.Expires, e.Closes, err = m.lastDay(cal, rule.Answer); err != nil {
			return err
		}
	}
	if e.Effect == procedure.EffectExclude && !rule.Bound.IsZero() {
		if e.Bound, err = cal.Add(m.at, rule.Bound); err != nil {
			return err
		}
	}
	m.emit(e)
	return nil
}

// sinceStepsOwnCheck is part of engine version 5: papers are checked within the time of the rule that they were asked for by, the
// step's where it has one.
const sinceStepsOwnCheck = 5

// provideSupplement records papers that came; with Complete they are checked at once.
func (m *machine) provideSupplement() error {
	r := m.s.pendingSupplement()
	if r == nil {
		return refuse("nothing_asked", "Hồ sơ không có yêu cầu bổ sung nào đang chờ.")
	}
	if !r.ProvidedAt.IsZero() {
		return refuse("already_provided", "Giấy tờ bổ sung đã nhận lúc %s và đang chờ kiểm tra.", clockText(r.ProvidedAt))
	}
	e := SupplementProvided{N: r.N, Papers: m.act.Papers}
	rule := m.d.Plan.Supplement
	if m.s.Engine >= sinceStepsOwnCheck {
		rule = m.d.Plan.SupplementAt(stepOf(r.Task))
	}
	if !rule.Check.IsZero() {
		cal, err := m.calendar()
		if err != nil {
			return err
		}
		if e.CheckBy, err = cal.Add(m.at, rule.Check); err != nil {
			return err
		}
	}
	m.emit(e)
	if m.act.Complete {
		return m.supplementComplete(m.at)
	}
	return nil
}

// checkSupplement is the officer's answer to papers that came: a restart begins at their receipt, not at this click; papers
// still incomplete continue the same request.
func (m *machine) checkSupplement() error {
	r := m.s.pendingSupplement()
	if r == nil || r.ProvidedAt.IsZero() {
		return refuse("nothing_provided", "Chưa nhận được giấy tờ bổ sung để kiểm tra.")
	}
	if m.act.Complete {
		return m.supplementComplete(r.ProvidedAt)
	}
	if !m.act.Reasoned {
		return refuse("reason_missing", "Giấy tờ chưa đủ thì phải nêu rõ còn thiếu gì.").at("/reason")
	}
	m.emit(SupplementChecked{N: r.N, Received: r.ProvidedAt})
	return nil
}

func (m *machine) supplementComplete(received time.Time) error {
	r := m.s.pendingSupplement()
	before, effect := r.BeforeAcceptance, r.Effect
	e := SupplementChecked{N: r.N, Complete: true, Received: received}
	if before {
		cal, err := m.calendar()
		if err != nil {
			return err
		}
		for _, l := range m.d.Plan.Intake.Limits {
			if l.Channel == m.s.Channel {
				if e.IntakeDue, err = cal.Add(received, l.Limit); err != nil {
					return err
				}
			}
		}
	}
	m.emit(e)
	if !before && effect == procedure.EffectRestart {
		return m.startCountAt("supplement", received)
	}
	return nil
}

func (m *machine) startCount(cause string) error { return m.startCountAt(cause, m.at) }

// startCountAt runs the whole limit again from an instant (normalised); the time used before stays in the ledger.
func (m *machine) startCountAt(cause string, at time.Time) error {
	cal, err := m.calendar()
	if err != nil {
		return err
	}
	start, err := cal.Normalize(at)
	if err != nil {
		return err
	}
	trial := m.s.clone()
	n := len(trial.Counts) + 1
	limit := m.remaining()
	trial.Counts = append(trial.Counts, Count{N: n, Start: start, Limit: limit})
	r, err := newReckoner(m.d, trial, m.at)
	if err != nil {
		return err
	}
	due, err := r.promise()
	if err != nil {
		return err
	}
	m.emit(CountStarted{N: n, Start: start, Due: due, Cause: cause, Limit: limit})
	return nil
}
