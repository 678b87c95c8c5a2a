package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
)

// The clock check runs by itself, once each legal day, and finds nothing wrong with an installation that is well.
func TestClockCheckIsScheduled(t *testing.T) {
	onBoth(t, fast, func(t *testing.T, in installation) {
		d := &desk{t, in}
		d.submit("1.012784", "a")
		var last any
		d.wait(func() bool {
			a := d.call(http.MethodGet, "/v1/checks?limit=200", "kstt", "", nil)
			require.Equal(t, http.StatusOK, a.status, a.body)
			last = a.body["items"]
			for _, x := range a.body["items"].([]any) {
				r := x.(map[string]any)
				if r["by"] == "clock" && r["kind"] == "full" && r["state"] == "done" && r["dossiers"].(float64) > 0 {
					return true
				}
			}
			return false
		}, "a day's check; so far: %v", lazy(func() any { return last }))
	})
}

// Faults on the real engine: a workflow that somebody terminated comes back and goes on, and a row that somebody deleted is made
// anew. Each is found once, healed and closed.
func TestClockCheckHeals(t *testing.T) {
	t.Parallel()
	p := newProduction(t, 1)
	p.start()
	d := &desk{t, p}
	terminated, deleted := d.submit("1.012784", "a"), d.submit("1.012784", "b")
	before := d.agreed(deleted)
	d.agreed(terminated)

	engine, err := client.Dial(client.Options{HostPort: "127.0.0.1:" + p.temporalPort, Namespace: "motcua"})
	require.NoError(t, err)
	defer engine.Close()
	require.NoError(t, engine.TerminateWorkflow(t.Context(), "hoso/"+terminated, "", "a fault"))
	db, err := pgx.Connect(t.Context(), p.dsn)
	require.NoError(t, err)
	defer db.Close(t.Context())
	_, err = db.Exec(t.Context(), "DELETE FROM dossiers WHERE code = $1", deleted)
	require.NoError(t, err)

	check := func(key string) map[string]any {
		a := d.call(http.MethodPost, "/v1/checks", "kstt", key, map[string]any{})
		require.Equal(t, http.StatusAccepted, a.status, a.body)
		at := a.header.Get("Location")
		d.wait(func() bool {
			a = d.call(http.MethodGet, at, "kstt", "", nil)
			return a.body["state"] == "done"
		}, "the check %s: %v", at, lazy(func() any { return a.body }))
		return a.body
	}
	first := check("first")
	require.EqualValues(t, 1, first["found"].(map[string]any)["row_missing"], first)
	require.Equal(t, core(before), core(d.agreed(deleted)))

	// A row that was written within the last minute may have its workflow on the way; then it is missed.
	var found map[string]any
	d.wait(func() bool {
		time.Sleep(5 * time.Second)
		found = check(time.Now().String())
		return found["started"].(float64) == 1
	}, "the terminated one is started again: %v", lazy(func() any { return found }))
	d.act(terminated, "motcua", "goes on", complete(""))
	d.agreed(terminated)
	open := d.call(http.MethodGet, "/v1/findings?kind=workflow_missing", "kstt", "", nil)
	require.Empty(t, open.body["items"])
	closed := d.call(http.MethodGet, "/v1/findings?kind=workflow_missing&open=false", "kstt", "", nil)
	require.Len(t, closed.body["items"], 1)
	p.stop()
}
