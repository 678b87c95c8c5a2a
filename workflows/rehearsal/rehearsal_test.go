package rehearsal_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/procedure"
	"motcua/simulate"
	"motcua/workflows/rehearsal"
)

func nation(t testing.TB) *calendar.Calendar {
	t.Helper()
	shelf, err := library.Calendars()
	require.NoError(t, err)
	book, err := shelf.Book("nation")
	require.NoError(t, err)
	return book.Calendar()
}

func at(s string) time.Time {
	x, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
	if err != nil {
		panic(err)
	}
	return x
}

// Every procedure of the shelf, left alone and at full pace, is the same dossier to the workflow and to the machine.
func TestTheShelf(t *testing.T) {
	t.Parallel()
	plans, err := library.Plans()
	require.NoError(t, err)
	cal := nation(t)
	fired := 0
	for _, p := range plans {
		for _, pace := range []simulate.Pace{simulate.PaceNone, simulate.PaceFull} {
			r, err := rehearsal.Run(simulate.Scenario{
				Plan: &p.Exec, Calendar: cal, Policy: dossier.DefaultPolicy(), Channel: dossier.ChannelCounter, Pace: pace,
				Received: at("2026-03-02 09:00"), Until: at("2026-09-01 09:00"),
			})
			require.NoError(t, err, p.Code)
			require.Empty(t, r.Differences, p.Code)
			require.Positive(t, r.Batches, p.Code)
			for _, e := range r.Engine.Events() {
				if f, ok := e.Body.(dossier.RungFired); ok {
					require.NotEmpty(t, f.To, "%s: %s reaches nobody", p.Code, f.Rung)
					fired++
				}
			}
		}
	}
	require.Greater(t, fired, 500)
}

// BenchmarkThirtyDays is a procedure of thirty working days, each step at its last minute, on the real workflow code.
func BenchmarkThirtyDays(b *testing.B) {
	plans, err := library.Plans()
	require.NoError(b, err)
	var plan *procedure.Executable
	for _, p := range plans {
		if p.Exec.Limit == calendar.MustLimit("30wd") || p.Exec.Limit == calendar.MustLimit("30d") {
			plan = &p.Exec
			break
		}
	}
	require.NotNil(b, plan)
	cal := nation(b)
	b.ReportAllocs()
	for b.Loop() {
		r, err := rehearsal.Run(simulate.Scenario{
			Plan: plan, Calendar: cal, Policy: dossier.DefaultPolicy(), Channel: dossier.ChannelCounter, Pace: simulate.PaceFull,
			Received: at("2026-03-02 09:00"),
		})
		if err != nil || len(r.Differences) > 0 {
			b.Fatal(err, r.Differences)
		}
	}
}
