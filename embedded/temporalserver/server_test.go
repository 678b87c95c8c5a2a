package temporalserver_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"motcua/embedded/temporalserver"
)

const (
	queue = "greetings"
	// postgresDSN names the environment variable with a DSN of a role that may create databases.
	postgresDSN = "MOTCUA_TEST_POSTGRES_DSN"
)

var departmentKey = temporal.NewSearchAttributeKeyKeyword("Department")

// greet waits on a timer, so that history, matching and the timer queue all take part.
func greet(ctx workflow.Context, name string) (string, error) {
	if err := workflow.Sleep(ctx, 10*time.Millisecond); err != nil {
		return "", err
	}
	return "Xin chào " + name, nil
}

// TestMain fails when a stopped server left a goroutine of this package or of one of its services. What the server
// leaves of its SDK workers and connections by design is the package comment's subject.
func TestMain(m *testing.M) {
	code := m.Run()
	if left := leftGoroutines(10 * time.Second); code == 0 && len(left) > 0 {
		fmt.Fprintf(os.Stderr, "goroutines left:\n%s\n", strings.Join(left, "\n\n"))
		code = 1
	}
	os.Exit(code)
}

func leftGoroutines(patience time.Duration) []string {
	deadline := time.Now().Add(patience)
	for {
		stacks := make([]byte, 16<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		var left []string
		for i, stack := range strings.Split(string(stacks), "\n\n") {
			// The first is this one.
			if i > 0 && (strings.Contains(stack, "motcua/") || strings.Contains(stack, "temporal.io/server/service/")) {
				left = append(left, stack)
			}
		}
		if len(left) == 0 || time.Now().After(deadline) {
			return left
		}
		runtime.Gosched()
	}
}

func TestFileSurvivesRestart(t *testing.T) {
	t.Parallel()
	ctx := testContext(t)
	o := temporalserver.Options{
		DBPath:           filepath.Join(t.TempDir(), "một cửa #1", "temporal.db"),
		SearchAttributes: map[string]enums.IndexedValueType{"Department": enums.INDEXED_VALUE_TYPE_KEYWORD},
	}
	require.Empty(t, temporalserver.StoredVersion(o.DBPath))

	first := start(t, o)
	require.Equal(t, "Xin chào An", runGreeting(t, ctx, first, "wf-1", "An"))
	requireUI(t, first)
	requireSettings(t, ctx, first, "wf-1")
	stop(t, first)
	require.FileExists(t, o.DBPath)
	require.Equal(t, temporalserver.Version, temporalserver.StoredVersion(o.DBPath))
	require.Equal(t, byte(2), header(t, o.DBPath)[18], "the file's write version 2 is WAL")
	wal, err := os.Stat(o.DBPath + "-wal")
	require.NoError(t, err)
	require.Zero(t, wal.Size(), "the write-ahead log is folded into the file")

	o.UIPort = temporalserver.NoUI
	second := start(t, o)
	require.Empty(t, second.UIAddress())
	requireGreeted(t, ctx, second, "wf-1", "Xin chào An", o)
	stop(t, second)

	// A copy of the file alone is a whole backup, and is opened by a connection of its own.
	copied := filepath.Join(t.TempDir(), "copy.db")
	content, err := os.ReadFile(o.DBPath)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(copied, content, 0o600))
	o.DBPath = copied
	o.SearchAttributes["OverdueDays"] = enums.INDEXED_VALUE_TYPE_INT
	third := start(t, o)
	requireGreeted(t, ctx, third, "wf-1", "Xin chào An", o)
	stop(t, third)
}

