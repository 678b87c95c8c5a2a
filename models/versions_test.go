package models_test

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

	"motcua/models"
	"motcua/models/modelstest"
	"motcua/procedure"
)

// publish puts a version in force between two days of March 2026; zero until: open.
func publish(s *models.Store, ctx context.Context, p *procedure.Plan, id, lead string, from, until time.Time) (models.VersionRow, error) {
	return s.ChangeVersion(ctx, models.VersionChange{
		Act: models.VersionAct{Act: "act-" + id, Version: id, Kind: "publish", At: from, Fingerprint: id}, Plan: p,
		Change: func(v *models.VersionRow, _ []models.VersionAct, _ []models.VersionRow) error {
			v.Code, v.Lead, v.Name, v.Hash, v.State = p.Code, lead, p.Name, p.Hash, models.VersionPublished
			v.ValidFrom, v.ValidUntil = from, until
			return nil
		},
	})
}

func TestVersionsInForce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		code := `code: "1.012784"`
		plans := []*procedure.Plan{plan(t, code, `code: "1.000001"`), plan(t, code, `code: "1.000001"`, "online: partial", "online: full"), plan(t, code, `code: "1.000001"`, "online: partial", "online: none")}
		current := func(lead string, day int) string {
			hash, err := s.CurrentPlanHash(ctx, "1.000001", lead, at(day, 8, 0))
			if errors.Is(err, models.ErrNotFound) {
				return "none"
			}
			require.NoError(t, err)
			for i, p := range plans {
				if p.Hash == hash {
					return string(rune('a' + i))
				}
			}
			return hash
		}
		_, err := publish(s, ctx, plans[0], "a", "", at(2, 0, 0), at(9, 0, 0))
		require.NoError(t, err)
		_, err = publish(s, ctx, plans[1], "b", "", at(8, 0, 0), time.Time{})
		var overlap *models.OverlapError
		require.ErrorAs(t, err, &overlap)
		require.Equal(t, "a", overlap.Other.ID)
		_, err = s.Version(ctx, "b")
		require.ErrorIs(t, err, models.ErrNotFound, "nothing half published")
		_, err = publish(s, ctx, plans[1], "b", "", at(9, 0, 0), time.Time{})
		require.NoError(t, err, "the end is exclusive")
		_, err = publish(s, ctx, plans[2], "c", "xa-a", at(5, 0, 0), at(12, 0, 0))
		require.NoError(t, err, "for one agency beside the general one")
		require.Equal(t, []string{"none", "a", "a", "b"}, []string{current("", 1), current("", 2), current("", 8), current("", 9)})
		require.Equal(t, []string{"a", "c", "c", "b"}, []string{current("xa-a", 4), current("xa-a", 5), current("xa-a", 11), current("xa-a", 12)})
		require.Equal(t, "a", current("xa-b", 6))

		// The same act again is answered, with other words it is a conflict, and a stale one changes nothing.
		v, err := publish(s, ctx, plans[0], "a", "", at(2, 0, 0), at(9, 0, 0))
		require.NoError(t, err)
		require.EqualValues(t, 1, v.Revision)
		nothing := func(*models.VersionRow, []models.VersionAct, []models.VersionRow) error { return nil }
		_, err = s.ChangeVersion(ctx, models.VersionChange{Act: models.VersionAct{Act: "act-a", Version: "a", Fingerprint: "other"}, Change: nothing})
		require.ErrorIs(t, err, models.ErrConflict)
		_, err = s.ChangeVersion(ctx, models.VersionChange{Act: models.VersionAct{Act: "x", Version: "a"}, Expect: 7, Change: nothing})
		require.ErrorIs(t, err, models.ErrStale)
		_, err = s.ChangeVersion(ctx, models.VersionChange{Act: models.VersionAct{Act: "x", Version: "unknown"}, Expect: 1, Change: nothing})
		require.ErrorIs(t, err, models.ErrNotFound)
		acts, err := s.VersionActs(ctx, "a")
		require.NoError(t, err)
		require.Len(t, acts, 1)
		require.Equal(t, plans[0].Hash, acts[0].Hash)

		last, err := s.LastVersion(ctx, "1.000001", "")
		require.NoError(t, err)
		require.Equal(t, "b", last.ID)
		var pages []string
		for cursor := ""; ; {
			rows, next, err := s.Versions(ctx, models.VersionFilter{Code: "1.000001", Limit: 2, Cursor: cursor})
			require.NoError(t, err)
			for _, r := range rows {
				require.Empty(t, r.Source)
				pages = append(pages, r.ID)
			}
			if cursor = next; next == "" {
				break
			}
		}
		require.Equal(t, []string{"b", "c", "a"}, pages, "the latest validity first")
		lead := "xa-a"
		rows, _, err := s.Versions(ctx, models.VersionFilter{Lead: &lead, InForce: at(6, 0, 0), State: models.VersionPublished})
		require.NoError(t, err)
		require.Len(t, rows, 1)
		general, err := s.PlansInForce(ctx, at(10, 0, 0))
		require.NoError(t, err)
		require.Equal(t, map[string]string{"1.000001": plans[1].Hash}, general)
	})
}

