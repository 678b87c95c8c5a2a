package office

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/models"
	"motcua/procedure"
)

// planOf is the compiled plan of a version; that of a draft, or of what was given up as one, is compiled from its file.
func (o *Office) planOf(ctx context.Context, v models.VersionRow) (*procedure.Plan, error) {
	if v.State != models.VersionDraft && v.State != models.VersionDiscarded {
		return o.desk.Plan(ctx, v.Hash)
	}
	c, err := o.check(ctx, v.Source, o.Legal())
	if err != nil {
		return nil, err
	}
	if c.plan == nil {
		return nil, faulty(c.found)
	}
	return c.plan, nil
}

// checked is what became of a file.
type checked struct {
	found procedure.Diagnostics
	// code and name are read even where the file has faults.
	code, name string
	// use is set for a file that uses a template.
	use *procedure.Use
	// plan is nil where a finding blocks it.
	plan *procedure.Plan
}

// fileName is what a file sent over the API is called in its findings.
const fileName = "tệp"

// check reads a definition with what is on the shelf and in force on a day, and judges its validity on that day.
func (o *Office) check(ctx context.Context, source []byte, on time.Time) (checked, error) {
	shelf, err := o.shelf(ctx, on)
	if err != nil {
		return checked{}, err
	}
	templates, err := o.templates(ctx, source, on)
	if err != nil {
		return checked{}, err
	}
	d, found := procedure.ParseWith(fileName, source, procedure.ParseOptions{Templates: templates})
	if d == nil {
		return checked{found: found}, nil
	}
	out := checked{code: d.Code.Value, name: d.Name.Value, use: d.Use}
	out.plan, out.found = procedure.CompileWith(d, &shelf, procedure.LintOptions{On: on})
	return out, nil
}

// shelf is what definitions may name, with the versions in force on a day.
func (o *Office) shelf(ctx context.Context, on time.Time) (procedure.Shelf, error) {
	inForce, err := o.Store.PlansInForce(ctx, on)
	if err != nil {
		return procedure.Shelf{}, err
	}
	reductions, err := o.reductions(ctx)
	if err != nil {
		return procedure.Shelf{}, err
	}
	shelf := procedure.Shelf{}
	if o.Shelf != nil {
		shelf = *o.Shelf
	}
	shelf.Plans, shelf.Reductions = inForce, reductions
	return shelf, nil
}

// maxTemplates bounds the search for what files of use stand on; the language allows fewer.
const maxTemplates = 8

// templates are what a file may use: the shipped ones, and before them what is published here and in force on the day.
func (o *Office) templates(ctx context.Context, source []byte, on time.Time) (*procedure.Templates, error) {
	var stored []procedure.Source
	next := procedure.Source{File: fileName, Data: source}
	for range maxTemplates {
		name := procedure.TemplateOf(next)
		if name == "" {
			break
		}
		data, err := o.Store.SourceInForce(ctx, name, on)
		switch {
		case err == nil:
			next = procedure.Source{File: name, Data: data}
			stored = append(stored, next)
		case !errors.Is(err, models.ErrNotFound):
			return nil, err
		default:
			var shipped bool
			if next, shipped = o.Templates.Template(name); !shipped {
				return o.Templates.With(stored...), nil
			}
		}
	}
	return o.Templates.With(stored...), nil
}

// leads are the lead agencies that a file of use names: its versions are theirs.
func (c *checked) leads() (out []string) {
	if c.use == nil {
		return nil
	}
	for _, a := range c.use.For {
		if !slices.Contains(out, a.Value) {
			out = append(out, a.Value)
		}
	}
	return out
}

// Checked is what a definition is worth: its findings with positions, and its hash where it could be published.
type Checked struct {
	Code     string                `json:"code,omitempty"`
	Name     string                `json:"name,omitempty"`
	Hash     string                `json:"hash,omitempty"`
	Errors   int                   `json:"errors"`
	Findings procedure.Diagnostics `json:"findings"`
}

// CheckDefinition says everything that is wrong with a file on a day (YYYY-MM-DD, empty: today), and stores nothing.
func (o *Office) CheckDefinition(ctx context.Context, p Principal, source, on string) (Checked, error) {
	if err := allow(p, DoProcedures); err != nil {
		return Checked{}, err
	}
	at, err := o.judged("/on", on)
	if err != nil {
		return Checked{}, err
	}
	c, err := o.check(ctx, []byte(source), at)
	if err != nil {
		return Checked{}, err
	}
	out := Checked{Code: c.code, Name: c.name, Findings: c.found}
	if out.Findings == nil {
		out.Findings = procedure.Diagnostics{}
	}
	for _, f := range c.found {
		if f.Severity == procedure.SeverityError {
			out.Errors++
		}
	}
	if c.plan != nil {
		out.Hash = c.plan.Hash
	}
	return out, nil
}

// judged is the instant by which validity is judged: now, or the beginning of the day that is named.
func (o *Office) judged(pointer, day string) (time.Time, error) {
	if day == "" {
		return o.Legal(), nil
	}
	d, err := calendar.ParseDate(day)
	if err != nil {
		return time.Time{}, invalid(FieldError{pointer, "Hãy viết ngày dạng năm-tháng-ngày, ví dụ 2026-04-01."})
	}
	return d.Time(), nil
}

// faultyOn is faulty for what is wrong on a day.
func faultyOn(found procedure.Diagnostics, on time.Time) *Problem {
	p := faulty(found)
	p.Detail = fmt.Sprintf("Xét theo ngày %s. %s", dayText(on), p.Detail)
	return p
}

// faulty is the problem of a definition with errors: every one with its position.
func faulty(found procedure.Diagnostics) *Problem {
	p := findings(found)
	p.Code, p.Title, p.Detail = "definition_faulty", "Định nghĩa còn lỗi", "Hãy sửa các lỗi được chỉ ra rồi gửi lại; còn lỗi thì chưa trình, chưa công bố được."
	p.Findings = found
	return p
}
