package e2e_test

import (
	"net/http"
	"strings"
	"sync"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
)

// retriedKeys: a key is one act, with the same answer to every retry, a refusal included; another body under it is refused
// and changes nothing.
func retriedKeys(d *desk, _ *calendar.Calendar) {
	t := d.t
	first := d.call(http.MethodPost, "/v1/dossiers", "motcua", "submit", submission("1.012784", true))
	require.Equal(t, http.StatusCreated, first.status, first.body)
	again := d.call(http.MethodPost, "/v1/dossiers", "motcua", "submit", submission("1.012784", true))
	require.Equal(t, first.body, again.body)
	require.Equal(t, first.status, again.status)
	code := first.body["code"].(string)

	// Six at the same moment are one act, and everyone learns it.
	var wait sync.WaitGroup
	answers := make([]answer, 6)
	for i := range answers {
		wait.Go(func() {
			answers[i], _ = d.try(http.MethodPost, "/v1/dossiers/"+code+"/acts", "motcua", "once", complete(""))
		})
	}
	wait.Wait()
	for _, a := range answers {
		require.Contains(t, []int{http.StatusOK, http.StatusAccepted}, a.status, a.body)
		require.Equal(t, "done", d.fate("motcua", a.body["act"].(string))["state"])
	}
	done := d.hand(code, "motcua", "once", complete(""))
	require.Equal(t, http.StatusOK, done.status, done.body)
	require.Equal(t, 1, times(deeds(t, d.agreed(code)), done.body["act"].(string)))

	refused := d.hand(code, "motcua", "too-early", kind("return"))
	require.Equal(t, http.StatusConflict, refused.status, refused.body)
	d.act(code, "thamdinh", "next", complete("dat"))
	same := d.hand(code, "motcua", "too-early", kind("return"))
	require.Equal(t, refused.status, same.status)
	require.Equal(t, refused.body["code"], same.body["code"], "a refusal is an answer too")
	require.Equal(t, refused.body["detail"], same.body["detail"])

	before := deeds(t, d.agreed(code))
	for _, body := range []map[string]any{kind("withdraw"), complete("dat")} {
		a := d.hand(code, "motcua", "once", body)
		require.Equal(t, http.StatusUnprocessableEntity, a.status, a.body)
		require.Equal(t, "idempotency_key_reused", a.body["code"])
	}
	require.Equal(t, before, deeds(t, d.agreed(code)))

	// The same key of another principal is another act.
	d.act(code, "lanhdao", "once", complete("duyet"))
	other := d.hand(code, "lanhdao", "once", complete("duyet"))
	require.Equal(t, http.StatusOK, other.status, other.body)
	require.NotEqual(t, done.body["act"], other.body["act"])
	stranger := d.call(http.MethodGet, "/v1/acts/"+other.body["act"].(string), "motcua", "", nil)
	require.Equal(t, http.StatusNotFound, stranger.status, "an act is shown to its sender only")

	// The revision that was shown is the one that an act may name; the one before is not.
	shown := d.call(http.MethodGet, "/v1/dossiers/"+code, "thamdinh", "", nil)
	tag := shown.header.Get("ETag")
	require.NotEmpty(t, tag)
	ok := d.hand(code, "thamdinh", "current", complete(""), "If-Match", tag)
	require.Equal(t, http.StatusOK, ok.status, ok.body)
	stale := d.hand(code, "motcua", "stale", kind("return"), "If-Match", tag)
	require.Equal(t, http.StatusPreconditionFailed, stale.status, stale.body)
	require.Equal(t, "stale", stale.body["code"])
}

// wrongRequests get a clear problem each, and change nothing.
func wrongRequests(d *desk, _ *calendar.Calendar) {
	t := d.t
	code := d.submit("1.012784", "wrong")
	before := deeds(t, d.act(code, "motcua", "right", complete("")))
	acts := "/v1/dossiers/" + code + "/acts"
	missing := submission("1.012784", true)
	missing["papers"] = []any{}
	for _, c := range []struct {
		name, path, who, key string
		body                 any
		header               []string
		status               int
		code                 string
	}{
		{"retried key, other body", "/v1/dossiers", "motcua", "wrong", submission("9.000001", true), nil, 422, "idempotency_key_reused"},
		{"unknown procedure", "/v1/dossiers", "motcua", "n1", submission("1.999999", true), nil, 422, "invalid"},
		{"missing paper", "/v1/dossiers", "motcua", "n2", missing, nil, 422, "invalid"},
		{"no key", acts, "motcua", "", kind("return"), nil, 400, "idempotency_key_missing"},
		{"foreign agency", acts, "nuimau", "n3", complete("dat"), nil, 404, "dossier_unknown"},
		{"wrong state", acts, "motcua", "n4", kind("return"), nil, 409, "wrong_state"},
		{"stale form", acts, "thamdinh", "n5", complete("dat"), []string{"If-Match", `"1"`}, 412, "stale"},
		{"too large", acts, "motcua", "n6", map[string]any{"kind": strings.Repeat("x", 2<<20)}, nil, 413, "body_too_large"},
		{"unknown member", acts, "motcua", "n7", map[string]any{"kind": "return", "nope": 1}, nil, 400, "bad_json"},
		{"no role", acts, "thanhtra", "n8", kind("return"), nil, 403, "forbidden"},
	} {
		a := d.call(http.MethodPost, c.path, c.who, c.key, c.body, c.header...)
		require.Equal(t, c.status, a.status, "%s: %v", c.name, a.body)
		require.Equal(t, c.code, a.body["code"], c.name)
		require.NotEmpty(t, a.body["detail"], c.name)
		require.Contains(t, a.header.Get("Content-Type"), "application/problem+json", c.name)
	}
	require.Equal(t, before, deeds(t, d.agreed(code)), "nothing changed")
	require.Equal(t, code, d.submit("1.012784", "wrong"), "a retried key is one dossier")
}
