package contract_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// An editor asks everything about texts that are stored nowhere: faults with their places, the plan, the drawing, a dossier under
// it, the difference, the merge.
func TestDefinitionsThatAreOnlyTexts(t *testing.T) {
	t.Parallel()
	d := open(t)
	read := func(name string) string {
		data, err := os.ReadFile("../library/procedures/" + name)
		require.NoError(t, err)
		return string(data)
	}
	ask := func(what string, in any) answer {
		return d.call(http.MethodPost, "/v1/definitions/"+what, "congdvc", "", in)
	}
	file := read("1.012784-tach-hop-thua.yaml")
	wrong := strings.Replace(file, "limit: 12wd", "limit: 1wd", 1)
	require.NotEqual(t, file, wrong)

	for _, what := range []string{"compile", "drawing", "simulation"} {
		faulty := ask(what, map[string]any{"file": wrong})
		d.problem(faulty, 422, "definition_faulty")
		first := faulty.body["findings"].([]any)[0].(map[string]any)
		require.Positive(t, first["line"], what)
		require.NotEmpty(t, first["rule"], what)
	}

	published := d.call(http.MethodGet, "/v1/procedures/1.012784", "congdvc", "", nil)
	compiled := ask("compile", map[string]any{"file": file})
	require.Equal(t, http.StatusOK, compiled.status, string(compiled.raw))
	require.Equal(t, published.body["hash"], compiled.body["hash"], "the same text is the same plan")

	drawing := ask("drawing", map[string]any{"file": file})
	require.Equal(t, "image/svg+xml; charset=utf-8", drawing.header.Get("Content-Type"))
	require.Equal(t, d.call(http.MethodGet, "/v1/procedures/1.012784/drawing", "congdvc", "", nil).raw, drawing.raw)
	require.Contains(t, string(ask("drawing?text=true", map[string]any{"file": file}).raw), "1.012784")

	// Received on the last working day before Tết 2026 (off 16 to 20 February): twelve working days, the day of receipt not counted.
	played := ask("simulation", map[string]any{"file": file, "received": "2026-02-13T09:00:00+07:00", "pace": "full"})
	require.Equal(t, http.StatusOK, played.status, string(played.raw))
	require.Contains(t, string(played.raw), "2026-03-10T17:00:00+07:00")

	longer := strings.Replace(file, "limit: 12wd", "limit: 15wd", 1)
	diff := ask("diff", map[string]any{"from": file, "to": longer})
	require.Equal(t, http.StatusOK, diff.status, string(diff.raw))
	require.NotEmpty(t, diff.body["changes"])
	require.Contains(t, string(ask("diff?text=true", map[string]any{"from": file, "to": longer}).raw), "15")

	merged := ask("merge", map[string]any{"parts": []any{map[string]any{"code": "1.012784"}, map[string]any{"file": read("1.013831-bien-dong-chuyen-quyen.yaml")}}})
	require.Equal(t, http.StatusOK, merged.status, string(merged.raw))
	again := ask("check", map[string]any{"file": merged.body["file"]})
	require.InDelta(t, 0, again.body["errors"], 0, string(again.raw))
	d.problem(ask("merge", map[string]any{"parts": []any{map[string]any{"code": "1.012784"}, map[string]any{"code": "none"}}}), 422, "invalid")
	d.problem(ask("merge", map[string]any{"parts": []any{map[string]any{"code": "1.012784"}}}), 422, "definition_faulty")
	d.problem(d.call(http.MethodPost, "/v1/definitions/compile", "", "", map[string]any{"file": file}), 401, "unauthorized")
}
