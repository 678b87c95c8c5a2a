package simulate

import (
	"slices"

	"motcua/dossier"
	"motcua/procedure"
)

// Recipients are whom a rung reaches in an imagined office: there, every position that the ladder names is held by one person
// of that name, and the first of them takes over what is handed up. Nobody else has the position of a task, so nothing is
// reassigned, and no standing decision is in force.
func Recipients(key dossier.RungKey, to []string, asks dossier.Asks) dossier.Recipients {
	r := dossier.Recipients{Rung: key, To: slices.Clone(to)}
	if asks.HandUp && len(to) > 0 {
		r.HandUp = to[0]
	}
	if asks.Sign {
		r.Signers = []string{procedure.ToHeadOfAgency}
	}
	if asks.Inspect {
		r.Inspector, r.Office = procedure.ToControl, lead
	}
	return r
}

func reached(s *dossier.State, due []dossier.Alarm) (out []dossier.Recipients) {
	for _, a := range due {
		if a.Kind == dossier.AlarmRung {
			out = append(out, Recipients(a.Key, a.Rung.To, s.Asks(a.Rung)))
		}
	}
	return out
}
