package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/workflows"
)

// lost does acts as a workflow task does them whose end never reaches Temporal: they are in the book, and the workflow will
// never know. Each is decided a minute after it was sent.
func lost(t *testing.T, b *book, in workflows.Start, acts ...dossier.Act) {
	t.Helper()
	cal, err := calendar.New(week())
	require.NoError(t, err)
	deps := dossier.Deps{Plan: in.Exec, Policy: in.Policy, Calendars: func(string) (*calendar.Calendar, error) { return cal, nil }}
	s := dossier.Rebuild(b.events)
	s.Done, s.Revision = b.acts, b.acts[len(b.acts)-1].Revision
	for _, a := range acts {
		events, err := dossier.Do(deps, s, a, a.At.Add(time.Minute))
		require.NoError(t, err)
		b.events, b.acts = append(b.events, events...), s.Done
	}
}

func completed(id, when string) dossier.Act {
	return dossier.Act{ID: id, Kind: dossier.ActComplete, At: at(when), By: "cb-1"}
}

// finish ends the dossier by an act and sees that the book has every act of the ids once.
func finish(t *testing.T, env *testsuite.TestWorkflowEnvironment, b *book, in workflows.Start, kind string, ids ...string) {
	t.Helper()
	last := send(env, "2026-03-04 10:00", "end", act(kind))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	require.NoError(t, last.err)
	var got []string
	for _, d := range b.acts {
		got = append(got, d.ID)
	}
	require.ElementsMatch(t, append(ids, "a1", "a2", "end"), got)
	seen := map[string]bool{}
	before := ""
	for i, e := range b.events {
		require.Equal(t, int64(i+1), e.Seq, "no gap")
		if e.Act != before {
			require.False(t, seen[e.Act] && e.Act != "", "act %s happened once", e.Act)
			before, seen[e.Act] = e.Act, true
		}
	}
}

// The act whose task was lost comes again: it was done, and is answered as it was done then.
func TestLostActComesAgain(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	lost(t, b, in, completed("a3", "2026-03-02 10:00"))
	again := send(env, "2026-03-02 10:00", "a3", act(dossier.ActComplete))
	next := send(env, "2026-03-02 11:00", "a4", act(dossier.ActComplete))
	finish(t, env, b, in, dossier.ActWithdraw, "a3", "a4")
	require.NoError(t, again.err)
	require.Equal(t, b.acts[2].Seq, again.reply.Seq)
	require.EqualValues(t, 3, again.reply.Revision)
	require.NoError(t, next.err)
	require.EqualValues(t, 4, next.reply.Revision)
}

// Somebody else's act finds a workflow that is behind: what it would refuse by what it knows is right by what is recorded, and
// the other way round.
func TestActOnAWorkflowBehind(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	lost(t, b, in, completed("a3", "2026-03-02 10:00"), completed("a4", "2026-03-02 10:30"))
	seen := int64(len(b.events))
	of := func(task string) workflows.ActRequest {
		req := act(dossier.ActComplete)
		req.Act.Task, req.Seen = task, seen
		return req
	}
	stale := of("nhan#1")
	wrong := send(env, "2026-03-02 10:45", "x1", stale)
	right := send(env, "2026-03-02 11:00", "a5", of(""))
	finish(t, env, b, in, dossier.ActReturn, "a3", "a4", "a5")
	require.True(t, wrong.accepted, "by a validator that cannot judge")
	require.ErrorContains(t, wrong.err, "task_not_open")
	require.NoError(t, right.err)
	require.EqualValues(t, 5, right.reply.Revision)
}

// Acts that were decided on top of what the workflow knew are decided again on top of what is recorded, while it was being
// found out.
func TestActsOfAnEraAreDecidedAgain(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	lost(t, b, in, completed("a3", "2026-03-02 10:00"))
	first := send(env, "2026-03-02 10:30", "b1", act(dossier.ActComplete))
	second := send(env, "2026-03-02 10:30", "b2", act(dossier.ActComplete))
	finish(t, env, b, in, dossier.ActReturn, "a3", "b1", "b2")
	require.NoError(t, first.err)
	require.NoError(t, second.err)
	require.ElementsMatch(t, []int64{4, 5}, []int64{first.reply.Revision, second.reply.Revision})
}

// A poke that knows more moves the alarm too: what was recorded paused the clock, and the rung that the workflow was waiting
// for does not fire.
func TestPokedWorkflowTakesOver(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	lost(t, b, in, completed("a3", "2026-03-02 09:30"), dossier.Act{ID: "a4", Kind: dossier.ActSuspend, At: at("2026-03-02 10:00"), By: "cb-1", Reasoned: true, Ground: "x", Document: "y"})
	poked := &answer{}
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.UpdatePoke, "poke", poked.callbacks(), int64(len(b.events)))
	}, time.Hour+time.Minute)
	send(env, "2026-03-20 09:00", "end", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	require.NoError(t, poked.err)
	require.Empty(t, b.fired())
	require.Equal(t, dossier.StatusWithdrawn, b.view.Status)
}

// A rung whose task was lost after its record fires once, at the time that is recorded; the ladder goes on from there.
func TestLostRungFiresOnce(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	lost(t, b, in, dossier.Act{Kind: dossier.ActAlarm, At: at("2026-03-05 08:15")})
	recorded := b.events[len(b.events)-1]
	send(env, "2026-03-20 09:00", "end", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{"nua 03-05 08:15", "qua-han 03-10 07:30", "don-doc 03-11 07:30", "don-doc/2 03-12 07:30"}, b.fired())
	require.Contains(t, b.events, recorded)
}
