package procedure

import "cmp"

// Compile makes the immutable plan of a definition. Errors of parser or lint block it: the plan is then nil. The
// findings returned are the parser's and lint's together, warnings included.
func Compile(d *Definition, s *Shelf) (*Plan, Diagnostics) { return CompileWith(d, s, LintOptions{}) }

// CompileWith is Compile on a date: what is no longer or not yet in force on it blocks it too. Publishing asks for its day.
func CompileWith(d *Definition, s *Shelf, o LintOptions) (*Plan, Diagnostics) {
	if d == nil {
		return nil, Diagnostics{{Line: 1, Col: 1, Severity: SeverityError, Rule: "yaml-syntax", Message: "không có định nghĩa để biên dịch"}}
	}
	findings := append(Diagnostics{}, d.findings...)
	findings = append(append(findings, d.openFindings()...), LintWith(d, s, o)...).Sorted()
	if findings.HasErrors() {
		return nil, findings
	}
	p, err := planOf(d, s)
	if err != nil {
		return nil, append(findings, Diagnostic{File: d.File, Line: 1, Col: 1, Severity: SeverityError, Rule: "bad-value", Message: err.Error()})
	}
	return p, findings
}

// planOf is the plan of a definition that was found good.
func planOf(d *Definition, s *Shelf) (*Plan, error) {
	p := assemble(d)
	p.Exec, p.Conditions = build(d, s)
	sum, err := p.sum()
	if err != nil {
		return nil, err
	}
	p.Hash, p.Exec.Plan = sum, sum
	return p, nil
}

// assemble takes over what people read.
func assemble(d *Definition) *Plan {
	p := &Plan{Language: d.Language.Value, Code: d.Code.Value, Name: d.Name.Value, Field: d.Field.Value, Level: d.Level.Value, Agency: d.Agency.Value,
		Online: d.Online.Value, Origin: cmp.Or(d.Origin.Value, "sample"), Published: d.Published, InternalProcess: d.InternalProcess,
		Manner: values(d.Manner), Subjects: values(d.Subjects), Requirements: values(d.Requirements),
		Sources: values(d.Sources), LegalBasis: values(d.LegalBasis), Fees: values(d.Fees), Results: values(d.Results), Facts: values(d.Facts),
		Escalation: d.Ladder.Value, programs: new(programs)}
	for _, def := range d.Documents {
		doc := def.Value
		switch {
		case def.When.Set():
			doc.Required, doc.When = false, "document."+doc.ID
		case def.Condition.Set():
			doc.Required, doc.When = false, def.Condition.Value
		}
		p.Documents = append(p.Documents, doc)
	}
	for i := range d.Steps {
		s := &d.Steps[i]
		p.Steps = append(p.Steps, StepText{ID: s.ID.Value, Name: s.Name.Value, Role: s.Role.Value, Agency: s.Agency.Value,
			Output: s.Output.Value, Uses: values(s.Uses), Confidence: s.Confidence})
	}
	return p
}
