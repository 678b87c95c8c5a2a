package mission

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"motcua/calendar"
	"motcua/procedure"
)

// Model is a compiled mission model (mô hình): everything that a screen or a report needs to know of it. It is immutable,
// stored as JSON and named by its content hash.
type Model struct {
	// Hash is the first 32 hex digits of the SHA-256 over the canonical JSON of the model without its hash.
	Hash     string `json:"hash"`
	Language int    `json:"language"`
	Code     string `json:"code"`
	Name     string `json:"name"`
	// Plan is the place in a plan that the model fills; nil: none.
	Plan *Place `json:"plan,omitempty"`
	// Origin is the confidence in the model as a whole: official, inferred or sample.
	Origin string `json:"origin"`
	// Lead and Cooperating are types of agencies; the agencies themselves are bound at the start.
	Lead        string                 `json:"lead"`
	Cooperating []string               `json:"cooperating,omitempty"`
	Decision    *procedure.Publication `json:"decision,omitempty"`
	LegalBasis  []procedure.Basis      `json:"legal_basis,omitempty"`
	Sources     []procedure.FactSource `json:"sources,omitempty"`
	Content     string                 `json:"content,omitempty"`
	Equipment   string                 `json:"equipment,omitempty"`
	Budget      string                 `json:"budget,omitempty"`
	Solution    string                 `json:"solution,omitempty"`
	Platform    string                 `json:"platform,omitempty"`
	Steps       []Step                 `json:"steps,omitempty"`
	Indicators  []IndicatorText        `json:"indicators,omitempty"`
	Tasks       []TaskText             `json:"tasks"`
	// Escalation is the name of the ladder of the shelf, empty when the ladder is written in the file.
	Escalation string     `json:"escalation,omitempty"`
	Exec       Executable `json:"exec"`
}

// Place is a numbered place of a plan.
type Place struct {
	Code string `json:"code"`
	No   int    `json:"no"`
}

// Step groups tasks, for people.
type Step struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// IndicatorText is what people read of an indicator; the machine's part is Indicator, under the same id.
type IndicatorText struct {
	ID         string  `json:"id"`
	Name       string  `json:"name"`
	Unit       string  `json:"unit,omitempty"`
	Baseline   *Number `json:"baseline,omitempty"`
	Source     string  `json:"source,omitempty"`
	Confidence string  `json:"confidence,omitempty"`
}

// TaskText is what people read of a task or report; the machine's part is Task, under the same id.
type TaskText struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Step       string `json:"step,omitempty"`
	Output     string `json:"output,omitempty"`
	Note       string `json:"note,omitempty"`
	Confidence string `json:"confidence,omitempty"`
}

// Executable is the part of a model that carries a mission: ids, dates, recurrences, targets and rungs. It holds no names and
// no texts, so it is small enough to travel in a workflow's start input.
type Executable struct {
	// Code is the model's code, Model the content hash of the whole model that this is part of.
	Code  string `json:"code"`
	Model string `json:"model"`
	// Agencies are the agency references that tasks use besides the lead; each is bound to an agency at the start.
	Agencies   []string    `json:"agencies,omitempty"`
	Indicators []Indicator `json:"indicators,omitempty"`
	// Tasks in the order of the definition, reports after tasks.
	Tasks  []Task           `json:"tasks"`
	Ladder []procedure.Rung `json:"ladder,omitempty"`
}

// Indicator is a figure to be reached.
type Indicator struct {
	ID     string `json:"id"`
	Target Number `json:"target"`
	// AtMost: reached while the actual does not exceed the target; else while it does not fall short of it.
	AtMost bool `json:"at_most,omitempty"`
}

// Reached says whether an actual value meets the target.
func (i Indicator) Reached(actual Number) bool {
	if i.AtMost {
		return actual <= i.Target
	}
	return actual >= i.Target
}

// Task is a piece of work, or a progress report that is due again and again. Exactly one of On, After and Every says when it
// falls due.
type Task struct {
	ID string `json:"id"`
	// Report: fulfilled by a progress report; else by completion and acceptance.
	Report bool `json:"report,omitempty"`
	// Agency is an agency reference bound at the start; empty: the lead agency. Role is who answers for it there.
	Agency string `json:"agency,omitempty"`
	Role   string `json:"role,omitempty"`
	// On is the date of a fixed due date.
	On calendar.Date `json:"on,omitzero"`
	// After is the limit from the start of the mission, or from the acceptance of the task Of.
	After calendar.Limit `json:"after,omitzero"`
	Of    string         `json:"of,omitempty"`
	// Every repeats it until the date Until or Times times, whichever comes first; at least one is set.
	Every *Every        `json:"every,omitempty"`
	Until calendar.Date `json:"until,omitzero"`
	Times int           `json:"times,omitempty"`
	// Evidence: it can be completed only once evidence is attached to it.
	Evidence bool `json:"evidence,omitempty"`
}

// Units of recurrences.
const (
	EveryWeek    = "week"
	EveryMonth   = "month"
	EveryQuarter = "quarter"
)

// Every is how something repeats: a weekday (0 Sunday to 6 Saturday) of each week, a day of each month, or a day of the last
// month of each quarter. A day that a month does not have is its last.
type Every struct {
	Unit string `json:"unit"`
	Day  int    `json:"day"`
}

// Task returns the task or report with this id.
func (x *Executable) Task(id string) (*Task, bool) {
	i := slices.IndexFunc(x.Tasks, func(t Task) bool { return t.ID == id })
	if i < 0 {
		return nil, false
	}
	return &x.Tasks[i], true
}

// Indicator returns the indicator with this id.
func (x *Executable) Indicator(id string) (Indicator, bool) {
	i := slices.IndexFunc(x.Indicators, func(i Indicator) bool { return i.ID == id })
	if i < 0 {
		return Indicator{}, false
	}
	return x.Indicators[i], true
}

// TaskText returns what people read of a task.
func (m *Model) TaskText(id string) (TaskText, bool) {
	i := slices.IndexFunc(m.Tasks, func(t TaskText) bool { return t.ID == id })
	if i < 0 {
		return TaskText{}, false
	}
	return m.Tasks[i], true
}

// ErrHash is returned by Decode for a stored model whose content is not what its hash names.
var ErrHash = errors.New("model content does not match its hash")

// Encode writes the model as canonical JSON, its hash included.
func (m *Model) Encode() ([]byte, error) {
	data, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode mission model %s: %w", m.Code, err)
	}
	return data, nil
}

// Decode reads a stored model and checks its hash.
func Decode(data []byte) (*Model, error) {
	m := new(Model)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("decode mission model: %w", err)
	}
	sum, err := m.sum()
	if err != nil {
		return nil, err
	}
	if sum != m.Hash || m.Exec.Model != m.Hash {
		return nil, fmt.Errorf("decode mission model %s: %w: stored %s, computed %s", m.Code, ErrHash, m.Hash, sum)
	}
	return m, nil
}

func (m *Model) sum() (string, error) {
	bare := *m
	bare.Hash, bare.Exec.Model = "", ""
	sum, err := contentHash(&bare)
	if err != nil {
		return "", fmt.Errorf("hash mission model %s: %w", m.Code, err)
	}
	return sum, nil
}

// contentHash is the first 32 hex digits of the SHA-256 over a value's JSON.
func contentHash(v any) (string, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:16]), nil
}
