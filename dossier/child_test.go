package dossier_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/procedure"
)

// linking opens a residence dossier in a birth registration; clock says whether that time counts.
func linking(t testing.TB, clock string) *procedure.Plan {
	t.Helper()
	return defined(t, `
facts: [{name: child.region, type: string, values: [a, b], default: a}]
limit: 10wd
supplement: {effect: pause}
steps:
  - {id: lam, name: Làm, role: chuyen-vien, limit: 1wd, outcomes: {xong: [cu-tru, bao-hiem]}}
  - {id: cu-tru, name: Đăng ký thường trú, procedure: "1.004222", agency: cong-an-xa, limit: 5wd, `+clock+`facts: {household.region: child.region}, outcomes: {finished: gop, refused: tu-choi, stopped: lam-lai}}
  - {id: bao-hiem, name: Cấp thẻ, role: chuyen-vien, limit: 2wd, may: [supplement, suspend, send-back], outcomes: {xong: gop}}
  - {id: lam-lai, name: Xem lại, role: chuyen-vien, limit: 1wd, max-visits: 2, outcomes: {lai: cu-tru, thoi: tu-choi}}
  - {id: gop, name: Gộp, role: chuyen-vien, after: [cu-tru, bao-hiem], limit: 1wd, outcomes: {dat: tra, khong: tu-choi}}`)
}

func ended(task, outcome string) dossier.Act {
	return dossier.Act{Kind: dossier.ActEndChild, By: dossier.ByLink, Task: task, Outcome: outcome, Child: "H99.01-260302-0002"}
}

// "Sub-procedures: a step that opens a dossier under another procedure and waits": it asks for it, nobody can click it away, and
// the end of the other dossier goes on from it.
func TestSentenceSubProcedure(t *testing.T) {
	t.Parallel()
	plan := linking(t, "")
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 08:00", plan, nil)
	h.done("2026-03-02 10:00", "", "xong")
	require.Equal(t, []dossier.ChildRequested{{Task: "cu-tru#1", Procedure: "1.004222", Ref: "cong-an-xa", Agency: "H99.cong-an-xa"}}, h.asked())
	require.Equal(t, []procedure.FactLink{{Child: "household.region", Parent: "child.region"}}, plan.Exec.Steps[1].Facts)
	require.Equal(t, "1.004222", h.view("2026-03-02 10:00").Tasks[0].Procedure)
	require.Equal(t, "2026-03-09 10:00", h.view("2026-03-02 10:00").Tasks[0].DueAt.Format("2006-01-02 15:04"))
	h.refused("2026-03-03 10:00", "use_child", dossier.Act{Kind: dossier.ActComplete, Task: "cu-tru#1", Outcome: "finished"})
	h.refused("2026-03-03 10:00", "outcome_unknown", ended("cu-tru#1", "xong"))
	h.refused("2026-03-03 10:00", "wrong_state", ended("bao-hiem#1", "finished"))
	h.done("2026-03-05 15:00", "bao-hiem#1", "")
	// It ended at noon on Thursday; the message came on Friday, and somebody acted meanwhile.
	require.NoError(t, h.lands(at("2026-03-05 11:00"), at("2026-03-06 08:00"), ended("cu-tru#1", "finished")))
	last := h.events[len(h.events)-2]
	require.Equal(t, []string{"gop#1"}, h.tasks("2026-03-06 08:00"))
	require.Equal(t, "branch_arrived", last.Body.Kind())
	completed := h.events[len(h.events)-3]
	require.Equal(t, dossier.StepCompleted{Task: "cu-tru#1", Outcome: "finished", Child: "H99.01-260302-0002"}, completed.Body)
	require.Equal(t, "03-05 15:00", completed.At.Format("01-02 15:04"), "the ledger only runs forward: not before the last act")
	require.Equal(t, dossier.ByLink, completed.By)
	h.refused("2026-03-06 09:00", "task_not_open", ended("cu-tru#1", "finished"))
	h.done("2026-03-06 10:00", "gop#1", "dat")
	require.Equal(t, dossier.StageFinished, h.s.Stage)
	require.Equal(t, dossier.Rebuild(h.events).Visits, h.s.Visits)
}

