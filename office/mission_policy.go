package office

import (
	"context"
	"errors"
	"strings"

	"motcua/mission"
	"motcua/models"
)

// missionActs is what the acts of missions are called beside those of dossiers: in the policy and in the rows of acts.
const missionActs = "mission."

// missionAction is an act of a mission as the policy names it.
func missionAction(kind string) string { return missionActs + kind }

func isMissionAct(kind string) bool { return strings.HasPrefix(kind, missionActs) }

// Actions on missions beyond their acts.
const (
	DoReadMissions    = missionActs + "read"
	DoWriteMissions   = missionActs + "write"   // bring a model or a plan as a draft
	DoApproveMissions = missionActs + "approve" // put another person's draft in force
)

// missionRules are the lines of the policy that concern missions.
func missionRules() []rule {
	workers := []string{RoleHandler, RoleLeader}
	return []rule{
		{DoReadMissions, []string{RoleHandler, RoleLeader, RoleControl, RoleAuditor, RoleIntegrator}, missionsInScope},
		{DoWriteMissions, []string{RoleLeader, RoleControl}, anywhere},
		{DoApproveMissions, []string{RoleControl}, anywhere},
		{missionAction(mission.ActStart), []string{RoleControl}, anywhere},
		{missionAction(mission.ActReportProgress), workers, atMission},
		{missionAction(mission.ActAttachEvidence), workers, atMission},
		{missionAction(mission.ActReportDifficulty), workers, atMission},
		{missionAction(mission.ActAskMoreTime), workers, atMissionTask},
		{missionAction(mission.ActCompleteTask), workers, atMissionTask},
		{missionAction(mission.ActGrantMoreTime), []string{RoleLeader}, aboveLead},
		{missionAction(mission.ActRefuseMoreTime), []string{RoleLeader}, aboveLead},
		{missionAction(mission.ActAcceptTask), []string{RoleLeader, RoleControl}, asAcceptor},
		{missionAction(mission.ActReopenTask), []string{RoleLeader, RoleControl}, asAcceptor},
		{missionAction(mission.ActClose), []string{RoleControl}, anywhere},
		{missionAction(mission.ActCancel), []string{RoleControl}, anywhere},
	}
}

// missionStanding checks where a principal stands for an act on a mission: at the agency that has the task (the lead, for the
// mission as a whole), above the lead agency, or where what others did is accepted: the control office, and the lead agency for
// what cooperating agencies did.
func (o *Office) missionStanding(ctx context.Context, p Principal, r rule, v mission.View, x *mission.Executable, task string) error {
	agency := v.Lead
	if def, ok := x.Task(mission.TaskOf(task)); ok {
		agency = v.Agency(def.Agency)
	}
	switch r.Where {
	case atMissionTask, atMission:
		if !p.sees(agency) {
			return notHere("việc này thuộc cơ quan khác")
		}
	case aboveLead:
		above, err := o.superior(ctx, v.Lead)
		if err != nil {
			return err
		}
		if !p.sees(above) {
			return notHere("chỉ lãnh đạo cấp trên của cơ quan chủ trì làm được")
		}
	case asAcceptor:
		if !p.Is(RoleControl) && (!p.sees(v.Lead) || agency == v.Lead) {
			return notHere("cơ quan chủ trì nghiệm thu việc của cơ quan phối hợp; việc của cơ quan chủ trì do bộ phận kiểm soát nghiệm thu")
		}
	}
	return nil
}

// superior is the agency above another; one without any above it answers for itself.
func (o *Office) superior(ctx context.Context, agency string) (string, error) {
	a, err := o.Store.Agency(ctx, agency)
	if errors.Is(err, models.ErrNotFound) || err == nil && a.Parent == "" {
		return agency, nil
	}
	return a.Parent, err
}

// visibleMission returns a mission in the principal's scope; what is unknown and what is foreign look the same.
func (o *Office) visibleMission(ctx context.Context, p Principal, code string) (models.MissionRow, error) {
	row, err := o.Store.Mission(ctx, code)
	if errors.Is(err, models.ErrNotFound) {
		return row, unknownMission(code)
	}
	if err != nil {
		return row, err
	}
	agencies := []string{row.Lead}
	for _, b := range row.View.Bindings {
		agencies = append(agencies, b.Agency)
	}
	if !p.sees(agencies...) {
		return row, unknownMission(code)
	}
	return row, nil
}

func (o *Office) missionModel(ctx context.Context, hash string) (*mission.Model, error) {
	return o.missionModels.Get(hash, func() (*mission.Model, error) { return o.Store.MissionModel(ctx, hash) })
}
