package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
)

func TestDayLookups(t *testing.T) {
	t.Parallel()
	c := nation(t).Calendar()
	for _, tt := range []struct {
		name string
		ask  func(time.Time) (time.Time, error)
		in   string
		want string
	}{
		{"end of a working day, after it", c.EndOfDay, "2026-11-20T18:00:00+07:00", "2026-11-20T17:00:00+07:00"},
		{"end of day on a Saturday", c.EndOfDay, "2026-11-21T10:00:00+07:00", "2026-11-23T17:00:00+07:00"},
		{"next opening before this one", c.NextOpening, "2026-11-20T06:00:00+07:00", "2026-11-23T07:30:00+07:00"},
		{"next opening over the holiday", c.NextOpening, "2026-11-23T09:00:00+07:00", "2026-11-25T07:30:00+07:00"},
		{"previous working day", c.PreviousWorkingDay, "2026-11-25T09:00:00+07:00", "2026-11-23T17:00:00+07:00"},
	} {
		got, err := tt.ask(at(t, tt.in))
		require.NoError(t, err, tt.name)
		require.Equal(t, tt.want, got.Format(time.RFC3339), tt.name)
	}
	_, works := c.Opening(at(t, "2026-11-24T09:00:00+07:00"))
	require.False(t, works)
	opening, works := c.Opening(at(t, "2026-08-22T20:00:00+07:00"))
	require.True(t, works, "a Saturday worked instead")
	require.Equal(t, "2026-08-22T07:30:00+07:00", opening.Format(time.RFC3339))
	n, err := c.WorkingDays(at(t, "2026-11-20T09:00:00+07:00"), at(t, "2026-11-25T09:00:00+07:00"))
	require.NoError(t, err)
	require.Equal(t, 2, n, "the 23rd and the 25th")
	n, err = c.WorkingDays(at(t, "2026-11-25T09:00:00+07:00"), at(t, "2026-11-20T09:00:00+07:00"))
	require.NoError(t, err)
	require.Equal(t, -2, n)
}

func TestAtTimeOfDay(t *testing.T) {
	t.Parallel()
	c := nation(t).Calendar()
	for of, want := range map[string]string{
		"2026-11-20T09:10:00+07:00": "2026-11-25T09:10:00+07:00",
		"2026-11-20T06:00:00+07:00": "2026-11-25T07:30:00+07:00",
		"2026-11-20T11:30:00+07:00": "2026-11-25T13:00:00+07:00",
		"2026-11-20T17:00:00+07:00": "2026-11-25T17:00:00+07:00",
		"2026-11-20T23:00:00+07:00": "2026-11-25T17:00:00+07:00",
	} {
		for _, date := range []string{"2026-11-24T00:00:00+07:00", "2026-11-25T12:00:00+07:00"} { // a holiday rolls to the 25th
			got, err := c.AtTimeOfDay(at(t, date), at(t, of))
			require.NoError(t, err)
			require.Equal(t, want, got.Format(time.RFC3339), "%s on %s", of, date)
		}
	}
}

func TestAdvanceByNothingChangesNothing(t *testing.T) {
	t.Parallel()
	c := nation(t).Calendar()
	for _, s := range []string{"2026-11-21T10:00:30Z", "2026-11-20T11:30:00+07:00", "2026-11-20T09:00:00+07:00"} {
		x := at(t, s)
		forth, err := c.Advance(x, 0)
		require.NoError(t, err)
		require.Equal(t, x, forth)
		back, err := c.Rewind(x, 0)
		require.NoError(t, err)
		require.Equal(t, x, back)
	}
	forth, err := c.Advance(at(t, "2026-11-23T08:30:00+07:00"), -60)
	require.NoError(t, err)
	require.Equal(t, "2026-11-23T07:30:00+07:00", forth.Format(time.RFC3339))
}

func TestLastDay(t *testing.T) {
	t.Parallel()
	c := nation(t).Calendar()
	for limit, want := range map[string]string{"1wd": "2026-11-25", "0.5wd": "2026-11-25", "1d": "2026-11-25", "1mo": "2026-12-23", "0.5mo": "2026-12-08"} {
		got, err := c.LastDay(at(t, "2026-11-23T09:00:00+07:00"), calendar.MustLimit(limit))
		require.NoError(t, err)
		require.Equal(t, date(t, want).Time(), got, limit)
	}
	_, err := c.LastDay(at(t, "2026-11-23T09:00:00+07:00"), calendar.MustLimit("4wh"))
	require.Error(t, err)
}

