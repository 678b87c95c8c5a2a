package models_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/models"
	"motcua/models/modelstest"
)

// An act that was given up keeps its end, unless its events are recorded after all: the record is what happened.
func TestFailedAct(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		begin := func(id string) {
			_, created, err := s.BeginAct(ctx, models.ActRow{ID: id, Principal: "p", Dossier: "D", Kind: "accept", Fingerprint: "fp", ReceivedAt: at(2, 8, 0)})
			require.NoError(t, err)
			require.True(t, created)
		}
		register := func(act string) int64 {
			n, err := s.NextRegister(ctx, "xa-a", at(2, 8, 0), act)
			require.NoError(t, err)
			return n
		}
		state := func(id string) models.ActRow {
			row, err := s.Act(ctx, id)
			require.NoError(t, err)
			return row
		}
		end := json.RawMessage(`{"code":"act_failed"}`)
		begin("kept")
		begin("given")
		require.Equal(t, []int64{1, 2}, []int64{register("kept"), register("given")})
		for id, back := range map[string]bool{"kept": false, "given": true} {
			ended, err := s.FailAct(ctx, id, http.StatusInternalServerError, end, back)
			require.NoError(t, err)
			require.True(t, ended)
			ended, err = s.FailAct(ctx, id, http.StatusTeapot, json.RawMessage(`{}`), back)
			require.NoError(t, err)
			require.False(t, ended, "once")
			require.NoError(t, s.RefuseAct(ctx, id, http.StatusTeapot, json.RawMessage(`{}`)))
			require.Equal(t, models.ActFailed, state(id).State)
			require.JSONEq(t, string(end), string(state(id).Answer))
		}
		require.EqualValues(t, 2, register("next"), "a number that nobody has goes to the next, another does not")
		pending, err := s.PendingActs(ctx, at(31, 0, 0).AddDate(10, 0, 0), 10)
		require.NoError(t, err)
		require.Empty(t, pending, "nobody asks again")
		done, err := s.DoneActs(ctx, "D")
		require.NoError(t, err)
		require.Empty(t, done)

		b := submitted(t, "D", at(9, 17, 0))
		b.Acts[0].ID = "kept"
		_, err = s.Record(ctx, b)
		require.NoError(t, err)
		require.Equal(t, models.ActDone, state("kept").State)
		ended, err := s.FailAct(ctx, "kept", http.StatusInternalServerError, end, false)
		require.NoError(t, err)
		require.False(t, ended, "what is done stays done")
		require.Equal(t, models.ActFailed, state("given").State)
	})
}

func TestHasFinding(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		has := func(kind, subject string) bool {
			ok, err := s.HasFinding(ctx, kind, subject)
			require.NoError(t, err)
			return ok
		}
		require.NoError(t, s.AddFinding(ctx, models.Finding{Kind: models.FindingFrozen, Subject: "D"}))
		require.True(t, has(models.FindingFrozen, "D"))
		require.False(t, has(models.FindingFrozen, "E"))
		require.False(t, has("other", "D"))
		require.NoError(t, s.CloseFinding(ctx, models.FindingFrozen, "D"))
		require.False(t, has(models.FindingFrozen, "D"))
	})
}
