package dossier

import "time"

// ActCorrectReceipt puts right when a dossier was received, by a document: with an exclusion by decision the only thing that lifts
// lateness (clock.md §6), and a named event.
const ActCorrectReceipt = "correct_receipt"

// ReceiptCorrected: the dossier was received at another instant than its receipt said. The first count runs from there.
type ReceiptCorrected struct {
	// Old is the receipt as it was counted, Instant as it really was, Received as that is counted.
	Old      time.Time `json:"old"`
	Instant  time.Time `json:"instant"`
	Received time.Time `json:"received"`
	OldDue   time.Time `json:"old_due"`
	Due      time.Time `json:"due"`
	Ground   string    `json:"ground"`
	Document string    `json:"document"`
}

// Kind names the event.
func (ReceiptCorrected) Kind() string { return "receipt_corrected" }

func (m *machine) correctReceipt() error {
	if m.s.Stage != StageRunning && m.s.Stage != StageFinished {
		return m.inHand()
	}
	if m.d.Plan.StartsAt != "" || len(m.s.Counts) == 0 {
		return refuse("receipt_elsewhere", "Thời hạn của thủ tục này tính từ khi cơ quan giải quyết nhận hồ sơ, không tính từ giấy tiếp nhận.")
	}
	if m.act.Document == "" || m.act.Ground == "" || !m.act.Reasoned {
		return refuse("document_missing", "Đính chính thời điểm tiếp nhận phải có văn bản, căn cứ và lý do.").at("/document").by(m.ruleOfRecords())
	}
	cal, err := m.calendar()
	if err != nil {
		return err
	}
	bound, err := cal.Before(m.s.SubmittedAt, m.d.Policy.BackdateBound)
	if err != nil {
		return err
	}
	last := m.afterReceipt()
	asked := minute(m.act.Effective)
	if asked.IsZero() || asked.Before(bound) || asked.After(last) {
		return refuse("receipt_outside", "Thời điểm tiếp nhận đính chính phải từ %s đến %s.", clockText(bound), clockText(last)).at("/effective").by(m.ruleOfRecords())
	}
	received, err := cal.Normalize(asked)
	if err != nil {
		return err
	}
	if received.Equal(m.s.AcceptedAt) {
		return refuse("receipt_same", "Hồ sơ đã được ghi nhận tiếp nhận lúc %s.", clockText(m.s.AcceptedAt)).at("/effective")
	}
	e := ReceiptCorrected{Old: m.s.AcceptedAt, Instant: asked, Received: received, Ground: m.act.Ground, Document: m.act.Document}
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
	m.emit(e)
	return nil
}

// afterReceipt is the first thing that happened to the dossier after it was accepted: it was received before that.
func (m *machine) afterReceipt() time.Time {
	first := m.at
	if v := &m.s.Visits[0]; !v.Open() {
		first = earliest(first, v.Closed)
	}
	for _, p := range m.s.Pauses {
		if !p.Decided {
			first = earliest(first, p.From)
		}
	}
	if end := m.s.Counts[0].End; !end.IsZero() {
		first = earliest(first, end)
	}
	return first
}

// applyCorrected moves the start of the ledger with the receipt.
func (s *State) applyCorrected(b ReceiptCorrected) {
	s.AcceptedAt = b.Received
	s.Counts[0].Start = b.Received
	s.Visits[0].Opened = b.Instant
}
