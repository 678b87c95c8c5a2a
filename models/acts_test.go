package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/models"
	"motcua/models/modelstest"
)

// A final alarm waits for what was received before it, and for nothing else.
func TestActsAwaited(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		awaited := func(code string, received, since time.Time) bool {
			ok, err := s.Awaited(t.Context(), code, received, since)
			require.NoError(t, err)
			return ok
		}
		_, _, err := s.BeginAct(t.Context(), models.ActRow{ID: "a1", Principal: "p", Dossier: "D1", Kind: "complete", Fingerprint: "f", ReceivedAt: at(9, 16, 59)})
		require.NoError(t, err)
		ago := time.Now().Add(-time.Hour)
		require.True(t, awaited("D1", at(9, 17, 0), ago))
		require.True(t, awaited("D1", at(9, 16, 59), ago), "received in the very minute")
		require.False(t, awaited("D1", at(9, 16, 58), ago), "received after the alarm")
		require.False(t, awaited("D2", at(9, 17, 0), ago), "another dossier's")
		require.False(t, awaited("D1", at(9, 17, 0), time.Now().Add(time.Hour)), "given up on")
		require.NoError(t, s.RefuseAct(t.Context(), "a1", 409, []byte(`{}`)))
		require.False(t, awaited("D1", at(9, 17, 0), ago), "it has its answer")
	})
}
