package office_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
	"motcua/office"
)

// pilot is the sample model, led by the office of the province and helped by the commune of Sông Mẫu; the tax office is the only
// one of its type.
func pilot() office.MissionStart {
	return office.MissionStart{Model: "mau-01", Agencies: map[string]string{"ubnd-xa": "H99.31"}, Reason: "Thí điểm"}
}

func (d *desk) begin(key string) string {
	d.t.Helper()
	r, err := d.StartMission(d.t.Context(), d.as("kstt"), pilot(), key)
	require.NoError(d.t, err)
	d.started(r.Code)
	return r.Code
}

func (d *desk) mission(who, code, key string, b office.MissionActBody) (office.Answer, error) {
	d.t.Helper()
	return d.ActOnMission(d.t.Context(), d.as(who), code, b, key, 0)
}

func (d *desk) done(who, code, key string, b office.MissionActBody) office.Answer {
	d.t.Helper()
	a, err := d.mission(who, code, key, b)
	require.NoError(d.t, err)
	require.Equal(d.t, office.ActDone, a.State)
	require.Equal(d.t, code, a.Mission)
	require.Empty(d.t, a.Dossier)
	return a
}

func (d *desk) shown(who, code string) office.MissionDetail {
	d.t.Helper()
	v, err := d.ShowMission(d.t.Context(), d.as(who), code, false)
	require.NoError(d.t, err)
	return v
}

func on(v office.MissionDetail, key string) office.MissionTask {
	for _, t := range v.Tasks {
		if t.Task == key {
			return t
		}
	}
	return office.MissionTask{}
}

func TestMissionFromStartToClose(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.begin("k")
	require.Equal(t, "H99.01-NV26-0001", code)
	again, err := d.StartMission(t.Context(), d.as("kstt"), pilot(), "k")
	require.NoError(t, err)
	require.Equal(t, code, again.Code, "a retry starts nothing")
	other := pilot()
	other.Reason = "khác"
	_, err = d.StartMission(t.Context(), d.as("kstt"), other, "k")
	problem(t, err, http.StatusUnprocessableEntity, "idempotency_key_reused")

	v := d.shown("vanphong", code)
	require.Equal(t, "Hỗ trợ người dân nộp hồ sơ trực tuyến tại xã (mẫu)", v.Name)
	require.Equal(t, "Khảo sát nhanh thiết bị, đường truyền", on(v, "khao-sat#1").Name)
	require.Equal(t, "H99.31", on(v, "khao-sat#1").Agency)
	require.Equal(t, "H99.20", on(v, "doi-chieu#1").Agency, "the only agency of its type needs no naming")
	require.Equal(t, "Thí điểm", v.Texts[v.Timeline[0].Act].Reason)

	d.now = at(2, 14, 0)
	file := &office.Evidence{Name: "ke-hoach.pdf", MediaType: "application/pdf", Size: 10, SHA256: strings.Repeat("0a", 32)}
	d.done("vanphong", code, "a1", office.MissionActBody{Kind: mission.ActAttachEvidence, Task: "ke-hoach", File: file, Document: "12/KH"})
	first := d.done("vanphong", code, "a2", office.MissionActBody{Kind: mission.ActCompleteTask, Task: "ke-hoach"})
	retry := d.done("vanphong", code, "a2", office.MissionActBody{Kind: mission.ActCompleteTask, Task: "ke-hoach"})
	require.Equal(t, first.Revision, retry.Revision)
	d.done("kstt", code, "a3", office.MissionActBody{Kind: mission.ActAcceptTask, Task: "ke-hoach"})
	d.done("xa", code, "a4", office.MissionActBody{Kind: mission.ActReportDifficulty, Task: "khao-sat", Reason: "Đường truyền hỏng"})
	v = d.shown("xa", code)
	require.Equal(t, mission.StatusAccepted, on(v, "ke-hoach#1").Status)
	require.Equal(t, dossier.ClassEarly, on(v, "ke-hoach#1").Class)
	require.Equal(t, mission.StatusDifficulty, on(v, "khao-sat#1").Status)
	last := v.Timeline[len(v.Timeline)-1]
	require.Equal(t, "Đường truyền hỏng", v.Texts[last.Act].Reason, "what was written stays in the database, and is shown")
	require.Equal(t, file, v.Texts[v.Timeline[1].Act].File)
	require.NotContains(t, text(t, v.Timeline), "Đường truyền", "and in no event")
	live, err := d.ShowMission(t.Context(), d.as("xa"), code, true)
	require.NoError(t, err)
	require.Equal(t, office.FromWorkflow, live.AsOf.Source)
	require.JSONEq(t, text(t, v.View), text(t, live.View))
	require.NoError(t, d.AuditMission(t.Context(), code))

	d.done("vanphong", code, "a5", office.MissionActBody{Kind: mission.ActReportProgress, Percent: new(int), Readings: []mission.Reading{{Indicator: "ty-le-truc-tuyen", Value: 8250}}})
	_, err = d.mission("kstt", code, "a6", office.MissionActBody{Kind: mission.ActClose})
	problem(t, err, http.StatusConflict, "not_settled")
	d.done("kstt", code, "a7", office.MissionActBody{Kind: mission.ActCancel, Reason: "Hết thí điểm"})
	_, err = d.mission("vanphong", code, "a8", office.MissionActBody{Kind: mission.ActReportDifficulty, Reason: "x"})
	problem(t, err, http.StatusConflict, "closed")
	require.Equal(t, mission.StageCancelled, d.shown("thanhtra", code).Stage)
	state, err := d.ActState(t.Context(), d.as("kstt"), actOf(d.shown("kstt", code), "mission_cancelled"))
	require.NoError(t, err)
	require.Equal(t, mission.StageCancelled, state.Stage)
	require.Equal(t, code, state.Mission)
}

