package models_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"motcua/dossier"
	"motcua/models"
	"motcua/models/modelstest"
)

// asking is the first batch of a dossier with a task that opens another one.
func asking(t testing.TB, code string, children ...models.Child) models.Batch {
	t.Helper()
	b := submitted(t, code, at(9, 17, 0))
	v := b.View
	v.Tasks = append(v.Tasks, dossier.TaskView{Task: "cu-tru#1", Step: "cu-tru", Agency: "ca-a", OpenedAt: at(2, 8, 0), Procedure: "1.004222"})
	events := append(b.Events, dossier.Event{Seq: 4, At: at(2, 8, 0), Recorded: at(2, 8, 0), Act: "act-" + code, By: "lan", Body: dossier.ChildRequested{
		Task: "cu-tru#1", Procedure: "1.004222", Ref: "cong-an", Agency: "ca-a",
	}})
	out := batch(t, code, events, v, dossier.DoneAct{ID: "act-" + code, Fingerprint: "fp", Seq: 4, Revision: 1})
	out.Children = children
	return out
}

// residence prepares the dossier that asking asks for; fail makes its machine refuse.
func residence(t testing.TB, fail error) models.Child {
	return models.Child{Task: "cu-tru#1", Take: func(parent string) models.Submission {
		sub := submission(t, "linked-"+parent, "xa-a", "Nguyễn Văn Mẫu")
		sub.Act.Principal = dossier.ByLink
		build := sub.Build
		sub.Build = func(code string, register func() (int64, error)) (models.Batch, json.RawMessage, error) {
			b, answer, err := build(code, register)
			if fail != nil {
				err = fail
			}
			b.View.Parent = &dossier.Parent{Code: parent, Task: "cu-tru#1", Procedures: []string{"1.000001"}}
			submitted, ok := b.Events[0].Body.(dossier.Submitted)
			require.True(t, ok)
			submitted.Procedure, submitted.Intake.Parent = "1.004222", b.View.Parent
			b.Events[0].Body, b.Digest = submitted, ""
			return b, answer, err
		}
		return sub
	}}
}

func links(t testing.TB, s *models.Store) (out []models.LinkPayload) {
	t.Helper()
	for {
		rows, err := s.ClaimOutbox(t.Context(), []string{models.TopicLink}, 100, 0)
		require.NoError(t, err)
		if len(rows) == 0 {
			return out
		}
		for _, r := range rows {
			var p models.LinkPayload
			require.NoError(t, json.Unmarshal(r.Payload, &p))
			require.Equal(t, p.Dossier, r.Key)
			out = append(out, p)
			require.NoError(t, s.DoneOutbox(t.Context(), r.ID))
		}
	}
}

// The dossier that a step opens is there with the event that asks for it, once, with a code, an applicant, papers and a start
// of its own.
func TestADossierOpensAnother(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		b := asking(t, "D1", residence(t, nil))
		g, _ := errgroup.WithContext(ctx)
		for range 3 { // the same batch three times at once, as after lost answers
			g.Go(func() error { _, err := s.Record(ctx, b); return err })
		}
		require.NoError(t, g.Wait())
		rows, err := s.Linked(ctx, "D1")
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.Equal(t, "xa-a-260302-0001", rows[0].Child)
		child, err := s.Dossier(ctx, rows[0].Child)
		require.NoError(t, err)
		require.Equal(t, "D1", child.View.Parent.Code)
		a, err := s.Applicant(ctx, child.Code)
		require.NoError(t, err)
		require.Equal(t, "Nguyễn Văn Mẫu", a.Name)
		papers, err := s.Papers(ctx, child.Code)
		require.NoError(t, err)
		require.Len(t, papers, 2)
		start, err := s.ClaimOutbox(ctx, []string{models.TopicStart}, 10, 0)
		require.NoError(t, err)
		require.Len(t, start, 1, "its workflow is asked for at once: nobody else will start it")
		require.Equal(t, child.Code, start[0].Key)
		require.Empty(t, links(t, s))
		all, _, err := s.Dossiers(ctx, models.DossierFilter{Scope: models.Scope{All: true}, Limit: 10})
		require.NoError(t, err)
		require.Len(t, all, 2)
	})
}

