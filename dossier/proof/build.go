package proof

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// Source is what a sheet is made of. All of it is named by the event log.
type Source struct {
	Events []dossier.Event
	// Seq is the last event to read (0: all), At the instant to look from (zero: when the last of them was recorded).
	Seq int64
	At  time.Time
	// Plan returns a plan by its hash, Calendar a revision, Notes the days of a revision that differ from its week, with their grounds.
	Plan     func(hash string) (*procedure.Plan, error)
	Calendar func(hash string) (*calendar.Calendar, error)
	Notes    func(hash string) (map[calendar.Date]calendar.Entry, error)
}

// ErrEmpty says that nothing had been recorded by then.
var ErrEmpty = errors.New("no event had been recorded by then")

// cut is the part of the log that a sheet is of, and from when it is seen: never before its last event. What has ended is seen from its
// end, so that its sheet is one and the same ever after.
func cut(src *Source) ([]dossier.Event, time.Time, error) {
	events, at := src.Events, src.At.Truncate(time.Minute)
	switch {
	case src.Seq > 0:
		events = events[:min(src.Seq, int64(len(events)))]
	case !at.IsZero():
		n := len(events)
		for n > 0 && events[n-1].Recorded.After(at) {
			n--
		}
		events = events[:n]
	}
	if len(events) == 0 {
		return nil, at, ErrEmpty
	}
	last := events[len(events)-1].Recorded
	if at.Before(last) {
		at = last
	}
	return events, at.In(calendar.Zone()), nil
}

// builder holds what the parts of a sheet are computed from.
type builder struct {
	src    *Source
	events []dossier.Event
	at     time.Time
	s      *dossier.State
	d      dossier.Deps
	cal    *calendar.Calendar
	notes  map[calendar.Date]calendar.Entry
	names  map[string]string
	sheet  *Sheet
}

// Build makes the sheet.
func Build(src Source) (*Sheet, error) {
	events, at, err := cut(&src)
	if err != nil {
		return nil, err
	}
	b := &builder{src: &src, events: events, at: at, s: dossier.Rebuild(events), sheet: &Sheet{Format: Format}}
	if b.s.Stage.Closed() {
		b.at = events[len(events)-1].Recorded
	}
	if err := b.open(); err != nil {
		return nil, err
	}
	for _, part := range []func() error{b.head, b.story, b.time, b.walk} {
		if err := part(); err != nil {
			return nil, fmt.Errorf("proof of %s: %w", b.s.Code, err)
		}
	}
	if err := b.sheet.check(); err != nil {
		return nil, fmt.Errorf("proof of %s: %w", b.s.Code, err)
	}
	return b.sheet, b.sheet.seal()
}

// open loads what the log names.
func (b *builder) open() error {
	plan, err := b.src.Plan(b.s.Plan)
	if err != nil {
		return err
	}
	b.sheet.ProcedureName = plan.Name
	b.names = map[string]string{}
	for _, st := range plan.Steps {
		b.names[st.ID] = st.Name
	}
	for _, e := range b.events {
		m, ok := e.Body.(dossier.VersionMoved)
		if !ok {
			continue
		}
		former, err := b.src.Plan(m.From)
		if err != nil {
			return err
		}
		for _, st := range former.Steps {
			if _, known := b.names[st.ID]; !known {
				b.names[st.ID] = st.Name
			}
		}
	}
	b.d = dossier.Deps{Plan: &plan.Exec, Calendars: b.src.Calendar}
	hash := b.s.Calendars[0].Hash
	for _, c := range b.s.Calendars {
		b.sheet.Calendars = append(b.sheet.Calendars, Revision(c))
		if c.Agency == b.s.Receiving {
			hash = c.Hash
		}
	}
	if b.cal, err = b.src.Calendar(hash); err != nil {
		return err
	}
	if b.src.Notes != nil {
		b.notes, err = b.src.Notes(hash)
	}
	return err
}

