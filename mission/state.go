package mission

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"motcua/dossier"
)

// EngineVersion is the version of the law in this room. A change that moves any result raises it and keeps the old behavior for
// missions that were started under the old number (State.Engine).
const EngineVersion = sinceClosingDay

// Behaviors by the version that brought them; each has a recorded history in workflows/testdata/histories.
const (
	// sinceClosingDay: "one working day after" an hour limit that ends at closing time is the next working day at closing time.
	// Version 1 took 17:00 as received the next morning, and fired that rung a day late.
	sinceClosingDay = 2
)

// Stage is the coarse life of a mission.
type Stage string

// The stages.
const (
	StageNone      Stage = ""
	StageRunning   Stage = "running"
	StageClosed    Stage = "closed"
	StageCancelled Stage = "cancelled"
)

// Ended says that nothing more can happen to the mission.
func (s Stage) Ended() bool { return s == StageClosed || s == StageCancelled }

// Vietnamese is the stage's name for people.
func (s Stage) Vietnamese() string {
	switch s {
	case StageNone:
		return "Chưa bắt đầu"
	case StageRunning:
		return "Đang thực hiện"
	case StageClosed:
		return "Đã kết thúc"
	case StageCancelled:
		return "Đã hủy"
	}
	return ""
}

// State is a mission as its events made it. It is plain data: it serializes into snapshots and holds no due dates that the plan
// and the calendar give, and no verdicts, only what they are computed from.
type State struct {
	Facts
	// Model is the model's code, Hash its content.
	Model  string `json:"model"`
	Hash   string `json:"hash"`
	Engine int    `json:"engine"`
	// Seq is the number of the last event; Revision counts acts of people only.
	Seq      int64 `json:"seq"`
	Revision int64 `json:"revision"`
	Stage    Stage `json:"stage"`
	// StartedAt is the normalised start.
	StartedAt time.Time `json:"started_at,omitzero"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	// Percent is what was last reported of the mission as a whole; nil: nothing yet.
	Percent *int `json:"percent,omitempty"`
	// Works are what was done of each occurrence that anything was done of, in the order of the first.
	Works []Work `json:"works,omitempty"`
	// Actuals are the last reading of each indicator.
	Actuals      []Actual `json:"actuals,omitempty"`
	Difficulties int      `json:"difficulties,omitempty"`
	Evidence     int      `json:"evidence,omitempty"`
	Fired        []Firing `json:"fired,omitempty"`

	// LastAct is the effect time of the last act of a person.
	LastAct time.Time `json:"last_act,omitzero"`
	// Done remembers acts, so that a retried one is answered and not done again, over continue-as-new too.
	Done []dossier.DoneAct `json:"done,omitempty"`
}

// Firing remembers a rung that fired.
type Firing = dossier.Firing

// Actual is the last reading of an indicator.
type Actual struct {
	Reading
	At time.Time `json:"at"`
}

// Work is what was done of one occurrence of a task or report.
type Work struct {
	// Task is the occurrence: "ke-hoach#1".
	Task    string `json:"task"`
	Percent *int   `json:"percent,omitempty"`
	// ReportedAt is the last progress report on it, TroubledAt the last difficulty.
	ReportedAt time.Time `json:"reported_at,omitzero"`
	TroubledAt time.Time `json:"troubled_at,omitzero"`
	Evidence   int       `json:"evidence,omitempty"`
	// CompletedAt is when it was last said to be done (a report: when it was made); zero again after a reopening.
	CompletedAt time.Time `json:"completed_at,omitzero"`
	CompletedBy string    `json:"completed_by,omitempty"`
	AcceptedAt  time.Time `json:"accepted_at,omitzero"`
	ReopenedAt  time.Time `json:"reopened_at,omitzero"`
	// Due is the due instant last given by a decision; zero: the plan's own.
	Due   time.Time `json:"due,omitzero"`
	Asked *Asking   `json:"asked,omitempty"`
	// Assignee took the task over when a rung handed it up.
	Assignee string `json:"assignee,omitempty"`
}

// Asking is a request for more time that waits for an answer.
type Asking struct {
	At    time.Time `json:"at"`
	Until time.Time `json:"until"`
}

// Key names an occurrence of a task: "ke-hoach#1".
func Key(task string, n int) string { return task + "#" + strconv.Itoa(n) }

// TaskOf is the task of an occurrence's key, or of a bare id.
func TaskOf(key string) string {
	id, _, _ := strings.Cut(key, "#")
	return id
}

// Clone returns a deep copy.
func (s *State) Clone() *State {
	c := *s
	c.Bindings = slices.Clone(s.Bindings)
	c.Calendars = slices.Clone(s.Calendars)
	c.Works = slices.Clone(s.Works)
	for i := range c.Works {
		if a := c.Works[i].Asked; a != nil {
			asked := *a
			c.Works[i].Asked = &asked
		}
	}
	c.Actuals = slices.Clone(s.Actuals)
	c.Fired = slices.Clone(s.Fired)
	c.Done = slices.Clone(s.Done)
	return &c
}

// FindDone returns the act with this id if it was done.
func (s *State) FindDone(id string) (dossier.DoneAct, bool) {
	i := slices.IndexFunc(s.Done, func(d dossier.DoneAct) bool { return d.ID == id })
	if i < 0 {
		return dossier.DoneAct{}, false
	}
	return s.Done[i], true
}

// work returns what was done of an occurrence; nil where nothing was.
func (s *State) work(key string) *Work {
	i := slices.IndexFunc(s.Works, func(w Work) bool { return w.Task == key })
	if i < 0 {
		return nil
	}
	return &s.Works[i]
}

// touch returns it too, and begins it where nothing was done yet.
func (s *State) touch(key string) *Work {
	if w := s.work(key); w != nil {
		return w
	}
	s.Works = append(s.Works, Work{Task: key})
	return &s.Works[len(s.Works)-1]
}

// Agency is the agency that stands for a reference of the model; empty is the lead.
func (f *Facts) Agency(ref string) string {
	for _, b := range f.Bindings {
		if b.Ref == ref {
			return b.Agency
		}
	}
	return f.Lead
}

func (f *Facts) calendarHash(agency string) string {
	for _, c := range f.Calendars {
		if c.Agency == agency {
			return c.Hash
		}
	}
	if len(f.Calendars) > 0 {
		return f.Calendars[0].Hash
	}
	return ""
}
