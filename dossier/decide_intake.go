package dossier

import (
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// Sets of one-stop rules by date of acceptance (clock.md §10).
const (
	RulesND61  = "nd-61"
	RulesND118 = "nd-118"
)

func rulesAt(t time.Time) string {
	if calendar.DateOf(t) < calendar.NewDate(2025, 7, 1) {
		return RulesND61
	}
	return RulesND118
}

// oneStop cites an article of the one-stop decree for this dossier: NĐ 61/2018 only where its rules were pinned, or would be
// today. The articles of NĐ 118/2025 were not read, and none is borrowed from the older decree (clock.md §10).
func (m *machine) oneStop(article string) string {
	return OneStop(m.s.Rules, m.at, article)
}

// OneStop is an article of NĐ 61/2018 as it is cited under a pinned set of rules, or under that of an instant where none is pinned.
func OneStop(rules string, at time.Time, article string) string {
	if rules == RulesND61 || rules == "" && rulesAt(at) == RulesND61 {
		return article
	}
	return "NĐ 118/2025, " + procedure.Unread
}

// submit gives the dossier its code and starts the intake clock; nothing legal runs yet (clock.md §3).
func (m *machine) submit() error {
	f := m.act.Intake
	if f == nil || f.Code == "" || f.Receiving == "" || f.Lead == "" || len(f.Calendars) == 0 {
		return refuse("incomplete", "Thiếu thông tin tiếp nhận: mã hồ sơ, nơi nhận, cơ quan giải quyết, lịch làm việc.")
	}
	hash := f.Calendars[0].Hash
	for _, c := range f.Calendars {
		if c.Agency == f.Receiving {
			hash = c.Hash
		}
	}
	cal, err := m.d.Calendars(hash)
	if err != nil {
		return err
	}
	e := Submitted{Intake: *f, Procedure: m.d.Plan.Code, Plan: m.d.Plan.Plan, Engine: EngineVersion, Conditions: m.act.Conditions}
	if e.Received, err = cal.Normalize(m.at); err != nil {
		return err
	}
	for _, l := range m.d.Plan.Intake.Limits {
		if l.Channel == f.Channel {
			if e.IntakeDue, err = cal.Add(m.at, l.Limit); err != nil {
				return err
			}
		}
	}
	m.emit(e)
	return nil
}

// accept takes the dossier in and promises a date (form 01).
func (m *machine) accept() error {
	if m.s.Stage != StageSubmitted {
		return refuse("wrong_state", "Hồ sơ đã qua bước tiếp nhận (đang “%s”).", m.s.Status(m.d.Plan).Vietnamese())
	}
	at, err := m.acceptedAt()
	if err != nil {
		return err
	}
	cal, err := m.calendar()
	if err != nil {
		return err
	}
	start, err := cal.Normalize(at)
	if err != nil {
		return err
	}
	e := Accepted{Register: m.act.Register, Received: start, Rules: rulesAt(at), Commitment: m.d.Plan.CommitCase(m.promised(at))}
	if !m.act.Effective.IsZero() {
		e.Backdated = m.act.Document
	}
	clockStart, err := m.clockStart(cal, start)
	if err != nil {
		return err
	}
	if e.Due, err = m.firstDue(e.Commitment, clockStart); err != nil {
		return err
	}
	e.Provisional = cal.Provisional(start, e.Due)
	m.at = at
	m.emit(e)
	if m.d.Plan.StartsAt == "" {
		m.emit(CountStarted{N: 1, Start: start, Due: e.Due, Cause: "accepted"})
	}
	return m.open(m.d.Plan.Start, -1)
}

// promised is the case of a promise made at an instant.
func (m *machine) promised(at time.Time) procedure.Case {
	return procedure.Case{Conditions: m.s.Conditions, Channel: m.s.Channel, Lead: m.s.Lead, At: at, Ended: m.act.Ended}
}

// acceptedAt is the act's time, or a documented earlier effect within its bound (clock.md §1).
func (m *machine) acceptedAt() (time.Time, error) {
	if m.act.Effective.IsZero() {
		return m.at, nil
	}
	return m.earlierEffect()
}

// handOverCutOff is 15:00: what is received by then is handed over the same working day, later at the start of the next one
// (NĐ 61/2018 Đ18.2; NĐ 118/2025, điều khoản chưa đối chiếu).
const handOverCutOff = 15 * 60

// clockStart is where the promise is reckoned from: acceptance, or the expected receipt by the agency that starts the clock.
func (m *machine) clockStart(cal *calendar.Calendar, start time.Time) (time.Time, error) {
	if m.d.Plan.StartsAt == "" || minuteOfDay(start) <= handOverCutOff {
		return start, nil
	}
	return cal.NextOpening(start)
}

func (m *machine) firstDue(c procedure.Commitment, start time.Time) (time.Time, error) {
	trial := &State{IntakeFacts: m.s.IntakeFacts, Commitment: c, Counts: []Count{{N: 1, Start: start}}}
	r, err := newReckoner(m.d, trial, start)
	if err != nil {
		return zeroTime, err
	}
	return r.promise()
}

// refuseIntake is the refusal before acceptance (form 03): it is no result.
func (m *machine) refuseIntake() error {
	if m.s.Stage != StageSubmitted {
		return refuse("wrong_state", "Chỉ từ chối tiếp nhận khi hồ sơ chưa được tiếp nhận; nếu đã tiếp nhận, hãy từ chối giải quyết ở bước thẩm định.")
	}
	if !m.act.Reasoned {
		return refuse("reason_missing", "Từ chối tiếp nhận phải nêu rõ lý do (phiếu từ chối, mẫu 03).").at("/reason").by(m.oneStop("NĐ 61/2018 Đ17.1b"))
	}
	m.emit(IntakeRefused{Ground: m.act.Ground})
	return nil
}
