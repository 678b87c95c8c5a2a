package backtest_test

import (
	"runtime/debug"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/procedure"
	"motcua/simulate/backtest"
)

func plans(t testing.TB) map[string]*procedure.Plan {
	t.Helper()
	all, err := library.Plans()
	require.NoError(t, err)
	out := map[string]*procedure.Plan{}
	for _, p := range all {
		out[p.Code] = p
	}
	return out
}

func nation(t testing.TB) *calendar.Calendar {
	t.Helper()
	shelf, err := library.Calendars()
	require.NoError(t, err)
	book, err := shelf.Book("nation")
	require.NoError(t, err)
	return book.Calendar()
}

func sample(t testing.TB) *backtest.Profile {
	t.Helper()
	f, err := library.Read("backtests/mau-mot-tinh.yaml")
	require.NoError(t, err)
	p, found := backtest.ParseProfile(f.Name, f.Data)
	require.Empty(t, found)
	return p
}

func test(t testing.TB, p *backtest.Profile) *backtest.Test {
	t.Helper()
	cal := nation(t)
	y, err := backtest.NewYear(p, plans(t), cal)
	require.NoError(t, err)
	counted, until := p.Period()
	return &backtest.Test{
		Parts: y.Parts(), Calendar: cal, Policy: dossier.DefaultPolicy(), Staff: p.Staff, Counted: counted, Until: until, End: until.AddDate(1, 0, 0),
	}
}

// atOnce runs parts on as many processors as there are.
func atOnce(n int, do func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	for range 2 {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	wg.Wait()
}

// BenchmarkLives is the sample year of six offices, 60,000 dossiers, lived twice: as things are and with a third of the time cut.
func BenchmarkLives(b *testing.B) {
	p := sample(b)
	x := test(b, p)
	x.Parts = x.Parts[:6]
	x.Change = backtest.Change{Cuts: map[string]int{backtest.Every: 30}}
	lives := 0
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the command does
	b.ReportAllocs()
	for b.Loop() {
		a := x.Run(atOnce)
		require.Zero(b, a.Before.All.Unplayed)
		lives += a.Before.All.Received + a.After.All.Received
	}
	b.ReportMetric(float64(lives)/b.Elapsed().Seconds(), "lives/s")
}
