package calendar_test

import (
	"encoding/csv"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"

	"motcua/calendar"
)

// published is calendar-vn.yaml: the days off and swapped days as the yearly notices give them.
type published struct {
	Years map[int]struct {
		Notice      string   `yaml:"notice"`
		Provisional bool     `yaml:"provisional"`
		Off         []string `yaml:"off"`
		Work        []string `yaml:"work"`
	} `yaml:"years"`
	Check map[int][]int `yaml:"check"`
	Lunar struct {
		Tet  []string `yaml:"tet"`
		Hung []string `yaml:"hung"`
	} `yaml:"lunar"`
}

func load(t testing.TB) published {
	t.Helper()
	data, err := os.ReadFile("testdata/calendar-vn.yaml")
	require.NoError(t, err)
	var p published
	require.NoError(t, yaml.Unmarshal(data, &p))
	return p
}

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	require.NoError(t, err)
	return d
}

func source(t testing.TB) calendar.Source {
	t.Helper()
	src := calendar.Source{
		Name: "nation", Level: calendar.LevelNation, Years: map[int]calendar.Year{},
		Sessions: calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}},
	}
	for year, y := range load(t).Years {
		if y.Provisional {
			continue
		}
		out := calendar.Year{Notice: y.Notice}
		for _, s := range y.Off {
			out.Off = append(out.Off, calendar.Entry{Date: date(t, yearOf(year)+s), Name: s})
		}
		for _, s := range y.Work {
			out.Work = append(out.Work, calendar.Entry{Date: date(t, yearOf(year)+s), Name: s})
		}
		src.Years[year] = out
	}
	for year := 2027; year <= 2036; year++ { // not decreed: computed, provisional
		y, err := calendar.Statutory(year)
		require.NoError(t, err)
		src.Years[year] = y
	}
	return src
}

