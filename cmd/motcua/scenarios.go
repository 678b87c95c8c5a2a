package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"motcua/library"
	"motcua/procedure"
	"motcua/simulate"
)

func testCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "test [DIR|FILE…]", Short: "Chạy các tệp kịch bản và so với điều mong đợi; không nêu tệp: của thư viện kèm theo",
		Example: "  motcua procedure test\n  motcua procedure test library/scenarios/1.012784.yaml",
	}
	c.Flags().BoolVar(&asJSON, "json", false, "in JSON, mỗi tệp một dòng")
	c.RunE = func(c *cobra.Command, args []string) error {
		sources, err := scenarioSources(args)
		if err != nil {
			return err
		}
		t := tester{}
		if t.shelf, err = library.Shelf(); err != nil {
			return err
		}
		if t.calendars, err = library.Calendars(); err != nil {
			return err
		}
		bad, total := 0, tested{}
		for _, s := range sources {
			one := t.run(s)
			if asJSON {
				err = json.NewEncoder(c.OutOrStdout()).Encode(one)
			} else {
				_, err = fmt.Fprint(c.OutOrStdout(), one)
			}
			if err != nil {
				return err
			}
			total.Scenarios += one.Scenarios
			total.Coverage = total.Coverage.Plus(one.Coverage)
			if one.bad() {
				bad++
			}
		}
		if !asJSON {
			if _, err := fmt.Fprintf(c.OutOrStdout(), "%d tệp (%d sai), %d kịch bản; %s\n", len(sources), bad, total.Scenarios, total.Coverage); err != nil {
				return err
			}
		}
		if bad > 0 {
			return errReported
		}
		return nil
	}
	return c
}

// scenarioSource is a file of scenarios and how to read it and the definition that it names: from the disk or from the
// library inside the binary.
type scenarioSource struct {
	file string
	read func(name string) ([]byte, error)
}

// scenarioSources finds the files; a directory gives every file of scenarios below it.
func scenarioSources(args []string) ([]scenarioSource, error) {
	if len(args) == 0 {
		return shippedScenarios()
	}
	var files []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		switch {
		case err != nil:
			return nil, err
		case !info.IsDir():
			files = append(files, arg)
			continue
		}
		below, err := scenariosBelow(arg)
		if err != nil {
			return nil, err
		}
		if len(below) == 0 {
			return nil, fmt.Errorf("%s: không có tệp kịch bản nào", arg)
		}
		files = append(files, below...)
	}
	var sources []scenarioSource
	for _, f := range files {
		sources = append(sources, scenarioSource{f, os.ReadFile})
	}
	return sources, nil
}

func shippedScenarios() ([]scenarioSource, error) {
	shipped, err := library.Scenarios()
	var sources []scenarioSource
	for _, f := range shipped {
		sources = append(sources, scenarioSource{f.Name, func(name string) ([]byte, error) {
			f, err := library.Read(filepath.ToSlash(name))
			return f.Data, err
		}})
	}
	return sources, err
}

func scenariosBelow(dir string) (files []string, err error) {
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".yaml", ".yml"}, path.Ext(name)) {
			return err
		}
		data, err := os.ReadFile(name)
		if err == nil && procedure.HoldsScenarios(data) {
			files = append(files, name)
		}
		return err
	})
	return files, err
}

// tester holds what every file of scenarios needs.
type tester struct {
	shelf     *procedure.Shelf
	calendars *library.CalendarShelf
}

// tested is what came of one file: findings in its form, or in the definition's, or the report of its scenarios.
type tested struct {
	File     string                `json:"file"`
	Findings procedure.Diagnostics `json:"findings,omitempty"`
	// Fault is why the file could not be tested at all.
	Fault string `json:"fault,omitempty"`
	simulate.Report
}

func (t tested) bad() bool {
	return t.Fault != "" || t.Findings.HasErrors() || len(t.Failures) > 0
}

// String is what people read: a line with the coverage, and below it everything that is wrong.
func (t tested) String() string {
	var b strings.Builder
	switch {
	case t.Fault != "" || t.Findings.HasErrors():
		fmt.Fprintf(&b, "LỖI   %s\n", t.File)
	case len(t.Failures) > 0:
		fmt.Fprintf(&b, "SAI   %s  %d kịch bản; %s\n", t.File, t.Scenarios, t.Coverage)
	default:
		fmt.Fprintf(&b, "ĐÚNG  %s  %d kịch bản; %s\n", t.File, t.Scenarios, t.Coverage)
	}
	if t.Fault != "" {
		fmt.Fprintln(&b, t.Fault)
	}
	for _, f := range t.Findings {
		fmt.Fprintln(&b, f)
	}
	for _, f := range t.Failures {
		fmt.Fprintln(&b, f)
	}
	return b.String()
}

// run plays one file; what stands in its way is part of the answer, so that the other files are still played.
func (t tester) run(s scenarioSource) tested {
	out := tested{File: s.file}
	if err := t.play(s, &out); err != nil && !errors.As(err, &out.Findings) {
		out.Fault = err.Error()
	}
	return out
}

func (t tester) play(s scenarioSource, out *tested) error {
	data, err := s.read(s.file)
	if err != nil {
		return err
	}
	f, found := procedure.ParseScenarios(s.file, data)
	if found.HasErrors() {
		return found
	}
	name := filepath.Join(filepath.Dir(s.file), filepath.FromSlash(f.Definition.Value))
	if data, err = s.read(name); err != nil {
		return err
	}
	d, found := procedure.Parse(filepath.ToSlash(name), data)
	if found.HasErrors() {
		return found
	}
	plan, found := procedure.Compile(d, t.shelf)
	if plan == nil {
		return found
	}
	if found := f.Check(plan); found.HasErrors() {
		return found
	}
	calendar := f.Calendar.Value
	if calendar == "" {
		calendar = "nation"
	}
	book, err := t.calendars.Book(calendar)
	if err != nil {
		return err
	}
	out.Report, err = simulate.Test(plan, book.Calendar(), f)
	return err
}