// Either both dossiers are recorded or neither.
func TestNothingIsHalfOpened(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		crash := errors.New("crash")
		_, err := s.Record(ctx, asking(t, "D1", residence(t, crash)))
		require.ErrorIs(t, err, crash)
		events, err := s.Events(ctx, "D1", 0)
		require.NoError(t, err)
		require.Empty(t, events)
		rows, err := s.Linked(ctx, "D1")
		require.NoError(t, err)
		require.Empty(t, rows)
		_, err = s.Record(ctx, asking(t, "D1", residence(t, nil)))
		require.NoError(t, err)
		rows, err = s.Linked(ctx, "D1")
		require.NoError(t, err)
		require.Equal(t, "xa-a-260302-0001", rows[0].Child, "the code drawn before was given back")
	})
}

// What cannot be taken in at once is asked for again, until it is there or nobody waits for it.
func TestADossierIsOpenedLater(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		for _, code := range []string{"D1", "D2"} {
			_, err := s.Record(ctx, asking(t, code))
			require.NoError(t, err)
		}
		asked := links(t, s)
		require.Len(t, asked, 2)
		require.Equal(t, models.LinkOpen, asked[0].Kind)
		require.Equal(t, int64(4), asked[0].Seq)
		first, err := s.OpenChild(ctx, "D1", residence(t, nil))
		require.NoError(t, err)
		again, err := s.OpenChild(ctx, "D1", residence(t, nil))
		require.NoError(t, err)
		require.Equal(t, first, again, "once, however often it is delivered")

		b := asking(t, "D2")
		v := b.View
		v.Tasks, v.Stage = nil, dossier.StageWithdrawn
		_, err = s.Record(ctx, batch(t, "D2", []dossier.Event{{Seq: 5, At: at(3, 8, 0), Recorded: at(3, 8, 0), By: "applicant", Body: dossier.Withdrawn{}}}, v))
		require.NoError(t, err)
		require.Empty(t, links(t, s), "there is nothing below to withdraw")
		_, err = s.OpenChild(ctx, "D2", residence(t, nil))
		require.ErrorIs(t, err, models.ErrNotFound, "nobody waits for it any more")
	})
}

// The end of a dossier is told to the one above; the end of that one to those below that are open, and what is sent back to the
// one that was waited for.
func TestEndsAreTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  dossier.Body
		want models.LinkPayload
	}{
		"withdrawn":         {dossier.Withdrawn{}, models.LinkPayload{Kind: models.LinkWithdraw}},
		"stopped":           {dossier.Stopped{Ground: "Luật"}, models.LinkPayload{Kind: models.LinkStop, Ground: "Luật"}},
		"step cancelled":    {dossier.StepCancelled{Task: "cu-tru#1", Cause: "sent_back"}, models.LinkPayload{Kind: models.LinkStop, Ground: "Hồ sơ đã mở hồ sơ này không còn chờ kết quả của nó"}},
		"another cancelled": {dossier.StepCancelled{Task: "tham-dinh#1", Cause: "sent_back"}, models.LinkPayload{}},
		"sent back":         {dossier.SentBack{Task: "cu-tru#1", To: "tham-dinh"}, models.LinkPayload{Kind: models.LinkStop, Ground: "Hồ sơ đã mở hồ sơ này không còn chờ kết quả của nó"}},
		"resumed":           {dossier.Resumed{}, models.LinkPayload{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			modelstest.Each(t, func(t *testing.T, s *models.Store) {
				ctx := t.Context()
				_, err := s.Record(ctx, asking(t, "D1", residence(t, nil)))
				require.NoError(t, err)
				next := batch(t, "D1", []dossier.Event{{Seq: 5, At: at(3, 8, 0), Recorded: at(3, 8, 0), By: "lan", Body: c.end}}, asking(t, "D1").View)
				for range 2 {
					_, err = s.Record(ctx, next)
					require.NoError(t, err)
				}
				got := links(t, s)
				if c.want.Kind == "" {
					require.Empty(t, got)
					return
				}
				require.Len(t, got, 1)
				c.want.Dossier, c.want.Task, c.want.At = "xa-a-260302-0001", "cu-tru#1", got[0].At
				require.Equal(t, c.want, got[0])
				require.True(t, at(3, 8, 0).Equal(got[0].At))
			})
		})
	}
	for outcome, end := range map[string]dossier.Body{"finished": dossier.Finished{}, "refused": dossier.Finished{Refusal: true}, "stopped": dossier.Stopped{Ground: "Luật"}} {
		t.Run("child "+outcome, func(t *testing.T) {
			t.Parallel()
			modelstest.Each(t, func(t *testing.T, s *models.Store) {
				ctx := t.Context()
				_, err := s.Record(ctx, asking(t, "D1", residence(t, nil)))
				require.NoError(t, err)
				child, err := s.Dossier(ctx, "xa-a-260302-0001")
				require.NoError(t, err)
				next := batch(t, child.Code, []dossier.Event{{Seq: child.Seq + 1, At: at(3, 8, 0), Recorded: at(3, 8, 0), By: "lan", Body: end}}, child.View)
				for range 2 {
					_, err = s.Record(ctx, next)
					require.NoError(t, err)
				}
				got := links(t, s)
				require.Len(t, got, 1)
				want := models.LinkPayload{Kind: models.LinkEnd, Dossier: "D1", Task: "cu-tru#1", Child: child.Code, Outcome: outcome, At: got[0].At}
				require.Equal(t, want, got[0])
			})
		})
	}
}

