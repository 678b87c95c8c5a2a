package workflows_test

import (
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"motcua/dossier"
	"motcua/workflows"
)

// silent keeps the test environment's log out of the figures.
type silent struct{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}

// BenchmarkThirtyDays runs a dossier that is left alone for a month, its ladder included, on the real workflow code with
// skipped time.
func BenchmarkThirtyDays(b *testing.B) {
	shelf := &book{}
	in := accepted(b, shelf)
	b.ReportAllocs()
	for b.Loop() {
		db := &book{}
		var suite testsuite.WorkflowTestSuite
		suite.SetLogger(silent{})
		env := suite.NewTestWorkflowEnvironment()
		env.SetStartTime(at("2026-03-02 09:00"))
		env.RegisterWorkflowWithOptions(workflows.Dossier, workflow.RegisterOptions{Name: workflows.DossierName})
		env.RegisterActivityWithOptions(db.Record, activity.RegisterOptions{Name: workflows.RecordEvents().Name})
		env.RegisterActivityWithOptions(db.LookUp, activity.RegisterOptions{Name: workflows.LookUp().Name})
		env.RegisterDelayedCallback(func() {
			end := &answer{}
			req := workflows.ActRequest{Act: dossier.Act{ID: "end", Kind: dossier.ActWithdraw, At: at("2026-04-01 09:00"), By: "cb-1"}}
			env.UpdateWorkflow(workflows.UpdateAct, "end", end.callbacks(), req)
		}, 30*24*time.Hour)
		env.ExecuteWorkflow(workflows.DossierName, in)
		if err := env.GetWorkflowError(); err != nil || len(db.fired()) != 4 {
			b.Fatal(err, db.fired())
		}
	}
}
