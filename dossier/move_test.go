package dossier_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/procedure"
)

// second is another version of split: ten working days, the appraisal is called another thing and has seven, the tax office's time
// counts, surveying has three, and the ladder is another one.
func second(change ...func(*procedure.Executable)) *procedure.Executable {
	x := split()
	x.Plan, x.Limit = "second", lim("10wd")
	for i := range x.Steps {
		s := &x.Steps[i]
		switch s.ID {
		case "tham-dinh":
			s.ID, s.Limit = "tham-tra", lim("7wd")
		case "thue":
			s.Excluded, s.Ground, s.Leg = false, "", ""
		case "do-dac":
			s.Limit = lim("3wd")
		}
		for k := range s.Outcomes {
			for e := range s.Outcomes[k].Edges {
				if to := &s.Outcomes[k].Edges[e].To; *to == "tham-dinh" {
					*to = "tham-tra"
				}
			}
		}
	}
	x.Steps[0].Outcomes = []procedure.Outcome{out("done", "tham-tra")}
	x.Ladder[0].ID, x.Ladder[0].Share = "mot-phan-ba", 33
	for _, f := range change {
		f(x)
	}
	return x
}

func toSecond(change ...func(*procedure.Executable)) dossier.Act {
	return dossier.Act{Kind: dossier.ActMoveVersion, Reasoned: true, Document: "12/QĐ-UBND", Move: &dossier.Move{
		Plan: second(change...), Steps: map[string]string{"tham-dinh": "tham-tra"},
	}}
}

func back() dossier.Act {
	return dossier.Act{Kind: dossier.ActMoveVersion, Reasoned: true, Document: "13/QĐ-UBND", Move: &dossier.Move{
		Plan: split(), Steps: map[string]string{"tham-tra": "tham-dinh"},
	}}
}

// move does a move, and goes on under the new plan as a driver does.
func (h *hand) move(when string, a dossier.Act) dossier.VersionMoved {
	h.t.Helper()
	h.do(when, a)
	h.d.Plan = a.MovesTo()
	i := slices.IndexFunc(h.events, func(e dossier.Event) bool {
		return e.Act == h.events[len(h.events)-1].Act && e.Body.Kind() == "version_moved"
	})
	require.GreaterOrEqual(h.t, i, 0)
	require.Equal(h.t, h.d.Plan.Plan, h.s.Plan)
	h.sound(when)
	return h.events[i].Body.(dossier.VersionMoved)
}

// sound checks what holds at any time: the events make the state, over a snapshot too, and the ledger adds up to the minute.
func (h *hand) sound(when string) {
	h.t.Helper()
	rebuilt := dossier.Rebuild(h.events)
	rebuilt.Done, rebuilt.Revision = h.s.Done, h.s.Revision
	data, err := json.Marshal(h.s)
	require.NoError(h.t, err)
	again, err := json.Marshal(rebuilt)
	require.NoError(h.t, err)
	require.JSONEq(h.t, string(data), string(again))
	var encoded []dossier.Event
	text, err := json.Marshal(h.events)
	require.NoError(h.t, err)
	require.NoError(h.t, json.Unmarshal(text, &encoded))
	digest, err := dossier.Digest(h.events)
	require.NoError(h.t, err)
	same, err := dossier.Digest(encoded)
	require.NoError(h.t, err)
	require.Equal(h.t, digest, same)

	segments, err := dossier.Ledger(h.d, h.s, at(when))
	require.NoError(h.t, err)
	sum := 0
	for i, g := range segments {
		sum += g.Minutes
		if i > 0 {
			require.Equal(h.t, segments[i-1].Until, g.From, "no gap")
		}
	}
	if h.s.AcceptedAt.IsZero() {
		return
	}
	cal, err := h.d.Calendars("")
	require.NoError(h.t, err)
	elapsed, err := cal.Between(h.s.AcceptedAt, at(when))
	require.NoError(h.t, err)
	require.Equal(h.t, elapsed, sum)
}

