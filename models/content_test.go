package models_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"motcua/calendar"
	"motcua/library"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/procedure"
)

func week(t *testing.T, sessions string) calendar.Spec {
	t.Helper()
	var s calendar.Sessions
	require.NoError(t, s.UnmarshalText([]byte(sessions)))
	spec := calendar.Spec{FromYear: 2026, ToYear: 2027, Off: calendar.DateList{calendar.NewDate(2026, 1, 1)}}
	for day := 1; day <= 5; day++ {
		spec.Week[day] = s
	}
	return spec
}

func TestCalendarsAreInheritedDownTheTree(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		require.NoError(t, s.SaveOrganisation(ctx, province()))
		nation, commune := week(t, "07:30-11:30 13:00-17:00"), week(t, "08:00-12:00 13:00-17:00")
		_, err := s.AgencyCalendar(ctx, "xa-a")
		require.ErrorIs(t, err, models.ErrNotFound)
		for agency, spec := range map[string]calendar.Spec{"": nation, "so-xd": commune} {
			require.NoError(t, s.SaveCalendar(ctx, spec))
			require.NoError(t, s.SaveCalendar(ctx, spec), "idempotent")
			require.NoError(t, s.SetAgencyCalendar(ctx, agency, spec.Hash()))
		}
		for agency, want := range map[string]calendar.Spec{"": nation, "xa-a": nation, "so-xd": commune, "so-xd.1": commune, "unknown": nation} {
			hash, err := s.AgencyCalendar(ctx, agency)
			require.NoError(t, err)
			require.Equal(t, want.Hash(), hash, agency)
			spec, err := s.CalendarSpec(ctx, hash)
			require.NoError(t, err)
			require.Equal(t, hash, spec.Hash())
		}
		require.Error(t, s.SetAgencyCalendar(ctx, "xa-a", "unknown"), "only a stored calendar")
	})
}

func TestPlansAreContentAddressed(t *testing.T) {
	t.Parallel()
	plans, err := library.Plans()
	require.NoError(t, err)
	require.NotEmpty(t, plans)
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		for _, p := range plans {
			require.NoError(t, s.SavePlan(ctx, p, []byte("motcua: 1")))
			require.NoError(t, s.SavePlan(ctx, p, nil), "idempotent")
		}
		p := plans[0]
		read, err := s.Plan(ctx, p.Hash)
		require.NoError(t, err)
		require.Equal(t, p.Name, read.Name)
		source, err := s.PlanSource(ctx, p.Hash)
		require.NoError(t, err)
		require.Equal(t, "motcua: 1", string(source))
		_, err = s.CurrentPlan(ctx, "9.999999", "", at(2, 8, 0))
		require.ErrorIs(t, err, models.ErrNotFound)
		rows, err := s.Procedures(ctx, models.ProcedureFilter{})
		require.NoError(t, err)
		require.NotEmpty(t, rows)
		for i := 1; i < len(rows); i++ {
			require.Less(t, rows[i-1].Code, rows[i].Code, "one row a procedure, by code")
		}
		page, err := s.Procedures(ctx, models.ProcedureFilter{After: rows[0].Code, Limit: 1, At: at(2, 8, 0).AddDate(10, 0, 0)})
		require.NoError(t, err)
		require.Equal(t, rows[1:2], page)
		found, err := s.Procedures(ctx, models.ProcedureFilter{Text: models.Fold(rows[0].Name), Level: rows[0].Level})
		require.NoError(t, err)
		require.Contains(t, found, rows[0])
		current, err := s.CurrentPlan(ctx, rows[0].Code, "", at(2, 8, 0).AddDate(10, 0, 0))
		require.NoError(t, err)
		require.Equal(t, rows[0].Hash, current.Hash)
	})
}

