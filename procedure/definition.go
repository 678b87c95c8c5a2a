package procedure

import "motcua/calendar"

// Definition is a file as written, every value with its place; Parse makes it, Lint and Compile read it. Values that did
// not pass the parser's checks are absent (not Set), so a Definition with errors can still be linted and drawn.
type Definition struct {
	File     string
	Language At[int]
	Code     At[string]
	Name     At[string]
	Field    At[string]
	Level    At[string]
	Agency   At[string]
	Online   At[string]
	Origin   At[string]
	// Manner, Subjects and Requirements are components that a published procedure must say (NĐ 63/2010 Đ8).
	Manner          []At[string]
	Subjects        []At[string]
	Requirements    []At[string]
	Published       *Publication
	PublishedAt     Pos
	InternalProcess *Provenance
	LegalBasis      []At[Basis]
	Sources         []At[FactSource]
	Documents       []DocumentDef
	Fees            []At[Fee]
	Results         []At[Result]
	Facts           []At[Fact]
	// Limit is not Set for a same-day procedure; SameDay is then.
	Limit      At[calendar.Limit]
	SameDayAt  Pos
	SameDay    *SameDay
	Variants   []VariantDef
	Reductions []ReductionRef
	SubLimits  []At[SubLimit]
	Extensions []At[Extension]
	StartsAt   At[string]
	// Merged is the rule of a merged procedure, nil for others; Parts are what it is made of.
	Merged     *MergedDef
	MergedAt   Pos
	Parts      []PartDef
	Intake     []ChannelLimit
	Supplement *Supplement
	// SupplementAt is where the supplement rule stands.
	SupplementAt Pos
	Steps        []StepDef
	StepsAt      Pos
	// Ladder is the name of a ladder of the shelf; Rungs are the ones written in the file.
	Ladder At[string]
	Rungs  []At[Rung]

	// keys are the keys of the file itself.
	keys []string
	// src is the text, for repairs in place.
	src *source
	// Use is the file that uses the template which the definition is of; nil for a definition by itself.
	Use *Use
	// binding is how a template was filled in; nil where nothing declares parameters.
	binding *binding

	// findings of the parser travel with the definition, so that Compile can refuse what Parse found.
	findings Diagnostics
}

// Expr is a CEL expression with the place of its first character; Lines places the following ones.
type Expr struct {
	Text string
	Pos  Pos
	// block is set for | and > scalars: line n of the text then stands at Pos.Line+n, column Pos.Col.
	block bool
}

// Set says that an expression is written.
func (e Expr) Set() bool { return e.Pos.Line > 0 }

// DocumentDef is a paper with its condition.
type DocumentDef struct {
	At[Document]
	When Expr
	// Forms are the dated forms with their places; FormsAt is where the list stands.
	Forms   []At[DatedForm]
	FormsAt Pos
	// Condition names another rule's condition (required: <name>).
	Condition At[string]
}

// VariantDef is an entry of limit-when.
type VariantDef struct {
	At[Variant]
	When     Expr
	Set, Add At[calendar.Limit]
}

// ReductionRef is a name on the shelf, or a reduction written in the file.
type ReductionRef struct {
	Name   At[string]
	Inline *At[Reduction]
	// When is the condition of an inline one.
	When Expr
}

// MergedDef is the rule of a merged procedure as written.
type MergedDef struct{ Rule, Limit, Refusal, Decision At[string] }

// PartDef is a part of a merged procedure as written.
type PartDef struct {
	ID, Code, Name, Plan At[string]
	Limit, Less          At[calendar.Limit]
	Variants             []VariantDef
	Reductions           []ReductionRef
	SubLimits            []At[SubLimit]
	Pos                  Pos
}

// StepDef is a step as written.
type StepDef struct {
	ID, Name, Role, Agency   At[string]
	Wait, Leg, Clock, Ground At[string]
	Automatic, Return        At[bool]
	Refusal, Confirm         At[bool]
	Limit, Bound, Expires    At[calendar.Limit]
	May, After, Results      []At[string]
	Uses                     []At[string]
	Output, Reentry, Silence At[string]
	Part                     At[string]
	// Procedure is the code of a sub-procedure; Facts what is handed to it, by its own names.
	Procedure  At[string]
	Facts      []FactLinkDef
	MaxVisits  At[int]
	Supplement *Supplement
	Closing    *Closing
	ClosingAt  Pos
	Outcomes   []OutcomeDef
	Confidence string
	Pos        Pos
}

// FactLinkDef hands one fact to a sub-procedure.
type FactLinkDef struct{ Child, Parent At[string] }

// OutcomeDef is a way out as written.
type OutcomeDef struct {
	Name  At[string]
	Edges []EdgeDef
}

// EdgeDef is one target as written.
type EdgeDef struct {
	To   At[string]
	When Expr
	Else bool
}