func (h *hand) counted(when string) (counted, excluded int) {
	h.t.Helper()
	segments, err := dossier.Ledger(h.d, h.s, at(when))
	require.NoError(h.t, err)
	for _, g := range segments {
		if g.Counted {
			counted += g.Minutes
		} else {
			excluded += g.Minutes
		}
	}
	return counted, excluded
}

func TestMoveAtWork(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-04 09:00", dossier.Act{Kind: dossier.ActAssign, To: "cb-7"})
	e := h.move("2026-03-09 09:00", toSecond())
	require.Equal(t, []dossier.TaskMoved{{Task: "tham-dinh#1", To: "tham-tra#1", Agency: "H99.14", Budget: 7 * 480}}, e.Tasks)
	v := h.view("2026-03-09 09:00")
	require.Equal(t, "2026-03-18 17:00", v.DueAt.Format("2006-01-02 15:04"), "the promise stays")
	require.Equal(t, "2026-03-16 17:00", v.Target.Format("2006-01-02 15:04"), "ten working days are aimed at")
	require.Len(t, v.Tasks, 1)
	require.Equal(t, "tham-tra#1", v.Tasks[0].Task)
	require.Equal(t, "cb-7", v.Tasks[0].Assignee)
	require.Equal(t, "2026-03-11 10:00", v.Tasks[0].DueAt.Format("2006-01-02 15:04"), "seven working days from 2 March, 10:00")
	h.do("2026-03-10 09:00", dossier.Act{Kind: dossier.ActComplete, Task: "tham-tra#1", Outcome: "dat"})
	h.do("2026-03-10 10:00", dossier.Act{Kind: dossier.ActComplete, Outcome: "lam-lai"})
	require.Equal(t, "tham-tra#2", h.view("2026-03-10 10:00").Tasks[0].Task, "the visit under the old name is the first")
	h.do("2026-03-10 11:00", dossier.Act{Kind: dossier.ActComplete, Outcome: "dat"})
	h.do("2026-03-17 09:00", dossier.Act{Kind: dossier.ActComplete, Outcome: "duyet"})
	require.Equal(t, dossier.ClassEarly, h.class("2026-03-17 09:00"), "judged by the promise, not by the target")
	h.sound("2026-03-17 09:00")
}

// A budget that would have been over already makes nothing late: what was left is left, up to the new budget.
func TestMoveToAShorterStep(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	e := h.move("2026-03-09 09:00", toSecond(func(x *procedure.Executable) { x.Steps[1].Limit = lim("4wd") }))
	const used, left = 39 * 60, 9*480 - 39*60 // 5.5 + 4 × 8 + 1.5 hours
	require.Greater(t, left, 4*480)
	require.Equal(t, used+4*480, e.Tasks[0].Budget)
	require.Empty(t, h.tick("2026-03-09 09:00"))
}

// In a wait outside the clock, the time of that wait stays outside: its reading is that under which it opened.
func TestMoveInAWait(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-04 10:00", dossier.Act{Kind: dossier.ActComplete, Outcome: "thue"})
	e := h.move("2026-03-06 10:00", toSecond())
	require.Len(t, e.Kept, 1)
	require.True(t, e.Kept[0].Excluded)
	require.Equal(t, h.due("2026-03-06 10:00"), e.OldDue.Format("2006-01-02 15:04"))
	require.True(t, h.view("2026-03-09 10:00").Paused)
	h.do("2026-03-09 10:00", dossier.Act{Kind: dossier.ActComplete, Task: "thue#1"})
	counted, excluded := h.counted("2026-03-09 10:00")
	require.Equal(t, []int{2*480 + 60, 3 * 480}, []int{counted, excluded}, "2 March, 09:00 to 4 March, 10:00 counts; three days of tax do not")
	require.Equal(t, dossier.StatusPayment, h.view("2026-03-09 10:00").Status)
	// The payment was asked for by the new plan; it is confirmed, and the flow goes on.
	h.do("2026-03-10 10:00", dossier.Act{Kind: dossier.ActConfirmPayment})
	require.Equal(t, "ky#1", h.view("2026-03-10 10:00").Tasks[0].Task)
	require.Equal(t, "2026-03-24 17:00", h.due("2026-03-10 10:00"), "twelve days and the four outside the clock")
	h.sound("2026-03-10 10:00")
}

