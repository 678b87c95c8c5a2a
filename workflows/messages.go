// Package workflows drives dossiers and missions on Temporal: one durable workflow each, thin and deterministic.
//
// The law is in the packages dossier and mission. A workflow only receives acts (Updates), decides them with the machine, has the events
// recorded by one local activity at a time, and sleeps until the machine's next alarm. It evaluates no expressions, reads
// no configuration and touches no database; everything it needs arrives in its input, in acts and in look-ups.
package workflows

import (
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
	"motcua/procedure"
)

// Names of the workflow and its messages.
const (
	DossierName = "Dossier"
	UpdateAct   = "act"
	UpdatePoke  = "poke"
	QueryState  = "state"
	QueryClock  = "clock"
	QueryNext   = "next"

	// RefusalType is the type of the application error of a refused act; its details hold the dossier.Refusal.
	RefusalType = "refusal"
	// SequenceType is the type of the final error of Record: what is stored contradicts what was decided.
	SequenceType = "sequence"
)

// Local is the typed name of a local activity.
type Local[Req, Res any] struct{ Name string }

// RecordEvents writes events, read model and outbox in one transaction. LookUp finds who a firing rung reaches.
func RecordEvents() Local[RecordRequest, RecordReply] {
	return Local[RecordRequest, RecordReply]{"Record"}
}
func LookUp() Local[LookupRequest, LookupReply] { return Local[LookupRequest, LookupReply]{"LookUp"} }

// Start is the input of a dossier's workflow. It begins from the events of the intake, or, after a loss of Temporal's
// database, from all events so far; after continue-as-new from a snapshot.
type Start struct {
	Code     string          `json:"code"`
	Events   []dossier.Event `json:"events,omitempty"`
	Snapshot *dossier.State  `json:"snapshot,omitempty"`
	// Done are the acts already done, when the workflow is re-created from events.
	Done []dossier.DoneAct     `json:"done,omitempty"`
	Exec *procedure.Executable `json:"exec"`
	// Calendars are the revisions in use, as data.
	Calendars []CalendarData `json:"calendars"`
	Clock     calendar.Clock `json:"clock"`
	Policy    dossier.Policy `json:"policy"`
	// Window spreads the firing of rungs that fall together, in wall time; the legal instant stays exact.
	Window time.Duration `json:"window,omitempty"`
}

// CalendarData is one calendar revision as data, pinned for an agency where Agency is set.
type CalendarData struct {
	Agency string        `json:"agency,omitempty"`
	Hash   string        `json:"hash"`
	Spec   calendar.Spec `json:"spec"`
	// Decision stands behind a revision that is adopted before a rung.
	Decision
}

// Decision is what an amendment of a calendar stands on; empty where there is none.
type Decision struct {
	Amendment string `json:"amendment,omitempty"`
	Document  string `json:"document,omitempty"`
	Ground    string `json:"ground,omitempty"`
}

// ActRequest asks the workflow to do an act.
type ActRequest struct {
	Act dossier.Act `json:"act"`
	// Expect is the revision that the caller saw (If-Match); 0 does not ask.
	Expect int64 `json:"expect,omitempty"`
	// Seen is the last event that the caller knows to be recorded. A workflow that has not come so far lost a task after its
	// events were recorded: it takes over what is stored before it judges the act.
	Seen int64 `json:"seen,omitempty"`
	// Calendars are the revisions that a move to another version brings along, as data.
	Calendars []CalendarData `json:"calendars,omitempty"`
}

// ActReply says what the act led to.
type ActReply struct {
	Seq      int64          `json:"seq"`
	Revision int64          `json:"revision"`
	Status   dossier.Status `json:"status"`
	Due      time.Time      `json:"due,omitzero"`
}

// RecordRequest is a batch of events in order, with the dossier as it stands after them. Without events it only asks whether
// more is stored than the view's events.
type RecordRequest struct {
	Code   string
	Events []dossier.Event
	Digest string
	View   dossier.View
	Acts   []dossier.DoneAct
}

// RecordReply returns the digest of what is stored; the workflow compares it, on replay too.
type RecordReply struct {
	Digest string `json:"d"`
	// Stored is set instead where the workflow is behind its own records.
	Stored *Stored `json:"stored,omitempty"`
}

// Stored is a dossier or a mission as it is recorded: what a workflow that is behind goes on from.
type Stored struct {
	Events []dossier.Event `json:"events,omitempty"`
	// Mission are the events of a mission, whose kinds are its own.
	Mission   mission.Events    `json:"mission,omitempty"`
	Done      []dossier.DoneAct `json:"done"`
	Calendars []CalendarData    `json:"calendars"`
	// Exec is the plan that the recorded events lead to, where it is not the one that the workflow is on.
	Exec *procedure.Executable `json:"exec,omitempty"`
}

// LookupRequest asks who the rungs reach now, and for newer calendars.
type LookupRequest struct {
	Code      string
	Procedure string
	Receiving string
	Lead      string
	Rungs     []RungQuery
	Calendars []dossier.AgencyCalendar
	// Before, when it is set, asks for acts received up to it (legal time) that have not landed: one of the alarms is final.
	Before time.Time
	// Until is the legal instant up to which alarms are asked for.
	Until time.Time
}

// RungQuery is a rung about to fire and the tasks it concerns.
type RungQuery struct {
	Key    dossier.RungKey
	To     []string
	HandUp bool
	Tasks  []dossier.TaskView
	// Reassign, Sign, Issue and Inspect ask as dossier.Asks does.
	Reassign, Sign, Issue, Inspect bool
}

// LookupReply is what the organisation and the calendars say at the moment of firing.
type LookupReply struct {
	Recipients []dossier.Recipients `json:"recipients,omitempty"`
	// Newer are the calendar revisions in force that the dossier does not have yet.
	Newer []CalendarData `json:"newer,omitempty"`
	// Skewed: the worker's clock and the database's are more than 60 s apart; nothing may fire until they agree.
	Skewed bool `json:"skewed,omitempty"`
	// Pending: an act received before a final alarm has not landed yet; the alarm waits for its fate.
	Pending bool `json:"pending,omitempty"`
	// Until is the request's: what falls due while the look-up is under way is looked up on its own. Replies without it, of
	// earlier histories, stand for all that is due.
	Until time.Time `json:"until,omitzero"`
}

// NextReply answers the query "next".
type NextReply struct {
	Alarm dossier.Alarm `json:"alarm"`
	Armed bool          `json:"armed"`
	// WallAt is the wall time at which the timer is set.
	WallAt time.Time `json:"wall_at,omitzero"`
}

// WorkflowID is the id of a dossier's workflow; DossierCode its inverse.
func WorkflowID(code string) string { return "hoso/" + code }

// DossierCode returns the dossier's code of a workflow id, "" for other workflows.
func DossierCode(id string) string {
	const prefix = "hoso/"
	if len(id) > len(prefix) && id[:len(prefix)] == prefix {
		return id[len(prefix):]
	}
	return ""
}