func actOf(v office.MissionDetail, kind string) string {
	for _, e := range v.Timeline {
		if e.Body.Kind() == kind {
			return e.Act
		}
	}
	return ""
}

// Who stands where: cooperating agencies act on their own tasks, the lead on its own and accepts theirs, the control office accepts
// the lead's, and only who stands above the lead gives more time.
func TestStandingOnMissions(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.begin("k")
	d.now = at(2, 14, 0)
	ask := func(task string) office.MissionActBody {
		return office.MissionActBody{Kind: mission.ActAskMoreTime, Task: task, Reason: "Cần thêm", Until: calendar.NewDate(2026, 3, 20)}
	}
	for i, c := range []struct {
		who  string
		body office.MissionActBody
		want string
	}{
		{"vanphong", office.MissionActBody{Kind: mission.ActCompleteTask, Task: "khao-sat"}, "wrong_place"},
		{"thue", office.MissionActBody{Kind: mission.ActCompleteTask, Task: "khao-sat#1"}, "wrong_place"},
		{"xa", office.MissionActBody{Kind: mission.ActReportProgress, Percent: new(int)}, "wrong_place"},
		{"xa", office.MissionActBody{Kind: mission.ActCompleteTask, Task: "ke-hoach"}, "wrong_place"},
		{"kstt", office.MissionActBody{Kind: mission.ActCompleteTask, Task: "khao-sat"}, "forbidden"},
		{"motcua", office.MissionActBody{Kind: mission.ActCompleteTask, Task: "khao-sat"}, "mission_unknown"},
		{"nuimau", office.MissionActBody{Kind: mission.ActCompleteTask, Task: "khao-sat"}, "mission_unknown"},
		{"thanhtra", office.MissionActBody{Kind: mission.ActClose}, "forbidden"},
		{"vanphong", office.MissionActBody{Kind: mission.ActClose}, "forbidden"},
		{"kstt", office.MissionActBody{Kind: mission.ActStart}, "forbidden"},
		{"xa", ask("khao-sat"), ""},
		{"vanphong", office.MissionActBody{Kind: mission.ActGrantMoreTime, Task: "khao-sat"}, "wrong_place"},
		{"kstt", office.MissionActBody{Kind: mission.ActGrantMoreTime, Task: "khao-sat"}, "forbidden"},
		{"chutich", office.MissionActBody{Kind: mission.ActGrantMoreTime, Task: "khao-sat", Document: "5/CV"}, ""},
		{"xa", office.MissionActBody{Kind: mission.ActCompleteTask, Task: "khao-sat"}, ""},
		{"xa", office.MissionActBody{Kind: mission.ActAcceptTask, Task: "khao-sat"}, "wrong_place"},
		{"vanphong", office.MissionActBody{Kind: mission.ActAcceptTask, Task: "khao-sat"}, ""},
		{"vanphong", office.MissionActBody{Kind: mission.ActAttachEvidence, Task: "ke-hoach", Document: "1/KH"}, ""},
		{"vanphong", office.MissionActBody{Kind: mission.ActCompleteTask, Task: "ke-hoach"}, ""},
		{"vanphong", office.MissionActBody{Kind: mission.ActAcceptTask, Task: "ke-hoach"}, "wrong_place"},
		{"kstt", office.MissionActBody{Kind: mission.ActReopenTask, Task: "ke-hoach", Reason: "Thiếu phụ lục"}, ""},
		{"xa", office.MissionActBody{Kind: mission.ActReportProgress, Task: "bao-cao-tuan", Reason: "Tuần đầu"}, ""},
	} {
		_, err := d.mission(c.who, code, "s"+string(rune('a'+i)), c.body)
		if c.want == "" {
			require.NoError(t, err, "%d: %s %s", i, c.who, c.body.Kind)
			continue
		}
		require.Error(t, err, "%d: %s %s", i, c.who, c.body.Kind)
		require.Equal(t, c.want, office.ProblemOf(err).Code, "%d: %s %s: %v", i, c.who, c.body.Kind, err)
	}
	v := on(d.shown("kstt", code), "khao-sat#1")
	require.Equal(t, "2026-03-20 17:00", v.DueAt.Format("2006-01-02 15:04"))
	require.True(t, v.Extended)
}

