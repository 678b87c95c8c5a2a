package library

import (
	"fmt"

	"motcua/procedure"
)

// Shelf returns the named rules that the shipped procedures refer to: reductions and escalation ladders.
func Shelf() (*procedure.Shelf, error) {
	rules, err := folder("rules")
	if err != nil {
		return nil, err
	}
	shelf := &procedure.Shelf{}
	for _, f := range rules {
		part, findings := procedure.ParseShelf(f.Name, f.Data)
		if findings.HasErrors() {
			return nil, fmt.Errorf("library: rules: %w", findings)
		}
		if shelf, err = shelf.Merge(part); err != nil {
			return nil, fmt.Errorf("library: %s: %w", f.Name, err)
		}
	}
	return shelf, nil
}
