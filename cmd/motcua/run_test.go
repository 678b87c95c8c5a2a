package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	sample = "../../library/procedures/9.000001-mau-xac-nhan-thong-tin.yaml"
	model  = "../../library/missions/mau-01-ho-tro-nop-ho-so.yaml"
	good   = "calendar due --received 2026-11-23T09:00:00+07:00 --limit "
)

// Exit codes: 0 done, 1 the input or the state is wrong, 2 wrong usage. Nothing but data goes to standard output.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]int{
		"":                             0,
		"--help":                       0,
		"procedure":                    0,
		"version":                      0,
		"procedure schema":             0,
		"procedure lint " + sample:     0,
		good + "5wd":                   0,
		good + "20000wd":               1,
		"procedure lint none.yaml":     1,
		"procedure compile none.yaml":  1,
		"procedure draw none.yaml":     1,
		"procedure fmt none.yaml":      1,
		"nonsense":                     2,
		"procedure nonsense":           2,
		"calendar nonsense":            2,
		"dossier nonsense":             2,
		"procedure lint":               2,
		"procedure fmt":                2,
		"procedure draw":               2,
		"procedure schema extra":       2,
		"version extra":                2,
		"catalogue":                    0,
		"catalogue nonsense":           2,
		"catalogue import":             2,
		"catalogue search":             2,
		"catalogue draft":              2,
		"catalogue refused":            2,
		"catalogue coverage extra":     2,
		"catalogue coverage --nope":    2,
		"history":                      2,
		"dossier show":                 2,
		"dossier submit":               2,
		"dossier proof":                2,
		"dossier proof X --format pdf": 2,
		"key":                          2,
		"--nope":                       2,
		"calendar due --nope":          2,
		"calendar due extra":           2,
		"calendar due --limit 5wd":     2,
		good + "010wd":                 2,
		good + "5wd --calendar moon":   2,
		"procedure simulate " + sample + " --pace quick":     2,
		"procedure simulate " + sample + " --channel fax":    2,
		"procedure simulate " + sample + " --received today": 2,
		"procedure simulate " + sample + " --condition moon": 2,
		"procedure simulate " + sample + " --pace none":      0,

		"mission":                                           0,
		"mission nonsense":                                  2,
		"mission schema":                                    0,
		"mission schema --plan":                             0,
		"mission schema extra":                              2,
		"mission lint":                                      2,
		"mission lint " + model:                             0,
		"mission lint none.yaml":                            1,
		"mission compile none.yaml":                         1,
		"mission compile " + sample:                         1,
		"mission compile":                                   2,
		"mission simulate":                                  2,
		"mission simulate " + model:                         0,
		"mission simulate none.yaml":                        1,
		"mission simulate " + model + " --pace quick":       2,
		"mission simulate " + model + " --started today":    2,
		"mission simulate " + model + " --until soon":       2,
		"mission simulate " + model + " --scenario no.yaml": 1,
	} {
		var out, errs bytes.Buffer
		code := run(strings.Fields(line), strings.NewReader(""), &out, &errs)
		require.Equal(t, want, code, "motcua %s\n%s", line, errs.String())
		if want != 0 {
			require.Empty(t, out.String(), "motcua %s", line)
			require.NotEmpty(t, errs.String(), "motcua %s", line)
		}
	}
}

// The commands for dossiers are an HTTP client: key from a file, answer to standard output, refusal to standard error.
func TestDossierCommands(t *testing.T) {
	t.Parallel()
	var seen []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method+" "+r.URL.RequestURI())
		if r.Header.Get("Authorization") != "Bearer mc_x_demo" || r.Method == http.MethodPost && r.Header.Get("Idempotency-Key") == "" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		if strings.Contains(r.URL.Path, "missing") {
			w.WriteHeader(http.StatusNotFound)
		}
		_, err := w.Write([]byte(`{"ok":true}`))
		if err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	key := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(key, []byte("mc_x_demo\n"), 0o600))
	for _, c := range []struct {
		args, in, want string
		code           int
	}{
		{"submit -", "{}", "POST /v1/dossiers", 0},
		{"act H99-1 -", "{}", "POST /v1/dossiers/H99-1/acts", 0},
		{"show H99-1", "", "GET /v1/dossiers/H99-1?live=true", 0},
		{"show a/../b", "", "GET /v1/dossiers/a%2F..%2Fb?live=true", 0},
		{"list Mẫu", "", "GET /v1/dossiers?text=M%E1%BA%ABu", 0},
		{"show missing", "", "GET /v1/dossiers/missing?live=true", 1},
		{"proof H99-1", "", "GET /v1/dossiers/H99-1/proof", 0},
		{"proof H99-1 --format html --seq 7 --at 2026-03-10T09:00:00+07:00", "", "GET /v1/dossiers/H99-1/proof?at=2026-03-10T09%3A00%3A00%2B07%3A00&seq=7", 0},
		{"proof missing --format json", "", "GET /v1/dossiers/missing/proof", 1},
	} {
		var out, errs bytes.Buffer
		args := append([]string{"dossier", "--server", s.URL, "--key-file", key}, strings.Fields(c.args)...)
		require.Equal(t, c.code, run(args, strings.NewReader(c.in), &out, &errs), errs.String())
		require.Equal(t, c.want, seen[len(seen)-1])
		if c.code == 0 {
			require.True(t, json.Valid(out.Bytes()))
			require.Empty(t, errs.String())
			continue
		}
		require.Empty(t, out.String())
		require.Contains(t, errs.String(), "ok")
	}
	var out, errs bytes.Buffer
	require.Equal(t, 1, run([]string{"dossier", "--server", s.URL, "--key-file", key + "x", "list"}, nil, &out, &errs))
}

func TestAskReady(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	t.Cleanup(s.Close)
	var out, errs bytes.Buffer
	require.Equal(t, 0, run([]string{"doctor", "--ready", s.URL}, nil, &out, &errs))
	status = http.StatusServiceUnavailable
	require.Equal(t, 1, run([]string{"doctor", "--ready", s.URL}, nil, &out, &errs))
}
