package models_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"motcua/calendar"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/procedure"
)

func TestReductionRules(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		rule := procedure.Reduction{Rule: "bot-2", Decision: "9/QĐ-UBND", From: "2026-04-01", Above: calendar.MustLimit("10wd"), Cut: calendar.MustLimit("2wd"), Channels: []string{"online"}}
		draft := func(act, print, last string) (models.ReductionRow, error) {
			r := rule
			r.To = last
			return s.DraftReduction(ctx, models.ReductionRow{Rule: r.Rule, Content: r, Source: "tệp", FirstDay: r.From, LastDay: r.To, Act: act, Fingerprint: print, Author: "lan", DraftedAt: at(2, 8, 0)})
		}
		approve := func(row, _ *models.ReductionRow) error {
			row.DecidedBy, row.DecidedAt = "minh", at(2, 9, 0)
			return nil
		}
		first, err := draft("a1", "p1", "")
		require.NoError(t, err)
		require.EqualValues(t, 1, first.Revision)
		again, err := draft("a1", "p1", "")
		require.NoError(t, err)
		require.Equal(t, first.Revision, again.Revision)
		_, err = draft("a1", "p2", "")
		require.ErrorIs(t, err, models.ErrConflict)

		approved, err := s.ReductionsApproved(ctx)
		require.NoError(t, err)
		require.Empty(t, approved, "a draft is no rule")
		_, err = s.DecideReduction(ctx, "bot-2", 1, models.ReductionApproved, approve)
		require.NoError(t, err)
		_, err = s.DecideReduction(ctx, "bot-2", 1, models.ReductionApproved, approve)
		require.NoError(t, err, "what is approved is approved")
		_, err = s.DecideReduction(ctx, "bot-2", 1, models.ReductionDiscarded, approve)
		require.ErrorIs(t, err, models.ErrStale)
		_, err = s.DecideReduction(ctx, "bot-2", 7, models.ReductionApproved, approve)
		require.ErrorIs(t, err, models.ErrNotFound)
		approved, err = s.ReductionsApproved(ctx)
		require.NoError(t, err)
		require.Equal(t, map[string]procedure.Reduction{"bot-2": rule}, approved)
		ends, err := s.ReductionEndings(ctx, []string{"bot-2"})
		require.NoError(t, err)
		require.Empty(t, ends)

		// An end is a revision like any other; one that waits is discarded for the next.
		_, err = draft("a2", "p", "2026-05-31")
		require.NoError(t, err)
		third, err := draft("a3", "p", "2026-06-30")
		require.NoError(t, err)
		require.EqualValues(t, 3, third.Revision)
		_, err = s.DecideReduction(ctx, "bot-2", 2, models.ReductionApproved, approve)
		require.ErrorIs(t, err, models.ErrStale)
		_, err = s.DecideReduction(ctx, "bot-2", 3, models.ReductionApproved, func(row, before *models.ReductionRow) error {
			require.EqualValues(t, 1, before.Revision)
			return approve(row, before)
		})
		require.NoError(t, err)
		ends, err = s.ReductionEndings(ctx, []string{"cut-20", "bot-2"})
		require.NoError(t, err)
		require.Equal(t, []procedure.Ending{{Rule: "bot-2", Last: "2026-06-30"}}, ends)
		rows, err := s.ReductionRows(ctx)
		require.NoError(t, err)
		require.Len(t, rows, 2, "what was discarded is not listed")
		require.EqualValues(t, 3, rows[0].Revision)
	})
}

func TestPromisesKept(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		for i, promise := range []struct{ legal, committed, class string }{
			{"12wd", "9wd", "early"}, {"12wd", "9wd", "late"}, {"12wd", "9wd", "late"}, {"5wd", "5wd", "late"}, {"", "", "on_time"},
		} {
			b := submitted(t, string(rune('a'+i)), at(9, 17, 0))
			b.View.Verdict.Class, b.View.Procedure = promise.class, "1.000001"
			if promise.legal != "" {
				b.View.Commitment = procedure.Commitment{Legal: calendar.MustLimit(promise.legal), Committed: calendar.MustLimit(promise.committed)}
			}
			_, err := s.Record(ctx, b)
			require.NoError(t, err)
		}
		// The migration fills the limits of dossiers that were there before it out of their views, with the same result.
		require.NoError(t, s.Transact(ctx, func(tx *gorm.DB) error {
			const migrated = "UPDATE dossiers SET legal_limit = COALESCE(view -> 'commitment' ->> 'legal', ''), committed_limit = COALESCE(view -> 'commitment' ->> 'committed', '')\n    WHERE accepted_at IS NOT NULL;"
			for _, dialect := range []string{"postgres", "sqlite"} {
				text, err := os.ReadFile("migrations/" + dialect + "/00019_reduction_rules.sql")
				require.NoError(t, err)
				require.Contains(t, string(text), migrated)
			}
			if err := tx.Exec("UPDATE dossiers SET legal_limit = '', committed_limit = ''").Error; err != nil {
				return err
			}
			return tx.Exec(migrated).Error
		}))
		rows, err := s.PromisesKept(ctx, all(), at(2, 0, 0), at(3, 0, 0))
		require.NoError(t, err)
		require.Equal(t, []models.KeptRow{
			{Procedure: "1.000001", Reduced: false, Class: "late", Open: true, Count: 1},
			{Procedure: "1.000001", Reduced: true, Class: "early", Open: true, Count: 1},
			{Procedure: "1.000001", Reduced: true, Class: "late", Open: true, Count: 2},
		}, rows)
		rows, err = s.PromisesKept(ctx, all(), at(3, 0, 0), at(4, 0, 0))
		require.NoError(t, err)
		require.Empty(t, rows)
		rows, err = s.PromisesKept(ctx, models.Scope{Agencies: []string{"xa-b"}}, at(2, 0, 0), at(3, 0, 0))
		require.NoError(t, err)
		require.Empty(t, rows, "another agency's")
	})
}
