package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/procedure"
	"motcua/simulate"
	"motcua/workflows/rehearsal"
)

// simulation is what the flags of procedure simulate say.
type simulation struct {
	received, pace, channel string
	conditions              []string
	scenario, pick          string
	engine, asJSON          bool
}

func simulateCommand() *cobra.Command {
	var s simulation
	c := &cobra.Command{
		Use: "simulate FILE", Short: "Chạy thử một hồ sơ tưởng tượng và kể lại: việc, hạn, nấc, văn bản, điều người nộp thấy", Args: cobra.ExactArgs(1),
		Example: "  motcua procedure simulate library/procedures/1.012784-tach-hop-thua.yaml --pace full\n" +
			"  motcua procedure simulate library/procedures/1.012784-tach-hop-thua.yaml --scenario library/scenarios/1.012784.yaml --id bo-sung-tinh-lai --engine",
	}
	c.Flags().StringVar(&s.received, "received", "2026-03-02T09:00:00+07:00", "thời điểm nhận, RFC 3339")
	c.Flags().StringVar(&s.pace, "pace", "full", "nhịp làm việc: none (không ai làm), half, full")
	c.Flags().StringVar(&s.channel, "channel", dossier.ChannelCounter, "kênh nộp: counter, online, post")
	c.Flags().StringSliceVar(&s.conditions, "condition", nil, "tên các điều kiện được coi là đúng")
	c.Flags().StringVar(&s.scenario, "scenario", "", "tệp kịch bản thay cho các cờ trên")
	c.Flags().StringVar(&s.pick, "id", "", "mã kịch bản trong tệp; bỏ trống khi tệp chỉ có một")
	c.Flags().BoolVar(&s.engine, "engine", false, "chạy trên mã luồng công việc thật, thời gian được bỏ qua, và đối chiếu với máy pháp lý")
	c.Flags().BoolVar(&s.asJSON, "json", false, "in JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := s.check(); err != nil {
			return err
		}
		p, err := plan(c, args[0])
		if err != nil {
			return err
		}
		sc, err := s.of(p)
		if err != nil {
			return err
		}
		return s.run(c, sc)
	}
	return c
}

func (s *simulation) check() error {
	switch {
	case !slices.Contains([]string{"none", "half", "full"}, s.pace):
		return usageError{errors.New("--pace là none, half hoặc full")}
	case !slices.Contains([]string{dossier.ChannelCounter, dossier.ChannelOnline, dossier.ChannelPost}, s.channel):
		return usageError{errors.New("--channel là counter, online hoặc post")}
	case s.pick != "" && s.scenario == "":
		return usageError{errors.New("--id chọn kịch bản trong tệp của --scenario")}
	}
	return nil
}

// of is the scenario that the flags ask for, on a plan.
func (s *simulation) of(p *procedure.Plan) (simulate.Scenario, error) {
	if s.scenario != "" {
		return fromFile(p, s.scenario, s.pick)
	}
	at, err := time.Parse(time.RFC3339, s.received)
	if err != nil {
		return simulate.Scenario{}, usageError{errors.New("--received là thời điểm RFC 3339")}
	}
	for _, x := range s.conditions {
		if !slices.Contains(p.Exec.Conditions, x) {
			return simulate.Scenario{}, usageError{fmt.Errorf("không có điều kiện %q; có: %s", x, strings.Join(p.Exec.Conditions, ", "))}
		}
	}
	cal, err := shippedCalendar("nation")
	if err != nil {
		return simulate.Scenario{}, err
	}
	sc := simulate.Scenario{Plan: &p.Exec, Calendar: cal, Policy: dossier.DefaultPolicy(), Received: at, Channel: s.channel, Conditions: s.conditions}
	if s.pace != "none" {
		sc.Pace = simulate.Pace(s.pace)
	}
	return sc, nil
}

