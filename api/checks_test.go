package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/office"
)

func (s *server) as(key, method, path string) (*json.Decoder, int) {
	s.t.Helper()
	w := s.call(method, path, "", "Authorization", "Bearer mc_"+key+"_demo")
	return json.NewDecoder(w.Body), w.Code
}

// Findings are for the control office, inspectors and operators; open ones unless the closed are asked for.
func TestFindingsAndFirings(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.dossier()
	for _, key := range []string{"kstt", "thanhtra", "quantri"} {
		var list struct {
			Items []office.Finding
			Next  string
		}
		body, status := s.as(key, http.MethodGet, "/v1/findings?kind=alarm_late&open=true")
		require.Equal(t, http.StatusOK, status)
		require.NoError(t, body.Decode(&list))
		require.NotNil(t, list.Items)
		require.Empty(t, list.Items)
	}
	s.problem(s.call(http.MethodGet, "/v1/findings", ""), http.StatusForbidden, "forbidden")
	kstt := []string{"Authorization", "Bearer mc_kstt_demo"}
	s.problem(s.call(http.MethodGet, "/v1/findings?open=maybe", "", kstt...), http.StatusBadRequest, "bad_query")
	s.problem(s.call(http.MethodGet, "/v1/findings?cursor=zzz", "", kstt...), http.StatusBadRequest, "bad_query")

	var day office.FiringDay
	body, status := s.as("motcua", http.MethodGet, "/v1/firings?day=2026-03-04")
	require.Equal(t, http.StatusOK, status)
	require.NoError(t, body.Decode(&day))
	require.Equal(t, "2026-03-04", day.Day.String())
	s.problem(s.call(http.MethodGet, "/v1/firings?day=tomorrow", ""), http.StatusBadRequest, "bad_query")
	s.problem(s.call(http.MethodGet, "/v1/firings", "", "Authorization", "Bearer mc_quantri_demo"), http.StatusForbidden, "forbidden")
}

// A check is ordered by the control office or an operator, with a key; where the engine is away nothing is ordered.
func TestOrderingAChecks(t *testing.T) {
	t.Parallel()
	s := serve(t)
	kstt := []string{"Authorization", "Bearer mc_kstt_demo"}
	s.problem(s.call(http.MethodPost, "/v1/checks", ""), http.StatusForbidden, "forbidden")
	s.problem(s.call(http.MethodPost, "/v1/checks", "", append(kstt, "Idempotency-Key", "")...), http.StatusBadRequest, "idempotency_key_missing")
	w := s.call(http.MethodPost, "/v1/checks", "", kstt...)
	s.problem(w, http.StatusServiceUnavailable, "engine_down")
	require.NotEmpty(t, w.Header().Get("Retry-After"))
	s.problem(s.call(http.MethodGet, "/v1/checks/none", "", kstt...), http.StatusNotFound, "check_unknown")
	var list struct{ Items []office.CheckReport }
	body, status := s.as("kstt", http.MethodGet, "/v1/checks")
	require.Equal(t, http.StatusOK, status)
	require.NoError(t, body.Decode(&list))
	require.Empty(t, list.Items)
}
