package contract_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// version is the id of one that is in force.
func (d *desk) version() string {
	d.t.Helper()
	a := d.call(http.MethodGet, "/v1/versions?code=9.000001&in_force=true", "kstt", "", nil)
	require.Equal(d.t, http.StatusOK, a.status, string(a.raw))
	return a.body["items"].([]any)[0].(map[string]any)["id"].(string)
}

// A second version is drafted, checked, approved and published by four people, and an open dossier is moved to it, over HTTP.
func TestVersionsOverHTTP(t *testing.T) {
	t.Parallel()
	d := open(t)
	data, err := os.ReadFile("../library/procedures/9.000001-mau-xac-nhan-thong-tin.yaml")
	require.NoError(t, err)
	file := strings.NewReplacer("limit: 8wh", "limit: 10wh", "escalation: hours", "escalation: standard", "{id: tra-cuu,", "{id: tham-tra,", "lam-lai: tra-cuu", "lam-lai: tham-tra").Replace(string(data))
	sample := d.version()
	in := submission(true, "don")
	in["procedure"] = "9.000001"
	code := d.call(http.MethodPost, "/v1/dossiers", "motcua", "s", in).body["code"].(string)
	require.Equal(t, http.StatusOK, d.act(code, "motcua", "c", map[string]any{"kind": "complete", "task": "tiep-nhan#1"}).status)

	// Faults come with their places, and nothing is stored by asking.
	asked := d.call(http.MethodPost, "/v1/definitions/check", "congdvc", "", map[string]any{"file": strings.Replace(file, "limit: 10wh", "limit: 7wh", 1)})
	require.Equal(t, http.StatusOK, asked.status, string(asked.raw))
	fault := asked.body["findings"].([]any)[0].(map[string]any)
	require.Equal(t, []any{"error", "steps-over-limit"}, []any{fault["severity"], fault["rule"]})
	require.Positive(t, fault["line"])
	require.Positive(t, fault["col"])

	draft := d.call(http.MethodPost, "/v1/versions", "thamdinh", "v", map[string]any{"file": strings.Replace(file, "limit: 10wh", "limit: 7wh", 1)})
	require.Equal(t, http.StatusCreated, draft.status, string(draft.raw))
	at := draft.header.Get("Location")
	require.Equal(t, "/v1/versions/"+draft.body["id"].(string), at)
	step := func(who, key string, body map[string]any, header ...string) answer {
		return d.call(http.MethodPost, at+"/acts", who, key, body, header...)
	}
	faulty := step("thamdinh", "x", map[string]any{"kind": "submit"})
	d.problem(faulty, 422, "definition_faulty")
	require.NotEmpty(t, faulty.body["findings"])
	d.problem(d.call(http.MethodPut, at, "thamdinh", "e", map[string]any{"file": file}), 428, "if_match_missing")
	d.problem(d.call(http.MethodPut, at, "thamdinh", "e", map[string]any{"file": file}, "If-Match", `"9"`), 412, "stale")
	edited := d.call(http.MethodPut, at, "thamdinh", "e", map[string]any{"file": file}, "If-Match", draft.header.Get("ETag"))
	require.Equal(t, http.StatusOK, edited.status, string(edited.raw))
	require.Equal(t, `"2"`, edited.header.Get("ETag"))
	require.Equal(t, edited.body, d.call(http.MethodPut, at, "thamdinh", "e", map[string]any{"file": file}, "If-Match", draft.header.Get("ETag")).body, "a retry is one edit")

	decision := d.call(http.MethodPost, "/v1/publication-decisions", "kstt2", "d", map[string]any{"number": "10/QĐ-UBND", "on": "2026-03-02", "agency": "UBND tỉnh mẫu", "amended": []string{"9.000001"}})
	require.Equal(t, http.StatusCreated, decision.status, string(decision.raw))
	for i, s := range []struct {
		who  string
		body map[string]any
	}{
		{"thamdinh", map[string]any{"kind": "submit"}}, {"kstt", map[string]any{"kind": "check"}}, {"chutich", map[string]any{"kind": "approve"}},
		{"kstt2", map[string]any{"kind": "publish", "decision": decision.body["id"], "from": "2026-03-02"}},
	} {
		a := step(s.who, string(rune('1'+i)), s.body)
		require.Equal(t, http.StatusOK, a.status, string(a.raw))
	}
	d.problem(step("lanhdao", "no", map[string]any{"kind": "withdraw"}), 403, "forbidden")
	diff := d.call(http.MethodGet, "/v1/versions/"+sample+"/diff?with="+strings.TrimPrefix(at, "/v1/versions/")+"&text=true", "congdvc", "", nil)
	require.Equal(t, http.StatusOK, diff.status)
	require.Contains(t, string(diff.raw), "Thời hạn giải quyết từ 8 giờ làm việc thành 10 giờ làm việc.\n")
	require.Contains(t, string(diff.raw), "Bỏ bước “Tra cứu hồ sơ, soạn văn bản” (tra-cuu).\n")

	move := map[string]any{"from": sample, "to": strings.TrimPrefix(at, "/v1/versions/"), "reason": "Quy trình mới", "document": "11/QĐ-UBND"}
	d.problem(d.call(http.MethodPost, "/v1/moves", "kstt", "m", move), 422, "invalid")
	move["steps"] = map[string]any{"tra-cuu": "tham-tra"}
	preview := d.call(http.MethodPost, "/v1/moves/preview", "kstt", "", move)
	require.Equal(t, http.StatusOK, preview.status, string(preview.raw))
	require.EqualValues(t, 1, preview.body["movable"])
	started := d.call(http.MethodPost, "/v1/moves", "kstt", "m", move)
	require.Equal(t, http.StatusAccepted, started.status, string(started.raw))
	_, err = d.office.AdvanceMoves(t.Context())
	require.NoError(t, err)
	status := d.call(http.MethodGet, started.header.Get("Location"), "kstt", "", nil)
	require.Equal(t, "done", status.body["state"])
	require.Equal(t, "moved", status.body["items"].([]any)[0].(map[string]any)["state"])
	require.Equal(t, http.StatusOK, d.act(code, "thamdinh", "t", map[string]any{"kind": "complete", "task": "tham-tra#1", "outcome": "dat"}).status)
	undone := d.call(http.MethodPost, started.header.Get("Location")+"/acts", "kstt", "u", map[string]any{"kind": "undo"})
	require.Equal(t, "undoing", undone.body["state"])
	d.problem(d.call(http.MethodPost, started.header.Get("Location")+"/acts", "kstt", "w", map[string]any{"kind": "stop"}), 409, "move_state")
	d.problem(d.call(http.MethodGet, "/v1/moves", "thamdinh", "", nil), 403, "forbidden")
	list := d.call(http.MethodGet, "/v1/publication-decisions?code=9.000001", "congdvc", "", nil).body["items"].([]any)
	require.Len(t, list, 1)

	// Withdrawn at once: what is new is refused with a way on, what is open goes on.
	require.Equal(t, http.StatusOK, step("kstt", "stop", map[string]any{"kind": "withdraw", "reason": "Sai mức thu", "document": "12/CĐ-UBND"}).status)
	refused := d.call(http.MethodPost, "/v1/dossiers", "motcua", "s2", in)
	d.problem(refused, 409, "procedure_withdrawn")
	require.Equal(t, "12/CĐ-UBND", refused.body["article"])
	require.Equal(t, http.StatusOK, d.act(code, "lanhdao", "k", map[string]any{"kind": "complete", "task": "ky#1", "outcome": "duyet"}).status)
}