func TestMissionStartIsChecked(t *testing.T) {
	t.Parallel()
	d := open(t)
	start := func(who string, m office.MissionStart) error {
		_, err := d.StartMission(t.Context(), d.as(who), m, who+m.Model+m.Lead)
		return err
	}
	problem(t, start("vanphong", pilot()), http.StatusForbidden, "forbidden")
	p := problem(t, start("kstt", office.MissionStart{Model: "none"}), http.StatusUnprocessableEntity, "invalid")
	require.Equal(t, "/model", p.Errors[0].Pointer)
	p = problem(t, start("kstt", office.MissionStart{Model: "mau-01", Lead: "H99.14", Agencies: map[string]string{"cong-an": "H99.20"}}), http.StatusUnprocessableEntity, "invalid")
	require.Len(t, p.Errors, 3, "everything at once")
	require.Contains(t, p.Errors[1].Detail, "H99.31, H99.32", "what may be chosen")
	d.now = time.Date(2090, 3, 2, 9, 0, 0, 0, calendar.Zone())
	require.Error(t, start("kstt", pilot()), "beyond the calendar")
}

func TestMissionForms(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.begin("k")
	p := d.as("xa")
	body := office.MissionActBody{Kind: mission.ActReportDifficulty, Task: "khao-sat", Reason: "x"}
	_, err := d.ActOnMission(t.Context(), p, code, body, "a", 7)
	problem(t, err, http.StatusPreconditionFailed, "stale")
	_, err = d.ActOnMission(t.Context(), p, code, body, "b", 1)
	require.NoError(t, err)
	_, err = d.mission("xa", code, "c", office.MissionActBody{
		Kind: mission.ActReportDifficulty, Reason: strings.Repeat("a", 8001), Document: strings.Repeat("a", 201), Task: "khao-sat",
		File: &office.Evidence{Name: "../x", MediaType: "pdf", Size: -1, SHA256: "X"},
	})
	require.Len(t, problem(t, err, http.StatusUnprocessableEntity, "invalid").Errors, 7, "everything at once")
	_, err = d.mission("xa", code, "d", office.MissionActBody{Kind: mission.ActCompleteTask, Task: "khao-sat", Reason: "x"})
	require.NoError(t, err)
	_, err = d.mission("xa", code, "d", office.MissionActBody{Kind: mission.ActCompleteTask, Task: "khao-sat"})
	problem(t, err, http.StatusUnprocessableEntity, "idempotency_key_reused")
	_, err = d.mission("xa", code, "e", office.MissionActBody{Kind: mission.ActAttachEvidence, Task: "khao-sat"})
	require.Equal(t, "/document", problem(t, err, http.StatusUnprocessableEntity, "evidence_empty").Errors[0].Pointer)
}

