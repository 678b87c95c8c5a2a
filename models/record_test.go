package models_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"motcua/dossier"
	"motcua/models"
	"motcua/models/modelstest"
)

func TestRecordWritesEverythingOfABatch(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		_, created, err := s.BeginAct(ctx, models.ActRow{ID: "act-D1", Principal: "lan", Dossier: "D1", Kind: "accept", Fingerprint: "fp", ReceivedAt: at(2, 8, 0)})
		require.NoError(t, err)
		require.True(t, created)
		first := submitted(t, "D1", at(9, 17, 0))
		digest, err := s.Record(ctx, first)
		require.NoError(t, err)
		require.Equal(t, first.Digest, digest)
		_, err = s.Record(ctx, fired(t, "D1", 4, "an", "binh", "an"))
		require.NoError(t, err)

		events, err := s.Events(ctx, "D1", 0)
		require.NoError(t, err)
		require.Len(t, events, 4)
		read, err := dossier.Digest(events[:3])
		require.NoError(t, err)
		require.Equal(t, first.Digest, read, "what is read has the digest of what was decided")
		require.Equal(t, int64(4), dossier.Rebuild(events).Seq)
		later, err := s.Events(ctx, "D1", 3)
		require.NoError(t, err)
		require.Len(t, later, 1)

		row, err := s.Dossier(ctx, "D1")
		require.NoError(t, err)
		require.Equal(t, int64(4), row.Seq)
		require.Equal(t, dossier.StatusAccepted, row.Status)
		require.True(t, row.DueAt.Equal(at(9, 17, 0)))
		require.True(t, row.FinishedAt.IsZero())
		require.True(t, row.View.DueAt.Equal(at(9, 17, 0)))

		act, err := s.Act(ctx, "act-D1")
		require.NoError(t, err)
		require.Equal(t, models.ActDone, act.State)
		require.Equal(t, http.StatusOK, act.HTTPStatus)
		require.JSONEq(t, `{"seq":3,"revision":1,"status":2,"due":"2026-03-09T17:00:00+07:00"}`, string(act.Answer))
		require.True(t, act.ReceivedAt.Equal(at(2, 8, 0)))
		done, err := s.DoneActs(ctx, "D1")
		require.NoError(t, err)
		require.Equal(t, []dossier.DoneAct{{ID: "act-D1", Fingerprint: "fp", Seq: 3, Revision: 1}}, done)

		escalations, _, err := s.Escalations(ctx, models.EscalationFilter{Scope: all()})
		require.NoError(t, err)
		require.Len(t, escalations, 1)
		require.True(t, escalations[0].Instant.Equal(at(10, 7, 30)))
		require.Equal(t, []string{"notify"}, escalations[0].Do)
		notices, _, err := s.Notifications(ctx, models.NotificationFilter{Dossier: "D1"})
		require.NoError(t, err)
		ids := []string{}
		for _, n := range notices {
			ids = append(ids, n.ID)
		}
		require.ElementsMatch(t, []string{"D1/2/applicant", "D1/4/an", "D1/4/binh"}, ids)
		require.NoError(t, s.MarkRead(ctx, "D1/4/an", "an", at(10, 8, 0)))
		unread, _, err := s.Notifications(ctx, models.NotificationFilter{Recipient: "an", Unread: true})
		require.NoError(t, err)
		require.Empty(t, unread)
	})
}

func TestRecordIsIdempotentAndRefusesContradictions(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		b := submitted(t, "D1", at(9, 17, 0))
		_, err := s.Record(ctx, b)
		require.NoError(t, err)
		rung := fired(t, "D1", 4, "an")
		_, err = s.Record(ctx, rung)
		require.NoError(t, err)
		for _, again := range []models.Batch{b, rung} {
			digest, err := s.Record(ctx, again)
			require.NoError(t, err)
			require.Equal(t, again.Digest, digest)
		}
		messages, err := s.ClaimOutbox(ctx, nil, 100, time.Minute)
		require.NoError(t, err)
		require.Len(t, messages, 2, "the first of each topic; nothing doubled")

		final := map[string]models.Batch{
			"other digest":      submitted(t, "D1", at(10, 17, 0)),
			"other rung":        fired(t, "D1", 4, "binh"),
			"gap":               fired(t, "D1", 6, "an"),
			"gap at the start":  fired(t, "D2", 2, "an"),
			"other cut of them": batch(t, "D1", b.Events[:2], b.View),
		}
		for name, wrong := range final {
			_, err := s.Record(ctx, wrong)
			var sequence *models.SequenceError
			require.ErrorAs(t, err, &sequence, name)
			require.Equal(t, wrong.Events[0].Seq, sequence.First, name)
			require.Equal(t, !strings.HasPrefix(name, "gap"), sequence.Ahead(), name)
		}
		lies := b
		lies.Digest = rung.Digest
		_, err = s.Record(ctx, lies)
		require.Error(t, err)
		row, err := s.Dossier(ctx, "D1")
		require.NoError(t, err)
		require.Equal(t, int64(4), row.Seq)
	})
}

