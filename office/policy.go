package office

import (
	"slices"

	"motcua/dossier"
)

// Roles of principals.
const (
	RolePortal     = "portal"     // kênh nộp trực tuyến, thay mặt người nộp
	RoleOneStop    = "one_stop"   // cán bộ một cửa
	RoleHandler    = "handler"    // chuyên viên
	RoleLeader     = "leader"     // lãnh đạo phòng, cơ quan
	RoleControl    = "control"    // kiểm soát thủ tục hành chính
	RoleAuditor    = "auditor"    // thanh tra: đọc tất cả, không ghi
	RoleIntegrator = "integrator" // hệ thống bên ngoài
	RoleAdmin      = "admin"      // quản trị hệ thống: không đọc hồ sơ
)

// Roles returns all roles.
func Roles() []string {
	return []string{RolePortal, RoleOneStop, RoleHandler, RoleLeader, RoleControl, RoleAuditor, RoleIntegrator, RoleAdmin}
}

// Actions beyond the acts of a dossier.
const (
	DoSubmit      = "submit"
	DoRead        = "read"        // dossiers, tasks, escalations in scope
	DoReadPerson  = "read_person" // the applicant's personal data
	DoComment     = "comment"
	DoAttach      = "attach"
	DoProcedures  = "procedures" // catalogue, drawings, simulation, calendar
	DoFindings    = "findings"
	DoOperate     = "operate" // engine health, webhooks, keys
	DoEscalations = "escalations"
)

// place says where a principal must stand to do an act on a dossier.
type place int

const (
	anywhere    place = iota
	atTask            // at the agency of the task acted on
	atReceiving       // at the receiving point
	atLead            // at the lead agency or above it
	inScope           // anywhere it may see
)

// rule is one line of the table: an action, the roles that may do it, and where.
type rule struct {
	Action string
	Roles  []string
	Where  place
}

// rules is the whole policy of the house, one line per action. A test walks every role against every line.
func rules() []rule {
	everyone := Roles()
	readers := []string{RolePortal, RoleOneStop, RoleHandler, RoleLeader, RoleControl, RoleAuditor, RoleIntegrator}
	return []rule{
		{DoSubmit, []string{RolePortal, RoleOneStop, RoleIntegrator}, anywhere},
		{DoRead, readers, inScope},
		{DoReadPerson, []string{RoleOneStop, RoleHandler, RoleLeader, RoleAuditor}, inScope},
		{DoComment, []string{RoleOneStop, RoleHandler, RoleLeader, RoleControl}, inScope},
		{DoAttach, []string{RolePortal, RoleOneStop, RoleHandler, RoleLeader, RoleIntegrator}, inScope},
		{DoProcedures, everyone, anywhere},
		{DoEscalations, []string{RoleOneStop, RoleHandler, RoleLeader, RoleControl, RoleAuditor}, inScope},
		{DoFindings, []string{RoleControl, RoleAuditor, RoleAdmin}, anywhere},
		{DoOperate, []string{RoleAdmin}, anywhere},

		{dossier.ActAccept, []string{RoleOneStop}, atReceiving},
		{dossier.ActRefuseIntake, []string{RoleOneStop}, atReceiving},
		{dossier.ActAssign, []string{RoleOneStop, RoleHandler, RoleLeader}, atTask},
		{dossier.ActComplete, []string{RoleOneStop, RoleHandler, RoleLeader}, atTask},
		{dossier.ActSendBack, []string{RoleHandler, RoleLeader}, atTask},
		{dossier.ActRequestSupplement, []string{RoleOneStop, RoleHandler, RoleLeader}, inScope},
		{dossier.ActProvideSupplement, []string{RolePortal, RoleOneStop, RoleIntegrator}, inScope},
		{dossier.ActCheckSupplement, []string{RoleOneStop, RoleHandler}, inScope},
		{dossier.ActSuspend, []string{RoleHandler, RoleLeader}, atTask},
		{dossier.ActResume, []string{RoleHandler, RoleLeader}, inScope},
		{dossier.ActRequestPayment, []string{RoleOneStop, RoleHandler, RoleLeader}, atTask},
		{dossier.ActConfirmPayment, []string{RoleOneStop, RoleHandler, RoleIntegrator}, inScope},
		{dossier.ActReappoint, []string{RoleLeader}, atLead},
		{dossier.ActExtend, []string{RoleLeader}, atLead},
		{dossier.ActExclude, []string{RoleControl}, inScope},
		{dossier.ActWithdraw, []string{RolePortal, RoleOneStop}, inScope},
		{dossier.ActStop, []string{RoleLeader}, atLead},
		{dossier.ActFinish, []string{RoleOneStop}, atReceiving},
		{dossier.ActReopen, []string{RoleOneStop, RoleLeader}, inScope},
		{dossier.ActReturn, []string{RoleOneStop}, atReceiving},
	}
}

// Policy returns the table as action → roles, for documents and tests.
func Policy() map[string][]string {
	out := map[string][]string{}
	for _, r := range rules() {
		out[r.Action] = r.Roles
	}
	return out
}

// may finds the rule that lets a principal do an action.
func may(p Principal, action string) (rule, bool) {
	for _, r := range rules() {
		if r.Action == action {
			return r, slices.ContainsFunc(r.Roles, p.Is)
		}
	}
	return rule{}, false
}

// allow is may as a problem.
func allow(p Principal, action string) error {
	if _, ok := may(p, action); !ok {
		return forbidden(action)
	}
	return nil
}

// standing checks where a principal stands for an act on a dossier.
func standing(p Principal, r rule, v dossier.View, task string) error {
	switch r.Where {
	case atTask:
		for _, t := range v.Tasks {
			if (task == "" || t.Task == task) && p.sees(t.Agency) {
				return nil
			}
		}
		if len(v.Tasks) == 0 || task != "" && !slices.ContainsFunc(v.Tasks, func(t dossier.TaskView) bool { return t.Task == task }) {
			return nil // the machine says better what is wrong with the task
		}
		return notHere("việc này thuộc cơ quan khác")
	case atReceiving:
		if !p.sees(v.Receiving) {
			return notHere("chỉ bộ phận một cửa nơi nhận hồ sơ làm được")
		}
	case atLead:
		if !p.sees(v.Lead) {
			return notHere("chỉ lãnh đạo cơ quan giải quyết làm được")
		}
	}
	return nil
}
