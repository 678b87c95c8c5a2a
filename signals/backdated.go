package signals

import (
	"motcua/dossier"
)

// backdated: somebody's act was written down long after it took effect, or a dossier was accepted with an earlier effect by a
// document. An act is seen once, at its first event.
func (l *life) backdated(i int) error {
	e := &l.events[i]
	if !person(e.By) || i > 0 && e.Act != "" && l.events[i-1].Act == e.Act && !isAccepted(e) {
		return nil
	}
	ev := evidence(l.code, e)
	agency := l.s.Lead
	switch b := e.Body.(type) {
	case dossier.Submitted: // the state does not know its agencies yet
		return nil
	case dossier.Accepted:
		agency, ev.Document = l.s.Receiving, b.Backdated
	case dossier.Backdated:
		ev.Document = b.Document
	}
	if ev.Document == "" {
		cal, err := l.calendarOf(agency)
		if err != nil {
			return err
		}
		bound, err := l.policy[RuleBackdated].Within.BudgetMinutes()
		if err != nil {
			return err
		}
		if !e.Recorded.After(e.At) {
			return nil
		}
		apart, err := cal.Between(e.At, e.Recorded)
		if err != nil || apart <= bound {
			return err
		}
	}
	l.see(Signal{Rule: RuleBackdated, Subject: l.code, Agency: agency, Procedure: l.s.Procedure}, ev)
	return nil
}

// isAccepted: an acceptance may follow its submission in one act, and is looked at all the same.
func isAccepted(e *dossier.Event) bool {
	_, ok := e.Body.(dossier.Accepted)
	return ok
}
