package dossier_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/procedure"
)

// truoc is the rung of the fixture's ladder on the day before the appointment: 12 working days from Monday 2 March are Wednesday
// 18 March, and the latest minute from which one working day still fits is 17 March 16:59.
func truoc() dossier.RungKey {
	return dossier.RungKey{Subject: procedure.OnDossier, Count: 1, Rung: "truoc", Generation: 1}
}

// ring lets the clock do what is due, with what was looked up, and returns what it caused.
func (h *hand) ring(when string, found ...dossier.Recipients) []dossier.Event {
	h.t.Helper()
	n := len(h.events)
	for {
		due, err := dossier.DueAlarms(h.d, h.s, at(when))
		require.NoError(h.t, err)
		asked := found
		for _, a := range due {
			if !slices.ContainsFunc(found, func(r dossier.Recipients) bool { return r.Rung == a.Key }) {
				asked = append(asked, dossier.Recipients{Rung: a.Key, To: []string{"ai-do"}})
			}
		}
		h.do(when, dossier.Act{Kind: dossier.ActAlarm, Until: at(when), Recipients: asked})
		if len(due) == 0 {
			return h.events[n:]
		}
	}
}

func bodies[B dossier.Body](events []dossier.Event) (out []B) {
	for _, e := range events {
		if b, ok := e.Body.(B); ok {
			out = append(out, b)
		}
	}
	return out
}

// doing gives the rung before the appointment these actions.
func doing(do ...string) *procedure.Executable {
	plan := split()
	plan.Ladder[1].Do = do
	return plan
}

func TestARungProposesAndAPersonSigns(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	events := h.ring("2026-03-17 16:59", dossier.Recipients{Rung: truoc(), To: []string{"cb-2"}, Signers: []string{"ld-1"}})
	proposed := bodies[dossier.ApologyProposed](events)
	require.Len(t, proposed, 1)
	p := proposed[0]
	require.Equal(t, truoc(), p.Rung)
	require.Equal(t, []string{"ld-1"}, p.Signers)
	require.True(t, p.OldDue.Equal(at("2026-03-18 17:00")))
	require.True(t, p.NewDue.Equal(at("2026-03-23 17:00")), "three working days later: Thursday, Friday, Monday; %s", p.NewDue)
	require.True(t, p.Until.Equal(at("2026-03-18 00:00")), "the last working day before the appointment ends at midnight")
	v := h.view("2026-03-17 17:30")
	require.Equal(t, 1, v.Proposal.N)
	require.True(t, v.DueAt.Equal(p.OldDue), "a proposal promises nothing")

	h.refused("2026-03-17 17:30", "proposal_unknown", dossier.Act{Kind: dossier.ActReappoint, Proposal: 2, Reasoned: true, Approval: "x"})
	h.refused("2026-03-17 17:30", "reason_missing", dossier.Act{Kind: dossier.ActReappoint, Proposal: 1, Approval: "x"})
	h.do("2026-03-17 17:30", dossier.Act{Kind: dossier.ActReappoint, Proposal: 1, Reasoned: true, Approval: "Giám đốc"})
	signed := bodies[dossier.Reappointed](h.events)
	require.Len(t, signed, 1)
	require.Equal(t, 1, signed[0].Proposal)
	require.True(t, signed[0].NewDue.Equal(p.NewDue), "who names no date takes the suggested one")
	require.Equal(t, "2026-03-23 17:00", h.due("2026-03-17 17:30"))
	require.Nil(t, h.view("2026-03-17 17:30").Proposal)
	h.refused("2026-03-17 17:40", "already_reappointed", dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Approval: "x", Until: at("2026-03-30 09:00")})
	// The rungs at and after the due date moved with it; the letter's own is never armed again.
	require.Equal(t, "2026-03-24 07:30", h.view("2026-03-20 09:00").NextAlarm.Format("2006-01-02 15:04"), "nothing before the new due date but what was a reminder")
}

func TestAProposalDismissed(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.refused("2026-03-05 09:00", "proposal_unknown", dossier.Act{Kind: dossier.ActDismissProposal, Reasoned: true})
	h.ring("2026-03-17 16:59")
	h.refused("2026-03-17 17:10", "reason_missing", dossier.Act{Kind: dossier.ActDismissProposal, Proposal: 1})
	h.do("2026-03-17 17:10", dossier.Act{Kind: dossier.ActDismissProposal, Proposal: 1, Reasoned: true})
	h.refused("2026-03-17 17:20", "proposal_unknown", dossier.Act{Kind: dossier.ActReappoint, Proposal: 1, Reasoned: true, Approval: "x"})
	require.Empty(t, bodies[dossier.Reappointed](h.events))
	require.Equal(t, "2026-03-18 17:00", h.due("2026-03-17 17:20"))
}

