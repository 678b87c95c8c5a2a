package office

// Actions on what was seen and on what is likely.
const (
	DoSignals        = "signals"         // read signals
	DoDismissSignals = "signals.dismiss" // lay one aside, with a reason
	DoForecast       = "forecast"
)

const atSignal place = "anywhere; a leader for its agency and those below it"

// signalRules are the lines of the policy that concern signals and forecasts. A head sees what was seen at the head's own agency: who
// is to explain it must be able to read it. To lay it aside is for the control office alone.
func signalRules() []rule {
	return []rule{
		{DoSignals, []string{RoleLeader, RoleControl, RoleAuditor}, atSignal},
		{DoDismissSignals, []string{RoleControl}, anywhere},
		{DoForecast, []string{RoleOneStop, RoleHandler, RoleLeader, RoleControl, RoleAuditor}, inScope},
	}
}
