package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"motcua/app"
	"motcua/calendar"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/office"
)

// What goes off on a day is read from the database alone, so it can be asked while Temporal is down; the check itself says that it
// could not look, and does not call that well.
func TestCheckCommands(t *testing.T) {
	dsn := modelstest.PostgresDSN(t)
	t.Setenv("MOTCUA_POSTGRES_DSN", dsn)
	t.Setenv("MOTCUA_TEMPORAL_ADDRESS", "127.0.0.1:1")
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone())
	store, err := models.Open(t.Context(), models.Config{Dialector: models.Postgres(dsn), Now: time.Now})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, app.SeedDemo(t.Context(), store))
	a, err := app.Connect(app.Config{
		Store: store, TemporalAddress: "127.0.0.1:1", Namespace: "x", Clock: calendar.RealClock(), Now: func() time.Time { return now },
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	require.NoError(t, err)
	p, err := a.Office.Authenticate(t.Context(), "mc_motcua_demo")
	require.NoError(t, err)
	r, err := a.Office.Submit(t.Context(), p, office.Submission{
		Procedure: "9.000001", Channel: "counter", Receiving: "H99.02.01", Lead: "H99.14.01.01", Accept: true,
		Applicant: office.Applicant{Name: "Nguyễn Văn Mẫu"}, Papers: []office.Paper{{Document: "don"}},
	}, "k")
	require.NoError(t, err)

	do := func(line string) (code int, out, errs string) {
		var o, e bytes.Buffer
		code = run(strings.Fields(line), strings.NewReader(""), &o, &e)
		return code, o.String(), e.String()
	}
	code, out, _ := do("check tomorrow --day 2026-03-03")
	require.Zero(t, code)
	require.Contains(t, out, "09:00  "+r.Code+"  nấc den-han (dossier)  → lãnh đạo cơ quan: ")
	require.Contains(t, out, "→ người nộp: người nộp\n")
	require.Contains(t, out, "03/03/2026: 6 mốc, 0 nấc không đến được ai.\n")
	code, out, _ = do("check tomorrow --day 2026-03-03 --json")
	require.Zero(t, code)
	require.Len(t, strings.Split(strings.TrimSpace(out), "\n"), 6)
	var first office.Firing
	require.NoError(t, json.Unmarshal([]byte(strings.SplitN(out, "\n", 2)[0]), &first))
	require.Equal(t, r.Code, first.Code)

	code, out, errs := do("check")
	require.Equal(t, 1, code)
	require.Empty(t, out, "nothing is said to be well")
	require.Contains(t, errs, "check manual-")
	runs, _, err := store.Checks(t.Context(), 10, "")
	require.NoError(t, err)
	require.Len(t, runs, 1)
	require.Equal(t, models.CheckRunning, runs[0].State)
	require.NotEmpty(t, runs[0].Cause)

	db, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer db.Close(t.Context())
	_, err = db.Exec(t.Context(), "DELETE FROM postings")
	require.NoError(t, err)
	code, out, _ = do("check tomorrow --day 2026-03-03")
	require.Equal(t, 1, code)
	require.Contains(t, out, "nấc den-han (dossier)  → lãnh đạo cơ quan: CÒN TRỐNG\n")
	require.Contains(t, out, "03/03/2026: 6 mốc, 5 nấc không đến được ai.\n")
}
