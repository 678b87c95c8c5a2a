package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// postgresVariable names the environment variable with the URL of a Postgres server to use.
const postgresVariable = "MOTCUA_TEST_POSTGRES_DSN"

// production is an installation of separate processes on Postgres. Its Temporal server keeps a SQLite file: what matters here
// is that it is another process with a database of its own.
type production struct {
	t *testing.T
	// dsn is our database, env what all processes are told.
	dsn string
	env []string
	// temporalDB and temporalPort stay over restarts of the Temporal server.
	temporalDB, temporalPort string

	temporal, serve *process
	workers         []*worker
}

// worker is one `motcua worker`, with its own way to the database.
type worker struct {
	dsn string
	*process
}

func newProduction(t *testing.T, scale int) *production {
	t.Helper()
	dsn := database(t)
	p := &production{
		t: t, dsn: dsn, temporalDB: filepath.Join(t.TempDir(), "temporal.db"), temporalPort: "0",
		workers: []*worker{{dsn: dsn}, {dsn: dsn}},
	}
	p.startTemporal()
	p.env = []string{
		"MOTCUA_TEMPORAL_ADDRESS=127.0.0.1:" + p.temporalPort, "MOTCUA_DEMO=true", "MOTCUA_RATE=0",
		"MOTCUA_TIME_SCALE=" + strconv.Itoa(scale), "MOTCUA_STORM_WINDOW=0s", // rungs fire at their instants
	}
	for range 2 { // a second migration changes nothing
		p.command("migrate")
	}
	return p
}

// database makes an empty database on the test server and drops it at the end.
func database(t *testing.T) string {
	t.Helper()
	server := os.Getenv(postgresVariable)
	if server == "" {
		t.Skip(postgresVariable + " names no Postgres server whose role may create databases")
	}
	u, err := url.Parse(server)
	require.NoError(t, err, "%s is a URL", postgresVariable)
	c, err := pgx.Connect(t.Context(), server)
	require.NoError(t, err)
	name := fmt.Sprint("motcua_e2e_", os.Getpid(), "_", time.Now().UnixNano())
	_, err = c.Exec(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx := context.Background()
		_, _ = c.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		_ = c.Close(ctx)
	})
	u.Path = "/" + name
	return u.String()
}

func (p *production) startTemporal() {
	p.t.Helper()
	p.temporal = spawn(p.t, nil, embeddedProgram(), "temporal", "--db", p.temporalDB, "--port", p.temporalPort, "--ui-port", "-1")
	_, rest, ok := strings.Cut(p.temporal.line, "gRPC ")
	require.True(p.t, ok, p.temporal.line)
	address, _, _ := strings.Cut(rest, ",")
	var err error
	_, p.temporalPort, err = net.SplitHostPort(address)
	require.NoError(p.t, err, p.temporal.line)
}

// command runs a command of the operator to its end.
func (p *production) command(args ...string) string {
	p.t.Helper()
	return run(p.t, append(p.env, "MOTCUA_POSTGRES_DSN="+p.dsn), productionProgram(), args...)
}

func (p *production) url() string { return p.serve.url(p.t) }

func (p *production) start() {
	p.t.Helper()
	if !p.temporal.running() {
		p.startTemporal()
	}
	for _, w := range p.workers {
		if !w.running() {
			w.process = p.spawn("worker", w.dsn)
		}
	}
	if !p.serve.running() {
		p.serve = p.spawn("serve", p.dsn)
	}
}

func (p *production) spawn(command, dsn string) *process {
	p.t.Helper()
	return spawn(p.t, append(p.env, "MOTCUA_POSTGRES_DSN="+dsn), productionProgram(), command, "--http", "127.0.0.1:0")
}

func (p *production) kill() {
	p.serve.kill()
	for _, w := range p.workers {
		w.kill()
	}
}

func (p *production) blows() []blow {
	return []blow{{"one worker", func() { p.workers[0].kill() }}, {"api and both workers", p.kill}}
}

// loseTemporal: the operator prepares the new server and re-creates the workflows from our events.
func (p *production) loseTemporal() {
	p.t.Helper()
	p.temporal.kill()
	remove(p.t, p.temporalDB)
	p.startTemporal()
	p.command("migrate")
	r := p.reconcile("--rehydrate")
	require.NotZero(p.t, r.Open)
	require.Len(p.t, r.Started, r.Open, "every open dossier has a workflow again")
}

type reconciled struct {
	Open                         int
	Started, Missing, Mismatched []string
}

func (p *production) reconcile(flags ...string) (r reconciled) {
	p.t.Helper()
	out := p.command(append([]string{"reconcile"}, flags...)...)
	require.NoError(p.t, json.Unmarshal([]byte(out), &r), out)
	return r
}

// stop first compares every open dossier with its workflow.
func (p *production) stop() {
	p.t.Helper()
	r := p.reconcile()
	require.Empty(p.t, r.Missing)
	require.Empty(p.t, r.Mismatched)
	p.serve.stop(p.t)
	for _, w := range p.workers {
		w.stop(p.t)
	}
	p.temporal.stop(p.t)
}
