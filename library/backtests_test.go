package library

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/simulate/backtest"
)

// The shipped profiles fit the shipped procedures, say that they are samples, and are a province's year.
func TestBacktestProfiles(t *testing.T) {
	t.Parallel()
	files, err := Backtests()
	require.NoError(t, err)
	require.NotEmpty(t, files)
	shelf, err := Calendars()
	require.NoError(t, err)
	for _, f := range files {
		p, found := backtest.ParseProfile(f.Name, f.Data)
		require.Empty(t, found)
		require.Contains(t, p.Name, "SỐ MẪU", "no number of ours was measured")
		book, err := shelf.Book(p.Calendar)
		require.NoError(t, err)
		y, err := backtest.NewYear(p, plansByCode(t), book.Calendar())
		require.NoError(t, err)
		for station := range p.Staff {
			require.Contains(t, y.Stations(), station)
		}
		require.Equal(t, 600_000, p.Dossiers())
	}
}
