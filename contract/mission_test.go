package contract_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
)

func (d *desk) startMission(key string) string {
	d.t.Helper()
	a := d.call(http.MethodPost, "/v1/missions", "kstt", key, map[string]any{"model": "mau-01", "agencies": map[string]any{"ubnd-xa": "H99.31"}})
	require.Equal(d.t, http.StatusCreated, a.status, string(a.raw))
	require.Equal(d.t, "/v1/missions/"+a.body["code"].(string), a.header.Get("Location"))
	require.Equal(d.t, `"1"`, a.header.Get("ETag"))
	return a.body["code"].(string)
}

func (d *desk) onMission(code, who, key string, body map[string]any, header ...string) answer {
	d.t.Helper()
	return d.call(http.MethodPost, "/v1/missions/"+code+"/acts", who, key, body, header...)
}

// A mission is started, worked on, let fall due and seen late, over HTTP.
func TestMissionOverHTTP(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.startMission("m")
	require.Equal(t, code, d.startMission("m"), "a retry is the same mission")
	d.now = time.Date(2026, 3, 2, 14, 0, 0, 0, calendar.Zone())
	d.problem(d.onMission(code, "vanphong", "e", map[string]any{"kind": "complete_task", "task": "ke-hoach"}), 422, "evidence_missing")
	first := d.onMission(code, "vanphong", "a", map[string]any{"kind": "attach_evidence", "task": "ke-hoach", "document": "12/KH"}, "If-Match", `"1"`)
	require.Equal(t, http.StatusOK, first.status, string(first.raw))
	require.Equal(t, `"2"`, first.header.Get("ETag"))
	require.Equal(t, code, first.body["mission"])
	require.NotContains(t, first.body, "dossier")
	again := d.onMission(code, "vanphong", "a", map[string]any{"kind": "attach_evidence", "task": "ke-hoach", "document": "12/KH"}, "If-Match", `"1"`)
	require.Equal(t, first.body, again.body)
	d.problem(d.onMission(code, "vanphong", "a", map[string]any{"kind": "attach_evidence", "task": "ke-hoach", "document": "13/KH"}), 422, "idempotency_key_reused")
	d.problem(d.onMission(code, "vanphong", "b", map[string]any{"kind": "complete_task", "task": "ke-hoach"}, "If-Match", `"1"`), 412, "stale")
	d.problem(d.onMission(code, "nuimau", "c", map[string]any{"kind": "complete_task", "task": "ke-hoach"}), 404, "mission_unknown")
	d.problem(d.onMission(code, "xa", "c", map[string]any{"kind": "complete_task", "task": "ke-hoach"}), 403, "wrong_place")
	d.problem(d.onMission(code, "vanphong", "d", map[string]any{"kind": "report_progress", "readings": []any{map[string]any{"indicator": "ty-le-truc-tuyen", "value": 1.234}}}), 400, "bad_json")
	report := d.onMission(code, "vanphong", "f", map[string]any{"kind": "report_progress", "percent": 10, "readings": []any{map[string]any{"indicator": "ty-le-truc-tuyen", "value": 52.5}}})
	require.Equal(t, http.StatusOK, report.status, string(report.raw))
	require.Equal(t, "done", d.call(http.MethodGet, report.header.Get("Location"), "vanphong", "", nil).body["state"])

	d.now = time.Date(2026, 3, 3, 9, 1, 0, 0, calendar.Zone())
	require.NoError(t, d.engine.ring(t.Context(), code))
	late := d.call(http.MethodGet, "/v1/missions?late=true", "kstt", "", nil).body["items"].([]any)
	require.Len(t, late, 1)
	require.Equal(t, []any{"khao-sat#1"}, late[0].(map[string]any)["late"])
	told := d.call(http.MethodGet, "/v1/escalations?dossier="+code, "xa", "", nil).body["items"].([]any)
	require.Len(t, told, 1)
	require.Equal(t, "task:khao-sat#1", told[0].(map[string]any)["subject"])
	require.Equal(t, []any{"head_of_agency", "head_of_lead"}, told[0].(map[string]any)["to"])

	for _, live := range []string{"", "?live=true"} {
		m := d.call(http.MethodGet, "/v1/missions/"+code+live, "xa", "", nil)
		require.Equal(t, http.StatusOK, m.status, string(m.raw))
		require.Equal(t, `"3"`, m.header.Get("ETag"))
		require.Equal(t, "khao-sat#1", m.body["tasks"].([]any)[0].(map[string]any)["task"])
		require.Equal(t, "late", m.body["tasks"].([]any)[0].(map[string]any)["class"])
		require.InDelta(t, 52.5, m.body["indicators"].([]any)[0].(map[string]any)["actual"], 0)
		require.NotEmpty(t, m.body["next_alarm"])
		require.Equal(t, "mission_started", m.body["timeline"].([]any)[0].(map[string]any)["kind"])
	}
	for _, query := range []string{"late=yes", "open=1", "stage=sleeping", "due_before=now", "limit=0"} {
		d.problem(d.call(http.MethodGet, "/v1/missions?"+query, "kstt", "", nil), 400, "bad_query")
	}
	for query, want := range map[string]int{
		"text=ho+tro": 1, "text=khong": 0, "plan=kh-260": 0, "model=mau-01": 1, "lead=H99.01": 1, "agency=H99.20": 1, "agency=H99.14": 0,
		"stage=running": 1, "stage=closed": 0, "open=true": 1, "due_before=2026-03-01T00:00:00%2B07:00": 0,
	} {
		require.Len(t, d.call(http.MethodGet, "/v1/missions?"+query, "kstt", "", nil).body["items"], want, query)
	}
}

