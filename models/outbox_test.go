package models_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"motcua/models"
	"motcua/models/modelstest"
)

// wall is a wall clock that tests move by hand.
type wall struct {
	mu  sync.Mutex
	now time.Time
}

func newWall() *wall { return &wall{now: time.Date(2026, time.March, 2, 1, 0, 0, 0, time.UTC)} }

func (w *wall) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *wall) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func TestTwoClaimersNeverGetTheSameMessage(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		const dossiers = 40
		for i := range dossiers {
			_, err := s.Record(t.Context(), submitted(t, fmt.Sprintf("D%02d", i), at(9, 17, 0)))
			require.NoError(t, err)
		}
		var mu sync.Mutex
		seen := map[int64]int{}
		order := map[string][]int64{}
		g, ctx := errgroup.WithContext(t.Context())
		for range 2 {
			g.Go(func() error {
				for {
					rows, err := s.ClaimOutbox(ctx, []string{models.TopicEvent}, 7, time.Hour)
					if err != nil || len(rows) == 0 {
						return err
					}
					for _, r := range rows {
						mu.Lock()
						seen[r.ID]++
						order[r.Key] = append(order[r.Key], r.ID)
						mu.Unlock()
						if err := s.DoneOutbox(ctx, r.ID); err != nil {
							return err
						}
					}
				}
			})
		}
		require.NoError(t, g.Wait())
		// A claimer may stop while the other still holds the head of a dossier; what is left belongs to one claimer.
		for {
			rows, err := s.ClaimOutbox(t.Context(), []string{models.TopicEvent}, 7, time.Hour)
			require.NoError(t, err)
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				seen[r.ID]++
				order[r.Key] = append(order[r.Key], r.ID)
				require.NoError(t, s.DoneOutbox(t.Context(), r.ID))
			}
		}
		require.Len(t, seen, 2*dossiers, "submitted and accepted of each dossier")
		for id, n := range seen {
			require.Equal(t, 1, n, id)
		}
		for code, ids := range order {
			require.IsIncreasing(t, ids, code)
		}
	})
}

func TestOutboxLeasesRetriesAndGivesUp(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{models.DialectSQLite, models.DialectPostgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			w := newWall()
			s := modelstest.Unmigrated(t, dialect, modelstest.Now(w.Now))
			ctx := t.Context()
			require.NoError(t, s.Migrate(ctx))
			code, err := s.Intake(ctx, submission(t, "s1", "xa-a", "Nguyễn Văn A"))
			require.NoError(t, err)
			claim := func(topic string) []models.OutboxRow {
				rows, err := s.ClaimOutbox(ctx, []string{topic}, 10, time.Minute)
				require.NoError(t, err)
				return rows
			}
			first := claim(models.TopicEvent)
			require.Len(t, first, 1)
			require.JSONEq(t, `{"kind":"submitted","code":"`+code+`","seq":1,"status":2,"at":"2026-03-02T08:00:00+07:00"}`, string(first[0].Payload))
			require.Empty(t, claim(models.TopicEvent), "leased, and the next waits behind it")
			w.pass(2 * time.Minute)
			again := claim(models.TopicEvent)
			require.Equal(t, first[0].ID, again[0].ID, "the lease ended")
			require.Equal(t, 2, again[0].Attempts)
			require.NoError(t, s.FailOutbox(ctx, again[0].ID, "503", w.Now().Add(time.Hour)))
			w.pass(10 * time.Minute)
			require.Empty(t, claim(models.TopicEvent))
			w.pass(time.Hour)
			last := claim(models.TopicEvent)
			require.Equal(t, "503", last[0].LastError)
			require.NoError(t, s.FailOutbox(ctx, last[0].ID, "410", time.Time{}))
			next := claim(models.TopicEvent)
			require.Len(t, next, 1, "a dead message holds up nobody")
			require.Greater(t, next[0].ID, last[0].ID)
			require.NoError(t, s.DoneOutbox(ctx, next[0].ID))

			lag, err := s.OutboxLag(ctx)
			require.NoError(t, err)
			require.Equal(t, int64(1), lag.Dead)
			require.Equal(t, int64(2), lag.Pending, "a start and a notice")
			require.True(t, lag.Oldest.Equal(newWall().now))
			require.Len(t, claim(models.TopicStart), 1, "nobody started it: the relay does")
			require.NoError(t, s.DoneStart(ctx, code))
			w.pass(time.Hour)
			require.Empty(t, claim(models.TopicStart))
			gone, err := s.PurgeOutbox(ctx, w.Now())
			require.NoError(t, err)
			require.Equal(t, int64(2), gone)
		})
	}
}
