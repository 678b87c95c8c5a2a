package dossier

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// Event is something that happened to a dossier. Events are never changed and never deleted; folding all of them with
// Apply rebuilds the state.
type Event struct {
	// Seq numbers the events of a dossier from 1 without gaps.
	Seq int64
	// At is when it took effect, Recorded when it was written down (legal time, clock.md §1).
	At, Recorded time.Time
	// Act is the act that caused it, By its actor ("clock" for alarms).
	Act, By string
	Body    Body
}

// Body is the content of an event: one type per kind, named by a past participle.
type Body interface{ Kind() string }

// The events of a dossier's life.
type (
	Submitted struct {
		Intake     IntakeFacts `json:"intake"`
		Procedure  string      `json:"procedure"`
		Plan       string      `json:"plan"`
		Engine     int         `json:"engine"`
		Received   time.Time   `json:"received"`
		IntakeDue  time.Time   `json:"intake_due,omitzero"`
		Conditions []string    `json:"conditions,omitempty"`
	}
	IntakeRefused struct {
		Ground    string `json:"ground,omitempty"`
		Automatic bool   `json:"automatic,omitempty"`
	}
	Accepted struct {
		Register    int64                `json:"register,omitempty"`
		Received    time.Time            `json:"received"`
		Commitment  procedure.Commitment `json:"commitment"`
		Rules       string               `json:"rules"`
		Due         time.Time            `json:"due"`
		Provisional bool                 `json:"provisional,omitempty"`
		// Backdated names the document of an earlier effect; such an acceptance is a finding for the control office.
		Backdated string `json:"backdated,omitempty"`
	}
	CountStarted struct {
		N     int       `json:"n"`
		Start time.Time `json:"start"`
		Due   time.Time `json:"due"`
		Cause string    `json:"cause"`
		// Limit is that of the remaining parts of a merged procedure, where it is not the whole.
		Limit calendar.Limit `json:"limit,omitzero"`
	}
	StepOpened struct {
		Step   string    `json:"step"`
		N      int       `json:"n"`
		Agency string    `json:"agency"`
		From   int       `json:"from"`
		Budget int       `json:"budget,omitempty"`
		Due    time.Time `json:"due,omitzero"`
	}
	StepCompleted struct {
		Task    string   `json:"task"`
		Outcome string   `json:"outcome"`
		Results []string `json:"results,omitempty"`
		// Child is the dossier whose end this is, where a step had opened one.
		Child string `json:"child,omitempty"`
		// Silence: nobody answered within the limit, and the law counts that as this outcome; Ground is that law.
		Silence bool   `json:"silence,omitempty"`
		Ground  string `json:"ground,omitempty"`
	}
	// ChildRequested asks for a dossier under another procedure, led by an agency; whoever records it takes that dossier in.
	ChildRequested struct {
		Task      string `json:"task"`
		Procedure string `json:"procedure"`
		// Ref is the agency reference of the plan, Agency what it is bound to.
		Ref    string `json:"ref,omitempty"`
		Agency string `json:"agency"`
	}
	// SilenceAnswered is an answer that was received in time and landed after silence had been counted. Stands: the flow goes on
	// as it did, because what followed cannot be undone.
	SilenceAnswered struct {
		Task    string `json:"task"`
		Outcome string `json:"outcome"`
		Stands  bool   `json:"stands,omitempty"`
	}
	StepCancelled struct {
		Task  string `json:"task"`
		Cause string `json:"cause"`
	}
	SentBack struct {
		Task string `json:"task"`
		To   string `json:"to"`
	}
	BranchArrived struct {
		Join  string `json:"join"`
		From  string `json:"from"`
		Visit int    `json:"visit"`
	}
	TaskAssigned struct {
		Task     string `json:"task"`
		Assignee string `json:"assignee"`
		HandedUp bool   `json:"handed_up,omitempty"`
		// Reassigned: a rung gave it to another of the same position.
		Reassigned bool `json:"reassigned,omitempty"`
	}
	SupplementRequested struct {
		N                int       `json:"n"`
		BeforeAcceptance bool      `json:"before_acceptance,omitempty"`
		Effect           string    `json:"effect,omitempty"`
		Task             string    `json:"task,omitempty"`
		Papers           []string  `json:"papers,omitempty"`
		Expires          time.Time `json:"expires,omitzero"`
		// Closes is when the dossier ends by itself, where that is not the end of the applicant's last day.
		Closes          time.Time `json:"closes,omitzero"`
		Bound           time.Time `json:"bound,omitzero"`
		Late            bool      `json:"late,omitempty"`
		Override        string    `json:"override,omitempty"`
		GuidanceIgnored bool      `json:"guidance_ignored,omitempty"`
		Ground          string    `json:"ground,omitempty"`
	}
	SupplementProvided struct {
		N       int       `json:"n"`
		Papers  []string  `json:"papers,omitempty"`
		CheckBy time.Time `json:"check_by,omitzero"`
	}
	SupplementChecked struct {
		N        int       `json:"n"`
		Complete bool      `json:"complete"`
		Received time.Time `json:"received"`
		// IntakeDue is the fresh intake clock of a dossier not yet accepted.
		IntakeDue time.Time `json:"intake_due,omitzero"`
	}
	Suspended struct {
		Leg      string `json:"leg"`
		Ground   string `json:"ground"`
		Document string `json:"document,omitempty"`
	}
	Resumed          struct{}
	PaymentRequested struct {
		ID       string    `json:"id"`
		Task     string    `json:"task,omitempty"`
		Amount   int64     `json:"amount,omitempty"`
		Suspends bool      `json:"suspends,omitempty"`
		Ground   string    `json:"ground,omitempty"`
		Expires  time.Time `json:"expires,omitzero"`
		Closes   time.Time `json:"closes,omitzero"`
	}
	PaymentConfirmed struct {
		ID       string `json:"id"`
		Document string `json:"document,omitempty"`
	}
	Reappointed struct {
		OldDue   time.Time `json:"old_due"`
		NewDue   time.Time `json:"new_due"`
		Signer   string    `json:"signer"`
		Document string    `json:"document,omitempty"`
		// Proposal is the number of the proposal that it answers.
		Proposal int `json:"proposal,omitempty"`
		// Decision is the number of the standing decision that it was issued under by the ladder, DecisionID its id, Reason
		// the reason that the decision states; empty where a person signed.
		Decision   string `json:"decision,omitempty"`
		DecisionID string `json:"decision_id,omitempty"`
		Reason     string `json:"reason,omitempty"`
	}
	Extended struct {
		ID     string         `json:"id"`
		Add    calendar.Limit `json:"add"`
		Ground string         `json:"ground"`
		Due    time.Time      `json:"due"`
	}
	Excluded struct {
		From     time.Time `json:"from"`
		Until    time.Time `json:"until"`
		Ground   string    `json:"ground"`
		Document string    `json:"document"`
		// Outage is the id of the outage that covers many dossiers at once. OldDue and Due are the promise before and after.
		Outage string    `json:"outage,omitempty"`
		OldDue time.Time `json:"old_due,omitzero"`
		Due    time.Time `json:"due,omitzero"`
	}
	Withdrawn struct{}
	Stopped   struct {
		Ground    string `json:"ground"`
		Automatic bool   `json:"automatic,omitempty"`
	}
	Finished struct {
		Refusal bool      `json:"refusal,omitempty"`
		Results []string  `json:"results,omitempty"`
		Due     time.Time `json:"due"`
	}
	Reopened struct {
		To string `json:"to"`
	}
	Returned  struct{}
	RungFired struct {
		RungKey
		Instant time.Time `json:"instant"`
		Do      []string  `json:"do"`
		To      []string  `json:"to"`
	}
	RungsRearmed struct {
		Rungs []RungKey `json:"rungs"`
	}
	CalendarAdopted struct {
		Agency string    `json:"agency"`
		Hash   string    `json:"hash"`
		OldDue time.Time `json:"old_due,omitzero"`
		Due    time.Time `json:"due,omitzero"`
	}
	ConditionsChanged struct {
		Conditions []string `json:"conditions"`
	}
)

