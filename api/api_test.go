package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"motcua/api"
	"motcua/app"
	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/models/modelstest"
	"motcua/office"
	"motcua/workflows"
)

// engine answers acts as a test wants.
type engine struct {
	act func(code string, req workflows.ActRequest) (workflows.ActReply, error)
	err error
}

func (e *engine) Start(context.Context, workflows.Start, dossier.View) error { return nil }
func (e *engine) View(context.Context, string) (dossier.View, error)         { return dossier.View{}, e.err }
func (e *engine) Check(context.Context) error                                { return e.err }
func (e *engine) Poke(context.Context, string, int64) error                  { return e.err }
func (e *engine) Act(_ context.Context, code string, req workflows.ActRequest) (workflows.ActReply, error) {
	return e.act(code, req)
}

type server struct {
	t      *testing.T
	http   http.Handler
	engine *engine
	log    *bytes.Buffer
	parts  map[string]string
	ok     bool
}

func serve(t *testing.T, change ...func(*api.Config)) *server {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone()) }
	store := modelstest.Open(t, modelstest.Now(now))
	require.NoError(t, app.SeedDemo(t.Context(), store))
	s := &server{t: t, engine: &engine{}, log: &bytes.Buffer{}, parts: map[string]string{"database": "ok", "temporal": "ok"}, ok: true}
	shelf, err := library.Shelf()
	require.NoError(t, err)
	o := office.New(office.Config{
		Store: store, Engine: s.engine, Shelf: shelf, Clock: calendar.RealClock(), Now: now, Policy: dossier.DefaultPolicy(),
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	c := api.Config{
		Office: o, Authenticate: o.Authenticate, Logger: slog.New(slog.NewTextHandler(s.log, nil)),
		Ready: func(context.Context) (map[string]string, bool) { return s.parts, s.ok },
	}
	for _, f := range change {
		f(&c)
	}
	s.http = api.New(c)
	return s
}

func (s *server) send(r *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.http.ServeHTTP(w, r)
	return w
}

// call asks as the one-stop desk; header pairs come last and may overwrite.
func (s *server) call(method, path, body string, header ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer mc_motcua_demo")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "k")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return s.send(r)
}

const whole = `{"procedure":"1.012784","channel":"counter","receiving":"H99.02.01","lead":"H99.14.01.01","accept":true,
"applicant":{"name":"Nguyễn Văn Mẫu"},"papers":[{"document":"don"},{"document":"gcn"},{"document":"ban-ve"}]}`

// dossier submits one and returns its address.
func (s *server) dossier() string {
	s.t.Helper()
	w := s.call(http.MethodPost, "/v1/dossiers", whole, "Idempotency-Key", "dossier")
	require.Equal(s.t, http.StatusCreated, w.Code, w.Body)
	return w.Header().Get("Location")
}

type problem struct {
	Type, Title, Detail, Instance, Code, TraceID string
	Status                                       int
	Errors                                       []office.FieldError
}

// Vietnamese text has at least one letter that English lacks.
func vietnamese() *regexp.Regexp {
	return regexp.MustCompile(`[ăâđêôơưàảãạáằẳẵặắầẩẫậấèẻẽẹéềểễệếìỉĩịíòỏõọóồổỗộốờởỡợớùủũụúừửữựứỳỷỹỵý]`)
}

func (s *server) problem(w *httptest.ResponseRecorder, status int, code string) problem {
	s.t.Helper()
	require.Equal(s.t, status, w.Code, w.Body)
	require.Contains(s.t, w.Header().Get("Content-Type"), "application/problem+json")
	var p problem
	require.NoError(s.t, json.Unmarshal(w.Body.Bytes(), &p))
	require.Equal(s.t, code, p.Code)
	require.Equal(s.t, status, p.Status)
	require.Equal(s.t, "/problems/"+code, p.Type)
	require.Equal(s.t, w.Header().Get("X-Request-Id"), p.TraceID)
	require.NotEmpty(s.t, p.TraceID)
	require.Regexp(s.t, vietnamese(), strings.ToLower(p.Title+p.Detail))
	require.Equal(s.t, http.StatusOK, s.call(http.MethodGet, p.Type, "").Code, "a problem's type is a page")
	return p
}

func path(r api.Route) string { return regexp.MustCompile(`:\w+`).ReplaceAllString(r.Path, "x") }

func TestDocument(t *testing.T) {
	t.Parallel()
	s := serve(t)
	doc, err := openapi3.NewLoader().LoadFromData(s.call(http.MethodGet, "/openapi.json", "").Body.Bytes())
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context()))
	require.Equal(t, "3.1.0", doc.OpenAPI)
	routes := map[string]api.Route{}
	for _, r := range api.Routes() {
		routes[r.Method+" "+regexp.MustCompile(`:(\w+)`).ReplaceAllString(r.Path, "{$1}")] = r
	}
	for at, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			r, ok := routes[method+" "+at]
			require.True(t, ok, "%s %s is documented and not served", method, at)
			delete(routes, method+" "+at)
			require.NotEmpty(t, op.Summary, at)
			keyed := slices.ContainsFunc(op.Parameters, func(p *openapi3.ParameterRef) bool {
				return p.Value.Name == "Idempotency-Key" && p.Value.In == "header" && p.Value.Required
			})
			require.Equal(t, r.Effect, keyed, "%s %s: Idempotency-Key", method, at)
			for _, name := range regexp.MustCompile(`{(\w+)}`).FindAllStringSubmatch(at, -1) {
				declared := slices.ContainsFunc(slices.Concat(op.Parameters, item.Parameters), func(p *openapi3.ParameterRef) bool {
					return p.Value.In == "path" && p.Value.Name == name[1]
				})
				require.True(t, declared, "%s %s: %s", method, at, name[1])
			}
		}
	}
	require.Empty(t, routes, "served and not documented")
}

