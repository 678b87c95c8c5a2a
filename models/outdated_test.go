package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/models"
	"motcua/models/modelstest"
)

// A dossier is outdated by the plan of the agency that leads it: its own where it has one, else the general one.
func TestOutdatedByTheLeadAgency(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		_, err := s.ImportCatalogue(ctx, file(t, "i1", false, line("1.000001", "A", "")))
		require.NoError(t, err)
		general := plan(t, `code: "1.012784"`, `code: "1.000001"`)
		own := plan(t, `code: "1.012784"`, `code: "1.000001"`, "limit: 12wd", "limit: 13wd")
		require.NotEqual(t, general.Hash, own.Hash)
		require.NoError(t, s.SavePlan(ctx, general, nil))
		require.NoError(t, s.SavePlanFor(ctx, own, nil, "núi"))
		for code, d := range map[string]struct{ lead, plan string }{
			"D1": {"núi", own.Hash}, "D2": {"núi", general.Hash}, "D3": {"sông", general.Hash}, "D4": {"sông", own.Hash},
		} {
			recordFor(t, s, code, "1.000001", d.plan, d.lead, true)
		}
		open, _, err := s.Dossiers(ctx, models.DossierFilter{Scope: all(), Outdated: true, At: at(2, 8, 0), Sort: models.SortSubmitted})
		require.NoError(t, err)
		var codes []string
		for _, d := range open {
			codes = append(codes, d.Code)
		}
		require.ElementsMatch(t, []string{"D2", "D4"}, codes)
		total, err := s.CoverageTotal(ctx, models.CatalogueFilter{Scope: all(), At: at(2, 8, 0)})
		require.NoError(t, err)
		require.EqualValues(t, 1, total.Published, "one procedure, however many plans")
		require.EqualValues(t, 1, total.Outdated, "an entry with such dossiers")
	})
}
