package procedure

import "cmp"

// Compile makes the immutable plan of a definition. Errors of parser or lint block it: the plan is then nil. The
// findings returned are the parser's and lint's together, warnings included.
func Compile(d *Definition, s *Shelf) (*Plan, Diagnostics) {
	if d == nil {
		return nil, Diagnostics{{Line: 1, Col: 1, Severity: SeverityError, Rule: "yaml-syntax", Message: "không có định nghĩa để biên dịch"}}
	}
	findings := append(Diagnostics{}, d.findings...)
	findings = append(append(findings, d.openFindings()...), Lint(d, s)...).Sorted()
	if findings.HasErrors() {
		return nil, findings
	}
	p := assemble(d)
	p.Exec, p.Conditions = build(d, s)
	sum, err := p.sum()
	if err != nil {
		return nil, append(findings, Diagnostic{File: d.File, Line: 1, Col: 1, Severity: SeverityError, Rule: "bad-value", Message: err.Error()})
	}
	p.Hash, p.Exec.Plan = sum, sum
	return p, findings
}

// assemble takes over what people read.
func assemble(d *Definition) *Plan {
	p := &Plan{Language: d.Language.Value, Code: d.Code.Value, Name: d.Name.Value, Field: d.Field.Value, Level: d.Level.Value, Agency: d.Agency.Value,
		Online: d.Online.Value, Origin: cmp.Or(d.Origin.Value, "sample"), Published: d.Published, InternalProcess: d.InternalProcess,
		Sources: d.Sources, Escalation: d.Ladder.Value, programs: new(programs)}
	for _, b := range d.LegalBasis {
		p.LegalBasis = append(p.LegalBasis, b.Value)
	}
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
	for _, f := range d.Fees {
		p.Fees = append(p.Fees, f.Value)
	}
	for _, r := range d.Results {
		p.Results = append(p.Results, r.Value)
	}
	for _, f := range d.Facts {
		p.Facts = append(p.Facts, f.Value)
	}
	for i := range d.Steps {
		s := &d.Steps[i]
		p.Steps = append(p.Steps, StepText{ID: s.ID.Value, Name: s.Name.Value, Role: s.Role.Value, Agency: s.Agency.Value,
			Output: s.Output.Value, Confidence: s.Confidence})
	}
	return p
}
