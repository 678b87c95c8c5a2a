package dossier

import (
	"slices"
	"strconv"
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// Stage is the coarse life of a dossier. The finer national statuses are a projection (status.go).
type Stage string

// The stages.
const (
	StageNone      Stage = ""
	StageSubmitted Stage = "submitted"
	StageRefused   Stage = "refused"
	StageRunning   Stage = "running"
	StageFinished  Stage = "finished"
	StageReturned  Stage = "returned"
	StageWithdrawn Stage = "withdrawn"
	StageStopped   Stage = "stopped"
)

// Closed says that nothing more can happen to the dossier.
func (s Stage) Closed() bool {
	return s == StageRefused || s == StageReturned || s == StageWithdrawn || s == StageStopped
}

// State is a dossier as its events made it. It is plain data: it serialises into snapshots and holds no verdicts, only what
// the verdicts are computed from.
type State struct {
	IntakeFacts
	Procedure string `json:"procedure"`
	Plan      string `json:"plan"`
	Engine    int    `json:"engine"`
	// Seq is the number of the last event; Revision counts acts of people only.
	Seq      int64 `json:"seq"`
	Revision int64 `json:"revision"`
	Stage    Stage `json:"stage"`

	Conditions []string `json:"conditions,omitempty"`
	// SubmittedAt is the normalised receipt of the submission; IntakeDue ends the intake clock (zero: none).
	SubmittedAt time.Time `json:"submitted_at,omitzero"`
	IntakeDue   time.Time `json:"intake_due,omitzero"`
	IntakeCount int       `json:"intake_count,omitempty"`

	// AcceptedAt is the legal acceptance, normalised.
	AcceptedAt time.Time            `json:"accepted_at,omitzero"`
	Register   int64                `json:"register,omitempty"`
	Rules      string               `json:"rules,omitempty"`
	Commitment procedure.Commitment `json:"commitment,omitzero"`
	// OriginalDue is the first promise printed on the receipt.
	OriginalDue time.Time `json:"original_due,omitzero"`
	// Target is the earlier date of a version that the dossier was moved to: aimed at, promised to nobody.
	Target time.Time `json:"target,omitzero"`

	Counts  []Count   `json:"counts,omitempty"`
	Pauses  []Pause   `json:"pauses,omitempty"`
	Visits  []Visit   `json:"visits,omitempty"`
	Arrived []Arrival `json:"arrived,omitempty"`
	// Moved says that the first step is behind: status 4 rather than 2.
	Moved bool `json:"moved,omitempty"`

	Supplements []SupplementRecord `json:"supplements,omitempty"`
	Payments    []Payment          `json:"payments,omitempty"`
	Reappointed *Reappointment     `json:"reappointed,omitempty"`
	Fired       []Firing           `json:"fired,omitempty"`
	// Proposals are the apologies that the ladder proposed, Inspections how many inspections it opened.
	Proposals   []Proposal `json:"proposals,omitempty"`
	Inspections int        `json:"inspections,omitempty"`
	// Adopted are the changes of the receiving point's calendar by amendments.
	Adopted []Adoption `json:"adopted,omitempty"`

	FinishedAt time.Time `json:"finished_at,omitzero"`
	Refusal    bool      `json:"refusal,omitempty"`
	Results    []string  `json:"results,omitempty"`
	ReturnedAt time.Time `json:"returned_at,omitzero"`
	EndedAt    time.Time `json:"ended_at,omitzero"`

	// LastAct is the effect time of the last act of a person.
	LastAct time.Time `json:"last_act,omitzero"`
	// Done remembers acts, so that a retried one is answered and not done again, over continue-as-new too.
	Done []DoneAct `json:"done,omitempty"`
}

// DoneAct is an act that was done.
type DoneAct struct {
	ID          string `json:"id"`
	Fingerprint string `json:"fp,omitempty"`
	// Seq is the last event of the act, Revision the dossier's revision after it.
	Seq      int64 `json:"seq"`
	Revision int64 `json:"rev"`
}

// Count is one run of the legal clock from zero. A restart ends it and opens the next.
type Count struct {
	N     int       `json:"n"`
	Start time.Time `json:"start"`
	// End is when the next count began or the dossier ended; zero while it runs.
	End time.Time `json:"end,omitzero"`
	// Extensions granted in this count.
	Extensions []GrantedExtension `json:"extensions,omitempty"`
	// Limit is set where only the remaining parts of a merged procedure run again.
	Limit calendar.Limit `json:"limit,omitzero"`
	// Changed are limits that a move to another version gave it instead.
	Changed []LimitChange `json:"changed,omitempty"`
}

// GrantedExtension is time that a law added (clock.md §5).
type GrantedExtension struct {
	ID     string         `json:"id"`
	At     time.Time      `json:"at"`
	Add    calendar.Limit `json:"add"`
	Ground string         `json:"ground"`
}

// Pause is time taken out of the legal clock for the whole dossier. Until is zero while it lasts.
type Pause struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until,omitzero"`
	// Bound ends the exclusion even if the pause lasts; zero: none.
	Bound  time.Time `json:"bound,omitzero"`
	Leg    string    `json:"leg"`
	Cause  string    `json:"cause"`
	Ground string    `json:"ground,omitempty"`
	// Decided marks an exclusion by a document that may reach into the past and lift lateness (clock.md §6).
	Decided  bool   `json:"decided,omitempty"`
	Document string `json:"document,omitempty"`
}