// A lost Temporal is rebuilt from the events alone, missions as well as dossiers; what is pending is asked again.
func TestMissionsAreRepaired(t *testing.T) {
	t.Parallel()
	d := open(t)
	ended, code := d.begin("1"), d.begin("2")
	d.take(hourly(), "k")
	d.done("kstt", ended, "e", office.MissionActBody{Kind: mission.ActCancel, Reason: "x"})
	r, err := d.Reconcile(t.Context(), false)
	require.NoError(t, err)
	require.Equal(t, office.Reconciled{Open: 2}, r)
	d.engine.set(func(*engine) { d.missions.running = map[string]*missionMachine{} })
	r, err = d.Reconcile(t.Context(), true)
	require.NoError(t, err)
	require.Equal(t, []string{code}, r.Started)
	d.started(code)
	d.done("xa", code, "a", office.MissionActBody{Kind: mission.ActReportDifficulty, Reason: "x", Task: "khao-sat"})
	require.NoError(t, d.AuditMission(t.Context(), code))

	for name, outage := range map[string]func(e *engine, on bool){
		"done, answer lost": func(e *engine, on bool) { e.slow = on },
		"never seen":        func(e *engine, on bool) { e.hung = on },
	} {
		d.engine.set(func(e *engine) { outage(e, true) })
		acts := d.engine.acts
		a, err := d.mission("xa", code, name, office.MissionActBody{Kind: mission.ActReportDifficulty, Reason: name, Task: "khao-sat"})
		require.NoError(t, err)
		require.Equal(t, office.ActPending, a.State)
		require.Equal(t, code, a.Mission)
		d.engine.set(func(e *engine) { outage(e, false) })
		d.now = d.now.Add(time.Minute)
		_, err = d.SweepActs(t.Context())
		require.NoError(t, err)
		state, err := d.ActState(t.Context(), d.as("xa"), a.Act)
		require.NoError(t, err)
		require.Equal(t, office.ActDone, state.State)
		require.Equal(t, acts+1, d.engine.acts, name)
	}
	d.engine.set(func(e *engine) { e.down = true })
	down, err := d.StartMission(t.Context(), d.as("kstt"), pilot(), "3")
	require.NoError(t, err, "a mission is started with the engine down")
	d.started(down.Code)
	_, err = d.again().ActOnMission(t.Context(), d.as("xa"), code, office.MissionActBody{Kind: mission.ActReportDifficulty, Reason: "y", Task: "khao-sat"}, "z", 0)
	problem(t, err, http.StatusServiceUnavailable, "engine_down")
	d.engine.set(func(e *engine) { e.down = false })
	d.done("xa", down.Code, "f", office.MissionActBody{Kind: mission.ActReportDifficulty, Reason: "y", Task: "khao-sat"})
}

