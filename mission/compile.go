package mission

import (
	"cmp"
	"slices"

	"motcua/procedure"
)

// Compile makes the immutable model of a definition. Errors of parser or lint block it: the model is then nil. The findings
// returned are the parser's and lint's together, warnings included.
func Compile(d *Definition, s *Shelf) (*Model, procedure.Diagnostics) {
	if d == nil {
		return nil, procedure.Diagnostics{{Line: 1, Col: 1, Severity: procedure.SeverityError, Rule: "yaml-syntax", Message: "không có mô hình để biên dịch"}}
	}
	found := append(slices.Clone(d.findings), Lint(d, s)...).Sorted()
	if found.HasErrors() {
		return nil, found
	}
	m := assemble(d)
	m.Exec = build(d, s)
	sum, err := m.sum()
	if err != nil {
		return nil, append(found, procedure.Diagnostic{File: d.File, Line: 1, Col: 1, Severity: procedure.SeverityError, Rule: "bad-value", Message: err.Error()})
	}
	m.Hash, m.Exec.Model = sum, sum
	return m, found
}

// assemble takes over what people read.
func assemble(d *Definition) *Model {
	m := &Model{
		Language: procedure.LanguageVersion, Code: d.Code.Value, Name: d.Name.Value, Origin: cmp.Or(d.Origin.Value, "sample"),
		Lead: d.Lead.Value, Decision: d.Decision, Sources: d.Sources, Content: d.Content.Value, Equipment: d.Equipment.Value,
		Budget: d.Budget.Value, Solution: d.Solution.Value, Platform: d.Platform.Value, Escalation: d.Ladder.Value,
	}
	if d.Plan != nil {
		m.Plan = &Place{Code: d.Plan.Code.Value, No: d.Plan.No.Value}
	}
	for _, a := range d.Cooperating {
		m.Cooperating = append(m.Cooperating, a.Value)
	}
	for _, b := range d.LegalBasis {
		m.LegalBasis = append(m.LegalBasis, b.Value)
	}
	for _, s := range d.Steps {
		m.Steps = append(m.Steps, Step{s.ID.Value, s.Name.Value})
	}
	for _, i := range d.Indicators {
		t := IndicatorText{ID: i.ID.Value, Name: i.Name.Value, Unit: i.Unit.Value, Source: i.Source.Value, Confidence: i.Confidence}
		if i.Baseline.Set() {
			t.Baseline = &i.Baseline.Value
		}
		m.Indicators = append(m.Indicators, t)
	}
	for _, t := range d.Tasks {
		m.Tasks = append(m.Tasks, TaskText{ID: t.ID.Value, Name: t.Name.Value, Step: t.Step.Value, Output: t.Output.Value, Note: t.Note.Value, Confidence: t.Confidence})
	}
	return m
}

// build makes the executable part.
func build(d *Definition, s *Shelf) Executable {
	x := Executable{Code: d.Code.Value}
	for _, i := range d.Indicators {
		x.Indicators = append(x.Indicators, Indicator{ID: i.ID.Value, Target: i.Target.Value, AtMost: i.AtMost})
	}
	for i := range d.Tasks {
		x.Tasks = append(x.Tasks, d.build(&d.Tasks[i]))
	}
	for _, a := range d.Cooperating {
		x.Agencies = append(x.Agencies, a.Value)
	}
	slices.Sort(x.Agencies)
	for _, g := range d.Rungs {
		x.Ladder = append(x.Ladder, g.Value)
	}
	if d.Ladder.Set() && s != nil {
		x.Ladder = slices.DeleteFunc(slices.Clone(s.Ladders[d.Ladder.Value]), func(g procedure.Rung) bool { return !forMissions(g) })
	}
	return x
}

func (d *Definition) build(def *TaskDef) Task {
	t := Task{
		ID: def.ID.Value, Report: def.Report, Role: cmp.Or(def.Role.Value, procedure.ToHeadOfAgency), On: def.On.Value, After: def.After.Value,
		Of: def.Of.Value, Every: def.Every, Until: def.Until.Value, Times: def.Times.Value, Evidence: def.Evidence.Value,
	}
	if def.Agency.Value != d.Lead.Value {
		t.Agency = def.Agency.Value
	}
	if t.Every != nil && t.Until == 0 && t.Times == 0 {
		t.Until = d.Until.Value
	}
	return t
}
