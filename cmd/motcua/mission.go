package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"motcua/calendar"
	"motcua/library"
	"motcua/mission"
	"motcua/procedure"
	"motcua/simulate"
)

func missionCommand() *cobra.Command {
	c := &cobra.Command{Use: "mission", Short: "Soạn, kiểm tra, biên dịch và chạy thử mô hình nhiệm vụ Đề án 06"}
	c.AddCommand(missionLintCommand(), missionCompileCommand(), missionSimulateCommand(),
		schemaCommand("JSON Schema của tệp mô hình, cho trình soạn thảo", mission.JSONSchema, otherSchema{"plan", "của tệp kế hoạch (kind: mission-plan)", mission.PlanSchema}))
	return c
}

func missionLintCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "lint FILE…", Short: "Kiểm tra mô hình, kế hoạch, kịch bản, báo mọi lỗi cùng lúc", Args: cobra.MinimumNArgs(1),
		Example: "  motcua mission lint library/missions/*.yaml library/mission-plans/*.yaml library/mission-scenarios/*.yaml",
	}
	c.Flags().BoolVar(&asJSON, "json", false, "in JSON, mỗi phát hiện một dòng")
	c.RunE = func(c *cobra.Command, files []string) error { return report(c, files, asJSON, checkMissionFile) }
	return c
}

// checkMissionFile checks a file by what it says it is; a file that does not say is read as a model.
func checkMissionFile(file string) (procedure.Diagnostics, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	switch {
	case mission.IsPlan(data):
		_, found := mission.ParsePlan(file, data)
		return found, nil
	case procedure.FileKind(data) == simulate.ScriptKind:
		_, found := simulate.ParseScript(file, data)
		return found, nil
	}
	_, found, err := compiledMission(file, data)
	return found, err
}

// compiledMission parses, lints and compiles a model with the shipped shelf.
func compiledMission(file string, data []byte) (*mission.Model, procedure.Diagnostics, error) {
	shelf, err := library.MissionShelf()
	if err != nil {
		return nil, nil, err
	}
	d, found := mission.Parse(file, data)
	if found.HasErrors() { // what can be read is checked all the same: everything is reported at once
		return nil, append(found, mission.Lint(d, shelf)...).Sorted(), nil
	}
	m, found := mission.Compile(d, shelf)
	return m, found, nil
}

// missionModel is compiledMission, with findings on standard error and an error where there is no model.
func missionModel(c *cobra.Command, file string) (*mission.Model, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	m, found, err := compiledMission(file, data)
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		fmt.Fprintln(c.ErrOrStderr(), f)
	}
	if m == nil {
		return nil, errReported
	}
	return m, nil
}

func missionCompileCommand() *cobra.Command {
	return &cobra.Command{
		Use: "compile FILE", Short: "Biên dịch thành mô hình bất biến, có mã băm", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			m, err := missionModel(c, args[0])
			if err != nil {
				return err
			}
			data, err := m.Encode()
			if err != nil {
				return err
			}
			return indented(c, data)
		},
	}
}

func missionSimulateCommand() *cobra.Command {
	var started, pace, until, scenario string
	var asJSON bool
	c := &cobra.Command{
		Use: "simulate FILE", Short: "Chạy thử một mô hình tưởng tượng trên máy pháp lý", Args: cobra.ExactArgs(1),
		Example: "  motcua mission simulate library/missions/mau-01-ho-tro-nop-ho-so.yaml --pace none --until 2026-03-31\n" +
			"  motcua mission simulate library/missions/mau-01-ho-tro-nop-ho-so.yaml --scenario library/mission-scenarios/mau-01-xa-cham.yaml",
	}
	c.Flags().StringVar(&started, "started", "2026-03-02T09:00:00+07:00", "thời điểm bắt đầu, RFC 3339")
	c.Flags().StringVar(&until, "until", "", "ngày cuối của lần chạy thử, năm-tháng-ngày; mặc định một năm")
	c.Flags().StringVar(&pace, "pace", "none", "nhịp làm việc: none (không ai làm), half, full")
	c.Flags().StringVar(&scenario, "scenario", "", "tệp kịch bản (kind: mission-scenario) thay cho các cờ trên; đối chiếu điều nó đòi hỏi")
	c.Flags().BoolVar(&asJSON, "json", false, "in JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		m, err := missionModel(c, args[0])
		if err != nil {
			return err
		}
		shelf, err := library.Calendars()
		if err != nil {
			return err
		}
		book, err := shelf.Book("nation")
		if err != nil {
			return err
		}
		var script *simulate.Script
		sc := simulate.MissionScenario{Model: &m.Exec, Calendar: book.Calendar()}
		if scenario != "" {
			if script, err = readScript(c, scenario, m); err != nil {
				return err
			}
			sc = script.Scenario(&m.Exec, book.Calendar())
		} else if err := missionFlags(&sc, started, pace, until); err != nil {
			return err
		}
		o, err := simulate.RunMission(sc)
		if err != nil {
			return err
		}
		if asJSON {
			err = json.NewEncoder(c.OutOrStdout()).Encode(o)
		} else {
			err = missionTimeline(c, o)
		}
		if err != nil || script == nil {
			return err
		}
		return unmet(c, script.Check(o))
	}
	return c
}