// Let a task fall due and see who is told, and what the lists say.
func TestMissionsThatAreLate(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.begin("k")
	list := func(who string, f office.MissionFilter) []office.MissionLine {
		t.Helper()
		f.Limit = 50
		rows, _, err := d.ListMissions(t.Context(), d.as(who), f)
		require.NoError(t, err)
		return rows
	}
	require.Empty(t, list("kstt", office.MissionFilter{Late: true}))
	require.Equal(t, []string{"khao-sat#1", "bao-cao-tuan#1"}, list("kstt", office.MissionFilter{})[0].Open[:2])
	d.now = at(3, 9, 1)
	d.missions.ring(t, code)
	rows := list("kstt", office.MissionFilter{Late: true})
	require.Len(t, rows, 1)
	require.Equal(t, []string{"khao-sat#1"}, rows[0].Late)
	require.Empty(t, list("nuimau", office.MissionFilter{}), "out of scope")
	for who, sees := range map[string]bool{"xa": true, "thue": true, "vanphong": true, "chutich": true, "thanhtra": true} {
		require.Equal(t, sees, len(list(who, office.MissionFilter{Open: true})) == 1, who)
	}
	rungs, _, err := d.Escalations(t.Context(), d.as("xa"), code, 10, "")
	require.NoError(t, err)
	require.Equal(t, "den-han", rungs[0].Rung)
	require.Equal(t, dossier.ClassLate, on(d.shown("xa", code), "khao-sat#1").Class)
	_, err = d.ShowMission(t.Context(), d.as("nuimau"), code, false)
	problem(t, err, http.StatusNotFound, "mission_unknown")
	_, err = d.ShowMission(t.Context(), d.as("quantri"), code, false)
	problem(t, err, http.StatusForbidden, "forbidden")
	_, _, err = d.ListMissions(t.Context(), d.as("motcua"), office.MissionFilter{})
	problem(t, err, http.StatusForbidden, "forbidden")
}

const slotFile = `motcua: 1
kind: mission
code: "kh-260-05"
name: Một mô hình của kế hoạch
plan: {code: "kh-260", no: 5}
lead: van-phong-ubnd
tasks: [{id: viec, name: Việc, after: 3wd}]
reports: [{id: bao-cao, name: Báo cáo, every: {week: friday}, times: 4}]
escalation: mission
`

