package signals

import (
	"maps"
	"slices"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/dossier"
)

// night is an officer's day.
type night struct {
	officer string
	day     calendar.Date
}

// afterHours counts the completions of an officer's day that fell outside the sessions of the task's agency; an act counts once,
// however many steps it passes.
func (l *life) afterHours(i int, b dossier.StepCompleted) error {
	e := &l.events[i]
	if !person(e.By) || b.Silence || b.Child != "" || i > 0 && e.Act != "" && completedBy(l.events[:i], e.Act) {
		return nil
	}
	agency := l.agencyOf(b.Task)
	cal, err := l.calendarOf(agency)
	if err != nil {
		return err
	}
	inside, err := cal.Between(e.At, e.At.Add(time.Minute))
	if err != nil || inside > 0 {
		return err
	}
	k := night{e.By, calendar.DateOf(e.At)}
	s, ok := l.nights[k]
	if !ok {
		s = &Signal{Rule: RuleAfterHours, Subject: "officer:" + e.By + ":" + k.day.String(), Agency: agency, Officer: e.By, Procedure: l.s.Procedure}
		l.nights[k] = s
	}
	if s.Procedure != l.s.Procedure {
		s.Procedure = ""
	}
	s.Evidence = append(s.Evidence, evidence(l.code, e))
	return nil
}

// completedBy says that an act has completed a step already.
func completedBy(events []dossier.Event, act string) bool {
	for i := len(events) - 1; i >= 0 && events[i].Act == act; i-- {
		if _, ok := events[i].Body.(dossier.StepCompleted); ok {
			return true
		}
	}
	return false
}

func (d *Detector) endNights() {
	keys := slices.SortedFunc(maps.Keys(d.nights), func(a, b night) int {
		if a.day != b.day {
			return int(a.day - b.day)
		}
		return strings.Compare(a.officer, b.officer)
	})
	for _, k := range keys {
		s := d.nights[k]
		seen := d.see(Signal{Rule: s.Rule, Subject: s.Subject, Agency: s.Agency, Officer: s.Officer, Procedure: s.Procedure}, s.Evidence...)
		seen.Count = len(seen.Evidence)
	}
	clear(d.nights)
}