// No answer may be sniffed, framed or kept, and nothing but the public routes answers to strangers.
func TestEveryRoute(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, r := range api.Routes() {
		for _, key := range []string{"", "Bearer mc_motcua_wrong", "Bearer x", "Basic bWM6eA=="} {
			w := s.call(r.Method, path(r), "{}", "Authorization", key)
			require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"), r.Path)
			require.Equal(t, "no-store", w.Header().Get("Cache-Control"), r.Path)
			require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'", r.Path)
			require.NotEmpty(t, w.Header().Get("X-Request-Id"), r.Path)
			if r.Public {
				require.Less(t, w.Code, 400, r.Path)
				continue
			}
			s.problem(w, http.StatusUnauthorized, "unauthorized")
			require.NotEmpty(t, w.Header().Get("WWW-Authenticate"), "RFC 9110 §15.5.2")
		}
		if r.Effect {
			s.problem(s.call(r.Method, path(r), "{}", "Idempotency-Key", ""), http.StatusBadRequest, "idempotency_key_missing")
			s.problem(s.call(r.Method, path(r), "{}", "Idempotency-Key", strings.Repeat("k", 201)), http.StatusBadRequest, "idempotency_key_missing")
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/me", nil)
	r.Header.Set("X-Api-Key", "mc_motcua_demo")
	require.Equal(t, http.StatusOK, s.send(r).Code, "the other header for keys")
}

func TestRefusedRequests(t *testing.T) {
	t.Parallel()
	s := serve(t)
	at := s.dossier()
	post, get := http.MethodPost, http.MethodGet
	big := strings.Repeat(" ", 1<<20+1)
	for name, c := range map[string]struct {
		w      *httptest.ResponseRecorder
		status int
		code   string
	}{
		"half json":       {s.call(post, "/v1/dossiers", `{"procedure":`), 400, "bad_json"},
		"two values":      {s.call(post, "/v1/dossiers", `{}{}`), 400, "bad_json"},
		"wrong type":      {s.call(post, "/v1/dossiers", `{"applicant":{"name":1}}`), 400, "bad_json"},
		"unknown member":  {s.call(post, "/v1/dossiers", `{"x":1}`), 400, "bad_json"},
		"no media type":   {s.call(post, "/v1/dossiers", whole, "Content-Type", ""), 415, "media_type"},
		"form":            {s.call(post, "/v1/dossiers", whole, "Content-Type", "application/x-www-form-urlencoded"), 415, "media_type"},
		"big":             {s.call(post, "/v1/dossiers", big), 413, "body_too_large"},
		"forbidden":       {s.call(post, "/v1/dossiers", whole, "Authorization", "Bearer mc_thanhtra_demo"), 403, "forbidden"},
		"unknown dossier": {s.call(get, "/v1/dossiers/x", ""), 404, "dossier_unknown"},
		"foreign dossier": {s.call(get, at, "", "Authorization", "Bearer mc_nuimau_demo"), 404, "dossier_unknown"},
		"no such route":   {s.call(get, "/v2", ""), 404, "route_unknown"},
		"wrong method":    {s.call(http.MethodPut, at, ""), 405, "method_not_allowed"},
		"if-match word":   {s.call(post, at+"/acts", `{"kind":"complete"}`, "If-Match", `"x"`), 400, "if_match"},
		"if-match zero":   {s.call(post, at+"/acts", `{"kind":"complete"}`, "If-Match", `"0"`), 400, "if_match"},
		"bad status":      {s.call(get, "/v1/dossiers?status=11", ""), 400, "bad_query"},
		"bad open":        {s.call(get, "/v1/dossiers?open=yes", ""), 400, "bad_query"},
		"bad limit":       {s.call(get, "/v1/tasks?limit=201", ""), 400, "bad_query"},
		"zoneless":        {s.call(get, "/v1/dossiers?due_before=2026-03-02T09:00:00", ""), 400, "bad_query"},
		"octal limit":     {s.call(get, "/v1/calendar/due?received=2026-03-02T09:00:00%2B07:00&limit=010wd", ""), 400, "bad_query"},
		"far year":        {s.call(get, "/v1/calendar/due?received=2199-03-02T09:00:00%2B07:00&limit=1wd", ""), 422, "invalid"},
		"no such agency":  {s.call(get, "/v1/calendar/due?agency=x&received=2026-03-02T09:00:00%2B07:00&limit=1wd", ""), 422, "invalid"},
		"missing papers":  {s.call(post, "/v1/dossiers", strings.Replace(whole, `{"document":"gcn"},`, "", 1)), 422, "invalid"},
	} {
		t.Run(name, func(*testing.T) { s.problem(c.w, c.status, c.code) })
	}
	p := s.problem(s.call(post, "/v1/dossiers", `{"applicant":{"name":1}}`), 400, "bad_json")
	require.Equal(t, "/applicant/name", p.Errors[0].Pointer)
	require.NotEmpty(t, s.call(http.MethodPut, at, "").Header().Get("Allow"), "RFC 9110 §15.5.6")

	// A body without a length is bounded while it is read.
	r := httptest.NewRequestWithContext(t.Context(), post, "/v1/dossiers", io.MultiReader(strings.NewReader(big), strings.NewReader(whole)))
	r.ContentLength = -1
	r.Header.Set("Authorization", "Bearer mc_motcua_demo")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "k")
	s.problem(s.send(r), http.StatusRequestEntityTooLarge, "body_too_large")
}

// ETag and If-Match carry the revision to and from the engine.
func TestRevision(t *testing.T) {
	t.Parallel()
	s := serve(t)
	at := s.dossier()
	w := s.call(http.MethodGet, at, "")
	require.Equal(t, `"2"`, w.Header().Get("ETag"))
	var expect int64
	s.engine.act = func(_ string, req workflows.ActRequest) (workflows.ActReply, error) {
		expect = req.Expect
		return workflows.ActReply{Seq: 4, Revision: 3, Status: 3}, nil
	}
	w = s.call(http.MethodPost, at+"/acts", `{"kind":"complete"}`, "If-Match", `"2"`)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	require.EqualValues(t, 2, expect)
	require.Equal(t, `"3"`, w.Header().Get("ETag"))
	require.Contains(t, w.Header().Get("Location"), "/v1/acts/")
	s.engine.act = func(string, workflows.ActRequest) (workflows.ActReply, error) {
		return workflows.ActReply{}, &dossier.Refusal{Code: "stale", Detail: "Hồ sơ đã thay đổi."}
	}
	s.problem(s.call(http.MethodPost, at+"/acts", `{"kind":"complete"}`, "If-Match", `"2"`, "Idempotency-Key", "k2"), http.StatusPreconditionFailed, "stale")
}

// What nobody foresaw is logged with its cause and answered without it, whether an error or a panic.
func TestUnforeseen(t *testing.T) {
	t.Parallel()
	const secret = "postgres://motcua:secret@10.0.0.1"
	for name, act := range map[string]func(string, workflows.ActRequest) (workflows.ActReply, error){
		"error": func(string, workflows.ActRequest) (workflows.ActReply, error) {
			return workflows.ActReply{}, errors.New(secret)
		},
		"panic": func(string, workflows.ActRequest) (workflows.ActReply, error) { panic(secret) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t)
			at := s.dossier()
			s.engine.act = act
			w := s.call(http.MethodPost, at+"/acts", `{"kind":"complete"}`, "X-Request-Id", "yêu-cầu")
			s.problem(w, http.StatusInternalServerError, "internal")
			require.NotContains(t, w.Body.String(), "secret")
			require.Contains(t, s.log.String(), "secret")
			require.Contains(t, s.log.String(), w.Header().Get("X-Request-Id"))
		})
	}
}

