package office

// Actions on reductions.
const (
	DoReadReductions    = "reduction.read"    // rules, and what they take off the procedures in force
	DoDraftReductions   = "reduction.draft"   // write a rule, or the end of one
	DoApproveReductions = "reduction.approve" // put another person's draft in force, or send it back
)

// reductionRules are the lines of the policy that concern reductions.
func reductionRules() []rule {
	return []rule{
		{DoReadReductions, Roles(), anywhere},
		{DoDraftReductions, []string{RoleControl}, anywhere},
		{DoApproveReductions, []string{RoleControl}, anywhere},
	}
}
