package models_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/library"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/procedure"
)

// What drafts and merged procedures are held to is what is in force, on either database.
func TestWhatIsInForce(t *testing.T) {
	t.Parallel()
	plans, err := library.Plans()
	require.NoError(t, err)
	var merged, single *procedure.Plan
	for _, p := range plans {
		switch p.Code {
		case "G01":
			merged = p
		case "1.012784":
			single = p
		}
	}
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		require.NoError(t, s.SavePlan(ctx, merged, []byte("shipped")))
		require.NoError(t, s.SavePlan(ctx, single, []byte("shipped")))
		got, err := s.MergedInForce(ctx, at(2, 8, 0))
		require.NoError(t, err)
		require.Equal(t, map[string][]string{"G01": {merged.Hash}}, got)
		_, err = s.SourceInForce(ctx, "1.012784", at(2, 8, 0))
		require.ErrorIs(t, err, models.ErrNotFound, "a sample is no version of people here")

		publish := func(id, lead string, leads ...string) error {
			_, err := s.ChangeVersion(ctx, models.VersionChange{
				Act: models.VersionAct{Act: id + " draft", Version: id, Kind: "draft", Actor: "cb", At: at(2, 8, 0), Fingerprint: id},
				Change: func(v *models.VersionRow, _ []models.VersionAct, _ []models.VersionRow) error {
					v.Code, v.Lead, v.State, v.Source = "1.012784", lead, models.VersionDraft, []byte(id)
					return nil
				},
			})
			if err != nil {
				return err
			}
			_, err = s.ChangeVersion(ctx, models.VersionChange{
				Act: models.VersionAct{Act: id, Version: id, Kind: "publish", Actor: "cb", At: at(2, 8, 0), Fingerprint: id}, Leads: leads, Plan: single,
				Change: func(v *models.VersionRow, _ []models.VersionAct, others []models.VersionRow) error {
					v.State, v.Hash, v.ValidFrom = models.VersionPublished, single.Hash, at(2, 0, 0)
					for i := range others {
						if others[i].Sample {
							others[i].ValidUntil, others[i].Ended = at(2, 0, 0), models.EndReplaced
						}
					}
					return nil
				},
			})
			return err
		}
		require.NoError(t, publish("own", "núi"))
		_, err = s.SourceInForce(ctx, "1.012784", at(2, 8, 0))
		require.ErrorIs(t, err, models.ErrNotFound, "one agency's own is not the general one")
		require.NoError(t, publish("general", ""))
		source, err := s.SourceInForce(ctx, "1.012784", at(2, 8, 0))
		require.NoError(t, err)
		require.Equal(t, "general", string(source))

		// One publication for three agencies: each has its own, or none has.
		require.NoError(t, publish("three", "a", "b", "c"))
		for _, id := range []string{"three", "three-b", "three-c"} {
			v, err := s.Version(ctx, id)
			require.NoError(t, err)
			require.Equal(t, models.VersionPublished, v.State)
			require.Equal(t, strings.TrimPrefix(id, "three") != "", v.Origin() == "three")
		}
		var overlap *models.OverlapError
		require.ErrorAs(t, publish("again", "d", "e", "c"), &overlap)
		again, err := s.Version(ctx, "again")
		require.NoError(t, err)
		require.Equal(t, models.VersionDraft, again.State)
		_, err = s.Version(ctx, "again-e")
		require.ErrorIs(t, err, models.ErrNotFound)
	})
}
