package dossier

import (
	"slices"

	"motcua/procedure"
)

// Rebuild folds all events of a dossier into its state.
func Rebuild(events []Event) *State {
	s := &State{}
	for _, e := range events {
		s.Apply(e)
	}
	return s
}

// Apply folds one event into the state. It is total: it trusts events and never fails.
func (s *State) Apply(e Event) {
	s.Seq = e.Seq
	if e.people() { // alarms never move the ledger of people's acts
		s.LastAct = latest(s.LastAct, e.At)
	}
	switch b := e.Body.(type) {
	case Submitted:
		s.applySubmitted(b)
	case IntakeRefused:
		s.Stage, s.EndedAt = StageRefused, e.At
	case Accepted:
		s.Stage, s.AcceptedAt, s.Register = StageRunning, b.Received, b.Register
		s.Commitment, s.Rules, s.OriginalDue = b.Commitment, b.Rules, b.Due
	case CountStarted:
		if n := len(s.Counts); n > 0 {
			s.Counts[n-1].End = b.Start
		}
		s.Counts = append(s.Counts, Count{N: b.N, Start: b.Start, Limit: b.Limit})
	case StepOpened, StepCompleted, SilenceAnswered, StepCancelled, SentBack, BranchArrived, TaskAssigned:
		s.applyFlow(e)
	case SupplementRequested, SupplementProvided, SupplementChecked:
		s.applySupplement(e)
	case Suspended:
		s.Moved = true
		s.Pauses = append(s.Pauses, Pause{From: e.At, Leg: b.Leg, Cause: CauseSuspension, Ground: b.Ground, Document: b.Document})
	case Resumed:
		s.closePause(CauseSuspension, e)
	case PaymentRequested:
		s.Payments = append(s.Payments, Payment{ID: b.ID, Task: b.Task, Amount: b.Amount, Suspends: b.Suspends, AskedAt: e.At, Expires: b.Expires, Closes: b.Closes})
		if b.Suspends && b.Task == "" {
			s.Pauses = append(s.Pauses, Pause{From: e.At, Leg: LegPayment, Cause: CausePayment, Ground: b.Ground})
		}
	case PaymentConfirmed:
		s.applyPaid(b, e)
	case Reappointed:
		s.Reappointed = &Reappointment{At: e.At, Count: len(s.Counts), OldDue: b.OldDue, NewDue: b.NewDue, Signer: b.Signer}
		s.closeProposal()
	case ApologyProposed, ProposalDismissed, InspectionOpened:
		s.applyRungAction(e)
	case Extended:
		if n := len(s.Counts); n > 0 {
			c := &s.Counts[n-1]
			c.Extensions = append(c.Extensions, GrantedExtension{ID: b.ID, At: e.At, Add: b.Add, Ground: b.Ground})
		}
	case Excluded:
		s.Pauses = append(s.Pauses, Pause{From: b.From, Until: b.Until, Leg: LegOutage, Cause: CauseDecision, Ground: b.Ground, Decided: true, Document: b.Document})
	case Withdrawn:
		s.end(StageWithdrawn, e)
	case Stopped:
		s.end(StageStopped, e)
	case Finished:
		s.Stage, s.FinishedAt, s.Refusal, s.Results = StageFinished, e.At, b.Refusal, b.Results
	case Reopened:
		s.Stage, s.FinishedAt, s.Refusal, s.Results = StageRunning, zeroTime, false, nil
	case Returned:
		s.Stage, s.ReturnedAt = StageReturned, e.At
		s.end(StageReturned, e)
	case RungFired:
		s.Fired = append(s.Fired, Firing{RungKey: b.RungKey, Instant: b.Instant})
	case RungsRearmed:
		s.applyRearmed(b)
	case CalendarAdopted:
		for i := range s.Calendars {
			if s.Calendars[i].Agency == b.Agency {
				s.Calendars[i].Hash = b.Hash
			}
		}
	case ReceiptCorrected:
		s.applyCorrected(b)
	case CalendarAmended:
		s.applyAmended(b)
	case VersionMoved:
		s.applyMoved(b)
		if b.Commitment != nil {
			s.applyPromise(*b.Commitment, e.At)
		}
	case ConditionsChanged:
		s.Conditions = slices.Clone(b.Conditions)
	}
}

func (s *State) applySubmitted(b Submitted) {
	s.IntakeFacts, s.Procedure, s.Plan, s.Engine = b.Intake, b.Procedure, b.Plan, b.Engine
	s.Bindings, s.Calendars = slices.Clone(b.Intake.Bindings), slices.Clone(b.Intake.Calendars)
	s.Stage, s.Conditions = StageSubmitted, slices.Clone(b.Conditions)
	s.SubmittedAt, s.IntakeDue, s.IntakeCount = b.Received, b.IntakeDue, 1
}

