package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"motcua/library"
	"motcua/procedure"
	"motcua/simulate/backtest"
)

func procedureCommand() *cobra.Command {
	c := &cobra.Command{Use: "procedure", Short: "Soạn, kiểm tra, ghép, nhập, xuất, biên dịch, vẽ và chạy thử thủ tục"}
	c.AddCommand(lintCommand(), fmtCommand(), compileCommand(), mergeCommand(), drawCommand(), simulateCommand(), testCommand(), backtestCommand(), pastCommand(),
		schemaCommand(), importCommand(), exportCommand())
	return c
}

// compiled parses, lints and compiles a file with the shipped shelf.
func compiled(file string) (*procedure.Plan, procedure.Diagnostics, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	shelf, err := library.Shelf()
	if err != nil {
		return nil, nil, err
	}
	d, found := procedure.Parse(file, data)
	if found.HasErrors() {
		if d != nil { // what can be read is checked all the same: everything is reported at once
			found = append(found, procedure.Lint(d, shelf)...)
			slices.SortStableFunc(found, func(a, b procedure.Diagnostic) int { return cmp.Or(a.Line-b.Line, a.Col-b.Col) })
		}
		return nil, found, nil
	}
	plan, found := procedure.Compile(d, shelf)
	return plan, found, nil
}

// plan is compiled, with findings on standard error and an error where there is no plan.
func plan(c *cobra.Command, file string) (*procedure.Plan, error) {
	p, found, err := compiled(file)
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

func lintCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "lint FILE…", Short: "Kiểm tra định nghĩa, báo mọi lỗi cùng lúc", Args: cobra.MinimumNArgs(1),
		Example: "  motcua procedure lint library/procedures/*.yaml",
	}
	c.Flags().BoolVar(&asJSON, "json", false, "in JSON, mỗi phát hiện một dòng")
	c.RunE = func(c *cobra.Command, files []string) error {
		return report(c, files, asJSON, func(file string) (procedure.Diagnostics, error) {
			_, found, err := compiled(file)
			return found, err
		})
	}
	return c
}

// report prints the findings of every file, and ends with an error where one blocks.
func report(c *cobra.Command, files []string, asJSON bool, check func(file string) (procedure.Diagnostics, error)) error {
	bad := false
	enc := json.NewEncoder(c.OutOrStdout())
	for _, file := range files {
		found, err := check(file)
		if err != nil {
			return err
		}
		bad = bad || found.HasErrors()
		for _, f := range found {
			if asJSON {
				err = enc.Encode(f)
			} else {
				_, err = fmt.Fprintln(c.OutOrStdout(), f)
			}
			if err != nil {
				return err
			}
		}
	}
	if bad {
		return errReported
	}
	return nil
}

func fmtCommand() *cobra.Command {
	var write bool
	c := &cobra.Command{Use: "fmt FILE…", Short: "Viết lại định nghĩa, kịch bản theo dạng chuẩn, giữ chú thích", Args: cobra.MinimumNArgs(1)}
	c.Flags().BoolVarP(&write, "write", "w", false, "ghi vào chính tệp đó")
	c.RunE = func(c *cobra.Command, files []string) error {
		for _, file := range files {
			data, err := os.ReadFile(file)
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
				if err := os.WriteFile(file, out, 0o644); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return c
}

func compileCommand() *cobra.Command {
	return &cobra.Command{
		Use: "compile FILE", Short: "Biên dịch thành quy trình bất biến, có mã băm", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, err := plan(c, args[0])
			if err != nil {
				return err
			}
			data, err := p.Encode()
			if err != nil {
				return err
			}
			return indented(c, data)
		},
	}
}

// indented prints JSON for people.
func indented(c *cobra.Command, data []byte) error {
	var out bytes.Buffer
	if err := json.Indent(&out, data, "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintln(c.OutOrStdout(), out.String())
	return err
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

func schemaCommand() *cobra.Command {
	var scenarios, profiles bool
	c := &cobra.Command{Use: "schema", Short: "JSON Schema của ngôn ngữ, cho trình soạn thảo", Args: cobra.NoArgs}
	c.Flags().BoolVar(&scenarios, "scenarios", false, "của tệp kịch bản")
	c.Flags().BoolVar(&profiles, "backtest", false, "của tệp số liệu thử lại")
	c.MarkFlagsMutuallyExclusive("scenarios", "backtest")
	c.RunE = func(c *cobra.Command, _ []string) error {
		schema := procedure.JSONSchema()
		switch {
		case scenarios:
			schema = procedure.ScenarioSchema()
		case profiles:
			schema = backtest.Schema()
		}
		_, err := c.OutOrStdout().Write(schema)
		return err
	}
	return c
}
