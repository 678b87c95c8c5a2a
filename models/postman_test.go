package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/models"
	"motcua/models/modelstest"
)

// Turns and deliveries go many at once, and each once.
func TestNotificationsAreScheduledAndDeliveredTogether(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		_, err := s.Record(ctx, submitted(t, "D1", at(9, 17, 0)))
		require.NoError(t, err)
		_, err = s.Record(ctx, fired(t, "D1", 4, "an", "binh", "chi"))
		require.NoError(t, err)
		raised, _, err := s.Notifications(ctx, models.NotificationFilter{Dossier: "D1"})
		require.NoError(t, err)
		var ids []string
		for _, n := range raised {
			ids = append(ids, n.ID)
		}
		require.GreaterOrEqual(t, len(ids), 3)
		found, err := s.NotificationsByID(ctx, append(ids, "gone"))
		require.NoError(t, err)
		require.Len(t, found, len(ids))
		who, err := s.ReceivingOf(ctx, []string{"D1", "nhiemvu/M1"})
		require.NoError(t, err)
		require.Equal(t, map[string]string{"D1": "xa-a"}, who)

		turns := []models.Turn{{ID: ids[0], At: at(10, 8, 0)}, {ID: ids[1], At: at(10, 8, 0)}, {ID: ids[2], At: at(11, 8, 0), Gathered: true}}
		require.NoError(t, s.ScheduleNotifications(ctx, nil))
		require.NoError(t, s.ScheduleNotifications(ctx, turns))
		due, err := s.DueSingles(ctx, at(12, 8, 0), 10)
		require.NoError(t, err)
		require.Len(t, due, 2, "the third is gathered")

		require.NoError(t, s.Deliver(ctx, due, at(12, 8, 0)))
		require.NoError(t, s.Deliver(ctx, due, at(12, 8, 1)), "another postman was faster")
		require.NoError(t, s.ScheduleNotifications(ctx, []models.Turn{{ID: due[0].ID, At: at(13, 8, 0)}}))
		rows, err := s.ClaimOutbox(ctx, []string{models.TopicMessage}, 10, time.Minute)
		require.NoError(t, err)
		require.Len(t, rows, 2, "one message each, once")
		due, err = s.DueSingles(ctx, at(14, 8, 0), 10)
		require.NoError(t, err)
		require.Empty(t, due, "what is delivered keeps its turn")
	})
}
