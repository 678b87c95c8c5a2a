package workflows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"motcua/dossier"
	"motcua/workflows"
)

// An act that ends the dossier lands while the look-up for a rung is under way: the rung is no longer due, and the workflow
// comes to its end.
func TestTheDossierEndsDuringALookUp(t *testing.T) {
	t.Parallel()
	b := &book{}
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(at("2026-03-02 09:00"))
	env.RegisterWorkflowWithOptions(workflows.Dossier, workflow.RegisterOptions{Name: workflows.DossierName})
	env.RegisterActivityWithOptions(b.Record, activity.RegisterOptions{Name: workflows.RecordEvents().Name})
	asked, withdrawn := make(chan struct{}), make(chan struct{})
	lookUp := func(ctx context.Context, r workflows.LookupRequest) (workflows.LookupReply, error) {
		close(asked)
		<-withdrawn
		return b.LookUp(ctx, r)
	}
	env.RegisterActivityWithOptions(lookUp, activity.RegisterOptions{Name: workflows.LookUp().Name})
	in := accepted(t, b)
	var refused error
	env.RegisterDelayedCallback(func() {
		<-asked
		req := workflows.ActRequest{Act: dossier.Act{ID: "a3", Kind: dossier.ActWithdraw, At: at("2026-03-05 08:15"), By: "cb-1"}}
		env.UpdateWorkflow(workflows.UpdateAct, "a3", &testsuite.TestUpdateCallback{
			OnAccept: func() {}, OnReject: func(err error) { refused = err },
			OnComplete: func(_ any, err error) {
				refused = err
				close(withdrawn)
			},
		}, req)
	}, at("2026-03-05 08:15").Sub(at("2026-03-02 09:00"))+1)
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.True(t, env.IsWorkflowCompleted())
	require.NoError(t, env.GetWorkflowError())
	require.NoError(t, refused)
	require.Equal(t, dossier.StatusWithdrawn, b.view.Status)
	require.Empty(t, b.fired())
}
