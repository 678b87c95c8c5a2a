package simulate

import (
	"time"

	"motcua/dossier"
	"motcua/procedure"
)

// Look is the dossier as it stood at an instant, after everything that happened up to then.
type Look struct {
	At   time.Time
	View dossier.View
	// Counted and Excluded are working minutes since acceptance, inside and outside the legal limit.
	Counted, Excluded int
	// Rungs of the dossier and of its intake that fired by then, with the instant of the latest firing.
	Rungs map[string]time.Time
}

// farFuture is after every scenario.
var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// lookBefore takes the looks that lie before the next thing that happens.
func (r *runner) lookBefore(next time.Time) error {
	for len(r.looks) > 0 && r.looks[0].Before(next) {
		l, err := r.look(r.looks[0])
		if err != nil {
			return err
		}
		r.out.Looks = append(r.out.Looks, l)
		r.looks = r.looks[1:]
	}
	return nil
}

func (r *runner) look(at time.Time) (Look, error) {
	l := Look{At: at, Rungs: map[string]time.Time{}}
	var err error
	if l.View, err = dossier.Look(r.deps, r.state, at); err != nil {
		return l, err
	}
	segments, err := dossier.Ledger(r.deps, r.state, at)
	if err != nil {
		return l, err
	}
	for _, s := range segments {
		if s.Counted {
			l.Counted += s.Minutes
		} else {
			l.Excluded += s.Minutes
		}
	}
	for _, f := range r.state.Fired {
		if f.Subject == procedure.OnDossier || f.Subject == procedure.OnIntake {
			if f.Instant.After(l.Rungs[f.Rung]) {
				l.Rungs[f.Rung] = f.Instant
			}
		}
	}
	return l, nil
}
