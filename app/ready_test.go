package app

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/models/modelstest"
)

// With Temporal down whoever takes dossiers in stays ready, and says so in the body and in a metric; a worker is not ready. Without
// the database nobody is.
func TestReadyWithoutTemporal(t *testing.T) {
	t.Parallel()
	store := modelstest.Open(t)
	ask := func(needsEngine bool) (status int, body struct {
		Status string
		Parts  map[string]string
	}, metrics string) {
		a, err := Connect(Config{Store: store, TemporalAddress: "127.0.0.1:1", Namespace: "x", Clock: calendar.RealClock(), NeedsEngine: needsEngine, Logger: quiet()})
		require.NoError(t, err)
		address, err := a.Serve("127.0.0.1:0")
		require.NoError(t, err)
		defer func() { require.NoError(t, a.Stop(context.WithoutCancel(t.Context()))) }()
		get := func(path string) (int, []byte) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
			require.NoError(t, err)
			resp, err := http.DefaultClient.Do(r)
			require.NoError(t, err)
			defer resp.Body.Close()
			data, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			return resp.StatusCode, data
		}
		status, data := get("/readyz")
		require.NoError(t, json.Unmarshal(data, &body))
		_, page := get("/metrics")
		return status, body, string(page)
	}
	status, body, metrics := ask(false)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "degraded", body.Status)
	require.Equal(t, map[string]string{"database": "ok", "schema": "ok", "temporal": "down"}, body.Parts)
	require.Contains(t, metrics, "\nmotcua_temporal_up 0\n")
	require.Contains(t, metrics, "\nmotcua_dossiers_open 0\n")
	require.NotContains(t, metrics, "motcua_forecast", "there is none yet")

	status, body, _ = ask(true)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "unavailable", body.Status)

	require.NoError(t, store.Close())
	status, body, _ = ask(false)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "down", body.Parts["database"])
}