// TestStatutoryMatchesTheNotices computes the years that were decreed: the law and the stated policies give the same days off,
// but for swaps, and for 24 November which is new in 2026.
func TestStatutoryMatchesTheNotices(t *testing.T) {
	t.Parallel()
	swapped := map[string]bool{"2024-04-29": true, "2025-05-02": true, "2026-01-02": true, "2026-08-31": true}
	for year, y := range load(t).Years {
		if y.Provisional {
			continue
		}
		var want, got []string
		for _, s := range y.Off {
			if d := yearOf(year) + s; !swapped[d] {
				want = append(want, d)
			}
		}
		computed, err := calendar.Statutory(year)
		require.NoError(t, err)
		require.True(t, computed.Provisional)
		for _, e := range computed.Off {
			if d := e.Date.Weekday(); d != time.Saturday && d != time.Sunday {
				got = append(got, e.Date.String())
			}
		}
		require.Equal(t, want, got)
	}
	_, err := calendar.Statutory(3000)
	require.Error(t, err)
}

// TestLunarMonths checks leap months and the length of months: 2023 repeats month 2, 2025 month 6, 2028 month 5, 2033 month 11 by
// the published almanacs.
func TestLunarMonths(t *testing.T) {
	t.Parallel()
	for year := 1950; year <= 2100; year++ {
		var before calendar.Date
		for month := 1; month <= 12; month++ {
			d, err := calendar.LunarDate(year, month, 1)
			require.NoError(t, err)
			if month > 1 {
				require.Contains(t, []int{29, 30, 58, 59, 60}, int(d-before), "%d-%d", year, month)
			}
			before = d
		}
		next, err := calendar.LunarDate(year+1, 1, 1)
		require.NoError(t, err)
		require.Contains(t, []int{29, 30, 59, 60}, int(next-before), "%d", year)
	}
	for year, leap := range map[int]int{2023: 2, 2025: 6, 2028: 5, 2033: 11} {
		require.Greater(t, int(lunar(t, year, leap+1, 1)-lunar(t, year, leap, 1)), 30, year)
	}
	_, err := calendar.LunarDate(2026, 13, 1)
	require.Error(t, err)
}

func TestExplainNamesEachDay(t *testing.T) {
	t.Parallel()
	walk, err := nation(t).Explain(at(t, "2026-08-21T17:30:00+07:00"), calendar.MustLimit("7wd"))
	require.NoError(t, err)
	kinds := map[string]calendar.Kind{}
	for _, d := range walk.Days {
		kinds[d.Date.String()[5:]] = d.Kind
	}
	require.Equal(t, map[string]calendar.Kind{
		"08-21": calendar.KindReceipt, // after closing
		"08-22": calendar.KindReceipt, // the Saturday worked instead counts as the day of receipt
		"08-23": calendar.KindWeekend,
		"08-24": calendar.KindCounted, "08-25": calendar.KindCounted, "08-26": calendar.KindCounted,
		"08-27": calendar.KindCounted, "08-28": calendar.KindCounted,
		"08-29": calendar.KindWeekend, "08-30": calendar.KindWeekend,
		"08-31": calendar.KindHoliday, "09-01": calendar.KindHoliday, "09-02": calendar.KindHoliday,
		"09-03": calendar.KindCounted, "09-04": calendar.KindCounted,
	}, kinds)
	require.Contains(t, walk.Text(), "9441/TB-BNV")
	rolled, err := nation(t).Explain(at(t, "2026-11-23T09:00:00+07:00"), calendar.MustLimit("1d"))
	require.NoError(t, err)
	last := rolled.Days[len(rolled.Days)-1]
	require.Equal(t, calendar.KindRolled, last.Kind)
	require.Contains(t, rolled.Text(), "chuyển sang ngày làm việc này")
}

func TestFaultySpecsAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	spec := nation(t).Spec()
	spec.Week[time.Monday] = calendar.Sessions{{From: 600, To: 500}}
	spec.Off = append(spec.Off, calendar.NewDate(2050, 1, 1), calendar.NewDate(2026, 1, 10))
	_, err := calendar.New(spec)
	for _, want := range []string{"Monday", "2050-01-01", "2026-01-10"} {
		require.ErrorContains(t, err, want)
	}
	for _, s := range []calendar.Spec{{}, {FromYear: 2026, ToYear: 2025}, {FromYear: 1, ToYear: 9999}, {FromYear: 2026, ToYear: 2026}} {
		_, err := calendar.New(s)
		require.Error(t, err)
	}
	var list calendar.DateList
	for _, s := range []string{"2026", "2026:0230", "2026:0105-0102", "x:0101", "2026:01"} {
		require.Error(t, list.UnmarshalText([]byte(s)), s)
	}
	require.NoError(t, list.UnmarshalText([]byte("2026:0101,0216-0220;2027:0101")))
	require.Len(t, list, 7)
}
