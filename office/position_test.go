package office_test

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/models"
	"motcua/office"
)

const branch = "H99.14.01.01"

// officer is a principal of an agency with what is below it.
func (d *desk) officer(id, agency string, roles ...string) office.Principal {
	d.t.Helper()
	scope, err := d.store.Subtree(d.t.Context(), agency)
	require.NoError(d.t, err)
	return office.Principal{ID: id + "@" + agency, Officer: id, Agency: agency, Roles: roles, Scope: scope}
}

// appraised is a dossier whose open task is tra-cuu#1, a chuyen-vien's at the branch.
func (d *desk) appraised(key string) string {
	d.t.Helper()
	code := d.take(hourly(), key).Code
	d.must("motcua", code, key+"/1", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
	return code
}

// A step is for those who hold its position in its agency, and for their superiors.
func TestStepIsForItsPosition(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, c := range map[string]struct {
		p    office.Principal
		want string
	}{
		"holds it":                            {d.officer("cb19", branch, office.RoleHandler), ""},
		"surveyor of the same agency":         {d.officer("cb20", branch, office.RoleHandler), "wrong_position"},
		"head of unit":                        {d.officer("cb17", branch, office.RoleHandler), ""},
		"head of agency":                      {d.officer("cb16", branch, office.RoleLeader), ""},
		"leader of the agency above":          {d.officer("cb15", "H99.14.01", office.RoleLeader), ""},
		"leader of the province":              {d.officer("cb01", "H99", office.RoleLeader), ""},
		"handler of the agency above":         {d.officer("cb15", "H99.14.01", office.RoleHandler), "wrong_position"},
		"leader's key, no position there":     {d.officer("cb20", branch, office.RoleLeader), "wrong_position"},
		"holds it in another branch":          {d.officer("cb24", "H99.14.01", office.RoleHandler), "wrong_position"},
		"nobody":                              {d.officer("", branch, office.RoleHandler), "wrong_position"},
		"not in the organisation":             {d.officer("máy", branch, office.RoleHandler), "wrong_position"},
		"everywhere, without a lead":          {office.Principal{ID: "a", Officer: "cb09", All: true, Roles: []string{office.RoleHandler}}, "wrong_position"},
		"everywhere and everything":           {office.Principal{ID: "b", Officer: "cb09", Agency: "H99", All: true, Roles: []string{office.RoleOneStop, office.RoleHandler, office.RoleLeader}}, ""},
		"sees all, leads elsewhere":           {office.Principal{ID: "c", Officer: "cb02", Agency: "H99.01", All: true, Scope: []string{"H99.01"}, Roles: []string{office.RoleControl, office.RoleLeader}}, "wrong_place"},
		"of the desk, though head of it":      {d.officer("cb08", "H99.02.01", office.RoleOneStop), "wrong_place"},
		"of the desk and an agency not there": {d.officer("cb09", "H99.99", office.RoleOneStop), "dossier_unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			code := d.appraised(name)
			acts := d.engine.acts
			_, err := d.Act(t.Context(), c.p, code, office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"}, name, 0)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.Equal(t, c.want, office.ProblemOf(err).Code)
			require.Equal(t, acts, d.engine.acts)
		})
	}
}

// The refusal names the position and who holds it.
func TestWrongPositionSaysWhose(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.appraised("k")
	_, err := d.Act(t.Context(), d.officer("cb21", branch, office.RoleHandler), code, office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"}, "a", 0)
	p := problem(t, err, http.StatusForbidden, "wrong_position")
	for _, part := range []string{"tra-cuu#1", "chuyen-vien", "Chi nhánh Văn phòng đăng ký đất đai Sông Mẫu", branch, "Vũ Thị Long", "cb18", "cb19"} {
		require.Contains(t, p.Detail, part)
	}
	for _, id := range []string{"cb18", "cb19"} {
		require.NoError(t, d.store.EndPosting(t.Context(), id, branch, "chuyen-vien", d.now))
	}
	_, err = d.do("thamdinh", code, "b", office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"})
	require.Contains(t, problem(t, err, http.StatusForbidden, "wrong_position").Detail, "chưa có ai", "a vacant position says so")
	d.must("lanhdao", code, "c", office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"})
}

// Positions and substitutions count on the legal date, to the instant.
func TestPositionIsDated(t *testing.T) {
	t.Parallel()
	d := open(t)
	monday := at(2, 0, 0)
	require.NoError(t, d.store.SaveOrganisation(t.Context(), models.Organisation{Substitutions: []models.Substitution{
		{ID: "s1", Officer: "cb18", Substitute: "cb20", Agency: branch, Role: "chuyen-vien", From: monday.AddDate(0, 0, 1), Until: monday.AddDate(0, 0, 2), Document: "01/GUQ"},
	}}))
	surveyor := d.officer("cb20", branch, office.RoleHandler)
	try := func(p office.Principal, key string) error {
		code := d.appraised(key)
		_, err := d.Act(t.Context(), p, code, office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"}, key, 0)
		return err
	}
	for _, c := range []struct {
		at  time.Time
		may bool
	}{{at(2, 16, 59), false}, {at(3, 0, 0), true}, {at(3, 16, 59), true}, {at(4, 0, 0), false}} {
		d.now = c.at
		err := try(surveyor, "s"+c.at.Format("0215"))
		require.Equal(t, c.may, err == nil, "%s: %v", c.at, err)
		require.NoError(t, try(d.as("thamdinh"), "h"+c.at.Format("0215")), "who is substituted keeps his position")
	}
	require.NoError(t, d.store.EndPosting(t.Context(), "cb18", branch, "chuyen-vien", at(5, 9, 0)))
	d.now = at(5, 8, 59)
	require.NoError(t, try(d.as("thamdinh"), "before"))
	d.now = at(5, 9, 0)
	problem(t, try(d.as("thamdinh"), "after"), http.StatusForbidden, "wrong_position")
}

// Whoever was given a task may finish it, though the position ended since; so may the superior whom the clock handed it to.
func TestAssigneeMayAct(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.appraised("k")
	d.must("lanhdao", code, "a", office.ActBody{Kind: dossier.ActAssign, To: "cb18"})
	require.NoError(t, d.store.EndPosting(t.Context(), "cb18", branch, "chuyen-vien", d.now))
	d.must("thamdinh", code, "b", office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"})

	code = d.appraised("l")
	chief := d.officer("cb14", branch, office.RoleHandler) // of the department above, with a key of the branch
	body := office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"}
	_, err := d.Act(t.Context(), chief, code, body, "c", 0)
	problem(t, err, http.StatusForbidden, "wrong_position")
	d.handUp(code, "cb14")
	_, err = d.Act(t.Context(), chief, code, body, "d", 0)
	require.NoError(t, err)
}

// Who gives a task to whom: to those who hold its position, by them or their superiors.
func TestAssigning(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, c := range map[string]struct {
		p    office.Principal
		to   string
		want string
	}{
		"head of agency to a holder":          {d.as("lanhdao"), "cb19", ""},
		"head of unit to a holder":            {d.officer("cb17", branch, office.RoleHandler), "cb19", ""},
		"leader above to a holder":            {d.officer("cb15", "H99.14.01", office.RoleLeader), "cb19", ""},
		"holder takes it":                     {d.as("thamdinh"), "cb18", ""},
		"holder to another holder":            {d.as("thamdinh"), "cb19", ""},
		"head to who does not hold it":        {d.as("lanhdao"), "cb20", "invalid"},
		"head to himself":                     {d.as("lanhdao"), "cb16", "invalid"},
		"head to a holder elsewhere":          {d.as("lanhdao"), "cb24", "invalid"},
		"head to nobody known":                {d.as("lanhdao"), "Nguyễn Văn A", "invalid"},
		"leader above, not a holder":          {d.officer("cb15", "H99.14.01", office.RoleLeader), "cb15", "invalid"},
		"somebody of the agency":              {d.officer("cb20", branch, office.RoleHandler), "cb18", "wrong_position"},
		"somebody of the agency, for himself": {d.officer("cb20", branch, office.RoleHandler), "cb20", "wrong_position"},
		"nobody named":                        {d.as("lanhdao"), "", "assignee_missing"},
	} {
		t.Run(name, func(t *testing.T) {
			code := d.appraised(name)
			_, err := d.Act(t.Context(), c.p, code, office.ActBody{Kind: dossier.ActAssign, Task: "tra-cuu#1", To: c.to}, name, 0)
			if c.want == "" {
				require.NoError(t, err)
				require.Equal(t, c.to, row(t, d, code).View.Tasks[0].Assignee)
				return
			}
			p := office.ProblemOf(err)
			require.Equal(t, c.want, p.Code, err)
			if c.want == "invalid" {
				require.Equal(t, "/to", p.Errors[0].Pointer)
				require.Contains(t, p.Errors[0].Detail, "cb18")
				require.Contains(t, p.Errors[0].Detail, "cb19")
			}
		})
	}
}

// Every act on a task asks for the position, not only its completion.
func TestActsOnATaskNeedItsPosition(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.appraised("k")
	stranger := d.officer("cb20", branch, office.RoleHandler, office.RoleLeader, office.RoleOneStop)
	for _, kind := range []string{
		dossier.ActAssign, dossier.ActComplete, dossier.ActSendBack, dossier.ActRequestSupplement, dossier.ActCheckSupplement, dossier.ActSuspend,
		dossier.ActResume, dossier.ActRequestPayment,
	} {
		_, err := d.Act(t.Context(), stranger, code, office.ActBody{Kind: kind}, kind, 0)
		problem(t, err, http.StatusForbidden, "wrong_position")
	}
	// The desk gives results back; who holds no position at the desk does not.
	d.must("thamdinh", code, "2", office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"})
	d.must("lanhdao", code, "3", office.ActBody{Kind: dossier.ActComplete, Outcome: "duyet"})
	d.must("thamdinh", code, "4", office.ActBody{Kind: dossier.ActComplete})
	_, err := d.Act(t.Context(), d.officer("cb12", "H99.02.01", office.RoleOneStop), code, office.ActBody{Kind: dossier.ActReturn}, "5", 0)
	problem(t, err, http.StatusForbidden, "wrong_position")
	_, err = d.Act(t.Context(), d.officer("cb08", "H99.02.01", office.RoleOneStop), code, office.ActBody{Kind: dossier.ActReturn}, "6", 0)
	require.NoError(t, err)
}

// The portal hands papers in; that they complete the dossier is said by those who check them.
func TestPortalDoesNotCheckPapers(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.appraised("k")
	d.must("thamdinh", code, "a", office.ActBody{Kind: dossier.ActRequestSupplement, Reason: "thiếu giấy"})
	_, err := d.do("congdvc", code, "b", office.ActBody{Kind: dossier.ActProvideSupplement, Complete: true})
	problem(t, err, http.StatusForbidden, "forbidden")
	d.must("congdvc", code, "c", office.ActBody{Kind: dossier.ActProvideSupplement, Papers: []string{"don"}})
	d.must("motcua", code, "d", office.ActBody{Kind: dossier.ActCheckSupplement, Complete: true})
}

// What was checked is what is done, though the dossier moves on between the look and the act.
func TestNothingSlipsPastTheCheck(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	d.ahead(code, dossier.Act{ID: "x", Kind: dossier.ActComplete, Task: "tiep-nhan#1"}) // done, and not yet readable
	_, err := d.do("motcua", code, "a", office.ActBody{Kind: dossier.ActComplete})
	problem(t, err, http.StatusUnprocessableEntity, "task_not_open")
	_, err = d.do("thamdinh", code, "b", office.ActBody{Kind: dossier.ActComplete, Task: "tra-cuu#1", Outcome: "dat"})
	problem(t, err, http.StatusUnprocessableEntity, "task_not_open")

	s := hourly()
	s.Channel, s.Accept = dossier.ChannelOnline, false
	r, err := d.Submit(t.Context(), d.as("congdvc"), s, "o")
	require.NoError(t, err)
	d.started(r.Code)
	_, err = d.do("thamdinh", r.Code, "c", office.ActBody{Kind: dossier.ActComplete})
	problem(t, err, http.StatusConflict, "wrong_state")
	d.ahead(r.Code, dossier.Act{ID: "y", Kind: dossier.ActAccept, Register: 1})
	_, err = d.do("thamdinh", r.Code, "d", office.ActBody{Kind: dossier.ActComplete})
	problem(t, err, http.StatusPreconditionFailed, "stale")
	_, err = d.Act(t.Context(), d.as("thamdinh"), r.Code, office.ActBody{Kind: dossier.ActComplete}, "e", 2)
	problem(t, err, http.StatusPreconditionFailed, "stale")
}

// The first dossier of the README goes through as it is printed, with the demo keys' own officers and positions.
func TestReadme(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	text := string(raw)
	body := regexp.MustCompile(`(?s)-d '(\{"procedure":.*?\})'\n`).FindStringSubmatch(text)
	require.NotNil(t, body)
	var s office.Submission
	require.NoError(t, json.Unmarshal([]byte(body[1]), &s))
	for _, month := range []time.Month{time.March, time.December} { // in December the leader of the branch is substituted
		d := open(t)
		d.now = time.Date(2026, month, 8, 9, 0, 0, 0, opening().Location())
		code := d.take(s, "readme").Code
		acts := regexp.MustCompile(`(?m)^    act (\w+)\s+(\w+) '(.*)'$`).FindAllStringSubmatch(text, -1)
		require.Len(t, acts, 5)
		for _, a := range acts {
			var b office.ActBody
			require.NoError(t, json.Unmarshal([]byte(a[3]), &b))
			d.must(a[1], code, a[2], b)
		}
		v, err := d.Show(t.Context(), d.as("motcua"), code, false)
		require.NoError(t, err)
		require.Equal(t, dossier.Status(10), v.Status)
	}
}

// A dossier that owes tax goes to the tax office and comes back, by the demo keys.
func TestTaxOffice(t *testing.T) {
	t.Parallel()
	d := open(t)
	s := parcel()
	s.Procedure = "1.013831"
	s.Papers = append(s.Papers, office.Paper{Document: "hop-dong"})
	code := d.take(s, "tax").Code
	d.must("motcua", code, "1", office.ActBody{Kind: dossier.ActComplete})
	d.must("thamdinh", code, "2", office.ActBody{Kind: dossier.ActComplete, Outcome: "dat", Facts: map[string]any{"obligation.tax": true}})
	d.must("lanhdao", code, "3", office.ActBody{Kind: dossier.ActComplete})
	_, err := d.Act(t.Context(), d.officer("cb28", "H99.20", office.RoleHandler), code, office.ActBody{Kind: dossier.ActComplete, Outcome: "?"}, "4", 0)
	problem(t, err, http.StatusUnprocessableEntity, "outcome_unknown") // the head of the tax office may; the outcome is wrong
	d.must("thue", code, "5", office.ActBody{Kind: dossier.ActComplete})
	require.Equal(t, dossier.Status(6), row(t, d, code).View.Status)
}

// handUp lets the clock hand the open task to an officer.
func (d *desk) handUp(code, officer string) {
	d.t.Helper()
	m := d.engine.running[code]
	d.now = row(d.t, d, code).View.DueAt.Add(time.Minute)
	due, err := dossier.DueAlarms(m.deps, m.state, d.now)
	require.NoError(d.t, err)
	var to []dossier.Recipients
	for _, a := range due {
		to = append(to, dossier.Recipients{Rung: a.Key, To: []string{officer}, HandUp: officer})
	}
	d.engine.set(func(e *engine) {
		_, err = e.do(d.t.Context(), code, m, dossier.Act{Kind: dossier.ActAlarm, Recipients: to})
	})
	require.NoError(d.t, err)
	require.True(d.t, row(d.t, d, code).View.Tasks[0].HandedUp)
}

// ahead does an act in the engine only, as if its events were not recorded yet.
func (d *desk) ahead(code string, act dossier.Act) {
	d.t.Helper()
	m := d.engine.running[code]
	_, err := dossier.Do(m.deps, m.state, act, d.now)
	require.NoError(d.t, err)
}
