package contract_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func published(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../catalogue/testdata/published.jsonl")
	require.NoError(t, err)
	return string(data)
}

// From a file to a draft and to the ledger, over HTTP alone: every number is followed to the entries that it counts.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	d := open(t)
	jsonl := []string{"Content-Type", "application/jsonl"}
	imported := d.call(http.MethodPost, "/v1/catalogue/imports?file=cong-bo.jsonl&full=true", "kstt", "a", published(t)+"x\n", jsonl...)
	require.Equal(t, http.StatusCreated, imported.status, string(imported.raw))
	require.EqualValues(t, 22, imported.body["new"])
	require.EqualValues(t, 1, imported.body["refused"])
	at := imported.header.Get("Location")
	require.Equal(t, imported.body, d.call(http.MethodGet, at, "kstt", "", nil).body)
	require.Equal(t, "x\n", string(d.call(http.MethodGet, at+"/refused", "kstt", "", nil).raw))
	require.Equal(t, imported.body, d.call(http.MethodPost, "/v1/catalogue/imports?file=cong-bo.jsonl&full=true", "kstt", "a", published(t)+"x\n", jsonl...).body)

	found := d.call(http.MethodGet, "/v1/catalogue?text=hop+thua+tach", "xa", "", nil)
	require.Equal(t, http.StatusOK, found.status, string(found.raw))
	first := found.body["items"].([]any)[0].(map[string]any)
	require.Equal(t, "1.012784", first["code"])
	require.Equal(t, true, first["published"])
	entry := d.call(http.MethodGet, "/v1/catalogue/1.012784", "xa", "", nil)
	require.Equal(t, `"1"`, entry.header.Get("ETag"))
	require.Equal(t, "Tách thửa hoặc hợp thửa đất.", entry.body["name"])
	require.NotEmpty(t, entry.body["findings"])
	require.Equal(t, "2304/QĐ-BNNMT", entry.body["source"].(map[string]any)["decision"])
	draft := d.call(http.MethodGet, "/v1/catalogue/1.012784/draft?level=province", "xa", "", nil)
	require.Contains(t, draft.header.Get("Content-Type"), "application/yaml")
	require.Contains(t, string(draft.raw), "limit: 12wd")

	code := d.submit("k", true)
	require.Empty(t, d.call(http.MethodGet, "/v1/dossiers?outdated=true", "motcua", "", nil).body["items"], code)
	for _, by := range []string{"level", "field", "agency", "ministry"} {
		ledger := d.call(http.MethodGet, "/v1/coverage?by="+by, "kstt", "", nil)
		require.Equal(t, http.StatusOK, ledger.status, string(ledger.raw))
		for _, line := range append(ledger.body["items"].([]any), ledger.body["total"]) {
			for name, f := range line.(map[string]any) {
				figure, ok := f.(map[string]any)
				if !ok {
					continue
				}
				list := d.call(http.MethodGet, "/v1/catalogue?limit=200&"+figure["query"].(string), "kstt", "", nil)
				require.Equal(t, http.StatusOK, list.status, string(list.raw))
				require.Len(t, list.body["items"], int(figure["count"].(float64)), "%s %s", by, name)
			}
		}
	}

	d.problem(d.call(http.MethodPost, "/v1/catalogue/imports", "motcua", "b", "{}", jsonl...), http.StatusForbidden, "forbidden")
	d.problem(d.call(http.MethodGet, at, "motcua", "", nil), http.StatusForbidden, "forbidden")
	d.problem(d.call(http.MethodPost, "/v1/catalogue/imports", "kstt", "a", "{}", jsonl...), 422, "idempotency_key_reused")
	d.problem(d.call(http.MethodPost, "/v1/catalogue/imports", "kstt", "b", "{}"), 415, "media_type")
	d.problem(d.call(http.MethodPost, "/v1/catalogue/imports", "kstt", "b", "\n", jsonl...), 422, "invalid")
	d.problem(d.call(http.MethodPost, "/v1/catalogue/imports?full=yes", "kstt", "b", "{}", jsonl...), 400, "bad_query")
	d.problem(d.call(http.MethodGet, "/v1/catalogue/imports/none", "kstt", "", nil), 404, "import_unknown")
	d.problem(d.call(http.MethodGet, "/v1/catalogue/9.999999", "kstt", "", nil), 404, "entry_unknown")
	d.problem(d.call(http.MethodGet, "/v1/catalogue/9.999999/draft", "kstt", "", nil), 404, "entry_unknown")
	d.problem(d.call(http.MethodGet, "/v1/catalogue/1.012784/draft?level=moon", "kstt", "", nil), 422, "invalid")
	for _, query := range []string{"published=1", "internal=good", "limit=0", "cursor=zzz"} {
		d.problem(d.call(http.MethodGet, "/v1/catalogue?"+query, "kstt", "", nil), 400, "bad_query")
	}
	d.problem(d.call(http.MethodGet, "/v1/coverage", "kstt", "", nil), 422, "invalid")
	d.problem(d.call(http.MethodGet, "/v1/dossiers?outdated=no", "kstt", "", nil), 400, "bad_query")
}

// A file may be larger than any other body, but not without end.
func TestLargeFile(t *testing.T) {
	t.Parallel()
	d := open(t)
	jsonl := []string{"Content-Type", "application/x-ndjson"}
	several := strings.Repeat(" \n", 1<<20) + `{"code":"1.000001"}` // 2 MiB
	a := d.call(http.MethodPost, "/v1/catalogue/imports?file="+url.QueryEscape("tệp.jsonl"), "kstt", "a", several, jsonl...)
	require.Equal(t, http.StatusCreated, a.status, string(a.raw))
	require.EqualValues(t, 1<<20, a.body["blank"])
	d.problem(d.call(http.MethodPost, "/v1/catalogue/imports", "kstt", "b", strings.Repeat(" \n", 32<<20)+"{}", jsonl...), 413, "body_too_large")
}
