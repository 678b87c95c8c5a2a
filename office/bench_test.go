package office_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/office"
)

// BenchmarkAct measures an act through office and store, with a machine in memory for an engine: by a holder of the step's
// position, which is looked up, and by a leader above, which is not. The difference is what the check costs.
func BenchmarkAct(b *testing.B) {
	for name, who := range map[string]func(d *desk) office.Principal{
		"position looked up": func(d *desk) office.Principal { return d.officer("cb18", branch, office.RoleHandler) },
		"leader above":       func(d *desk) office.Principal { return d.officer("cb15", "H99.14.01", office.RoleLeader) },
	} {
		b.Run(name, func(b *testing.B) {
			d := open(b)
			code := d.appraised("k")
			p := who(d)
			n := 0
			for b.Loop() {
				n++
				body := office.ActBody{Kind: dossier.ActSuspend, Ground: "NĐ 61/2018"}
				if n%2 == 0 {
					body = office.ActBody{Kind: dossier.ActResume}
				}
				_, err := d.Act(b.Context(), p, code, body, fmt.Sprint(name, n), 0)
				require.NoError(b, err)
			}
		})
	}
}
