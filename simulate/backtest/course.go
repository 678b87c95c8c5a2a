package backtest

import (
	"time"

	"motcua/dossier"
	"motcua/procedure"
)

// Course is what one dossier brings with it, whatever is promised to it.
type Course struct {
	Code string
	// Lead is what the lead agency is called among the stations.
	Lead     string
	Received time.Time
	// Plan is what it runs on as things are.
	Plan       *procedure.Executable
	Channel    string
	Conditions []string
	// Facts are a past dossier's; an imagined one gets its own.
	Facts *dossier.IntakeFacts
	// Intake is the working time until the desk accepts a dossier that does not come over the counter; Refused at intake instead, or
	// Unaccepted.
	Intake              int
	Lag                 time.Duration
	Refused, Unaccepted bool
	// Withdrawn is how long after its receipt the applicant withdraws it; 0: never.
	Withdrawn time.Duration
	Life      Life
	// Work draws the work of staffed steps, where Life does not tell work from waiting.
	Work Life
	// Recorded is the class that a past dossier has on record, "" where it has none.
	Recorded string
}

// Life says what the visits of a dossier's steps take.
type Life interface {
	// Visit is the nth visit of a step; false where nothing is known of it.
	Visit(st *procedure.Step, n int) (Visit, bool)
}

// Visit is one visit of one step.
type Visit struct {
	// Work is working time on the dossier. Lag is wall time after it, or the whole wait of a step that waits for somebody.
	Work    int
	Lag     time.Duration
	Outcome string
	Breaks  []Break
	// SendBack is the step that the visit sends the dossier back to, instead of an outcome. Conditions are those that hold from its end
	// on, where facts changed.
	SendBack   string
	Conditions *[]string
	// Endless: the record ends before the visit does, or the clock ends it.
	Endless bool
}

// Break interrupts a visit: the act that asks, after so much work; and the act that answers, so much wall time later.
type Break struct {
	After       int
	Ask, Answer dossier.Act
	// Takes is how long the answer takes; an act without an answer only marks the moment.
	Takes      time.Duration
	Unanswered bool
}
