package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/procedure"
	"motcua/workflows"
)

// A pause that ends at its bound ends without an event: the rungs behind it are armed from the start, and fire at their own legal
// instant. Under engine version 4 they were not; what the query "next" says showed it to the clock check, and a poke armed them.
func TestRungsBehindABoundAreArmed(t *testing.T) {
	t.Parallel()
	behindABound(t, dossier.EngineVersion, true)
}

func TestPokeArmsWhatAPauseLeftBehind(t *testing.T) {
	t.Parallel()
	behindABound(t, 4, false)
}

func behindABound(t *testing.T, engine int, armed bool) {
	t.Helper()
	b := &book{}
	env, in := environment(t, b)
	for i := range in.Events {
		if s, ok := in.Events[i].Body.(dossier.Submitted); ok {
			s.Engine = engine
			in.Events[i].Body = s
		}
	}
	in.Exec.Supplement.Effect, in.Exec.Supplement.Bound = procedure.EffectExclude, lim("1wd")
	send(env, "2026-03-02 10:00", "a3", act(dossier.ActComplete))
	ask := act(dossier.ActRequestSupplement)
	ask.Act.Reasoned = true
	asked := send(env, "2026-03-03 10:00", "a4", ask)
	after := func(when string, f func()) { env.RegisterDelayedCallback(f, at(when).Sub(at("2026-03-02 09:00"))) }
	next := func() (n workflows.NextReply) {
		v, err := env.QueryWorkflow(workflows.QueryNext)
		require.NoError(t, err)
		require.NoError(t, v.Get(&n))
		return n
	}
	// Half of 5 wd is 20 working hours; 6.5 had run on Monday, 2.5 by Tuesday 10:00; excluded until Wednesday 17:00, the rest
	// ends on Friday at 11:00.
	half := at("2026-03-06 11:00")
	after("2026-03-05 09:00", func() {
		n := next()
		require.True(t, n.Alarm.At.Equal(half), "what the events lead to")
		require.Equal(t, armed, n.WallAt.Equal(half), n.WallAt)
		if armed {
			return
		}
		env.UpdateWorkflow(workflows.UpdatePoke, "poke", (&answer{}).callbacks(), int64(0))
	})
	after("2026-03-05 09:01", func() {
		n := next()
		require.True(t, n.Armed)
		require.True(t, n.WallAt.Equal(half), n.WallAt)
	})
	after("2026-03-07 09:00", env.CancelWorkflow)
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, asked.err)
	require.Equal(t, []string{"nua 03-06 11:00"}, b.fired())
}