// Causes of pauses.
const (
	CauseSupplement = "supplement"
	CauseSuspension = "suspension"
	CausePayment    = "payment"
	CauseDecision   = "decision"
)

// Legs whose time is not the agency's.
const (
	LegAgency    = "agency"
	LegApplicant = "applicant"
	LegPayment   = "payment"
	LegOutage    = "outage"
)

// Visit is one opening of one step: a token of the flow, its budget and its place in the ledger.
type Visit struct {
	Step   string    `json:"step"`
	N      int       `json:"n"`
	Agency string    `json:"agency"`
	Opened time.Time `json:"opened"`
	Closed time.Time `json:"closed,omitzero"`
	// From is the index of the visit whose end opened this one, -1 for the first: the chain that settles parallel branches.
	From    int    `json:"from"`
	Outcome string `json:"outcome,omitempty"`
	// Cancelled visits were closed because another branch went back before their fork.
	Cancelled bool `json:"cancelled,omitempty"`
	// Silent: nobody answered, and silence was counted as the outcome. Undone visits had followed from a silence that turned
	// out to be none; they use up nothing.
	Silent bool `json:"silent,omitempty"`
	Undone bool `json:"undone,omitempty"`
	// Budget in working minutes left to this visit when it opened; 0: none of its own.
	Budget int `json:"budget,omitempty"`
	// Restarted is when the budget began to run again from the full limit (a restarting supplement); zero: at Opened.
	Restarted time.Time `json:"restarted,omitzero"`
	Assignee  string    `json:"assignee,omitempty"`
	HandedUp  bool      `json:"handed_up,omitempty"`
	// Kept is how its time is read, where it opened under a version that read it in another way than the present one.
	Kept *procedure.Step `json:"kept,omitempty"`
}

// Open says that the visit is still a task.
func (v *Visit) Open() bool { return v.Closed.IsZero() }

// Task is the id of the visit as people and acts name it.
func (v *Visit) Task() string { return TaskID(v.Step, v.N) }

// named compares the visit's task without writing it.
func (v *Visit) named(task string) bool {
	n := len(v.Step)
	if len(task) < n+2 || task[n] != '#' || task[:n] != v.Step {
		return false
	}
	number, err := strconv.Atoi(task[n+1:])
	return err == nil && number == v.N && (number < 10 && len(task) == n+2 || v.Task() == task) // not "#01", not "#+1"
}

// Arrival is a branch waiting at a join.
type Arrival struct {
	Join string `json:"join"`
	From string `json:"from"`
	// Visit is the index of the visit that arrived.
	Visit int       `json:"visit"`
	At    time.Time `json:"at"`
}

// SupplementRecord is one request for missing papers.
type SupplementRecord struct {
	N int `json:"n"`
	// BeforeAcceptance: no legal clock ran, nothing restarts.
	BeforeAcceptance bool      `json:"before_acceptance,omitempty"`
	Effect           string    `json:"effect,omitempty"`
	Task             string    `json:"task,omitempty"`
	AskedAt          time.Time `json:"asked_at"`
	// Expires is the end of the applicant's last day, Closes when an unanswered request ends the dossier (zero: at Expires);
	// Expires zero: never by itself.
	Expires time.Time `json:"expires,omitzero"`
	Closes  time.Time `json:"closes,omitzero"`
	// ProvidedAt is the receipt of the papers not yet checked, CheckBy the officer's limit for checking them.
	ProvidedAt time.Time `json:"provided_at,omitzero"`
	CheckBy    time.Time `json:"check_by,omitzero"`
	// CompletedAt is the receipt of the papers that completed the dossier.
	CompletedAt time.Time `json:"completed_at,omitzero"`
	// Late: the slip left after its own limit.
	Late     bool   `json:"late,omitempty"`
	Override string `json:"override,omitempty"`
}

