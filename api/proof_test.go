package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// A proof sheet comes in the form that is asked for, with the hash of its content as its tag.
func TestProofSheet(t *testing.T) {
	t.Parallel()
	s := serve(t)
	at := s.dossier() + "/proof"
	w := s.call(http.MethodGet, at, "")
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	var sheet struct {
		Hash string
		AsOf struct {
			Seq int64
			At  string
		} `json:"as_of"`
		Days []struct{ Date string }
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &sheet))
	require.Equal(t, `"`+sheet.Hash+`"`, w.Header().Get("ETag"))
	require.NotEmpty(t, sheet.Days)
	for accept, start := range map[string]string{"text/plain": "PHIẾU CHỨNG MINH", "text/html": "<!DOCTYPE html>", "*/*": "{\n"} {
		w := s.call(http.MethodGet, at, "", "Accept", accept)
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, start, w.Body.String()[:len(start)])
		require.Equal(t, `"`+sheet.Hash+`"`, w.Header().Get("ETag"), "one content in three forms")
	}
	s.problem(s.call(http.MethodGet, at, "", "Accept", "image/png"), http.StatusNotAcceptable, "not_acceptable")
	s.problem(s.call(http.MethodGet, at+"?seq=0", ""), http.StatusBadRequest, "bad_query")
	s.problem(s.call(http.MethodGet, at+"?at=yesterday", ""), http.StatusBadRequest, "bad_query")
	s.problem(s.call(http.MethodGet, at+"?at=2020-01-01T00:00:00%2B07:00", ""), http.StatusNotFound, "proof_too_early")
	first := s.call(http.MethodGet, at+"?seq=1", "")
	require.Contains(t, first.Body.String(), `"stage": "submitted"`)
	s.problem(s.call(http.MethodGet, "/v1/dossiers/H99-x/proof", ""), http.StatusNotFound, "dossier_unknown")
}
