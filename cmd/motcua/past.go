package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"motcua/app"
	"motcua/calendar"
	"motcua/models"
)

// pastCommand writes past dossiers, with the plans and calendars that they need: what a back-test lives again.
func pastCommand() *cobra.Command {
	var from, until string
	var codes []string
	c := &cobra.Command{
		Use: "past", Short: "Xuất hồ sơ đã qua từ cơ sở dữ liệu (sự kiện, không có thông tin cá nhân), mỗi dòng một JSON, để thử lại", Args: cobra.NoArgs,
		Example: "  MOTCUA_POSTGRES_DSN=… motcua procedure past --from 2026-01-01 --until 2027-01-01 --procedure 1.012784 > nam-2026.jsonl",
	}
	c.Flags().StringVar(&from, "from", "", "nộp từ ngày này")
	c.Flags().StringVar(&until, "until", "", "nộp trước ngày này")
	c.Flags().StringSliceVar(&codes, "procedure", nil, "chỉ những thủ tục này")
	c.RunE = func(c *cobra.Command, _ []string) error {
		f := models.PastFilter{Procedures: codes}
		var err error
		if f.From, err = day(from); err == nil {
			f.Until, err = day(until)
		}
		if err != nil {
			return usageError{errors.New("--from, --until là ngày năm-tháng-ngày")}
		}
		s, err := load()
		if err != nil {
			return err
		}
		store, err := s.open(c.Context(), jsonLog(c))
		if err != nil {
			return err
		}
		defer store.Close()
		return app.WritePast(c.Context(), store, f, c.OutOrStdout())
	}
	return c
}

// day is the first minute of a date; none of an empty text.
func day(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	d, err := calendar.ParseDate(text)
	return d.Time(), err
}
