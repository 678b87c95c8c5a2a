package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"motcua/calendar"
	"motcua/calendar/duecsv"
	"motcua/library"
)

func calendarCommand() *cobra.Command {
	c := &cobra.Command{Use: "calendar", Short: "Lịch làm việc và ngày hẹn trả"}
	c.AddCommand(append([]*cobra.Command{dueCommand()}, amendmentCommands()...)...)
	return c
}

func dueCommand() *cobra.Command {
	var received, limit, name string
	var csv, asJSON bool
	c := &cobra.Command{
		Use: "due", Short: "Ngày hẹn trả của một thời hạn, và vì sao", Args: cobra.NoArgs,
		Example: "  motcua calendar due --received 2026-11-23T09:00:00+07:00 --limit 5wd\n  motcua calendar due --csv < nhan.csv > hen.csv",
	}
	c.Flags().StringVar(&received, "received", "", "thời điểm nhận, RFC 3339")
	c.Flags().StringVar(&limit, "limit", "", "thời hạn: 12wd, 4wh, 30d, 1mo, 24h, hoặc \"7 ngày làm việc\"")
	c.Flags().StringVar(&name, "calendar", "nation", "lịch: nation, province-demo, agency-demo, agency-demo-closed")
	c.Flags().BoolVar(&csv, "csv", false, "đọc received,limit từ đầu vào, thêm cột due")
	c.Flags().BoolVar(&asJSON, "json", false, "in JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		shelf, err := library.Calendars()
		if err != nil {
			return err
		}
		book, err := shelf.Book(name)
		if err != nil {
			return usageError{err}
		}
		if csv {
			_, err := duecsv.Stream(c.InOrStdin(), c.OutOrStdout(), book.Calendar())
			return err
		}
		at, err := time.Parse(time.RFC3339, received)
		if err != nil {
			return usageError{errors.New("--received là thời điểm RFC 3339, ví dụ 2026-11-23T09:00:00+07:00")}
		}
		l, err := calendar.ParseLimit(limit)
		if err != nil {
			var second error
			if l, second = calendar.ParseVietnamese(limit); second != nil {
				return usageError{err}
			}
		}
		w, err := book.Explain(at, l)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(c.OutOrStdout()).Encode(w)
		}
		_, err = fmt.Fprint(c.OutOrStdout(), w.Text())
		return err
	}
	return c
}
