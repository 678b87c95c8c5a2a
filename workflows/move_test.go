package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
	"motcua/workflows"
)

// longer is another version of plan: the work has another name and another agency, and the ladder another rung.
func longer() *procedure.Executable {
	x := plan()
	x.Plan, x.Limit, x.Agencies = "longer", lim("6wd"), []string{"so"}
	x.Steps[1].ID, x.Steps[1].Agency = "giai-quyet", "so"
	x.Steps[0].Outcomes = done("giai-quyet")
	x.Ladder = append(x.Ladder, procedure.Rung{ID: "con-hai-gio", On: procedure.OnDossier, Before: lim("2wh"), To: []string{procedure.ToAssignee}, Do: []string{procedure.DoNotify}})
	return x
}

func moving() workflows.ActRequest {
	spec := week(calendar.NewDate(2026, 3, 13))
	return workflows.ActRequest{
		Act: dossier.Act{Kind: dossier.ActMoveVersion, Reasoned: true, Document: "1/QĐ", Move: &dossier.Move{
			Plan: longer(), Steps: map[string]string{"xu-ly": "giai-quyet"},
			Bindings: []dossier.Binding{{Ref: "so", Agency: "H99.15"}}, Calendars: []dossier.AgencyCalendar{{Agency: "H99.15", Hash: spec.Hash()}},
		}},
		Calendars: []workflows.CalendarData{{Agency: "H99.15", Hash: spec.Hash(), Spec: spec}},
	}
}

// A dossier that was moved goes on under the new plan: its steps, its agencies, its ladder; the promise stands.
func TestMovedDossierGoesOn(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	send(env, "2026-03-02 10:00", "a3", act(dossier.ActComplete))
	moved := send(env, "2026-03-03 09:00", "a4", moving())
	old := act(dossier.ActComplete)
	old.Act.Task = "xu-ly#1"
	wrong := send(env, "2026-03-03 10:00", "x1", old)
	next := act(dossier.ActComplete)
	next.Act.Task = "giai-quyet#1"
	right := send(env, "2026-03-10 10:00", "a5", next)
	send(env, "2026-03-10 11:00", "a9", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	require.NoError(t, moved.err)
	require.Equal(t, at("2026-03-09 17:00"), moved.reply.Due.In(calendar.Zone()))
	require.ErrorContains(t, wrong.err, "task_not_open")
	require.NoError(t, right.err)
	require.Equal(t, "longer", b.view.Plan)
	require.Equal(t, []string{"nua 03-05 08:15", "con-hai-gio 03-09 15:00", "qua-han 03-10 07:30"}, b.fired())
}

// What a move brought along is kept over a renewal of the history.
func TestMovedDossierIsRenewed(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	send(env, "2026-03-02 10:00", "a3", act(dossier.ActComplete))
	send(env, "2026-03-02 11:00", "a4", moving())
	env.RegisterDelayedCallback(func() {
		env.SetContinueAsNewSuggested(true)
		env.UpdateWorkflow(workflows.UpdatePoke, "poke", (&answer{}).callbacks())
	}, at("2026-03-03 10:00").Sub(at("2026-03-02 09:00")))
	env.ExecuteWorkflow(workflows.DossierName, in)
	var renewed *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &renewed)
	var next workflows.Start
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(renewed.Input, &next))
	require.Equal(t, "longer", next.Exec.Plan)
	require.Len(t, next.Calendars, 2)

	kept := b.events
	again, _ := environment(t, b)
	b.events = kept // the second environment brought an intake of its own
	again.SetStartTime(at("2026-03-03 10:00"))
	last := &answer{}
	again.RegisterDelayedCallback(func() {
		req := act(dossier.ActComplete)
		req.Act.ID, req.Act.At, req.Act.Task = "a5", at("2026-03-04 09:00"), "giai-quyet#1"
		again.UpdateWorkflow(workflows.UpdateAct, "a5", last.callbacks(), req)
	}, at("2026-03-04 09:00").Sub(at("2026-03-03 10:00")))
	again.RegisterDelayedCallback(func() {
		req := act(dossier.ActWithdraw)
		req.Act.ID, req.Act.At = "a9", at("2026-03-04 10:00")
		again.UpdateWorkflow(workflows.UpdateAct, "a9", (&answer{}).callbacks(), req)
	}, at("2026-03-04 10:00").Sub(at("2026-03-03 10:00")))
	again.ExecuteWorkflow(workflows.DossierName, next)
	require.NoError(t, again.GetWorkflowError())
	require.NoError(t, last.err)
}

