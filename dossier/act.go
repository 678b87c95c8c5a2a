package dossier

import (
	"time"

	"motcua/procedure"
)

// Kinds of acts. An act is a verb; what it causes are events.
const (
	ActSubmit            = "submit"
	ActAccept            = "accept"
	ActRefuseIntake      = "refuse_intake"
	ActAssign            = "assign"
	ActComplete          = "complete"
	ActSendBack          = "send_back"
	ActRequestSupplement = "request_supplement"
	ActProvideSupplement = "provide_supplement"
	ActCheckSupplement   = "check_supplement"
	ActSuspend           = "suspend"
	ActResume            = "resume"
	ActRequestPayment    = "request_payment"
	ActConfirmPayment    = "confirm_payment"
	ActReappoint         = "reappoint"
	ActDismissProposal   = "dismiss_proposal"
	ActExtend            = "extend"
	ActExclude           = "exclude"
	ActWithdraw          = "withdraw"
	ActStop              = "stop"
	ActFinish            = "finish"
	ActReopen            = "reopen"
	ActReturn            = "return"
	ActMoveVersion       = "move_version"
	ActAdoptCalendar     = "adopt_calendar"
	ActAlarm             = "alarm"
	// ActEndChild brings the end of a dossier that a step opened; no person does it.
	ActEndChild = "end_child"
)

// Act is one thing that somebody, or the clock, does to a dossier. It carries codes and references only: free text and
// personal data stay in the database under the act's id.
type Act struct {
	// ID is unique over all acts; a retried act has the same id.
	ID   string `json:"id,omitempty"`
	Kind string `json:"kind"`
	// At is when the act was received (legal time).
	At time.Time `json:"at,omitzero"`
	// By is the actor: an officer's reference, "applicant" or "clock".
	By string `json:"by,omitempty"`
	// Fingerprint identifies the body that came with the id.
	Fingerprint string `json:"fingerprint,omitempty"`

	// Task is the task acted on ("tham-dinh#1"); may be left out where the dossier has just one open task.
	Task string `json:"task,omitempty"`
	// Outcome of a completed step; empty means its only outcome.
	Outcome string `json:"outcome,omitempty"`
	// To is the assignee (assign) or the step to go back to (send_back, reopen).
	To string `json:"to,omitempty"`
	// Conditions are the names of all conditions that hold after this act, when the facts changed.
	Conditions    []string `json:"conditions,omitempty"`
	ConditionsSet bool     `json:"conditions_set,omitempty"`
	// Reasoned says that a reason was given; the text stays in the database.
	Reasoned bool `json:"reasoned,omitempty"`
	// Ground is the legal ground, Document the number of the deciding document.
	Ground   string `json:"ground,omitempty"`
	Document string `json:"document,omitempty"`
	// Approval names who approved what needs approval: a late slip, a second supplement, a re-appointment.
	Approval string `json:"approval,omitempty"`
	// GuidanceIgnored records that the applicant did not follow the written guidance (a third supplement needs it).
	GuidanceIgnored bool `json:"guidance_ignored,omitempty"`
	// Complete says that the supplement completes the dossier.
	Complete bool `json:"complete,omitempty"`
	// Papers are ids of documents asked for or provided.
	Papers []string `json:"papers,omitempty"`
	// Results are ids of the results produced.
	Results []string `json:"results,omitempty"`
	// Effective is a documented earlier effect (see backdate.go) or a corrected receipt; MayBackdate is the right to it, found by who
	// checks rights. From and Until bound an exclusion or name a new date (reappoint: Until),
	// or up to when recipients were asked for (alarm: Until).
	Effective   time.Time `json:"effective,omitzero"`
	MayBackdate bool      `json:"may_backdate,omitempty"`
	From        time.Time `json:"from,omitzero"`
	Until       time.Time `json:"until,omitzero"`
	// Proposal is the number of the proposed apology that a re-appointment or a dismissal answers.
	Proposal int `json:"proposal,omitempty"`
	// Extension names one of the plan's legal extensions.
	Extension string `json:"extension,omitempty"`
	// Payment: reference, amount in đồng, and whether it is a financial obligation (which may suspend) or an ordinary fee.
	Payment   string `json:"payment,omitempty"`
	Amount    int64  `json:"amount,omitempty"`
	Financial bool   `json:"financial,omitempty"`

	// Submit and accept carry what the intake decided.
	Intake *IntakeFacts `json:"intake,omitempty"`
	// Register is the gapless number in the register of accepted dossiers (accept).
	Register int64 `json:"register,omitempty"`
	// Ended are reductions of the plan that a decision has ended since it was published (accept, move_version).
	Ended []procedure.Ending `json:"ended,omitempty"`
	// Recipients were looked up for the rungs that fire (alarm).
	Recipients []Recipients `json:"recipients,omitempty"`
	// Move is the version that the dossier goes on under (move_version).
	Move *Move `json:"move,omitempty"`
	// Child is the code of the dossier that ended (end_child).
	Child string `json:"child,omitempty"`
	// Agency and Calendar name the revision adopted (adopt_calendar).
	Agency   string `json:"agency,omitempty"`
	Calendar string `json:"calendar,omitempty"`
	// Calendars are the revisions that an amendment brings (amend_calendar), Amendment its id, or that of an outage (exclude); Undo:
	// the amendment was taken back.
	Calendars []AgencyCalendar `json:"calendars,omitempty"`
	Amendment string           `json:"amendment,omitempty"`
	Undo      bool             `json:"undo,omitempty"`
}

