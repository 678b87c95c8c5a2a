package signals

import (
	"cmp"
	"maps"
	"slices"

	"motcua/dossier"
)

// group is a procedure at the agency that leads it.
type group struct{ agency, procedure string }

type tally struct {
	finished, extended int
	evidence           []Evidence
}

// extended counts the dossiers finished in the period, and those of them that a law gave more time.
func (l *life) extended() {
	finished := false
	var given []Evidence
	for i := range l.events {
		e := &l.events[i]
		switch b := e.Body.(type) {
		case dossier.Finished:
			finished = l.period.Holds(e.Recorded)
		case dossier.Reopened:
			finished = false
		case dossier.Extended:
			ev := evidence(l.code, e)
			ev.NewDue = b.Due
			given = append(given, ev)
		}
	}
	if !finished {
		return
	}
	k := group{l.s.Lead, l.s.Procedure}
	t, ok := l.groups[k]
	if !ok {
		t = &tally{}
		l.groups[k] = t
	}
	t.finished++
	if len(given) > 0 {
		t.extended++
		t.evidence = append(t.evidence, given...)
	}
}

func (d *Detector) endGroups() {
	rule := d.policy[RuleExtendedAll]
	keys := slices.SortedFunc(maps.Keys(d.groups), func(a, b group) int {
		return cmp.Or(cmp.Compare(a.agency, b.agency), cmp.Compare(a.procedure, b.procedure))
	})
	for _, k := range keys {
		t := d.groups[k]
		if t.finished < rule.Count || t.extended*100 < t.finished*rule.Share {
			continue
		}
		s := d.see(Signal{Rule: RuleExtendedAll, Subject: "agency:" + k.agency + ":" + k.procedure, Agency: k.agency, Procedure: k.procedure}, t.evidence...)
		s.Count, s.Of = t.extended, t.finished
	}
	clear(d.groups)
}
