package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/procedure"
	"motcua/workflows"
)

// What a rung asks of the organisation travels in the act, so that the workflow's events are the machine's, on replay too.
func TestALetterUnderAStandingDecision(t *testing.T) {
	t.Parallel()
	b := &book{}
	var asked []workflows.RungQuery
	b.lookup = func(r workflows.LookupRequest) workflows.LookupReply {
		out := workflows.LookupReply{Until: r.Until}
		for _, q := range r.Rungs {
			asked = append(asked, q)
			found := dossier.Recipients{Rung: q.Key, To: []string{"cb-1"}, Signers: []string{"ld-1"}, Inspector: "ks-1", Office: "H99"}
			if q.Issue {
				found.Standing = &dossier.Standing{ID: "d", Number: "15/QĐ", Signer: "Giám đốc", Reason: "quá tải", Add: lim("2wd")}
			}
			if q.Reassign {
				found.Reassign = []dossier.HandUp{{Task: "nhan#1", To: "cb-7"}}
			}
			out.Recipients = append(out.Recipients, found)
		}
		return out
	}
	env, in := environment(t, b)
	in.Exec.Ladder = []procedure.Rung{
		{ID: "nua", On: procedure.OnDossier, Share: 50, To: []string{procedure.ToAssignee}, Do: []string{procedure.DoNotify, procedure.DoReassign}},
		{ID: "xin-loi", On: procedure.OnDossier, Before: lim("1wd"), To: []string{procedure.ToOneStop}, Do: []string{procedure.DoIssue}},
		{ID: "kiem-tra", On: procedure.OnDossier, After: lim("1wd"), To: []string{procedure.ToControl}, Do: []string{procedure.DoInspect}},
	}
	send(env, "2026-03-20 09:00", "a9", act(dossier.ActWithdraw))
	env.ExecuteWorkflow(workflows.DossierName, in)
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, asked, 3)
	require.True(t, asked[0].Reassign && asked[1].Issue && asked[1].Sign && asked[2].Inspect)
	var kinds []string
	for _, e := range b.events[len(in.Events):] {
		kinds = append(kinds, e.Body.Kind())
		if r, ok := e.Body.(dossier.Reappointed); ok { // due Monday 9 March: the letter on Friday the 6th, two working days more
			require.Equal(t, "15/QĐ", r.Decision)
			require.Equal(t, "2026-03-06 16:59", e.At.Format("2006-01-02 15:04"))
			require.True(t, r.NewDue.Equal(at("2026-03-11 17:00")), r.NewDue)
		}
	}
	require.Equal(t, []string{"rung_fired", "task_assigned", "rung_fired", "reappointed", "rung_fired", "inspection_opened", "withdrawn"}, kinds)
	require.Equal(t, dossier.ClassLate, b.view.Verdict.Class)
}

// An act that ends the dossier and a rung in the same second: one consistent outcome, whichever the workflow sees first.
func TestEndAndRungInTheSameSecond(t *testing.T) {
	t.Parallel()
	for name, duringLookUp := range map[string]bool{"the act lands as the timer fires": false, "the act lands during the look-up": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &book{}
			env, in := environment(t, b)
			in.Exec.Ladder = []procedure.Rung{{ID: "xin-loi", On: procedure.OnDossier, Before: lim("1wd"), To: []string{procedure.ToOneStop}, Do: []string{procedure.DoPropose}}}
			end := func() {
				a, req := &answer{}, act(dossier.ActWithdraw)
				req.Act.ID, req.Act.At, req.Act.By = "end", at("2026-03-06 16:59"), "cb-1"
				env.UpdateWorkflow(workflows.UpdateAct, "end", a.callbacks(), req)
			}
			if duringLookUp {
				sent := false
				b.lookup = func(r workflows.LookupRequest) workflows.LookupReply {
					out := workflows.LookupReply{Until: r.Until}
					for _, q := range r.Rungs {
						out.Recipients = append(out.Recipients, dossier.Recipients{Rung: q.Key, To: []string{"cb-1"}, Signers: []string{"ld-1"}})
					}
					if !sent {
						sent = true
						env.RegisterDelayedCallback(end, 0)
					}
					return out
				}
			} else {
				send(env, "2026-03-06 16:59", "end", act(dossier.ActWithdraw))
			}
			env.ExecuteWorkflow(workflows.DossierName, in)
			require.True(t, env.IsWorkflowCompleted())
			require.NoError(t, env.GetWorkflowError())
			fired, ended := 0, false
			for _, e := range b.events {
				switch e.Body.(type) {
				case dossier.RungFired, dossier.ApologyProposed:
					fired++
					require.False(t, ended, "nothing after the end")
				case dossier.Withdrawn:
					require.False(t, ended, "one end")
					ended = true
				}
			}
			require.True(t, ended)
			require.Contains(t, []int{0, 2}, fired, "the rung with its proposal, or neither")
			s := dossier.Rebuild(b.events)
			require.Equal(t, dossier.StageWithdrawn, s.Stage)
			require.Equal(t, b.view.Seq, s.Seq)
			require.Empty(t, b.view.Verdict.Class, "it ended before it was late")
		})
	}
}