// Many people publishing at once: exactly one gets the days.
func TestPublishingAtOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := plan(t)
		done := make([]error, 8)
		g, ctx := errgroup.WithContext(t.Context())
		for i := range done {
			g.Go(func() error {
				_, done[i] = publish(s, ctx, p, string(rune('a'+i)), "", at(2+i, 0, 0), time.Time{})
				return nil
			})
		}
		require.NoError(t, g.Wait())
		n := 0
		for _, err := range done {
			var overlap *models.OverlapError
			if err == nil {
				n++
			} else {
				require.ErrorAs(t, err, &overlap)
			}
		}
		require.Equal(t, 1, n)
	})
}

// A sample never takes the place of what people here have published, and gives way to a later sample on that one's day.
func TestSamples(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		first := plan(t)
		later := plan(t, "on: 2025-06-23", "on: 2026-03-05")
		sameDay := plan(t, "on: 2025-06-23", "on: 2026-03-05", "online: partial", "online: full")
		for _, p := range []*procedure.Plan{first, later, sameDay, first} {
			require.NoError(t, s.SavePlan(ctx, p, []byte("x")))
		}
		hash := func(day int) string {
			h, err := s.CurrentPlanHash(ctx, first.Code, "", at(day, 8, 0))
			require.NoError(t, err)
			return h
		}
		require.Equal(t, []string{first.Hash, sameDay.Hash}, []string{hash(4), hash(5)})
		end := func(v *models.VersionRow, _ []models.VersionAct, _ []models.VersionRow) error {
			v.ValidUntil, v.Ended = at(7, 0, 0), models.EndWithdrawn
			return nil
		}
		_, err := s.ChangeVersion(ctx, models.VersionChange{Act: models.VersionAct{Act: "end", Version: "mau-" + sameDay.Hash, At: at(7, 0, 0)}, Change: end})
		require.NoError(t, err)
		require.NoError(t, s.SavePlan(ctx, plan(t, "on: 2025-06-23", "on: 2026-03-06"), nil), "a newer program")
		_, err = s.CurrentPlanHash(ctx, first.Code, "", at(8, 0, 0))
		require.ErrorIs(t, err, models.ErrNotFound, "what was withdrawn here stays so")
		own := plan(t, "online: partial", "online: none")
		_, err = publish(s, ctx, own, "own", "xa-a", at(2, 0, 0), time.Time{})
		require.NoError(t, err)
		require.NoError(t, s.SavePlanFor(ctx, later, nil, "xa-a", "xa-b"))
		for lead, want := range map[string]string{"xa-a": own.Hash, "xa-b": later.Hash} {
			h, err := s.CurrentPlanHash(ctx, first.Code, lead, at(6, 0, 0))
			require.NoError(t, err)
			require.Equal(t, want, h)
		}
	})
}

