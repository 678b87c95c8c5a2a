package office

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/models"
	"motcua/workflows"
)

// law is who may do what and from where, as the house decided it: one line per action. The code is held to these lines.
// Columns: portal one_stop handler leader control auditor integrator admin.
const law = `
submit             x x . . . . x . anywhere
read               x x x x x x x . inScope
read_person        . x x x . x . . inScope
comment            . x x x x . . . inScope
attach             x x x x . . x . inScope
procedures         x x x x x x x x anywhere
escalations        . x x x x x . . inScope
findings           . . . . x x . x anywhere
operate            . . . . . . . x anywhere
accept             . x . . . . . . atReceiving
refuse_intake      . x . . . . . . atReceiving
assign             . x x x . . . . atTask
complete           . x x x . . . . atTask
send_back          . . x x . . . . atTask
request_supplement . x x x . . . . inScope
provide_supplement x x . . . . x . inScope
check_supplement   . x x . . . . . inScope
suspend            . . x x . . . . atTask
resume             . . x x . . . . inScope
request_payment    . x x x . . . . atTask
confirm_payment    . x x . . . x . inScope
reappoint          . . . x . . . . atLead
extend             . . . x . . . . atLead
exclude            . . . . x . . . inScope
withdraw           x x . . . . . . inScope
stop               . . . x . . . . atLead
finish             . x . . . . . . atReceiving
reopen             . x . x . . . . inScope
return             . x . . . . . . atReceiving
`

func TestEveryCell(t *testing.T) {
	t.Parallel()
	roles := []string{"portal", "one_stop", "handler", "leader", "control", "auditor", "integrator", "admin"}
	require.Equal(t, roles, Roles())
	places := map[string]place{"anywhere": anywhere, "atTask": atTask, "atReceiving": atReceiving, "atLead": atLead, "inScope": inScope}
	seen := map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(law)) {
		f := strings.Fields(line)
		require.Len(t, f, len(roles)+2, line)
		action := f[0]
		seen[action] = true
		for i, role := range roles {
			r, ok := may(Principal{Roles: []string{role}}, action)
			require.Equal(t, f[i+1] == "x", ok, "%s as %s", action, role)
			require.Equal(t, places[f[len(f)-1]], r.Where, action)
			require.Equal(t, f[i+1] == "x", allow(Principal{Roles: []string{role}}, action) == nil)
		}
		_, ok := may(Principal{}, action)
		require.False(t, ok, "%s without a role", action)
	}
	for _, r := range rules() {
		require.True(t, seen[r.Action], "%s is not in the law", r.Action)
	}
	require.Len(t, rules(), len(seen))
	_, ok := may(Principal{Roles: roles}, "unheard_of")
	require.False(t, ok)
	both, ok := may(Principal{Roles: []string{"handler", "leader"}}, dossier.ActStop)
	require.True(t, ok, "two roles do what either may")
	require.Equal(t, atLead, both.Where)
}

// desk and lead have a dossier; the tax office has a task on it.
func TestStanding(t *testing.T) {
	t.Parallel()
	v := dossier.View{Receiving: "desk", Lead: "lead", Tasks: []dossier.TaskView{{Task: "thue#1", Agency: "tax"}, {Task: "ky#1", Agency: "lead"}}}
	for _, c := range []struct {
		where    place
		task     string
		standing []string
	}{
		{anywhere, "", []string{"desk", "lead", "tax", "other"}},
		{inScope, "", []string{"desk", "lead", "tax", "other"}}, // the dossier was found in scope before
		{atReceiving, "", []string{"desk"}},
		{atLead, "", []string{"lead"}},
		{atTask, "thue#1", []string{"tax"}},
		{atTask, "ky#1", []string{"lead"}},
		{atTask, "", []string{"tax", "lead"}},
		{atTask, "gone#1", []string{"desk", "lead", "tax", "other"}}, // the machine says that it is not open
	} {
		for _, agency := range []string{"desk", "lead", "tax", "other"} {
			err := standing(Principal{Scope: []string{agency}}, rule{Where: c.where}, v, c.task)
			if slices.Contains(c.standing, agency) {
				require.NoError(t, err, "%v %s from %s", c.where, c.task, agency)
				continue
			}
			require.Equal(t, "wrong_place", ProblemOf(err).Code, "%v %s from %s", c.where, c.task, agency)
		}
		require.NoError(t, standing(Principal{All: true}, rule{Where: c.where}, v, c.task))
	}
}

// Each error is the problem it is for people; what nobody foresaw says nothing of its cause.
func TestProblemOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{&dossier.Refusal{Code: "stale", Detail: "x"}, http.StatusPreconditionFailed, "stale"},
		{&dossier.Refusal{Code: "wrong_state", Detail: "x"}, http.StatusConflict, "wrong_state"},
		{&dossier.Refusal{Code: "reason", Field: "/reason", Detail: "x"}, http.StatusUnprocessableEntity, "reason"},
		{&dossier.Refusal{Code: "key_reused", Detail: "x"}, http.StatusUnprocessableEntity, "idempotency_key_reused"},
		{engineDown(workflows.ErrDown), http.StatusServiceUnavailable, "engine_down"},
		{errors.New("password=secret"), http.StatusInternalServerError, "internal"},
		{models.ErrNotFound, http.StatusInternalServerError, "internal"},
	} {
		p := ProblemOf(c.err)
		require.Equal(t, c.status, p.Status)
		require.Equal(t, c.code, p.Code)
		require.NotEmpty(t, p.Title)
		require.NotContains(t, p.Title+p.Detail, "secret")
	}
	require.ErrorIs(t, engineDown(workflows.ErrDown), workflows.ErrDown)
}
