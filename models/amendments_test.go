package models_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/models"
	"motcua/models/modelstest"
)

func amendmentItem(id, code, state string, order time.Time) models.AmendmentItem {
	return models.AmendmentItem{Amendment: id, Dossier: code, Agency: "so", State: state, Effect: models.EffectLater, OrderAt: order, OldDue: at(9, 17, 0), NewDue: at(10, 17, 0)}
}

// An amendment is drafted once, previewed page by page by one worker at a time, and its dossiers come in the order of their alarms.
func TestAmendmentRows(t *testing.T) {
	t.Parallel()
	clock := at(2, 9, 0)
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		now := at(2, 9, 0)
		draft := models.AmendmentRow{ID: "a1", Kind: models.AmendmentCalendar, Scope: "nation", Title: "Nghỉ", Document: "1/TB", File: "x", Content: json.RawMessage(`{"type":"closure"}`), DraftedBy: "cb1", Fingerprint: "f"}
		row, err := s.AddAmendment(ctx, draft)
		require.NoError(t, err)
		require.Equal(t, models.AmendmentDraft, row.State)
		_, err = s.AddAmendment(ctx, draft)
		require.NoError(t, err, "the same once more")
		draft.Fingerprint = "g"
		_, err = s.AddAmendment(ctx, draft)
		require.ErrorIs(t, err, models.ErrConflict)
		_, err = s.Amendment(ctx, "none")
		require.ErrorIs(t, err, models.ErrNotFound)

		ok, err := s.StartPreview(ctx, "a1", "base", 3, []string{models.AmendmentDraft})
		require.NoError(t, err)
		require.True(t, ok)
		ok, err = s.StartPreview(ctx, "a1", "base", 3, []string{models.AmendmentDraft})
		require.NoError(t, err)
		require.False(t, ok, "it is previewed already")
		claim := func(by string) bool {
			mine, err := s.ClaimAmendment(ctx, "a1", models.AmendmentPreviewing, by, now.Add(time.Minute))
			require.NoError(t, err)
			return mine
		}
		require.True(t, claim("w1"))
		require.False(t, claim("w2"), "one at a time")
		require.True(t, claim("w1"))
		page := models.Previewed{ID: "a1", By: "w1", Until: now.Add(time.Minute), Cursor: "D2", Totals: json.RawMessage(`{"looked":2}`), Items: []models.AmendmentItem{
			amendmentItem("a1", "D1", models.AmendItemWaiting, at(5, 8, 0)), amendmentItem("a1", "D2", models.AmendItemWaiting, at(4, 8, 0).UTC()),
		}}
		ok, err = s.AddPreviewed(ctx, page)
		require.NoError(t, err)
		require.True(t, ok)
		page.By = "w2"
		ok, err = s.AddPreviewed(ctx, page)
		require.NoError(t, err)
		require.False(t, ok, "somebody else's")
		page.By, page.Cursor, page.Over, page.Items = "w1", "D3", true, []models.AmendmentItem{amendmentItem("a1", "D3", models.AmendItemWaiting, at(4, 8, 0))}
		ok, err = s.AddPreviewed(ctx, page)
		require.NoError(t, err)
		require.True(t, ok)
		row, err = s.Amendment(ctx, "a1")
		require.NoError(t, err)
		require.Equal(t, []string{models.AmendmentPreviewed, "D3", ""}, []string{row.State, row.Cursor, row.LeaseBy})

		var order []string
		var after models.AmendmentItem
		for {
			next, err := s.NextAmendmentItems(ctx, "a1", []string{models.AmendItemWaiting}, after, 1)
			require.NoError(t, err)
			if len(next) == 0 {
				break
			}
			after = next[0]
			order = append(order, after.Dossier)
		}
		require.Equal(t, []string{"D2", "D3", "D1"}, order, "what rings first goes first")
		done := amendmentItem("a1", "D1", models.AmendItemFailed, at(5, 8, 0))
		done.Behind, done.Attempts = true, 10
		require.NoError(t, s.SaveAmendmentItems(ctx, []models.AmendmentItem{done}))
		counts, err := s.AmendmentCounts(ctx, "a1")
		require.NoError(t, err)
		require.Equal(t, map[string]int64{models.AmendItemWaiting: 2, models.AmendItemFailed: 1}, counts)
		list, err := s.AmendmentItems(ctx, "a1", models.AmendmentItemFilter{Behind: true, Agency: "so", Effect: models.EffectLater, State: models.AmendItemFailed}, "", 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.True(t, list[0].NewDue.Equal(at(10, 17, 0)))
		n, err := s.RetryAmendment(ctx, "a1", models.AmendItemWaiting)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	}, modelstest.Now(func() time.Time { return clock }))
}

// What is published puts calendars in force in one transaction, and only on the calendars that it was made against.
func TestPublishCalendars(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		day := calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}}
		old := calendar.Spec{FromYear: 2026, ToYear: 2027, Week: [7]calendar.Sessions{{}, day, day, day, day, day, {}}}
		fresh := old
		fresh.Off = calendar.DateList{calendar.NewDate(2026, 3, 16)}
		src := calendar.Source{Name: "nation", Title: "Cả nước", Level: calendar.LevelNation, Sessions: day, Years: map[int]calendar.Year{2026: {Notice: "1/TB"}}}
		require.NoError(t, s.SaveCalendar(ctx, old))
		require.NoError(t, s.SaveLayer(ctx, src, "", true))
		require.NoError(t, s.GiveLayer(ctx, "", "nation", old.Hash()))
		require.NoError(t, s.GiveLayer(ctx, "", "other", "unknown"), "what an agency has stands")
		layers, err := s.Layers(ctx)
		require.NoError(t, err)
		var back calendar.Source
		require.NoError(t, json.Unmarshal(layers[0].Source, &back))
		require.Equal(t, src, back)
		_, err = s.AddAmendment(ctx, models.AmendmentRow{ID: "a1", Kind: models.AmendmentCalendar, Content: json.RawMessage(`{}`), Fingerprint: "f"})
		require.NoError(t, err)
		p := models.Publication{
			ID: "a1", Base: "other", From: []string{models.AmendmentDraft}, To: models.AmendmentRunning, Set: map[string]any{"published_by": "cb2", "published_at": at(3, 8, 0)},
			Specs: []calendar.Spec{fresh}, Settings: map[string]string{"k": "v"},
			Agencies: []models.AgencyCalendarRow{{Agency: "", Hash: fresh.Hash(), Layer: "nation", Amendment: "a1", Document: "1/TB", Ground: "Nghỉ"}},
		}
		_, err = s.PublishCalendars(ctx, p)
		require.ErrorIs(t, err, models.ErrConflict)
		hash, err := s.AgencyCalendar(ctx, "")
		require.NoError(t, err)
		require.Equal(t, old.Hash(), hash, "nothing changed")
		p.Base = ""
		ok, err := s.PublishCalendars(ctx, p)
		require.NoError(t, err)
		require.True(t, ok)
		row, err := s.CalendarOf(ctx, "xa-khong-co-lich")
		require.NoError(t, err)
		require.Equal(t, []string{fresh.Hash(), "a1", "1/TB"}, []string{row.Hash, row.Amendment, row.Document})
		published, err := s.PublishedCalendarAmendments(ctx)
		require.NoError(t, err)
		require.Len(t, published, 1)
		require.True(t, published[0].PublishedAt.Equal(at(3, 8, 0)))
		base, err := s.CalendarBase(ctx)
		require.NoError(t, err)
		p.Base = base
		ok, err = s.PublishCalendars(ctx, p)
		require.NoError(t, err)
		require.False(t, ok, "it is published already")
	})
}