// The migration puts in force what was in force before it.
func TestPlansBeforeVersions(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{models.DialectSQLite, models.DialectPostgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var d gorm.Dialector
			if dialect == models.DialectPostgres {
				d = models.Postgres(modelstest.PostgresDSN(t))
			} else {
				d = modelstest.SQLite(t.TempDir()+"/motcua.db", true)
			}
			s, err := models.Open(t.Context(), models.Config{Dialector: d})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			require.NoError(t, s.Migrate(t.Context()))
			plans := []*procedure.Plan{plan(t), plan(t, "on: 2025-06-23", "on: 2026-03-05"), plan(t, "published:", "# published:", `code: "1.012784"`, `code: "1.000002"`)}
			for _, p := range plans {
				require.NoError(t, s.SavePlan(t.Context(), p, nil))
			}
			read := func() (out []string) {
				for _, code := range []string{"1.012784", "1.000002"} {
					for _, day := range []int{4, 5} {
						h, err := s.CurrentPlanHash(t.Context(), code, "", at(day, 8, 0))
						require.NoError(t, err)
						out = append(out, h)
					}
				}
				return out
			}
			want := read()
			require.Equal(t, []string{plans[0].Hash, plans[1].Hash, plans[2].Hash, plans[2].Hash}, want)
			db, err := gorm.Open(d)
			require.NoError(t, err)
			require.NoError(t, db.Exec("DELETE FROM versions").Error)
			migration, err := os.ReadFile("migrations/" + dialect + "/00013_versions.sql")
			require.NoError(t, err)
			scopes, err := os.ReadFile("migrations/" + dialect + "/00011_plan_scopes.sql")
			require.NoError(t, err)
			before := regexp.MustCompile(`(?s)CREATE TABLE plan_scopes.*?;\s*INSERT INTO plan_scopes.*?;`).FindString(string(scopes))
			then := regexp.MustCompile(`(?s)INSERT INTO versions.*`).FindString(string(migration))
			for statement := range strings.SplitSeq(before+"\n"+then, ";\n") {
				if statement = strings.Trim(statement, "; \n"); statement != "" {
					require.NoError(t, db.Exec(statement).Error)
				}
			}
			require.Equal(t, want, read())
			rows, _, err := s.Versions(t.Context(), models.VersionFilter{})
			require.NoError(t, err)
			for _, r := range rows {
				require.True(t, r.Sample)
			}
			pool, err := db.DB()
			require.NoError(t, err)
			require.NoError(t, pool.Close())
		})
	}
}

func TestMoveRows(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		for i, code := range []string{"D1", "D2", "D3", "D4"} {
			record(t, s, code, "1.012784", []string{"old", "old", "new", "old"}[i], code != "D4")
		}
		codes, err := s.OpenOnPlan(ctx, "old", "", 10)
		require.NoError(t, err)
		require.Equal(t, []string{"D1", "D2"}, codes)
		m := models.MoveRow{ID: "m", Procedure: "1.012784", FromPlan: "old", ToPlan: "new", Steps: map[string]string{"a": "b"}, Later: []string{"D2"}, Fingerprint: "f"}
		for range 2 {
			row, err := s.StartMove(ctx, m, nil)
			require.NoError(t, err)
			require.Equal(t, models.MoveRunning, row.State)
		}
		m.Fingerprint = "other"
		_, err = s.StartMove(ctx, m, nil)
		require.ErrorIs(t, err, models.ErrConflict)
		counts, err := s.MoveCounts(ctx, "m")
		require.NoError(t, err)
		require.Equal(t, map[string]int64{models.ItemWaiting: 2}, counts)
		items, err := s.MoveItems(ctx, "m", models.ItemWaiting, "D1", 10)
		require.NoError(t, err)
		require.Len(t, items, 1)
		items[0].State, items[0].OldDue = models.ItemMoved, at(9, 17, 0)
		require.NoError(t, s.SaveMoveItems(ctx, items[:1]))
		read, err := s.MoveItems(ctx, "m", models.ItemMoved, "", 10)
		require.NoError(t, err)
		require.Equal(t, items, read)
		for _, c := range []struct {
			to   string
			from []string
			want bool
		}{
			{models.MoveUndoing, []string{models.MoveDone}, false}, {models.MoveStopped, []string{models.MoveRunning}, true},
			{models.MoveUndoing, []string{models.MoveDone, models.MoveStopped}, true},
		} {
			did, err := s.SetMoveState(ctx, "m", c.to, c.from...)
			require.NoError(t, err)
			require.Equal(t, c.want, did)
		}
		got, err := s.Move(ctx, "m")
		require.NoError(t, err)
		require.Equal(t, []any{models.MoveUndoing, int64(3), map[string]string{"a": "b"}, []string{"D2"}}, []any{got.State, got.Revision, got.Steps, got.Later})
		list, err := s.Moves(ctx, 10, models.MoveUndoing)
		require.NoError(t, err)
		require.Len(t, list, 1)
		only := m
		only.ID, only.Fingerprint = "m2", "f2"
		_, err = s.StartMove(ctx, only, []string{"D2", "D3"})
		require.NoError(t, err)
		counts, err = s.MoveCounts(ctx, "m2")
		require.NoError(t, err)
		require.Equal(t, map[string]int64{models.ItemWaiting: 1}, counts, "what is on another plan is no matter of this move")
		_, err = s.Move(ctx, "none")
		require.ErrorIs(t, err, models.ErrNotFound)
	})
}
