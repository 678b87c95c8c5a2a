package contract_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const smallYear = `motcua: 1
kind: backtest
name: Một nơi tưởng tượng
seed: 1
from: 2026-01-01
until: 2026-12-31
offices: 1
arrivals: [{procedure: "1.012784", per-year: 50}]
work: [{share: 90}]
staff: [{agency: vpdk-chi-nhanh, role: chuyen-vien, people: 3}]
`

// A small year is lived twice over HTTP: nothing is kept, what fits nothing is named, what is too much is refused.
func TestBacktest(t *testing.T) {
	t.Parallel()
	d := open(t)
	ask := func(body map[string]any) answer { return d.call(http.MethodPost, "/v1/backtest", "motcua", "", body) }
	a := ask(map[string]any{"profile": smallYear, "limits": map[string]any{"*": "1wd"}})
	require.Equal(t, http.StatusOK, a.status, string(a.raw))
	before, after := a.body["before"].(map[string]any)["all"].(map[string]any), a.body["after"].(map[string]any)["all"].(map[string]any)
	require.EqualValues(t, 50, before["received"])
	require.EqualValues(t, 50, after["late"], "nine tenths of twelve days are more than one")
	require.Less(t, before["late"], after["late"])
	for profile, want := range map[string]string{
		"motcua: 1\n": "[missing-key]",
		strings.Replace(smallYear, "50", "50000", 1):     "quá nhiều cho một lần gọi",
		strings.Replace(smallYear, "1.012784", "7.7", 1): "không có thủ tục \"7.7\"",
	} {
		a := ask(map[string]any{"profile": profile})
		require.Equal(t, http.StatusUnprocessableEntity, a.status, string(a.raw))
		require.Contains(t, strings.ReplaceAll(string(a.raw), `\"`, `"`), want)
	}
	require.Equal(t, http.StatusUnprocessableEntity, ask(map[string]any{"profile": smallYear, "staff": map[string]any{"xuong/tho": 2}}).status)
	require.Equal(t, http.StatusUnauthorized, d.call(http.MethodPost, "/v1/backtest", "", "", map[string]any{"profile": smallYear}).status)
}
