package contract_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"motcua/api"
	"motcua/office"
)

// The document, the routes and the demand for a key are one thing.
func TestDocumentIsTheRoutes(t *testing.T) {
	t.Parallel()
	d := open(t)
	var doc struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			Parameters []struct{ Name, In string } `json:"parameters"`
			Security   []any                       `json:"security"`
			Responses  map[string]any              `json:"responses"`
		} `json:"paths"`
	}
	raw := d.call(http.MethodGet, "/openapi.json", "", "", nil).raw
	require.NoError(t, json.Unmarshal(raw, &doc))
	loaded, err := openapi3.NewLoader().LoadFromData(raw)
	require.NoError(t, err)
	require.NoError(t, loaded.Validate(t.Context()))
	require.Equal(t, "3.1.0", doc.OpenAPI)
	operations := 0
	for _, p := range doc.Paths {
		operations += len(p)
	}
	require.Equal(t, len(api.Routes()), operations)
	for _, r := range api.Routes() {
		path := regexp.MustCompile(`:(\w+)`).ReplaceAllString(r.Path, "{$1}")
		op, ok := doc.Paths[path][strings.ToLower(r.Method)]
		require.True(t, ok, "%s %s is not in the document", r.Method, path)
		require.NotEmpty(t, op.Responses)
		require.Equal(t, r.Public, op.Security != nil, "%s %s: security", r.Method, path)
		keyed := slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool { return p.Name == "Idempotency-Key" })
		require.Equal(t, r.Effect, keyed, "%s %s: Idempotency-Key", r.Method, path)
	}
}

// Every route that is not public refuses callers without a key, and every answer carries the protective headers.
func TestNobodyWithoutAKey(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, r := range api.Routes() {
		path := regexp.MustCompile(`:\w+`).ReplaceAllString(r.Path, "x")
		a := d.call(r.Method, path, "", "k", map[string]any{})
		require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"), path)
		require.NotEmpty(t, a.header.Get("Content-Security-Policy"), path)
		require.NotEmpty(t, a.header.Get("X-Request-Id"), path)
		if !r.Public {
			d.problem(a, http.StatusUnauthorized, "unauthorized")
			d.problem(d.call(r.Method, path, "", "k", nil, "Authorization", "Bearer mc_motcua_wrong"), http.StatusUnauthorized, "unauthorized")
		}
	}
	d.problem(d.call(http.MethodGet, "/nowhere", "", "", nil), http.StatusNotFound, "route_unknown")
	d.problem(d.call(http.MethodDelete, "/v1/dossiers", "motcua", "", nil), http.StatusMethodNotAllowed, "method_not_allowed")
}

