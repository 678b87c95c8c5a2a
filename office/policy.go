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
	DoProcedures  = "procedures"       // catalogue, drawings, simulation, calendar
	DoCatalogue   = "catalogue_import" // take published procedures into the catalogue; reading it is procedures
	DoFindings    = "findings"
	DoOperate     = "operate" // engine health, webhooks, keys
	DoEscalations = "escalations"
	DoBackdate    = "backdate" // record that an act had its effect before it was received, by a document
)

// place says where a principal must stand to do an act on a dossier or a mission, in the words of the document that a test holds to it.
type place string

const (
	anywhere     place = "anywhere"
	forDesk      place = "for a receiving desk in scope; portal and integrator for any"
	inScope      place = "on dossiers in scope"
	atReceiving  place = "at the receiving point"
	atLead       place = "at the lead agency or above"
	atTask       place = "at the task, in the position of its step"
	atWork       place = "at the task, in the position of its step; before acceptance at the receiving point"
	atDeskOrTask place = "at the receiving point, or at the task in the position of its step"
	atReturn     place = "at the receiving point, in the position of the return step"
	withTheAct   place = "where the act itself is allowed"

	missionsInScope place = "on missions in scope"
	atMissionTask   place = "at the agency of the task"
	atMission       place = "at the agency of the task; at the lead agency for the mission as a whole"
	aboveLead       place = "at the agency above the lead agency, or higher"
	asAcceptor      place = "the control office; the lead agency for what cooperating agencies did"
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
	return append([]rule{
		{DoSubmit, []string{RolePortal, RoleOneStop, RoleIntegrator}, forDesk},
		{DoRead, readers, inScope},
		{DoReadPerson, []string{RoleOneStop, RoleHandler, RoleLeader, RoleAuditor}, inScope},
		{DoComment, []string{RoleOneStop, RoleHandler, RoleLeader, RoleControl}, inScope},
		{DoAttach, []string{RolePortal, RoleOneStop, RoleHandler, RoleLeader, RoleIntegrator}, inScope},
		{DoProcedures, everyone, anywhere},
		{DoCatalogue, []string{RoleControl}, anywhere},
		{DoEscalations, []string{RoleOneStop, RoleHandler, RoleLeader, RoleControl, RoleAuditor}, inScope},
		{DoFindings, []string{RoleControl, RoleAuditor, RoleAdmin}, anywhere},
		{DoCheck, []string{RoleControl, RoleAdmin}, anywhere},
		{DoOperate, []string{RoleAdmin}, anywhere},
		{DoBackdate, []string{RoleOneStop, RoleLeader}, withTheAct},

		{dossier.ActAccept, []string{RoleOneStop}, atReceiving},
		{dossier.ActRefuseIntake, []string{RoleOneStop}, atReceiving},
		{dossier.ActAssign, []string{RoleOneStop, RoleHandler, RoleLeader}, atTask},
		{dossier.ActComplete, []string{RoleOneStop, RoleHandler, RoleLeader}, atTask},
		{dossier.ActSendBack, []string{RoleHandler, RoleLeader}, atTask},
		{dossier.ActRequestSupplement, []string{RoleOneStop, RoleHandler, RoleLeader}, atWork},
		{dossier.ActProvideSupplement, []string{RolePortal, RoleOneStop, RoleIntegrator}, inScope},
		{dossier.ActCheckSupplement, []string{RoleOneStop, RoleHandler}, atDeskOrTask},
		{dossier.ActSuspend, []string{RoleHandler, RoleLeader}, atTask},
		{dossier.ActResume, []string{RoleHandler, RoleLeader}, atTask},
		{dossier.ActRequestPayment, []string{RoleOneStop, RoleHandler, RoleLeader}, atTask},
		{dossier.ActConfirmPayment, []string{RoleOneStop, RoleHandler, RoleIntegrator}, inScope},
		{dossier.ActReappoint, []string{RoleLeader}, atLead},
		{dossier.ActExtend, []string{RoleLeader}, atLead},
		{dossier.ActExclude, []string{RoleControl}, inScope},
		{dossier.ActCorrectReceipt, []string{RoleControl}, inScope},
		{dossier.ActWithdraw, []string{RolePortal, RoleOneStop}, inScope},
		{dossier.ActStop, []string{RoleLeader}, atLead},
		{dossier.ActFinish, []string{RoleOneStop}, atReturn},
		{dossier.ActReopen, []string{RoleOneStop, RoleLeader}, inScope},
		{dossier.ActReturn, []string{RoleOneStop}, atReturn},
	}, slices.Concat(missionRules(), versionRules(), signalRules(), reductionRules(), escalationRules(), amendmentRules())...)
}

// PolicyLine is one line of the policy as documents and tests read it.
type PolicyLine struct {
	Action string
	Roles  []string
	Where  string
}

// Policy returns the table.
func Policy() []PolicyLine {
	var out []PolicyLine
	for _, r := range rules() {
		out = append(out, PolicyLine{r.Action, r.Roles, string(r.Where)})
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