func TestOutages(t *testing.T) {
	t.Parallel()
	s := serve(t)
	at := s.dossier()
	s.engine.err = workflows.ErrDown
	w := s.call(http.MethodPost, at+"/acts", `{"kind":"complete"}`)
	s.problem(w, http.StatusServiceUnavailable, "engine_down")
	require.Equal(t, "5", w.Header().Get("Retry-After"))

	require.Equal(t, http.StatusOK, s.call(http.MethodGet, "/readyz", "").Code)
	s.parts["temporal"] = "down"
	w = s.call(http.MethodGet, "/readyz", "")
	require.Equal(t, http.StatusOK, w.Code, "intake works without the engine")
	require.Contains(t, w.Body.String(), "degraded")
	s.parts["database"], s.ok = "down", false
	w = s.call(http.MethodGet, "/readyz", "")
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.NotEmpty(t, w.Header().Get("Retry-After"))
	require.Equal(t, http.StatusOK, s.call(http.MethodGet, "/livez", "").Code)
}

// Each principal has its own allowance.
func TestRate(t *testing.T) {
	t.Parallel()
	s := serve(t, func(c *api.Config) { c.Rate = 0.1 })
	require.Equal(t, http.StatusOK, s.call(http.MethodGet, "/v1/me", "").Code)
	w := s.call(http.MethodGet, "/v1/me", "")
	s.problem(w, http.StatusTooManyRequests, "rate_limited")
	require.Regexp(t, `^([1-9]|10)$`, w.Header().Get("Retry-After"))
	require.Equal(t, http.StatusOK, s.call(http.MethodGet, "/v1/me", "", "Authorization", "Bearer mc_kstt_demo").Code)
	require.Equal(t, http.StatusOK, s.call(http.MethodGet, "/livez", "").Code)
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	s := serve(t)
	require.Equal(t, "abc-1", s.call(http.MethodGet, "/livez", "", "X-Request-Id", "abc-1").Header().Get("X-Request-Id"))
	for _, bad := range []string{"", "a b", "é", strings.Repeat("a", 65)} {
		id := s.call(http.MethodGet, "/livez", "", "X-Request-Id", bad).Header().Get("X-Request-Id")
		require.Regexp(t, `^[0-9a-f]{16}$`, id)
	}
}

// Nothing that a caller writes comes back as markup.
func TestPagesEscape(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := s.call(http.MethodGet, "/problems/%3Cscript%3E", "")
	require.Equal(t, http.StatusOK, w.Code)
	require.NotContains(t, w.Body.String(), "<script>")
	for _, r := range api.Routes() {
		require.Contains(t, s.call(http.MethodGet, "/docs", "").Body.String(), regexp.MustCompile(`:(\w+)`).ReplaceAllString(r.Path, "{$1}"))
	}
	require.Equal(t, gin.ReleaseMode, gin.Mode())
}
