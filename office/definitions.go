package office

import (
	"context"
	"errors"
	"fmt"

	"motcua/calendar"
	"motcua/models"
	"motcua/procedure"
	"motcua/simulate"
)

// What an editor asks about a definition that is only a text: its plan, its drawing, a dossier under it, how another one differs,
// what two make together. Nothing is stored. A text with errors is a problem with all of them, each with its place.

// CompileDefinition is the plan of a definition, as it would be published on this day.
func (o *Office) CompileDefinition(ctx context.Context, p Principal, source string) (*procedure.Plan, error) {
	if err := allow(p, DoProcedures); err != nil {
		return nil, err
	}
	c, err := o.check(ctx, []byte(source), o.Legal())
	if err != nil {
		return nil, err
	}
	if c.plan == nil {
		return nil, faulty(c.found)
	}
	return c.plan, nil
}

// DrawDefinition is a definition as an SVG picture, or told in words.
func (o *Office) DrawDefinition(ctx context.Context, p Principal, source string, words bool) ([]byte, error) {
	plan, err := o.CompileDefinition(ctx, p, source)
	if err != nil {
		return nil, err
	}
	if words {
		return []byte(procedure.Describe(plan)), nil
	}
	return procedure.Draw(plan), nil
}

// SimulateDefinition plays a scenario under a definition on the pure machine.
func (o *Office) SimulateDefinition(ctx context.Context, p Principal, source string, s Simulation) (simulate.Outcome, error) {
	plan, err := o.CompileDefinition(ctx, p, source)
	if err != nil {
		return simulate.Outcome{}, err
	}
	return o.play(ctx, plan, s)
}

// DiffDefinitions is what the second definition says differently from the first.
func (o *Office) DiffDefinitions(ctx context.Context, p Principal, from, to string) (procedure.Difference, error) {
	a, err := o.CompileDefinition(ctx, p, from)
	if err != nil {
		return procedure.Difference{}, err
	}
	b, err := o.CompileDefinition(ctx, p, to)
	if err != nil {
		return procedure.Difference{}, err
	}
	return procedure.Diff(a, b), nil
}

// Merging says which definitions become one, and by which rules; empty rules take the language's defaults.
type Merging struct {
	Parts []MergePart `json:"parts"`
	Code  string      `json:"code,omitempty"`
	Name  string      `json:"name,omitempty"`
	// Rule, Limit and Refusal are those of the language; Own is the limit where Limit is "own", e.g. "15wd".
	Rule     string `json:"rule,omitempty"`
	Limit    string `json:"limit,omitempty"`
	Own      string `json:"own,omitempty"`
	Refusal  string `json:"refusal,omitempty"`
	Decision string `json:"decision,omitempty"`
}

// MergePart is a text, or the procedure in force with a code.
type MergePart struct {
	Code string `json:"code,omitempty"`
	File string `json:"file,omitempty"`
}

// Merged is the one definition, for a designer to read and edit, and what is to be said of it.
type Merged struct {
	File     string                `json:"file"`
	Findings procedure.Diagnostics `json:"findings"`
}

// MergeDefinitions makes one definition out of several, held to the versions in force.
func (o *Office) MergeDefinitions(ctx context.Context, p Principal, m Merging) (Merged, error) {
	if err := allow(p, DoProcedures); err != nil {
		return Merged{}, err
	}
	options := procedure.MergeOptions{Code: m.Code, Name: m.Name, Rule: m.Rule, Limit: m.Limit, Refusal: m.Refusal, Decision: m.Decision}
	if (m.Own != "") != (m.Limit == procedure.MergeOwn) {
		return Merged{}, invalid(FieldError{"/own", `Thời hạn đặt riêng đi với limit "own".`})
	}
	if m.Own != "" {
		own, err := calendar.ParseLimit(m.Own)
		if err != nil {
			return Merged{}, invalid(FieldError{"/own", "Viết thời hạn như 15wd."})
		}
		options.Own = own
	}
	var sources []procedure.MergeSource
	for i, part := range m.Parts {
		s, err := o.mergeSource(ctx, fmt.Sprintf("/parts/%d", i), part)
		if err != nil {
			return Merged{}, err
		}
		sources = append(sources, s)
	}
	shelf, err := o.shelf(ctx, o.Legal())
	if err != nil {
		return Merged{}, err
	}
	text, found := procedure.Merge(sources, &shelf, options)
	if text == nil {
		return Merged{}, faulty(found)
	}
	if found == nil {
		found = procedure.Diagnostics{}
	}
	return Merged{File: string(text), Findings: found}, nil
}

func (o *Office) mergeSource(ctx context.Context, at string, part MergePart) (procedure.MergeSource, error) {
	switch {
	case (part.Code == "") == (part.File == ""):
		return procedure.MergeSource{}, invalid(FieldError{at, "Mỗi phần nêu code của thủ tục đang có hiệu lực, hoặc file là định nghĩa."})
	case part.File != "":
		return procedure.MergeSource{File: fileName + at, Data: []byte(part.File)}, nil
	}
	data, err := o.Store.SourceInForce(ctx, part.Code, o.Legal())
	if err == nil {
		return procedure.MergeSource{File: part.Code, Data: data}, nil
	}
	if !errors.Is(err, models.ErrNotFound) {
		return procedure.MergeSource{}, err
	}
	if shipped, ok := o.Templates.Template(part.Code); ok {
		return procedure.MergeSource(shipped), nil
	}
	return procedure.MergeSource{}, invalid(FieldError{at + "/code", fmt.Sprintf("Không có định nghĩa của thủ tục %q đang có hiệu lực; hãy gửi file.", part.Code)})
}