func TestTheSameBatchAtTheSameMoment(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := submitted(t, "D1", at(9, 17, 0))
		g, ctx := errgroup.WithContext(t.Context())
		for range 8 {
			g.Go(func() error {
				_, err := s.Record(ctx, b)
				return err
			})
		}
		require.NoError(t, g.Wait())
	})
}

func TestTasksFollowTheView(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		b := submitted(t, "D1", at(9, 17, 0))
		_, err := s.Record(ctx, b)
		require.NoError(t, err)
		next := dossier.Event{Seq: 4, At: at(3, 9, 0), Recorded: at(3, 9, 0), Act: "a2", By: "an", Body: dossier.StepCompleted{Task: "tham-dinh#1", Outcome: "dat"}}
		v := b.View
		v.Tasks = []dossier.TaskView{{Task: "ky#1", Step: "ky", Agency: "xa-a", OpenedAt: at(3, 9, 0)}}
		_, err = s.Record(ctx, batch(t, "D1", []dossier.Event{next}, v))
		require.NoError(t, err)
		tasks, _, err := s.Tasks(ctx, models.TaskFilter{Scope: all(), Dossier: "D1"})
		require.NoError(t, err)
		require.Len(t, tasks, 1)
		require.Equal(t, "ky#1", tasks[0].Task)
		require.True(t, tasks[0].DueAt.IsZero())
		require.True(t, tasks[0].SortDue.Equal(at(9, 17, 0)), "a task without a limit sorts by the promise")

		end := dossier.Event{Seq: 5, At: at(4, 9, 0), Recorded: at(4, 9, 0), Act: "a3", By: "an", Body: dossier.Withdrawn{}}
		v.Tasks, v.Stage, v.Status = nil, dossier.StageWithdrawn, dossier.StatusWithdrawn
		_, err = s.Record(ctx, batch(t, "D1", []dossier.Event{end}, v))
		require.NoError(t, err)
		tasks, _, err = s.Tasks(ctx, models.TaskFilter{Scope: all()})
		require.NoError(t, err)
		require.Empty(t, tasks)
		open, err := s.OpenDossiers(ctx, "", 10)
		require.NoError(t, err)
		require.Empty(t, open)
	})
}

func TestIntakeDrawsGaplessCodes(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		const n = 50
		codes := make([]string, n)
		g, ctx := errgroup.WithContext(t.Context())
		for i := range n {
			g.Go(func() (err error) {
				codes[i], err = s.Intake(ctx, submission(t, fmt.Sprintf("s%d", i), "xa-a", "Nguyễn Văn A"))
				return err
			})
		}
		require.NoError(t, g.Wait())
		slices.Sort(codes)
		for i, code := range codes {
			require.Equal(t, fmt.Sprintf("xa-a-260302-%04d", i+1), code)
		}
	})
}

func TestIntakeIsOneTransaction(t *testing.T) {
	t.Parallel()
	wall := time.Date(2026, time.March, 2, 1, 0, 0, 0, time.UTC)
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		broken := errors.New("refused by the law")
		sub := submission(t, "s1", "xa-a", "Nguyễn Văn A")
		build := sub.Build
		sub.Build = func(code string, register func() (int64, error)) (models.Batch, json.RawMessage, error) {
			n, err := register()
			require.NoError(t, err)
			require.Equal(t, int64(1), n)
			return models.Batch{}, nil, broken
		}
		_, err := s.Intake(ctx, sub)
		require.ErrorIs(t, err, broken)
		_, err = s.Act(ctx, "s1")
		require.ErrorIs(t, err, models.ErrNotFound)

		sub.Build = func(code string, register func() (int64, error)) (models.Batch, json.RawMessage, error) {
			n, err := register()
			require.NoError(t, err)
			require.Equal(t, int64(1), n, "the number of the rolled-back intake was given back")
			return build(code, register)
		}
		code, err := s.Intake(ctx, sub)
		require.NoError(t, err)
		require.Equal(t, "xa-a-260302-0001", code)
		act, err := s.Act(ctx, "s1")
		require.NoError(t, err)
		require.Equal(t, models.ActDone, act.State)
		require.Equal(t, code, act.Dossier)
		require.JSONEq(t, `{"code":"xa-a-260302-0001"}`, string(act.Answer))
		require.JSONEq(t, `{"name":"free text"}`, string(act.Body))
		papers, err := s.Papers(ctx, code)
		require.NoError(t, err)
		require.Equal(t, []string{"don", "ban-ve"}, []string{papers[0].Document, papers[1].Document})
		applicant, err := s.Applicant(ctx, code)
		require.NoError(t, err)
		require.Equal(t, "Nguyễn Văn A", applicant.Name)

		var again *models.DuplicateAct
		_, err = s.Intake(ctx, sub)
		require.ErrorAs(t, err, &again)
		starts, err := s.ClaimOutbox(ctx, []string{models.TopicStart}, 10, time.Minute)
		require.NoError(t, err)
		require.Empty(t, starts, "the process that took it in has five seconds")
	}, modelstest.Now(func() time.Time { return wall }))
}

