package dossier_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/procedure"
)

func complete(outcome string) dossier.Act {
	return dossier.Act{Kind: dossier.ActComplete, Outcome: outcome}
}

func TestOrdinaryLife(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.submit("2026-03-02 08:00", dossier.ChannelOnline)
	require.Equal(t, dossier.StatusNew, h.s.Status(h.d.Plan))
	require.Equal(t, "2026-03-03 08:00", h.s.IntakeDue.Format("2006-01-02 15:04"), "online: 8 working hours")
	h.do("2026-03-02 09:00", dossier.Act{Kind: dossier.ActAccept})
	require.Equal(t, dossier.StatusAccepted, h.s.Status(h.d.Plan))
	require.Equal(t, "2026-03-18 17:00", h.due("2026-03-02 09:00"), "12 working days, the day of receipt not counted")
	h.do("2026-03-02 10:00", complete(""))
	require.Equal(t, dossier.StatusProcessing, h.s.Status(h.d.Plan))
	h.do("2026-03-02 10:05", dossier.Act{Kind: dossier.ActAssign, To: "cb-7"})
	require.Equal(t, "cb-7", h.view("2026-03-02 10:05").Tasks[0].Assignee)
	h.do("2026-03-09 10:00", complete("dat"))
	h.do("2026-03-10 16:00", complete("duyet"))
	require.Equal(t, dossier.StatusDone, h.s.Status(h.d.Plan))
	require.Equal(t, dossier.ClassEarly, h.class("2026-04-01 09:00"), "judged at the finish, never at pick-up")
	h.do("2026-03-30 09:00", dossier.Act{Kind: dossier.ActReturn})
	require.Equal(t, dossier.StatusReturned, h.s.Status(h.d.Plan))
	h.refused("2026-03-30 09:01", "closed", dossier.Act{Kind: dossier.ActReturn})
}

func TestEventsRebuildTheState(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true, Papers: []string{"don"}})
	h.do("2026-03-05 09:00", dossier.Act{Kind: dossier.ActProvideSupplement, Complete: true})
	h.do("2026-03-06 09:00", complete("thue"))
	h.tick("2026-03-20 09:00")
	data, err := json.Marshal(h.events)
	require.NoError(t, err)
	var back []dossier.Event
	require.NoError(t, json.Unmarshal(data, &back))
	rebuilt := dossier.Rebuild(back)
	rebuilt.Revision, rebuilt.Done = h.s.Revision, h.s.Done
	want, err := json.Marshal(h.s)
	require.NoError(t, err)
	got, err := json.Marshal(rebuilt)
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(got))
	a, err := dossier.Digest(h.events)
	require.NoError(t, err)
	b, err := dossier.Digest(back)
	require.NoError(t, err)
	require.Equal(t, a, b, "a digest survives storage")
}

func TestParallelBranches(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-03 09:00", complete("song-song"))
	require.Len(t, h.view("2026-03-03 09:00").Tasks, 2)
	h.refused("2026-03-03 09:30", "task_ambiguous", complete(""))
	h.do("2026-03-04 09:00", dossier.Act{Kind: dossier.ActComplete, Task: "do-dac#1"})
	require.Len(t, h.view("2026-03-04 09:00").Tasks, 1, "the join waits")
	h.do("2026-03-06 09:00", dossier.Act{Kind: dossier.ActComplete, Task: "lay-y-kien#1"})
	require.Equal(t, "gop#1", h.view("2026-03-06 09:00").Tasks[0].Task)
	// The consultation ended last: from Tuesday to Friday the dossier's minutes are its, and excluded.
	require.Equal(t, "2026-03-23 17:00", h.due("2026-03-06 09:00"), "three working days out of the clock")
	ledger, err := dossier.Ledger(h.d, h.s, at("2026-03-06 09:00"))
	require.NoError(t, err)
	for _, g := range ledger {
		require.NotEqual(t, "do-dac#1", g.Task, "the branch that ended first keeps its own ledger, outside the sum")
	}
}

func TestLoopsBackAreBounded(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	for _, hour := range []string{"09", "10", "11"} { // three visits of the signing step are allowed
		h.do("2026-03-03 "+hour+":00", complete("dat"))
		h.do("2026-03-03 "+hour+":20", complete("lam-lai"))
	}
	h.refused("2026-03-03 13:00", "loop_bound", complete("dat"))
}

