// Package e2e_test proves the whole on the real engine: the built binary, its embedded Temporal server and its database, with
// a fast clock. It links nothing of the server; it starts the program, speaks HTTP and kills it.
package e2e_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// binary is built once for the package.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "motcua-e2e-")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "motcua")
	build := exec.Command("go", "build", "-o", binary, "motcua/embedded")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// server is one running Motcua.
type server struct {
	t    *testing.T
	cmd  *exec.Cmd
	base string
	data string
}

func start(t *testing.T, data string, flags ...string) *server {
	t.Helper()
	args := append([]string{"--data", data, "--http", "127.0.0.1:0", "--ui-port", "-1"}, flags...)
	s := &server{t: t, cmd: exec.Command(binary, args...), data: data}
	out, err := s.cmd.StdoutPipe()
	require.NoError(t, err)
	var errs bytes.Buffer
	s.cmd.Stderr = &errs
	require.NoError(t, s.cmd.Start())
	t.Cleanup(func() { s.kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, errs.String())
	go io.Copy(io.Discard, out) //nolint:errcheck // only drained
	_, rest, ok := strings.Cut(line, "http://")
	require.True(t, ok, line)
	s.base = "http://" + rest[:strings.Index(rest, "/")]
	return s
}

// kill is SIGKILL, by process id.
func (s *server) kill() {
	if s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
}

// stop asks politely and waits.
func (s *server) stop() {
	s.t.Helper()
	require.NoError(s.t, s.cmd.Process.Signal(os.Interrupt))
	require.NoError(s.t, s.cmd.Wait())
}

type answer struct {
	status int
	header http.Header
	body   map[string]any
}

func (s *server) try(method, path, who, key string, body any, header ...string) (answer, error) {
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		in = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, s.base+path, in)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Authorization", "Bearer mc_"+who+"_demo")
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := http.Client{Timeout: 20 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	return a, json.NewDecoder(resp.Body).Decode(&a.body)
}

func (s *server) call(method, path, who, key string, body any, header ...string) answer {
	s.t.Helper()
	a, err := s.try(method, path, who, key, body, header...)
	require.NoError(s.t, err, path)
	return a
}

// papers hold every paper of the procedures used here.
func papers() []map[string]any {
	var out []map[string]any
	for _, id := range []string{"don", "gcn", "ban-ve", "hop-dong"} {
		out = append(out, map[string]any{"document": id})
	}
	return out
}

func submission(procedure string, accept bool) map[string]any {
	channel := "online"
	if accept {
		channel = "counter"
	}
	return map[string]any{
		"procedure": procedure, "channel": channel, "receiving": "H99.02.01", "lead": "H99.14.01.01", "accept": accept,
		"applicant": map[string]any{"name": "Nguyễn Văn Mẫu"}, "papers": papers(),
	}
}

func (s *server) submit(procedure, key string) string {
	s.t.Helper()
	a := s.call(http.MethodPost, "/v1/dossiers", "motcua", key, submission(procedure, true))
	require.Equal(s.t, http.StatusCreated, a.status, a.body)
	return a.body["code"].(string)
}

// act does an act and holds the read model to the workflow's own answer.
func (s *server) act(code, who, key string, body map[string]any) answer {
	s.t.Helper()
	a := s.call(http.MethodPost, "/v1/dossiers/"+code+"/acts", who, key, body)
	require.Equal(s.t, http.StatusOK, a.status, "%v: %v", body, a.body)
	s.sameAsWorkflow(code)
	return a
}

// sameAsWorkflow compares the answer of the workflow's query with the read model.
func (s *server) sameAsWorkflow(code string) {
	s.t.Helper()
	live, read := s.show(code, true), s.show(code, false)
	require.Equal(s.t, "workflow", live["as_of"].(map[string]any)["source"])
	require.Equal(s.t, "read_model", read["as_of"].(map[string]any)["source"])
	for _, k := range []string{"seq", "revision", "status", "stage", "due_at", "paused", "count", "register"} {
		require.Equal(s.t, live[k], read[k], k)
	}
}

func (s *server) show(code string, live bool) map[string]any {
	s.t.Helper()
	a := s.call(http.MethodGet, fmt.Sprintf("/v1/dossiers/%s?live=%t", code, live), "motcua", "", nil)
	require.Equal(s.t, http.StatusOK, a.status, a.body)
	return a.body
}

// until polls a condition of a dossier.
func (s *server) until(code, what string, ok func(map[string]any) bool) map[string]any {
	s.t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for {
		d := s.show(code, false)
		if ok(d) {
			return d
		}
		require.True(s.t, time.Now().Before(deadline), "%s: waited too long for %s", code, what)
		time.Sleep(100 * time.Millisecond)
	}
}

func status(n float64) func(map[string]any) bool {
	return func(d map[string]any) bool { return d["status"] == n }
}

// instant reads a member as a time.
func instant(t *testing.T, d map[string]any, key string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, d[key].(string))
	require.NoError(t, err)
	return at
}