func TestRegisterIsGaplessOverRefusals(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		draw := func(act string) int64 {
			_, _, err := s.BeginAct(ctx, models.ActRow{ID: act, Kind: "accept", ReceivedAt: at(2, 8, 0)})
			require.NoError(t, err)
			n, err := s.NextRegister(ctx, "xa-a", at(2, 8, 0), act)
			require.NoError(t, err)
			return n
		}
		require.Equal(t, []int64{1, 2, 2, 3}, []int64{draw("a"), draw("b"), draw("b"), draw("c")})
		require.NoError(t, s.RefuseAct(ctx, "b", http.StatusConflict, json.RawMessage(`{"code":"wrong_state"}`)))
		require.Equal(t, []int64{2, 4}, []int64{draw("d"), draw("e")})
		n, err := s.NextRegister(ctx, "xa-a", at(2, 8, 0).AddDate(1, 0, 0), "f")
		require.NoError(t, err)
		require.Equal(t, int64(1), n, "a new year begins at 1")

		row, err := s.Act(ctx, "b")
		require.NoError(t, err)
		require.Equal(t, models.ActRefused, row.State)
		require.NoError(t, s.RefuseAct(ctx, "b", http.StatusTeapot, json.RawMessage(`{}`)), "the first answer stands")
		row, err = s.Act(ctx, "b")
		require.NoError(t, err)
		require.Equal(t, http.StatusConflict, row.HTTPStatus)
		stored, created, err := s.BeginAct(ctx, models.ActRow{ID: "b", Fingerprint: "other", ReceivedAt: at(3, 8, 0)})
		require.NoError(t, err)
		require.False(t, created)
		require.Empty(t, stored.Fingerprint)
		pending, err := s.PendingActs(ctx, time.Now().Add(time.Hour), 10)
		require.NoError(t, err)
		require.Len(t, pending, 4)
	})
}

// Many acts draw at once, each of them twice: every act has one number, and no number is missing.
func TestRegisterUnderConcurrency(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		const acts = 12
		numbers := make([]int64, 2*acts)
		g, ctx := errgroup.WithContext(t.Context())
		for i := range numbers {
			g.Go(func() (err error) {
				numbers[i], err = s.NextRegister(ctx, "xa-a", at(2, 8, 0), fmt.Sprint("act-", i%acts))
				return err
			})
		}
		require.NoError(t, g.Wait())
		require.Equal(t, numbers[:acts], numbers[acts:])
		slices.Sort(numbers[:acts])
		for i, n := range numbers[:acts] {
			require.Equal(t, int64(i+1), n)
		}
	})
}

func TestRebuildProjectionTellsNobodyTwice(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		b := submitted(t, "D1", at(9, 17, 0))
		_, err := s.Record(ctx, b)
		require.NoError(t, err)
		before, err := s.OutboxLag(ctx)
		require.NoError(t, err)
		v := b.View
		v.DueAt = at(12, 17, 0)
		require.NoError(t, s.RebuildProjection(ctx, "D1", v))
		row, err := s.Dossier(ctx, "D1")
		require.NoError(t, err)
		require.True(t, row.DueAt.Equal(at(12, 17, 0)))
		after, err := s.OutboxLag(ctx)
		require.NoError(t, err)
		require.Equal(t, before.Pending, after.Pending)
		v.Seq = 2
		require.ErrorIs(t, s.RebuildProjection(ctx, "D1", v), models.ErrConflict)
	})
}