// A move whose task was lost after the record: the workflow takes over plan and events, and decides what comes next by them.
func TestLostMoveIsTakenOver(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	m := moving()
	m.Act.Move.Plan.Agencies, m.Act.Move.Bindings, m.Act.Move.Calendars = nil, nil, nil
	m.Act.Move.Plan.Steps[1].Agency = ""
	m.Act.ID, m.Act.At, m.Act.By = "a4", at("2026-03-02 10:30"), "cb-1"
	lost(t, b, in, completed("a3", "2026-03-02 10:00"), m.Act)
	b.exec = m.Act.Move.Plan
	next := act(dossier.ActComplete)
	next.Act.Task, next.Seen = "giai-quyet#1", int64(len(b.events))
	right := send(env, "2026-03-02 11:00", "a5", next)
	finish(t, env, b, in, dossier.ActWithdraw, "a3", "a4", "a5")
	require.NoError(t, right.err)
	require.Equal(t, "longer", b.view.Plan)
}

// A refused move changes nothing: the dossier goes on under its plan.
func TestRefusedMoveLeavesTheDossier(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	send(env, "2026-03-02 10:00", "a3", act(dossier.ActComplete))
	m := moving()
	m.Act.Move.Steps = nil
	refused := send(env, "2026-03-02 11:00", "x1", m)
	next := act(dossier.ActComplete)
	next.Act.Task = "xu-ly#1"
	right := send(env, "2026-03-02 12:00", "a4", next)
	env.RegisterDelayedCallback(func() {}, time.Hour)
	send(env, "2026-03-02 13:00", "a9", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	require.ErrorContains(t, refused.err, "step_unmapped")
	require.False(t, refused.accepted, "before history is written")
	require.NoError(t, right.err)
	require.Equal(t, "test", b.view.Plan)
}

// A move that is reckoned another way must fail the replay: here the step that the open task became has another limit.
func TestChangedMoveFailsTheReplay(t *testing.T) {
	t.Parallel()
	dc := workflows.DataConverter()
	for _, name := range []string{"v4-moved-to-its-result", "v4-suspended-moved-and-back"} {
		for _, more := range []int{0, 100} {
			h := corpus(t)[name]
			require.NotNil(t, h, name)
			moves := 0
			for _, e := range h.Events {
				update := e.GetWorkflowExecutionUpdateAcceptedEventAttributes()
				if update == nil || update.GetAcceptedRequest().GetInput().GetName() != workflows.UpdateAct {
					continue
				}
				var req workflows.ActRequest
				input := update.GetAcceptedRequest().GetInput()
				require.NoError(t, dc.FromPayloads(input.GetArgs(), &req))
				if req.Act.MovesTo() == nil {
					continue
				}
				moves++
				for i := range req.Act.Move.Plan.Steps {
					if st := &req.Act.Move.Plan.Steps[i]; st.ID == "tham-tra" || st.ID == "tra-cuu" {
						st.Limit.Hundredths += more
					}
				}
				args, err := dc.ToPayloads(req)
				require.NoError(t, err)
				input.Args = args
			}
			require.Positive(t, moves)
			if err := replay(t, h); more == 0 {
				require.NoError(t, err, "%s: written anew and unchanged it replays", name)
			} else {
				require.Error(t, err, name)
			}
		}
	}
}
