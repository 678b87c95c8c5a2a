package models_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"motcua/models"
	"motcua/models/modelstest"
)

// Failures are logged; callers who went away and rows that are not there are not.
func TestWhatIsLogged(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s, err := models.Open(t.Context(), models.Config{
		Dialector: modelstest.SQLite(t.TempDir()+"/motcua.db", true), Logger: slog.New(slog.NewTextHandler(&out, nil)),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))
	out.Reset()
	gone, leave := context.WithCancel(t.Context())
	leave()
	_, err = s.PendingActs(gone, at(2, 8, 0), 1)
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.Act(t.Context(), "unknown")
	require.ErrorIs(t, err, models.ErrNotFound)
	_, _, err = s.BeginAct(t.Context(), models.ActRow{ID: "a", Dossier: "D", Kind: "complete", State: "pending", ReceivedAt: at(2, 8, 0)})
	require.NoError(t, err)
	require.Empty(t, out.String())
	require.Error(t, s.Transact(t.Context(), func(tx *gorm.DB) error { return tx.Exec("SELECT * FROM nowhere").Error }))
	require.Contains(t, out.String(), "nowhere")
}
