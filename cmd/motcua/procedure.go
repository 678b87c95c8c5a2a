package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"motcua/dossier"
	"motcua/library"
	"motcua/procedure"
	"motcua/simulate"
)

func procedureCommand() *cobra.Command {
	c := &cobra.Command{Use: "procedure", Short: "Soạn, kiểm tra, ghép, nhập, xuất, biên dịch, vẽ và chạy thử thủ tục"}
	c.AddCommand(lintCommand(), rulesCommand(), fmtCommand(), compileCommand(), mergeCommand(), diffCommand(), drawCommand(), simulateCommand(), testCommand(),
		schemaCommand("JSON Schema của ngôn ngữ, cho trình soạn thảo", procedure.JSONSchema, otherSchema{"scenarios", "của tệp kịch bản", procedure.ScenarioSchema}),
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
			return indented(c, data)
		},
	}
	c.Flags().StringArrayVar(&values, "set", nil, "giá trị của một tham số của mẫu: tên=giá trị")
	return c
}

// templates are what a file may use: the files given, then the library's.
func templates(files []string) (*procedure.Templates, error) {
	var sources []procedure.Source
	for _, file := range files {
		if file == "-" {
			continue // read once, by whoever lints it
		}
		data, err := readDefinition(file, nil)
		if err != nil {
			continue // reported where it is linted
		}
		sources = append(sources, procedure.Source{File: file, Data: data})
	}
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

func simulateCommand() *cobra.Command {
	var received, pace, channel string
	var conditions []string
	var asJSON bool
	c := &cobra.Command{
		Use: "simulate FILE", Short: "Chạy thử một hồ sơ tưởng tượng trên máy pháp lý", Args: cobra.ExactArgs(1),
		Example: "  motcua procedure simulate library/procedures/1.012784-tach-hop-thua.yaml --pace full",
	}
	c.Flags().StringVar(&received, "received", "2026-03-02T09:00:00+07:00", "thời điểm nhận, RFC 3339")
	c.Flags().StringVar(&pace, "pace", "full", "nhịp làm việc: none (không ai làm), half, full")
	c.Flags().StringVar(&channel, "channel", dossier.ChannelCounter, "kênh nộp: counter, online, post")
	c.Flags().StringSliceVar(&conditions, "condition", nil, "tên các điều kiện được coi là đúng")
	c.Flags().BoolVar(&asJSON, "json", false, "in JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		if !slices.Contains([]string{"none", "half", "full"}, pace) {
			return usageError{errors.New("--pace là none, half hoặc full")}
		}
		if !slices.Contains([]string{dossier.ChannelCounter, dossier.ChannelOnline, dossier.ChannelPost}, channel) {
			return usageError{errors.New("--channel là counter, online hoặc post")}
		}
		p, err := plan(c, args[0])
		if err != nil {
			return err
		}
		at, err := time.Parse(time.RFC3339, received)
		if err != nil {
			return usageError{errors.New("--received là thời điểm RFC 3339")}
		}
		for _, x := range conditions {
			if !slices.Contains(p.Exec.Conditions, x) {
				return usageError{fmt.Errorf("không có điều kiện %q; có: %s", x, strings.Join(p.Exec.Conditions, ", "))}
			}
		}
		shelf, err := library.Calendars()
		if err != nil {
			return err
		}
		book, err := shelf.Book("nation")
		if err != nil {
			return err
		}
		sc := simulate.Scenario{
			Plan: &p.Exec, Calendar: book.Calendar(), Policy: dossier.DefaultPolicy(), Received: at, Channel: channel, Conditions: conditions,
		}
		if pace != "none" {
			sc.Pace = simulate.Pace(pace)
		}
		o, err := simulate.Run(sc)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(c.OutOrStdout()).Encode(o)
		}
		return timeline(c, o)
	}
	return c
}

func timeline(c *cobra.Command, o simulate.Outcome) error {
	const layout = "02/01/2006 15:04"
	for _, m := range o.Moments {
		text := ""
		switch b := m.Event.Body.(type) {
		case nil:
			text = "từ chối: " + m.Refusal.Detail
		case dossier.StepOpened:
			text = "mở bước " + b.Step
		case dossier.StepCompleted:
			text = "xong " + b.Task + " → " + b.Outcome
			if b.Silence {
				text += " (im lặng, " + b.Ground + ")"
			}
		case dossier.ChildRequested:
			text = "mở hồ sơ con của thủ tục " + b.Procedure + " cho " + b.Task
		case dossier.RungFired:
			text = "nấc " + b.Rung + " (" + b.Subject + ")"
		default:
			text = b.Kind()
		}
		due := ""
		if !m.Due.IsZero() {
			due = "  hẹn " + m.Due.Format(layout)
		}
		if _, err := fmt.Fprintf(c.OutOrStdout(), "%s  %-2d %s%s\n", m.At.Format(layout), m.Status, text, due); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(c.OutOrStdout(), "Kết quả: %s %s\n", o.View.Status.Vietnamese(), o.View.Verdict.Class)
	return err
}