// IntakeFacts is what a submission fixes for good.
type IntakeFacts struct {
	Code      string           `json:"code"`
	Channel   string           `json:"channel"`
	Receiving string           `json:"receiving"`
	Lead      string           `json:"lead"`
	Bindings  []Binding        `json:"bindings,omitempty"`
	Calendars []AgencyCalendar `json:"calendars"`
	// Parent is the dossier that opened this one; nil for one that an applicant submitted.
	Parent *Parent `json:"parent,omitempty"`
}

// Parent is the dossier, and the task of it, that waits for this one. Procedures are the codes of the procedures above this
// one, the outermost first: so no circle can be opened, and nothing too deep.
type Parent struct {
	Code       string   `json:"code"`
	Task       string   `json:"task"`
	Procedures []string `json:"procedures"`
}

// Binding says which agency serves an agency reference of the plan.
type Binding struct {
	Ref    string `json:"ref"`
	Agency string `json:"agency"`
}

// AgencyCalendar pins the calendar revision of an agency by content hash.
type AgencyCalendar struct {
	Agency string `json:"agency"`
	Hash   string `json:"hash"`
}

// Recipients are the people that a firing rung reaches, by officer reference, found in the organisation tree at the
// moment of firing.
type Recipients struct {
	Rung RungKey  `json:"rung"`
	To   []string `json:"to"`
	// HandUp is the superior who takes the task over, where the rung hands it up.
	HandUp string `json:"hand_up,omitempty"`
	// HandUps name the superior of each task where there are several; one who has nobody is left out and keeps its assignee.
	HandUps []HandUp `json:"hand_ups,omitempty"`
	// Reassign names for tasks who of the same position in the same agency has the least to do.
	Reassign []HandUp `json:"reassign,omitempty"`
	// Signers may sign an apology; Standing is the decision under which it may go out without a signature of its own.
	Signers  []string  `json:"signers,omitempty"`
	Standing *Standing `json:"standing,omitempty"`
	// Inspector looks into the dossier, in the control office of the agency Office.
	Inspector string `json:"inspector,omitempty"`
	Office    string `json:"office,omitempty"`
}

// HandUp is the person to whom a task goes.
type HandUp struct {
	Task string `json:"task"`
	To   string `json:"to"`
}

// superior of a task, "" for nobody.
func (r *Recipients) superior(task string, engine int) string {
	if engine < sinceMovedReceipt || len(r.HandUps) == 0 {
		return r.HandUp
	}
	for _, h := range r.HandUps {
		if h.Task == task {
			return h.To
		}
	}
	return ""
}

// Channels of submission.
const (
	ChannelCounter = "counter"
	ChannelOnline  = "online"
	ChannelPost    = "post"
	// ChannelLinked: another dossier opened this one.
	ChannelLinked = "linked"
)