// With parallel branches at different places, one waiting at the join.
func TestMoveBetweenBranches(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"do-dac#1", "lay-y-kien#1"} {
		h := newHand(t, split())
		h.accepted()
		h.do("2026-03-03 10:00", dossier.Act{Kind: dossier.ActComplete, Outcome: "song-song"})
		h.do("2026-03-04 10:00", dossier.Act{Kind: dossier.ActComplete, Task: first})
		rename := func(x *procedure.Executable) {
			for i := range x.Steps {
				switch x.Steps[i].ID {
				case "gop":
					x.Steps[i].ID, x.Steps[i].Join = "tong-hop", []string{"do-dac", "y-kien"}
				case "lay-y-kien":
					x.Steps[i].ID = "y-kien"
				case "tham-tra":
					x.Steps[i].Outcomes[3] = out("song-song", "do-dac", "y-kien")
				}
				for k, o := range x.Steps[i].Outcomes {
					if o.Edges[0].To == "gop" {
						x.Steps[i].Outcomes[k].Edges[0].To = "tong-hop"
					}
				}
			}
		}
		a := toSecond(rename)
		h.refused("2026-03-05 10:00", map[string]string{"do-dac#1": "join_unmapped", "lay-y-kien#1": "join_unmapped"}[first], a)
		a.Move.Steps["gop"] = "tong-hop"
		h.refused("2026-03-05 10:00", map[string]string{"do-dac#1": "step_unmapped", "lay-y-kien#1": "join_unmapped"}[first], a)
		a.Move.Steps["lay-y-kien"] = "y-kien"
		h.move("2026-03-05 10:00", a)
		other := h.view("2026-03-05 10:00").Tasks
		require.Len(t, other, 1)
		require.Contains(t, []string{"do-dac#1", "y-kien#1"}, other[0].Task)
		h.do("2026-03-06 10:00", dossier.Act{Kind: dossier.ActComplete, Task: other[0].Task})
		require.Equal(t, "tong-hop#1", h.view("2026-03-06 10:00").Tasks[0].Task, "the join opens, whichever branch was first")
		h.sound("2026-03-06 10:00")
	}
}

func TestMoveWhileSuspended(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-04 09:00", dossier.Act{Kind: dossier.ActSuspend, Ground: "Tòa án yêu cầu", Document: "5/TB"})
	h.move("2026-03-06 09:00", toSecond())
	v := h.view("2026-03-06 09:00")
	require.Equal(t, dossier.StatusHalted, v.Status)
	h.do("2026-03-10 09:00", dossier.Act{Kind: dossier.ActResume})
	require.Equal(t, "2026-03-24 17:00", h.due("2026-03-10 09:00"), "twelve days and the four of the suspension")
	require.Equal(t, "2026-03-17 10:00", h.view("2026-03-10 09:00").Tasks[0].DueAt.Format("2006-01-02 15:04"), "seven days and four")
	h.sound("2026-03-10 09:00")
}

// After a supplement the running count is the second; before its answer the applicant's period stays.
func TestMoveAfterAndInASupplement(t *testing.T) {
	t.Parallel()
	for _, answered := range []bool{true, false} {
		h := newHand(t, split())
		h.accepted()
		h.do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true, Papers: []string{"don"}})
		answer := func(when string) {
			h.do(when, dossier.Act{Kind: dossier.ActProvideSupplement, Papers: []string{"don"}, Complete: true})
		}
		if answered {
			answer("2026-03-05 09:00")
			h.move("2026-03-06 09:00", toSecond())
		} else {
			h.move("2026-03-04 09:00", toSecond())
			answer("2026-03-05 09:00")
		}
		require.Equal(t, "2026-03-23 17:00", h.due("2026-03-06 09:00"), "twelve working days from 5 March")
		require.Equal(t, 2, h.view("2026-03-06 09:00").Count)
		h.sound("2026-03-06 09:00")
	}
}

