package models_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/models"
	"motcua/models/modelstest"
)

func signal(id, agency string, rank int, dossiers ...string) models.SignalRow {
	return models.SignalRow{
		ID: id, Rule: "r" + fmt.Sprint(rank), Subject: id, Agency: agency, Severity: "notice", Rank: rank, PeriodFrom: at(1, 0, 0), PeriodUntil: at(31, 0, 0),
		Count: len(dossiers), Detail: "thấy", Evidence: json.RawMessage(`[{"seq": 1}]`), FirstSeen: at(5, 8, 0), SeenAt: at(5, 8, 0), Dossiers: dossiers,
	}
}

func TestSignalsOfAPeriod(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		merges := 0
		save := func(rows ...models.SignalRow) {
			t.Helper()
			require.NoError(t, s.SaveSignals(ctx, at(1, 0, 0), at(31, 0, 0), rows, func(have, now models.SignalRow) (models.SignalRow, error) {
				merges++
				have.Count, have.SeenAt, have.Revision = now.Count, now.SeenAt, have.Revision+1
				if have.State == models.SignalLapsed {
					have.State = models.SignalOpen
				}
				return have, nil
			}))
		}
		list := func(f models.SignalFilter) (ids []string) {
			t.Helper()
			for {
				rows, next, err := s.Signals(ctx, f)
				require.NoError(t, err)
				for _, r := range rows {
					ids = append(ids, r.ID)
				}
				if f.Cursor = next; next == "" {
					return ids
				}
			}
		}
		save(signal("c", "xa-a", 2, "D1"), signal("a", "xa-b", 1, "D1", "D2"), signal("b", "xa-a", 1, "D3"))
		require.Equal(t, []string{"a", "b", "c"}, list(models.SignalFilter{}), "the most severe first")
		require.Equal(t, []string{"a", "b", "c"}, list(models.SignalFilter{Limit: 1}), "page by page")
		require.Equal(t, []string{"b", "c"}, list(models.SignalFilter{Agencies: []string{"xa-a"}}))
		require.Empty(t, list(models.SignalFilter{Agencies: []string{}}))
		require.Equal(t, []string{"a", "c"}, list(models.SignalFilter{Dossier: "D1"}))
		require.Equal(t, []string{"c"}, list(models.SignalFilter{Rule: "r2"}))
		require.Empty(t, list(models.SignalFilter{From: at(31, 0, 0)}))
		require.Empty(t, list(models.SignalFilter{Until: at(1, 0, 0)}))
		require.Len(t, list(models.SignalFilter{From: at(30, 0, 0), Until: at(2, 0, 0)}), 3)

		done, err := s.DismissSignal(ctx, "a", 7, json.RawMessage(`[]`))
		require.NoError(t, err)
		require.False(t, done, "another revision")
		done, err = s.DismissSignal(ctx, "a", 1, json.RawMessage(`[{"reason": "có lý do"}]`))
		require.NoError(t, err)
		require.True(t, done)
		done, err = s.DismissSignal(ctx, "a", 2, json.RawMessage(`[]`))
		require.NoError(t, err)
		require.False(t, done, "it is laid aside already")
		counts, err := s.SignalCounts(ctx)
		require.NoError(t, err)
		require.Equal(t, []models.SignalCount{{Rule: "r1", Severity: "notice", N: 1}, {Rule: "r2", Severity: "notice", N: 1}}, counts)

		save(signal("a", "xa-b", 1, "D1", "D2"), signal("b", "xa-a", 1, "D3", "D4"))
		require.Equal(t, 2, merges)
		require.Equal(t, []string{"a"}, list(models.SignalFilter{State: models.SignalDismissed}))
		require.Equal(t, []string{"c"}, list(models.SignalFilter{State: models.SignalLapsed}), "not seen any more")
		require.Equal(t, []string{"b"}, list(models.SignalFilter{Dossier: "D4"}))
		a, err := s.Signal(ctx, "a")
		require.NoError(t, err)
		require.Equal(t, int64(3), a.Revision)
		require.JSONEq(t, `[{"reason": "có lý do"}]`, string(a.Dismissals))
		save(signal("c", "xa-a", 2, "D1"))
		require.Equal(t, []string{"c"}, list(models.SignalFilter{State: models.SignalOpen}))
		require.NoError(t, s.SaveSignals(ctx, at(1, 0, 0), at(15, 0, 0), nil, nil))
		require.Equal(t, []string{"c"}, list(models.SignalFilter{State: models.SignalOpen}), "another period lapses nothing of this one")
		_, err = s.Signal(ctx, "d")
		require.ErrorIs(t, err, models.ErrNotFound)
		_, _, err = s.Signals(ctx, models.SignalFilter{Cursor: "x"})
		require.ErrorIs(t, err, models.ErrCursor)
	})
}

// TestSameApplicant: who is the same is compared by number, and two codes come out.
func TestSameApplicant(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		take := func(name, id, procedure string, day int, end dossier.Stage, refusal bool) string {
			sub := submission(t, "s-"+name, "xa-a", "Nguyễn Văn A")
			sub.Applicant.IDNo = id
			build := sub.Build
			sub.Build = func(code string, register func() (int64, error)) (models.Batch, json.RawMessage, error) {
				b, answer, err := build(code, register)
				b.View.SubmittedAt, b.View.Procedure = at(day, 8, 0), procedure
				if end != "" {
					b.View.Stage, b.View.EndedAt, b.View.Refusal = end, at(day, 16, 0), refusal
				}
				if refusal {
					b.View.FinishedAt = at(day, 16, 0)
				}
				return b, answer, err
			}
			code, err := s.Intake(ctx, sub)
			require.NoError(t, err)
			return code
		}
		stopped := take("stopped", "001", "1.000001", 2, dossier.StageStopped, false)
		refused := take("refused", "002", "1.000001", 2, dossier.StageReturned, true)
		take("granted", "003", "1.000001", 2, dossier.StageReturned, false)
		take("nobody", "", "1.000001", 2, dossier.StageStopped, false)
		take("other", "005", "1.000002", 2, dossier.StageStopped, false)
		one := take("one", "001", "1.000001", 4, "", false)
		two := take("two", "002", "1.000001", 5, "", false)
		take("three", "003", "1.000001", 4, "", false)
		take("four", "", "1.000001", 4, "", false)
		take("five", "005", "1.000001", 4, "", false)

		rows, err := s.SameApplicant(ctx, at(1, 0, 0), at(31, 0, 0), 15*24*time.Hour)
		require.NoError(t, err)
		require.Equal(t, []models.Again{{First: stopped, Second: one}, {First: refused, Second: two}}, rows)
		rows, err = s.SameApplicant(ctx, at(5, 0, 0), at(31, 0, 0), 15*24*time.Hour)
		require.NoError(t, err)
		require.Equal(t, []models.Again{{First: refused, Second: two}}, rows)
		rows, err = s.SameApplicant(ctx, at(5, 0, 0), at(31, 0, 0), 24*time.Hour)
		require.NoError(t, err)
		require.Empty(t, rows, "too long ago for any dossier of the period")
	})
}