// The table of links is rebuilt from the events of both, whichever comes first.
func TestLinksAreRebuilt(t *testing.T) {
	t.Parallel()
	for name, childFirst := range map[string]bool{"from above": false, "from below": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			modelstest.Each(t, func(t *testing.T, s *models.Store) {
				ctx := t.Context()
				_, err := s.Record(ctx, asking(t, "D1", residence(t, nil)))
				require.NoError(t, err)
				want, err := s.Linked(ctx, "D1")
				require.NoError(t, err)
				require.NoError(t, s.Wipe(ctx, "linked"))
				child, err := s.Dossier(ctx, want[0].Child)
				require.NoError(t, err)
				again := []func(){
					func() { require.NoError(t, s.RebuildProjection(ctx, "D1", asking(t, "D1").View)) },
					func() { require.NoError(t, s.RebuildProjection(ctx, child.Code, child.View)) },
				}
				if childFirst {
					slices.Reverse(again)
				}
				for _, rebuild := range again {
					rebuild()
				}
				got, err := s.Linked(ctx, "D1")
				require.NoError(t, err)
				require.Equal(t, want, got)
				require.Empty(t, links(t, s), "the outside is not told again")
			})
		})
	}
}

// A task that is cancelled while its dossier is being opened: either it is not opened, or it is told that nobody waits.
func TestOpenedWhileTheTaskIsCancelled(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		for i := range 8 {
			code := fmt.Sprint("D", i)
			_, err := s.Record(ctx, asking(t, code))
			require.NoError(t, err)
			require.Len(t, links(t, s), 1)
			v := asking(t, code).View
			v.Tasks = nil
			cancelled := batch(t, code, []dossier.Event{{Seq: 5, At: at(3, 8, 0), Recorded: at(3, 8, 0), By: "lan", Body: dossier.StepCancelled{Task: "cu-tru#1", Cause: "sent_back"}}}, v)
			var opened error
			g, _ := errgroup.WithContext(ctx)
			g.Go(func() error { _, opened = s.OpenChild(ctx, code, residence(t, nil)); return nil })
			g.Go(func() error { _, err := s.Record(ctx, cancelled); return err })
			require.NoError(t, g.Wait())
			told := links(t, s)
			if opened != nil {
				require.ErrorIs(t, opened, models.ErrNotFound)
				require.Empty(t, told)
				continue
			}
			require.Len(t, told, 1)
			require.Equal(t, models.LinkStop, told[0].Kind)
		}
	})
}
