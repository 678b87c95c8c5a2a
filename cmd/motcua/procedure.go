package main

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"motcua/library"
	"motcua/procedure"
	"motcua/simulate/backtest"
)

func procedureCommand() *cobra.Command {
	c := &cobra.Command{Use: "procedure", Short: "Soạn, kiểm tra, ghép, nhập, xuất, biên dịch, vẽ và chạy thử thủ tục"}
	c.AddCommand(lintCommand(), rulesCommand(), fmtCommand(), compileCommand(), mergeCommand(), diffCommand(), drawCommand(), simulateCommand(), testCommand(),
		backtestCommand(), pastCommand(),
		schemaCommand("JSON Schema của ngôn ngữ, cho trình soạn thảo", procedure.JSONSchema,
			otherSchema{"scenarios", "của tệp kịch bản", procedure.ScenarioSchema}, otherSchema{"backtest", "của tệp số liệu thử lại", backtest.Schema}),
		importCommand(), exportCommand())
	c.AddCommand(versionCommands()...)
	return c
}

// shippedShelf is read once, however many files are compiled.
var shippedShelf = sync.OnceValues(library.Shelf)

// compiled parses, lints and compiles a file with the shipped shelf.
func compiled(file string, o procedure.ParseOptions) (*procedure.Plan, procedure.Diagnostics, error) {
	data, err := readDefinition(file, nil)
	if err != nil {
		return nil, nil, err
	}
	shipped, err := shippedShelf()
	if err != nil {
		return nil, nil, err
	}
	if o.Templates == nil {
		o.Templates = shipped.Others
	}
	d, found := procedure.ParseWith(file, data, o)
	if d == nil {
		return nil, found, nil
	}
	plan, found := procedure.Compile(d, shipped) // what can be read is checked all the same: everything is reported at once
	return plan, found, nil
}

// plan is compiled, with findings on standard error and an error where there is no plan.
func plan(c *cobra.Command, file string, values ...string) (*procedure.Plan, error) {
	o := procedure.ParseOptions{Set: map[string]string{}}
	for _, v := range values {
		name, value, ok := strings.Cut(v, "=")
		if !ok || name == "" {
			return nil, usageError{fmt.Errorf("--set %q: viết tên=giá trị", v)}
		}
		o.Set[name] = value
	}
	p, found, err := compiled(file, o)
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		fmt.Fprintln(c.ErrOrStderr(), f)
	}
	if p == nil || found.HasErrors() {
		return nil, errReported
	}
	return p, nil
}

func fmtCommand() *cobra.Command {
	var write bool
	c := &cobra.Command{Use: "fmt FILE…", Short: "Viết lại định nghĩa, kịch bản theo dạng chuẩn, giữ chú thích", Args: cobra.MinimumNArgs(1)}
	c.Flags().BoolVarP(&write, "write", "w", false, "ghi vào chính tệp đó")
	c.RunE = func(c *cobra.Command, files []string) error {
		for _, file := range files {
			data, err := readDefinition(file, c.InOrStdin())
			if err != nil {
				return err
			}
			format := procedure.Format
			if procedure.HoldsScenarios(data) {
				format = procedure.FormatScenarios
			}
			out, err := format(data)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			if !write {
				if _, err := c.OutOrStdout().Write(out); err != nil {
					return err
				}
				continue
			}
			if !bytes.Equal(data, out) {
				if err := rewrite(file, out); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return c
}

func compileCommand() *cobra.Command {
	var values []string
	c := &cobra.Command{
		Use: "compile FILE", Short: "Biên dịch thành quy trình bất biến, có mã băm", Args: cobra.ExactArgs(1),
		Example: "  motcua procedure compile library/templates/9.000003-mau-sao-luc.yaml --set thoi-han=5wd --set tra-cuu=4wd",
		RunE: func(c *cobra.Command, args []string) error {
			p, err := plan(c, args[0], values...)
			if err != nil {
				return err
			}
			data, err := p.Encode()
			if err != nil {
				return err
			}
			ordinary := p.Exec.CommitCase(procedure.Case{At: time.Now()})
			for _, line := range ordinary.Walk() {
				fmt.Fprintln(c.ErrOrStderr(), line)
			}
			return indented(c, data)
		},
	}
	c.Flags().StringArrayVar(&values, "set", nil, "giá trị của một tham số của mẫu: tên=giá trị")
	return c
}

// templates are what a file may use: the files given, then the library's.
func templates(files []string) (*procedure.Templates, error) {
	sources := make([]procedure.Source, len(files))
	var readers errgroup.Group
	readers.SetLimit(runtime.GOMAXPROCS(0))
	for i, file := range files {
		if file == "-" {
			continue // read once, by whoever lints it
		}
		readers.Go(func() error {
			if data, err := readDefinition(file, nil); err == nil { // else it is reported where it is linted
				sources[i] = procedure.Source{File: file, Data: data}
			}
			return nil
		})
	}
	_ = readers.Wait()
	sources = slices.DeleteFunc(sources, func(s procedure.Source) bool { return s.File == "" })
	shipped, err := library.TemplateSources()
	if err != nil {
		return nil, err
	}
	return procedure.NewTemplates(append(sources, shipped...)...), nil
}

func drawCommand() *cobra.Command {
	var text bool
	c := &cobra.Command{Use: "draw FILE", Short: "Vẽ sơ đồ quy trình (SVG)", Args: cobra.ExactArgs(1)}
	c.Flags().BoolVar(&text, "text", false, "mô tả bằng lời thay vì vẽ")
	c.RunE = func(c *cobra.Command, args []string) error {
		p, err := plan(c, args[0])
		if err != nil {
			return err
		}
		out := procedure.Draw(p)
		if text {
			out = []byte(procedure.Describe(p))
		}
		_, err = c.OutOrStdout().Write(out)
		return err
	}
	return c
}