func missionFlags(sc *simulate.MissionScenario, started, pace, until string) error {
	if !slices.Contains([]string{"none", "half", "full"}, pace) {
		return usageError{errors.New("--pace là none, half hoặc full")}
	}
	if pace != "none" {
		sc.Pace = simulate.Pace(pace)
	}
	at, err := time.Parse(time.RFC3339, started)
	if err != nil {
		return usageError{errors.New("--started là thời điểm RFC 3339")}
	}
	sc.Started = at
	if until != "" {
		day, err := calendar.ParseDate(until)
		if err != nil {
			return usageError{errors.New("--until là ngày, ví dụ 2026-12-31")}
		}
		sc.Until = (day + 1).Time()
	}
	return nil
}

func readScript(c *cobra.Command, file string, m *mission.Model) (*simulate.Script, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	script, found := simulate.ParseScript(file, data)
	if script == nil {
		return nil, unmet(c, found)
	}
	if script.Mission != m.Code {
		return nil, fmt.Errorf("%s: kịch bản của mô hình %q, không phải %q", file, script.Mission, m.Code)
	}
	return script, nil
}

// unmet prints what a scenario demands and did not get.
func unmet(c *cobra.Command, found procedure.Diagnostics) error {
	for _, f := range found {
		fmt.Fprintln(c.ErrOrStderr(), f)
	}
	if len(found) > 0 {
		return errReported
	}
	return nil
}

const momentLayout = "02/01/2006 15:04"

// missionTimeline prints what happened, then how every task stands.
func missionTimeline(c *cobra.Command, o simulate.MissionOutcome) error {
	for _, m := range o.Moments {
		if _, err := fmt.Fprintf(c.OutOrStdout(), "%s  %s\n", m.At.Format(momentLayout), missionText(m)); err != nil {
			return err
		}
	}
	fmt.Fprintf(c.OutOrStdout(), "\nĐến %s: xong %d/%d\n", o.At.Format(momentLayout), o.View.Settled, o.View.Total)
	for _, t := range o.Tasks {
		if t.Status == mission.StatusUpcoming {
			continue
		}
		due := "chưa tính hạn"
		if !t.DueAt.IsZero() {
			due = "hạn " + t.DueAt.Format(momentLayout)
		}
		class := className(t.Class(o.At))
		if _, err := fmt.Fprintf(c.OutOrStdout(), "  %s\n", strings.TrimRight(fmt.Sprintf("%-20s %-24s %-18s %s", t.Task, due, t.Status.Vietnamese(), class), " ")); err != nil {
			return err
		}
	}
	return nil
}

func missionText(m simulate.MissionMoment) string {
	if m.Event == nil {
		return "từ chối " + m.Act + ": " + m.Refusal.Detail
	}
	switch b := m.Event.Body.(type) {
	case mission.Started:
		return "bắt đầu " + b.Model
	case mission.RungFired:
		_, task, _ := strings.Cut(b.Subject, ":")
		return fmt.Sprintf("nấc %s của %s → %s", b.Rung, task, strings.Join(m.To, ", "))
	case mission.ProgressReported:
		return "báo cáo " + cmp.Or(b.Report, b.Task, "cả mô hình")
	case mission.MoreTimeAsked:
		return "xin gia hạn " + b.Task + " đến " + b.Until.Format("02/01/2006")
	case mission.MoreTimeGranted:
		return "cho gia hạn " + b.Task + " đến " + b.Due.Format("02/01/2006")
	case mission.MoreTimeRefused:
		return "không cho gia hạn " + b.Task
	case mission.EvidenceAttached:
		return "minh chứng " + cmp.Or(b.Task, "cả mô hình")
	case mission.DifficultyReported:
		return "khó khăn ở " + cmp.Or(b.Task, "cả mô hình")
	case mission.TaskCompleted:
		return "báo hoàn thành " + b.Task
	case mission.TaskAccepted:
		return "nghiệm thu " + b.Task
	case mission.TaskReopened:
		return "trả lại " + b.Task
	case mission.RungsRearmed:
		return "nhắc lại theo hạn mới"
	case mission.Closed:
		return "kết thúc"
	case mission.Cancelled:
		return "hủy"
	}
	return m.Event.Body.Kind()
}
