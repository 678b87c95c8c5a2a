package main

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"motcua/calendar"
	"motcua/models"
	"motcua/simulate/backtest"
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
		return writePast(c, store, f)
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

func writePast(c *cobra.Command, store *models.Store, f models.PastFilter) error {
	enc := json.NewEncoder(c.OutOrStdout())
	plans, calendars := map[string]bool{}, map[string]bool{}
	return store.PastDossiers(c.Context(), f, func(p models.Past) error {
		if !plans[p.Plan] {
			plans[p.Plan] = true
			plan, err := store.Plan(c.Context(), p.Plan)
			if err != nil {
				return err
			}
			if err := enc.Encode(backtest.Line{Plan: &backtest.PlanLine{Hash: plan.Hash, Lead: plan.Agency, Exec: &plan.Exec}}); err != nil {
				return err
			}
		}
		for _, hash := range backtest.CalendarsOf(p.Events) {
			if calendars[hash] {
				continue
			}
			calendars[hash] = true
			spec, err := store.CalendarSpec(c.Context(), hash)
			if err != nil {
				return err
			}
			if err := enc.Encode(backtest.Line{Calendar: &backtest.CalendarLine{Hash: hash, Spec: spec}}); err != nil {
				return err
			}
		}
		return enc.Encode(backtest.Line{Dossier: &backtest.DossierLine{Plan: p.Plan, Events: p.Events}})
	})
}
