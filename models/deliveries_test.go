package models_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/models"
	"motcua/models/modelstest"
)

// events claims the events that are due, and requires how many.
func events(t *testing.T, s *models.Store, n int) []models.OutboxRow {
	t.Helper()
	rows, err := s.ClaimOutbox(t.Context(), []string{models.TopicEvent}, 50, time.Minute)
	require.NoError(t, err)
	require.Len(t, rows, n)
	return rows
}

func hook(t *testing.T, s *models.Store, id string, active bool) {
	t.Helper()
	require.NoError(t, s.SaveWebhook(t.Context(), models.Webhook{ID: id, URL: "https://" + id, Active: active}))
}

// An event becomes one delivery for each active webhook, in the order of the events, whoever fans it out how often.
func TestFanOut(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		hook(t, s, "a", true)
		hook(t, s, "b", true)
		hook(t, s, "off", false)
		for i := range 3 {
			_, err := s.Record(ctx, submitted(t, fmt.Sprint("D", i), at(9, 17, 0)))
			require.NoError(t, err)
		}
		require.NoError(t, s.FanOut(ctx, nil))
		first := events(t, s, 3)
		require.NoError(t, s.FanOut(ctx, first))
		require.NoError(t, s.FanOut(ctx, first), "somebody whose lease ended does it again")
		second := events(t, s, 3) // what comes behind an event waits for its fan-out, so the order holds
		require.NoError(t, s.FanOut(ctx, second))
		events(t, s, 0)
		due, err := s.DueReceivers(ctx)
		require.NoError(t, err)
		require.Equal(t, []string{"a", "b"}, due)
		for _, receiver := range due {
			seen := map[string][]string{}
			for {
				rows, err := s.ClaimDeliveries(ctx, receiver, 2, time.Minute)
				require.NoError(t, err)
				if len(rows) == 0 {
					break
				}
				for _, r := range rows {
					require.Equal(t, receiver, r.Receiver)
					require.Equal(t, models.TopicWebhook, r.Topic)
					seen[r.Key] = append(seen[r.Key], r.Dedup)
					require.NoError(t, s.DoneOutbox(ctx, r.ID))
				}
			}
			require.Equal(t, map[string][]string{"D0": {"D0/1", "D0/2"}, "D1": {"D1/1", "D1/2"}, "D2": {"D2/1", "D2/2"}}, seen)
		}
		due, err = s.DueReceivers(ctx)
		require.NoError(t, err)
		require.Empty(t, due)
	})
}

// What one receiver does with an event moves no other: it waits, dies and is dropped for itself.
func TestDeliveriesAreIndependent(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{models.DialectSQLite, models.DialectPostgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			w := newWall()
			s := modelstest.Unmigrated(t, dialect, modelstest.Now(w.Now))
			ctx := t.Context()
			require.NoError(t, s.Migrate(ctx))
			for _, id := range []string{"a", "b", "c"} {
				hook(t, s, id, true)
			}
			_, err := s.Record(ctx, submitted(t, "D", at(9, 17, 0)))
			require.NoError(t, err)
			for range 2 {
				require.NoError(t, s.FanOut(ctx, events(t, s, 1)))
			}
			claim := func(receiver string) string {
				rows, err := s.ClaimDeliveries(ctx, receiver, 10, time.Minute)
				require.NoError(t, err)
				if len(rows) == 0 {
					return ""
				}
				require.Len(t, rows, 1, "one at a time for a dossier")
				switch receiver {
				case "a":
					require.NoError(t, s.DoneOutbox(ctx, rows[0].ID))
				case "b":
					require.NoError(t, s.FailOutbox(ctx, rows[0].ID, "503", w.Now().Add(time.Hour)))
				}
				return rows[0].Dedup
			}
			require.Equal(t, "D/1", claim("a"))
			require.Equal(t, "D/1", claim("b"))
			require.Equal(t, "D/2", claim("a"), "b failed, a goes on")
			require.Empty(t, claim("b"), "nothing overtakes what failed")
			require.NoError(t, s.DropDeliveries(ctx, "c", "off"))
			require.Empty(t, claim("c"))
			due, err := s.DueReceivers(ctx)
			require.NoError(t, err)
			require.Empty(t, due)
			w.pass(2 * time.Hour)
			due, err = s.DueReceivers(ctx)
			require.NoError(t, err)
			require.Equal(t, []string{"b"}, due)

			rows, err := s.ClaimDeliveries(ctx, "b", 10, time.Minute)
			require.NoError(t, err)
			require.Equal(t, 2, rows[0].Attempts)
			require.NoError(t, s.ReleaseOutbox(ctx, rows[0].ID))
			rows, err = s.ClaimDeliveries(ctx, "b", 10, time.Minute)
			require.NoError(t, err)
			require.Equal(t, 2, rows[0].Attempts, "what was put back was no attempt")
			require.NoError(t, s.FailOutbox(ctx, rows[0].ID, "410", time.Time{}))
			require.Equal(t, "D/2", claim("b"), "what is dead holds up nobody")

			lag, err := s.OutboxLag(ctx)
			require.NoError(t, err)
			require.Equal(t, int64(1), lag.Dead)
			require.Equal(t, int64(1), lag.Pending, "the notice; what receivers owe is no lag of ours")
		})
	}
}

func TestWebhookByID(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		hook(t, s, "a", true)
		h, err := s.Webhook(t.Context(), "a")
		require.NoError(t, err)
		require.Equal(t, "https://a", h.URL)
		_, err = s.Webhook(t.Context(), "b")
		require.ErrorIs(t, err, models.ErrNotFound)
	})
}
