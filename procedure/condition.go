package procedure

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
)

// evaluationCost bounds one evaluation of one condition in CEL cost units; without comprehensions no honest condition
// comes near it.
const evaluationCost = 10_000

// FactError is one fact that does not fit its declaration. Message is Vietnamese; Allowed lists the values when they are declared.
type FactError struct {
	Name    string   `json:"name"`
	Message string   `json:"message"`
	Allowed []string `json:"allowed,omitempty"`
}

func (e FactError) Error() string {
	if len(e.Allowed) == 0 {
		return fmt.Sprintf("dữ kiện %s: %s", e.Name, e.Message)
	}
	return fmt.Sprintf("dữ kiện %s: %s; cho phép: %s", e.Name, e.Message, strings.Join(e.Allowed, ", "))
}

// FactErrors is what Evaluate returns for facts that do not fit.
type FactErrors []FactError

func (es FactErrors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// programs holds the conditions of one plan compiled, made at the first evaluation.
type programs struct {
	once sync.Once
	list []cel.Program
	err  error
}

// CheckFacts says which facts do not fit their declarations, sorted by name; facts not given take their defaults.
func (p *Plan) CheckFacts(facts map[string]any) []FactError {
	_, errs := p.activation(facts)
	return errs
}

// Complete returns the facts with the defaults of those that were not given, ints as int64; FactErrors where some do not fit.
func (p *Plan) Complete(facts map[string]any) (map[string]any, error) {
	vars, errs := p.activation(facts)
	if len(errs) > 0 {
		return nil, FactErrors(errs)
	}
	return vars, nil
}

// Evaluate returns the sorted names of the conditions that hold for the facts. It is a pure function of plan and facts.
// Facts not given take their declared defaults; unknown facts, wrong types and values not allowed are FactErrors.
// Ints may be given as int, int64 or a float64 without fraction, as JSON decodes them.
func (p *Plan) Evaluate(facts map[string]any) ([]string, error) {
	vars, errs := p.activation(facts)
	if len(errs) > 0 {
		return nil, FactErrors(errs)
	}
	progs := p.programs
	if progs == nil {
		progs = new(programs)
	}
	progs.once.Do(func() { progs.list, progs.err = (&expressions{facts: p.Facts}).programs(p.Conditions) })
	if progs.err != nil {
		return nil, fmt.Errorf("plan %s: %w", p.Code, progs.err)
	}
	holds := []string{}
	for i, c := range p.Conditions {
		v, _, err := progs.list[i].Eval(vars)
		if err != nil {
			return nil, fmt.Errorf("plan %s: condition %s: %w", p.Code, c.Name, err)
		}
		if v.Value() == true {
			holds = append(holds, c.Name)
		}
	}
	slices.Sort(holds)
	return holds, nil
}

// activation merges facts and defaults into the variables of the expressions.
func (p *Plan) activation(facts map[string]any) (map[string]any, []FactError) {
	vars := make(map[string]any, len(p.Facts))
	var errs []FactError
	for i := range p.Facts {
		f := &p.Facts[i]
		v, given := facts[f.Name]
		if !given || v == nil {
			if f.Default == nil {
				errs = append(errs, FactError{Name: f.Name, Message: "chưa có giá trị và không có giá trị mặc định", Allowed: f.Values})
				continue
			}
			parsed, err := f.parse(*f.Default)
			if err != nil {
				errs = append(errs, FactError{Name: f.Name, Message: err.Error(), Allowed: f.Values})
				continue
			}
			vars[f.Name] = parsed
			continue
		}
		converted, err := f.convert(v)
		if err != nil {
			errs = append(errs, FactError{Name: f.Name, Message: err.Error(), Allowed: f.Values})
			continue
		}
		vars[f.Name] = converted
	}
	known := make([]string, len(p.Facts))
	for i, f := range p.Facts {
		known[i] = f.Name
	}
	for name := range facts {
		if !slices.Contains(known, name) {
			errs = append(errs, FactError{Name: name, Message: "chưa được khai báo trong facts", Allowed: known})
		}
	}
	slices.SortFunc(errs, func(a, b FactError) int { return cmp.Compare(a.Name, b.Name) })
	return vars, errs
}

var errNotAllowed = errors.New("giá trị không nằm trong danh sách")

// convert checks a value given by a caller.
func (f *Fact) convert(v any) (any, error) {
	var out any
	switch x := v.(type) {
	case bool:
		if f.Type == FactBool {
			out = x
		}
	case string:
		if f.Type == FactString {
			out = x
		}
	case int:
		if f.Type == FactInt {
			out = int64(x)
		}
	case int64:
		if f.Type == FactInt {
			out = x
		}
	case float64:
		if f.Type == FactInt && x == float64(int64(x)) {
			out = int64(x)
		}
	}
	if out == nil {
		return nil, fmt.Errorf("cần kiểu %s, nhận %T", f.Type, v)
	}
	if len(f.Values) > 0 && !slices.Contains(f.Values, fmt.Sprint(out)) {
		return nil, fmt.Errorf("%w: %v", errNotAllowed, v)
	}
	return out, nil
}

// parse reads a value as written in the file.
func (f *Fact) parse(s string) (any, error) {
	var v any = s
	switch f.Type {
	case FactBool:
		if s != "true" && s != "false" {
			return nil, fmt.Errorf("%q không phải true hoặc false", s)
		}
		v = s == "true"
	case FactInt:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || strconv.FormatInt(n, 10) != s {
			return nil, fmt.Errorf("%q không phải số nguyên", s)
		}
		v = n
	}
	if len(f.Values) > 0 && !slices.Contains(f.Values, s) {
		return nil, fmt.Errorf("%w: %q", errNotAllowed, s)
	}
	return v, nil
}
