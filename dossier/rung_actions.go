package dossier

import (
	"slices"
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// What a rung leads to beyond telling people and handing up: a proposal to apologise and name another date, the apology itself
// under a standing decision, an inspection.
type (
	// ApologyProposed asks whoever may sign for an apology and another date.
	ApologyProposed struct {
		// N numbers the proposals of a dossier from 1.
		N int `json:"n"`
		// Rung proposed it.
		Rung   RungKey   `json:"rung"`
		OldDue time.Time `json:"old_due"`
		// NewDue is suggested; who signs may name another. Until is the last instant at which the law lets it be signed.
		NewDue time.Time `json:"new_due"`
		Until  time.Time `json:"until"`
		// Signers are those who may sign, found when the rung fired.
		Signers []string `json:"signers,omitempty"`
		// Decision is the standing decision under which the apology could not be issued, Refused the code of the reason.
		Decision string `json:"decision,omitempty"`
		Refused  string `json:"refused,omitempty"`
	}
	// ProposalDismissed: a person with the right to sign declined, with a reason.
	ProposalDismissed struct {
		N int `json:"n"`
	}
	// InspectionOpened asks the control office to look into why the dossier is late. It never moves the dossier.
	InspectionOpened struct {
		// N numbers the inspections of a dossier from 1.
		N    int     `json:"n"`
		Rung RungKey `json:"rung"`
		// Office is the agency whose control office has it, Inspector the officer found there, empty where there is nobody.
		Office    string    `json:"office,omitempty"`
		Inspector string    `json:"inspector,omitempty"`
		Due       time.Time `json:"due"`
	}
)

func (ApologyProposed) Kind() string   { return "apology_proposed" }
func (ProposalDismissed) Kind() string { return "proposal_dismissed" }
func (InspectionOpened) Kind() string  { return "inspection_opened" }

func decodeRungAction(kind string, data []byte) (Body, error) {
	switch kind {
	case "apology_proposed":
		return decode[ApologyProposed](data)
	case "proposal_dismissed":
		return decode[ProposalDismissed](data)
	case "inspection_opened":
		return decode[InspectionOpened](data)
	}
	return nil, nil
}

// Standing is a standing decision as it travels with the look-up of a rung: what the apology is issued under, and printed with.
type Standing struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Signer string `json:"signer"`
	// Reason is the reason that the decision states for the letters issued under it.
	Reason string `json:"reason"`
	// Add is how far after the old date the new one lies.
	Add calendar.Limit `json:"add"`
}

// Proposal is an apology that waits for a signature.
type Proposal struct {
	N      int       `json:"n"`
	At     time.Time `json:"at"`
	NewDue time.Time `json:"new_due"`
	Until  time.Time `json:"until"`
	// Closed: it was signed or dismissed.
	Closed bool `json:"closed,omitempty"`
}

// Asks are what a rung wants to know of the organisation when it fires, beyond whom it reaches.
type Asks struct {
	// HandUp: the superior of each task. Reassign: who of the same position has the least to do.
	HandUp, Reassign bool
	// Sign: who may sign an apology. Issue: under which standing decision it may go out without a signature of its own.
	Sign, Issue bool
	// Inspect: who of the control office looks into it.
	Inspect bool
}

// Asks are those of a rung on this dossier: what its version of the law does not know, it does not ask for.
func (s *State) Asks(g *procedure.Rung) Asks {
	does := func(what string) bool { return slices.Contains(g.Do, what) }
	a := Asks{HandUp: does(procedure.DoHandUp)}
	if s.Engine < sinceRungActions {
		return a
	}
	a.Reassign, a.Inspect = does(procedure.DoReassign), does(procedure.DoInspect)
	a.Issue = does(procedure.DoIssue) && s.Reappointed == nil
	a.Sign = (does(procedure.DoPropose) || a.Issue) && s.Reappointed == nil
	return a
}

// act does what a rung does beyond telling people and handing up. The order of things done is the order in which they are
// written here, whatever the order in the ladder.
func (m *machine) rungActions(a Alarm, found Recipients) error {
	asks := m.s.Asks(a.Rung)
	if asks.Reassign {
		m.reassign(a, found)
	}
	if asks.Sign && m.s.Stage == StageRunning {
		if err := m.apologise(a, found, asks.Issue); err != nil {
			return err
		}
	}
	if asks.Inspect {
		return m.inspect(a, found)
	}
	return nil
}

// reassign gives open tasks to others of the same position; what was handed up at the same instant stays there.
func (m *machine) reassign(a Alarm, found Recipients) {
	for _, to := range found.Reassign {
		_, v := m.s.visit(to.Task)
		if v == nil || to.To == "" || to.To == v.Assignee || v.HandedUp || !concerns(a.Key, v) {
			continue
		}
		m.emitAt(TaskAssigned{Task: to.Task, Assignee: to.To, Reassigned: true}, a.At)
	}
}

// concerns says whether a rung is about a visit.
func concerns(k RungKey, v *Visit) bool {
	return k.Subject == procedure.OnDossier || k.Subject == SubjectStep(v.Task())
}

// apologise issues the apology under a standing decision, where the law allows it, and else proposes it. It is judged at the
// instant at which the clock does it and not at the rung's own: a letter that goes out after an outage is late if it is too late
// then. What can no longer be signed is not proposed either.
func (m *machine) apologise(a Alarm, found Recipients, issue bool) error {
	back := m.at
	defer func() { m.at = back }()
	m.at = latest(m.until, m.at)
	propose := ApologyProposed{Rung: a.Key, Signers: slices.Clone(found.Signers)}
	if d := found.Standing; issue && d != nil {
		e, err := m.issued(*d)
		if err == nil {
			m.emit(e)
			return nil
		}
		r, ok := err.(*Refusal) //nolint:errorlint // appoint returns refusals as they are
		if !ok {
			return err
		}
		propose.Decision, propose.Refused = d.Number, r.Code
	}
	return m.propose(propose)
}