func (b *builder) head() error {
	digest, err := dossier.Digest(b.events)
	if err != nil {
		return err
	}
	s, x := b.s, b.sheet
	x.Code, x.Procedure, x.Plan, x.Engine = s.Code, s.Procedure, s.Plan, s.Engine
	x.AsOf = AsOf{Seq: s.Seq, At: b.at, Digest: digest}
	x.Stage, x.Status = s.Stage, s.Status(b.d.Plan)
	x.StatusName = x.Status.Vietnamese()
	x.FinishedAt, x.EndedAt = s.FinishedAt, s.EndedAt
	x.Receipt = Receipt{
		Channel: s.Channel, Receiving: s.Receiving, Lead: s.Lead, Parent: s.Parent, IntakeStart: s.SubmittedAt, IntakeDue: s.IntakeDue,
		Normalized: s.AcceptedAt, Register: s.Register, Rules: s.Rules, Printed: s.OriginalDue,
	}
	if s.AcceptedAt.IsZero() {
		return nil
	}
	rule := normalization(s.Rules)
	x.Receipt.Normalization = &rule
	x.Limit = &Limit{
		Legal: s.Commitment.Legal, Committed: s.Commitment.Committed, SameDay: s.Commitment.SameDay, Lines: s.Commitment.Lines,
		StartsAt: b.d.Plan.StartsAt, ByDate: s.Commitment.ByDate(),
	}
	return nil
}

// story is what the events tell.
func (b *builder) story() error {
	x := b.sheet
	for _, e := range b.events {
		x.Log = append(x.Log, Entry{Seq: e.Seq, Kind: e.Body.Kind(), At: e.At, Recorded: e.Recorded, By: e.By})
		switch body := e.Body.(type) {
		case dossier.Submitted:
			x.Receipt.SubmittedAt = e.At
		case dossier.IntakeRefused:
			x.Receipt.RefusedAt = e.At
		case dossier.Accepted:
			x.Receipt.Received, x.Receipt.Recorded, x.Receipt.Document = e.At, e.Recorded, body.Backdated
			x.Receipt.Provisional = body.Provisional
		case dossier.CountStarted:
			x.Counts = append(x.Counts, Count{Cause: body.Cause, Seq: e.Seq})
		case dossier.SupplementRequested, dossier.SupplementProvided, dossier.SupplementChecked:
			b.supplement(e)
		case dossier.PaymentRequested:
			x.Payments = append(x.Payments, Payment{ID: body.ID, Asked: e.At, Suspends: body.Suspends, Ground: body.Ground})
		case dossier.PaymentConfirmed:
			for i := range x.Payments {
				if p := &x.Payments[i]; p.ID == body.ID && p.Paid.IsZero() {
					p.Paid, p.Document = e.At, body.Document
				}
			}
		case dossier.Extended:
			x.Extensions = append(x.Extensions, Extension{e.Seq, e.At, body.Add, body.Ground, body.Due})
		case dossier.Reappointed:
			x.Reappointment = &Reappointment{e.Seq, e.At, body.OldDue, body.NewDue, body.Signer, body.Document}
		case dossier.ReceiptCorrected:
			x.Corrections = append(x.Corrections, Correction{e.Seq, e.At, body.Old, body.Received, body.OldDue, body.Due, body.Ground, body.Document})
		case dossier.Backdated:
			x.Backdated = append(x.Backdated, Backdated{e.Seq, body.ActKind, e.At, body.Received, body.Document})
		case dossier.CalendarAdopted:
			x.Amendments = append(x.Amendments, Amendment{Seq: e.Seq, At: e.At, Calendars: []Revision{{Agency: body.Agency, Hash: body.Hash}}, OldDue: body.OldDue, Due: body.Due})
		case dossier.CalendarAmended:
			a := Amendment{Seq: e.Seq, At: e.At, Document: body.Document, Ground: body.Ground, Undo: body.Undo, OldDue: body.OldDue, Due: body.Due, Target: body.Target}
			for _, c := range body.Calendars {
				a.Calendars = append(a.Calendars, Revision(c))
			}
			x.Amendments = append(x.Amendments, a)
		case dossier.VersionMoved:
			x.Moves = append(x.Moves, Move{e.Seq, e.At, body.From, body.To, body.OldDue, body.Due, body.Target, body.Document, body.Ground})
		case dossier.RungFired:
			x.Rungs = append(x.Rungs, Rung{e.Seq, body.Subject, body.Count, body.Rung, body.Generation, body.Instant, e.Recorded, body.Do, body.To})
		}
	}
	return nil
}

