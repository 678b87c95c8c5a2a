package activities_test

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/activities"
	"motcua/app"
	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/procedure"
	"motcua/workflows"
)

// both opens the demonstration province on both databases at Monday 2026-03-02 09:00.
func both(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		require.NoError(t, app.SeedDemo(t.Context(), s))
		w := &world{t: t, Activities: &activities.Activities{Store: s, Now: time.Now, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}}
		w.legal(day(3, 2, 9))
		test(t, w)
	})
}

// legal sets legal time.
func (w *world) legal(at time.Time) {
	w.t.Helper()
	wall, err := w.Store.DBNow(w.t.Context())
	require.NoError(w.t, err)
	w.Clock, err = calendar.NewClock(wall, at, 1)
	require.NoError(w.t, err)
}

// look looks up one rung of a dossier.
func (w *world) look(code string, q workflows.RungQuery) dossier.Recipients {
	w.t.Helper()
	q.Key = dossier.RungKey{Subject: procedure.OnDossier, Count: 1, Rung: "r", Generation: 1}
	r, err := w.LookUp(w.t.Context(), workflows.LookupRequest{Code: code, Procedure: "1.012784", Receiving: desk, Lead: branch, Rungs: []workflows.RungQuery{q}})
	require.NoError(w.t, err)
	require.Len(w.t, r.Recipients, 1)
	return r.Recipients[0]
}

// busy gives officers open tasks.
func (w *world) busy(round string, tasks map[string]int) {
	w.t.Helper()
	n := 0
	for who, count := range tasks {
		for range count {
			n++
			code := round + who + "-" + string(rune('a'+n))
			v := dossier.View{Code: code, Seq: 1, Stage: dossier.StageRunning, Receiving: desk, Lead: branch,
				Tasks: []dossier.TaskView{{Task: "t#1", Step: "t", Agency: branch, Role: "chuyen-vien", Assignee: who, OpenedAt: day(3, 2, 8)}}}
			_, err := w.Store.Record(w.t.Context(), models.Batch{Code: code, View: v, Events: []dossier.Event{
				{Seq: 1, At: day(3, 2, 8), Recorded: day(3, 2, 8), Body: dossier.Submitted{Intake: dossier.IntakeFacts{Code: code, Receiving: desk, Lead: branch}}},
			}})
			require.NoError(w.t, err)
		}
	}
}

// The least loaded of the same position in the same agency: fewest open tasks, ties by id; nobody with as much gets it.
func TestReassignToTheLeastLoaded(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *world) {
		w.busy("ban-", map[string]int{"cb18": 3, "cb19": 1})
		ask := func(tasks ...dossier.TaskView) []dossier.HandUp {
			return w.look("x", workflows.RungQuery{To: []string{procedure.ToAssignee}, Reassign: true, Tasks: tasks}).Reassign
		}
		task := func(id, who string) dossier.TaskView {
			return dossier.TaskView{Task: id, Agency: branch, Role: "chuyen-vien", Assignee: who}
		}
		require.Equal(t, []dossier.HandUp{{Task: "a#1", To: "cb19"}}, ask(task("a#1", "cb18")))
		require.Empty(t, ask(task("a#1", "cb19")), "he has the least to do already")
		require.Equal(t, []dossier.HandUp{{Task: "a#1", To: "cb19"}}, ask(task("a#1", "")), "a task of nobody's")
		// What one rung gives away counts for the next task of it.
		require.Equal(t, []dossier.HandUp{{Task: "a#1", To: "cb19"}}, ask(task("a#1", "cb18"), task("b#1", "cb18")), "after one they are even")
		up := task("a#1", "cb18")
		up.HandedUp = true
		require.Empty(t, ask(up), "a superior has it")
		require.Empty(t, ask(dossier.TaskView{Task: "cho#1", Agency: branch}), "a wait has no position")

		w.busy("them-", map[string]int{"cb19": 2})
		require.Equal(t, []dossier.HandUp{{Task: "a#1", To: "cb18"}}, ask(task("a#1", "")), "even: the first by id")
	})
}

// Who signs, who inspects and who is reached is found when the rung fires: a dated substitution and a vacant post included.
func TestThePeopleOfTheMoment(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *world) {
		ask := func() dossier.Recipients {
			return w.look("x", workflows.RungQuery{To: []string{procedure.ToHeadOfAgency}, Sign: true, Inspect: true, HandUp: true,
				Tasks: []dossier.TaskView{{Task: "a#1", Agency: branch, Role: "chuyen-vien", Assignee: "cb18"}}})
		}
		got := ask()
		require.Equal(t, []string{"cb16"}, got.To)
		require.Equal(t, []string{"cb16"}, got.Signers)
		require.Equal(t, "cb03", got.Inspector, "of the two of the control office the first by id")
		require.Equal(t, "H99", got.Office, "the control office above the lead agency")

		// A substitution of the head, for two days.
		require.NoError(t, w.Store.SaveOrganisation(t.Context(), models.Organisation{Substitutions: []models.Substitution{
			{ID: "s-1", Officer: "cb16", Substitute: "cb17", Role: procedure.ToHeadOfAgency, From: day(3, 3, 0), Until: day(3, 5, 0), Document: "1/UQ"},
		}}))
		require.Equal(t, []string{"cb16"}, ask().Signers, "not yet")
		w.legal(day(3, 4, 9))
		require.Equal(t, []string{"cb17"}, ask().Signers)
		require.Equal(t, "cb17", ask().HandUp)
		w.legal(day(3, 5, 0))
		require.Equal(t, []string{"cb16"}, ask().Signers, "the day after it ended")

		// The post falls vacant: the next one up.
		require.NoError(t, w.Store.EndPosting(t.Context(), "cb16", branch, procedure.ToHeadOfAgency, day(3, 5, 0)))
		got = ask()
		require.Equal(t, []string{"cb15"}, got.To)
		require.Equal(t, []string{"cb15"}, got.Signers)
		require.Equal(t, "cb15", got.HandUp)

		// Nobody anywhere: a finding each, and the ladder goes on.
		for _, agency := range []string{"H99", "H99.01"} {
			for _, who := range []string{"cb03", "cb04"} {
				require.NoError(t, w.Store.EndPosting(t.Context(), who, agency, procedure.ToControl, day(3, 5, 0)))
			}
		}
		require.Empty(t, ask().Inspector)
		found, err := w.Store.Findings(t.Context(), activities.FindingNoInspector, false, 10)
		require.NoError(t, err)
		require.Len(t, found, 1)
	})
}