func TestEphemeralServersAreApart(t *testing.T) {
	t.Parallel()
	ctx := testContext(t)
	o := temporalserver.Options{
		Namespace:        "thu-nghiem",
		UIPort:           temporalserver.NoUI,
		SearchAttributes: map[string]enums.IndexedValueType{"Department": enums.INDEXED_VALUE_TYPE_KEYWORD},
	}
	one, two := start(t, o), start(t, o)
	require.NotEqual(t, one.Address(), two.Address())
	require.Equal(t, "thu-nghiem", one.Namespace())
	require.Equal(t, temporalserver.Version, one.ServerVersion())
	require.Equal(t, "Xin chào Bình", runGreeting(t, ctx, one, "wf-2", "Bình"))
	_, err := dial(t, two).DescribeWorkflow(ctx, "wf-2", "")
	require.Error(t, err)
	stop(t, one)

	polling := worker.New(dial(t, two), queue, worker.Options{})
	polling.RegisterWorkflow(greet)
	require.NoError(t, polling.Start())
	t.Cleanup(polling.Stop)
	stop(t, two)
}

func TestPostgresSurvivesRestart(t *testing.T) {
	t.Parallel()
	dsn := os.Getenv(postgresDSN)
	if dsn == "" {
		t.Skip(postgresDSN + " is not set")
	}
	ctx := testContext(t)
	o := temporalserver.Options{
		PostgresDSN:      dsn,
		PostgresDatabase: "temporal_" + uuid.NewString(),
		UIPort:           temporalserver.NoUI,
		SearchAttributes: map[string]enums.IndexedValueType{"Department": enums.INDEXED_VALUE_TYPE_KEYWORD},
	}
	t.Cleanup(func() { dropDatabases(t, dsn, o.PostgresDatabase, o.PostgresDatabase+"_visibility") })
	first := start(t, o)
	require.Equal(t, "Xin chào Chi", runGreeting(t, ctx, first, "wf-3", "Chi"))
	stop(t, first)

	second := start(t, o)
	requireGreeted(t, ctx, second, "wf-3", "Xin chào Chi", o)
	stop(t, second)
}

func TestStartRefuses(t *testing.T) {
	t.Parallel()
	busy, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = busy.Close() })
	foreign := filepath.Join(t.TempDir(), "notes.db")
	require.NoError(t, os.WriteFile(foreign, []byte("this is no database, but long enough to be read as one header"), 0o600))

	for name, tc := range map[string]struct {
		options temporalserver.Options
		message string
	}{
		"two databases":      {temporalserver.Options{DBPath: "x", PostgresDSN: "y"}, "give one"},
		"host by name":       {temporalserver.Options{Host: "desk.example"}, "not an IP address"},
		"port out of range":  {temporalserver.Options{FrontendPort: 70000}, "out of range"},
		"retention too low":  {temporalserver.Options{Retention: time.Minute}, "retention"},
		"busy frontend port": {temporalserver.Options{FrontendPort: portOf(busy)}, "address already in use"},
		"busy UI port":       {temporalserver.Options{UIPort: portOf(busy)}, "address already in use"},
		"foreign file":       {temporalserver.Options{DBPath: foreign}, "not a database"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := temporalserver.Start(t.Context(), tc.options)
			require.Nil(t, s)
			require.ErrorContains(t, err, tc.message)
		})
	}
}

func testContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func start(t *testing.T, o temporalserver.Options) *temporalserver.Server {
	t.Helper()
	began := time.Now()
	s, err := temporalserver.Start(testContext(t), o)
	require.NoError(t, err)
	t.Logf("ready after %v", time.Since(began).Round(time.Millisecond))
	// A failing test stops its server too; a passing one has already, and this is then nothing.
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	return s
}

func stop(t *testing.T, s *temporalserver.Server) {
	t.Helper()
	began := time.Now()
	require.NoError(t, s.Stop(testContext(t)))
	t.Logf("stopped after %v", time.Since(began).Round(time.Millisecond))
	_, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.WithoutCancel(t.Context()), "tcp", s.Address())
	require.Error(t, err, "the frontend's port is closed")
}

