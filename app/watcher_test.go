package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/models"
)

// What the watcher found is measured: open signals by rule and severity, and the last forecast.
func TestWatchedMetrics(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.left()
	ctx := t.Context()
	n, err := i.office.StudySignals(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	n, err = i.office.StudyForecast(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.NoError(t, i.store.SaveSignals(ctx, i.now, i.now.AddDate(0, 1, 0), []models.SignalRow{{
		ID: "x", Rule: "backdated", Subject: "A-1", Severity: "notice", PeriodFrom: i.now, PeriodUntil: i.now.AddDate(0, 1, 0), Evidence: []byte(`[]`), FirstSeen: i.now, SeenAt: i.now,
	}}, nil))
	i.now = i.now.Add(10 * time.Minute)
	a := &App{Config: Config{Logger: quiet()}, Office: i.office, lag: newLag()}
	w := httptest.NewRecorder()
	newMetrics(a).ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil))
	for _, line := range []string{
		"\nmotcua_signals_open{rule=\"backdated\",severity=\"notice\"} 1\n", "\nmotcua_forecast_likely_late 0\n",
		"\nmotcua_forecast_without_history 1\n", "\nmotcua_forecast_age_seconds 600\n",
	} {
		require.Contains(t, w.Body.String(), line)
	}
	require.NotContains(t, w.Body.String(), "motcua_forecast_brier", "no history proves anything yet")
}

// The watcher ends with its context.
func TestWatcherEnds(t *testing.T) {
	t.Parallel()
	i := install(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		watcher(ctx, i.office, quiet())
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		require.Fail(t, "the watcher goes on")
	}
}
