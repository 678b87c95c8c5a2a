package intake

import (
	"fmt"
	"strings"

	"motcua/procedure"
)

// Codes of faults.
const (
	CodeInvalid = "invalid"        // the request is wrong
	CodeEnded   = "not_in_force"   // the procedure takes no dossiers today
	CodeUnbound = "agency_unbound" // the organisation lacks an agency that the procedure needs
)

// Fault is what is wrong with a request, for people. Nothing was stored.
type Fault struct {
	Code string
	// Fields point at the wrong fields of the request, as JSON pointers; a fault that no field can mend has one without.
	Fields []Field
}

// Field is one thing that is wrong.
type Field struct{ Pointer, Detail string }

func (f *Fault) Error() string {
	details := make([]string, len(f.Fields))
	for i, x := range f.Fields {
		details[i] = x.Detail
	}
	return f.Code + ": " + strings.Join(details, " ")
}

func fault(pointer, detail string, args ...any) *Fault {
	return &Fault{Code: CodeInvalid, Fields: []Field{{pointer, fmt.Sprintf(detail, args...)}}}
}

// FactFault says which facts do not fit a plan; other errors of an evaluation are returned as they are.
func FactFault(plan *procedure.Plan, facts map[string]any, err error) error {
	f := &Fault{Code: CodeInvalid}
	for _, e := range plan.CheckFacts(facts) {
		f.Fields = append(f.Fields, Field{"/facts/" + e.Name, e.Message})
	}
	if len(f.Fields) == 0 {
		return err
	}
	return f
}
