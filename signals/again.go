package signals

import (
	"time"

	"motcua/dossier"
)

// again is two dossiers of the same applicant under one procedure: one ended without what was asked for, the other came soon.
type again struct {
	first, second string
	// accepted: the first one's legal clock had begun.
	accepted  bool
	agency    string
	procedure string
	ending    Evidence
	coming    Evidence
}

// Same is handed the journals of two dossiers that one applicant submitted. Who that is stays outside.
func (d *Detector) Same(first, second []dossier.Event) {
	if len(first) == 0 || len(second) == 0 {
		return
	}
	a, b := dossier.Rebuild(first), dossier.Rebuild(second)
	came := &second[0]
	if a.Procedure != b.Procedure || a.Code == b.Code || a.Parent != nil || b.Parent != nil || !d.period.Holds(came.Recorded) {
		return
	}
	ended := endedWithout(first)
	if ended == nil || came.At.Before(ended.At) || came.At.After(ended.At.Add(time.Duration(d.policy[RuleAgain].Days)*24*time.Hour)) {
		return
	}
	d.again = append(d.again, again{
		first: a.Code, second: b.Code, accepted: !a.AcceptedAt.IsZero(), agency: b.Lead, procedure: b.Procedure,
		ending: evidence(a.Code, ended), coming: evidence(b.Code, came),
	})
}

// endedWithout is the event that ended a dossier without what the applicant asked for, if that is how it ended.
func endedWithout(events []dossier.Event) (found *dossier.Event) {
	for i := range events {
		switch b := events[i].Body.(type) {
		case dossier.Withdrawn, dossier.Stopped, dossier.IntakeRefused:
			found = &events[i]
		case dossier.Finished:
			if found = nil; b.Refusal {
				found = &events[i]
			}
		case dossier.Reopened:
			found = nil
		}
	}
	return found
}

// endAgain puts pairs together to chains, named by the first dossier of each.
func (d *Detector) endAgain() {
	before, ended := map[string]string{}, map[string]time.Time{}
	for _, a := range d.again {
		if at := ended[a.second]; a.ending.At.After(at) || a.ending.At.Equal(at) && a.first > before[a.second] { // of several the latest
			before[a.second], ended[a.second] = a.first, a.ending.At
		}
	}
	root := func(code string) string {
		for range len(before) + 1 {
			up, ok := before[code]
			if !ok {
				break
			}
			code = up
		}
		return code
	}
	rule := d.policy[RuleAgain]
	times, accepted := map[string]int{}, map[string]int{}
	for _, a := range d.again {
		if before[a.second] != a.first {
			continue
		}
		times[root(a.second)]++
		if a.accepted {
			accepted[root(a.second)]++
		}
	}
	for _, a := range d.again {
		subject := root(a.second)
		if before[a.second] == a.first && (accepted[subject] >= rule.Count || times[subject] >= rule.Unaccepted) {
			d.see(Signal{Rule: RuleAgain, Subject: subject, Agency: a.agency, Procedure: a.procedure}, a.ending, a.coming)
		}
	}
	d.again = nil
}