// A pause moves the promise past the suggested date: who signs then gets another one.
func TestAProposalThatThePromiseOvertook(t *testing.T) {
	t.Parallel()
	plan := split()
	plan.Ladder[1].Before = lim("2wd")
	h := newHand(t, plan)
	h.accepted()
	h.ring("2026-03-16 16:59")
	h.do("2026-03-16 17:00", dossier.Act{Kind: dossier.ActSuspend, Ground: "luật"})
	h.do("2026-03-30 08:00", dossier.Act{Kind: dossier.ActResume})
	// Nine working days and half an hour stood still: 18 March 09:00 moves to 31 March 09:30, so to the end of that day.
	require.Equal(t, "2026-03-31 17:00", h.due("2026-03-30 08:00"))
	require.Equal(t, "2026-03-23 17:00", h.view("2026-03-30 08:00").Proposal.NewDue.Format("2006-01-02 15:04"))
	h.do("2026-03-30 09:00", dossier.Act{Kind: dossier.ActReappoint, Proposal: 1, Reasoned: true, Approval: "Giám đốc"})
	require.Equal(t, "2026-04-03 17:00", h.due("2026-03-30 09:00"), "three working days after Tuesday the 31st")
}

func standing() *dossier.Standing {
	return &dossier.Standing{ID: "d-1", Number: "15/QĐ-VPĐK", Signer: "Giám đốc Trần Văn Mẫu", Reason: "Hồ sơ tăng đột biến", Add: lim("2wd")}
}

func TestIssuedUnderAStandingDecision(t *testing.T) {
	t.Parallel()
	h := newHand(t, doing(procedure.DoIssue))
	h.accepted()
	found := dossier.Recipients{Rung: truoc(), To: []string{"cb-2"}, Signers: []string{"ld-1"}, Standing: standing()}
	before := h.s.Revision
	events := h.ring("2026-03-17 16:59", found)
	issued := bodies[dossier.Reappointed](events)
	require.Len(t, issued, 1)
	e := issued[0]
	require.Equal(t, "15/QĐ-VPĐK", e.Decision)
	require.Equal(t, "d-1", e.DecisionID)
	require.Equal(t, "Giám đốc Trần Văn Mẫu", e.Signer)
	require.Equal(t, "Hồ sơ tăng đột biến", e.Reason)
	require.True(t, e.OldDue.Equal(at("2026-03-18 17:00")))
	require.True(t, e.NewDue.Equal(at("2026-03-20 17:00")), "two working days after the old date")
	require.Empty(t, bodies[dossier.ApologyProposed](events))
	require.Equal(t, before, h.s.Revision, "nobody's form is stale because the clock wrote a letter")
	for _, x := range events {
		require.Equal(t, dossier.ByClock, x.By)
	}
	// Once per dossier, for people too.
	h.refused("2026-03-17 17:10", "already_reappointed", dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Approval: "x", Until: at("2026-03-30 09:00")})
}

func TestWithoutADecisionItIsOnlyProposed(t *testing.T) {
	t.Parallel()
	h := newHand(t, doing(procedure.DoIssue))
	h.accepted()
	events := h.ring("2026-03-17 16:59", dossier.Recipients{Rung: truoc(), Signers: []string{"ld-1"}})
	require.Empty(t, bodies[dossier.Reappointed](events))
	require.Len(t, bodies[dossier.ApologyProposed](events), 1)
}

// What the law refuses the machine is proposed to a person, with the reason; what is too late for anybody is not proposed.
func TestARefusedLetterFallsBack(t *testing.T) {
	t.Parallel()
	h := newHand(t, doing(procedure.DoIssue))
	h.accepted()
	mute := standing()
	mute.Reason = ""
	events := h.ring("2026-03-17 16:59", dossier.Recipients{Rung: truoc(), Standing: mute})
	require.Empty(t, bodies[dossier.Reappointed](events))
	p := bodies[dossier.ApologyProposed](events)
	require.Len(t, p, 1)
	require.Equal(t, "reason_missing", p[0].Refused)
	require.Equal(t, "15/QĐ-VPĐK", p[0].Decision)

	late := newHand(t, doing(procedure.DoIssue))
	late.accepted()
	events = late.ring("2026-03-18 08:00", dossier.Recipients{Rung: truoc(), Standing: standing()})
	require.Len(t, bodies[dossier.RungFired](events), 3, "half, the step's budget, the day before")
	require.Empty(t, bodies[dossier.Reappointed](events), "the last day for a letter was the 17th")
	require.Empty(t, bodies[dossier.ApologyProposed](events))
	require.Equal(t, "2026-03-18 17:00", late.due("2026-03-18 08:00"))
}

