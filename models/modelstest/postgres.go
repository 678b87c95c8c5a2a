package modelstest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/stretchr/testify/require"
)

// ServerVariable names the environment variable with the DSN of a server to use.
const ServerVariable = "MOTCUA_TEST_POSTGRES"

const (
	startTimeout = 60 * time.Second
	startPause   = 50 * time.Millisecond
)

var errNoServer = errors.New("no PostgreSQL: set " + ServerVariable + " or install the server under /usr/lib/postgresql")

// running is a server. As long as life is open, a private one runs: it must be reachable, or the collector closes it.
type running struct {
	dsn  string
	life io.Closer
}

// server is the one server of this test binary: starting one takes seconds, so all tests share it.
var server = sync.OnceValues(findServer)

// PostgresDSN creates an empty database and returns its DSN; the database goes away with the test.
func PostgresDSN(t testing.TB) string {
	t.Helper()
	at, err := server()
	if errors.Is(err, errNoServer) {
		t.Skip(err)
	}
	require.NoError(t, err)
	dsn := at.dsn
	name := "test_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	require.NoError(t, execute(dsn, "CREATE DATABASE "+name))
	t.Cleanup(func() { require.NoError(t, execute(dsn, "DROP DATABASE "+name+" WITH (FORCE)")) })
	named, err := withDatabase(dsn, name)
	require.NoError(t, err)
	return named
}

func execute(dsn, statement string) error {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	_, err = db.ExecContext(context.Background(), statement)
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// withDatabase names another database of the same server, in either form of a DSN.
func withDatabase(dsn, name string) (string, error) {
	if _, err := pgx.ParseConfig(dsn); err != nil {
		return "", fmt.Errorf("%s: %w", ServerVariable, err)
	}
	if !strings.Contains(dsn, "://") {
		return dsn + " dbname=" + name, nil
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("%s: %w", ServerVariable, err)
	}
	u.Path = "/" + name
	return u.String(), nil
}

func findServer() (running, error) {
	if dsn := os.Getenv(ServerVariable); dsn != "" {
		return running{dsn: dsn}, nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return running{}, errNoServer
	}
	slices.Sort(found)
	return startServer(filepath.Dir(found[len(found)-1]))
}

// script starts a server and waits for the end of its standard input, which comes when the test binary ends, by whatever
// cause. Then it stops the server and removes its directory. PostgreSQL refuses to run as root, so root steps down.
const script = `
set -eu
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
if [ "$(id -u)" = 0 ]; then chown postgres "$DIR"; fi
cd "$DIR"
as "$BIN/initdb" -D "$DIR/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$DIR/initdb.log" 2>&1
as "$BIN/postgres" -D "$DIR/data" -k "$DIR" -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
  -c max_connections=400 -c shared_buffers=64MB >"$DIR/server.log" 2>&1 </dev/null &
cat >/dev/null
kill -QUIT "$(head -n 1 "$DIR/data/postmaster.pid")" 2>/dev/null || true
wait || true
rm -rf "$DIR"
`

func startServer(bin string) (running, error) {
	dir, err := os.MkdirTemp("", "motcua-pg-")
	if err != nil {
		return running{}, fmt.Errorf("start PostgreSQL: %w", err)
	}
	cmd := exec.Command("sh", "-c", script) //nolint:noctx // it lives as long as this process
	cmd.Env = append(os.Environ(), "DIR="+dir, "BIN="+bin)
	// The pipe is held open until this process ends; nobody waits for the script.
	life, err := cmd.StdinPipe()
	if err != nil {
		return running{}, fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return running{}, fmt.Errorf("start PostgreSQL: %w", err)
	}
	dsn := "host=" + dir + " user=postgres sslmode=disable"
	deadline := time.Now().Add(startTimeout)
	for {
		if err = execute(dsn+" dbname=postgres", "SELECT 1"); err == nil {
			return running{dsn: dsn, life: life}, nil
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(dir, "initdb.log"))
			more, _ := os.ReadFile(filepath.Join(dir, "server.log"))
			return running{}, fmt.Errorf("start PostgreSQL from %s: %w\n%s%s", bin, err, log, more)
		}
		time.Sleep(startPause)
	}
}
