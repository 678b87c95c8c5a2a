package procedure

import (
	"time"

	"motcua/calendar"
)

// ScenarioFile is a file of scenarios beside a definition, as written: who does what when, and what must be true then.
// Package simulate plays it.
type ScenarioFile struct {
	// File is the name used in findings.
	File string
	// Definition is the path of the definition, relative to the file.
	Definition At[string]
	// Calendar names a shipped calendar.
	Calendar  At[string]
	Scenarios []ScenarioDef
}

// ScenarioDef is one scenario with its places in the file. Instants are Vietnam time, to the minute.
type ScenarioDef struct {
	ID, Name      At[string]
	Received      At[time.Time]
	Channel, Pace At[string]
	Facts, Choose []PairDef
	Acts          []ActDef
	Until         At[time.Time]
	Expect        []ExpectDef
}

// PairDef is one name with its value.
type PairDef struct{ Name, Value At[string] }

// ActDef is one act of a scenario. Names of acts are in the written form ("request-supplement").
type ActDef struct {
	At       At[time.Time]
	Do, Step At[string]
	By       At[string]
	Outcome  At[string]
	To       At[string]
	// Reason, Ground, Document and Approval are texts for readers: the machine is told that they are there.
	Reason, Ground, Document, Approval At[string]
	Papers, Results                    []At[string]
	Complete, GuidanceIgnored          bool
	Financial                          bool
	Effective, From, Until             time.Time
	Extension, Payment                 At[string]
	Amount                             int
	Facts                              []PairDef
	// Refused is the code of the refusal that the act must meet; not set: it must be done.
	Refused At[string]
	Pos     Pos
}

// ExpectDef is what must be true at an instant, or at the end where At is not set. What is not set is not compared.
type ExpectDef struct {
	At                           At[time.Time]
	Status                       At[int]
	Due, Finished                At[time.Time]
	Verdict, Leg                 At[string]
	Rescheduled, Refusal, Paused At[bool]
	// Open, Results and Rungs are compared as whole sets where their Pos is set.
	Open, Results     At[[]string]
	Counted, Excluded At[calendar.Limit]
	Rungs             At[[]RungDef]
	Pos               Pos
}

// RungDef is a rung that must have fired, and when; a repetition is named "don-doc/2".
type RungDef struct {
	Rung    At[string]
	Instant time.Time
}