func TestWrongRequestsChangeNothing(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.submit("a", true)
	acts := "/v1/dossiers/" + code + "/acts"
	d.problem(d.call(http.MethodPost, "/v1/dossiers", "motcua", "b", submission(true, "don")), 422, "invalid")
	d.problem(d.call(http.MethodPost, "/v1/dossiers", "motcua", "a", submission(true, "don", "gcn", "ban-ve", "x")), 422, "idempotency_key_reused")
	d.problem(d.call(http.MethodPost, "/v1/dossiers", "motcua", "", whole(true)), 400, "idempotency_key_missing")
	d.problem(d.call(http.MethodPost, "/v1/dossiers", "motcua", "c", "{"), 400, "bad_json")
	d.problem(d.call(http.MethodPost, "/v1/dossiers", "motcua", "c", `{"nope":1}`), 400, "bad_json")
	d.problem(d.call(http.MethodPost, "/v1/dossiers", "motcua", "c", `{} {}`), 400, "bad_json")
	d.problem(d.call(http.MethodPost, "/v1/dossiers", "motcua", "c", whole(true), "Content-Type", "text/plain"), 415, "media_type")
	d.problem(d.call(http.MethodPost, acts, "motcua", "c", strings.Repeat(" ", 2<<20)), 413, "body_too_large")
	d.problem(d.call(http.MethodGet, "/v1/dossiers?limit=0", "motcua", "", nil), 400, "bad_query")
	d.problem(d.call(http.MethodGet, "/v1/dossiers?cursor=zzz", "motcua", "", nil), 400, "bad_query")
	d.problem(d.call(http.MethodGet, "/v1/calendar/due?received=x&limit=1wd", "motcua", "", nil), 400, "bad_query")
	wrong := whole(true)
	wrong["facts"] = map[string]any{"parcel.region": "moon"}
	a := d.call(http.MethodPost, "/v1/dossiers", "motcua", "c", wrong)
	d.problem(a, 422, "invalid")
	require.Contains(t, string(a.raw), "/facts/parcel.region")
	d.problem(d.act(code, "thamdinh", "c", map[string]any{"kind": "complete", "task": "tiep-nhan#1"}), 403, "wrong_place")
	d.problem(d.act(code, "nuimau", "c", map[string]any{"kind": "complete"}), 404, "dossier_unknown")
	d.problem(d.act("H99.02.01-000000-0000", "motcua", "c", map[string]any{"kind": "complete"}), 404, "dossier_unknown")
	d.problem(d.act(code, "motcua", "c", map[string]any{"kind": "return"}), 409, "wrong_state")
	d.problem(d.act(code, "motcua", "d", map[string]any{"kind": "complete"}, "If-Match", `"1"`), 412, "stale")
	d.problem(d.act(code, "motcua", "c", map[string]any{"kind": "return"}), 409, "wrong_state") // the first answer, again
	list := d.call(http.MethodGet, "/v1/dossiers", "motcua", "", nil)
	require.Len(t, list.body["items"], 1)
	require.Equal(t, "2", strings.Trim(d.call(http.MethodGet, "/v1/dossiers/"+code, "motcua", "", nil).header.Get("ETag"), `"`))
}

// A retried call is one dossier and one act.
func TestRetries(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.submit("a", true)
	require.Equal(t, code, d.submit("a", true))
	first := d.act(code, "motcua", "x", map[string]any{"kind": "complete"}, "If-Match", `"2"`)
	require.Equal(t, http.StatusOK, first.status, string(first.raw))
	again := d.act(code, "motcua", "x", map[string]any{"kind": "complete"}, "If-Match", `"2"`)
	require.Equal(t, first.body, again.body)
	require.Equal(t, 1, d.engine.acts)
}

// Temporal down: intake goes on and prints its date, acts are refused before anything is written.
func TestEngineDown(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.engine.down = true
	a := d.call(http.MethodPost, "/v1/dossiers", "motcua", "a", whole(true))
	require.Equal(t, http.StatusCreated, a.status, string(a.raw))
	require.Equal(t, "2026-03-18T17:00:00+07:00", a.body["due"])
	code := a.body["code"].(string)
	refused := d.act(code, "motcua", "x", map[string]any{"kind": "complete"})
	d.problem(refused, http.StatusServiceUnavailable, "engine_down")
	require.NotEmpty(t, refused.header.Get("Retry-After"))
	live := d.call(http.MethodGet, "/v1/dossiers/"+code+"?live=true", "motcua", "", nil)
	require.Equal(t, "read_model", live.body["as_of"].(map[string]any)["source"], "falls back, and says so")
	d.engine.down = false
	require.Equal(t, http.StatusOK, d.act(code, "motcua", "x", map[string]any{"kind": "complete"}).status)
}

