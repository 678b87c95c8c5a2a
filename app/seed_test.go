package app

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/library"
	"motcua/office"
	"motcua/procedure"
)

// Every step of every shipped procedure, whichever agency of the demonstration leads and whichever desk receives, can be done with
// some demo key: of its agency, by who holds the position or is a superior there.
func TestDemoKeysReachEveryStep(t *testing.T) {
	t.Parallel()
	org, err := library.Organisation()
	require.NoError(t, err)
	plans, err := library.Plans()
	require.NoError(t, err)
	holds := func(officer, agency string, roles ...string) bool {
		return slices.ContainsFunc(org.Positions, func(p library.Position) bool {
			return p.Agency == agency && slices.Contains(roles, p.Role) && slices.Contains(p.Officers, officer)
		})
	}
	reached := func(agency string, st *procedure.Step) bool {
		return slices.ContainsFunc(demoKeys(), func(k demoKey) bool {
			acts := slices.ContainsFunc(k.roles, func(r string) bool {
				return r == office.RoleOneStop || st.Kind != procedure.StepReturn && (r == office.RoleHandler || r == office.RoleLeader)
			})
			return acts && k.agency == agency && (st.Role == "" || holds(k.officer, agency, st.Role, procedure.ToHeadOfUnit, procedure.ToHeadOfAgency))
		})
	}
	steps, missing := 0, map[string]bool{}
	for _, p := range plans {
		for _, b := range org.Bindings {
			lead, ok := org.Agency(b.Lead)
			require.True(t, ok, b.Lead)
			if lead.Type != p.Agency {
				continue
			}
			for i := range p.Exec.Steps {
				st := &p.Exec.Steps[i]
				agencies := []string{b.Agencies[st.Agency]}
				switch st.Agency {
				case "", p.Agency:
					agencies = []string{b.Lead}
				case procedure.RefReceiving:
					agencies = b.Receiving
				}
				for _, agency := range agencies {
					if steps++; agency != "" && !reached(agency, st) { // a lead that is not bound to an agency does not take the procedure in
						missing[fmt.Sprint(agency, " ", st.Role, " ", st.Kind)] = true
					}
				}
			}
		}
	}
	require.Greater(t, steps, 1000)
	require.Empty(t, missing)
}

// The page of the keys names each of them, with the agency it stands in and what it may.
func TestDemoKeysAreDocumented(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../docs/permissions.md")
	require.NoError(t, err)
	for _, k := range demoKeys() {
		require.Contains(t, string(data), fmt.Sprintf("\n| mc_%s_demo | %s | %s | %s |\n", k.prefix, k.agency, strings.Join(k.roles, ", "), k.who))
	}
	require.Equal(t, len(demoKeys()), strings.Count(string(data), "\n| mc_"))
}
