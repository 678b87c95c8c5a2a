package forecast_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/forecast"
	"motcua/library"
	"motcua/procedure"
	"motcua/simulate/backtest"
)

// year is a drawn year of the division of parcels (twelve working days) at offices whose appraisal takes, at the median, a share of
// its nine working days.
const year = `motcua: 1
kind: backtest
name: Năm vẽ cho dự báo
seed: %d
from: 2026-01-01
until: 2026-12-31
offices: %d
arrivals: [{procedure: "1.012784", per-year: %d}]
work: [{step: tham-dinh, share: %d, spread: 140}, {share: 60, spread: 130}]
supplement: 5
answer: {median: 5d, spread: 200}
`

// drawn are the journals of a drawn year, lived on the pure machine.
func drawn(t testing.TB, name string, seed, offices, dossiers, share int) (lives [][]dossier.Event) {
	t.Helper()
	p, found := backtest.ParseProfile("nam.yaml", fmt.Appendf(nil, year, seed, offices, dossiers, share))
	require.Empty(t, found)
	y, err := backtest.NewYear(p, plans(t), nation(t))
	require.NoError(t, err)
	counted, until := p.Period()
	x := &backtest.Test{Parts: y.Parts(), Calendar: nation(t), Policy: dossier.DefaultPolicy(), Staff: p.Staff, Counted: counted, Until: until, End: until}
	for i := range x.Parts {
		x.Parts[i].Name = fmt.Sprintf("%s-%d", name, i)
	}
	x.Tell = func(_ string, _ *procedure.Executable, events []dossier.Event) { lives = append(lives, events) }
	answer := x.Run(func(n int, do func(i int)) {
		for i := range n {
			do(i)
		}
	})
	require.Zero(t, answer.Before.All.Unplayed)
	return lives
}

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

func parcels(t testing.TB) forecast.Sources {
	t.Helper()
	exec, cal := plans(t)["1.012784"].Exec, nation(t)
	return forecast.Sources{
		Plans:     func(string) (*procedure.Executable, error) { return &exec, nil },
		Calendars: func(string) (*calendar.Calendar, error) { return cal, nil },
		Law:       dossier.DefaultPolicy(),
	}
}

// learn makes a model of drawn journals.
func learn(t testing.TB, lives [][]dossier.Event, now time.Time) (*forecast.Model, forecast.Calibration) {
	t.Helper()
	h := forecast.NewHistory(parcels(t), forecast.DefaultPolicy(), now)
	for i, events := range lives {
		h.Add(fmt.Sprint(i), events)
	}
	require.Zero(t, h.Unread, h.Reason)
	return h.Learn()
}

// until is the state of a dossier as it was on record at an instant.
func until(events []dossier.Event, at time.Time) *dossier.State {
	n := 0
	for n < len(events) && !events[n].Recorded.After(at) {
		n++
	}
	return dossier.Rebuild(events[:n])
}

// look is one dossier in hand and not late at an instant, and what became of it.
type look struct {
	slow, late bool
}

// looks are counted here once more, by hand: every dossier at every instant, from its journal up to then, with the end that it had.
func looks(t testing.TB, lives [][]dossier.Event, p forecast.Policy, now time.Time) (out []look) {
	t.Helper()
	src := parcels(t)
	plan, err := src.Plans("")
	require.NoError(t, err)
	deps := dossier.Deps{Plan: plan, Calendars: src.Calendars, Policy: src.Law}
	for d := p.ProbeFrom; d >= p.ProbeUntil; d -= p.ProbeEvery {
		at := now.AddDate(0, 0, -d)
		for _, events := range lives {
			then := until(events, at)
			if then.Stage != dossier.StageRunning {
				continue
			}
			was, err := dossier.Judge(deps, then, at)
			require.NoError(t, err)
			end := until(events, now)
			is, err := dossier.Judge(deps, end, now)
			require.NoError(t, err)
			if was.Class == dossier.ClassLate || is.Class != dossier.ClassLate && end.FinishedAt.IsZero() {
				continue
			}
			out = append(out, look{strings.HasPrefix(then.Lead, "cham"), is.Class == dossier.ClassLate})
		}
	}
	return out
}