func dial(t *testing.T, s *temporalserver.Server) client.Client {
	t.Helper()
	c, err := client.Dial(client.Options{
		HostPort:  s.Address(),
		Namespace: s.Namespace(),
		Logger:    sdklog.NewStructuredLogger(quiet()),
	})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func runGreeting(t *testing.T, ctx context.Context, s *temporalserver.Server, id, name string) string {
	t.Helper()
	c := dial(t, s)
	w := worker.New(c, queue, worker.Options{})
	w.RegisterWorkflow(greet)
	require.NoError(t, w.Start())
	defer w.Stop()
	run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                    id,
		TaskQueue:             queue,
		TypedSearchAttributes: temporal.NewSearchAttributes(departmentKey.ValueSet("tu-phap")),
	}, greet, name)
	require.NoError(t, err)
	var result string
	require.NoError(t, run.Get(ctx, &result))
	return result
}

// requireGreeted checks that a workflow of an earlier run is there, closed and found by its search attribute.
func requireGreeted(
	t *testing.T, ctx context.Context, s *temporalserver.Server, id, want string, o temporalserver.Options,
) {
	t.Helper()
	c := dial(t, s)
	described, err := c.DescribeWorkflow(ctx, id, "")
	require.NoError(t, err)
	require.Equal(t, enums.WORKFLOW_EXECUTION_STATUS_COMPLETED, described.Status)
	var result string
	require.NoError(t, c.GetWorkflow(ctx, id, "").Get(ctx, &result))
	require.Equal(t, want, result)
	requireNamespace(t, ctx, c, o)
}

// requireNamespace checks what the options ask of the namespace: its retention and every search attribute.
func requireNamespace(t *testing.T, ctx context.Context, c client.Client, o temporalserver.Options) {
	t.Helper()
	ns, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{
		Namespace: temporalserver.DefaultNamespace,
	})
	require.NoError(t, err)
	require.Equal(t, 720*time.Hour, ns.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration())
	have, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{
		Namespace: temporalserver.DefaultNamespace,
	})
	require.NoError(t, err)
	for name, typ := range o.SearchAttributes {
		require.Equal(t, typ, have.GetCustomAttributes()[name], name)
	}
	count, err := c.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
		Query: `Department = "tu-phap" AND ExecutionStatus = "Completed"`,
	})
	require.NoError(t, err)
	require.EqualValues(t, 1, count.GetCount())
}

// requireSettings checks that the server took its dynamic configuration.
func requireSettings(t *testing.T, ctx context.Context, s *temporalserver.Server, id string) {
	t.Helper()
	c := dial(t, s)
	started, err := c.GetWorkflowHistory(ctx, id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT).Next()
	require.NoError(t, err)
	require.Equal(t, 5*time.Second,
		started.GetWorkflowExecutionStartedEventAttributes().GetWorkflowTaskTimeout().AsDuration())
	partitions, err := c.WorkflowService().ListTaskQueuePartitions(ctx, &workflowservice.ListTaskQueuePartitionsRequest{
		Namespace: s.Namespace(),
		TaskQueue: &taskqueue.TaskQueue{Name: queue},
	})
	require.NoError(t, err)
	require.Len(t, partitions.GetWorkflowTaskQueuePartitions(), 1)
}

func header(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b[:100]
}

func requireUI(t *testing.T, s *temporalserver.Server) {
	t.Helper()
	web := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for path, want := range map[string]string{
		"/": "<html",
		"/api/v1/namespaces/" + s.Namespace() + "/workflows": "wf-1",
		"/api/v1/settings": `"NotifyOnNewVersion":false`,
	} {
		req, err := http.NewRequestWithContext(testContext(t), http.MethodGet, "http://"+s.UIAddress()+path, nil)
		require.NoError(t, err)
		res, err := web.Do(req)
		require.NoError(t, err)
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, http.StatusOK, res.StatusCode, path)
		require.Contains(t, string(body), want, path)
	}
}

func dropDatabases(t *testing.T, dsn string, names ...string) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	require.NoError(t, err)
	defer func() { _ = conn.Close(ctx) }()
	for _, name := range names {
		_, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
		require.NoError(t, err)
	}
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