func yearOf(y int) string { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006-") }

func nation(t testing.TB) *calendar.Book {
	t.Helper()
	b, err := calendar.Merge(source(t))
	require.NoError(t, err)
	return b
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	x, err := time.Parse(time.RFC3339, s)
	require.NoError(t, err)
	return x
}

// TestDueDates walks the worked examples of the law: no line may be wrong.
func TestDueDates(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/due-dates.csv")
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Greater(t, len(rows), 30)
	c := nation(t).Calendar()
	for _, row := range rows[1:] {
		due, err := c.Add(at(t, row[0]), calendar.MustLimit(row[1]))
		require.NoError(t, err, row)
		require.Equal(t, row[2], due.Format(time.RFC3339), row)
		w, err := c.Explain(at(t, row[0]), calendar.MustLimit(row[1]))
		require.NoError(t, err)
		require.True(t, w.Due.Equal(due))
		require.NotEmpty(t, w.Text())
	}
}

func TestWorkingDaysPerMonth(t *testing.T) {
	t.Parallel()
	c := nation(t).Calendar()
	for year, months := range load(t).Check {
		for m, want := range months {
			first := time.Date(year, time.Month(m+1), 1, 0, 0, 0, 0, calendar.Zone())
			got := 0
			for d := first; d.Month() == first.Month(); d = d.AddDate(0, 0, 1) {
				if c.IsWorkingDay(d) {
					got++
				}
			}
			require.Equal(t, want, got, "%d-%02d", year, m+1)
		}
	}
}

func TestLunarAnchors(t *testing.T) {
	t.Parallel()
	p := load(t)
	for i, s := range p.Lunar.Tet {
		require.Equal(t, date(t, s), lunar(t, 2023+i, 1, 1))
		require.Equal(t, date(t, p.Lunar.Hung[i]), lunar(t, 2023+i, 3, 10))
	}
	// New moons of 2007-02-17 16:15 and 2030-02-02 16:08 UTC: the same day in Vietnam, the next in China.
	require.Equal(t, date(t, "2007-02-17"), lunar(t, 2007, 1, 1))
	require.Equal(t, date(t, "2030-02-02"), lunar(t, 2030, 1, 1))
}

// TestProvisionalYear checks the computed 2027 against the list of the sources: the days that the law fixes.
func TestProvisionalYear(t *testing.T) {
	t.Parallel()
	c := nation(t).Calendar()
	for _, s := range load(t).Years[2027].Off {
		require.False(t, c.IsWorkingDay(date(t, "2027-"+s).Time()), s)
	}
	for _, s := range []string{"2027-02-05", "2027-02-08", "2027-02-09", "2027-02-10"} {
		require.False(t, c.IsWorkingDay(date(t, s).Time()), s)
	}
	require.True(t, c.Provisional(at(t, "2026-12-31T09:00:00+07:00"), at(t, "2027-01-05T09:00:00+07:00")))
	require.False(t, c.Provisional(at(t, "2026-12-01T09:00:00+07:00"), at(t, "2026-12-31T09:00:00+07:00")))
	w, err := nation(t).Explain(at(t, "2026-12-30T09:00:00+07:00"), calendar.MustLimit("5wd"))
	require.NoError(t, err)
	require.True(t, w.Provisional)
	require.Contains(t, w.Text(), "Tạm tính")
}

func TestNormalize(t *testing.T) {
	t.Parallel()
	c := nation(t).Calendar()
	for in, want := range map[string]string{
		"2026-11-20T06:00:00+07:00": "2026-11-20T07:30:00+07:00", // before opening
		"2026-11-20T07:30:00+07:00": "2026-11-20T07:30:00+07:00",
		"2026-11-20T11:29:59+07:00": "2026-11-20T11:29:00+07:00",
		"2026-11-20T11:30:00+07:00": "2026-11-20T13:00:00+07:00", // half-open: arrived after the session
		"2026-11-20T17:00:00+07:00": "2026-11-23T07:30:00+07:00",
		"2026-11-21T10:00:00+07:00": "2026-11-23T07:30:00+07:00", // Saturday
		"2026-11-23T23:59:59+07:00": "2026-11-25T07:30:00+07:00", // the 24th is Ngày Văn hóa Việt Nam
		"2026-11-20T00:30:00Z":      "2026-11-20T07:30:00+07:00",
	} {
		got, err := c.Normalize(at(t, in))
		require.NoError(t, err)
		require.Equal(t, want, got.Format(time.RFC3339), in)
	}
}

func TestOutOfRange(t *testing.T) {
	t.Parallel()
	c := nation(t).Calendar()
	_, err := c.Add(at(t, "2022-12-30T09:00:00+07:00"), calendar.MustLimit("1wd"))
	require.ErrorIs(t, err, calendar.ErrOutOfRange)
	_, err = c.Add(at(t, "2036-12-30T09:00:00+07:00"), calendar.MustLimit("30wd"))
	require.ErrorIs(t, err, calendar.ErrOutOfRange)
	_, err = c.Add(at(t, "2026-11-20T09:00:00+07:00"), calendar.Limit{})
	require.Error(t, err)
}

func TestNesting(t *testing.T) {
	t.Parallel()
	desk := calendar.Source{Name: "desk", Level: calendar.LevelAgency, Years: map[int]calendar.Year{2026: {
		Closures: []calendar.Entry{{Date: calendar.NewDate(2026, 11, 18), Name: "Bão", Ground: "CV mẫu 1"}},
		Work:     []calendar.Entry{{Date: calendar.NewDate(2026, 11, 21), Name: "Trực", Ground: "QĐ mẫu 2", Sessions: calendar.Sessions{{From: 450, To: 690}}}},
	}}}
	b, err := calendar.Merge(source(t), desk)
	require.NoError(t, err)
	due, err := b.Calendar().Add(at(t, "2026-11-17T09:00:00+07:00"), calendar.MustLimit("3wd"))
	require.NoError(t, err)
	require.Equal(t, "2026-11-21T11:30:00+07:00", due.Format(time.RFC3339), "18 closed; 19, 20 and the Saturday morning count")
	w, err := b.Explain(at(t, "2026-11-17T09:00:00+07:00"), calendar.MustLimit("3wd"))
	require.NoError(t, err)
	require.Contains(t, w.Text(), "CV mẫu 1")

	bad := calendar.Source{Name: "bad", Level: calendar.LevelProvince, Years: map[int]calendar.Year{2026: {
		Closures: []calendar.Entry{
			{Date: calendar.NewDate(2026, 11, 24), Name: "trùng lễ", Ground: "x"},
			{Date: calendar.NewDate(2026, 11, 25), Name: "không căn cứ"},
			{Date: calendar.NewDate(2026, 11, 26), Name: "hai lần", Ground: "x"},
			{Date: calendar.NewDate(2026, 11, 26), Name: "hai lần", Ground: "x"},
		},
		Work: []calendar.Entry{{Date: calendar.NewDate(2026, 11, 23), Name: "vốn làm việc", Ground: "x"}},
	}}}
	_, err = calendar.Merge(source(t), bad)
	require.Error(t, err)
	for _, want := range []string{"2026-11-24", "2026-11-25", "2026-11-26", "2026-11-23"} {
		require.ErrorContains(t, err, want)
	}
}

func TestSpecTravels(t *testing.T) {
	t.Parallel()
	b := nation(t)
	small := b.Spec().Window(2026, 2028)
	c, err := calendar.New(small)
	require.NoError(t, err)
	require.NotEqual(t, b.Calendar().Hash(), c.Hash())
	due, err := c.Add(at(t, "2026-11-23T09:00:00+07:00"), calendar.MustLimit("1wd"))
	require.NoError(t, err)
	require.Equal(t, "2026-11-25T17:00:00+07:00", due.Format(time.RFC3339))
}

// instants draws instants of the covered years, to the minute.
func instants(t *rapid.T, name string) time.Time {
	return time.Unix(rapid.Int64Range(1672531200, 1956528000).Draw(t, name)/60*60, 0)
}

func TestHourLimits(t *testing.T) {
	t.Parallel()
	c := nation(t).Calendar()
	rapid.Check(t, func(r *rapid.T) {
		from := instants(r, "from")
		x, y := rapid.IntRange(1, 5000).Draw(r, "x"), rapid.IntRange(1, 5000).Draw(r, "y")
		mid, err := c.Advance(from, x)
		require.NoError(r, err)
		n, err := c.Between(from, mid)
		require.NoError(r, err)
		require.Equal(r, x, n, "Between(a, Add(a, x)) = x")
		end, err := c.Advance(mid, y)
		require.NoError(r, err)
		whole, err := c.Advance(from, x+y)
		require.NoError(r, err)
		require.True(r, end.Equal(whole), "splitting never changes the end")
		back, err := c.Rewind(whole, x+y)
		require.NoError(r, err)
		n, err = c.Between(back, whole)
		require.NoError(r, err)
		require.Equal(r, x+y, n)
		n, err = c.Between(back.Add(time.Minute), whole)
		require.NoError(r, err)
		require.Less(r, n, x+y, "Rewind is the latest")
	})
}

// naive reckons day by day with time.AddDate: independent of prefix sums.
func naive(c *calendar.Calendar, from time.Time, l calendar.Limit) time.Time {
	d := from.In(calendar.Zone())
	n := l.Hundredths / 100
	switch l.Unit {
	case calendar.WorkingDay:
		for n > 0 {
			d = d.AddDate(0, 0, 1)
			if c.IsWorkingDay(d) {
				n--
			}
		}
	case calendar.Day:
		d = d.AddDate(0, 0, n)
	case calendar.Month:
		day := d.Day()
		first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 12, 0, 0, 0, calendar.Zone())
		last := first.AddDate(0, 1, -1)
		d = first.AddDate(0, 0, min(day, last.Day())-1)
	}
	for !c.IsWorkingDay(d) {
		d = d.AddDate(0, 0, 1)
	}
	return time.Date(d.Year(), d.Month(), d.Day(), 17, 0, 0, 0, calendar.Zone())
}