func shippedCalendar(name string) (*calendar.Calendar, error) {
	shelf, err := library.Calendars()
	if err != nil {
		return nil, err
	}
	book, err := shelf.Book(name)
	if err != nil {
		return nil, err
	}
	return book.Calendar(), nil
}

// fromFile is one scenario of a file, on a plan.
func fromFile(p *procedure.Plan, file, id string) (simulate.Scenario, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return simulate.Scenario{}, err
	}
	f, found := procedure.ParseScenarios(file, data)
	if !found.HasErrors() {
		found = append(found, f.Check(p)...)
	}
	if found.HasErrors() {
		return simulate.Scenario{}, found
	}
	name := "nation"
	if f.Calendar.Value != "" {
		name = f.Calendar.Value
	}
	cal, err := shippedCalendar(name)
	if err != nil {
		return simulate.Scenario{}, err
	}
	var ids []string
	for i := range f.Scenarios {
		def := &f.Scenarios[i]
		if def.ID.Value == id || id == "" && len(f.Scenarios) == 1 {
			return simulate.FromFile(p, cal, def)
		}
		ids = append(ids, def.ID.Value)
	}
	return simulate.Scenario{}, usageError{fmt.Errorf("--id chọn một trong: %s", strings.Join(ids, ", "))}
}

func (s *simulation) run(c *cobra.Command, sc simulate.Scenario) error {
	var o simulate.Outcome
	var differences []string
	if s.engine {
		r, err := rehearsal.Run(sc)
		if err != nil {
			return err
		}
		o, differences = r.Engine, r.Differences
	} else {
		var err error
		if o, err = simulate.Run(sc); err != nil {
			return err
		}
	}
	var err error
	if o.Timeline, err = simulate.Timeline(sc, o); err != nil {
		return err
	}
	if s.asJSON {
		err = json.NewEncoder(c.OutOrStdout()).Encode(o)
	} else {
		err = timeline(c.OutOrStdout(), o)
	}
	for _, d := range differences {
		fmt.Fprintf(c.ErrOrStderr(), "luồng công việc và máy pháp lý khác nhau: %s\n", d)
	}
	if err == nil && len(differences) > 0 {
		return errReported
	}
	return err
}

// timeline prints what happened, one thing a line, and how it ended.
func timeline(w io.Writer, o simulate.Outcome) error {
	labels := map[string]string{
		simulate.EntryAct: "việc", simulate.EntryRefusal: "bị từ chối", simulate.EntryClock: "tự động", simulate.EntryDeadline: "hạn",
		simulate.EntryRung: "nấc", simulate.EntryLetter: "văn bản", simulate.EntryApplicant: "người nộp thấy",
	}
	last := ""
	for _, e := range o.Timeline {
		when := e.At.In(calendar.Zone()).Format(momentLayout)
		if when == last {
			when = strings.Repeat(" ", len(when))
		} else {
			last = when
		}
		label := labels[e.Kind]
		pad := strings.Repeat(" ", max(0, 14-len([]rune(label))))
		if _, err := fmt.Fprintf(w, "%s  %s%s  %s\n", when, label, pad, e.Text); err != nil {
			return err
		}
	}
	counted, excluded := 0, 0
	for _, g := range o.Ledger {
		if g.Counted {
			counted += g.Minutes
		} else {
			excluded += g.Minutes
		}
	}
	if len(o.Ledger) > 0 {
		if _, err := fmt.Fprintf(w, "Thời gian làm việc: tính vào thời hạn %s, không tính %s\n", simulate.WorkingTime(counted), simulate.WorkingTime(excluded)); err != nil {
			return err
		}
	}
	result := "Kết quả: " + o.View.Status.Vietnamese()
	if class := className(o.View.Verdict.Class); class != "" {
		result += ", " + class
	}
	_, err := fmt.Fprintln(w, result)
	return err
}

// className says in words how a verdict came out.
func className(class string) string {
	return map[string]string{dossier.ClassEarly: "trước hạn", dossier.ClassOnTime: "đúng hạn", dossier.ClassLate: "quá hạn"}[class]
}