// issued is the re-appointment under a standing decision.
func (m *machine) issued(d Standing) (Reappointed, error) {
	due, err := m.due()
	if err != nil {
		return Reappointed{}, err
	}
	next := zeroTime
	if !due.IsZero() {
		cal, err := m.calendar()
		if err != nil {
			return Reappointed{}, err
		}
		if next, err = after(cal, due, d.Add); err != nil {
			return Reappointed{}, err
		}
	}
	e, err := m.appoint(appointment{until: next, signer: d.Signer, document: d.Number, reasoned: d.Reason != ""})
	e.Decision, e.DecisionID, e.Reason = d.Number, d.ID, d.Reason
	return e, err
}

// propose opens a proposal, unless one is open, the dossier was re-appointed, or the last day for it is over.
func (m *machine) propose(e ApologyProposed) error {
	if m.s.Reappointed != nil || m.s.openProposal() != nil {
		return nil
	}
	r, err := m.reckon()
	if err != nil {
		return err
	}
	c := r.count()
	if c == nil {
		return nil
	}
	if e.OldDue, err = r.promise(); err != nil {
		return err
	}
	if e.Until, err = m.lastToReappoint(r, c, e.OldDue); err != nil {
		return err
	}
	if !m.at.Before(e.Until) {
		return nil
	}
	if e.NewDue, err = m.suggested(r, c, e.OldDue); err != nil {
		return err
	}
	e.N = len(m.s.Proposals) + 1
	m.emit(e)
	return nil
}

// suggested is the date that a proposal names: the policy's distance after the old one, but never further than the limit itself,
// and not less than a working day.
func (m *machine) suggested(r *reckoner, c *Count, due time.Time) (time.Time, error) {
	by := m.d.Policy.reappointBy()
	l := r.limitOf(c, m.at)
	switch {
	case oneDay(l):
		by = calendar.Limit{Hundredths: 100, Unit: calendar.WorkingDay}
	case l.Unit == calendar.WorkingDay && by.Unit == calendar.WorkingDay:
		by.Hundredths = max(100, min(by.Hundredths, l.Hundredths/100*100))
	}
	return after(r.cal, due, by)
}

// after is a limit after a promised instant. The promise stands at closing time, which is already received the next day: the day
// of the promise itself is the one that is not counted.
func after(cal *calendar.Calendar, due time.Time, l calendar.Limit) (time.Time, error) {
	return cal.Add(due.Add(-time.Minute), l)
}

// inspect opens an inspection with a due date on the calendar of the lead agency.
func (m *machine) inspect(a Alarm, found Recipients) error {
	cal, err := m.d.Calendars(m.s.calendarHash(m.s.Lead))
	if err != nil {
		return err
	}
	at := latest(m.until, a.At)
	due, err := cal.Add(at, m.d.Policy.inspectWithin())
	if err != nil {
		return err
	}
	m.emitAt(InspectionOpened{N: m.s.Inspections + 1, Rung: a.Key, Office: found.Office, Inspector: found.Inspector, Due: due}, at)
	return nil
}

// dismiss declines a proposal. The duty to apologise in time stays with who declines; the ladder goes on.
func (m *machine) dismiss() error {
	if err := m.inHand(); err != nil {
		return err
	}
	p, err := m.proposal()
	if err != nil {
		return err
	}
	if !m.act.Reasoned {
		return refuse("reason_missing", "Không ký đề nghị xin lỗi, hẹn lại thì phải nêu lý do.").at("/reason")
	}
	m.emit(ProposalDismissed{N: p.N})
	return nil
}

// proposal is the open one that the act names; the only one where it names none.
func (m *machine) proposal() (*Proposal, error) {
	p := m.s.openProposal()
	if p == nil || m.act.Proposal != 0 && m.act.Proposal != p.N {
		return nil, refuse("proposal_unknown", "Không có đề nghị xin lỗi, hẹn lại nào như vậy đang chờ ký; hãy tải lại hồ sơ.").at("/proposal")
	}
	return p, nil
}

// proposed is the date of a proposal, or another where the promise has moved past it meanwhile.
func (m *machine) proposed(p *Proposal) (time.Time, error) {
	r, err := m.reckon()
	if err != nil {
		return zeroTime, err
	}
	due, err := r.promise()
	if c := r.count(); err == nil && c != nil && !p.NewDue.After(due) {
		return m.suggested(r, c, due)
	}
	return p.NewDue, err
}

func (s *State) openProposal() *Proposal {
	if n := len(s.Proposals); n > 0 && !s.Proposals[n-1].Closed {
		return &s.Proposals[n-1]
	}
	return nil
}

func (s *State) applyRungAction(e Event) {
	switch b := e.Body.(type) {
	case ApologyProposed:
		s.Proposals = append(s.Proposals, Proposal{N: b.N, At: e.At, NewDue: b.NewDue, Until: b.Until})
	case ProposalDismissed:
		s.closeProposal()
	case InspectionOpened:
		s.Inspections = b.N
	}
}

func (s *State) closeProposal() {
	if p := s.openProposal(); p != nil {
		p.Closed = true
	}
}

// reappointBy and inspectWithin are the policy's; a policy written down before it knew of them has the defaults.
func (p Policy) reappointBy() calendar.Limit {
	if p.ReappointBy.IsZero() {
		return DefaultPolicy().ReappointBy
	}
	return p.ReappointBy
}

func (p Policy) inspectWithin() calendar.Limit {
	if p.InspectWithin.IsZero() {
		return DefaultPolicy().InspectWithin
	}
	return p.InspectWithin
}