func (b *builder) supplement(e dossier.Event) {
	x := b.sheet
	switch body := e.Body.(type) {
	case dossier.SupplementRequested:
		x.Supplements = append(x.Supplements, Supplement{
			N: body.N, Seq: e.Seq, Asked: e.At, BeforeAcceptance: body.BeforeAcceptance, Effect: body.Effect, Ground: body.Ground,
			Late: body.Late, Override: body.Override, GuidanceIgnored: body.GuidanceIgnored, Expires: body.Expires,
		})
	case dossier.SupplementProvided:
		if n := len(x.Supplements); n > 0 {
			x.Supplements[n-1].Provided = append(x.Supplements[n-1].Provided, e.At)
		}
	case dossier.SupplementChecked:
		if n := len(x.Supplements); n > 0 && body.Complete {
			x.Supplements[n-1].Completed = body.Received
		}
	}
}

// time is what the machine reckons.
func (b *builder) time() (err error) {
	x := b.sheet
	counts, err := dossier.Reckonings(b.d, b.s, b.at)
	if err != nil {
		return err
	}
	for i := range counts {
		x.Counts[i].Reckoning = counts[i]
		x.Due = counts[i].Due
	}
	if x.Due.IsZero() {
		x.Due = b.s.OriginalDue
	}
	if x.Ledger, err = dossier.Ledger(b.d, b.s, b.at); err != nil {
		return err
	}
	if x.Verdict, err = dossier.Judge(b.d, b.s, b.at); err != nil {
		return err
	}
	steps, err := dossier.StepTimes(b.d, b.s, b.at)
	if err != nil {
		return err
	}
	for _, st := range steps {
		x.Steps = append(x.Steps, Step{st, b.names[st.Step]})
	}
	if x.Parts, err = dossier.Parts(b.d, b.s, b.at); err != nil {
		return err
	}
	for _, p := range b.s.Pauses {
		until := p.Until
		if until.IsZero() {
			until = b.at
		}
		if !p.Bound.IsZero() && p.Bound.Before(until) {
			until = p.Bound
		}
		n, err := b.cal.Between(p.From, until)
		if err != nil {
			return err
		}
		x.Pauses = append(x.Pauses, Pause{p.From, p.Until, p.Bound, p.Cause, p.Leg, p.Ground, p.Document, n})
	}
	return b.legs()
}

// legs add the ledger up by whose time it was.
func (b *builder) legs() (err error) {
	x := b.sheet
	if len(x.Ledger) == 0 {
		return nil
	}
	all := Elapsed{From: x.Ledger[0].From, Until: x.Ledger[len(x.Ledger)-1].Until}
	if all.Minutes, err = b.cal.Between(all.From, all.Until); err != nil {
		return err
	}
	for _, g := range x.Ledger {
		if g.Minutes == 0 { // nights and the lunch break are nobody's
			continue
		}
		i := slices.IndexFunc(x.Legs, func(l Leg) bool { return l.Leg == g.Leg && l.Agency == g.Agency })
		if i < 0 {
			i = len(x.Legs)
			x.Legs = append(x.Legs, Leg{Leg: g.Leg, Agency: g.Agency})
		}
		l := &x.Legs[i]
		if g.Counted {
			l.Counted, all.Counted = l.Counted+g.Minutes, all.Counted+g.Minutes
			continue
		}
		l.Excluded, all.Excluded = l.Excluded+g.Minutes, all.Excluded+g.Minutes
		if g.Ground != "" && !slices.Contains(l.Grounds, g.Ground) {
			l.Grounds = append(l.Grounds, g.Ground)
		}
	}
	x.Elapsed = &all
	return nil
}

// check refuses a sheet whose sums do not hold: a proof that proves nothing must not be printed.
func (s *Sheet) check() error {
	if s.Elapsed != nil {
		counted, excluded := 0, 0
		for _, d := range s.Days {
			counted, excluded = counted+d.Counted, excluded+d.Excluded
		}
		switch e := s.Elapsed; {
		case e.Counted+e.Excluded != e.Minutes:
			return fmt.Errorf("counted %d and excluded %d minutes are not the %d elapsed", e.Counted, e.Excluded, e.Minutes)
		case counted != e.Counted || excluded != e.Excluded:
			return fmt.Errorf("the days have %d counted and %d excluded minutes, the ledger %d and %d", counted, excluded, e.Counted, e.Excluded)
		}
	}
	charged := 0
	for _, c := range s.Verdict.Charges {
		charged += c.Minutes
	}
	if charged != s.Verdict.LateMinutes {
		return fmt.Errorf("charges of %d minutes for a lateness of %d", charged, s.Verdict.LateMinutes)
	}
	return nil
}
