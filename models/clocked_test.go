package models_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/mission"
	"motcua/models"
	"motcua/models/modelstest"
)

// The pages of the clock check: open rows only, by code, those due among them; with journals and tasks behind them.
func TestClockedPages(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		seed(t, s, 7) // alarms at their due instants: 8:00 twice, 9:00 twice, …
		closed := submitted(t, "C00", at(9, 8, 0))
		closed.View.Stage = dossier.StageReturned
		_, err := s.Record(t.Context(), closed)
		require.NoError(t, err)
		read := func(f models.ClockedFilter) (codes []string) {
			f.Limit = 3
			for {
				rows, err := s.ClockedDossiers(t.Context(), f)
				require.NoError(t, err)
				for _, r := range rows {
					codes, f.After = append(codes, r.Code), r.Code
				}
				if len(rows) < f.Limit {
					return codes
				}
			}
		}
		require.Equal(t, []string{"D00", "D01", "D02", "D03", "D04", "D05", "D06"}, read(models.ClockedFilter{}))
		require.Equal(t, []string{"D00", "D01"}, read(models.ClockedFilter{AlarmBefore: at(9, 9, 0)}))
		require.Equal(t, []string{"D03", "D05"}, read(models.ClockedFilter{Codes: []string{"D05", "D03", "C00", "X"}}))

		rows, err := s.ClockedDossiers(t.Context(), models.ClockedFilter{Codes: []string{"D01"}, Limit: 1})
		require.NoError(t, err)
		tasks, err := s.TasksOf(t.Context(), []string{"D01", "D02"})
		require.NoError(t, err)
		require.Len(t, tasks, 2)
		v := submitted(t, "D01", at(9, 8, 0)).View
		require.Empty(t, models.DossierDrift(rows[0], tasks["D01"], v))
		v.NextAlarm = v.NextAlarm.Add(time.Minute)
		v.Tasks[0].Assignee = "lan"
		require.Equal(t, []string{"next_alarm", "tasks"}, models.DossierDrift(rows[0], tasks["D01"], v))

		journals, err := s.Journals(t.Context(), []string{"D01", "D02", "X"}, dossier.DecodeBody)
		require.NoError(t, err)
		require.Len(t, journals, 2)
		require.Len(t, journals["D02"], 3)
		open, err := s.OpenAmong(t.Context(), false, []string{"D01", "C00", "X"})
		require.NoError(t, err)
		require.Equal(t, map[string]bool{"D01": true}, open)
		open, err = s.OpenAmong(t.Context(), true, []string{"D01"})
		require.NoError(t, err)
		require.Empty(t, open)
	})
}

// A journal without a row is found, a dossier's and a mission's, and no other.
func TestLostRows(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		seed(t, s, 3)
		p := newPilot(t)
		_, err := s.RecordMission(t.Context(), p.batch(at(2, 8, 0), mission.Act{ID: "m", Kind: mission.ActStart, Start: p.facts("vp-NV26-0001")}))
		require.NoError(t, err)
		lost, err := s.LostRows(t.Context(), "", 10)
		require.NoError(t, err)
		require.Empty(t, lost)
		require.NoError(t, models.Forget(s, "D01"))
		require.NoError(t, models.Forget(s, "D02"))
		require.NoError(t, models.Forget(s, "vp-NV26-0001"))
		lost, err = s.LostRows(t.Context(), "", 10)
		require.NoError(t, err)
		require.Equal(t, []models.Lost{{Code: "D01"}, {Code: "D02"}, {Code: "vp-NV26-0001", Mission: true}}, lost)
		lost, err = s.LostRows(t.Context(), "D01", 1)
		require.NoError(t, err)
		require.Equal(t, []models.Lost{{Code: "D02"}}, lost)
	})
}

// What is due before an instant comes earliest first, page by page, in the scope of who asks.
func TestAlarmsBefore(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		seed(t, s, 5)
		read := func(scope models.Scope, before time.Time) (codes []string) {
			after := ""
			for {
				rows, next, err := s.AlarmsBefore(t.Context(), scope, false, before, 2, after)
				require.NoError(t, err)
				for _, r := range rows {
					codes = append(codes, r.Code)
				}
				if after = next; next == "" {
					return codes
				}
			}
		}
		require.Equal(t, []string{"D00", "D01", "D02", "D03", "D04"}, read(all(), at(10, 0, 0)))
		require.Equal(t, []string{"D00", "D01"}, read(all(), at(9, 9, 0)), "before, not at")
		require.Len(t, read(models.Scope{Agencies: []string{"xa-a"}}, at(10, 0, 0)), 5)
		require.Empty(t, read(models.Scope{Agencies: []string{"xa-b"}}, at(10, 0, 0)))
		_, _, err := s.AlarmsBefore(t.Context(), all(), true, at(10, 0, 0), 2, "zzz")
		require.ErrorIs(t, err, models.ErrCursor)
	})
}

