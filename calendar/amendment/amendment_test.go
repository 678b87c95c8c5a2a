package amendment_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/calendar/amendment"
)

const head = "motcua: 1\nkind: calendar-amendment\n"

func today() calendar.Date { return calendar.NewDate(2026, 11, 25) }

func parse(t *testing.T, text string) (*amendment.Amendment, []string) {
	t.Helper()
	a, found := amendment.Parse("f.yaml", []byte(head+text), today())
	var out []string
	for _, f := range found {
		out = append(out, fmt.Sprintf("%d %s", f.Line-2, f.Rule))
		require.NotEmpty(t, f.Message)
	}
	return a, out
}

// Everything wrong is found at once, each in its line.
func TestFaultyAmendments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"no ground, no announcement, no scope": {`type: closure
title: Bão số 9
closures:
  - {date: "2026-11-27", name: Bão}
`, []string{"-1 amendment-scope", "4 amendment-announced", "4 amendment-ground"}},
		"the same day off and worked, twice, no such day, backwards": {`type: year
amends: nation
year: 2027
title: Lịch 2027
ground: 1/TB
announced: 2026-11-20
off:
  - {date: "2027-01-01", name: Tết Dương lịch}
  - {date: "2027-01-01", name: Tết Dương lịch}
  - {date: "2027-02-30", name: Không có}
  - {date: "2027-02-09..2027-02-05", name: Ngược}
  - {date: "2026-12-31", name: Năm khác}
work:
  - {date: "2027-01-01", name: Làm bù, swap: "2027-01-01"}
`, []string{"9 amendment-duplicate", "10 amendment-date", "11 amendment-date", "12 amendment-date", "14 amendment-contradiction"}},
		"a swap without its pair, one that points elsewhere, a day that has passed": {`type: swap
amends: nation
title: Hoán đổi
ground: 2/CV
announced: 2026-11-26
off:
  - {date: "2026-12-31", name: Nghỉ, swap: "2026-12-26"}
  - {date: "2026-12-24", name: Nghỉ, swap: "2026-12-19"}
work:
  - {date: "2026-12-19", name: Làm bù, swap: "2026-12-23"}
  - {date: "2026-11-21", name: Làm bù}
`, []string{"5 amendment-announced", "7 amendment-swap", "8 amendment-swap", "10 amendment-swap", "11 amendment-past", "11 amendment-swap"}},
		"an agency has no year of its own": {`type: year
agency: H99.14
year: 2027
title: Lịch
ground: 3/TB
announced: 2026-11-20
off:
  - {date: "2027-01-01", name: Tết, sessions: ["7h"]}
`, []string{"2 amendment-scope", "8 amendment-sessions"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, found := parse(t, c.text)
			require.Nil(t, a)
			require.Equal(t, c.want, found)
		})
	}
}

func nation(t *testing.T) calendar.Source {
	t.Helper()
	y, err := calendar.Statutory(2027)
	require.NoError(t, err)
	return calendar.Source{
		Name: "nation", Level: calendar.LevelNation, Sessions: calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}},
		Years: map[int]calendar.Year{2026: {Notice: "9441/TB-BNV", Off: []calendar.Entry{{Date: calendar.NewDate(2026, 1, 1), Name: "Tết Dương lịch"}}}, 2027: y},
	}
}

// The decreed year takes the place of the computed one, and the flag goes.
func TestYearIsDecreed(t *testing.T) {
	t.Parallel()
	a, found := parse(t, `type: year
amends: nation
year: 2027
title: Lịch nghỉ 2027
ground: 1/TB-BNV
announced: 2026-11-20
off:
  - {date: "2027-01-01", name: Tết Dương lịch}
  - {date: "2027-02-05..2027-02-11", name: Tết Nguyên đán}
`)
	require.Empty(t, found)
	before, err := calendar.Merge(nation(t))
	require.NoError(t, err)
	require.Empty(t, a.Clashes("f.yaml", before))
	after, err := calendar.Merge(a.Apply(nation(t)))
	require.NoError(t, err)
	from, to := calendar.NewDate(2026, 12, 28).Time(), calendar.NewDate(2027, 2, 12).Time()
	require.True(t, before.Calendar().Provisional(from, to))
	require.False(t, after.Calendar().Provisional(from, to))
	e, ok := after.Entry(calendar.NewDate(2027, 2, 11))
	require.True(t, ok)
	require.Equal(t, "1/TB-BNV", e.Ground)
	require.Equal(t, calendar.NewDate(2026, 11, 20), e.Announced)
	_, ok = after.Entry(calendar.NewDate(2027, 4, 30))
	require.False(t, ok, "what the notice does not say is not a day off")
	_, ok = after.Entry(calendar.NewDate(2026, 1, 1))
	require.True(t, ok)
}

// What contradicts the calendar in force is found in its line.
func TestClashes(t *testing.T) {
	t.Parallel()
	book, err := calendar.Merge(nation(t))
	require.NoError(t, err)
	a, found := parse(t, `type: swap
amends: nation
title: Hoán đổi
ground: 2/CV
announced: 2026-11-20
off:
  - {date: "2027-01-01", name: Nghỉ, swap: "2027-05-01"}
work:
  - {date: "2027-05-01", name: Làm bù, swap: "2027-01-01"}
`)
	require.Empty(t, found)
	var out []string
	for _, f := range a.Clashes("f.yaml", book) {
		out = append(out, fmt.Sprintf("%d %s", f.Line-2, f.Rule))
	}
	require.Equal(t, []string{"7 amendment-duplicate", "9 amendment-contradiction"}, out)
}

// A closure of an agency above is no contradiction where a day is off already.
func TestClosureBelow(t *testing.T) {
	t.Parallel()
	a, found := parse(t, `type: closure
agency: H99.14
title: Bão
ground: 3/CV
announced: 2026-11-25
closures:
  - {date: "2026-12-31..2027-01-04", name: Bão}
`)
	require.Empty(t, found)
	book, err := calendar.Merge(nation(t))
	require.NoError(t, err)
	require.Len(t, a.On(book), 4, "the first of January is off")
}