func TestInspectionsAreSpread(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *world) {
		for i, want := range []string{"cb03", "cb04", "cb03", "cb04"} {
			code := "hs-" + string(rune('a'+i))
			got := w.look(code, workflows.RungQuery{To: []string{procedure.ToControl}, Inspect: true})
			require.Equal(t, want, got.Inspector, code)
			v := dossier.View{Code: code, Seq: 1, Stage: dossier.StageRunning, Receiving: desk, Lead: branch}
			_, err := w.Store.Record(t.Context(), models.Batch{Code: code, View: v, Events: []dossier.Event{
				{Seq: 1, At: day(3, 2, 8), Recorded: day(3, 2, 8), By: dossier.ByClock, Body: dossier.InspectionOpened{N: 1, Inspector: got.Inspector, Office: got.Office, Due: day(3, 9, 17)}},
			}})
			require.NoError(t, err)
		}
	})
}

// decree stores a standing decision in force in March 2026.
func (w *world) decree(id, agency string, limit int64, procedures ...string) {
	w.t.Helper()
	_, err := w.Store.CreateStanding(w.t.Context(), models.StandingRow{ID: id, Number: id + "/QĐ", Agency: agency, Signer: "Giám đốc", Reason: "quá tải", Add: "3wd",
		Procedures: procedures, Cap: limit, From: day(3, 1, 0), Until: day(4, 1, 0), CreatedBy: "cb17", Fingerprint: id})
	require.NoError(w.t, err)
}

func TestStandingDecisions(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *world) {
		ask := func(code string) string {
			r := w.look(code, workflows.RungQuery{To: []string{procedure.ToOneStop}, Sign: true, Issue: true})
			if r.Standing == nil {
				return ""
			}
			require.Equal(t, calendar.MustLimit("3wd"), r.Standing.Add)
			return r.Standing.Number
		}
		approve := func(id string) {
			ok, err := w.Store.ApproveStanding(t.Context(), id, "cb16", day(3, 1, 8))
			require.NoError(t, err)
			require.True(t, ok)
		}
		require.Empty(t, ask("hs-1"), "no decision")
		w.decree("so", "H99.14", 10)
		require.Empty(t, ask("hs-1"), "a draft is no decision")
		approve("so")
		require.Equal(t, "so/QĐ", ask("hs-1"), "of an agency above")
		w.decree("khac", branch, 10, "9.999999")
		approve("khac")
		require.Equal(t, "so/QĐ", ask("hs-2"), "the nearer one is for another procedure")
		w.decree("gan", branch, 1, "1.012784")
		approve("gan")
		require.Equal(t, "gan/QĐ", ask("hs-3"), "the nearest that covers it")
		require.Equal(t, "gan/QĐ", ask("hs-3"), "asked again for the same dossier it is the same letter")
		require.Equal(t, "so/QĐ", ask("hs-4"), "its cap of one is taken")

		// The law refuses hs-3 its letter: the cap is free for another.
		v := dossier.View{Code: "hs-3", Seq: 1, Stage: dossier.StageRunning, Receiving: desk, Lead: branch}
		_, err := w.Store.Record(t.Context(), models.Batch{Code: "hs-3", View: v, Events: []dossier.Event{{Seq: 1, At: day(3, 2, 9), Recorded: day(3, 2, 9), By: dossier.ByClock,
			Body: dossier.ApologyProposed{N: 1, OldDue: day(3, 3, 17), NewDue: day(3, 6, 17), Until: day(3, 3, 0), Decision: "gan/QĐ", Refused: "reason_missing"}}}})
		require.NoError(t, err)
		require.Equal(t, "gan/QĐ", ask("hs-5"))
		v.Code = "hs-5"
		_, err = w.Store.Record(t.Context(), models.Batch{Code: "hs-5", View: v, Events: []dossier.Event{{Seq: 1, At: day(3, 2, 9), Recorded: day(3, 2, 9), By: dossier.ByClock,
			Body: dossier.Reappointed{OldDue: day(3, 3, 17), NewDue: day(3, 6, 17), Signer: "Giám đốc", Decision: "gan/QĐ", DecisionID: "gan"}}}})
		require.NoError(t, err)
		row, err := w.Store.Standing(t.Context(), "gan")
		require.NoError(t, err)
		require.Equal(t, int64(1), row.Issued)
		require.Equal(t, "so/QĐ", ask("hs-6"), "issued letters count for good")

		w.legal(day(4, 1, 0))
		require.Empty(t, ask("hs-7"), "its last day is over")
		w.legal(day(3, 31, 23))
		require.Equal(t, "so/QĐ", ask("hs-7"))
		ok, err := w.Store.RevokeStanding(t.Context(), "so", "cb16", "đã hết quá tải", day(3, 31, 23))
		require.NoError(t, err)
		require.True(t, ok)
		require.Empty(t, ask("hs-8"))
	})
}
