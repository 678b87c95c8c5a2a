package signals

import (
	"time"

	"motcua/dossier"
)

// pauses: the office stops the clock again and again, each time soon after it went on. Money and decisions that take time out
// are not the office's to choose, so they are no links of a chain.
func (l *life) pauses() error {
	rule := l.policy[RulePauses]
	gap, err := rule.Within.BudgetMinutes()
	if err != nil {
		return err
	}
	var chain []Evidence
	var ended time.Time
	longest := func() {
		inside := false
		for _, e := range chain {
			inside = inside || l.period.Holds(e.Recorded)
		}
		if len(chain) < rule.Count || !inside {
			return
		}
		s := l.see(Signal{Rule: RulePauses, Subject: l.code, Agency: l.s.Lead, Procedure: l.s.Procedure}, chain...)
		s.Count += len(chain) - 1
	}
	cal, err := l.calendarOf(l.s.Receiving)
	if err != nil {
		return err
	}
	for i := range l.events {
		e := &l.events[i]
		switch b := e.Body.(type) {
		case dossier.Suspended:
		case dossier.SupplementRequested:
			if b.BeforeAcceptance {
				continue
			}
		case dossier.Resumed:
			ended = e.At
			continue
		case dossier.SupplementChecked:
			if b.Complete {
				ended = b.Received
			}
			continue
		default:
			continue
		}
		if len(chain) > 0 {
			ran, err := cal.Between(ended, later(e.At, ended))
			if err != nil {
				return err
			}
			if ended.Before(chain[len(chain)-1].At) || ran > gap {
				longest()
				chain = nil
			}
		}
		chain = append(chain, evidence(l.code, e))
	}
	longest()
	return nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
