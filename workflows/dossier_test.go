package workflows_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/workflows"
)

func TestToItsResult(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	send(env, "2026-03-02 10:00", "a3", act(dossier.ActComplete))
	second := send(env, "2026-03-03 10:00", "a4", act(dossier.ActComplete))
	send(env, "2026-03-03 15:00", "a5", act(dossier.ActComplete))
	send(env, "2026-03-04 09:00", "a6", act(dossier.ActReturn))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.True(t, env.IsWorkflowCompleted())
	require.NoError(t, env.GetWorkflowError())
	require.NoError(t, second.err)
	require.Equal(t, dossier.StatusProcessing, second.reply.Status)
	require.Equal(t, dossier.StatusReturned, b.view.Status)
	require.Equal(t, dossier.ClassEarly, b.view.Verdict.Class)
	require.Len(t, b.acts, 6)
	require.Empty(t, b.fired())
	for i, e := range b.events {
		require.Equal(t, int64(i+1), e.Seq, "no gap")
	}
}

// A dossier left alone climbs the whole ladder, each rung once, each at its instant.
func TestLeftAlone(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	var next workflows.NextReply
	env.RegisterDelayedCallback(func() {
		v, err := env.QueryWorkflow(workflows.QueryNext)
		require.NoError(t, err)
		require.NoError(t, v.Get(&next))
	}, time.Minute)
	send(env, "2026-03-20 09:00", "a9", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	require.True(t, next.Armed)
	require.Equal(t, []string{"nua 03-05 08:15", "qua-han 03-10 07:30", "don-doc 03-11 07:30", "don-doc/2 03-12 07:30"}, b.fired())
	require.Equal(t, dossier.StatusWithdrawn, b.view.Status)
	require.Equal(t, dossier.ClassLate, b.view.Verdict.Class, "withdrawal washes nothing away")
}

func TestRefusedActsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	wrong := send(env, "2026-03-02 10:00", "x1", act(dossier.ActReturn))
	stale := send(env, "2026-03-02 10:00", "x2", workflows.ActRequest{Act: dossier.Act{Kind: dossier.ActComplete}, Expect: 7})
	forged := send(env, "2026-03-02 10:00", "x3", act(dossier.ActAlarm))
	send(env, "2026-03-02 11:00", "a9", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	for a, code := range map[*answer]string{wrong: "wrong_state", stale: "stale", forged: "unknown_act"} {
		require.False(t, a.accepted, "refused by the validator, before history is written")
		var app *temporal.ApplicationError
		require.ErrorAs(t, a.err, &app)
		require.Equal(t, workflows.RefusalType, app.Type())
		var r dossier.Refusal
		require.NoError(t, app.Details(&r))
		require.Equal(t, code, r.Code)
	}
	require.Equal(t, 1, b.batches)
}

func TestARetriedActIsOneAct(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	first, again, other := &answer{}, &answer{}, &answer{}
	for i, a := range []*answer{first, again, other} {
		env.RegisterDelayedCallback(func() {
			req := workflows.ActRequest{Act: dossier.Act{ID: "same", Kind: dossier.ActComplete, At: at("2026-03-02 10:00"), Fingerprint: "f"}}
			if i == 2 {
				req.Act.Fingerprint = "another"
			}
			env.UpdateWorkflow(workflows.UpdateAct, "u"+string(rune('0'+i)), a.callbacks(), req)
		}, at("2026-03-02 10:00").Sub(at("2026-03-02 09:00")))
	}
	send(env, "2026-03-02 11:00", "a9", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	require.NoError(t, first.err)
	require.NoError(t, again.err)
	require.Equal(t, first.reply, again.reply)
	require.ErrorContains(t, other.err, "key_reused")
}

func TestNewerCalendarIsAdoptedBeforeTheRung(t *testing.T) {
	t.Parallel()
	fresh := week(calendar.NewDate(2026, 3, 6))
	b := &book{}
	b.lookup = func(r workflows.LookupRequest) workflows.LookupReply {
		out := workflows.LookupReply{Until: r.Until}
		if r.Calendars[0].Hash != fresh.Hash() {
			out.Newer = []workflows.CalendarData{{Agency: "H99.01", Hash: fresh.Hash(), Spec: fresh, Decision: workflows.Decision{Amendment: "m1", Document: "5/QĐ-UBND"}}}
		}
		return out
	}
	env, in := environment(t, b)
	send(env, "2026-03-20 09:00", "a9", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	// With Friday off the dossier is due on the 10th, not the 9th.
	require.Equal(t, []string{"nua 03-05 08:15", "qua-han 03-11 07:30", "don-doc 03-12 07:30", "don-doc/2 03-13 07:30"}, b.fired())
}

func TestClocksThatDisagreeFireNothing(t *testing.T) {
	t.Parallel()
	asked := 0
	b := &book{}
	b.lookup = func(workflows.LookupRequest) workflows.LookupReply {
		asked++
		return workflows.LookupReply{Skewed: asked <= 3}
	}
	env, in := environment(t, b)
	send(env, "2026-03-06 09:00", "a9", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 4, asked, "asked again each minute until the clocks agree")
	require.Equal(t, []string{"nua 03-05 08:15"}, b.fired(), "the legal instant stays exact")
}

// An answer was received in time and its fate is not known: silence is not counted before it is, and then it need not be.
func TestSilenceWaitsForAnActThatWasReceived(t *testing.T) {
	t.Parallel()
	asked := 0
	b := &book{}
	b.lookup = func(r workflows.LookupRequest) workflows.LookupReply {
		if !r.Before.IsZero() {
			asked++
		}
		return workflows.LookupReply{Pending: asked > 0 && asked < 10}
	}
	env, in := environment(t, b)
	in.Exec.Steps[1].Agency, in.Exec.Steps[1].Silence, in.Exec.Steps[1].Ground = "thue", "done", "NĐ"
	send(env, "2026-03-02 10:00", "a3", act(dossier.ActComplete))
	// Due on Thursday 10:00; the answer of 09:59 lands five minutes later, and another one never does.
	late := &answer{}
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.UpdateAct, "a4", late.callbacks(), workflows.ActRequest{Act: dossier.Act{
			ID: "a4", Kind: dossier.ActComplete, Task: "xu-ly#1", At: at("2026-03-05 09:59"), By: "cb-8",
		}})
	}, at("2026-03-05 10:05").Sub(at("2026-03-02 09:00")))
	send(env, "2026-03-05 11:00", "a9", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	require.NoError(t, late.err)
	require.Equal(t, 6, asked, "at 10:00 and each minute until the answer landed")
	for _, e := range b.events {
		if c, ok := e.Body.(dossier.StepCompleted); ok {
			require.False(t, c.Silence)
		}
	}
}

func TestSilenceIsCountedByTheClock(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	in.Exec.Steps[1].Agency, in.Exec.Steps[1].Silence, in.Exec.Steps[1].Ground = "thue", "done", "NĐ"
	send(env, "2026-03-02 10:00", "a3", act(dossier.ActComplete))
	send(env, "2026-03-05 11:00", "a9", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	silences := 0
	for _, e := range b.events {
		if c, ok := e.Body.(dossier.StepCompleted); ok && c.Silence {
			silences++
			require.Equal(t, "2026-03-05 10:00", e.At.Format("2006-01-02 15:04"))
			require.Equal(t, dossier.ByClock, e.By)
		}
	}
	require.Equal(t, 1, silences)
}

// What falls due while a look-up is under way, for instance through an outage of the database, is looked up on its own: nothing
// fires to nobody.
func TestWhatFallsDueDuringALookUpIsLookedUp(t *testing.T) {
	t.Parallel()
	instants := map[string]string{"nua": "2026-03-05 08:15", "qua-han": "2026-03-10 07:30", "don-doc": "2026-03-11 07:30", "don-doc/2": "2026-03-12 07:30"}
	var asked []int
	b := &book{}
	b.lookup = func(r workflows.LookupRequest) workflows.LookupReply { // as if it had been asked when only the first was due
		asked = append(asked, len(r.Rungs))
		first := r.Rungs[0].Key
		return workflows.LookupReply{Until: at(instants[first.Rung]), Recipients: []dossier.Recipients{{Rung: first, To: []string{"cb-1"}}}}
	}
	env, in := environment(t, b)
	env.SetStartTime(at("2026-03-11 09:00"))
	env.RegisterDelayedCallback(func() {
		a, req := &answer{}, act(dossier.ActWithdraw)
		req.Act.ID, req.Act.At, req.Act.By = "end", at("2026-03-20 09:00"), "cb-1"
		env.UpdateWorkflow(workflows.UpdateAct, "end", a.callbacks(), req)
	}, at("2026-03-20 09:00").Sub(at("2026-03-11 09:00")))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []int{3, 2, 1, 1}, asked)
	require.Equal(t, []string{"nua 03-05 08:15", "qua-han 03-10 07:30", "don-doc 03-11 07:30", "don-doc/2 03-12 07:30"}, b.fired())
	for _, e := range b.events {
		if f, ok := e.Body.(dossier.RungFired); ok {
			require.Equal(t, []string{"cb-1"}, f.To, f.Rung)
		}
	}
}

func TestContradictionFreezes(t *testing.T) {
	t.Parallel()
	b := &book{fail: func(n int) error {
		return temporal.NewNonRetryableApplicationError("gap", workflows.SequenceType, errors.New("gap"))
	}}
	env, in := environment(t, b)
	first := send(env, "2026-03-02 10:00", "a3", act(dossier.ActComplete))
	second := send(env, "2026-03-02 11:00", "a4", act(dossier.ActComplete))
	env.RegisterDelayedCallback(env.CancelWorkflow, at("2026-03-02 12:00").Sub(at("2026-03-02 09:00")))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.ErrorContains(t, first.err, "frozen")
	require.ErrorContains(t, second.err, "frozen")
}

func TestQueriesAnswerFromTheWorkflow(t *testing.T) {
	t.Parallel()
	b := &book{}
	env, in := environment(t, b)
	send(env, "2026-03-02 10:00", "a3", act(dossier.ActComplete))
	env.RegisterDelayedCallback(func() {
		v, err := env.QueryWorkflow(workflows.QueryClock)
		require.NoError(t, err)
		var view dossier.View
		require.NoError(t, v.Get(&view))
		want, err := json.Marshal(b.view)
		require.NoError(t, err)
		got, err := json.Marshal(view)
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(got), "the workflow and the read model say the same")
		v, err = env.QueryWorkflow(workflows.QueryState)
		require.NoError(t, err)
		var s dossier.State
		require.NoError(t, v.Get(&s))
		require.Equal(t, view.Seq, s.Seq)
	}, at("2026-03-02 10:00").Sub(at("2026-03-02 09:00"))+1)
	send(env, "2026-03-02 11:00", "a9", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
}
