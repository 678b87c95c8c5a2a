package e2e_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/library"
)

func kind(k string) map[string]any { return map[string]any{"kind": k} }

func complete(outcome string) map[string]any {
	return map[string]any{"kind": "complete", "outcome": outcome}
}

func nation(t *testing.T) *calendar.Calendar {
	t.Helper()
	shelf, err := library.Calendars()
	require.NoError(t, err)
	b, err := shelf.Book("province-demo")
	require.NoError(t, err)
	return b.Calendar()
}

func TestLivesOfDossiers(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "--time-scale", "60")
	cal := nation(t)

	early := s.submit("1.012784", "early")
	d := s.show(early, true)
	due, err := cal.Add(instant(t, d, "accepted_at"), calendar.MustLimit("12wd"))
	require.NoError(t, err)
	require.True(t, due.Equal(instant(t, d, "due_at")), "12 working days from acceptance")
	s.act(early, "motcua", "e1", complete(""))
	s.act(early, "thamdinh", "e2", complete("dat"))
	s.act(early, "lanhdao", "e3", complete("duyet"))
	s.act(early, "thamdinh", "e4", complete(""))
	require.Equal(t, "early", s.show(early, false)["verdict"].(map[string]any)["class"])
	a := s.call(http.MethodPost, "/v1/dossiers/"+early+"/acts", "motcua", "e5", kind("return"))
	require.Equal(t, http.StatusOK, a.status, a.body)

	back := s.submit("1.012784", "back")
	s.act(back, "motcua", "b1", complete(""))
	s.act(back, "thamdinh", "b2", map[string]any{"kind": "request_supplement", "reason": "thiếu bản vẽ"})
	require.EqualValues(t, 5, s.show(back, false)["status"])
	s.act(back, "motcua", "b3", map[string]any{"kind": "provide_supplement", "complete": true})
	require.EqualValues(t, 2, s.show(back, false)["count"], "the whole limit runs again")

	paid := s.submit("1.013831", "paid")
	s.act(paid, "motcua", "p1", complete(""))
	s.act(paid, "thamdinh", "p2", map[string]any{"kind": "complete", "outcome": "dat", "facts": map[string]any{"obligation.tax": true}})
	s.act(paid, "lanhdao", "p3", complete(""))
	require.Equal(t, "tax", s.show(paid, false)["leg"], "the tax office's time is outside the clock")
	s.act(paid, "thue", "p4", complete(""))
	d = s.show(paid, false)
	require.EqualValues(t, 6, d["status"])
	require.Equal(t, true, d["paused"])
	s.act(paid, "motcua", "p5", map[string]any{"kind": "confirm_payment", "document": "bien-lai-1"})
	require.EqualValues(t, 4, s.show(paid, false)["status"])

	gone := s.submit("1.012784", "gone")
	a = s.call(http.MethodPost, "/v1/dossiers/"+gone+"/acts", "motcua", "g1", kind("withdraw"))
	require.Equal(t, http.StatusOK, a.status, a.body)
	require.EqualValues(t, 7, s.show(gone, false)["status"])
	a = s.call(http.MethodPost, "/v1/dossiers/"+gone+"/acts", "motcua", "g2", kind("withdraw"))
	require.Equal(t, http.StatusConflict, a.status)
	require.Equal(t, "closed", a.body["code"])

	s.refusals(early, back)
	s.stop()
}

// refusals: a wrong request gets a clear problem and changes nothing.
func (s *server) refusals(closed, open string) {
	t := s.t
	t.Helper()
	before := s.show(open, false)["seq"]
	acts := "/v1/dossiers/" + open + "/acts"
	for _, c := range []struct {
		name, path, who, key string
		body                 any
		header               []string
		status               int
		code                 string
	}{
		{"retried key, other body", "/v1/dossiers", "motcua", "early", submission("9.000001", true), nil, 422, "idempotency_key_reused"},
		{"unknown procedure", "/v1/dossiers", "motcua", "n1", submission("1.999999", true), nil, 422, "invalid"},
		{"missing paper", "/v1/dossiers", "motcua", "n2", map[string]any{"procedure": "1.012784", "channel": "counter", "receiving": "H99.02.01", "lead": "H99.14.01.01", "applicant": map[string]any{"name": "x"}, "papers": []any{}}, nil, 422, "invalid"},
		{"no key", acts, "motcua", "", kind("return"), nil, 400, "idempotency_key_missing"},
		{"foreign agency", acts, "nuimau", "n3", complete("dat"), nil, 404, "dossier_unknown"},
		{"wrong state", acts, "motcua", "n4", kind("return"), nil, 409, "wrong_state"},
		{"stale form", acts, "thamdinh", "n5", complete("dat"), []string{"If-Match", `"1"`}, 412, "stale"},
		{"too large", acts, "motcua", "n6", map[string]any{"kind": strings.Repeat("x", 2<<20)}, nil, 413, "body_too_large"},
		{"unknown member", acts, "motcua", "n7", map[string]any{"kind": "return", "nope": 1}, nil, 400, "bad_json"},
		{"no role", acts, "thanhtra", "n8", kind("return"), nil, 403, "forbidden"},
	} {
		a := s.call(http.MethodPost, c.path, c.who, c.key, c.body, c.header...)
		require.Equal(t, c.status, a.status, "%s: %v", c.name, a.body)
		require.Equal(t, c.code, a.body["code"], c.name)
		require.NotEmpty(t, a.body["detail"], c.name)
		require.Contains(t, a.header.Get("Content-Type"), "application/problem+json", c.name)
	}
	require.Equal(t, before, s.show(open, false)["seq"], "nothing changed")
	again := s.call(http.MethodPost, "/v1/dossiers", "motcua", "early", submission("1.012784", true))
	require.Equal(t, closed, again.body["code"], "a retried key is one dossier")
}

