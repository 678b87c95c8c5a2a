package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"motcua/calendar"
	"motcua/office"
	"motcua/procedure"
)

func reductionCommand() *cobra.Command {
	c := &cobra.Command{Use: "reduction", Short: "Quy tắc cắt giảm thời hạn: xem, soạn, duyệt, chấm dứt, báo cáo, giải thích"}
	c.AddCommand(reductionListCommand(), reductionReportCommand(), reductionExplainCommand(), reductionKeptCommand(),
		reductionDraftCommand(), reductionActCommand())
	return c
}

// asked are the flags of a question about a day.
type asked struct {
	cl     client
	on     string
	asJSON bool
}

func (a *asked) flags(c *cobra.Command) *cobra.Command {
	c.Flags().StringVar(&a.on, "on", "", "xét theo ngày tiếp nhận này, năm-tháng-ngày; mặc định hôm nay")
	c.Flags().BoolVar(&a.asJSON, "json", false, "in JSON")
	return remote(c, &a.cl)
}

// day is the day that files are judged by, where no server is asked.
func (a *asked) day() (time.Time, error) {
	if a.on == "" {
		return time.Now(), nil
	}
	d, err := calendar.ParseDate(a.on)
	if err != nil {
		return time.Time{}, usageError{errors.New("--on là ngày dạng năm-tháng-ngày")}
	}
	return d.Time(), nil
}

func reductionListCommand() *cobra.Command {
	var a asked
	var shipped bool
	c := &cobra.Command{Use: "list", Short: "Các quy tắc, đang dùng và chờ duyệt", Args: cobra.NoArgs}
	c.Flags().BoolVar(&shipped, "shipped", false, "chỉ các quy tắc kèm theo chương trình, không hỏi máy chủ")
	c.RunE = func(c *cobra.Command, _ []string) error {
		var list office.ReductionList
		if shipped {
			shelf, err := shippedShelf()
			if err != nil {
				return err
			}
			for _, r := range shelf.Reductions {
				list.Items = append(list.Items, office.ReductionRule{Reduction: r, Text: r.Vietnamese(), Shipped: true})
			}
			slices.SortFunc(list.Items, func(a, b office.ReductionRule) int { return strings.Compare(a.Rule, b.Rule) })
		} else if err := a.cl.get(c, "/v1/reductions?on="+url.QueryEscape(a.on), &list); err != nil {
			return err
		}
		if a.asJSON {
			return json.NewEncoder(c.OutOrStdout()).Encode(list)
		}
		for _, r := range slices.Concat(list.Items, list.Drafts) {
			fmt.Fprintf(c.OutOrStdout(), "%s%s: %s; theo %s\n", r.Rule, ruleState(r), r.Text, r.Decision)
		}
		return nil
	}
	return a.flags(c)
}