// Open dossiers by what is left: late ones, those whose clock stands, and by where their promise falls between the cuts.
func TestTimeLeft(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		take := func(code string, change func(v *dossier.View), due time.Time) {
			b := submitted(t, code, due)
			change(&b.View)
			_, err := s.Record(t.Context(), b)
			require.NoError(t, err)
		}
		as := func(*dossier.View) {}
		now := at(9, 10, 0)
		take("late", as, at(9, 9, 59))
		take("now", as, now)
		take("one", as, at(10, 9, 59))
		take("two", as, at(10, 10, 0))
		take("far", as, at(30, 10, 0))
		take("paused", func(v *dossier.View) { v.Paused = true }, at(9, 8, 0))
		take("late for good", func(v *dossier.View) { v.Paused, v.Verdict.Since = true, at(8, 8, 0) }, at(20, 8, 0))
		take("no promise", func(v *dossier.View) { v.DueAt = time.Time{} }, at(9, 8, 0))
		take("returned", func(v *dossier.View) { v.Stage = dossier.StageReturned }, at(9, 8, 0))
		got, err := s.TimeLeft(t.Context(), now, []time.Time{at(10, 10, 0), at(12, 10, 0)})
		require.NoError(t, err)
		require.Equal(t, models.TimeLeft{Late: 2, Paused: 1, None: 1, Before: []int64{2, 1, 1}}, got)
	})
}

// A run begun again is the one that is stored; it ends once, is listed, and is forgotten in time.
func TestChecks(t *testing.T) {
	t.Parallel()
	now := at(2, 8, 0)
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		_, err := s.LastCheck(t.Context(), "full")
		require.ErrorIs(t, err, models.ErrNotFound)
		for n := range 3 {
			row, err := s.BeginCheck(t.Context(), models.CheckRow{ID: fmt.Sprint("c", n), Kind: "full", Phase: "clocks", Principal: "p"})
			require.NoError(t, err)
			require.Equal(t, models.CheckRunning, row.State)
		}
		row, err := s.Check(t.Context(), "c1")
		require.NoError(t, err)
		row.Phase, row.After, row.Figures = "dossiers", "D07", []byte(`{"dossiers":200}`)
		require.NoError(t, s.SaveCheck(t.Context(), row))
		again, err := s.BeginCheck(t.Context(), models.CheckRow{ID: "c1", Kind: "full", Phase: "clocks", Principal: "other"})
		require.NoError(t, err)
		require.Equal(t, "D07", again.After)
		require.Equal(t, "p", again.Principal)
		require.JSONEq(t, `{"dossiers":200}`, string(again.Figures))
		again.State = models.CheckDone
		require.NoError(t, s.SaveCheck(t.Context(), again))
		last, err := s.LastCheck(t.Context(), "full")
		require.NoError(t, err)
		require.Equal(t, "c1", last.ID)
		require.False(t, last.FinishedAt.IsZero())
		_, err = s.LastCheck(t.Context(), "quick")
		require.ErrorIs(t, err, models.ErrNotFound)
		rows, next, err := s.Checks(t.Context(), 2, "")
		require.NoError(t, err)
		require.Len(t, rows, 2)
		rows, next, err = s.Checks(t.Context(), 2, next)
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.Empty(t, next)
		require.NoError(t, s.PurgeChecks(t.Context(), now.Add(time.Hour)))
		rows, _, err = s.Checks(t.Context(), 10, "")
		require.NoError(t, err)
		require.Len(t, rows, 2, "those under way stay")
	}, modelstest.Now(func() time.Time { return now }))
}

// Findings: pages, counts by kind, and those that nobody reports any more.
func TestListFindings(t *testing.T) {
	t.Parallel()
	now := at(2, 8, 0)
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		for n := range 5 {
			require.NoError(t, s.AddFinding(t.Context(), models.Finding{Kind: "a", Subject: fmt.Sprint(n), Detail: "x"}))
		}
		require.NoError(t, s.AddFinding(t.Context(), models.Finding{Kind: "b", Subject: "x", Detail: "x"}))
		require.NoError(t, s.CloseFinding(t.Context(), "a", "2"))
		counts, err := s.FindingCounts(t.Context())
		require.NoError(t, err)
		require.Equal(t, map[string]int64{"a": 4, "b": 1}, counts)
		yes := true
		f := models.FindingFilter{Open: &yes, Limit: 2}
		var seen []string
		for {
			rows, next, err := s.ListFindings(t.Context(), f)
			require.NoError(t, err)
			for _, r := range rows {
				seen = append(seen, r.Kind+r.Subject)
			}
			if f.Cursor = next; next == "" {
				break
			}
		}
		require.Equal(t, []string{"bx", "a4", "a3", "a1", "a0"}, seen)
		rows, err := s.OpenFindings(t.Context(), []string{"a"}, 0, 2)
		require.NoError(t, err)
		require.Len(t, rows, 2)
		rows, err = s.OpenFindings(t.Context(), []string{"a", "b"}, rows[1].ID, 10)
		require.NoError(t, err)
		require.Len(t, rows, 3)
		require.NoError(t, s.CloseUnseen(t.Context(), "a", now))
		counts, err = s.FindingCounts(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 4, counts["a"], "seen since")
		require.NoError(t, s.CloseUnseen(t.Context(), "a", now.Add(time.Second)))
		counts, err = s.FindingCounts(t.Context())
		require.NoError(t, err)
		require.Equal(t, map[string]int64{"b": 1}, counts)
	}, modelstest.Now(func() time.Time { return now }))
}
