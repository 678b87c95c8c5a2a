package library

import (
	"errors"
	"fmt"

	"motcua/procedure"
)

// Procedures returns the shipped definitions, sorted by name. They are source text: Plans compiles them.
func Procedures() ([]File, error) { return folder("procedures") }

// Plans compiles every shipped definition with the shelf, sorted by file name. The error names every finding that blocks
// publication, of every file, with its place.
func Plans() ([]*procedure.Plan, error) {
	definitions, err := Procedures()
	if err != nil {
		return nil, err
	}
	shelf, err := Shelf()
	if err != nil {
		return nil, err
	}
	plans := make([]*procedure.Plan, 0, len(definitions))
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
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("library: compile: %w", err)
	}
	return plans, nil
}
