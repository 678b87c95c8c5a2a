package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"motcua/calendar"
	"motcua/models"
	"motcua/office"
)

// checkSettle is how long the check waits for workflows that it poked.
const checkSettle = 10 * time.Second

func checkCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "check", Args: cobra.NoArgs,
		Short: "Kiểm tra đồng hồ của mọi hồ sơ mở ngay bây giờ, sửa cái sửa được",
		Long: "Đối chiếu mọi hồ sơ và mô hình nhiệm vụ đang mở với sự kiện, luồng và hẹn giờ của chúng; dựng lại luồng và dòng tra cứu bị mất,\n" +
			"nhắc luồng đặt lại hẹn giờ, và in những phát hiện còn mở. Kết thúc với mã 1 khi còn phát hiện.",
	}
	c.Flags().BoolVar(&asJSON, "json", false, "in JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		a, store, err := connected(c)
		if err != nil {
			return err
		}
		defer store.Close()
		now := time.Now()
		order := office.CheckOrder{ID: "manual-" + now.UTC().Format("20060102T150405.000"), Kind: office.CheckFull, By: "motcua check", Settle: checkSettle}
		r, err := a.Office.Check(c.Context(), order)
		if err != nil {
			return err
		}
		open, err := openFindings(c, store)
		if err != nil {
			return err
		}
		if asJSON {
			err = json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{"check": r, "findings": open})
		} else {
			err = printCheck(c.OutOrStdout(), r, open)
		}
		if err == nil && len(open) > 0 {
			return errReported
		}
		return err
	}
	c.AddCommand(tomorrowCommand())
	return c
}

// openFindings are those of every kind that are open; of more than a page the newest.
func openFindings(c *cobra.Command, store *models.Store) ([]models.Finding, error) {
	yes := true
	rows, _, err := store.ListFindings(c.Context(), models.FindingFilter{Open: &yes, Limit: 200})
	return rows, err
}

func printCheck(out io.Writer, r office.CheckReport, open []models.Finding) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Đã xem %d hồ sơ, %d mô hình nhiệm vụ, %d luồng đang chạy; đã hỏi %d luồng. %.1f giây.\n", r.Dossiers, r.Missions, r.Workflows, r.Asked, r.Seconds)
	fmt.Fprintf(&b, "Dựng lại %d dòng tra cứu và %d luồng, nhắc %d luồng, đóng %d phát hiện.\n", r.Projected, r.Started, r.Poked, r.Closed)
	if r.Skewed != 0 {
		fmt.Fprintf(&b, "Đồng hồ lệch cơ sở dữ liệu %s: chưa xét được mốc nào trễ.\n", r.Skewed)
	}
	for _, kind := range slices.Sorted(maps.Keys(r.Found)) {
		fmt.Fprintf(&b, "  %-22s %4d  %s\n", kind, r.Found[kind], office.FindingKindOf(kind).Title)
	}
	if len(open) == 0 {
		b.WriteString("Không còn phát hiện nào mở.\n")
	}
	for _, f := range open {
		k := office.FindingKindOf(f.Kind)
		fmt.Fprintf(&b, "\n%s · %s\n  %s\n  → %s\n", k.Title, f.Subject, f.Detail, k.Next)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func tomorrowCommand() *cobra.Command {
	var day string
	var asJSON bool
	c := &cobra.Command{
		Use: "tomorrow", Args: cobra.NoArgs, Short: "Ngày làm việc tới mốc nào bật, ai nhận",
		Long: "Mọi mốc giờ sẽ tự bật trong ngày làm việc tới (hoặc --day), theo sự kiện của từng hồ sơ, với người nhận tra trong tổ chức lúc này.\n" +
			"Kết thúc với mã 1 khi có nấc không đến được ai.",
	}
	c.Flags().StringVar(&day, "day", "", "ngày khác, ví dụ 2026-11-26")
	c.Flags().BoolVar(&asJSON, "json", false, "in JSON, mỗi mốc một dòng")
	c.RunE = func(c *cobra.Command, _ []string) error {
		var f office.FiringFilter
		if day != "" {
			d, err := calendar.ParseDate(day)
			if err != nil {
				return usageError{fmt.Errorf("--day %q: %w", day, err)}
			}
			f.Day = d
		}
		a, store, err := connected(c)
		if err != nil {
			return err
		}
		defer store.Close()
		return printFirings(c, a.Office, f, asJSON)
	}
	return c
}

func printFirings(c *cobra.Command, o *office.Office, f office.FiringFilter, asJSON bool) error {
	out, enc := c.OutOrStdout(), json.NewEncoder(c.OutOrStdout())
	f.Limit = 200
	count, nobody := 0, 0
	for {
		page, err := o.AllFirings(c.Context(), f)
		if err != nil {
			return err
		}
		for _, x := range page.Items {
			count++
			if x.Nobody {
				nobody++
			}
			if asJSON {
				err = enc.Encode(x)
			} else {
				_, err = fmt.Fprintf(out, "%s  %s  %s  → %s\n", x.At.In(calendar.Zone()).Format("15:04"), x.Code, x.Text, office.ReachesText(x))
			}
			if err != nil {
				return err
			}
		}
		f.Day, f.Cursor = page.Day, page.Next
		if page.Next == "" {
			break
		}
	}
	if !asJSON {
		fmt.Fprintf(out, "%s: %d mốc, %d nấc không đến được ai.\n", f.Day.Vietnamese(), count, nobody)
	}
	if nobody > 0 {
		return errReported
	}
	return nil
}
