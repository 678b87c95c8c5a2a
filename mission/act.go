package mission

import (
	"time"

	"motcua/dossier"
)

// Kinds of acts. An act is a verb; what it causes are events.
const (
	ActStart            = "start"
	ActReportProgress   = "report_progress"
	ActAttachEvidence   = "attach_evidence"
	ActReportDifficulty = "report_difficulty"
	ActAskMoreTime      = "ask_more_time"
	ActGrantMoreTime    = "grant_more_time"
	ActRefuseMoreTime   = "refuse_more_time"
	ActCompleteTask     = "complete_task"
	ActAcceptTask       = "accept_task"
	ActReopenTask       = "reopen_task"
	ActClose            = "close"
	ActCancel           = "cancel"
	ActAdoptCalendar    = dossier.ActAdoptCalendar
	ActAlarm            = dossier.ActAlarm
)

// Act is one thing that somebody, or the clock, does to a mission. It carries codes and references only: free text stays in the
// database under the act's id.
type Act struct {
	// ID is unique over all acts; a retried act has the same id.
	ID   string `json:"id,omitempty"`
	Kind string `json:"kind"`
	// At is when the act was received (legal time).
	At time.Time `json:"at,omitzero"`
	// By is the actor: an officer's reference or "clock".
	By string `json:"by,omitempty"`
	// Fingerprint identifies the body that came with the id.
	Fingerprint string `json:"fingerprint,omitempty"`

	// Task is what is acted on: "ke-hoach#1", or "ke-hoach" for its earliest open occurrence. Empty: the mission as a whole.
	Task string `json:"task,omitempty"`
	// Percent is how far the task, or the mission as a whole, has come (0 to 100); nil: not said.
	Percent *int `json:"percent,omitempty"`
	// Readings are the actual values of indicators.
	Readings []Reading `json:"readings,omitempty"`
	// Reasoned says that a reason or a description was given; the text stays in the database.
	Reasoned bool `json:"reasoned,omitempty"`
	// Document is the number of a document: evidence, or the ground of a decision. File is the SHA-256 of a file kept elsewhere.
	Document string `json:"document,omitempty"`
	File     string `json:"file,omitempty"`
	// Until is a date asked for or given (its time of day is of no account), or up to when recipients were asked for (alarm).
	Until time.Time `json:"until,omitzero"`

	// Start carries what the start fixes.
	Start *Facts `json:"start,omitempty"`
	// Recipients were looked up for the rungs that fire (alarm).
	Recipients []dossier.Recipients `json:"recipients,omitempty"`
	// Agency and Calendar name the revision adopted (adopt_calendar).
	Agency   string `json:"agency,omitempty"`
	Calendar string `json:"calendar,omitempty"`
}

// Facts are what the start of a mission fixes for good.
type Facts struct {
	Code string `json:"code"`
	Lead string `json:"lead"`
	// Bindings say which agency stands for each cooperating agency of the model.
	Bindings  []dossier.Binding        `json:"bindings,omitempty"`
	Calendars []dossier.AgencyCalendar `json:"calendars"`
}

// Reading is the actual value of an indicator.
type Reading struct {
	Indicator string `json:"indicator"`
	Value     Number `json:"value"`
}