func (s *State) applyFlow(e Event) {
	switch b := e.Body.(type) {
	case StepOpened:
		s.Visits = append(s.Visits, Visit{Step: b.Step, N: b.N, Agency: b.Agency, Opened: e.At, From: b.From, Budget: b.Budget})
	case StepCompleted:
		if _, v := s.visit(b.Task); v != nil {
			v.Closed, v.Outcome, v.Silent = e.At, b.Outcome, b.Silence
		}
		s.Moved = true
	case SilenceAnswered:
		s.applySilenceAnswered(b)
	case StepCancelled:
		if _, v := s.visit(b.Task); v != nil {
			v.Closed, v.Cancelled, v.Undone = e.At, true, b.Cause == causeAnswered
		}
		s.Arrived = slices.DeleteFunc(s.Arrived, func(a Arrival) bool { return s.Visits[a.Visit].Task() == b.Task })
	case SentBack:
		if _, v := s.visit(b.Task); v != nil {
			v.Closed, v.Outcome = e.At, outcomeSentBack
		}
	case BranchArrived:
		s.Arrived = append(s.Arrived, Arrival{Join: b.Join, From: b.From, Visit: b.Visit, At: e.At})
	case TaskAssigned:
		if _, v := s.visit(b.Task); v != nil {
			v.Assignee, v.HandedUp = b.Assignee, b.HandedUp
		}
	}
	if o, ok := e.Body.(StepOpened); ok {
		s.Arrived = slices.DeleteFunc(s.Arrived, func(a Arrival) bool { return a.Join == o.Step })
	}
}

func (s *State) applySupplement(e Event) {
	switch b := e.Body.(type) {
	case SupplementRequested:
		s.Supplements = append(s.Supplements, SupplementRecord{
			N: b.N, BeforeAcceptance: b.BeforeAcceptance, Effect: b.Effect, Task: b.Task,
			AskedAt: e.At, Expires: b.Expires, Closes: b.Closes, Late: b.Late, Override: b.Override,
		})
		if b.BeforeAcceptance {
			s.IntakeDue = zeroTime
			return
		}
		s.Moved = true
		s.Pauses = append(s.Pauses, Pause{From: e.At, Bound: b.Bound, Leg: LegApplicant, Cause: CauseSupplement, Ground: b.Ground})
	case SupplementProvided:
		if r := s.pendingSupplement(); r != nil {
			r.ProvidedAt, r.CheckBy = e.At, b.CheckBy
		}
	case SupplementChecked:
		r := s.pendingSupplement()
		if r == nil {
			return
		}
		r.CheckBy = zeroTime
		if !b.Complete {
			r.ProvidedAt = zeroTime
			return
		}
		r.CompletedAt, r.ProvidedAt = b.Received, b.Received
		if r.BeforeAcceptance {
			s.IntakeDue = b.IntakeDue
			s.IntakeCount++
			return
		}
		if p := s.openPause(CauseSupplement); p != nil {
			p.Until = b.Received
		}
		if r.Effect == procedure.EffectRestart {
			for i := range s.Visits {
				if v := &s.Visits[i]; v.Open() {
					v.Restarted = b.Received
				}
			}
		}
	}
}

func (s *State) applyPaid(b PaymentConfirmed, e Event) {
	for i := range s.Payments {
		if p := &s.Payments[i]; p.ID == b.ID && p.PaidAt.IsZero() {
			p.PaidAt = e.At
			if p.Suspends && p.Task == "" {
				s.closePause(CausePayment, e)
			}
			return
		}
	}
}

// applyRearmed forgets nothing: it opens the next generation of each rung by raising what counts as fired.
func (s *State) applyRearmed(b RungsRearmed) {
	for _, k := range b.Rungs {
		for i := range s.Fired {
			if s.Fired[i].RungKey == k {
				s.Fired[i].Rearmed = true
			}
		}
	}
}

func (s *State) closePause(cause string, e Event) {
	if p := s.openPause(cause); p != nil {
		p.Until = e.At
	}
}

func (s *State) end(stage Stage, e Event) {
	s.Stage, s.EndedAt = stage, e.At
	for i := range s.Visits {
		if v := &s.Visits[i]; v.Open() {
			v.Closed = e.At
		}
	}
	for i := range s.Pauses {
		if p := &s.Pauses[i]; p.Until.IsZero() {
			p.Until = e.At
		}
	}
	if n := len(s.Counts); n > 0 && s.Counts[n-1].End.IsZero() {
		s.Counts[n-1].End = e.At
	}
}
