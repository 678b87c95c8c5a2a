package library_test

import (
	"encoding/json"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"motcua/calendar"
	"motcua/library"
)

func book(t testing.TB, name string) *calendar.Book {
	t.Helper()
	shelf, err := library.Calendars()
	require.NoError(t, err)
	b, err := shelf.Book(name)
	require.NoError(t, err)
	return b
}

func due(t testing.TB, b *calendar.Book, received, limit string) string {
	t.Helper()
	at, err := time.Parse(time.RFC3339, received)
	require.NoError(t, err)
	d, err := b.Calendar().Add(at, calendar.MustLimit(limit))
	require.NoError(t, err)
	return d.Format(time.RFC3339)
}

func TestCalendarsAreOnTheShelf(t *testing.T) {
	t.Parallel()
	shelf, err := library.Calendars()
	require.NoError(t, err)
	require.Equal(t, []string{"agency-demo", "agency-demo-closed", "nation", "province-demo"}, shelf.Names())
	_, err = shelf.Book("mars")
	require.ErrorContains(t, err, "nation")
}

// TestNationMatchesTheNotices compares the shipped calendar, day by day, with the list made from the notices.
func TestNationMatchesTheNotices(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../calendar/testdata/calendar-vn.yaml")
	require.NoError(t, err)
	var list struct {
		Years map[int]struct {
			Provisional bool     `yaml:"provisional"`
			Off         []string `yaml:"off"`
			Work        []string `yaml:"work"`
		} `yaml:"years"`
	}
	require.NoError(t, yaml.Unmarshal(data, &list))
	nation := book(t, "nation")
	for year, y := range list.Years {
		want := map[string]bool{} // true: worked
		for _, d := range y.Off {
			want[d] = false
		}
		for _, d := range y.Work {
			want[d] = true
		}
		for d := calendar.NewDate(year, 1, 1); d.Year() == year; d++ {
			works, listed := want[d.String()[5:]]
			if !listed {
				works = d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
			}
			if y.Provisional && !listed {
				continue // Tết and the second day of National Day are not announced
			}
			require.Equal(t, works, nation.Calendar().IsWorkingDay(d.Time()), "%s", d)
		}
		for _, e := range nation.Entries(year) {
			require.NotEmpty(t, e.Name, "%s", e.Date)
			require.NotEmpty(t, e.Ground, "%s", e.Date)
		}
		require.Equal(t, y.Provisional, nation.Calendar().Provisional(calendar.NewDate(year, 3, 1).Time(), calendar.NewDate(year, 3, 2).Time()))
	}
	spec := nation.Spec()
	require.Equal(t, 2023, spec.FromYear)
	require.Equal(t, 2036, spec.ToYear)
}

func TestSpecIsCompactAndTravels(t *testing.T) {
	t.Parallel()
	spec := book(t, "nation").Spec()
	data, err := json.Marshal(spec)
	require.NoError(t, err)
	require.Less(t, len(data), 1700, "%s", data)
	small, err := json.Marshal(spec.Window(2026, 2028))
	require.NoError(t, err)
	require.Less(t, len(small), 700, "%s", small)
	var back calendar.Spec
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, spec.Hash(), back.Hash())
	again, err := calendar.New(back)
	require.NoError(t, err)
	require.Equal(t, book(t, "nation").Calendar().Hash(), again.Hash())
}

func TestDemoLayers(t *testing.T) {
	t.Parallel()
	nation, province := book(t, "nation"), book(t, "province-demo")
	saturday, closed := book(t, "agency-demo"), book(t, "agency-demo-closed")
	require.Equal(t, []string{"nation", "province-demo", "agency-demo"}, saturday.Layers())
	// The storm of the province shifts a limit that crosses it.
	require.Equal(t, "2026-10-05T17:00:00+07:00", due(t, nation, "2026-10-02T09:00:00+07:00", "1wd"))
	require.Equal(t, "2026-10-06T17:00:00+07:00", due(t, province, "2026-10-02T09:00:00+07:00", "1wd"))
	// Saturday mornings count where they are worked, but a public holiday on a Saturday does not (2026-04-26 is a Sunday).
	require.Equal(t, "2026-11-21T11:30:00+07:00", due(t, saturday, "2026-11-20T09:00:00+07:00", "1wd"))
	require.False(t, saturday.Calendar().IsWorkingDay(calendar.NewDate(2023, 4, 29).Time()))
	// A Saturday worked instead of a weekday is worked in full, unless the agency is closed.
	require.Equal(t, "2026-08-22T17:00:00+07:00", due(t, saturday, "2026-08-21T09:00:00+07:00", "1wd"))
	require.Equal(t, "2026-08-24T17:00:00+07:00", due(t, closed, "2026-08-21T09:00:00+07:00", "1wd"))
	require.Equal(t, "2026-12-14T08:30:00+07:00", due(t, closed, "2026-12-09T15:30:00+07:00", "3wh"))
	at := time.Date(2026, 12, 9, 9, 0, 0, 0, calendar.Zone())
	walk, err := closed.Explain(at, calendar.MustLimit("1wd"))
	require.NoError(t, err)
	require.Contains(t, walk.Text(), "Chuyển trụ sở (minh họa) [Thông báo minh họa 03/TB]")
}

func TestFaultyCalendarsAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := library.ReadCalendars(fstest.MapFS{
		"c/a.yaml": {Data: []byte("name: a\nlevel: nation\nsessions: [\"7-11\"]\nweekly: {funday: []}\nyears: {2026: {off: [{date: \"02-30\"}]}}\n")},
		"c/b.yaml": {Data: []byte("name: b\nlevle: nation\n")},
	}, "c")
	for _, want := range []string{"c/a.yaml", "7-11", "funday", "02-30", "c/b.yaml", "levle"} {
		require.ErrorContains(t, err, want)
	}
	_, err = library.ReadCalendars(fstest.MapFS{
		"c/a.yaml": {Data: []byte("name: a\nlevel: agency\nparent: b\n")},
		"c/b.yaml": {Data: []byte("name: b\nlevel: agency\nparent: a\n")},
		"c/d.yaml": {Data: []byte("name: d\nlevel: agency\nparent: e\n")},
	}, "c")
	for _, want := range []string{"circle", `"e"`} {
		require.ErrorContains(t, err, want)
	}
}