// A letter that goes out after a short outage is dated when it goes out, not when it should have.
func TestALetterIsDatedWhenItGoesOut(t *testing.T) {
	t.Parallel()
	h := newHand(t, doing(procedure.DoIssue))
	h.accepted()
	events := h.ring("2026-03-17 20:00", dossier.Recipients{Rung: truoc(), Standing: standing()})
	for _, e := range events {
		switch b := e.Body.(type) {
		case dossier.RungFired:
			require.True(t, e.At.Equal(b.Instant), "the rung stands at its legal instant")
		case dossier.Reappointed:
			require.True(t, e.At.Equal(at("2026-03-17 20:00")))
		}
	}
	require.Len(t, bodies[dossier.Reappointed](events), 1)
	require.Empty(t, h.class("2026-03-17 20:00"))
}

// A short limit takes its new date up to the due instant, and not further away than the limit reaches.
func TestSuggestedDates(t *testing.T) {
	t.Parallel()
	for limit, want := range map[string]string{
		"2wd": "2026-03-06 17:00", // due Wednesday the 4th, the limit itself later
		"1wd": "2026-03-04 17:00", // due Tuesday the 3rd
		"7wd": "2026-03-16 17:00", // due Wednesday the 11th, three working days later
	} {
		plan := doing(procedure.DoPropose)
		plan.Limit = lim(limit)
		plan.Ladder = []procedure.Rung{{ID: "truoc", On: procedure.OnDossier, Before: lim("1wd"), To: []string{procedure.ToOneStop}, Do: []string{procedure.DoPropose}}}
		h := newHand(t, plan)
		h.accepted()
		next := h.view("2026-03-02 10:00").NextAlarm
		h.ring(next.Format("2006-01-02 15:04"))
		p := bodies[dossier.ApologyProposed](h.events)
		require.Len(t, p, 1, limit)
		require.True(t, p[0].NewDue.Equal(at(want)), "%s: %s", limit, p[0].NewDue)
	}
}

func TestReassignedWithinTheUnit(t *testing.T) {
	t.Parallel()
	h := newHand(t, doing(procedure.DoNotify, procedure.DoReassign))
	h.accepted()
	h.do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActAssign, To: "cb-1"})
	events := h.ring("2026-03-17 16:59", dossier.Recipients{Rung: truoc(), To: []string{"cb-1"}, Reassign: []dossier.HandUp{{Task: "tham-dinh#1", To: "cb-7"}, {Task: "khong-co#1", To: "cb-8"}}})
	require.Equal(t, []dossier.TaskAssigned{{Task: "tham-dinh#1", Assignee: "cb-7", Reassigned: true}}, bodies[dossier.TaskAssigned](events))
	require.Equal(t, "cb-7", h.view("2026-03-17 16:59").Tasks[0].Assignee)
}

func TestAnInspectionMovesNothing(t *testing.T) {
	t.Parallel()
	h := newHand(t, doing(procedure.DoInspect))
	h.accepted()
	before := h.view("2026-03-17 16:59")
	events := h.ring("2026-03-17 16:59", dossier.Recipients{Rung: truoc(), Inspector: "ks-1", Office: "H99"})
	opened := bodies[dossier.InspectionOpened](events)
	require.Len(t, opened, 1)
	require.Equal(t, "ks-1", opened[0].Inspector)
	require.Equal(t, 1, opened[0].N)
	require.True(t, opened[0].Due.Equal(at("2026-03-24 17:00")), "five working days after Tuesday the 17th")
	after := h.view("2026-03-17 16:59")
	require.Equal(t, before.DueAt, after.DueAt)
	require.Equal(t, before.Tasks, after.Tasks)
	require.Equal(t, before.Status, after.Status)
	require.Equal(t, before.Revision, after.Revision)
}

// Dossiers of the engine before keep words in the journal as words.
func TestOlderDossiersOnlyRemember(t *testing.T) {
	t.Parallel()
	for _, do := range [][]string{{procedure.DoPropose}, {procedure.DoIssue}, {procedure.DoReassign}, {procedure.DoInspect}} {
		h := newHand(t, doing(do...))
		h.accepted()
		h.s.Engine = 4
		events := h.ring("2026-03-17 16:59", dossier.Recipients{Rung: truoc(), Standing: standing(), Signers: []string{"ld"}, Inspector: "ks", Reassign: []dossier.HandUp{{Task: "tham-dinh#1", To: "x"}}})
		for _, e := range events {
			require.IsType(t, dossier.RungFired{}, e.Body)
		}
	}
}

