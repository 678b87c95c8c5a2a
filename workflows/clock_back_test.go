package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"motcua/dossier"
	"motcua/workflows"
)

// until runs a workflow from a wall time, with the events of the book, and ends it from outside as a lost server does.
func until(t *testing.T, b *book, in workflows.Start, from, to string, pokes ...string) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(at(from))
	env.RegisterWorkflowWithOptions(workflows.Dossier, workflow.RegisterOptions{Name: workflows.DossierName})
	env.RegisterActivityWithOptions(b.Record, activity.RegisterOptions{Name: workflows.RecordEvents().Name})
	env.RegisterActivityWithOptions(b.LookUp, activity.RegisterOptions{Name: workflows.LookUp().Name})
	in.Events, in.Done = b.events, b.acts
	for _, p := range pokes {
		env.RegisterDelayedCallback(func() { env.UpdateWorkflow(workflows.UpdatePoke, "poke "+p, (&answer{}).callbacks(), int64(0)) }, at(p).Sub(at(from)))
	}
	env.RegisterDelayedCallback(env.CancelWorkflow, at(to).Sub(at(from)))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.True(t, env.IsWorkflowCompleted())
	require.Error(t, env.GetWorkflowError(), "it did not end by itself")
}

// The clock of the server is set back, again and again, over rungs that fired and over rungs to come; workflows are re-created and
// poked meanwhile. Every rung fires once, in order, with its own legal instant. Within a run the clock cannot go back: the SDK keeps
// the latest time that it was told.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	b := &book{}
	_, in := environment(t, b)
	until(t, b, in, "2026-03-02 09:00", "2026-03-05 09:00") // half of the time is over on Thursday at 08:15
	require.Equal(t, []string{"nua 03-05 08:15"}, b.fired())
	known := len(b.events)

	until(t, b, in, "2026-03-03 09:00", "2026-03-04 17:00", "2026-03-03 10:00", "2026-03-04 08:15") // two days back
	require.Len(t, b.events, known, "what fired does not fire again, and nothing fires early")

	until(t, b, in, "2026-03-05 08:14", "2026-03-10 07:31") // a minute before the rung that fired, and on over the due date
	require.Equal(t, []string{"nua 03-05 08:15", "qua-han 03-10 07:30"}, b.fired())

	until(t, b, in, "2026-03-01 00:00", "2026-03-02 08:00", "2026-03-01 12:00") // before it was taken in at all
	until(t, b, in, "2026-03-10 07:30", "2026-03-13 08:00")
	require.Equal(t, []string{"nua 03-05 08:15", "qua-han 03-10 07:30", "don-doc 03-11 07:30", "don-doc/2 03-12 07:30"}, b.fired())
	for i, e := range b.events {
		require.Equal(t, int64(i+1), e.Seq, "no gap, nothing twice")
	}
}

// The clock leaps ahead over the whole ladder and back: what was missed fires in order when it leaps, and not again after.
func TestClockLeapsAheadAndBack(t *testing.T) {
	t.Parallel()
	b := &book{}
	_, in := environment(t, b)
	until(t, b, in, "2026-03-12 08:00", "2026-03-12 09:00")
	want := []string{"nua 03-05 08:15", "qua-han 03-10 07:30", "don-doc 03-11 07:30", "don-doc/2 03-12 07:30"}
	require.Equal(t, want, b.fired())
	until(t, b, in, "2026-03-02 09:00", "2026-03-13 09:00", "2026-03-05 08:15")
	require.Equal(t, want, b.fired())
}

// A worker whose clock is wrong when rungs fall fires none of them; when it is right they fire in order, each once, with their own
// instants, however long that took.
func TestSkewedOverSeveralRungs(t *testing.T) {
	t.Parallel()
	b := &book{}
	right := at("2026-03-11 12:00")
	var env *testsuite.TestWorkflowEnvironment
	b.lookup = func(r workflows.LookupRequest) workflows.LookupReply {
		out := workflows.LookupReply{Skewed: env.Now().Before(right), Until: r.Until}
		if out.Skewed {
			return workflows.LookupReply{Skewed: true}
		}
		for _, q := range r.Rungs {
			out.Recipients = append(out.Recipients, dossier.Recipients{Rung: q.Key, To: []string{"cb-1"}})
		}
		return out
	}
	env, in := environment(t, b)
	env.RegisterDelayedCallback(func() { require.Empty(t, b.fired(), "nothing before the clock is right") }, right.Add(-time.Minute).Sub(at("2026-03-02 09:00")))
	env.RegisterDelayedCallback(func() {
		require.Equal(t, []string{"nua 03-05 08:15", "qua-han 03-10 07:30", "don-doc 03-11 07:30"}, b.fired())
	}, right.Add(3*time.Minute).Sub(at("2026-03-02 09:00")))
	send(env, "2026-03-20 09:00", "a9", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{"nua 03-05 08:15", "qua-han 03-10 07:30", "don-doc 03-11 07:30", "don-doc/2 03-12 07:30"}, b.fired())
	for _, e := range b.events {
		if f, ok := e.Body.(dossier.RungFired); ok {
			require.Equal(t, []string{"cb-1"}, f.To, "it reaches who is there when it fires")
		}
	}
}

// The check's workflow runs its tick as one long activity, which Temporal tries again until it is done.
func TestClockCheckWorkflow(t *testing.T) {
	t.Parallel()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(at("2026-03-03 00:00"))
	env.RegisterWorkflowWithOptions(workflows.ClockCheck, workflow.RegisterOptions{Name: workflows.ClockCheckName})
	var asked []workflows.CheckRequest
	env.RegisterActivityWithOptions(func(_ context.Context, r workflows.CheckRequest) (workflows.CheckReply, error) {
		asked = append(asked, r)
		if len(asked) < 3 {
			return workflows.CheckReply{}, workflows.ErrDown
		}
		return workflows.CheckReply{ID: "day-2026-03-03", Found: 2}, nil
	}, activity.RegisterOptions{Name: workflows.CheckClocks().Name})
	env.ExecuteWorkflow(workflows.ClockCheckName, workflows.CheckRequest{By: "clock"})
	require.NoError(t, env.GetWorkflowError())
	var reply workflows.CheckReply
	require.NoError(t, env.GetWorkflowResult(&reply))
	require.Equal(t, workflows.CheckReply{ID: "day-2026-03-03", Found: 2}, reply)
	require.Len(t, asked, 3)
	for _, r := range asked {
		require.True(t, r.At.Equal(at("2026-03-03 00:00")), "a later attempt is the same tick: %s", r.At)
	}
}

// Ids and codes are inverse, and neither kind takes the other's.
func TestCodesOfWorkflowIDs(t *testing.T) {
	t.Parallel()
	require.Equal(t, "H99-1", workflows.DossierCode(workflows.WorkflowID("H99-1")))
	require.Equal(t, "H99-NV26-0001", workflows.MissionCode(workflows.MissionID("H99-NV26-0001")))
	require.Empty(t, workflows.MissionCode(workflows.WorkflowID("H99-1")))
	require.Empty(t, workflows.DossierCode(workflows.MissionID("H99-1")))
	require.Empty(t, workflows.DossierCode(workflows.CheckID("x")))
}