func TestMoveBeforeAcceptance(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.submit("2026-03-02 09:00", dossier.ChannelOnline)
	h.move("2026-03-02 10:00", toSecond())
	require.Equal(t, "2026-03-03 09:00", h.view("2026-03-02 10:00").IntakeDue.Format("2006-01-02 15:04"))
	h.do("2026-03-02 11:00", dossier.Act{Kind: dossier.ActAccept, Register: 1})
	require.Equal(t, "2026-03-16 17:00", h.due("2026-03-02 11:00"), "promised by the version that it was accepted under")
}

// A later promise needs its ground, and never washes away lateness.
func TestMoveToALaterPromise(t *testing.T) {
	t.Parallel()
	longer := func(x *procedure.Executable) { x.Limit = lim("15wd") }
	later := func() dossier.Act {
		a := toSecond(longer)
		a.Move.Later, a.Ground = true, "NĐ mới"
		return a
	}
	h := newHand(t, split())
	h.accepted()
	bare := later()
	bare.Ground = ""
	h.refused("2026-03-09 09:00", "ground_missing", bare)
	keep := newHand(t, split())
	keep.accepted()
	keep.move("2026-03-09 09:00", toSecond(longer))
	require.Equal(t, "2026-03-18 17:00", keep.due("2026-03-09 09:00"), "not unless the document says so for this dossier")
	require.True(t, keep.view("2026-03-09 09:00").Target.IsZero())

	e := h.move("2026-03-09 09:00", later())
	require.Equal(t, "2026-03-18 17:00", e.OldDue.Format("2006-01-02 15:04"))
	require.Equal(t, "2026-03-23 17:00", e.Due.Format("2006-01-02 15:04"), "fifteen working days from 2 March")
	require.Equal(t, "2026-03-23 17:00", h.due("2026-03-20 09:00"))
	require.Empty(t, h.class("2026-03-20 09:00"))

	late := newHand(t, split())
	late.accepted()
	late.tick("2026-03-19 09:00")
	require.Equal(t, dossier.ClassLate, late.class("2026-03-19 09:00"))
	late.move("2026-03-19 10:00", later())
	require.Equal(t, "2026-03-23 17:00", late.due("2026-03-19 10:00"))
	require.Equal(t, dossier.ClassLate, late.class("2026-03-19 10:00"), "late for good")
	v, err := dossier.Judge(late.d, late.s, at("2026-03-19 10:00"))
	require.NoError(t, err)
	require.Equal(t, "2026-03-18 17:00", v.Since.Format("2006-01-02 15:04"))
}

// Rungs of the new ladder do not fire for time that has passed; those to come do, and what fired does not fire again.
func TestMoveRearmsTheLadder(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	require.Equal(t, []string{"nua 03-10 13:45"}, h.tick("2026-03-10 14:00"))
	e := h.move("2026-03-11 09:00", toSecond(func(x *procedure.Executable) { x.Steps[1].Limit = lim("9wd") }))
	require.Equal(t, []dossier.RungKey{{Subject: procedure.OnDossier, Count: 1, Rung: "mot-phan-ba", Generation: 1}}, e.Passed)
	require.Empty(t, h.tick("2026-03-11 09:00"), "nothing at once")
	require.Equal(t, []string{"buoc 03-13 10:00", "truoc 03-17 16:59", "qua-han 03-19 07:30", "don-doc 03-20 07:30", "don-doc/2 03-23 07:30"}, h.tick("2026-03-31 09:00"))
	require.Equal(t, dossier.ClassLate, h.class("2026-03-31 09:00"))
}

// A rung that was due and had not fired is not lost by the move.
func TestMoveKeepsADueRung(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	e := h.move("2026-03-19 08:00", toSecond())
	for _, k := range e.Passed {
		require.Contains(t, []string{"mot-phan-ba"}, k.Rung)
	}
	require.Equal(t, []string{"buoc 03-13 10:00", "truoc 03-17 16:59", "qua-han 03-19 07:30"}, h.tick("2026-03-19 08:00"))
}

