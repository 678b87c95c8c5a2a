package office

import "motcua/dossier"

// Actions on what the ladder leads to.
const (
	DoReadNotices     = "notices"          // one's own notifications and digests, and those of one's desk
	DoMessagePolicy   = "message_policy"   // when messages may be delivered
	DoDraftStanding   = "standing.draft"   // write a standing decision on apologies
	DoApproveStanding = "standing.approve" // put it in force; another person than the author
	DoRevokeStanding  = "standing.revoke"
	DoInspect         = "inspection.act" // take an inspection, conclude it
)

const (
	ownNotices   place = "one's own, and those of one's desk"
	atDecider    place = "at the deciding agency or above"
	forDecider   place = "for the deciding agency; the control office for any"
	inspectScope place = "on dossiers in scope, as an officer"
)

// escalationRules are the lines of the policy that concern them.
func escalationRules() []rule {
	return []rule{
		{dossier.ActDismissProposal, []string{RoleLeader}, atLead},
		{DoReadNotices, []string{RoleOneStop, RoleHandler, RoleLeader, RoleControl}, ownNotices},
		{DoMessagePolicy, []string{RoleAdmin}, anywhere},
		{DoDraftStanding, []string{RoleLeader, RoleControl}, forDecider},
		{DoApproveStanding, []string{RoleLeader}, atDecider},
		{DoRevokeStanding, []string{RoleLeader, RoleControl}, forDecider},
		{DoInspect, []string{RoleControl}, inspectScope},
	}
}
