package office_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
)

// fill fills the store with journals lived on the machine: ended ones for a history, and open ones.
func (d *desk) fill(b *testing.B, ended, open int) {
	b.Helper()
	ctx := b.Context()
	plan, err := d.Procedure(ctx, d.as("kstt"), "1.012784")
	require.NoError(b, err)
	hash, err := d.store.AgencyCalendar(ctx, "H99.02.01")
	require.NoError(b, err)
	spec, err := d.store.CalendarSpec(ctx, hash)
	require.NoError(b, err)
	cal, err := calendar.Interned(hash, spec)
	require.NoError(b, err)
	deps := dossier.Deps{Plan: &plan.Exec, Policy: dossier.DefaultPolicy(), Calendars: func(string) (*calendar.Calendar, error) { return cal, nil }}
	for i := range ended + open {
		code := fmt.Sprintf("H99.02.01-%06d", i)
		l := journal{b: b, deps: deps, cal: cal, s: &dossier.State{}, at: opening().AddDate(0, 0, -20-i%90)}
		if i >= ended {
			l.at = opening().AddDate(0, 0, -1-i%11)
		}
		l.do(dossier.Act{Kind: dossier.ActSubmit, Intake: &dossier.IntakeFacts{
			Code: code, Channel: dossier.ChannelCounter, Receiving: "H99.02.01", Lead: "H99.14.01.01",
			Calendars: []dossier.AgencyCalendar{{Agency: "H99.02.01", Hash: hash}, {Agency: "H99.14.01.01", Hash: hash}},
		}}, 0)
		l.do(dossier.Act{Kind: dossier.ActAccept}, 0)
		l.do(dossier.Act{Kind: dossier.ActComplete, Task: "tiep-nhan#1"}, 60+i%120)
		if i < ended {
			l.do(dossier.Act{Kind: dossier.ActComplete, Task: "tham-dinh#1", Outcome: "dat"}, 2000+(i*577)%3500)
			l.do(dossier.Act{Kind: dossier.ActComplete, Task: "ky#1", Outcome: "duyet"}, 100+i%500)
			l.do(dossier.Act{Kind: dossier.ActComplete, Task: "gui-kq#1"}, 60)
			l.do(dossier.Act{Kind: dossier.ActReturn}, 30)
		}
		v, err := dossier.Look(deps, l.s, l.at)
		require.NoError(b, err)
		_, err = d.store.Record(ctx, models.Batch{Code: code, Events: l.events, View: v})
		require.NoError(b, err)
	}
}

type journal struct {
	b      *testing.B
	deps   dossier.Deps
	cal    *calendar.Calendar
	s      *dossier.State
	at     time.Time
	events []dossier.Event
}

// do is an act so many working minutes later.
func (l *journal) do(a dossier.Act, minutes int) {
	l.b.Helper()
	var err error
	l.at, err = l.cal.Advance(l.at, minutes)
	require.NoError(l.b, err)
	a.At, a.By = l.at, "cb-1"
	events, err := dossier.Do(l.deps, l.s, a, l.at)
	require.NoError(l.b, err)
	l.events = append(l.events, events...)
}

// BenchmarkWatch forecasts 20,000 open dossiers out of a database (SQLite), with a stored model and with one made of 5,000 past and all
// open ones; and looks for signals in a month that has 25,000 dossiers.
func BenchmarkWatch(b *testing.B) {
	d := open(b)
	d.fill(b, 5_000, 20_000)
	b.Run("forecast with a new model", func(b *testing.B) {
		for b.Loop() {
			d.now = d.now.Add(25 * time.Hour)
			n, err := d.StudyForecast(b.Context())
			require.NoError(b, err)
			require.Positive(b, n)
		}
	})
	b.Run("forecast", func(b *testing.B) {
		for b.Loop() {
			d.now = d.now.Add(31 * time.Minute)
			n, err := d.StudyForecast(b.Context())
			require.NoError(b, err)
			require.Positive(b, n)
		}
	})
	b.Run("signals", func(b *testing.B) {
		for b.Loop() {
			d.now = d.now.Add(61 * time.Minute)
			n, err := d.StudySignals(b.Context())
			require.NoError(b, err)
			require.Positive(b, n)
		}
	})
}
