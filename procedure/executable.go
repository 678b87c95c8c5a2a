package procedure

import "motcua/calendar"

// Executable is the part of a plan that carries a dossier: ids, limits, edges, rungs and effects. It holds no names, no
// papers and no legal texts beyond the short grounds that a ledger must cite, so it is small enough to travel in a
// workflow's start input. It is immutable once compiled.
type Executable struct {
	// Code is the national code of the procedure, e.g. "1.012784".
	Code string `json:"code"`
	// Plan is the content hash of the whole plan that this is part of.
	Plan string `json:"plan"`
	// Limit is the legal limit. It is zero exactly when SameDay is set.
	Limit calendar.Limit `json:"limit,omitzero"`
	// SameDay is set for procedures answered on the day of receipt (NĐ 99/2022 Đ16.1 and alike).
	SameDay *SameDay `json:"same_day,omitempty"`
	// Merged is set for a procedure made of published ones (clock.md §11); its limits are then the parts' by the merge's rule.
	Merged *Merged `json:"merged,omitempty"`
	// Variants change the legal limit by area, channel or case, in declared order.
	Variants []Variant `json:"variants,omitempty"`
	// Reductions shorten the legal limit to the committed one, in declared order.
	Reductions []Reduction `json:"reductions,omitempty"`
	// SubLimits are times that the law fixes for parts of the work: no reduction goes below their sum.
	SubLimits []SubLimit `json:"sub_limits,omitempty"`
	// Extensions are the legal extensions that a law allows.
	Extensions []Extension `json:"extensions,omitempty"`
	// StartsAt names the agency reference whose receipt starts the legal clock; empty means acceptance (clock.md §3).
	StartsAt string `json:"starts_at,omitempty"`
	// Intake is the clock of submissions not yet accepted.
	Intake Intake `json:"intake"`
	// Supplement is the rule for asking the applicant for missing papers; a step may have its own.
	Supplement Supplement `json:"supplement"`
	// Conditions are the names of the conditions that edges and variants refer to, sorted.
	Conditions []string `json:"conditions,omitempty"`
	// Agencies are the agency references that steps use besides the lead agency; each is bound to an agency at intake.
	Agencies []string `json:"agencies,omitempty"`
	// Start is the id of the first step.
	Start string `json:"start"`
	// Steps in the order of the definition.
	Steps []Step `json:"steps"`
	// Ladder is the escalation ladder of the dossier, its steps and its intake.
	Ladder []Rung `json:"ladder,omitempty"`
}

// SameDay is a limit of "the day of receipt": received up to the cut-off, due at the end of that day; after it, at the end
// of the next working day. Exactly the cut-off is still before it (clock.md §1).
type SameDay struct {
	// CutOff in minutes after midnight, e.g. 900 for 15:00.
	CutOff int    `json:"cut_off"`
	Ground string `json:"ground,omitempty"`
}

// Variant changes the legal limit where a condition holds (limit-when).
type Variant struct {
	Rule string `json:"rule"`
	// When names the condition; Channels, when not empty, restricts it to these channels.
	When     string   `json:"when,omitempty"`
	Channels []string `json:"channels,omitempty"`
	// Exactly one of Set and Add is not zero.
	Set    calendar.Limit `json:"set,omitzero"`
	Add    calendar.Limit `json:"add,omitzero"`
	Ground string         `json:"ground,omitempty"`
}

// Extension is a legal extension: a law gives more time, once per Times (clock.md §5).
type Extension struct {
	ID     string         `json:"id"`
	Add    calendar.Limit `json:"add"`
	Ground string         `json:"ground"`
	Times  int            `json:"times"`
}

// Intake is the clock between submission and acceptance.
type Intake struct {
	// Limits by channel: online, post, counter. A channel without one is accepted at once or has no clock.
	Limits []ChannelLimit `json:"limits,omitempty"`
}

// ChannelLimit is the intake limit of one channel.
type ChannelLimit struct {
	Channel string         `json:"channel"`
	Limit   calendar.Limit `json:"limit"`
}

// Effects that a supplement can have on the legal clock (clock.md §4).
const (
	EffectRestart = "restart"
	EffectPause   = "pause"
	EffectExclude = "exclude"
)