// The plan in force is the lead agency's own, the general one otherwise; storing an older one again changes nothing.
func TestPlansOfAnAgency(t *testing.T) {
	t.Parallel()
	locals, err := library.Locals()
	require.NoError(t, err)
	var general, own *procedure.Plan
	for _, l := range locals {
		if l.Plan.Code != "9.000003" {
			continue
		}
		if len(l.For) > 0 {
			own = l.Plan
		} else {
			general = l.Plan
		}
	}
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		inForce := func(lead string) string {
			hash, err := s.CurrentPlanHash(ctx, "9.000003", lead, at(2, 8, 0))
			require.NoError(t, err)
			p, err := s.CurrentPlan(ctx, "9.000003", lead, at(2, 8, 0))
			require.NoError(t, err)
			require.Equal(t, p.Hash, hash)
			return hash
		}
		require.NoError(t, s.SavePlanFor(ctx, own, []byte("mẫu"), "núi", "đảo"))
		require.Equal(t, own.Hash, inForce("núi"))
		require.Equal(t, own.Hash, inForce(""), "there is no general one yet")
		_, err := s.CurrentPlanHash(ctx, "9.000003", "sông", at(2, 8, 0))
		require.ErrorIs(t, err, models.ErrNotFound, "another agency's own plan is not for everybody")
		rows, err := s.Procedures(ctx, models.ProcedureFilter{})
		require.NoError(t, err)
		require.Equal(t, own.Hash, rows[0].Hash)

		require.NoError(t, s.SavePlan(ctx, general, nil))
		require.NoError(t, s.SavePlanFor(ctx, own, nil, "núi"), "again changes nothing")
		require.Equal(t, own.Hash, inForce("núi"))
		require.Equal(t, general.Hash, inForce("sông"))
		require.Equal(t, general.Hash, inForce(""))
		rows, err = s.Procedures(ctx, models.ProcedureFilter{})
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.Equal(t, general.Hash, rows[0].Hash)
	})
}

func TestSettingsAreSetOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		_, err := s.Setting(ctx, "clock")
		require.ErrorIs(t, err, models.ErrNotFound)
		const n = 10
		stored := make([]string, n)
		g, gctx := errgroup.WithContext(ctx)
		for i := range n {
			g.Go(func() (err error) {
				stored[i], err = s.SetSettingOnce(gctx, "clock", fmt.Sprint(i))
				return err
			})
		}
		require.NoError(t, g.Wait())
		first, err := s.Setting(ctx, "clock")
		require.NoError(t, err)
		for _, v := range stored {
			require.Equal(t, first, v)
		}
		require.NoError(t, s.SetSetting(ctx, "cursor", "a"))
		require.NoError(t, s.SetSetting(ctx, "cursor", "b"))
		v, err := s.Setting(ctx, "cursor")
		require.NoError(t, err)
		require.Equal(t, "b", v)
	})
}

func TestFindingsAreOpenOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		for _, detail := range []string{"first", "second"} {
			require.NoError(t, s.AddFinding(ctx, models.Finding{Kind: "frozen", Subject: "D1", Detail: detail}))
		}
		rows, err := s.Findings(ctx, "frozen", false, 10)
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.Equal(t, "second", rows[0].Detail)
		require.Equal(t, 2, rows[0].Count)
		require.NoError(t, s.CloseFinding(ctx, "frozen", "D1"))
		require.NoError(t, s.AddFinding(ctx, models.Finding{Kind: "frozen", Subject: "D1", Detail: "again"}))
		rows, err = s.Findings(ctx, "", false, 10)
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.Equal(t, 1, rows[0].Count)
		rows, err = s.Findings(ctx, "", true, 10)
		require.NoError(t, err)
		require.Len(t, rows, 2)
	})
}

func TestNotesBesideTheDossier(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		for range 2 {
			require.NoError(t, s.AddComment(ctx, models.Comment{ID: "c1", Dossier: "D1", Author: "an", Text: "Đã gọi điện", At: at(3, 8, 0)}))
			require.NoError(t, s.AddAttachment(ctx, models.Attachment{ID: "f1", Dossier: "D1", Name: "ảnh.png", Size: 12, SHA256: "ab", At: at(3, 8, 0)}))
			require.NoError(t, s.SaveWebhook(ctx, models.Webhook{ID: "w1", URL: "https://example.org", Secret: "s", Topics: []string{"event"}, Active: true}))
		}
		comments, err := s.Comments(ctx, "D1")
		require.NoError(t, err)
		require.Len(t, comments, 1)
		require.Equal(t, "Đã gọi điện", comments[0].Text)
		files, err := s.Attachments(ctx, "D1")
		require.NoError(t, err)
		require.Len(t, files, 1)
		require.Equal(t, "ab", files[0].SHA256)
		hooks, err := s.Webhooks(ctx)
		require.NoError(t, err)
		require.Equal(t, []models.Webhook{{ID: "w1", URL: "https://example.org", Secret: "s", Topics: []string{"event"}, Active: true}}, hooks)
	})
}