// A place of the plan is filled by a file that one person writes and another approves; until then nothing is started from it.
func TestFillingAPlan(t *testing.T) {
	t.Parallel()
	d := open(t)
	plans := func() map[string]office.MissionPlanLine {
		t.Helper()
		all, err := d.MissionModels(t.Context(), d.as("thue"), "")
		require.NoError(t, err)
		out := map[string]office.MissionPlanLine{}
		for _, p := range all.Plans {
			out[p.Code] = p
		}
		require.Empty(t, all.Drafts, "drafts are their writers' business")
		return out
	}
	before := plans()
	require.Equal(t, []int{43, 23, 0}, []int{before["dm-mau-43"].Places, before["dm-mau-43"].Named, before["dm-mau-43"].Defined})
	require.Equal(t, []int{44, 0, 0}, []int{before["kh-260"].Places, before["kh-260"].Named, before["kh-260"].Defined}, "the first is never counted as the second")
	require.Equal(t, office.SlotNamed, before["dm-mau-43"].Slots[0].State)
	require.Equal(t, office.SlotEmpty, before["kh-260"].Slots[0].State)

	_, err := d.WriteMission(t.Context(), d.as("xa"), strings.Replace(slotFile, "no: 5", "no: 45", 1), "w")
	require.Contains(t, problem(t, err, http.StatusUnprocessableEntity, "invalid").Errors[0].Detail, "[plan-place]")
	_, err = d.WriteMission(t.Context(), d.as("thue"), slotFile, "w")
	problem(t, err, http.StatusForbidden, "forbidden")
	for range 2 {
		line, err := d.WriteMission(t.Context(), d.as("kstt"), slotFile, "w")
		require.NoError(t, err)
		require.Equal(t, []string{"model", "kh-260-05", "cb03", ""}, []string{line.Kind, line.Code, line.Author, line.ApprovedBy})
	}
	_, err = d.WriteMission(t.Context(), d.as("kstt"), strings.Replace(slotFile, "3wd", "4wd", 1), "w")
	problem(t, err, http.StatusUnprocessableEntity, "idempotency_key_reused")
	_, err = d.StartMission(t.Context(), d.as("kstt"), office.MissionStart{Model: "kh-260-05"}, "s")
	require.Equal(t, "/model", problem(t, err, http.StatusUnprocessableEntity, "invalid").Errors[0].Pointer, "nobody approved it")
	all, err := d.MissionModels(t.Context(), d.as("kstt"), "")
	require.NoError(t, err)
	require.Len(t, all.Drafts, 1)
	hash := all.Drafts[0].Hash
	_, err = d.ApproveMission(t.Context(), d.as("kstt"), hash)
	problem(t, err, http.StatusForbidden, "same_person")
	_, err = d.ApproveMission(t.Context(), d.as("vanphong"), hash)
	problem(t, err, http.StatusForbidden, "forbidden")
	_, err = d.ApproveMission(t.Context(), d.as("kstt"), "none")
	problem(t, err, http.StatusNotFound, "model_unknown")
	second := office.Principal{ID: "kstt-2", Officer: "cb04", Agency: "H99.01", Roles: []string{office.RoleControl}, All: true}
	for range 2 {
		line, err := d.ApproveMission(t.Context(), second, hash)
		require.NoError(t, err)
		require.Equal(t, "cb04", line.ApprovedBy)
	}
	after := plans()
	require.Equal(t, 1, after["kh-260"].Defined)
	require.Equal(t, []string{office.SlotDefined, "kh-260-05"}, []string{after["kh-260"].Slots[4].State, after["kh-260"].Slots[4].Model})
	require.Zero(t, after["dm-mau-43"].Defined)
	r, err := d.StartMission(t.Context(), d.as("kstt"), office.MissionStart{Model: "kh-260-05"}, "s2")
	require.NoError(t, err)
	d.started(r.Code)
	rows, _, err := d.ListMissions(t.Context(), d.as("kstt"), office.MissionFilter{Plan: "kh-260", Limit: 10})
	require.NoError(t, err)
	require.Equal(t, &mission.Place{Code: "kh-260", No: 5}, rows[0].Plan)

	// A plan is filled the same way.
	line, err := d.WriteMission(t.Context(), d.as("kstt"), "motcua: 1\nkind: mission-plan\ncode: \"kh-nho\"\nname: Kế hoạch nhỏ\nmodels: [{no: 1}]\n", "p")
	require.NoError(t, err)
	require.Equal(t, "plan", line.Kind)
	_, ok := plans()["kh-nho"]
	require.False(t, ok)
	_, err = d.ApproveMission(t.Context(), second, line.Hash)
	require.NoError(t, err)
	require.Equal(t, 1, plans()["kh-nho"].Places)
	_, err = d.WriteMission(t.Context(), d.as("kstt"), "kind: mission-plan\n", "q")
	problem(t, err, http.StatusUnprocessableEntity, "invalid")
}

func TestMissionModelAndSimulation(t *testing.T) {
	t.Parallel()
	d := open(t)
	m, err := d.MissionModel(t.Context(), d.as("xa"), "mau-01")
	require.NoError(t, err)
	require.Equal(t, "sample", m.Origin)
	_, err = d.MissionModel(t.Context(), d.as("xa"), "none")
	problem(t, err, http.StatusNotFound, "model_unknown")
	out, err := d.SimulateMission(t.Context(), d.as("xa"), "mau-01", office.MissionSimulation{Pace: "full"})
	require.NoError(t, err)
	require.NotEmpty(t, out.Moments)
	_, err = d.SimulateMission(t.Context(), d.as("xa"), "mau-01", office.MissionSimulation{Pace: "quick"})
	problem(t, err, http.StatusUnprocessableEntity, "invalid")
	rows, _, err := d.ListMissions(t.Context(), d.as("kstt"), office.MissionFilter{Limit: 10})
	require.NoError(t, err)
	require.Empty(t, rows, "a simulation starts nothing")
}
