package library

import (
	"errors"
	"fmt"

	"motcua/procedure"
)

// Local is a plan that came of a template: for the lead agencies it names, or for every one that has none of its own.
type Local struct {
	File File
	Plan *procedure.Plan
	// For are agency ids; empty: the template's own plan, with its defaults.
	For []string
}

// Templates returns what files of use may refer to.
func Templates() (*procedure.Templates, error) {
	sources, err := TemplateSources()
	if err != nil {
		return nil, err
	}
	return procedure.NewTemplates(sources...), nil
}

// TemplateSources are the shipped files behind Templates.
func TemplateSources() ([]procedure.Source, error) {
	var sources []procedure.Source
	for _, name := range []string{"templates", "procedures"} {
		list, err := folder(name)
		if err != nil {
			return nil, err
		}
		for _, f := range list {
			sources = append(sources, procedure.Source{File: f.Name, Data: f.Data})
		}
	}
	return sources, nil
}

// Locals compiles the shipped templates whose parameters all have values, and the files that use one for somebody. The error
// names every finding that blocks publication.
func Locals() ([]Local, error) {
	list, err := folder("templates")
	if err != nil {
		return nil, err
	}
	templates, err := Templates()
	if err != nil {
		return nil, err
	}
	shelf, err := Shelf()
	if err != nil {
		return nil, err
	}
	var out []Local
	var faults []error
	for _, f := range list {
		d, found := procedure.ParseWith(f.Name, f.Data, procedure.ParseOptions{Templates: templates})
		if found.HasErrors() {
			faults = append(faults, found)
			continue
		}
		if len(d.Open()) > 0 || d.Use != nil && len(d.Use.For) == 0 {
			continue // a template for others only
		}
		plan, found := procedure.Compile(d, shelf)
		if plan == nil {
			faults = append(faults, found)
			continue
		}
		local := Local{File: f, Plan: plan}
		if d.Use != nil {
			for _, a := range d.Use.For {
				local.For = append(local.For, a.Value)
			}
		}
		out = append(out, local)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("library: compile templates: %w", err)
	}
	return out, nil
}