// A dossier left alone climbs the whole ladder: each rung once, each at its legal instant, in order.
func TestLeftAlone(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "--time-scale", "7200")
	code := s.submit("9.000001", "alone")
	d := s.show(code, false)
	accepted, due := instant(t, d, "accepted_at"), instant(t, d, "due_at")
	cal := nation(t)
	at := func(minutes int) time.Time {
		x, err := cal.Advance(accepted, minutes)
		require.NoError(t, err)
		return x
	}
	later := func(minutes int) time.Time {
		x, err := cal.Advance(due, minutes)
		require.NoError(t, err)
		return x
	}
	hourBefore, err := cal.Before(due, calendar.MustLimit("1wh"))
	require.NoError(t, err)
	want := map[string]time.Time{
		"step:tiep-nhan#1 buoc-het-han": at(60), "dossier nua-thoi-han": at(240), "dossier tam-muoi-phan-tram": at(384),
		"dossier truoc-mot-gio": hourBefore, "dossier den-han": due, "dossier bao-nguoi-nop": due,
		"dossier don-doc": later(120), "dossier don-doc/2": later(240),
	}
	var rungs []any
	deadline := time.Now().Add(90 * time.Second)
	for len(rungs) < len(want) && time.Now().Before(deadline) {
		rungs = s.call(http.MethodGet, "/v1/escalations?limit=200&dossier="+code, "kstt", "", nil).body["items"].([]any)
		time.Sleep(200 * time.Millisecond)
	}
	seen := map[string]bool{}
	last := time.Time{}
	for i := len(rungs) - 1; i >= 0; i-- { // newest first
		r := rungs[i].(map[string]any)
		name := fmt.Sprint(r["subject"], " ", r["rung"])
		require.False(t, seen[name], "%s fired twice", name)
		seen[name] = true
		instant := instant(t, r, "instant")
		require.False(t, instant.Before(last), "in order")
		last = instant
		if w, ok := want[name]; ok {
			require.True(t, w.Equal(instant), "%s at %s, want %s", name, instant, w)
		}
		require.NotEmpty(t, r["to"], name)
	}
	for name := range want {
		require.True(t, seen[name], "%s has not fired; fired: %v", name, seen)
	}
	require.Equal(t, "late", s.show(code, false)["verdict"].(map[string]any)["class"])
	s.stop()
}

// Nothing acknowledged is lost and nothing happens twice over a SIGKILL in the middle; and everything goes on when
// Temporal's database is gone, from our events alone.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := start(t, data)
	const n = 12
	var mu sync.Mutex
	acknowledged := map[string]string{} // key → dossier code
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			key := fmt.Sprint("k", i)
			a, err := s.try(http.MethodPost, "/v1/dossiers", "motcua", key, submission("1.012784", true))
			if err != nil || a.status != http.StatusCreated {
				return
			}
			code := a.body["code"].(string)
			mu.Lock()
			acknowledged[key] = code
			enough := len(acknowledged) == n/2
			mu.Unlock()
			if enough {
				s.kill()
				return
			}
			if a, err := s.try(http.MethodPost, "/v1/dossiers/"+code+"/acts", "motcua", "act-"+key, complete("")); err == nil && a.status == http.StatusOK {
				mu.Lock()
				acknowledged["act-"+key] = code
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	s.kill()
	require.NotEmpty(t, acknowledged)

	s = start(t, data)
	for i := range n { // every caller tries again with its key
		key := fmt.Sprint("k", i)
		code := s.submit("1.012784", key)
		if was, ok := acknowledged[key]; ok {
			require.Equal(t, was, code, "an acknowledged dossier is there, once")
		}
		s.once(code, "act-"+key)
	}
	s.stop()

	files, err := filepath.Glob(filepath.Join(data, "temporal.db*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		require.NoError(t, os.Remove(f))
	}
	s = start(t, data)
	code := s.submit("1.012784", "k0")
	s.until(code, "the workflow made again from events", status(4))
	s.act(code, "thamdinh", "after-loss", complete("dat"))
	s.stop()
}

// once sends an act until its fate is known, and sees that it was done once.
func (s *server) once(code, key string) {
	s.t.Helper()
	s.done(code, "motcua", key, complete(""))
	d := s.show(code, false)
	completed, seq := 0, 0.0
	for _, e := range d["timeline"].([]any) {
		seq++
		require.Equal(s.t, seq, e.(map[string]any)["seq"], "no gap")
		if e.(map[string]any)["kind"] == "step_completed" {
			completed++
		}
	}
	require.Equal(s.t, 1, completed, "%s: the act happened once", code)
}