// Whether the parent's clock counts meanwhile is the step's `clock`, with its ground, as for waits.
func TestSubProcedureOutsideTheClock(t *testing.T) {
	t.Parallel()
	for clock, due := range map[string]string{
		"": "2026-03-16 17:00", // ten working days after Monday the 2nd
		`clock: excluded, bound: 5wd, ground: "Luật mẫu", `: "2026-03-19 17:00", // Monday 14:00 to Thursday 14:00 out: three days more
	} {
		plan := linking(t, clock)
		h := newHand(t, &plan.Exec)
		h.take("2026-03-02 08:00", plan, nil)
		h.done("2026-03-02 14:00", "", "xong")
		h.done("2026-03-03 09:00", "bao-hiem#1", "")
		h.do("2026-03-05 14:00", ended("cu-tru#1", "finished"))
		require.Equal(t, due, h.due("2026-03-05 14:00"), clock)
	}
}

// A dossier that was stopped or withdrawn, or refused, goes its own way; asked for again it is another one.
func TestSubProcedureEndsOtherwise(t *testing.T) {
	t.Parallel()
	plan := linking(t, "")
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 08:00", plan, nil)
	h.done("2026-03-02 10:00", "", "xong")
	h.do("2026-03-03 10:00", ended("cu-tru#1", "stopped"))
	require.Equal(t, []string{"bao-hiem#1", "lam-lai#1"}, h.tasks("2026-03-03 10:00"))
	h.done("2026-03-03 11:00", "lam-lai#1", "lai")
	require.Equal(t, dossier.ChildRequested{Task: "cu-tru#2", Procedure: "1.004222", Ref: "cong-an-xa", Agency: "H99.cong-an-xa"}, h.events[len(h.events)-1].Body)
	// The other agency's answer comes while this dossier waits for papers of its own.
	h.do("2026-03-03 14:00", dossier.Act{Kind: dossier.ActRequestSupplement, Task: "bao-hiem#1", Reasoned: true, Approval: "x"})
	h.do("2026-03-04 10:00", ended("cu-tru#2", "refused"))
	require.Equal(t, dossier.StageFinished, h.s.Stage)
	require.True(t, h.s.Refusal)

	require.Equal(t, "finished", dossier.EndOutcome(dossier.Finished{}))
	require.Equal(t, "refused", dossier.EndOutcome(dossier.Finished{Refusal: true}))
	for _, b := range []dossier.Body{dossier.Stopped{}, dossier.Withdrawn{}, dossier.IntakeRefused{}} {
		require.Equal(t, "stopped", dossier.EndOutcome(b))
	}
	require.Empty(t, dossier.EndOutcome(dossier.Returned{}))
}

// submitUnder is a dossier that others opened.
func (h *hand) submitUnder(when string, parent *dossier.Parent) error {
	h.t.Helper()
	in := &dossier.IntakeFacts{Code: "H99.01-260302-0009", Channel: dossier.ChannelLinked, Receiving: "H99.01", Lead: "H99.31", Parent: parent,
		Bindings: []dossier.Binding{{Ref: "cong-an-xa", Agency: "H99.40"}}, Calendars: []dossier.AgencyCalendar{{Agency: "H99.01", Hash: "x"}}}
	if err := h.try(when, dossier.Act{Kind: dossier.ActSubmit, By: dossier.ByLink, Intake: in}); err != nil {
		return err
	}
	return h.try(when, dossier.Act{Kind: dossier.ActAccept, By: dossier.ByLink})
}

// What a dossier opened by another one makes goes to that one: it is done when its result is there, with nobody to hand it to.
func TestAChildHasNobodyToHandItsResultTo(t *testing.T) {
	t.Parallel()
	plan := defined(t, `
limit: 7wd
steps:
  - {id: lam, name: Làm, role: chuyen-vien, limit: 7wd, outcomes: {dat: tra, khong: tu-choi}}`)
	h := newHand(t, &plan.Exec)
	parent := &dossier.Parent{Code: "H99.01-260302-0001", Task: "cu-tru#1", Procedures: []string{"1.001193"}}
	require.NoError(t, h.submitUnder("2026-03-02 10:00", parent))
	require.Equal(t, parent, h.view("2026-03-02 10:00").Parent)
	require.Equal(t, "2026-03-11 17:00", h.due("2026-03-02 10:00"), "a clock of its own, from the moment it was opened")
	h.done("2026-03-05 10:00", "lam#1", "dat")
	require.Equal(t, dossier.StageReturned, h.s.Stage)
	require.Equal(t, dossier.ClassEarly, h.class("2026-03-06 10:00"))
}

