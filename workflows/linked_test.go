package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"motcua/dossier"
	"motcua/procedure"
	"motcua/workflows"
)

// linkedPlan waits in its second step for a dossier of the police.
func linkedPlan() *procedure.Executable {
	x := plan()
	x.Agencies = []string{"cong-an"}
	x.Steps[0].Outcomes = done("cu-tru")
	x.Steps[1] = procedure.Step{ID: "cu-tru", Kind: procedure.StepSub, Procedure: "1.004222", Agency: "cong-an", Limit: lim("2wd"), Outcomes: []procedure.Outcome{
		{Name: procedure.SubFinished, Edges: []procedure.Edge{{To: "ky"}}}, {Name: procedure.SubRefused, Edges: []procedure.Edge{{To: "tra"}}},
		{Name: procedure.SubStopped, Edges: []procedure.Edge{{To: "tra"}}},
	}}
	x.Ladder = append(x.Ladder, procedure.Rung{ID: "het-han", On: procedure.OnStep, AtDue: true, To: []string{procedure.ToHeadOfAgency}, Do: []string{procedure.DoNotify}})
	return x
}

// ending is the act of the link: the end of the other dossier, when it took effect.
func ending(when, outcome string) workflows.ActRequest {
	return workflows.ActRequest{Act: dossier.Act{
		ID: "end", Kind: dossier.ActEndChild, At: at(when), By: dossier.ByLink, Task: "cu-tru#1", Outcome: outcome, Child: "H99.31-260302-0002",
	}}
}

// The workflow waits for the other dossier as for anything: its rungs fire meanwhile, the end lands as an Update, once, and takes
// effect when the other dossier ended.
func TestWaitingForAnotherDossier(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	in.Exec = linkedPlan()
	first := send(env, "2026-03-02 10:00", "a3", act(dossier.ActComplete))
	forged := send(env, "2026-03-02 11:00", "a4", workflows.ActRequest{Act: dossier.Act{Kind: dossier.ActComplete, Task: "cu-tru#1", Outcome: "finished"}})
	var ends []*answer
	for _, landed := range []string{"2026-03-05 08:00", "2026-03-05 09:00"} { // delivered twice
		a := &answer{}
		ends = append(ends, a)
		env.RegisterDelayedCallback(func() {
			env.UpdateWorkflow(workflows.UpdateAct, "end", a.callbacks(), ending("2026-03-04 16:00", "finished"))
		}, at(landed).Sub(at("2026-03-02 09:00")))
	}
	send(env, "2026-03-05 10:00", "a9", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	require.NoError(t, first.err)
	var app *temporal.ApplicationError
	require.ErrorAs(t, forged.err, &app)
	var refusal dossier.Refusal
	require.NoError(t, app.Details(&refusal))
	require.Equal(t, "use_child", refusal.Code)
	var kinds []string
	for _, e := range b.events[len(in.Events):] {
		kinds = append(kinds, e.Body.Kind()+" "+e.At.Format("02 15:04"))
	}
	// Two working days from Monday 10:00 end on Wednesday at 10:00: the rung is told though nobody here can act.
	require.Equal(t, []string{
		"step_completed 02 10:00", "step_opened 02 10:00", "child_requested 02 10:00", "rung_fired 04 10:00",
		"step_completed 04 16:00", "step_opened 04 16:00", "rung_fired 05 08:15", "withdrawn 05 10:00",
	}, kinds)
	for _, a := range ends {
		require.NoError(t, a.err)
		require.EqualValues(t, 3, a.reply.Revision, "no person did anything")
	}
	require.Equal(t, dossier.StageWithdrawn, b.view.Stage)
}

// What waits is renewed from a snapshot with the dossier that it waits for.
func TestTheWaitSurvivesARenewal(t *testing.T) {
	t.Parallel()
	in := accepted(t, &book{})
	in.Exec = linkedPlan()
	s := dossier.Rebuild(in.Events)
	s.Parent = &dossier.Parent{Code: "H99.14-260302-0009", Task: "con#1", Procedures: []string{"2.002621"}}
	in.Events, in.Done, in.Snapshot = nil, nil, s
	payloads, err := workflows.DataConverter().ToPayloads(in)
	require.NoError(t, err)
	var back workflows.Start
	require.NoError(t, workflows.DataConverter().FromPayloads(payloads, &back))
	require.Equal(t, s.Parent, back.Snapshot.Parent)
	require.Equal(t, in.Exec.Steps[1], back.Exec.Steps[1])
}