// An act whose fate is unknown is answered 202 and done once by the sweeper, with the same id.
func TestUnknownFate(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.submit("a", true)
	d.engine.slow = true
	a := d.act(code, "motcua", "x", map[string]any{"kind": "complete"})
	require.Equal(t, http.StatusAccepted, a.status, string(a.raw))
	where := a.header.Get("Location")
	require.Equal(t, "pending", d.call(http.MethodGet, where, "motcua", "", nil).body["state"])
	d.problem(d.call(http.MethodGet, where, "thamdinh", "", nil), 404, "act_unknown")
	d.engine.slow = false
	d.now = d.now.Add(time.Minute)
	n, err := d.office.SweepActs(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, "done", d.call(http.MethodGet, where, "motcua", "", nil).body["state"])
	require.Equal(t, "done", d.act(code, "motcua", "x", map[string]any{"kind": "complete"}).body["state"])
	require.Equal(t, 1, d.engine.acts)
	require.NoError(t, d.office.Audit(t.Context(), code), "the read model is what the events lead to")
}

// Every use case asks the policy: an action is refused as forbidden to exactly the roles that the table does not name. The
// table itself is held to the house's law in package office.
func TestWholePolicy(t *testing.T) {
	t.Parallel()
	d := open(t)
	code, mission := d.submit("a", true), d.startMission("m")
	for _, line := range office.Policy() {
		for _, role := range office.Roles() {
			p := office.Principal{ID: role, Officer: "cb", Agency: "H99", Roles: []string{role}, All: true}
			err := d.attempt(p, line.Action, code, mission)
			allowed := err == nil || office.ProblemOf(err).Code != "forbidden"
			require.Equal(t, slices.Contains(line.Roles, role), allowed, "%s as %s: %v", line.Action, role, err)
		}
	}
}

// attempt does an action in the office's own terms; what else is wrong with it does not matter here.
func (d *desk) attempt(p office.Principal, action, code, mission string) (err error) {
	ctx := d.t.Context()
	switch action {
	case "version.read_drafts":
		_, _, err = d.office.Versions(ctx, p, office.VersionFilter{State: "draft"})
	case "version.draft":
		_, err = d.office.DraftVersion(ctx, p, office.VersionDraft{}, "k")
	case "version.check", "version.approve", "version.publish", "version.repeal", "version.withdraw":
		_, err = d.office.ActOnVersion(ctx, p, d.version(), office.VersionActBody{Kind: strings.TrimPrefix(action, "version.")}, fmt.Sprint(p.ID, action), 0)
	case "decision.record":
		_, err = d.office.RecordDecision(ctx, p, office.PublicationDecision{}, "k")
	case "dossiers.move":
		_, err = d.office.Moves(ctx, p)
	case "mission.read":
		_, err = d.office.ShowMission(ctx, p, mission, false)
	case "mission.write":
		_, err = d.office.WriteMission(ctx, p, "", "k")
	case "mission.approve":
		_, err = d.office.ApproveMission(ctx, p, "none")
	case "mission.start":
		_, err = d.office.StartMission(ctx, p, office.MissionStart{Model: "none"}, "k")
	case "submit":
		_, err = d.office.Submit(ctx, p, office.Submission{Procedure: "none"}, "k")
	case "read":
		_, err = d.office.Show(ctx, p, code, false)
	case "read_person":
		var v office.Detail
		if v, err = d.office.Show(ctx, p, code, false); err == nil && v.Applicant == nil {
			err = &office.Problem{Code: "forbidden"}
		}
	case "comment":
		_, err = d.office.Comment(ctx, p, code, "", "k")
	case "attach":
		_, err = d.office.Attach(ctx, p, code, office.Attachment{}, "k")
	case "procedures":
		_, err = d.office.Procedure(ctx, p, "1.012784")
	case "catalogue_import":
		_, err = d.office.ImportCatalogue(ctx, p, office.CatalogueFile{Body: strings.NewReader("{}\n")}, "k")
	case "escalations":
		_, _, err = d.office.Escalations(ctx, p, code, 10, "")
	case "findings":
		_, _, err = d.office.Findings(ctx, p, office.FindingFilter{})
	case "check":
		_, err = d.office.OrderCheck(ctx, p, "k")
	case "operate":
		if !p.Is(office.RoleAdmin) { // no use case yet beyond the command line
			err = &office.Problem{Code: "forbidden"}
		}
	default:
		if kind, ok := strings.CutPrefix(action, "mission."); ok {
			_, err = d.office.ActOnMission(ctx, p, mission, office.MissionActBody{Kind: kind, Task: "none#9"}, fmt.Sprint(p.ID, action), 99)
			break
		}
		_, err = d.office.Act(ctx, p, code, office.ActBody{Kind: action, Task: "none#9"}, fmt.Sprint(p.ID, action), 99)
	}
	return err
}

