package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/models"
	"motcua/models/modelstest"
)

func TestForecastsAreListedByProbability(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		seed(t, s, 6)
		run := func(when time.Time, perMille ...int) {
			t.Helper()
			var rows []models.ForecastRow
			for i, n := range perMille {
				rows = append(rows, models.ForecastRow{Dossier: fmt.Sprintf("D%02d", i), RunAt: when, Seq: 3, PerMille: n, DueAt: at(9, 17, 0), Agency: "xa-a", Step: "tham-dinh"})
			}
			require.NoError(t, s.SaveForecasts(ctx, rows))
			require.NoError(t, s.EndForecasts(ctx, when))
		}
		list := func(f models.ForecastFilter) (codes []string) {
			t.Helper()
			for {
				rows, next, err := s.Forecasts(ctx, f)
				require.NoError(t, err)
				for _, r := range rows {
					codes = append(codes, r.Dossier)
					require.Equal(t, "1.000001", r.Procedure)
					require.Equal(t, r.Seq, r.Now)
				}
				if f.Cursor = next; next == "" {
					return codes
				}
			}
		}
		run(at(3, 8, 0), 100, 900, 500, 900, models.Thinly, 0)
		require.Equal(t, []string{"D01", "D03", "D02", "D00", "D05"}, list(models.ForecastFilter{Scope: all(), Limit: 2}))
		require.Equal(t, []string{"D01", "D03", "D02"}, list(models.ForecastFilter{Scope: all(), PerMille: 500}))
		require.Equal(t, []string{"D04"}, list(models.ForecastFilter{Scope: all(), Thin: true}))
		require.Empty(t, list(models.ForecastFilter{}), "no scope sees nothing")
		require.Len(t, list(models.ForecastFilter{Scope: models.Scope{Agencies: []string{"xa-a"}}}), 5)
		require.Empty(t, list(models.ForecastFilter{Scope: models.Scope{Agencies: []string{"xa-b"}}}))
		require.Empty(t, list(models.ForecastFilter{Scope: all(), Procedure: "0.0"}))
		require.Empty(t, list(models.ForecastFilter{Scope: all(), Agency: "xa-b"}))
		c, err := s.ForecastCounts(ctx, all(), 500)
		require.NoError(t, err)
		require.Equal(t, models.ForecastCounts{Total: 6, Likely: 3, Thin: 1}, c)
		c, err = s.ForecastCounts(ctx, models.Scope{}, 500)
		require.NoError(t, err)
		require.Zero(t, c)

		run(at(3, 9, 0), 200, 300)
		require.Equal(t, []string{"D01", "D00"}, list(models.ForecastFilter{Scope: all()}), "the others are not in hand any more")
	})
}

func TestStudiesAreInOneHand(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		_, err := s.Study(ctx, "a")
		require.ErrorIs(t, err, models.ErrNotFound)
		claim := func() bool {
			ok, err := s.ClaimStudy(ctx, "a", time.Hour)
			require.NoError(t, err)
			return ok
		}
		require.True(t, claim())
		require.False(t, claim(), "somebody has it")
		broken := errors.New("broken")
		require.ErrorIs(t, s.FinishStudy(ctx, "a", at(3, 8, 0), nil, broken), broken)
		x, err := s.Study(ctx, "a")
		require.NoError(t, err)
		require.True(t, x.DoneAt.IsZero(), "it was not done")
		require.True(t, claim())
		require.NoError(t, s.FinishStudy(ctx, "a", at(3, 8, 0), map[string]int{"n": 1}, nil))
		x, err = s.Study(ctx, "a")
		require.NoError(t, err)
		require.True(t, x.LegalAt.Equal(at(3, 8, 0)))
		require.JSONEq(t, `{"n": 1}`, string(x.Content))
		ok, err := s.ClaimStudy(ctx, "a", -time.Second)
		require.NoError(t, err)
		require.True(t, ok)
		require.True(t, claim(), "the lease of who died is over")
	})
}