func TestDayLimits(t *testing.T) {
	t.Parallel()
	c := nation(t).Calendar()
	units := []calendar.Unit{calendar.WorkingDay, calendar.Day, calendar.Month}
	rapid.Check(t, func(r *rapid.T) {
		from := instants(r, "from")
		u := rapid.SampledFrom(units).Draw(r, "unit")
		l := calendar.Limit{Unit: u, Hundredths: 100 * rapid.IntRange(1, 24).Draw(r, "n")}
		start, err := c.Normalize(from)
		require.NoError(r, err)
		due, err := c.Add(from, l)
		require.NoError(r, err)
		require.True(r, naive(c, start, l).Equal(due), "%s + %s = %s", from, l, due)
		later, err := c.Add(from.Add(time.Duration(rapid.IntRange(0, 5000).Draw(r, "later"))*time.Minute), l)
		require.NoError(r, err)
		require.False(r, later.Before(due), "monotone in the receipt")
		longer, err := c.Add(from, calendar.Limit{Unit: u, Hundredths: l.Hundredths + 100})
		require.NoError(r, err)
		require.False(r, longer.Before(due), "monotone in the limit")
	})
}

func TestBeforeIsTheLatest(t *testing.T) {
	t.Parallel()
	c := nation(t).Calendar()
	units := []calendar.Unit{calendar.WorkingDay, calendar.Day, calendar.Month, calendar.WorkingHour, calendar.Hour}
	rapid.Check(t, func(r *rapid.T) {
		from := instants(r, "from").AddDate(1, 0, 0)
		l := calendar.Limit{Unit: rapid.SampledFrom(units).Draw(r, "unit"), Hundredths: 100 * rapid.IntRange(1, 11).Draw(r, "n")}
		due, err := c.Add(from, l)
		require.NoError(r, err)
		latest, err := c.Before(due, l)
		require.NoError(r, err)
		fits, err := c.Add(latest, l)
		require.NoError(r, err)
		require.False(r, fits.After(due), "from %s %s ends %s, after %s", latest, l, fits, due)
		tooLate, err := c.Add(latest.Add(time.Minute), l)
		require.NoError(r, err)
		require.True(r, tooLate.After(due), "from %s %s still fits before %s", latest.Add(time.Minute), l, due)
	})
}

func TestHostZoneIsIrrelevant(t *testing.T) {
	t.Parallel()
	c := nation(t).Calendar()
	zones := []*time.Location{time.UTC, time.FixedZone("west", -11*3600), time.FixedZone("east", 14*3600)}
	rapid.Check(t, func(r *rapid.T) {
		from := instants(r, "from")
		l := calendar.Limit{Unit: calendar.Unit(rapid.IntRange(1, 5).Draw(r, "unit")), Hundredths: 100 * rapid.IntRange(1, 20).Draw(r, "n")}
		a, err := c.Add(from.In(zones[rapid.IntRange(0, 2).Draw(r, "zone")]), l)
		require.NoError(r, err)
		b, err := c.Add(from.In(calendar.Zone()), l)
		require.NoError(r, err)
		require.Equal(r, b, a)
	})
}

func lunar(t *testing.T, year, month, day int) calendar.Date {
	t.Helper()
	d, err := calendar.LunarDate(year, month, day)
	require.NoError(t, err)
	return d
}