func (Submitted) Kind() string           { return "submitted" }
func (IntakeRefused) Kind() string       { return "intake_refused" }
func (Accepted) Kind() string            { return "accepted" }
func (CountStarted) Kind() string        { return "count_started" }
func (StepOpened) Kind() string          { return "step_opened" }
func (StepCompleted) Kind() string       { return "step_completed" }
func (ChildRequested) Kind() string      { return "child_requested" }
func (SilenceAnswered) Kind() string     { return "silence_answered" }
func (StepCancelled) Kind() string       { return "step_cancelled" }
func (SentBack) Kind() string            { return "sent_back" }
func (BranchArrived) Kind() string       { return "branch_arrived" }
func (TaskAssigned) Kind() string        { return "task_assigned" }
func (SupplementRequested) Kind() string { return "supplement_requested" }
func (SupplementProvided) Kind() string  { return "supplement_provided" }
func (SupplementChecked) Kind() string   { return "supplement_checked" }
func (Suspended) Kind() string           { return "suspended" }
func (Resumed) Kind() string             { return "resumed" }
func (PaymentRequested) Kind() string    { return "payment_requested" }
func (PaymentConfirmed) Kind() string    { return "payment_confirmed" }
func (Reappointed) Kind() string         { return "reappointed" }
func (Extended) Kind() string            { return "extended" }
func (Excluded) Kind() string            { return "excluded" }
func (Withdrawn) Kind() string           { return "withdrawn" }
func (Stopped) Kind() string             { return "stopped" }
func (Finished) Kind() string            { return "finished" }
func (Reopened) Kind() string            { return "reopened" }
func (Returned) Kind() string            { return "returned" }
func (RungFired) Kind() string           { return "rung_fired" }
func (RungsRearmed) Kind() string        { return "rungs_rearmed" }
func (CalendarAdopted) Kind() string     { return "calendar_adopted" }
func (ConditionsChanged) Kind() string   { return "conditions_changed" }

