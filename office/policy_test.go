package office

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/models"
	"motcua/workflows"
)

// law is who may do what and from where, as the house decided it: one line per action. The code is held to these lines.
// Columns: portal one_stop handler leader control auditor integrator admin, and the place.
const law = `
submit             x x . . . . x . for a receiving desk in scope; portal and integrator for any
read               x x x x x x x . on dossiers in scope
read_person        . x x x . x . . on dossiers in scope
comment            . x x x x . . . on dossiers in scope
attach             x x x x . . x . on dossiers in scope
procedures         x x x x x x x x anywhere
catalogue_import   . . . . x . . . anywhere
escalations        . x x x x x . . on dossiers in scope
findings           . . . . x x . x anywhere
operate            . . . . . . . x anywhere
backdate           . x . x . . . . where the act itself is allowed
accept             . x . . . . . . at the receiving point
refuse_intake      . x . . . . . . at the receiving point
assign             . x x x . . . . at the task, in the position of its step
complete           . x x x . . . . at the task, in the position of its step
send_back          . . x x . . . . at the task, in the position of its step
request_supplement . x x x . . . . at the task, in the position of its step; before acceptance at the receiving point
provide_supplement x x . . . . x . on dossiers in scope
check_supplement   . x x . . . . . at the receiving point, or at the task in the position of its step
suspend            . . x x . . . . at the task, in the position of its step
resume             . . x x . . . . at the task, in the position of its step
request_payment    . x x x . . . . at the task, in the position of its step
confirm_payment    . x x . . . x . on dossiers in scope
reappoint          . . . x . . . . at the lead agency or above
extend             . . . x . . . . at the lead agency or above
exclude            . . . . x . . . on dossiers in scope
correct_receipt    . . . . x . . . on dossiers in scope
withdraw           x x . . . . . . on dossiers in scope
stop               . . . x . . . . at the lead agency or above
finish             . x . . . . . . at the receiving point, in the position of the return step
reopen             . x . x . . . . on dossiers in scope
return             . x . . . . . . at the receiving point, in the position of the return step
mission.read               . . x x x x x . on missions in scope
mission.write              . . . x x . . . anywhere
mission.approve            . . . . x . . . anywhere
mission.start              . . . . x . . . anywhere
mission.report_progress    . . x x . . . . at the agency of the task; at the lead agency for the mission as a whole
mission.attach_evidence    . . x x . . . . at the agency of the task; at the lead agency for the mission as a whole
mission.report_difficulty  . . x x . . . . at the agency of the task; at the lead agency for the mission as a whole
mission.ask_more_time      . . x x . . . . at the agency of the task
mission.complete_task      . . x x . . . . at the agency of the task
mission.grant_more_time    . . . x . . . . at the agency above the lead agency, or higher
mission.refuse_more_time   . . . x . . . . at the agency above the lead agency, or higher
mission.accept_task        . . . x x . . . the control office; the lead agency for what cooperating agencies did
mission.reopen_task        . . . x x . . . the control office; the lead agency for what cooperating agencies did
mission.close              . . . . x . . . anywhere
mission.cancel             . . . . x . . . anywhere
version.read_drafts        . . x x x x . . anywhere
version.draft              . . x x . . . . for the agency that drafts it
version.check              . . . . x . . . anywhere
version.approve            . . . x . . . . in the position of chair, at the drafting agency or above it
version.publish            . . . . x . . . anywhere
version.repeal             . . . . x . . . anywhere
version.withdraw           . . . . x . . . anywhere
decision.record            . . . . x . . . anywhere
dossiers.move              . . . . x . . . anywhere
check                      . . . . x . . x anywhere
signals                    . . . x x x . . anywhere; a leader for its agency and those below it
signals.dismiss            . . . . x . . . anywhere
forecast                   . x x x x x . . on dossiers in scope
reduction.read             x x x x x x x x anywhere
reduction.draft            . . . . x . . . anywhere
reduction.approve          . . . . x . . . anywhere
dismiss_proposal           . . . x . . . . at the lead agency or above
notices                    . x x x x . . . one's own, and those of one's desk
message_policy             . . . . . . . x anywhere
standing.draft             . . . x x . . . for the deciding agency; the control office for any
standing.approve           . . . x . . . . at the deciding agency or above
standing.revoke            . . . x x . . . for the deciding agency; the control office for any
inspection.act             . . . . x . . . on dossiers in scope, as an officer
amendment.read             . . . x x x . x anywhere
amendment.draft            . . . . x . . . anywhere
amendment.publish          . . . . x . . . anywhere
`

