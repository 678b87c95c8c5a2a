package office_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/models"
	"motcua/office"
)

// What belongs to another agency looks like what does not exist, whatever is asked of it.
func TestForeignIsUnknown(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	foreign := d.as("nuimau")
	for _, c := range []string{code, "H99.02.01-260302-9999"} {
		_, show := d.Show(t.Context(), foreign, c, false)
		_, act := d.Act(t.Context(), foreign, c, office.ActBody{Kind: dossier.ActComplete}, "a", 0)
		_, comment := d.Comment(t.Context(), foreign, c, "x", "c")
		_, comments := d.Comments(t.Context(), foreign, c)
		_, attach := d.Attach(t.Context(), foreign, c, office.Attachment{}, "f")
		_, files := d.Attachments(t.Context(), foreign, c)
		for _, err := range []error{show, act, comment, comments, attach, files} {
			p := problem(t, err, http.StatusNotFound, "dossier_unknown")
			require.Equal(t, strings.ReplaceAll(p.Detail, c, ""), strings.ReplaceAll(office.ProblemOf(show).Detail, c, ""))
		}
	}
	list, _, err := d.List(t.Context(), foreign, office.ListFilter{Limit: 50})
	require.NoError(t, err)
	require.Empty(t, list)
	tasks, _, err := d.Tasks(t.Context(), foreign, office.TaskFilter{Limit: 50})
	require.NoError(t, err)
	require.Empty(t, tasks)
	rungs, _, err := d.Escalations(t.Context(), foreign, code, 50, "")
	require.NoError(t, err)
	require.Empty(t, rungs)
}

// Who sees one dossier of the Sông Mẫu branch received at desk 1: the desk, the branch, those above, control and audit.
func TestWhoSees(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	for who, sees := range map[string]bool{
		"motcua": true, "thamdinh": true, "lanhdao": true, "kstt": true, "thanhtra": true, "congdvc": true,
		"nuimau": false, "thue": false, "xa": false,
	} {
		p := d.as(who)
		list, _, err := d.List(t.Context(), p, office.ListFilter{Limit: 50})
		require.NoError(t, err)
		require.Equal(t, sees, len(list) == 1, who)
		v, err := d.Show(t.Context(), p, code, false)
		require.Equal(t, sees, err == nil, who)
		if sees {
			reads := map[string]bool{"motcua": true, "thamdinh": true, "lanhdao": true, "thanhtra": true}[who]
			require.Equal(t, reads, v.Applicant != nil, "%s and the applicant", who)
			require.Equal(t, reads, list[0].Applicant != "", "%s and the applicant in the list", who)
		}
	}
	_, err := d.Show(t.Context(), d.as("quantri"), code, false)
	problem(t, err, http.StatusForbidden, "forbidden")
	_, _, err = d.List(t.Context(), d.as("quantri"), office.ListFilter{Limit: 50})
	problem(t, err, http.StatusForbidden, "forbidden")
}

// An agency that only helps sees the dossier while the dossier is with it, and may act on its own task only.
func TestHelpingAgency(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	for who, body := range map[string]office.ActBody{
		"thamdinh": {Kind: dossier.ActComplete, Task: "tiep-nhan#1"},
		"lanhdao":  {Kind: dossier.ActComplete, Task: "tiep-nhan#1"},
	} {
		_, err := d.do(who, code, "x", body)
		problem(t, err, http.StatusForbidden, "wrong_place")
	}
	d.must("motcua", code, "a", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
	_, err := d.do("motcua", code, "y", office.ActBody{Kind: dossier.ActComplete, Task: "tra-cuu#1", Outcome: "dat"})
	problem(t, err, http.StatusForbidden, "wrong_place")
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	d := open(t)
	key, row, err := office.NewKey("khóa", "cb09", "H99.02.01", []string{office.RoleOneStop}, d.now.Add(time.Hour))
	require.NoError(t, err)
	require.NotContains(t, row.Hash, key)
	require.NoError(t, d.store.SaveKey(t.Context(), row))
	p, err := d.Authenticate(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, "cb09", p.Officer)
	require.Equal(t, []string{"H99.02.01"}, p.Scope)
	require.False(t, p.All)
	require.True(t, d.as("kstt").All)
	require.Contains(t, d.as("congdvc").Scope, "H99.02.02", "an agency sees what is below it")
	for _, wrong := range []string{"", "mc_", "x", key + "x", key[:len(key)-1], "mc_nobody_demo", strings.TrimPrefix(key, "mc_"), "mc_" + strings.Repeat("a", 500) + "_x"} {
		_, err := d.Authenticate(t.Context(), wrong)
		problem(t, err, http.StatusUnauthorized, "unauthorized")
	}
	d.now = d.now.Add(time.Hour + time.Second)
	_, err = d.Authenticate(t.Context(), key)
	problem(t, err, http.StatusUnauthorized, "unauthorized")
	_, _, err = office.NewKey("khóa", "cb09", "H99.02.01", []string{"king"}, time.Time{})
	require.ErrorContains(t, err, "king")
}

// What is no act for people is refused before anything is written.
func TestNoAct(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	for _, kind := range []string{"", "submit", "alarm", "adopt_calendar", "ACCEPT", "drop table"} {
		_, err := d.do("motcua", code, "k"+kind, office.ActBody{Kind: kind})
		if kind == dossier.ActSubmit {
			require.Error(t, err, "a submission is no act on a dossier")
			continue
		}
		problem(t, err, http.StatusForbidden, "forbidden")
	}
	require.Zero(t, d.engine.acts)
	rows, err := d.store.Events(t.Context(), code, 0)
	require.NoError(t, err)
	require.Equal(t, int64(len(rows)), row(t, d, code).Seq)
}

func row(t testing.TB, d *desk, code string) models.DossierRow {
	t.Helper()
	row, err := d.store.Dossier(t.Context(), code)
	require.NoError(t, err)
	return row
}
