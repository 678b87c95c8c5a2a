package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/office"
)

// Signals and forecasts over HTTP: who may read them, what is refused, and what goes with every list.
func TestSignalsAndForecast(t *testing.T) {
	t.Parallel()
	s := serve(t)
	control := []string{"Authorization", "Bearer mc_kstt_demo"}
	get, post := http.MethodGet, http.MethodPost
	w := s.call(get, "/v1/signals", "", control...)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	var list office.SignalList
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &list))
	require.Len(t, list.Rules, 8)
	for _, r := range list.Rules {
		require.Equal(t, "ours", r.Source, "thresholds say whose they are")
	}
	require.Contains(t, list.Says, "không kết luận ai sai")
	require.JSONEq(t, `[]`, string(member(t, w.Body.Bytes(), "items")), "a list is a list, however short")

	w = s.call(get, "/v1/forecast", "", control...)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	require.JSONEq(t, `[]`, string(member(t, w.Body.Bytes(), "items")))
	require.Contains(t, string(member(t, w.Body.Bytes(), "says")), "Chưa có")
	require.NotEmpty(t, member(t, w.Body.Bytes(), "calibration"))

	for _, at := range []string{"/v1/signals?state=x", "/v1/signals?from=2026-03-01", "/v1/signals?limit=0", "/v1/forecast?percent=101", "/v1/forecast?percent=x", "/v1/forecast?thin=1"} {
		s.problem(s.call(get, at, "", control...), http.StatusBadRequest, "bad_query")
	}
	s.problem(s.call(get, "/v1/signals?rule=x", "", control...), http.StatusUnprocessableEntity, "invalid")
	s.problem(s.call(get, "/v1/signals/x", "", control...), http.StatusNotFound, "signal_unknown")
	s.problem(s.call(get, "/v1/signals", ""), http.StatusForbidden, "forbidden")
	s.problem(s.call(get, "/v1/forecast", "", "Authorization", "Bearer mc_quantri_demo"), http.StatusForbidden, "forbidden")
	s.problem(s.call(post, "/v1/signals/x/acts", `{"kind":"dismiss","reason":"có lý do"}`, control...), http.StatusNotFound, "signal_unknown")
	s.problem(s.call(post, "/v1/signals/x/acts", `{"kind":"dismiss","reason":"có lý do"}`, "Authorization", "Bearer mc_thanhtra_demo"), http.StatusForbidden, "forbidden")
	s.problem(s.call(post, "/v1/signals/x/acts", `{"kind":"dismiss","ly_do":"x"}`, control...), http.StatusBadRequest, "bad_json")
}

func member(t *testing.T, data []byte, name string) json.RawMessage {
	t.Helper()
	var all map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &all))
	return all[name]
}