// A dossier that ends in the minute of its rung has one outcome, whichever comes first: the rung at most once, no letter after the
// end, the same verdict, and nothing armed.
func TestEndAndRungInTheSameMinute(t *testing.T) {
	t.Parallel()
	for _, do := range []string{procedure.DoPropose, procedure.DoIssue, procedure.DoInspect} {
		outcome := func(rungFirst bool) *hand {
			h := newHand(t, doing(do))
			h.accepted()
			h.do("2026-03-05 09:00", dossier.Act{Kind: dossier.ActComplete, Outcome: "dat"})
			h.ring("2026-03-16 09:00")
			found := dossier.Recipients{Rung: truoc(), To: []string{"cb-2"}, Standing: standing(), Inspector: "ks"}
			if rungFirst {
				h.ring("2026-03-17 16:59", found)
			}
			h.do("2026-03-17 16:59", dossier.Act{Kind: dossier.ActComplete, Outcome: "duyet"})
			h.ring("2026-03-17 16:59", found)
			h.ring("2026-04-17 16:59", found)
			return h
		}
		for _, rungFirst := range []bool{false, true} {
			h := outcome(rungFirst)
			require.Equal(t, dossier.StageFinished, h.s.Stage)
			fired, ends := 0, 0
			for _, e := range h.events {
				switch b := e.Body.(type) {
				case dossier.RungFired:
					if b.Rung == "truoc" {
						fired++
					}
					require.Zero(t, ends, "nothing fires after the end")
				case dossier.Reappointed, dossier.ApologyProposed, dossier.InspectionOpened:
					require.Zero(t, ends, "nothing follows the end")
				case dossier.Finished:
					ends++
				}
			}
			require.Equal(t, map[bool]int{false: 0, true: 1}[rungFirst], fired, do)
			require.Equal(t, 1, ends)
			require.NotEqual(t, dossier.ClassLate, h.class("2026-04-17 16:59"))
			require.True(t, h.view("2026-04-17 16:59").NextAlarm.IsZero())
			require.Nil(t, h.view("2026-04-17 16:59").Proposal)
			require.Equal(t, h.s.Clone().Fired, dossier.Rebuild(h.events).Fired, "a state rebuilds from its events")
		}
	}
}

// Daily repetition ends with its count, and earlier when the dossier finishes or pauses.
func TestRepetitionStops(t *testing.T) {
	t.Parallel()
	start := func() *hand {
		h := newHand(t, split())
		h.accepted()
		h.do("2026-03-05 09:00", dossier.Act{Kind: dossier.ActComplete, Outcome: "dat"})
		require.Contains(t, h.tick("2026-03-20 07:30"), "don-doc 03-20 07:30")
		return h
	}
	whole := start()
	require.Equal(t, []string{"don-doc/2 03-23 07:30"}, whole.tick("2026-03-23 07:30"))
	require.Empty(t, whole.tick("2026-05-20 09:00"), "twice is twice")

	finished := start()
	finished.do("2026-03-20 10:00", dossier.Act{Kind: dossier.ActComplete, Outcome: "duyet"})
	require.Empty(t, finished.tick("2026-05-20 09:00"))

	paused := start()
	paused.do("2026-03-20 10:00", dossier.Act{Kind: dossier.ActSuspend, Ground: "luật"})
	require.Empty(t, paused.tick("2026-03-27 09:00"), "a pause disarms")
	paused.do("2026-03-27 09:00", dossier.Act{Kind: dossier.ActResume})
	fired := paused.tick("2026-04-20 09:00")
	require.Len(t, fired, 1, "what was left of it, once: %v", fired)
	require.Contains(t, fired[0], "don-doc/2")
}

// A new count has its ladder from the start: what fired in the count before does not stop it, and what did not fire is not owed.
func TestARestartOpensANewCount(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-04 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Papers: []string{"don"}, Reasoned: true})
	h.do("2026-03-12 09:00", dossier.Act{Kind: dossier.ActProvideSupplement, Complete: true, Papers: []string{"don"}})
	require.Len(t, h.s.Counts, 2)
	h.ring("2026-04-30 09:00")
	var fired []string
	for _, f := range bodies[dossier.RungFired](h.events) {
		if f.Subject == procedure.OnDossier {
			require.Equal(t, 2, f.Count, f.Rung)
			require.Equal(t, 1, f.Generation, f.Rung)
			fired = append(fired, f.Rung)
		}
	}
	require.Equal(t, []string{"nua", "truoc", "qua-han", "don-doc", "don-doc/2"}, fired)
}