// An act whose fate is unknown is answered 202 and done once by the sweeper.
func TestUnknownFateOnAMission(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.startMission("m")
	d.engine.slow = true
	a := d.onMission(code, "xa", "x", map[string]any{"kind": "report_difficulty", "task": "khao-sat", "reason": "Hỏng máy"})
	require.Equal(t, http.StatusAccepted, a.status, string(a.raw))
	d.engine.slow = false
	d.now = d.now.Add(time.Minute)
	_, err := d.office.SweepActs(t.Context())
	require.NoError(t, err)
	done := d.call(http.MethodGet, a.header.Get("Location"), "xa", "", nil).body
	require.Equal(t, "done", done["state"])
	require.Equal(t, code, done["mission"])
	require.Equal(t, 1, d.engine.acts)
	require.NoError(t, d.office.AuditMission(t.Context(), code))
}

// The two plans are two lists; a place is filled by a file that another person approves.
func TestMissionModelsOverHTTP(t *testing.T) {
	t.Parallel()
	d := open(t)
	all := d.call(http.MethodGet, "/v1/mission-models", "xa", "", nil)
	require.Len(t, all.body["items"], 1)
	plans := all.body["plans"].([]any)
	require.Len(t, plans, 2)
	for i, want := range []map[string]any{{"places": 43.0, "named": 23.0, "defined": 0.0}, {"places": 44.0, "named": 0.0, "defined": 0.0}} {
		for k, n := range want {
			require.Equal(t, n, plans[i].(map[string]any)[k], k)
		}
	}
	only := d.call(http.MethodGet, "/v1/mission-models?plan=kh-260", "xa", "", nil)
	require.Len(t, only.body["plans"], 1)
	require.Empty(t, only.body["items"], "the sample fills no place")
	model := d.call(http.MethodGet, "/v1/mission-models/mau-01", "xa", "", nil)
	require.Equal(t, http.StatusOK, model.status)
	require.NotEmpty(t, model.header.Get("ETag"))
	d.problem(d.call(http.MethodGet, "/v1/mission-models/none", "xa", "", nil), 404, "model_unknown")
	sim := d.call(http.MethodPost, "/v1/mission-models/mau-01/simulation", "xa", "", map[string]any{"pace": "full", "started": "2026-03-02T09:00:00+07:00"})
	require.Equal(t, http.StatusOK, sim.status, string(sim.raw))

	source, err := os.ReadFile("../library/missions/mau-01-ho-tro-nop-ho-so.yaml")
	require.NoError(t, err)
	mine := strings.Replace(string(source), `code: "mau-01"`, "code: \"kh-260-05\"\nplan: {code: \"kh-260\", no: 5}", 1)
	wrong := d.call(http.MethodPost, "/v1/mission-models", "kstt", "w0", map[string]any{"file": strings.Replace(mine, "lead:", "leed:", 1)})
	d.problem(wrong, 422, "invalid")
	require.Contains(t, string(wrong.raw), "[unknown-key]")
	draft := d.call(http.MethodPost, "/v1/mission-models", "kstt", "w1", map[string]any{"file": mine})
	require.Equal(t, http.StatusCreated, draft.status, string(draft.raw))
	hash := draft.body["hash"].(string)
	d.problem(d.call(http.MethodPost, "/v1/mission-models/"+hash+"/approval", "kstt", "p", map[string]any{}), 403, "same_person")
	d.problem(d.call(http.MethodPost, "/v1/mission-models/"+hash+"/approval", "vanphong", "p", map[string]any{}), 403, "forbidden")
	require.Len(t, d.call(http.MethodGet, "/v1/mission-models", "kstt", "", nil).body["drafts"], 1)
	d.problem(d.call(http.MethodPost, "/v1/missions", "kstt", "s", map[string]any{"model": "kh-260-05"}), 422, "invalid")
}