// The linter refuses circles and depth; a faulty plan is stopped here.
func TestChildrenInACircleOrTooDeep(t *testing.T) {
	t.Parallel()
	plan := defined(t, `
limit: 10wd
steps:
  - {id: con, name: Con, procedure: "1.004222", agency: cong-an-xa, limit: 5wd, outcomes: {finished: tra, refused: tu-choi, stopped: tu-choi}}`)
	for _, c := range []struct {
		above []string
		code  string
	}{
		{[]string{"1.1", "1.2"}, ""},
		{[]string{"1.1", "1.2", "1.3"}, "sub_depth"},
		{[]string{"1.004222"}, "sub_circle"},
	} {
		h := newHand(t, &plan.Exec)
		err := h.submitUnder("2026-03-02 10:00", &dossier.Parent{Code: "a", Task: "b#1", Procedures: c.above})
		if c.code == "" {
			require.NoError(t, err)
			continue
		}
		var refusal *dossier.Refusal
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, c.code, refusal.Code)
		require.Equal(t, dossier.StageSubmitted, h.s.Stage, "nothing was accepted")
	}
}

// The applicant withdraws, or it is stopped, while the other dossier is open: its end comes too late and changes nothing. What the
// applicant hands in meanwhile, and a pause, are no concern of it.
func TestTheEndFindsNobodyWhoWaits(t *testing.T) {
	t.Parallel()
	for kind, act := range map[string]dossier.Act{
		"withdrawn": {Kind: dossier.ActWithdraw}, "stopped": {Kind: dossier.ActStop, Ground: "Luật mẫu Đ9", Reasoned: true},
	} {
		plan := linking(t, "")
		h := newHand(t, &plan.Exec)
		h.take("2026-03-02 08:00", plan, nil)
		h.done("2026-03-02 10:00", "", "xong")
		h.do("2026-03-03 10:00", act)
		events := len(h.events)
		h.refused("2026-03-04 10:00", "closed", ended("cu-tru#1", "finished"))
		require.Len(t, h.events, events, kind)
	}
}

// A step that goes back over the fork takes the wait with it; the end of what nobody waits for changes nothing.
func TestSentBackOverASubProcedure(t *testing.T) {
	t.Parallel()
	plan := linking(t, "")
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 08:00", plan, nil)
	h.done("2026-03-02 10:00", "", "xong")
	h.do("2026-03-03 10:00", dossier.Act{Kind: dossier.ActSendBack, Task: "bao-hiem#1", To: "lam", Reasoned: true})
	require.Equal(t, []string{"lam#2"}, h.tasks("2026-03-03 10:00"))
	var cancelled []string
	for _, e := range h.events {
		if b, ok := e.Body.(dossier.StepCancelled); ok {
			cancelled = append(cancelled, b.Task)
		}
	}
	require.Equal(t, []string{"cu-tru#1"}, cancelled)
	h.refused("2026-03-03 11:00", "task_not_open", ended("cu-tru#1", "finished"))
	h.done("2026-03-03 14:00", "lam#2", "xong")
	require.Equal(t, dossier.ChildRequested{Task: "cu-tru#2", Procedure: "1.004222", Ref: "cong-an-xa", Agency: "H99.cong-an-xa"}, h.asked()[1], "another dossier")
}

func (h *hand) asked() (out []dossier.ChildRequested) {
	for _, e := range h.events {
		if b, ok := e.Body.(dossier.ChildRequested); ok {
			out = append(out, b)
		}
	}
	return out
}

// Nobody's form is stale because another dossier ended: only people's acts advance the revision (engine.md §2).
func TestAnEndAdvancesNoRevision(t *testing.T) {
	t.Parallel()
	plan := linking(t, "")
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 08:00", plan, nil)
	h.done("2026-03-02 10:00", "", "xong")
	before := h.s.Revision
	acts := len(h.s.Done)
	h.do("2026-03-03 10:00", ended("cu-tru#1", "finished"))
	require.Equal(t, before, h.s.Revision)
	require.Len(t, h.s.Done, acts+1, "it is remembered all the same")
	require.Equal(t, before, h.s.Done[acts].Revision)
	h.done("2026-03-03 11:00", "bao-hiem#1", "xong")
	require.Equal(t, before+1, h.s.Revision)
}
