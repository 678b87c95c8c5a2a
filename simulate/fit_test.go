package simulate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
	"motcua/simulate"
)

// Any plan that lint lets pass without a word about its time finishes on time, whatever the date of receipt, when every step
// ends at its last minute (clock.md §7): in every unit of limits, with waits in calendar days, on a calendar full of holidays.
func TestWhatLintsCleanFinishesOnTime(t *testing.T) {
	t.Parallel()
	for unit, limits := range map[string][]string{
		"wd": {"5wd", "12wd"}, "wh": {"16wh", "40wh"}, "d": {"7d", "10d", "20d", "30d"}, "mo": {"1mo", "2mo"}, "h": {"24h", "72h", "240h"},
	} {
		t.Run(unit, func(t *testing.T) {
			t.Parallel()
			passed := 0
			rapid.Check(t, func(t *rapid.T) { passed += lintedLife(t, limits) })
			require.Positive(t, passed, "none lints clean: nothing is proven")
		})
	}
}

// lintedLife lives one dossier on a plan that lints clean, and says whether there was one.
func lintedLife(t *rapid.T, limits []string) int {
	cal := holidays(t)
	text := chain(t, limits)
	d, found := procedure.Parse("chain.yaml", []byte(text))
	require.Empty(t, found)
	plan, found := procedure.Compile(d, &procedure.Shelf{Calendar: cal})
	if plan == nil || strings.Contains(found.Error(), "steps-over-limit") {
		return 0
	}
	day := calendar.NewDate(2026, 1, 5) + calendar.Date(rapid.IntRange(0, 700).Draw(t, "day"))
	received := day.Time().Add(time.Duration(rapid.SampledFrom([]int{0, 450, 451, 600, 689, 700, 780, 900, 901, 1019, 1020, 1300}).Draw(t, "minute")) * time.Minute)
	o, err := simulate.Run(simulate.Scenario{
		Plan: &plan.Exec, Calendar: cal, Policy: dossier.DefaultPolicy(), Received: received, Channel: dossier.ChannelCounter,
		Pace: simulate.PaceFull, Until: received.AddDate(2, 0, 0),
	})
	require.NoError(t, err)
	require.Equal(t, dossier.StageReturned, o.View.Stage, text)
	require.NotEqual(t, dossier.ClassLate, o.View.Verdict.Class, "received %s, due %s, finished %s\n%s", received, o.View.DueAt, o.View.FinishedAt, text)
	return 1
}

// holidays is 2026 to 2030 with up to three breaks of up to nine days a year, the same in each.
func holidays(t *rapid.T) *calendar.Calendar {
	day := calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}}
	spec := calendar.Spec{FromYear: 2026, ToYear: 2030, Week: [7]calendar.Sessions{{}, day, day, day, day, day, {}}}
	off := map[calendar.Date]bool{}
	for range rapid.IntRange(0, 3).Draw(t, "breaks") {
		first, length := rapid.IntRange(1, 350).Draw(t, "first"), rapid.IntRange(1, 9).Draw(t, "length")
		for year := 2026; year <= 2030; year++ {
			for n := range length {
				if d := calendar.NewDate(year, 1, first+n); d.Year() <= 2030 && !off[d] {
					off[d] = true
					spec.Off = append(spec.Off, d)
				}
			}
		}
	}
	c, err := calendar.New(spec)
	require.NoError(t, err)
	return c
}

// chain writes a definition of steps one after the other: work, and waits that count, or that the law takes out up to a bound.
func chain(t *rapid.T, limits []string) string {
	limit := rapid.SampledFrom(limits).Draw(t, "limit")
	var b strings.Builder
	fmt.Fprintf(&b, "motcua: 1\ncode: \"9.1\"\nname: Chuỗi\nfield: mau\nlevel: commune\nagency: ubnd-xa\nresults: [{id: kq, name: KQ}]\nlimit: %s\nsteps:\n", limit)
	n := rapid.IntRange(1, 4).Draw(t, "steps")
	for i := range n {
		fmt.Fprintf(&b, "  - {id: b%d, name: Bước, ", i)
		if i == 0 {
			fmt.Fprintf(&b, "role: chuyen-vien, limit: %s, outcomes: {dat: %s, khong: tu-choi}}\n", budgets().Draw(t, "budget"), next(i, n))
			continue
		}
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			fmt.Fprintf(&b, "wait: time, leg: posting, limit: %s, outcomes: {xong: %s}}\n", spans().Draw(t, "span"), next(i, n))
		case 1:
			fmt.Fprintf(&b, "wait: time, leg: posting, limit: %s, clock: excluded, bound: %s, ground: NĐ, outcomes: {xong: %s}}\n",
				spans().Draw(t, "span"), spans().Draw(t, "bound"), next(i, n))
		default:
			fmt.Fprintf(&b, "role: chuyen-vien, limit: %s, outcomes: {xong: %s}}\n", budgets().Draw(t, "budget"), next(i, n))
		}
	}
	b.WriteString("  - {id: tra, name: Trả, role: mot-cua, agency: receiving, return: true, results: [kq]}\n")
	b.WriteString("  - {id: tu-choi, name: Từ chối, role: mot-cua, agency: receiving, return: true, refusal: true}\n")
	return b.String()
}

func next(i, n int) string {
	if i+1 < n {
		return fmt.Sprintf("b%d", i+1)
	}
	return "tra"
}

func budgets() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"0.25wd", "0.5wd", "1wd", "2wd", "4wd", "8wd", "1wh", "3wh", "10wh", "0.1wh"})
}

func spans() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"1d", "2d", "3d", "5d", "8d", "15d", "1mo", "5h", "48h", "1wd", "3wd", "4wh"})
}
