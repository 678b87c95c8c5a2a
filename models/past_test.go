package models_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/models"
	"motcua/models/modelstest"
)

// Past dossiers come one by one, in order, each with its whole journal, over more than one page.
func TestPastDossiers(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		const n = 205
		seed(t, s, n)
		var seen []string
		read := func(f models.PastFilter) (codes []string) {
			require.NoError(t, s.PastDossiers(t.Context(), f, func(p models.Past) error {
				codes = append(codes, p.Code)
				events, err := s.Events(t.Context(), p.Code, 0)
				require.NoError(t, err)
				require.NotEmpty(t, events)
				require.Equal(t, events, p.Events)
				return nil
			}))
			return codes
		}
		seen = read(models.PastFilter{})
		require.Len(t, seen, n)
		require.IsIncreasing(t, seen)
		rows, _, err := s.Dossiers(t.Context(), models.DossierFilter{Scope: all(), Limit: 1})
		require.NoError(t, err)
		first := rows[0]
		require.Contains(t, read(models.PastFilter{Procedures: []string{first.Procedure}, From: first.SubmittedAt, Until: first.SubmittedAt.Add(time.Minute)}), first.Code)
		require.Empty(t, read(models.PastFilter{Until: first.SubmittedAt.AddDate(-1, 0, 0)}))
		require.Empty(t, read(models.PastFilter{From: first.SubmittedAt.AddDate(1, 0, 0)}))
		require.Empty(t, read(models.PastFilter{Procedures: []string{"0.0"}}))
		stop := errors.New("enough")
		require.ErrorIs(t, s.PastDossiers(t.Context(), models.PastFilter{}, func(models.Past) error { return stop }), stop)
	})
}
