package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"motcua/library"
	"motcua/procedure"
	"motcua/simulate/backtest"
)

func procedureCommand() *cobra.Command {
	c := &cobra.Command{Use: "procedure", Short: "Soạn, kiểm tra, ghép, nhập, xuất, biên dịch, vẽ và chạy thử thủ tục"}
	c.AddCommand(lintCommand(), rulesCommand(), fmtCommand(), compileCommand(), mergeCommand(), drawCommand(), simulateCommand(), testCommand(),
		backtestCommand(), pastCommand(),
		schemaCommand("JSON Schema của ngôn ngữ, cho trình soạn thảo", procedure.JSONSchema,
			otherSchema{"scenarios", "của tệp kịch bản", procedure.ScenarioSchema}, otherSchema{"backtest", "của tệp số liệu thử lại", backtest.Schema}),
		importCommand(), exportCommand())
	return c
}

// compiled parses, lints and compiles a file with the shipped shelf.
func compiled(file string) (*procedure.Plan, procedure.Diagnostics, error) {
	data, err := readDefinition(file, nil)
	if err != nil {
		return nil, nil, err
	}
	shelf, err := library.Shelf()
	if err != nil {
		return nil, nil, err
	}
	d, found := procedure.Parse(file, data)
	if d == nil {
		return nil, found, nil
	}
	plan, found := procedure.Compile(d, shelf) // what can be read is checked all the same: everything is reported at once
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