// Moved there and back at once, a dossier stands where it stood.
func TestMoveThereAndBack(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	before := h.view("2026-03-09 09:00")
	h.move("2026-03-09 09:00", toSecond())
	h.refused("2026-03-09 09:00", "version_same", toSecond())
	h.move("2026-03-09 09:00", back())
	after := h.view("2026-03-09 09:00")
	require.Equal(t, before.Tasks, after.Tasks)
	require.Equal(t, before.DueAt, after.DueAt)
	require.True(t, after.Target.IsZero())
	require.Equal(t, before.NextAlarm, after.NextAlarm)
	require.Equal(t, []string{"nua 03-10 13:45"}, h.tick("2026-03-10 14:00"))
}

func TestMoveRefusals(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	const when = "2026-03-09 09:00"
	change := func(f func(a *dossier.Act)) dossier.Act {
		a := toSecond()
		f(&a)
		return a
	}
	h.refused(when, "version_missing", dossier.Act{Kind: dossier.ActMoveVersion, Reasoned: true, Document: "1"})
	h.refused(when, "reason_missing", change(func(a *dossier.Act) { a.Reasoned = false }))
	h.refused(when, "document_missing", change(func(a *dossier.Act) { a.Document = "" }))
	h.refused(when, "procedure_differs", change(func(a *dossier.Act) { a.Move.Plan.Code = "1.000001" }))
	r := h.refused(when, "step_unmapped", change(func(a *dossier.Act) { a.Move.Steps = nil }))
	require.Contains(t, r.Detail, "tham-dinh")
	require.Equal(t, "/move/steps", r.Field)
	h.refused(when, "step_unmapped", change(func(a *dossier.Act) { a.Move.Steps["tham-dinh"] = "khong-co" }))
	h.refused(when, "step_differs", change(func(a *dossier.Act) { a.Move.Steps["tham-dinh"] = "nop-tien" }))
	h.refused(when, "step_differs", change(func(a *dossier.Act) { a.Move.Steps["tham-dinh"] = "tra-kq" }))
	h.refused(when, "agency_unbound", change(func(a *dossier.Act) { a.Move.Plan.Agencies = []string{"cong-an"} }))
	h.refused(when, "calendar_missing", change(func(a *dossier.Act) {
		a.Move.Plan.Agencies, a.Move.Bindings = []string{"cong-an"}, []dossier.Binding{{Ref: "cong-an", Agency: "H99.40"}}
	}))
	h.refused(when, "parts_differ", change(func(a *dossier.Act) { a.Move.Plan.Merged = &procedure.Merged{} }))
	h.do("2026-03-09 10:00", dossier.Act{Kind: dossier.ActComplete, Outcome: "song-song"})
	h.refused("2026-03-09 10:00", "tasks_merge", change(func(a *dossier.Act) { a.Move.Steps["do-dac"], a.Move.Steps["lay-y-kien"] = "ky", "ky" }))
	done := newHand(t, split())
	done.accepted()
	done.do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActComplete, Outcome: "tu-choi"})
	done.refused("2026-03-03 10:00", "finished", toSecond())
}

// A period that the applicant was told is not shortened by a move.
func TestMoveLeavesTheApplicantHisPeriod(t *testing.T) {
	t.Parallel()
	waits := func(x *procedure.Executable, expires string) {
		for i := range x.Steps {
			if s := &x.Steps[i]; s.ID == "thue" {
				s.Leg, s.Expires = dossier.LegApplicant, lim(expires)
			}
		}
	}
	plan := split()
	waits(plan, "30d")
	h := newHand(t, plan)
	h.accepted()
	h.do("2026-03-04 10:00", dossier.Act{Kind: dossier.ActComplete, Outcome: "thue"})
	h.refused("2026-03-06 10:00", "period_shorter", toSecond(func(x *procedure.Executable) { waits(x, "10d") }))
	h.move("2026-03-06 10:00", toSecond(func(x *procedure.Executable) { waits(x, "45d") }))
	require.Equal(t, "2026-04-20 17:00", h.view("2026-03-06 10:00").Tasks[0].Expires.Format("2006-01-02 15:04"), "18 April is a Saturday")
}
