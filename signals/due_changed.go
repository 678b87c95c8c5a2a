package signals

import (
	"motcua/dossier"
)

// movesNothing are the kinds that leave the promise as it is, or move it by a pause's own law. All others are looked at, those too
// that come to be one day.
func movesNothing(b dossier.Body) bool {
	switch b.(type) {
	case dossier.Submitted, dossier.IntakeRefused, dossier.Accepted, dossier.StepOpened, dossier.StepCompleted, dossier.ChildRequested,
		dossier.SilenceAnswered, dossier.StepCancelled, dossier.SentBack, dossier.BranchArrived, dossier.TaskAssigned,
		dossier.SupplementRequested, dossier.SupplementProvided, dossier.SupplementChecked, dossier.Suspended, dossier.Resumed,
		dossier.PaymentRequested, dossier.PaymentConfirmed, dossier.Withdrawn, dossier.Stopped, dossier.Finished, dossier.Reopened,
		dossier.Returned, dossier.RungFired, dossier.RungsRearmed, dossier.ConditionsChanged:
		return true
	}
	return false
}

// dueChanged: the promise moved, or time was taken out, when the dossier had already passed it by what was known then. A new
// calendar concerns many dossiers at once and is one signal.
func (l *life) dueChanged(e *dossier.Event) error {
	if len(l.s.Counts) == 0 {
		l.s.Apply(*e)
		return nil
	}
	before, err := l.look(e.At)
	l.s.Apply(*e)
	if err != nil || before.Verdict.Class != dossier.ClassLate {
		return err
	}
	after, err := l.look(e.At)
	if err != nil {
		return err
	}
	lifted := after.Verdict.Class != dossier.ClassLate || after.Verdict.LateMinutes < before.Verdict.LateMinutes
	if before.DueAt.Equal(after.DueAt) && !lifted {
		return nil
	}
	ev := evidence(l.code, e)
	ev.OldDue, ev.NewDue, ev.LateSince = before.DueAt, after.DueAt, before.Verdict.Since
	s := Signal{Rule: RuleDueChanged, Subject: l.code, Agency: l.s.Lead, Procedure: l.s.Procedure}
	switch b := e.Body.(type) {
	case dossier.CalendarAdopted:
		s.Subject, s.Agency = "calendar:"+b.Agency+":"+b.Hash, b.Agency
	case dossier.CalendarAmended:
		s.Subject, ev.Document = "calendar:"+b.Amendment, b.Document
		if len(b.Calendars) > 0 {
			s.Agency = b.Calendars[0].Agency
		}
	case dossier.ReceiptCorrected:
		ev.Document = b.Document
	case dossier.Excluded:
		ev.Document = b.Document
	case dossier.Reappointed:
		ev.Document = b.Document
	case dossier.VersionMoved:
		ev.Document = b.Document
	}
	l.see(s, ev)
	return nil
}