func ruleState(r office.ReductionRule) string {
	words := map[string]string{"in_force": "đang áp dụng", "scheduled": "chưa đến ngày", "ended": "đã hết", "draft": "chờ duyệt"}
	var parts []string
	if w := words[r.Status]; w != "" {
		parts = append(parts, w)
	}
	if r.Revision > 0 {
		parts = append(parts, fmt.Sprintf("bản %d", r.Revision))
	}
	if r.Shipped {
		parts = append(parts, "kèm theo chương trình")
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func reductionReportCommand() *cobra.Command {
	var a asked
	var by string
	c := &cobra.Command{
		Use: "report [FILE…]", Short: "Bao nhiêu thủ tục, bao nhiêu ngày được cắt giảm; FILE: các định nghĩa này thay cho những thủ tục đang có hiệu lực",
		Example: "  motcua reduction report --on 2026-11-25 --by field\n  motcua reduction report library/procedures/*.yaml",
	}
	c.Flags().StringVar(&by, "by", "rule", "chia theo rule, level, field, agency")
	c.RunE = func(c *cobra.Command, files []string) error {
		if !slices.Contains([]string{"rule", "level", "field", "agency"}, by) {
			return usageError{errors.New("--by là rule, level, field hoặc agency")}
		}
		var r procedure.ReductionReport
		if len(files) > 0 {
			shelf, promises, at, err := a.files(c, files)
			if err != nil {
				return err
			}
			r = procedure.ReportReductions(promises, shelf.Reductions, nil, at)
		} else if err := a.cl.get(c, "/v1/reductions/report?on="+url.QueryEscape(a.on), &r); err != nil {
			return err
		}
		if a.asJSON {
			return json.NewEncoder(c.OutOrStdout()).Encode(r)
		}
		return printReductions(c, r, by)
	}
	return a.flags(c)
}

// files compiles definitions as what would be in force.
func (a *asked) files(c *cobra.Command, files []string) (*procedure.Shelf, []procedure.Promise, time.Time, error) {
	at, err := a.day()
	if err != nil {
		return nil, nil, at, err
	}
	shelf, err := shippedShelf()
	if err != nil {
		return nil, nil, at, err
	}
	var promises []procedure.Promise
	for _, file := range files {
		p, found, err := compiled(file, procedure.ParseOptions{})
		if err != nil {
			return nil, nil, at, err
		}
		if p == nil {
			for _, f := range found {
				fmt.Fprintln(c.ErrOrStderr(), f)
			}
			return nil, nil, at, errReported
		}
		promises = append(promises, procedure.Promise{Plan: p})
	}
	return shelf, promises, at, nil
}

func printReductions(c *cobra.Command, r procedure.ReductionReport, by string) error {
	out := c.OutOrStdout()
	fmt.Fprintf(out, "Tiếp nhận ngày %s: %d thủ tục, cắt giảm %d (%s), chỉ ở một số trường hợp %d, trong phạm vi nhưng chưa viết lại quy trình %d.\n",
		r.On, r.Total.Procedures, r.Total.Cut, amountsText(r.Total.Days), r.Total.Partly, r.Total.Unwritten)
	if r.Merged > 0 {
		fmt.Fprintf(out, "Không đếm %d thủ tục ghép: các phần của chúng đã được đếm.\n", r.Merged)
	}
	list := map[string][]procedure.ReductionGroup{"rule": r.ByRule, "level": r.ByLevel, "field": r.ByField, "agency": r.ByAgency}[by]
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\n%s\tthủ tục\tcắt giảm\tngày\tmột số trường hợp\tchưa viết lại\n", by)
	for _, g := range list {
		key := g.Key
		if key == "" {
			key = "(không)"
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%d\t%d\n", key, g.Procedures, g.Cut, amountsText(g.Days), g.Partly, g.Unwritten)
	}
	fmt.Fprintf(w, "tổng\t%d\t%d\t%s\t%d\t%d\n", r.Total.Procedures, r.Total.Cut, amountsText(r.Total.Days), r.Total.Partly, r.Total.Unwritten)
	if err := w.Flush(); err != nil {
		return err
	}
	for _, e := range r.Rules {
		fmt.Fprintf(out, "\n%s, theo %s: %d thủ tục, %s\n", e.Rule, e.Decision, e.Procedures, amountsText(e.Days))
		if len(e.Unwritten) > 0 {
			fmt.Fprintf(out, "  trong phạm vi nhưng quy trình chưa viết lại: %s\n", strings.Join(e.Unwritten, ", "))
		}
		if len(e.Outdated) > 0 {
			fmt.Fprintf(out, "  công bố với nội dung cũ của quy tắc, cần công bố lại: %s\n", strings.Join(e.Outdated, ", "))
		}
	}
	return nil
}

// amountsText writes sums of time as people do.
func amountsText(list []procedure.Amount) string {
	var parts []string
	for _, a := range list {
		text := fmt.Sprintf("%g%s", a.Count, a.Unit)
		if l, err := calendar.ParseLimit(text); err == nil {
			text = l.Vietnamese()
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return "0"
	}
	return strings.Join(parts, " + ")
}

func reductionExplainCommand() *cobra.Command {
	var a asked
	c := &cobra.Command{
		Use: "explain CODE|FILE", Short: "Từ thời hạn theo luật đến thời hạn cam kết của một thủ tục, từng dòng với quyết định", Args: cobra.ExactArgs(1),
		Example: "  motcua reduction explain 1.013993\n  motcua reduction explain library/procedures/1.013993-cong-nhan-khong-dung-muc-dich.yaml",
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		var answer struct {
			Items []procedure.ReductionWalk `json:"items"`
		}
		if _, err := os.Stat(args[0]); err == nil {
			shelf, promises, at, err := a.files(c, args)
			if err != nil {
				return err
			}
			answer.Items = append(answer.Items, procedure.ExplainReductions(promises[0], shelf.Reductions, nil, at))
		} else if err := a.cl.get(c, "/v1/procedures/"+url.PathEscape(args[0])+"/reductions?on="+url.QueryEscape(a.on), &answer); err != nil {
			return err
		}
		if a.asJSON {
			return json.NewEncoder(c.OutOrStdout()).Encode(answer)
		}
		for _, w := range answer.Items {
			printWalk(c, w)
		}
		return nil
	}
	return a.flags(c)
}

func printWalk(c *cobra.Command, w procedure.ReductionWalk) {
	out := c.OutOrStdout()
	fmt.Fprintf(out, "%s %s, tiếp nhận %s", w.Code, w.Name, w.On)
	if w.Lead != "" {
		fmt.Fprintf(out, ", cơ quan giải quyết %s", w.Lead)
	}
	fmt.Fprintln(out)
	for _, line := range w.Ordinary.Walk {
		fmt.Fprintln(out, "  "+line)
	}
	for _, p := range w.Passed {
		fmt.Fprintf(out, "  (không áp dụng %s: %s)\n", p.Rule, p.Text)
	}
	for _, k := range w.Cases {
		fmt.Fprintf(out, "khi %s:\n", caseText(k))
		for _, line := range k.Walk {
			fmt.Fprintln(out, "  "+line)
		}
	}
	for _, rule := range w.Unwritten {
		fmt.Fprintf(out, "trong phạm vi của %s nhưng quy trình chưa viết lại\n", rule)
	}
	for _, rule := range w.Outdated {
		fmt.Fprintf(out, "công bố với nội dung cũ của %s, cần công bố lại\n", rule)
	}
}

func caseText(k procedure.ReductionCase) string {
	parts := slices.Clone(k.Conditions)
	if k.Channel != "" {
		parts = append(parts, "kênh "+k.Channel)
	}
	if k.Lead != "" {
		parts = append(parts, "cơ quan "+k.Lead)
	}
	return strings.Join(parts, ", ")
}

func reductionKeptCommand() *cobra.Command {
	var a asked
	var from, until string
	c := &cobra.Command{Use: "kept", Short: "Hồ sơ hứa theo thời hạn cắt giảm được giữ thế nào", Args: cobra.NoArgs}
	c.Flags().StringVar(&from, "from", "", "tiếp nhận từ ngày")
	c.Flags().StringVar(&until, "until", "", "tiếp nhận đến hết ngày")
	c.Flags().BoolVar(&a.asJSON, "json", false, "in JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		var r office.KeptReport
		if err := a.cl.get(c, "/v1/reductions/kept?from="+url.QueryEscape(from)+"&until="+url.QueryEscape(until), &r); err != nil {
			return err
		}
		if a.asJSON {
			return json.NewEncoder(c.OutOrStdout()).Encode(r)
		}
		w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "thủ tục\tthời hạn hứa\ttiếp nhận\tđang giải quyết\tsớm\tđúng hạn\ttrễ\tkhác")
		for _, l := range append(r.Items, r.Total) {
			name := l.Procedure
			if name == "" {
				name = "tổng"
			}
			for _, k := range []struct {
				word string
				kept office.Kept
			}{{"cắt giảm", l.Reduced}, {"theo luật", l.Full}} {
				fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\n", name, k.word, k.kept.Accepted, k.kept.Open, k.kept.Early, k.kept.OnTime, k.kept.Late, k.kept.Other)
			}
		}
		return w.Flush()
	}
	return remote(c, &a.cl)
}

func reductionDraftCommand() *cobra.Command {
	var cl client
	c := &cobra.Command{Use: "draft FILE", Short: "Gửi một quy tắc thành bản dự thảo", Args: cobra.ExactArgs(1)}
	c.RunE = func(c *cobra.Command, args []string) error {
		data, err := os.ReadFile(args[0])
		if err != nil {
			return err
		}
		return cl.send(c, "/v1/reductions", map[string]string{"file": string(data)})
	}
	return remote(c, &cl)
}

func reductionActCommand() *cobra.Command {
	var cl client
	var a office.ReductionAct
	c := &cobra.Command{
		Use: "step RULE approve|discard|end", Short: "Duyệt, trả lại bản dự thảo, hoặc soạn việc chấm dứt một quy tắc", Args: cobra.ExactArgs(2),
		Example: "  motcua reduction step cut-20 end --last-day 2026-12-31 --document 12/QĐ-UBND\n  motcua reduction step cut-20 approve --revision 2",
	}
	c.Flags().Int64Var(&a.Revision, "revision", 0, "bản dự thảo (approve, discard)")
	c.Flags().StringVar(&a.Reason, "reason", "", "lý do trả lại (discard)")
	c.Flags().StringVar(&a.LastDay, "last-day", "", "ngày tiếp nhận cuối cùng được cắt giảm (end)")
	c.Flags().StringVar(&a.Document, "document", "", "quyết định chấm dứt (end)")
	c.RunE = func(c *cobra.Command, args []string) error {
		a.Kind = args[1]
		return cl.send(c, "/v1/reductions/"+url.PathEscape(args[0])+"/acts", a)
	}
	return remote(c, &cl)
}
