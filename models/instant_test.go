package models_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/models"
	"motcua/models/modelstest"
)

// Instants written in mixed offsets sort and compare as instants, not as text, and come back in legal time.
func TestInstantsOfMixedOffsets(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		west := time.FixedZone("west", -11*3600)
		dues := []time.Time{
			at(9, 8, 0).In(west), at(9, 8, 1).UTC(), at(9, 8, 2), at(9, 8, 3).In(west), at(9, 8, 4).In(time.FixedZone("east", 14*3600)),
		}
		for _, i := range []int{3, 0, 4, 2, 1} {
			b := submitted(t, fmt.Sprintf("D%d", i), dues[i])
			b.View.Tasks[0].DueAt = dues[i]
			_, err := s.Record(ctx, b)
			require.NoError(t, err)
		}
		rows, _, err := s.Dossiers(ctx, models.DossierFilter{Scope: all()})
		require.NoError(t, err)
		require.Equal(t, []string{"D0", "D1", "D2", "D3", "D4"}, codes(rows))
		for i, r := range rows {
			require.True(t, r.DueAt.Equal(dues[i]))
			require.Equal(t, calendar.Zone(), r.DueAt.Location())
		}
		for i := range dues { // the bound value in an offset of its own
			rows, _, err := s.Dossiers(ctx, models.DossierFilter{Scope: all(), DueBefore: dues[i].In(west)})
			require.NoError(t, err)
			require.Len(t, rows, i)
			rows, _, err = s.Dossiers(ctx, models.DossierFilter{Scope: all(), DueAfter: dues[i].UTC()})
			require.NoError(t, err)
			require.Len(t, rows, 5-i)
			alarms, err := s.DueAlarms(ctx, dues[i].In(west), 10)
			require.NoError(t, err)
			require.Len(t, alarms, i)
		}
	})
}
