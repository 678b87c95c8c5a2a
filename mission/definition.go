package mission

import (
	"fmt"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// Definition is a model file as written, every value with its place; Parse makes it, Lint and Compile read it. Values that did
// not pass the parser's checks are absent, so that a Definition with errors can still be linted.
type Definition struct {
	File        string
	Code, Name  text
	Plan        *PlaceDef
	Origin      text
	Lead        text
	Cooperating []text
	Decision    *procedure.Publication
	LegalBasis  []procedure.At[procedure.Basis]
	Sources     []procedure.FactSource
	Content     text
	Equipment   text
	Budget      text
	Solution    text
	Platform    text
	Until       procedure.At[calendar.Date]
	Steps       []StepDef
	Indicators  []IndicatorDef
	// Tasks are tasks and reports in the order of the file, reports after tasks.
	Tasks   []TaskDef
	TasksAt procedure.Pos
	// Ladder is the name of a ladder of the shelf; Rungs are the ones written in the file.
	Ladder text
	Rungs  []procedure.At[procedure.Rung]

	// findings of the parser travel with the definition, so that Compile can refuse what Parse found.
	findings procedure.Diagnostics
}

type text = procedure.At[string]

// PlaceDef is a place in a plan as written.
type PlaceDef struct {
	Code text
	No   procedure.At[int]
}

// StepDef is a step as written.
type StepDef struct{ ID, Name text }

// IndicatorDef is an indicator as written.
type IndicatorDef struct {
	ID, Name, Unit, Source text
	Target                 procedure.At[Number]
	Baseline               procedure.At[Number]
	AtMost                 bool
	Confidence             string
}

// TaskDef is a task or a report as written.
type TaskDef struct {
	Report                 bool
	ID, Name, Step, Agency text
	Role                   text
	On, Until              procedure.At[calendar.Date]
	After                  procedure.At[calendar.Limit]
	Of                     text
	Every                  *Every
	EveryAt                procedure.Pos
	Times                  procedure.At[int]
	Output, Note           text
	Evidence               procedure.At[bool]
	Confidence             string
	Pos                    procedure.Pos
}

// Parse reads a model file and reports everything that is wrong with its form, sorted by place. file is only used in the
// findings. The Definition is nil only when there is nothing to read.
func Parse(file string, data []byte) (*Definition, procedure.Diagnostics) {
	s, ok := procedure.ReadSheet(file, data, definitionTable())
	if !ok {
		return nil, s.Findings()
	}
	p := parser{s}
	d := p.definition(file, s.Root())
	d.findings = s.Findings()
	return d, slices.Clone(d.findings)
}

type parser struct{ *procedure.Sheet }

// bad reports a value of the wrong form.
func (p parser) bad(at procedure.Pos, rule, message, hint string) {
	p.Find(procedure.SeverityError, at, rule, message, hint)
}

func (p parser) definition(file string, b procedure.Block) *Definition {
	d := &Definition{
		File: file, Code: b.Text("code"), Name: b.Text("name"), Origin: b.Text("origin"), Lead: b.Text("lead"), Cooperating: b.Texts("cooperating"),
		Decision: b.Published("decision"), LegalBasis: b.Bases("legal-basis"), Sources: b.Sources("sources"),
		Content: b.Text("content"), Equipment: b.Text("equipment"), Budget: b.Text("budget"), Solution: b.Text("solution"), Platform: b.Text("platform"),
		Until: date(b, "until"), TasksAt: b.Place("tasks"),
	}
	if place := b.Block("plan"); place.Set() {
		d.Plan = &PlaceDef{Code: place.Text("code"), No: place.Int("no")}
	}
	for _, s := range b.Blocks("steps") {
		d.Steps = append(d.Steps, StepDef{ID: s.Text("id"), Name: s.Text("name")})
	}
	for _, i := range b.Blocks("indicators") {
		d.Indicators = append(d.Indicators, p.indicator(i))
	}
	for _, t := range b.Blocks("tasks") {
		d.Tasks = append(d.Tasks, p.task(t, false))
	}
	for _, t := range b.Blocks("reports") {
		d.Tasks = append(d.Tasks, p.task(t, true))
	}
	d.Ladder, d.Rungs = p.Ladder(b, "escalation")
	return d
}

func (p parser) indicator(b procedure.Block) IndicatorDef {
	return IndicatorDef{
		ID: b.Text("id"), Name: b.Text("name"), Unit: b.Text("unit"), Source: b.Text("source"), Target: p.number(b, "target"),
		Baseline: p.number(b, "baseline"), AtMost: b.Text("direction").Value == directionAtMost, Confidence: b.Text("confidence").Value,
	}
}

func (p parser) number(b procedure.Block, name string) procedure.At[Number] {
	t := b.Text(name)
	if !t.Set() {
		return procedure.At[Number]{}
	}
	n, err := ParseNumber(t.Value)
	if err != nil {
		p.bad(t.Pos, "bad-value", fmt.Sprintf("%s %q không phải số", name, procedure.Clip(t.Value)), err.Error())
		return procedure.At[Number]{}
	}
	return procedure.At[Number]{Value: n, Pos: t.Pos}
}

// date reads a date that the checks found well formed.
func date(b procedure.Block, name string) procedure.At[calendar.Date] {
	t := b.Text(name)
	d, err := calendar.ParseDate(t.Value)
	if err != nil {
		return procedure.At[calendar.Date]{}
	}
	return procedure.At[calendar.Date]{Value: d, Pos: t.Pos}
}

func (p parser) task(b procedure.Block, report bool) TaskDef {
	t := TaskDef{
		Report: report, ID: b.Text("id"), Name: b.Text("name"), Step: b.Text("step"), Agency: b.Text("agency"), Role: b.Text("role"),
		On: date(b, "on"), Until: date(b, "until"), After: b.Limit("after"), Of: b.Text("of"), Times: b.Int("times"),
		Output: b.Text("output"), Note: b.Text("note"), Evidence: b.Bool("evidence"), Confidence: b.Text("confidence").Value, Pos: b.Pos(),
	}
	if e := b.Block("every"); e.Set() {
		t.EveryAt = e.Pos()
		t.Every = p.every(e)
	}
	p.taskForm(b, &t)
	return t
}

// every reads a recurrence; nil where it is not one.
func (p parser) every(b procedure.Block) *Every {
	var found []Every
	if w := b.Text("week"); w.Set() {
		if day := slices.Index(weekdays(), w.Value); day >= 0 {
			found = append(found, Every{EveryWeek, int(time.Weekday(day))})
		}
	}
	for _, unit := range []string{EveryMonth, EveryQuarter} {
		day := b.Int(unit)
		if !day.Set() {
			continue
		}
		if day.Value < 1 || day.Value > 31 {
			p.bad(day.Pos, "bad-recurrence", fmt.Sprintf("%s phải là ngày từ 1 đến 31, không phải %d", unit, day.Value), "31 là ngày cuối của mọi tháng")
			return nil
		}
		found = append(found, Every{unit, day.Value})
	}
	if len(found) != 1 {
		p.bad(b.Pos(), "bad-recurrence", "every phải có đúng một trong week, month, quarter", "ví dụ {week: friday}, {month: 25} hoặc {quarter: 15}")
		return nil
	}
	return &found[0]
}

// taskForm checks keys of a task that contradict each other.
func (p parser) taskForm(b procedure.Block, t *TaskDef) {
	ways := 0
	for _, name := range []string{"on", "after", "every"} {
		if b.Has(name) {
			ways++
		}
	}
	if ways != 1 && (!t.Report || ways > 1) {
		p.bad(b.Place("id"), "bad-due", fmt.Sprintf("nhiệm vụ %s phải có đúng một trong on, after, every", t.ID.Value), "ví dụ on: 2026-12-31, after: 10wd hoặc every: {month: 25}")
	}
	if t.Of.Set() && !t.After.Set() {
		p.bad(t.Of.Pos, "bad-due", "of chỉ dùng với after: hạn tính từ khi nghiệm thu nhiệm vụ kia", "thêm after, ví dụ after: 5wd")
	}
	for _, end := range []procedure.Pos{t.Until.Pos, t.Times.Pos} {
		if end.Line > 0 && t.EveryAt.Line == 0 {
			p.bad(end, "bad-due", "until và times chỉ dùng với every", "bỏ, hoặc thêm every")
		}
	}
	if t.Times.Set() && t.Times.Value == 0 {
		p.bad(t.Times.Pos, "bad-due", "times phải từ 1", "")
	}
}
