package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// The rules, what they take off and the walk of a procedure as others read them: the words of the rule are those of the file.
func TestReductions(t *testing.T) {
	t.Parallel()
	s := serve(t)
	read := func(path string, out any) {
		t.Helper()
		w := s.call(http.MethodGet, path, "")
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), out))
	}
	var list struct {
		Items []map[string]any `json:"items"`
	}
	read("/v1/reductions?on=2026-03-02", &list)
	require.Equal(t, "cut-20", list.Items[0]["rule"])
	require.Equal(t, "in_force", list.Items[0]["status"])
	require.Equal(t, "10wd", list.Items[0]["above"])
	require.Equal(t, map[string]any{"way": "floor", "step": "1wd", "confidence": "sample", "source": list.Items[0]["rounding"].(map[string]any)["source"]}, list.Items[0]["rounding"])
	read("/v1/reductions?on=2023-01-29", &list)
	require.Equal(t, "scheduled", list.Items[0]["status"])

	var report struct {
		Total struct {
			Procedures, Cut int
			Days            []struct {
				Unit  string
				Count float64
			}
		}
		ByLevel []struct{ Cut int } `json:"by_level"`
	}
	read("/v1/reductions/report?on=2026-03-02", &report)
	require.Equal(t, 1, report.Total.Cut)
	require.Equal(t, "wd", report.Total.Days[0].Unit)
	sum := 0
	for _, g := range report.ByLevel {
		sum += g.Cut
	}
	require.Equal(t, report.Total.Cut, sum)

	var walks struct {
		Items []struct {
			Ordinary struct {
				Walk       []string
				Commitment struct{ Legal, Committed string }
			}
		}
	}
	read("/v1/procedures/1.013993/reductions?on=2026-03-02", &walks)
	require.Equal(t, "12wd", walks.Items[0].Ordinary.Commitment.Legal)
	require.Equal(t, "9wd", walks.Items[0].Ordinary.Commitment.Committed)
	require.Len(t, walks.Items[0].Ordinary.Walk, 3)
	s.problem(s.call(http.MethodGet, "/v1/reductions/report?on=nay", ""), http.StatusUnprocessableEntity, "invalid")
	s.problem(s.call(http.MethodPost, "/v1/reductions", `{"file":"reductions: {}"}`), http.StatusForbidden, "forbidden")
	s.problem(s.call(http.MethodPost, "/v1/reductions/cut-20/acts", `{"kind":"xoa"}`), http.StatusUnprocessableEntity, "invalid")
}
