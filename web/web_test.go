package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/activities"
	"motcua/api"
	"motcua/app"
	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/office"
	"motcua/web"
	"motcua/workflows"
)

type engine struct{}

func (engine) Start(context.Context, workflows.Start, dossier.View) error { return nil }
func (engine) Check(context.Context) error                                { return nil }
func (engine) Poke(context.Context, string, int64) error                  { return nil }
func (engine) View(context.Context, string) (dossier.View, error) {
	return dossier.View{}, workflows.ErrDown
}

func (engine) Act(context.Context, string, workflows.ActRequest) (workflows.ActReply, error) {
	return workflows.ActReply{}, workflows.ErrDown
}

type site struct {
	t     *testing.T
	http  http.Handler
	store *models.Store
	now   time.Time
}

// open is a site with one dossier accepted on Monday 2026-03-02 at 09:00, due on Wednesday the 18th at 17:00.
func open(t *testing.T, about web.About) *site {
	t.Helper()
	s := &site{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone())}
	now := func() time.Time { return s.now }
	store := modelstest.Open(t, modelstest.Now(now))
	s.store = store
	require.NoError(t, app.SeedDemo(t.Context(), store))
	o := office.New(office.Config{
		Store: store, Engine: engine{}, Reach: (&activities.Activities{Store: store}).Reach, Clock: calendar.RealClock(), Now: now, Policy: dossier.DefaultPolicy(), Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	p, err := o.Authenticate(t.Context(), "mc_motcua_demo")
	require.NoError(t, err)
	_, err = o.Submit(t.Context(), p, office.Submission{
		Procedure: "1.012784", Channel: dossier.ChannelCounter, Receiving: "H99.02.01", Lead: "H99.14.01.01", Accept: true,
		Applicant: office.Applicant{Name: "<b>Nguyễn Văn Mẫu</b>"}, Papers: []office.Paper{{Document: "don"}, {Document: "gcn"}, {Document: "ban-ve"}},
	}, "k")
	require.NoError(t, err)
	e := api.New(api.Config{Office: o, Authenticate: o.Authenticate})
	web.Mount(e, o, about)
	s.http = e
	return s
}

func (s *site) get(path string) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.http.ServeHTTP(w, httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil))
	require.Equal(s.t, http.StatusOK, w.Code)
	require.Contains(s.t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
	require.Equal(s.t, "nosniff", w.Header().Get("X-Content-Type-Options"))
	return w
}

// The demonstration lists its dossiers with the time left; it names no applicant and runs no script.
func TestDemonstration(t *testing.T) {
	t.Parallel()
	s := open(t, web.About{Demo: true, Scale: 60, Keys: []web.Key{{Who: "<i>ai</i>", Role: "một cửa", Key: "mc_motcua_demo"}}})
	page := s.get("/").Body.String()
	require.Contains(t, page, "H99.02.01-260302-0001")
	require.Contains(t, page, "17:00 18/03/2026")
	require.Contains(t, page, "còn ")
	require.Contains(t, page, "&lt;i&gt;ai&lt;/i&gt;")
	require.Contains(t, page, `lang="vi"`)
	for _, never := range []string{"Nguyễn Văn Mẫu", "<script", "style=\"", "onclick"} {
		require.NotContains(t, page, never)
	}
	s.now = time.Date(2026, 3, 19, 9, 0, 0, 0, calendar.Zone())
	require.Contains(t, s.get("/").Body.String(), "quá hạn")
	require.Contains(t, s.get("/motcua.css").Header().Get("Content-Type"), "text/css")
}

// In production the first page, which asks for no key, shows no dossier.
func TestProductionShowsNothing(t *testing.T) {
	t.Parallel()
	page := open(t, web.About{Scale: 1}).get("/").Body.String()
	require.NotContains(t, page, "H99.02.01-260302-0001")
	require.NotContains(t, page, "mc_motcua_demo")
}
