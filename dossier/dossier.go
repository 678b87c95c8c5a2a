// Package dossier is the law of one dossier (hồ sơ): a pure state machine and its legal clock.
//
// Decide says which events an act causes, or refuses it with a reason; Apply folds events into a State; NextAlarm names the
// next instant that matters. The same machine is driven by the workflow, the intake transaction, the simulator and the
// auditor who rebuilds a dossier from its events. It knows no I/O, no wall clock, no database and no Temporal, and it
// evaluates no expressions: conditions arrive as named booleans. Every instant is legal time in UTC+7, to the minute.
package dossier

import (
	"fmt"
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// EngineVersion is the version of the law in this room, kept in every dossier from its submission (State.Engine). A change
// that moves any result raises it, gets a constant below, and leaves the dossiers of older numbers to the older reckoning.
const EngineVersion = sinceAppointmentStands

// Behaviors by the version that brought them; each has a recorded history in workflows/testdata/histories.
const (
	// sinceClosingDay: "one working day after" an hour limit that ends at closing time is the next working day at closing
	// time. Version 1 took 17:00 as received the next morning, and fired that rung a day late.
	sinceClosingDay = 2
	// sinceLastDay: the applicant's last day is over at midnight, so a dossier is closed at the next opening, not at closing
	// time of that day (Civil Code 2015 art. 148); a wait of the applicant's closes it too; and a dossier whose clock starts at
	// another agency's receipt has its ladder from acceptance on, placed on the printed date until that receipt. A join opens
	// when its last branch ended, even where the act that completes it was received before and landed after.
	sinceLastDay = 3
	// sinceMovedReceipt: time taken out of a same-day limit moves the receipt, and past the cut-off the due date. Before, such a
	// dossier kept the date of its receipt even where nothing of that day was left to work in. A rung at a share of the limit falls
	// where the share was reached by what was known then, not before the leg that made it so. A rung that hands up gives each of
	// several open tasks to the superior of its own agency, where one person got them all.
	sinceMovedReceipt = 4
	// sinceAmendment: a calendar that is adopted before a rung leaves the promise where it was, or moves it later by its decision, and
	// makes nothing late for time that passed (clock.md §10); before, the date of the new calendar was the promise, even where it was
	// earlier. An exclusion says what promise it leaves.
	sinceAmendment = 5
	// SincePatience: the workflow's timer is kept where it fires up to an hour of legal time too early, not an hour of wall time. It
	// moves no result; on a clock of scale 1 both are the same.
	SincePatience = 5
	// sinceRungActions: rungs propose an apology or issue it under a standing decision, reassign within the unit and open
	// inspections. Before, these were words in the journal, and people were only told.
	sinceRungActions = 5
	// sinceAppointmentStands: the date of an apology is given once per dossier, not per count (clock.md §5), so it stands where a
	// restart would be due earlier. Before, the applicant held a letter with a later date than the one that the dossier was judged by,
	// and the agency could not give another.
	sinceAppointmentStands = 6
)

// Deps is what the machine reads besides state and act. It never changes during a call.
type Deps struct {
	Plan *procedure.Executable
	// Calendars returns the calendar with this content hash; the driver guarantees every hash in the state.
	Calendars func(hash string) (*calendar.Calendar, error)
	Policy    Policy
	// Skew is how far an act may lie ahead of now or before the last act: two minutes of wall time, scaled.
	Skew time.Duration
}

// Policy holds the choices that are ours because no source decides them (clock.md marks them "ours"). They are named data
// so that they can be shown where they matter.
type Policy struct {
	// SupplementsByRight is how many supplement requests need no override (NĐ 61/2018 Đ11.2c: once).
	SupplementsByRight int `json:"supplements_by_right"`
	// SupplementsMax is the outer bound (NĐ 63/2010 Đ20.4), passed only where the applicant did not follow the guidance.
	SupplementsMax int `json:"supplements_max"`
	// LateSlipEffect is the effect of a supplement asked after the slip's own limit.
	LateSlipEffect string `json:"late_slip_effect"`
	// RescheduledCountsAs is how reports count a dossier that kept only its re-appointed date.
	RescheduledCountsAs string `json:"rescheduled_counts_as"`
	// BackdateBound is how far back a documented earlier effect may reach.
	BackdateBound calendar.Limit `json:"backdate_bound"`
	// ReappointBy is how far after the old date the date lies that a proposed apology suggests.
	ReappointBy calendar.Limit `json:"reappoint_by,omitzero"`
	// InspectWithin is the control office's limit for an inspection that a rung opens.
	InspectWithin calendar.Limit `json:"inspect_within,omitzero"`
}

// DefaultPolicy returns the values in force.
func DefaultPolicy() Policy {
	return Policy{
		SupplementsByRight:  1,
		SupplementsMax:      2,
		LateSlipEffect:      procedure.EffectPause,
		RescheduledCountsAs: ClassLate,
		BackdateBound:       calendar.Limit{Hundredths: 300, Unit: calendar.WorkingDay},
		ReappointBy:         calendar.Limit{Hundredths: 300, Unit: calendar.WorkingDay},
		InspectWithin:       calendar.Limit{Hundredths: 500, Unit: calendar.WorkingDay},
	}
}

// Refusal is why an act was not done. It is an error whose Detail may be shown to people; the state is untouched.
type Refusal struct {
	// Code is stable, e.g. "wrong_state".
	Code string `json:"code"`
	// Detail says in Vietnamese what is wrong and what to do.
	Detail string `json:"detail"`
	// Article is the legal ground of the refusal, where there is one.
	Article string `json:"article,omitempty"`
	// Field names the offending field of the act, where there is one.
	Field string `json:"field,omitempty"`
}

func (r *Refusal) Error() string {
	if r.Article != "" {
		return fmt.Sprintf("%s: %s (%s)", r.Code, r.Detail, r.Article)
	}
	return r.Code + ": " + r.Detail
}

func refuse(code, detail string, args ...any) *Refusal {
	return &Refusal{Code: code, Detail: fmt.Sprintf(detail, args...)}
}

func (r *Refusal) by(article string) *Refusal { r.Article = article; return r }
func (r *Refusal) at(field string) *Refusal   { r.Field = field; return r }
