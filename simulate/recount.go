package simulate

import (
	"time"

	"motcua/dossier"
)

// Recount makes of recorded events what Run makes of a scenario: the timeline and the dossier as it stood at an instant. It is how
// a life that was not lived on the pure machine is told in the same words.
func Recount(sc Scenario, events []dossier.Event, played []Played, at time.Time) (Outcome, error) {
	deps, s := Deps(sc), &dossier.State{}
	out := Outcome{State: s, Played: played, At: at}
	kinds := map[string]string{"": dossier.ActAlarm}
	var refused []Played
	for _, p := range played {
		kinds[p.Act.ID] = p.Act.Kind
		if p.Refusal != nil {
			refused = append(refused, p)
		}
	}
	// tell puts refusals that came before an instant in their place.
	tell := func(before time.Time) {
		for len(refused) > 0 && refused[0].Now.Before(before) {
			p := refused[0]
			out.Moments = append(out.Moments, Moment{Refusal: p.Refusal, Act: p.Act.Kind, At: p.Now, Status: s.Status(sc.Plan)})
			refused = refused[1:]
		}
	}
	for from := 0; from < len(events); {
		until := from + 1
		for until < len(events) && events[until].Act == events[from].Act && events[until].Recorded.Equal(events[from].Recorded) {
			until++
		}
		tell(events[from].Recorded)
		for _, e := range events[from:until] {
			s.Apply(e)
		}
		v, err := dossier.Look(deps, s, events[from].Recorded)
		if err != nil {
			return out, err
		}
		for _, e := range events[from:until] {
			out.Moments = append(out.Moments, Moment{Event: e, Act: kinds[e.Act], At: e.At, Status: v.Status, Due: v.DueAt})
		}
		from = until
	}
	tell(farFuture)
	for _, p := range played {
		if p.Refusal == nil && p.Act.Kind != dossier.ActEndChild { // acts without events count too; another dossier's end is nobody's act
			s.Revision++
		}
	}
	var err error
	if out.View, err = dossier.Look(deps, s, at); err != nil {
		return out, err
	}
	out.Ledger, err = dossier.Ledger(deps, s, at)
	return out, err
}

// Events are what happened, in order.
func (o *Outcome) Events() (events []dossier.Event) {
	for i := range o.Moments {
		if o.Moments[i].Refusal == nil {
			events = append(events, o.Moments[i].Event)
		}
	}
	return events
}
