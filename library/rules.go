package library

import (
	"fmt"

	"motcua/procedure"
)

// Rules returns the files of named rules, sorted by name.
func Rules() ([]File, error) { return folder("rules") }

// Shelf returns the named rules that the shipped procedures refer to, reductions and escalation ladders, with the national
// calendar, on which limits in calendar units are proven, and the other definitions, which sub-procedures name.
func Shelf() (*procedure.Shelf, error) {
	rules, err := Rules()
	if err != nil {
		return nil, err
	}
	calendars, err := Calendars()
	if err != nil {
		return nil, err
	}
	nation, err := calendars.Book("nation")
	if err != nil {
		return nil, err
	}
	others, err := Templates()
	if err != nil {
		return nil, err
	}
	shelf := &procedure.Shelf{Calendar: nation.Calendar(), Others: others}
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
