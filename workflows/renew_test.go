package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"motcua/dossier"
	"motcua/workflows"
)

// A long history is renewed from a snapshot: the dossier goes on where it was, and still knows the acts that were done.
func TestContinueAsNewKeepsEverything(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	send(env, "2026-03-02 10:00", "a3", act(dossier.ActComplete))
	env.RegisterDelayedCallback(func() {
		env.SetContinueAsNewSuggested(true)
		a := &answer{}
		env.UpdateWorkflow(workflows.UpdatePoke, "poke", a.callbacks())
	}, at("2026-03-03 10:00").Sub(at("2026-03-02 09:00")))
	env.ExecuteWorkflow(workflows.DossierName, in)
	var renewed *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &renewed)
	var next workflows.Start
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(renewed.Input, &next))
	require.Empty(t, next.Events)
	require.NotNil(t, next.Snapshot)

	kept := b.events
	again, _ := environment(t, b)
	b.events = kept // the second environment brought an intake of its own
	again.SetStartTime(at("2026-03-03 10:00"))
	known := &answer{}
	again.RegisterDelayedCallback(func() {
		req := act(dossier.ActComplete)
		req.Act.ID, req.Act.At = "a3", at("2026-03-02 10:00")
		again.UpdateWorkflow(workflows.UpdateAct, "again", known.callbacks(), req)
	}, time.Minute)
	again.RegisterDelayedCallback(func() {
		a := &answer{}
		req := act(dossier.ActWithdraw)
		req.Act.ID, req.Act.At, req.Act.By = "end", at("2026-03-20 09:00"), "cb-1"
		again.UpdateWorkflow(workflows.UpdateAct, "end", a.callbacks(), req)
	}, at("2026-03-20 09:00").Sub(at("2026-03-03 10:00")))
	again.ExecuteWorkflow(workflows.DossierName, next)
	require.NoError(t, again.GetWorkflowError())
	require.NoError(t, known.err)
	require.EqualValues(t, 3, known.reply.Revision, "answered as the first time, not done again")
	require.Equal(t, []string{"nua 03-05 08:15", "qua-han 03-10 07:30", "don-doc 03-11 07:30", "don-doc/2 03-12 07:30"}, b.fired(), "the ladder goes on")
	for i, e := range b.events {
		require.Equal(t, int64(i+1), e.Seq, "no gap over the renewal")
	}
}
