package signals

import (
	"time"

	"motcua/calendar"
	"motcua/dossier"
)

// lastDay: papers are asked for on the day that the result was promised for, or later. A limit within one day has no other day, so
// there it is the last share of its time.
func (l *life) lastDay(e *dossier.Event, b dossier.SupplementRequested) error {
	n := len(l.s.Counts)
	if b.BeforeAcceptance || n == 0 {
		return nil
	}
	v, err := l.look(e.At)
	if err != nil || v.DueAt.IsZero() {
		return err
	}
	late, err := l.atTheEnd(l.s.Counts[n-1].Start, e.At, v.DueAt)
	if err != nil || !late {
		return err
	}
	ev := evidence(l.code, e)
	ev.OldDue, ev.LateSince = v.DueAt, v.Verdict.Since
	l.see(Signal{Rule: RuleLastDay, Subject: l.code, Agency: l.agencyOf(b.Task), Procedure: l.s.Procedure}, ev)
	return nil
}

func (l *life) atTheEnd(start, at, due time.Time) (bool, error) {
	if l.s.Commitment.SameDay == nil && calendar.DateOf(start) != calendar.DateOf(due) && l.s.Commitment.Committed.IsDays() {
		return calendar.DateOf(at) >= calendar.DateOf(due), nil
	}
	cal, err := l.calendarOf(l.s.Receiving)
	if err != nil {
		return false, err
	}
	whole, err := cal.Between(start, due)
	if err != nil {
		return false, err
	}
	left := 0
	if at.Before(due) {
		if left, err = cal.Between(at, due); err != nil {
			return false, err
		}
	}
	return (whole-left)*100 >= whole*l.policy[RuleLastDay].Share, nil
}
