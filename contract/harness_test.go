package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"motcua/api"
	"motcua/app"
	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/models/modelstest"
	"motcua/office"
)

// desk is an installation under test. Its clock stands at Monday 2026-03-02 09:00 and moves by hand.
type desk struct {
	t      *testing.T
	office *office.Office
	engine *engine
	http   *gin.Engine
	now    time.Time
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone())}
	store := modelstest.Open(t, modelstest.Now(func() time.Time { return d.now }))
	require.NoError(t, app.SeedDemo(t.Context(), store))
	d.engine = &engine{store: store, states: map[string]*office.Rebuilt{}, missions: map[string]*office.RebuiltMission{}}
	shelf, err := library.Shelf()
	require.NoError(t, err)
	templates, err := library.Templates()
	require.NoError(t, err)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	d.office = office.New(office.Config{
		Store: store, Engine: d.engine, Missions: d.engine, Ladders: shelf.Ladders, Forms: shelf.Forms, Shelf: shelf, Templates: templates, Clock: calendar.RealClock(), Now: func() time.Time { return d.now },
		Policy: dossier.DefaultPolicy(), Logger: quiet,
	})
	d.engine.office = d.office
	d.http = api.New(api.Config{
		Office: d.office, Authenticate: d.office.Authenticate, Logger: quiet,
		Ready: func(context.Context) (map[string]string, bool) { return map[string]string{"database": "ok"}, true },
	})
	return d
}

type answer struct {
	status int
	header http.Header
	raw    []byte
	body   map[string]any
}

func (d *desk) call(method, path, who, key string, body any, header ...string) answer {
	d.t.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = bytes.NewBufferString(b)
	default:
		raw, err := json.Marshal(b)
		require.NoError(d.t, err)
		in = bytes.NewReader(raw)
	}
	req := httptest.NewRequestWithContext(d.t.Context(), method, path, in)
	req.Header.Set("Content-Type", "application/json")
	if who != "" {
		req.Header.Set("Authorization", "Bearer mc_"+who+"_demo")
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.http.ServeHTTP(w, req)
	a := answer{status: w.Code, header: w.Header(), raw: w.Body.Bytes()}
	_ = json.Unmarshal(a.raw, &a.body) // pages and drawings are no JSON
	return a
}

func submission(accept bool, papers ...string) map[string]any {
	var list []any
	for _, p := range papers {
		list = append(list, map[string]any{"document": p})
	}
	return map[string]any{
		"procedure": "1.012784", "channel": "counter", "receiving": "H99.02.01", "lead": "H99.14.01.01", "accept": accept,
		"applicant": map[string]any{"name": "Nguyễn Văn Mẫu", "id_no": "026100000089"}, "papers": list,
	}
}

func whole(accept bool) map[string]any { return submission(accept, "don", "gcn", "ban-ve") }

func (d *desk) submit(key string, accept bool) string {
	d.t.Helper()
	a := d.call(http.MethodPost, "/v1/dossiers", "motcua", key, whole(accept))
	require.Equal(d.t, http.StatusCreated, a.status, string(a.raw))
	return a.body["code"].(string)
}

func (d *desk) act(code, who, key string, body map[string]any, header ...string) answer {
	d.t.Helper()
	return d.call(http.MethodPost, "/v1/dossiers/"+code+"/acts", who, key, body, header...)
}

func (d *desk) problem(a answer, status int, code string) {
	d.t.Helper()
	require.Equal(d.t, status, a.status, string(a.raw))
	require.Equal(d.t, code, a.body["code"], string(a.raw))
	require.Contains(d.t, a.header.Get("Content-Type"), "application/problem+json")
	require.NotEmpty(d.t, a.body["detail"])
	require.NotEmpty(d.t, a.body["traceId"])
	require.Equal(d.t, "/problems/"+code, a.body["type"])
}