// Personal data never leaves for those who may not read it, nor into what the engine is given.
func TestPersonalDataStaysInside(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.submit("a", true)
	for who, sees := range map[string]bool{"motcua": true, "thamdinh": true, "kstt": false, "thanhtra": true} {
		for _, path := range []string{"/v1/dossiers/" + code, "/v1/dossiers"} {
			a := d.call(http.MethodGet, path, who, "", nil)
			require.Equal(t, http.StatusOK, a.status, string(a.raw))
			require.Equal(t, sees, strings.Contains(string(a.raw), "Nguyễn Văn Mẫu"), "%s %s", who, path)
		}
	}
	r, err := d.office.Rebuild(t.Context(), code)
	require.NoError(t, err)
	start, err := json.Marshal(r.Start)
	require.NoError(t, err)
	for _, canary := range []string{"Nguyễn", "Mẫu", "026100000089"} {
		require.NotContains(t, string(start), canary, "nothing personal reaches a workflow")
	}
}

func TestListsAndCatalogue(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.submit("a", true)
	d.submit("b", false)
	for query, want := range map[string]int{
		"text=nguyen+van": 2, "text=tran": 0, "status=2": 1, "status=1": 1, "open=true": 2, "agency=H99.14.01.01": 2, "agency=H99.20": 0,
		"procedure=1.012784": 2, "due_before=2026-03-01T00:00:00%2B07:00": 0, "text=" + code: 1,
	} {
		who := "kstt"
		if strings.HasPrefix(query, "text=") { // the control office may not read persons, nor look for them
			who = "thanhtra"
		}
		a := d.call(http.MethodGet, "/v1/dossiers?"+query, who, "", nil)
		require.Equal(t, http.StatusOK, a.status, string(a.raw))
		require.Len(t, a.body["items"], want, query)
	}
	tasks := d.call(http.MethodGet, "/v1/tasks", "motcua", "", nil).body["items"].([]any)
	require.Len(t, tasks, 1)
	require.EqualValues(t, 240, tasks[0].(map[string]any)["remaining_minutes"], "half a working day")
	require.Contains(t, string(d.call(http.MethodGet, "/v1/procedures/1.012784/drawing", "motcua", "", nil).raw), "<svg")
	require.Contains(t, string(d.call(http.MethodGet, "/docs", "", "", nil).raw), "/v1/dossiers/{code}/acts")
	due := d.call(http.MethodGet, "/v1/calendar/due?received=2026-11-23T09:00:00%2B07:00&limit=1wd", "motcua", "", nil)
	require.Equal(t, "2026-11-25T17:00:00+07:00", due.body["due"], string(due.raw))
	require.Contains(t, string(due.raw), "Ngày Văn hóa Việt Nam", "the ground of each day is told")
	sim := d.call(http.MethodPost, "/v1/procedures/1.012784/simulation", "motcua", "", map[string]any{"pace": "full", "received": "2026-03-02T09:00:00+07:00"})
	require.Equal(t, http.StatusOK, sim.status, string(sim.raw))
	require.NotEqual(t, "late", sim.body["view"].(map[string]any)["verdict"].(map[string]any)["class"])
	note := d.call(http.MethodPost, "/v1/dossiers/"+code+"/comments", "motcua", "n", map[string]any{"text": "Đã gọi điện."})
	require.Equal(t, http.StatusCreated, note.status, string(note.raw))
	require.Len(t, d.call(http.MethodGet, "/v1/dossiers/"+code+"/comments", "thamdinh", "", nil).body["items"], 1)
}