// Pending says that the applicant's answer is awaited or unchecked.
func (r *SupplementRecord) Pending() bool { return r.CompletedAt.IsZero() }

// Payment is money asked for.
type Payment struct {
	ID     string `json:"id"`
	Task   string `json:"task,omitempty"`
	Amount int64  `json:"amount,omitempty"`
	// Suspends: a financial obligation with a legal ground stops the clock; an ordinary fee never does.
	Suspends bool      `json:"suspends,omitempty"`
	AskedAt  time.Time `json:"asked_at"`
	Expires  time.Time `json:"expires,omitzero"`
	Closes   time.Time `json:"closes,omitzero"`
	PaidAt   time.Time `json:"paid_at,omitzero"`
}

// Reappointment is the one new promise that a dossier may get (clock.md §5).
type Reappointment struct {
	At     time.Time `json:"at"`
	Count  int       `json:"count"`
	OldDue time.Time `json:"old_due"`
	NewDue time.Time `json:"new_due"`
	Signer string    `json:"signer"`
}

// Firing remembers a rung that fired.
type Firing struct {
	RungKey
	Instant time.Time `json:"instant"`
	// Rearmed: the due instant moved ahead, so the reminder may fire again as the next generation.
	Rearmed bool `json:"rearmed,omitempty"`
	// Passed: it never fired, because its instant was over when the dossier got the ladder that has it.
	Passed bool `json:"passed,omitempty"`
}

func (s *State) clone() *State {
	c := *s
	c.Bindings = slices.Clone(s.Bindings)
	c.Calendars = slices.Clone(s.Calendars)
	c.Conditions = slices.Clone(s.Conditions)
	c.Counts = slices.Clone(s.Counts)
	for i := range c.Counts {
		c.Counts[i].Extensions = slices.Clone(c.Counts[i].Extensions)
		c.Counts[i].Changed = slices.Clone(c.Counts[i].Changed)
	}
	c.Pauses = slices.Clone(s.Pauses)
	c.Visits = append(make([]Visit, 0, len(s.Visits)+2), s.Visits...) // most acts open a visit or two
	c.Arrived = slices.Clone(s.Arrived)
	c.Supplements = slices.Clone(s.Supplements)
	c.Payments = slices.Clone(s.Payments)
	c.Fired = slices.Clone(s.Fired)
	c.Proposals = slices.Clone(s.Proposals)
	c.Adopted = slices.Clone(s.Adopted)
	c.Results = slices.Clone(s.Results)
	c.Done = slices.Clone(s.Done)
	if s.Reappointed != nil {
		r := *s.Reappointed
		c.Reappointed = &r
	}
	return &c
}

// Clone returns a deep copy.
func (s *State) Clone() *State { return s.clone() }

// FindDone returns the act with this id if it was done.
func (s *State) FindDone(id string) (DoneAct, bool) {
	for _, d := range s.Done {
		if d.ID == id {
			return d, true
		}
	}
	return DoneAct{}, false
}

func (s *State) pendingSupplement() *SupplementRecord {
	if n := len(s.Supplements); n > 0 && s.Supplements[n-1].Pending() {
		return &s.Supplements[n-1]
	}
	return nil
}

func (s *State) openPause(cause string) *Pause {
	for i := range s.Pauses {
		if p := &s.Pauses[i]; p.Cause == cause && p.Until.IsZero() {
			return p
		}
	}
	return nil
}

func (s *State) visit(task string) (int, *Visit) {
	for i := range s.Visits {
		if s.Visits[i].Open() && s.Visits[i].named(task) {
			return i, &s.Visits[i]
		}
	}
	return -1, nil
}

// visits counts the visits of a step, and those that use up its bound.
func (s *State) visits(step string) (all, used int) {
	for i := range s.Visits {
		if s.Visits[i].Step != step {
			continue
		}
		if all++; !s.Visits[i].Undone {
			used++
		}
	}
	return all, used
}

func (s *State) agency(ref string) string {
	switch ref {
	case "":
		return s.Lead
	case procedure.RefReceiving:
		return s.Receiving
	}
	for _, b := range s.Bindings {
		if b.Ref == ref {
			return b.Agency
		}
	}
	return s.Lead
}

func (s *State) calendarHash(agency string) string {
	for _, c := range s.Calendars {
		if c.Agency == agency {
			return c.Hash
		}
	}
	if len(s.Calendars) > 0 {
		return s.Calendars[0].Hash
	}
	return ""
}