// TestItFindsWhatIsLate: one office in four is slow at one step, and that is why its dossiers are late. Looked at as they stood, with
// what was known then, the forecast finds them better than the base rate does, and better than somebody who knows which office is
// slow and how often it is late: it also sees how far each dossier has come.
func TestItFindsWhatIsLate(t *testing.T) {
	t.Parallel()
	lives := append(drawn(t, "nhanh", 1, 3, 900, 55), drawn(t, "cham", 2, 1, 300, 120)...)
	now := time.Date(2026, 12, 15, 9, 0, 0, 0, calendar.Zone())
	m, c := learn(t, lives, now)
	require.True(t, c.Enough, c.Says)

	all := looks(t, lives, forecast.DefaultPolicy(), now)
	var n, late [2]float64 // of the quick offices and of the slow one
	for _, l := range all {
		k := 0
		if l.slow {
			k = 1
		}
		n[k]++
		if l.late {
			late[k]++
		}
	}
	whole, share := n[0]+n[1], late[1]/n[1]
	require.Equal(t, []int{len(all), int(late[0] + late[1]), 0}, []int{c.Probes, c.Late, c.Thin})
	require.InDelta(t, (late[0]+late[1])/whole, c.Base, 1e-9)
	require.InDelta(t, c.Base*(1-c.Base), c.BrierBase, 1e-9)
	require.Greater(t, share, 0.3, "the slow office is late often")
	require.Less(t, late[0]/n[0], 0.02, "the others hardly ever")

	office := 0.0 // the squared error of saying each office's own rate, known afterwards
	for k := range n {
		office += late[k] * (1 - late[k]/n[k]) / whole
	}
	require.Less(t, c.Brier, office)
	require.Less(t, c.Brier, c.BrierBase*0.75)
	require.Greater(t, c.Precision, 2*c.Base)
	require.Greater(t, c.Precision, share, "more than who flags the whole office")
	require.Greater(t, c.Recall, 0.75)
	seen := 0
	for _, b := range c.Bins {
		seen += b.N
		if b.N >= 40 { // what was said came true as often as was said
			require.InDelta(t, b.Came, b.Said, within(b.Said, b.N)+0.02, "%+v", b)
		}
	}
	require.Equal(t, c.Probes, seen)

	f, steps, slow := forecast.New(m, parcels(t)), map[string]int{}, 0
	for _, events := range lives {
		x, err := f.Of(until(events, now), now)
		if errors.Is(err, forecast.ErrNotForecast) || x.Probability < c.Threshold {
			continue
		}
		require.NoError(t, err)
		steps[x.Step]++
		if strings.HasPrefix(x.Agency, "cham") {
			slow++
		}
	}
	flagged := 0
	for _, n := range steps {
		flagged += n
	}
	require.Positive(t, flagged)
	require.Greater(t, steps["tham-dinh"]*10, flagged*8, "the step that is slow: %v", steps)
	require.Equal(t, flagged, slow)
}

// TestNothingToTell: where no office is slow hardly anything is late, and the figures say that they prove nothing.
func TestNothingToTell(t *testing.T) {
	t.Parallel()
	_, c := learn(t, drawn(t, "nhanh", 3, 1, 300, 40), time.Date(2026, 12, 15, 9, 0, 0, 0, calendar.Zone()))
	require.False(t, c.Enough)
	require.Contains(t, c.Says, "chưa đủ")
	_, c = learn(t, nil, time.Date(2026, 12, 15, 9, 0, 0, 0, calendar.Zone()))
	require.False(t, c.Enough)
	require.Zero(t, c.Probes)
}

// BenchmarkForecast forecasts 20,000 open dossiers, one after the other.
func BenchmarkForecast(b *testing.B) {
	lives := drawn(b, "so", 1, 4, 1200, 90)
	now := time.Date(2026, 10, 15, 9, 0, 0, 0, calendar.Zone())
	m, _ := learn(b, lives, now)
	var open []*dossier.State
	for _, events := range lives {
		if s := until(events, now); s.Stage == dossier.StageRunning {
			open = append(open, s)
		}
	}
	f := forecast.New(m, parcels(b))
	b.ReportAllocs()
	for b.Loop() {
		for i := range 20_000 {
			if _, err := f.Of(open[i%len(open)], now); err != nil && !errors.Is(err, forecast.ErrNotForecast) {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkLearn reads 10,000 journals and makes a model with its calibration of them.
func BenchmarkLearn(b *testing.B) {
	lives := drawn(b, "so", 1, 4, 10_000, 90)
	b.ReportAllocs()
	for b.Loop() {
		learn(b, lives, time.Date(2026, 12, 15, 9, 0, 0, 0, calendar.Zone()))
	}
}