// decoders by kind; a function, so that no package-level state exists.
func decodeBody(kind string, data []byte) (Body, error) {
	switch kind {
	case "submitted":
		return decode[Submitted](data)
	case "intake_refused":
		return decode[IntakeRefused](data)
	case "accepted":
		return decode[Accepted](data)
	case "count_started":
		return decode[CountStarted](data)
	case "step_opened":
		return decode[StepOpened](data)
	case "step_completed":
		return decode[StepCompleted](data)
	case "child_requested":
		return decode[ChildRequested](data)
	case "silence_answered":
		return decode[SilenceAnswered](data)
	case "step_cancelled":
		return decode[StepCancelled](data)
	case "sent_back":
		return decode[SentBack](data)
	case "branch_arrived":
		return decode[BranchArrived](data)
	case "task_assigned":
		return decode[TaskAssigned](data)
	case "supplement_requested":
		return decode[SupplementRequested](data)
	case "supplement_provided":
		return decode[SupplementProvided](data)
	case "supplement_checked":
		return decode[SupplementChecked](data)
	case "suspended":
		return decode[Suspended](data)
	case "resumed":
		return decode[Resumed](data)
	case "payment_requested":
		return decode[PaymentRequested](data)
	case "payment_confirmed":
		return decode[PaymentConfirmed](data)
	case "reappointed":
		return decode[Reappointed](data)
	case "extended":
		return decode[Extended](data)
	case "excluded":
		return decode[Excluded](data)
	case "withdrawn":
		return decode[Withdrawn](data)
	case "stopped":
		return decode[Stopped](data)
	case "finished":
		return decode[Finished](data)
	case "reopened":
		return decode[Reopened](data)
	case "returned":
		return decode[Returned](data)
	case "rung_fired":
		return decode[RungFired](data)
	case "rungs_rearmed":
		return decode[RungsRearmed](data)
	case "calendar_adopted":
		return decode[CalendarAdopted](data)
	case "backdated":
		return decode[Backdated](data)
	case "receipt_corrected":
		return decode[ReceiptCorrected](data)
	case "calendar_amended":
		return decode[CalendarAmended](data)
	case "version_moved":
		return decode[VersionMoved](data)
	case "conditions_changed":
		return decode[ConditionsChanged](data)
	}
	if b, err := decodeRungAction(kind, data); b != nil || err != nil {
		return b, err
	}
	return nil, fmt.Errorf("unknown event kind %q", kind)
}

func decode[B Body](data []byte) (Body, error) {
	var b B
	if len(data) > 0 {
		if err := json.Unmarshal(data, &b); err != nil {
			return nil, fmt.Errorf("event %s: %w", b.Kind(), err)
		}
	}
	return b, nil
}

type eventJSON struct {
	Seq      int64           `json:"seq"`
	Kind     string          `json:"kind"`
	At       time.Time       `json:"at"`
	Recorded time.Time       `json:"rec"`
	Act      string          `json:"act,omitempty"`
	By       string          `json:"by,omitempty"`
	Data     json.RawMessage `json:"data,omitempty"`
}

// MarshalJSON writes the event with its kind.
func (e Event) MarshalJSON() ([]byte, error) {
	data, err := json.Marshal(e.Body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(eventJSON{e.Seq, e.Body.Kind(), e.At, e.Recorded, e.Act, e.By, data})
}

// UnmarshalJSON reads what MarshalJSON wrote; an unknown kind is an error.
func (e *Event) UnmarshalJSON(b []byte) (err error) {
	*e, err = DecodeEvent(b, decodeBody)
	return err
}

// DecodeEvent reads an event of a machine with kinds of its own; body reads the content of a kind.
func DecodeEvent(b []byte, body func(kind string, data []byte) (Body, error)) (Event, error) {
	var j eventJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return Event{}, err
	}
	content, err := body(j.Kind, j.Data)
	if err != nil {
		return Event{}, err
	}
	return Event{Seq: j.Seq, At: j.At.In(calendar.Zone()), Recorded: j.Recorded.In(calendar.Zone()), Act: j.Act, By: j.By, Body: content}, nil
}

// DecodeBody reads the content of an event from storage.
func DecodeBody(kind string, data []byte) (Body, error) { return decodeBody(kind, data) }

// Digest identifies a batch of events by content: what was recorded must be what was decided, on replay too.
func Digest(events []Event) (string, error) {
	h := sha256.New()
	enc := json.NewEncoder(h)
	for _, e := range events {
		if err := enc.Encode(e); err != nil {
			return "", fmt.Errorf("digest event %d: %w", e.Seq, err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:12]), nil
}
