package e2e_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// database makes an empty database on the test server and drops it at the end.
func database(t *testing.T) (dsn, server string) {
	t.Helper()
	server = os.Getenv("MOTCUA_TEST_POSTGRES_DSN")
	if server == "" {
		t.Skip("MOTCUA_TEST_POSTGRES_DSN names no Postgres server whose user may create databases")
	}
	c, err := pgx.Connect(t.Context(), server)
	require.NoError(t, err)
	name := fmt.Sprint("motcua_e2e_", time.Now().UnixNano())
	_, err = c.Exec(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx := context.Background()
		_, _ = c.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		_ = c.Close(ctx)
	})
	u, err := url.Parse(server)
	require.NoError(t, err)
	u.Path = "/" + name
	return u.String(), server
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	return port
}

// spawn starts a process and waits for the first line it prints.
func spawn(t *testing.T, env []string, name string, args ...string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "%s %v", name, args)
	return cmd, line
}

// The production processes on Postgres: a Temporal server, one api, two workers, one of which is killed while acts go on.
func TestPostgresWithTwoWorkers(t *testing.T) {
	t.Parallel()
	dsn, _ := database(t)
	motcua := filepath.Join(t.TempDir(), "motcua")
	build := exec.Command("go", "build", "-o", motcua, "motcua/cmd/motcua")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))

	port := freePort(t)
	spawn(t, nil, binary, "temporal", "--port", port, "--ui-port", "-1")
	env := []string{"MOTCUA_POSTGRES_DSN=" + dsn, "MOTCUA_TEMPORAL_ADDRESS=127.0.0.1:" + port, "MOTCUA_DEMO=true", "MOTCUA_RATE=0"}
	for range 2 { // a second migration changes nothing
		migrate := exec.Command(motcua, "migrate")
		migrate.Env = append(os.Environ(), env...)
		out, err = migrate.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	first, _ := spawn(t, env, motcua, "worker", "--http", "127.0.0.1:0")
	spawn(t, env, motcua, "worker", "--http", "127.0.0.1:0")
	_, line := spawn(t, env, motcua, "serve", "--http", "127.0.0.1:0")
	_, address, ok := strings.Cut(line, "http://")
	require.True(t, ok, line)
	s := &server{t: t, base: "http://" + strings.TrimRight(address, "/\n")}

	for i := range 8 {
		code := s.submit("1.012784", fmt.Sprint("pg", i))
		if i == 3 {
			require.NoError(t, first.Process.Kill())
		}
		s.once(code, fmt.Sprint("pg-a", i))
		for k, step := range []struct {
			who  string
			body map[string]any
		}{{"thamdinh", complete("dat")}, {"lanhdao", complete("duyet")}, {"thamdinh", complete("")}, {"motcua", kind("return")}} {
			s.done(code, step.who, fmt.Sprint("pg", i, k), step.body)
		}
		require.EqualValues(t, 10, s.show(code, false)["status"])
	}
	check := exec.Command(motcua, "reconcile")
	check.Env = append(os.Environ(), env...)
	out, err = check.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), `"open":0`)
}

// done sends an act with one key until its fate is known.
func (s *server) done(code, who, key string, body map[string]any) {
	s.t.Helper()
	deadline := time.Now().Add(40 * time.Second)
	for {
		a := s.call(http.MethodPost, "/v1/dossiers/"+code+"/acts", who, key, body)
		if a.status == http.StatusOK && a.body["state"] == "done" {
			return
		}
		require.True(s.t, time.Now().Before(deadline), "%s %v: %d %v", code, body, a.status, a.body)
		time.Sleep(200 * time.Millisecond)
	}
}