func TestEveryCell(t *testing.T) {
	t.Parallel()
	roles := []string{"portal", "one_stop", "handler", "leader", "control", "auditor", "integrator", "admin"}
	require.Equal(t, roles, Roles())
	seen := map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(law)) {
		f := strings.Fields(line)
		require.Greater(t, len(f), len(roles)+1, line)
		action, where := f[0], strings.Join(f[len(roles)+1:], " ")
		seen[action] = true
		for i, role := range roles {
			r, ok := may(Principal{Roles: []string{role}}, action)
			require.Equal(t, f[i+1] == "x", ok, "%s as %s", action, role)
			require.Equal(t, where, string(r.Where), action)
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

// desk and lead have a dossier; the tax office has a task on it. A place is refused, or names the tasks whose positions count.
func TestStanding(t *testing.T) {
	t.Parallel()
	const nothing, unseen = "-", "unseen"
	before := dossier.View{Receiving: "desk", Lead: "lead", Stage: dossier.StageSubmitted}
	after := dossier.View{Receiving: "desk", Lead: "lead", Stage: dossier.StageRunning, Tasks: []dossier.TaskView{
		{Task: "thue#1", Agency: "tax"}, {Task: "ky#1", Agency: "lead"}, {Task: "soat#1", Agency: "lead"},
	}}
	ready := dossier.View{Receiving: "desk", Lead: "lead", Stage: dossier.StageFinished, Tasks: []dossier.TaskView{{Task: "tra#1", Agency: "desk", Return: true}}}
	for _, c := range []struct {
		where place
		view  dossier.View
		task  string
		// want is what stands for an agency: the tasks, nothing to hold to, unseen, or the code of a refusal.
		want map[string]string
	}{
		{anywhere, after, "", map[string]string{"desk": nothing, "lead": nothing, "tax": nothing, "other": nothing}},
		{inScope, after, "", map[string]string{"desk": nothing, "lead": nothing, "tax": nothing, "other": nothing}}, // found in scope before
		{atReceiving, after, "", map[string]string{"desk": nothing, "lead": "wrong_place", "tax": "wrong_place", "other": "wrong_place"}},
		{atLead, after, "", map[string]string{"desk": "wrong_place", "lead": nothing, "tax": "wrong_place", "other": "wrong_place"}},
		{atTask, after, "thue#1", map[string]string{"desk": "wrong_place", "lead": "wrong_place", "tax": "thue#1", "other": "wrong_place"}},
		{atTask, after, "ky#1", map[string]string{"lead": "ky#1", "tax": "wrong_place"}},
		{atTask, after, "", map[string]string{"desk": "wrong_place", "lead": "task_ambiguous", "tax": "thue#1"}},
		{atTask, after, "gone#1", map[string]string{"lead": "task_not_open", "other": "task_not_open"}},
		{atTask, before, "", map[string]string{"desk": unseen, "lead": unseen}},
		{atTask, before, "ky#1", map[string]string{"desk": unseen, "lead": unseen}},
		{atWork, before, "", map[string]string{"desk": unseen, "lead": "wrong_place"}},
		{atWork, after, "ky#1", map[string]string{"desk": "wrong_place", "lead": "ky#1"}},
		{atDeskOrTask, before, "", map[string]string{"desk": nothing, "lead": "wrong_place"}},
		{atDeskOrTask, after, "", map[string]string{"desk": nothing, "lead": "ky#1 soat#1", "tax": "thue#1", "other": "wrong_place"}},
		{atReturn, after, "", map[string]string{"desk": unseen, "lead": "wrong_place"}},
		{atReturn, ready, "", map[string]string{"desk": "tra#1", "lead": "wrong_place"}},
	} {
		for agency, want := range c.want {
			f, err := standing(Principal{Scope: []string{agency}, Roles: []string{RoleOneStop}}, rule{Where: c.where}, c.view, c.task)
			got := nothing
			switch {
			case err != nil:
				got = ProblemOf(err).Code
			case f.unseen:
				got = unseen
			case len(f.tasks) > 0:
				var ids []string
				for _, t := range f.tasks {
					ids = append(ids, t.Task)
				}
				got = strings.Join(ids, " ")
			}
			require.Equal(t, want, got, "%s from %s, task %q", c.where, agency, c.task)
		}
	}
	f, err := standing(Principal{All: true}, rule{Where: atTask}, after, "thue#1")
	require.NoError(t, err)
	require.Len(t, f.tasks, 1)
	_, err = standing(Principal{All: true, Scope: []string{}}, rule{Where: atTask}, after, "thue#1")
	require.Equal(t, "wrong_place", ProblemOf(err).Code, "to see all is not to act everywhere")
	f, err = standing(Principal{Scope: []string{"lead"}}, rule{Action: dossier.ActResume, Where: atTask}, after, "")
	require.NoError(t, err)
	require.Len(t, f.tasks, 2, "a suspension is of the whole dossier")
}

// Who leads an agency above another.
func TestAbove(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		p    Principal
		want bool
	}{
		{Principal{Agency: "so", Roles: []string{RoleLeader}, Scope: []string{"so", "so.1"}}, true},
		{Principal{Agency: "so.1", Roles: []string{RoleLeader}, Scope: []string{"so.1"}}, false},
		{Principal{Agency: "so", Roles: []string{RoleHandler}, Scope: []string{"so", "so.1"}}, false},
		{Principal{Agency: "xa", Roles: []string{RoleLeader}, Scope: []string{"xa"}}, false},
		{Principal{Agency: "tinh", Roles: []string{RoleLeader}, All: true}, true},
		{Principal{Agency: "vp", Roles: []string{RoleLeader, RoleControl}, All: true, Scope: []string{"vp"}}, false},
	} {
		require.Equal(t, c.want, c.p.above("so.1"), "%+v", c.p)
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
