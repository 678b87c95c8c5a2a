package mission

import (
	"encoding/json"
	"fmt"
	"time"

	"motcua/dossier"
)

// Event is an event of the dossier's envelope with a mission's content. Events are never changed and never deleted; folding all
// of them with Apply rebuilds the state.
type Event = dossier.Event

// The events of a mission's life. Rungs that fired, rungs armed again and calendars adopted are the dossier's own kinds.
type (
	Started struct {
		Facts Facts  `json:"facts"`
		Model string `json:"model"`
		Hash  string `json:"hash"`
		// Engine is the version of the law in this room at the start.
		Engine int `json:"engine"`
		// From is the start, normalised: offsets and recurrences count from it.
		From time.Time `json:"from"`
	}
	ProgressReported struct {
		// Task is the task reported on, Report the due report that this one fulfils; both empty: the mission as a whole.
		Task     string    `json:"task,omitempty"`
		Report   string    `json:"report,omitempty"`
		Percent  *int      `json:"percent,omitempty"`
		Readings []Reading `json:"readings,omitempty"`
	}
	EvidenceAttached struct {
		Task     string `json:"task,omitempty"`
		Document string `json:"document,omitempty"`
		File     string `json:"file,omitempty"`
	}
	DifficultyReported struct {
		Task string `json:"task,omitempty"`
	}
	MoreTimeAsked struct {
		Task string `json:"task"`
		// Until is the date asked for, Due the due instant that it would replace.
		Until time.Time `json:"until"`
		Due   time.Time `json:"due"`
	}
	MoreTimeGranted struct {
		Task     string    `json:"task"`
		OldDue   time.Time `json:"old_due"`
		Due      time.Time `json:"due"`
		Document string    `json:"document,omitempty"`
	}
	MoreTimeRefused struct {
		Task string `json:"task"`
	}
	TaskCompleted struct {
		Task string `json:"task"`
	}
	TaskAccepted struct {
		Task string `json:"task"`
	}
	TaskReopened struct {
		Task string `json:"task"`
		// Due is the new due instant, where one was given.
		Due time.Time `json:"due,omitzero"`
	}
	TaskHandedUp struct {
		Task string `json:"task"`
		To   string `json:"to"`
	}
	Closed    struct{}
	Cancelled struct {
		Document string `json:"document,omitempty"`
	}

	RungFired       = dossier.RungFired
	RungsRearmed    = dossier.RungsRearmed
	CalendarAdopted = dossier.CalendarAdopted
)

func (Started) Kind() string            { return "mission_started" }
func (ProgressReported) Kind() string   { return "progress_reported" }
func (EvidenceAttached) Kind() string   { return "evidence_attached" }
func (DifficultyReported) Kind() string { return "difficulty_reported" }
func (MoreTimeAsked) Kind() string      { return "more_time_asked" }
func (MoreTimeGranted) Kind() string    { return "more_time_granted" }
func (MoreTimeRefused) Kind() string    { return "more_time_refused" }
func (TaskCompleted) Kind() string      { return "task_completed" }
func (TaskAccepted) Kind() string       { return "task_accepted" }
func (TaskReopened) Kind() string       { return "task_reopened" }
func (TaskHandedUp) Kind() string       { return "task_handed_up" }
func (Closed) Kind() string             { return "mission_closed" }
func (Cancelled) Kind() string          { return "mission_cancelled" }

// DecodeBody reads the content of an event from storage; kinds that are not a mission's own are the dossier's three.
func DecodeBody(kind string, data []byte) (dossier.Body, error) {
	switch kind {
	case "mission_started":
		return decode[Started](data)
	case "progress_reported":
		return decode[ProgressReported](data)
	case "evidence_attached":
		return decode[EvidenceAttached](data)
	case "difficulty_reported":
		return decode[DifficultyReported](data)
	case "more_time_asked":
		return decode[MoreTimeAsked](data)
	case "more_time_granted":
		return decode[MoreTimeGranted](data)
	case "more_time_refused":
		return decode[MoreTimeRefused](data)
	case "task_completed":
		return decode[TaskCompleted](data)
	case "task_accepted":
		return decode[TaskAccepted](data)
	case "task_reopened":
		return decode[TaskReopened](data)
	case "task_handed_up":
		return decode[TaskHandedUp](data)
	case "mission_closed":
		return decode[Closed](data)
	case "mission_cancelled":
		return decode[Cancelled](data)
	case "rung_fired", "rungs_rearmed", "calendar_adopted":
		return dossier.DecodeBody(kind, data)
	}
	return nil, fmt.Errorf("unknown event kind %q of a mission", kind)
}

func decode[B dossier.Body](data []byte) (dossier.Body, error) {
	var b B
	if len(data) > 0 {
		if err := json.Unmarshal(data, &b); err != nil {
			return nil, fmt.Errorf("event %s: %w", b.Kind(), err)
		}
	}
	return b, nil
}

// Events are a mission's events as they travel: the envelope alone does not know a mission's kinds.
type Events []Event

// UnmarshalJSON reads what marshaling events wrote; an unknown kind is an error.
func (es *Events) UnmarshalJSON(b []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	*es = make(Events, len(raw))
	for i, r := range raw {
		e, err := dossier.DecodeEvent(r, DecodeBody)
		if err != nil {
			return err
		}
		(*es)[i] = e
	}
	return nil
}