// Supplement is the rule of a request for missing papers.
type Supplement struct {
	Effect string `json:"effect"`
	// Bound limits the excluded time of EffectExclude; beyond it time counts.
	Bound calendar.Limit `json:"bound,omitzero"`
	// Within: the slip leaves within this limit of acceptance (3wd by NĐ 61/2018 Đ19.4); later needs an approval.
	Within calendar.Limit `json:"within,omitzero"`
	// Answer: how long the applicant has; zero: no closing. After it a dossier is refused before, stopped after acceptance.
	Answer calendar.Limit `json:"answer,omitzero"`
	// Closing says how the dossier ends when Answer has passed; nil: without a ground of its own, and nobody is reminded.
	Closing *Closing `json:"closing,omitempty"`
	// Check: how long the officer has to check the papers that came (8wh by default).
	Check  calendar.Limit `json:"check,omitzero"`
	Ground string         `json:"ground,omitempty"`
}

// Closing is how a dossier ends whose applicant does not come back within a period: with papers, with money, or with what a
// wait of the applicant's waits for.
type Closing struct {
	Ground string `json:"ground"`
	// Remind lists how long before the end of the period the applicant is reminded, in the order of the definition.
	Remind []calendar.Limit `json:"remind,omitempty"`
}

// Step kinds.
const (
	StepWork      = "work"      // one role of one agency works on it
	StepWait      = "wait"      // an outside answer is awaited: payment, posting, another office
	StepAutomatic = "automatic" // left at once by conditions
	StepReturn    = "return"    // the result is at the desk; the applicant collects it
	StepSub       = "sub"       // a dossier under another procedure is opened and waited for
)

// Outcomes of a sub-procedure: how the dossier that it opened ended.
const (
	SubFinished = "finished" // with its result
	SubRefused  = "refused"  // with a reasoned refusal after appraisal
	SubStopped  = "stopped"  // stopped or withdrawn, without a result
)

// MaxDepth bounds how many dossiers may stand above one that was opened by another.
const MaxDepth = 3

// What a wait step waits for.
const (
	WaitPayment = "payment" // confirm_payment ends it
	WaitTime    = "time"    // its limit ends it, by itself (public posting)
	WaitAct     = "act"     // completing it ends it
)

// What a step's budget does when the step is entered again.
const (
	ReentryRestart = "restart"
	ReentryResume  = "resume"
)

// Acts that a step may allow beyond completing it (its `may`).
const (
	MaySupplement = "supplement"
	MaySuspend    = "suspend"
	MayPayment    = "payment"
	MaySendBack   = "send_back"
)

// Step is one piece of work by one role of one agency.
type Step struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Role is who does it inside the agency: mot-cua, chuyen-vien, lanh-dao, van-thu, …
	Role string `json:"role,omitempty"`
	// Agency is an agency reference bound at intake; empty: the lead agency. The reserved reference "receiving" is the receiving point.
	Agency string `json:"agency,omitempty"`
	// Limit of a work step is a budget of working minutes (wd, wh; clock.md §7); of a wait step also d, mo, h. Zero: none of its own.
	Limit calendar.Limit `json:"limit,omitzero"`
	// Wait says what a wait step waits for.
	Wait string `json:"wait,omitempty"`
	// Procedure is the code of the procedure that a sub step opens a dossier under, led by Agency; Facts hand facts to it.
	Procedure string     `json:"procedure,omitempty"`
	Facts     []FactLink `json:"facts,omitempty"`
	// Leg names whose time runs: agency (default), tax, payment, applicant, posting, outage, …
	Leg string `json:"leg,omitempty"`
	// Excluded takes the step's time out of the legal clock, up to Bound when it is not zero; Ground says by what law.
	Excluded bool           `json:"excluded,omitempty"`
	Bound    calendar.Limit `json:"bound,omitzero"`
	Ground   string         `json:"ground,omitempty"`
	// Silence is the outcome that a consulted agency counts as having chosen when its limit has passed without an answer; Ground
	// says by what law. Empty: silence means nothing.
	Silence string `json:"silence,omitempty"`
	// Expires: a wait that the applicant does not answer stops the dossier after this; zero: a finding, never a stop. Closing
	// says how.
	Expires calendar.Limit `json:"expires,omitzero"`
	Closing *Closing       `json:"closing,omitempty"`
	// May lists the acts allowed beyond completion.
	May []string `json:"may,omitempty"`
	// Outcomes: at least one; an outcome named "done" is the default of steps that declare none.
	Outcomes []Outcome `json:"outcomes,omitempty"`
	// Join: the step opens when all of these have completed towards it.
	Join []string `json:"join,omitempty"`
	// Reentry of the budget; MaxVisits bounds loops (0: one visit unless a loop enters it, then the compiler sets it).
	Reentry   string `json:"reentry,omitempty"`
	MaxVisits int    `json:"max_visits,omitempty"`
	// Supplement overrides the plan's rule.
	Supplement *Supplement `json:"supplement,omitempty"`
	// Refusal marks a return step whose result is a reasoned refusal; Confirm: the desk confirms receipt of the result by a
	// finish act, otherwise entering the step finishes the dossier.
	Refusal bool `json:"refusal,omitempty"`
	Confirm bool `json:"confirm,omitempty"`
	// Results are the ids of the results handed over here (return steps) or produced here.
	Results []string `json:"results,omitempty"`
	// Part of a merged procedure that the step belongs to; empty for what the parts share.
	Part string `json:"part,omitempty"`
}

