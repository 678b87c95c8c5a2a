package office_test

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/activities"
	"motcua/app"
	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/office"
)

const skew = 2 * time.Minute

// opening is Monday 2026-03-02, 09:00: a week without a holiday.
func opening() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone()) }

// desk is an office over the demonstration province. Its clock moves by hand.
type desk struct {
	*office.Office
	t      testing.TB
	store  *models.Store
	engine *engine
	// missions is the engine's part that runs missions.
	missions *missionEngine
	now      time.Time
	// file is the database, dbNow its clock where that is not now.
	file  string
	dbNow time.Time
}

func open(t testing.TB) *desk {
	t.Helper()
	file := filepath.Join(t.TempDir(), "motcua.db")
	d := openOn(t, func(t testing.TB, options ...modelstest.Option) *models.Store {
		return modelstest.OpenAt(t, file, options...)
	})
	d.file = file
	return d
}

// openOn opens a desk over a database of its own.
func openOn(t testing.TB, store func(t testing.TB, options ...modelstest.Option) *models.Store) *desk {
	t.Helper()
	d := &desk{t: t, now: opening()}
	now := func() time.Time { return d.now }
	d.store = store(t, modelstest.Now(now))
	require.NoError(t, app.SeedDemo(t.Context(), d.store))
	d.engine = &engine{store: d.store, clock: now, running: map[string]*machine{}, odd: map[string]error{}, tried: make(chan string, 100)}
	d.missions = &missionEngine{engine: d.engine, running: map[string]*missionMachine{}}
	d.Office = d.again()
	d.engine.desk = d.Desk()
	return d
}

// again is another office over the same installation, as after a restart.
func (d *desk) again() *office.Office {
	shelf, err := library.Shelf()
	require.NoError(d.t, err)
	templates, err := library.Templates()
	require.NoError(d.t, err)
	return office.New(office.Config{
		Store: d.store, Engine: d.engine, Missions: d.missions, Inspector: inspector{d.engine, d.missions}, Reach: (&activities.Activities{Store: d.store}).Reach, DBNow: d.databaseNow, Ladders: shelf.Ladders, Forms: shelf.Forms, Shelf: shelf, Templates: templates, Clock: calendar.RealClock(), Now: func() time.Time { return d.now },
		Policy: dossier.DefaultPolicy(), Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
}

// databaseNow is the clock of the database.
func (d *desk) databaseNow(context.Context) (time.Time, error) {
	if !d.dbNow.IsZero() {
		return d.dbNow, nil
	}
	return d.now, nil
}

// as is the holder of a demo key.
func (d *desk) as(prefix string) office.Principal {
	d.t.Helper()
	p, err := d.Authenticate(d.t.Context(), "mc_"+prefix+"_demo")
	require.NoError(d.t, err)
	return p
}

// hourly is the sample of eight working hours; parcel the division of a parcel, twelve working days.
func hourly() office.Submission {
	return office.Submission{
		Procedure: "9.000001", Channel: dossier.ChannelCounter, Receiving: "H99.02.01", Lead: "H99.14.01.01", Accept: true,
		Applicant: office.Applicant{Name: "Nguyễn Văn Mẫu", IDNo: "026100000089", Phone: "0900000000"},
		Papers:    []office.Paper{{Document: "don", Originals: 1}},
	}
}

func parcel() office.Submission {
	s := hourly()
	s.Procedure, s.Papers = "1.012784", []office.Paper{{Document: "don"}, {Document: "gcn"}, {Document: "ban-ve"}}
	return s
}

// take submits at the counter and waits for the background start.
func (d *desk) take(s office.Submission, key string) office.Receipt {
	d.t.Helper()
	r, err := d.Submit(d.t.Context(), d.as("motcua"), s, key)
	require.NoError(d.t, err)
	d.started(r.Code)
	return r
}

func (d *desk) started(code string) {
	d.t.Helper()
	select {
	case got := <-d.engine.tried:
		require.Equal(d.t, code, got)
	case <-time.After(10 * time.Second):
		require.Fail(d.t, "no start was tried", code)
	}
}

func (d *desk) do(who, code, key string, b office.ActBody) (office.Answer, error) {
	d.t.Helper()
	return d.Act(d.t.Context(), d.as(who), code, b, key, 0)
}

func (d *desk) must(who, code, key string, b office.ActBody) office.Answer {
	d.t.Helper()
	a, err := d.do(who, code, key, b)
	require.NoError(d.t, err)
	require.Equal(d.t, office.ActDone, a.State)
	return a
}

// walk brings an hourly dossier from the desk to its result, everybody at once.
func (d *desk) walk(code string) {
	d.t.Helper()
	d.must("motcua", code, "w1", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
	d.must("thamdinh", code, "w2", office.ActBody{Kind: dossier.ActComplete, Task: "tra-cuu#1", Outcome: "dat"})
	d.must("lanhdao", code, "w3", office.ActBody{Kind: dossier.ActComplete, Task: "ky#1", Outcome: "duyet"})
	d.must("thamdinh", code, "w4", office.ActBody{Kind: dossier.ActComplete, Task: "gui-kq#1"})
	d.must("motcua", code, "w5", office.ActBody{Kind: dossier.ActReturn, Task: "tra-kq#1", Results: []string{"xac-nhan"}})
}

// problem is the one that an error is for people.
func problem(t *testing.T, err error, status int, code string) *office.Problem {
	t.Helper()
	require.Error(t, err)
	p := office.ProblemOf(err)
	require.Equal(t, code, p.Code, err)
	require.Equal(t, status, p.Status, err)
	require.NotEmpty(t, p.Detail)
	return p
}

// restoreOrganisation fills the posts of the demonstration province again.
func (d *desk) restoreOrganisation() {
	d.t.Helper()
	require.NoError(d.t, app.SeedDemo(d.t.Context(), d.store))
}