func TestSendBackAndReopen(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-03 09:00", complete("dat"))
	h.refused("2026-03-03 10:00", "reason_missing", dossier.Act{Kind: dossier.ActSendBack, To: "tham-dinh"})
	h.refused("2026-03-03 10:00", "step_not_passed", dossier.Act{Kind: dossier.ActSendBack, To: "gop", Reasoned: true})
	h.do("2026-03-03 10:00", dossier.Act{Kind: dossier.ActSendBack, To: "tham-dinh", Reasoned: true})
	require.Equal(t, "tham-dinh#2", h.view("2026-03-03 10:00").Tasks[0].Task)
	h.do("2026-03-03 11:00", complete("dat"))
	h.do("2026-03-04 09:00", complete("duyet"))
	h.refused("2026-03-04 10:00", "wrong_state", dossier.Act{Kind: dossier.ActWithdraw})
	h.do("2026-03-04 10:00", dossier.Act{Kind: dossier.ActReopen, To: "ky", Reasoned: true})
	require.Equal(t, dossier.StatusProcessing, h.s.Status(h.d.Plan), "9 to 4: an error found before hand-over")
	h.do("2026-03-05 09:00", complete("duyet"))
	h.do("2026-03-05 10:00", dossier.Act{Kind: dossier.ActReturn})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.refused("2026-03-02 09:00", "not_submitted", dossier.Act{Kind: dossier.ActAccept})
	h.refused("2026-03-02 09:00", "incomplete", dossier.Act{Kind: dossier.ActSubmit})
	h.submit("2026-03-02 09:00", dossier.ChannelCounter)
	h.refused("2026-03-02 09:00", "already_submitted", dossier.Act{Kind: dossier.ActSubmit})
	h.refused("2026-03-02 09:00", "wrong_state", complete(""))
	h.refused("2026-03-02 09:00", "unknown_act", dossier.Act{Kind: "dance"})
	h.refused("2026-03-02 09:00", "reason_missing", dossier.Act{Kind: dossier.ActRefuseIntake})
	h.refused("2026-03-02 09:00", "document_missing", dossier.Act{Kind: dossier.ActAccept, MayBackdate: true, Effective: at("2026-03-02 08:00")})
	h.refused("2026-03-02 09:00", "backdate_bound", dossier.Act{Kind: dossier.ActAccept, MayBackdate: true, Document: "1", Effective: at("2026-02-20 08:00")})
	h.do("2026-03-02 09:00", dossier.Act{Kind: dossier.ActAccept})
	h.refused("2026-03-02 09:10", "not_allowed", dossier.Act{Kind: dossier.ActSuspend, Ground: "x"})
	h.refused("2026-03-02 09:10", "outcome_unknown", complete("xyz"))
	h.refused("2026-03-02 09:10", "task_not_open", dossier.Act{Kind: dossier.ActComplete, Task: "ky#1"})
	h.do("2026-03-02 10:00", complete(""))
	h.refused("2026-03-02 09:00", "time_behind", complete("dat"))
	h.refused("2026-03-03 09:00", "ground_missing", dossier.Act{Kind: dossier.ActSuspend})
	h.refused("2026-03-03 09:00", "not_suspended", dossier.Act{Kind: dossier.ActResume})
	h.refused("2026-03-03 09:00", "not_ready", dossier.Act{Kind: dossier.ActFinish})
	h.refused("2026-03-03 09:00", "extension_unknown", dossier.Act{Kind: dossier.ActExtend, Extension: "x"})
	h.refused("2026-03-03 09:00", "document_missing", dossier.Act{Kind: dossier.ActExclude})
	h.refused("2026-03-03 09:00", "ground_missing", dossier.Act{Kind: dossier.ActRequestPayment, Payment: "p", Financial: true})
	ahead := dossier.Act{Kind: dossier.ActComplete, Outcome: "dat", ID: "z", At: at("2026-03-03 09:03")}
	_, err := dossier.Decide(h.d, h.s, ahead, at("2026-03-03 09:00"))
	require.ErrorContains(t, err, "time_ahead")
}

func TestRefusalAfterAppraisalIsAResult(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-04 09:00", complete("tu-choi"))
	require.Equal(t, dossier.StatusDone, h.s.Status(h.d.Plan))
	require.True(t, h.s.Refusal)
	require.Equal(t, dossier.ClassEarly, h.class("2026-03-04 09:00"))
}

func TestDoneActsAreRemembered(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	d, ok := h.s.FindDone("act-3")
	require.True(t, ok)
	require.Equal(t, h.s.Seq, d.Seq)
	require.Equal(t, int64(3), h.s.Revision)
	h.tick("2026-03-13 09:00")
	require.Equal(t, int64(3), h.s.Revision, "a rung must not make a form stale")
	_, ok = h.s.FindDone("nothing")
	require.False(t, ok)
}

func TestStartsAtAnotherAgencysReceipt(t *testing.T) {
	t.Parallel()
	plan := split()
	plan.StartsAt = "co-quan-thue"
	plan.Steps[1].Agency = "co-quan-thue"
	plan.Steps[1].Kind = procedure.StepWork
	h := newHand(t, plan)
	h.submit("2026-03-02 15:30", dossier.ChannelCounter)
	h.do("2026-03-02 15:30", dossier.Act{Kind: dossier.ActAccept})
	require.Equal(t, "2026-03-19 17:00", h.due("2026-03-02 15:30"), "after 15:00 it is handed over the next working day")
	h.do("2026-03-03 08:00", complete(""))
	require.Equal(t, "2026-03-19 17:00", h.due("2026-03-03 08:00"))
	ledger, err := dossier.Ledger(h.d, h.s, at("2026-03-03 09:00"))
	require.NoError(t, err)
	require.Equal(t, dossier.LegHandOver, ledger[0].Leg)
	require.False(t, ledger[0].Counted)
}
