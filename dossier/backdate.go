package dossier

import "time"

// An act may have taken effect earlier than it was received: papers that were handed in on paper while the system was down, a proof
// of payment that came late. That needs a right, a document and a bound (clock.md §1), and never reaches behind what already has an
// effect: the ledger only runs forward. Each one is an event of its own, and a finding for the control office. Acts that take time
// out of the clock are not among them: time that has passed is taken out by an exclusion, with its decision.

// sinceEarlierEffects is part of engine version 5: a right is asked for, and of acts that cannot have an earlier effect one is refused.
// Before, acceptance needed a document and a bound only, and the other acts ignored it.
const sinceEarlierEffects = 5

// Backdated says that the events of its act took effect at its own At, though the act was received later.
type Backdated struct {
	// Kind is the act's, Received when it came.
	ActKind  string    `json:"act_kind"`
	Received time.Time `json:"received"`
	Document string    `json:"document"`
	Ground   string    `json:"ground,omitempty"`
}

// Kind names the event.
func (Backdated) Kind() string { return "backdated" }

// backdatable says which acts may have had an earlier effect.
func backdatable(kind string) bool {
	switch kind {
	case ActAccept, ActProvideSupplement, ActConfirmPayment, ActComplete, ActFinish, ActWithdraw:
		return true
	}
	return false
}

// ruleOfRecords is why the record of an act is not put back at will: the electronic file is not altered.
func (m *machine) ruleOfRecords() string { return RuleOfRecords(m.s.Rules, m.at) }

// RuleOfRecords is the article under a pinned set of rules, or that of an instant.
func RuleOfRecords(rules string, at time.Time) string {
	return OneStop(rules, at, "NĐ 61/2018 Đ5.1c")
}

// backdating says that the act asks for an earlier effect here; acceptance has a way of its own, because it is not on the ledger yet.
func (m *machine) backdating() bool {
	if m.act.Effective.IsZero() || m.act.Kind == ActAccept || m.act.Kind == ActCorrectReceipt {
		return false
	}
	return m.act.MayBackdate || m.s.Engine >= sinceEarlierEffects // older dossiers ignored it
}

// backdate puts the act back to its documented effect.
func (m *machine) backdate() error {
	if !m.backdating() {
		return nil
	}
	if !backdatable(m.act.Kind) {
		return refuse("backdate_not_allowed", "Thao tác này không ghi lùi thời điểm được: khoảng thời gian đã qua chỉ được trừ bằng quyết định loại trừ (exclude) có văn bản.").
			at("/effective").by(m.ruleOfRecords())
	}
	effect, err := m.earlierEffect()
	if err != nil {
		return err
	}
	floor := m.s.LastAct
	if m.act.Kind != ActComplete { // a task that the clock opened meanwhile begins when it was opened; silence gives way to an answer
		for i := range m.s.Visits {
			floor = latest(latest(floor, m.s.Visits[i].Opened), m.s.Visits[i].Closed)
		}
	}
	if effect.Before(floor) {
		return refuse("backdate_order", "Hồ sơ đã có thao tác có hiệu lực lúc %s; không ghi lùi được về %s, trước thao tác ấy.", clockText(floor), clockText(effect)).
			at("/effective").by(m.ruleOfRecords())
	}
	received := m.at
	m.at, m.act.At = effect, effect
	m.emit(Backdated{ActKind: m.act.Kind, Received: received, Document: m.act.Document, Ground: m.act.Ground})
	return nil
}

// earlierEffect is the documented effect of the act, within right and bound.
func (m *machine) earlierEffect() (time.Time, error) {
	effect := minute(m.act.Effective)
	switch {
	case !m.act.MayBackdate && m.s.Engine >= sinceEarlierEffects:
		return zeroTime, refuse("backdate_right", "Bạn không có quyền ghi lùi thời điểm; người có quyền là cán bộ một cửa hoặc lãnh đạo cơ quan.").
			at("/effective").by(m.ruleOfRecords())
	case m.act.Document == "":
		return zeroTime, refuse("document_missing", "Ghi lùi thời điểm phải có số văn bản làm căn cứ (biên bản sự cố, giấy biên nhận).").
			at("/document").by(m.ruleOfRecords())
	}
	cal, err := m.calendar()
	if err != nil {
		return zeroTime, err
	}
	bound, err := cal.Before(m.at, m.d.Policy.BackdateBound)
	if err != nil {
		return zeroTime, err
	}
	if effect.After(m.at) || effect.Before(bound) {
		return zeroTime, refuse("backdate_bound", "Chỉ được ghi lùi thời điểm tối đa %s (từ %s), và không về sau lúc nhận.", m.d.Policy.BackdateBound.Vietnamese(), clockText(bound)).
			at("/effective").by(m.ruleOfRecords())
	}
	return effect, nil
}
