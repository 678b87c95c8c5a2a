package simulate

import (
	"slices"

	"motcua/dossier"
	"motcua/procedure"
)

// Recipients are whom a rung reaches in an imagined office: there, every position that the ladder names is held by one person
// of that name, and the first of them takes over what is handed up.
func Recipients(key dossier.RungKey, to []string, handUp bool) dossier.Recipients {
	r := dossier.Recipients{Rung: key, To: slices.Clone(to)}
	if handUp && len(to) > 0 {
		r.HandUp = to[0]
	}
	return r
}

func reached(due []dossier.Alarm) (out []dossier.Recipients) {
	for _, a := range due {
		if a.Kind == dossier.AlarmRung {
			out = append(out, Recipients(a.Key, a.Rung.To, slices.Contains(a.Rung.Do, procedure.DoHandUp)))
		}
	}
	return out
}
