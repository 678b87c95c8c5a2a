package library

import (
	"errors"
	"fmt"

	"motcua/procedure"
)

// Procedures returns the shipped definitions of single procedures, sorted by name. They are source text: Plans compiles them.
func Procedures() ([]File, error) { return folder("procedures") }

// Definitions returns all shipped definitions: the single procedures, then the merged ones.
func Definitions() ([]File, error) {
	single, err := Procedures()
	if err != nil {
		return nil, err
	}
	merged, err := Merged()
	return append(single, merged...), err
}

// Merged returns the constructed examples of merged procedures: samples, not the list of any decision.
func Merged() ([]File, error) { return folder("merged") }

// Scenarios returns the scenarios beside the shipped definitions, one file per code, sorted by name.
func Scenarios() ([]File, error) { return folder("scenarios") }

// Plans compiles every shipped definition with the shelf, in the order of Definitions. The error names every finding that blocks
// publication, of every file, with its place.
func Plans() ([]*procedure.Plan, error) {
	definitions, err := Definitions()
	if err != nil {
		return nil, err
	}
	shelf, err := Shelf()
	if err != nil {
		return nil, err
	}
	plans := make([]*procedure.Plan, 0, len(definitions))
	shelf.Plans = map[string]string{} // merged procedures come last and are held to the versions before them
	var faults []error
	for _, f := range definitions {
		d, found := procedure.Parse(f.Name, f.Data)
		if found.HasErrors() {
			faults = append(faults, found)
			continue
		}
		plan, found := procedure.Compile(d, shelf)
		if plan == nil {
			faults = append(faults, found)
			continue
		}
		plans = append(plans, plan)
		shelf.Plans[plan.Code] = plan.Hash
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("library: compile: %w", err)
	}
	return plans, nil
}