// FactLink hands the fact Parent of the procedure to its sub-procedure as Child.
type FactLink struct {
	Child  string `json:"child"`
	Parent string `json:"parent"`
}

// Outcome is one way out of a step.
type Outcome struct {
	Name  string `json:"name"`
	Edges []Edge `json:"edges"`
}

// Edge leads to a step. The edges of an outcome are taken together (parallel branches), each only where its condition
// holds; an edge with Else is taken where no conditional edge of its outcome is.
type Edge struct {
	To   string `json:"to"`
	When string `json:"when,omitempty"`
	Else bool   `json:"else,omitempty"`
}

// Subjects of rungs.
const (
	OnDossier = "dossier"
	OnStep    = "step"
	OnIntake  = "intake"
	// Of missions: a task, or a progress report that is due.
	OnTask   = "task"
	OnReport = "report"
)

// What a rung does.
const (
	DoNotify  = "notify"          // tell the recipients
	DoHandUp  = "hand_up"         // the task moves to the superior
	DoPropose = "propose_apology" // propose a re-appointment with apology for signature
	DoInspect = "inspect"         // open an inspection for the control office
	// DoIssue issues the apology under a standing decision, and proposes it where none is in force.
	DoIssue = "issue_apology"
	// DoReassign gives the task to whoever of the same position in the same agency has the least to do.
	DoReassign = "reassign"
)

// Who a rung reaches; found in the organisation tree when it fires.
const (
	ToAssignee     = "assignee"
	ToHeadOfUnit   = "head_of_unit"
	ToHeadOfAgency = "head_of_agency"
	ToOneStop      = "one_stop"
	ToControl      = "control_office"
	ToChair        = "chair"
	ToApplicant    = "applicant"
	// ToHeadOfLead is the head of a mission's lead agency, whichever agency has the task.
	ToHeadOfLead = "head_of_lead"
)

// Rung is one step of an escalation ladder. Exactly one of Share, Before, AtDue and After places it.
type Rung struct {
	ID string `json:"id"`
	On string `json:"on"`
	// Share of the counted working minutes from receipt to due, in percent (1 to 99).
	Share int `json:"share,omitempty"`
	// Before the due instant by this limit, counted backward (calendar.Before).
	Before calendar.Limit `json:"before,omitzero"`
	// AtDue: when the limit is over: for day limits the next opening after the due date, for hour limits the instant after due.
	AtDue bool `json:"at_due,omitempty"`
	// After: this much working time after AtDue's instant.
	After calendar.Limit `json:"after,omitzero"`
	// Times repeats an After rung Times times, each After later than the one before (0 and 1: once).
	Times int      `json:"times,omitempty"`
	To    []string `json:"to"`
	Do    []string `json:"do"`
}

// RefReceiving is the reserved agency reference of the receiving point, whose calendar the promise follows.
const RefReceiving = "receiving"
