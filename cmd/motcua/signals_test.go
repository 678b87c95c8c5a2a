package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Signals and forecasts are asked for over the API, with what the flags say and nothing else.
func TestSignalCommands(t *testing.T) {
	t.Parallel()
	var asked, body string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		if _, err := b.ReadFrom(r.Body); err != nil {
			t.Error(err)
		}
		asked, body = r.Method+" "+r.URL.RequestURI(), b.String()
		if _, err := w.Write([]byte(`{}`)); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	key := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(key, []byte("mc_x_demo\n"), 0o600))
	for _, c := range []struct {
		args, want, body string
		code             int
	}{
		{"signals", "GET /v1/signals?limit=200", "", 0},
		{"signals --from 2026-03-01 --until 2026-04-01 --state open", "GET /v1/signals?from=2026-03-01T00%3A00%3A00%2B07%3A00&limit=200&state=open&until=2026-04-01T00%3A00%3A00%2B07%3A00", "", 0},
		{"signals --rule backdated --agency H99 --dossier H99-1 --cursor x", "GET /v1/signals?agency=H99&cursor=x&dossier=H99-1&limit=200&rule=backdated", "", 0},
		{"signals a/b", "GET /v1/signals/a%2Fb", "", 0},
		{"signals ab --dismiss lý-do", "POST /v1/signals/ab/acts", `{"kind":"dismiss","reason":"lý-do"}`, 0},
		{"forecast", "GET /v1/forecast?limit=200", "", 0},
		{"forecast --percent 0 --procedure 1.012784 --agency H99 --cursor x", "GET /v1/forecast?agency=H99&cursor=x&limit=200&percent=0&procedure=1.012784", "", 0},
		{"forecast --thin", "GET /v1/forecast?limit=200&thin=true", "", 0},
		{"signals --from mai", "", "", 2},
		{"signals --dismiss lý-do", "", "", 2},
		{"signals a b", "", "", 2},
		{"forecast a", "", "", 2},
	} {
		asked, body = "", ""
		var out, errs bytes.Buffer
		args := append(strings.Fields(c.args), "--server", s.URL, "--key-file", key)
		require.Equal(t, c.code, run(args, nil, &out, &errs), c.args+errs.String())
		require.Equal(t, c.want, asked, c.args)
		require.Equal(t, c.body, body)
	}
}
