package mission_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
)

// Whatever people and the clock do: the events rebuild the state and survive their journey, a refused act leaves it untouched,
// no rung fires twice in a generation, missed rungs fire in order, and nothing fires before its instant.
func TestAnyLife(t *testing.T) {
	t.Parallel()
	kinds := []string{
		mission.ActReportProgress, mission.ActAttachEvidence, mission.ActReportDifficulty, mission.ActAskMoreTime, mission.ActGrantMoreTime,
		mission.ActRefuseMoreTime, mission.ActCompleteTask, mission.ActAcceptTask, mission.ActReopenTask, mission.ActAlarm, mission.ActAlarm,
		mission.ActClose, mission.ActAdoptCalendar,
	}
	names := []string{"", "ke-hoach", "hop", "tap-huan", "tong-ket", "ra-soat", "ra-soat#2", "tuan", "quy#1", "xyz"}
	other := week(t, day("2026-03-09"), day("2026-06-29"))
	rapid.Check(t, func(r *rapid.T) {
		h := newHand(t, pilot())
		base := h.d.Calendars
		h.d.Calendars = func(hash string) (*calendar.Calendar, error) {
			if hash == "new" {
				return other, nil
			}
			return base(hash)
		}
		h.started()
		when := at("2026-03-02 09:00")
		for range rapid.IntRange(1, 40).Draw(r, "acts") {
			when = when.Add(time.Duration(rapid.IntRange(0, 9000).Draw(r, "minutes")) * time.Minute)
			a := mission.Act{
				Kind: rapid.SampledFrom(kinds).Draw(r, "kind"), Task: rapid.SampledFrom(names).Draw(r, "task"), By: rapid.SampledFrom([]string{"a", "b"}).Draw(r, "by"),
				Reasoned: rapid.Bool().Draw(r, "reasoned"), Document: rapid.SampledFrom([]string{"", "1/QĐ"}).Draw(r, "document"),
				Agency: "H99.20", Calendar: "new",
			}
			if rapid.Bool().Draw(r, "until") {
				a.Until = when.AddDate(0, 0, rapid.IntRange(-3, 90).Draw(r, "days"))
			}
			if rapid.Bool().Draw(r, "percent") {
				a.Percent = percent(rapid.IntRange(0, 100).Draw(r, "to"))
			}
			before, n := h.s.Clone(), len(h.events)
			err := h.tryAt(when, a)
			var refusal *dossier.Refusal
			if errors.As(err, &refusal) {
				require.Equal(t, before, h.s.Clone())
				continue
			}
			require.NoError(t, err)
			last := time.Time{}
			for _, e := range h.events[n:] {
				if f, ok := e.Body.(mission.RungFired); ok {
					require.False(t, f.Instant.Before(last), "in order")
					require.False(t, f.Instant.After(when), "not before its instant")
					last = f.Instant
				}
			}
		}
		rebuilt := mission.Rebuild(h.events)
		rebuilt.Revision, rebuilt.Done = h.s.Revision, h.s.Done
		require.Equal(t, text(t, h.s), text(t, rebuilt))
		seen := map[dossier.RungKey]bool{}
		for i, e := range h.events {
			require.Equal(t, int64(i+1), e.Seq)
			if f, ok := e.Body.(mission.RungFired); ok {
				require.False(t, seen[f.RungKey], "%+v fired twice", f.RungKey)
				seen[f.RungKey] = true
			}
		}
		if a, ok, err := mission.NextAlarm(h.d, h.s); ok {
			require.NoError(t, err)
			all, err := mission.Alarms(h.d, h.s)
			require.NoError(t, err)
			require.Equal(t, all[0].At, a.At, "the short cut finds the earliest")
		}
	})
}

// A late task stays late: whatever is asked and granted afterwards.
func TestLatenessIsNotWashedAway(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		h := newHand(t, pilot())
		h.started()
		when := at("2026-06-30 00:00").Add(time.Duration(rapid.IntRange(0, 50000).Draw(r, "minutes")) * time.Minute)
		for _, kind := range []string{mission.ActAskMoreTime, mission.ActGrantMoreTime} {
			err := h.tryAt(when, mission.Act{Kind: kind, Task: "tong-ket", Reasoned: true, Until: when.AddDate(0, 1, 0)})
			require.Error(t, err)
		}
		require.NoError(t, h.tryAt(when, of(mission.ActCompleteTask, "tong-ket")))
		all, err := mission.Tasks(h.d, h.s, when)
		require.NoError(t, err)
		for _, v := range all {
			if v.ID == "tong-ket" {
				require.Equal(t, dossier.ClassLate, v.Class(when))
			}
		}
	})
}

// Recurrences are what a reckoning day by day gives: each day after the start that is the weekday, the day of the month or the day
// of a quarter's last month (its last where it has none), until the end, moved to the end of the next day that is worked.
func TestRecurrencesDayByDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var off []calendar.Date
		for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 500), 0, 30, rapid.ID[int]).Draw(r, "off") {
			off = append(off, day("2026-01-01")+calendar.Date(n))
		}
		slices.Sort(off)
		unit := rapid.SampledFrom([]string{mission.EveryWeek, mission.EveryMonth, mission.EveryQuarter}).Draw(r, "unit")
		every := mission.Every{Unit: unit, Day: rapid.IntRange(1, 31).Draw(r, "day")}
		if unit == mission.EveryWeek {
			every.Day = rapid.IntRange(0, 6).Draw(r, "weekday")
		}
		task := mission.Task{ID: "x", Every: &every}
		if rapid.Bool().Draw(r, "by times") {
			task.Times = rapid.IntRange(1, 30).Draw(r, "times")
		}
		if task.Times == 0 || rapid.Bool().Draw(r, "and until") {
			task.Until = day("2026-01-01") + calendar.Date(rapid.IntRange(0, 600).Draw(r, "until"))
		}
		h := newHand(t, &mission.Executable{Code: "m", Model: "m", Tasks: []mission.Task{task}}, off...)
		start := at("2026-01-01 08:00").AddDate(0, 0, rapid.IntRange(0, 400).Draw(r, "start"))
		f := facts()
		require.NoError(t, h.tryAt(start, mission.Act{Kind: mission.ActStart, Start: f}))
		cal, err := h.d.Calendars("")
		require.NoError(t, err)

		var want []time.Time
		from := h.s.StartedAt
		for d := calendar.DateOf(from) + 1; d < day("2035-12-01"); d++ {
			if task.Until != 0 && d > task.Until || task.Times > 0 && len(want) == task.Times {
				break
			}
			_, month, of := d.Civil()
			_, _, tomorrow := (d + 1).Civil()
			lastDay := tomorrow == 1
			hit := false
			switch unit {
			case mission.EveryWeek:
				hit = int(d.Weekday()) == every.Day
			case mission.EveryMonth:
				hit = of == every.Day || lastDay && of < every.Day
			case mission.EveryQuarter:
				hit = month%3 == 0 && (of == every.Day || lastDay && of < every.Day)
			}
			if !hit {
				continue
			}
			worked := d
			for !cal.IsWorkingDay(worked.Time()) {
				worked++
			}
			end, err := cal.EndOfDay(worked.Time())
			require.NoError(t, err)
			want = append(want, end)
		}
		all, err := mission.Tasks(h.d, h.s, start)
		require.NoError(t, err)
		var got []time.Time
		for _, v := range all {
			got = append(got, v.DueAt)
		}
		require.Equal(t, want, got)
	})
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]mission.Number{"0": 0, "80": 8000, "95.5": 9550, "95.50": 9550, "-3.25": -325, "0.05": 5, "1000000000000": 100_000_000_000_000} {
		n, err := mission.ParseNumber(written)
		require.NoError(t, err, written)
		require.Equal(t, want, n)
		again, err := mission.ParseNumber(n.String())
		require.NoError(t, err)
		require.Equal(t, n, again)
	}
	for _, bad := range []string{"", "-", ".5", "5.", "1.234", "1e3", "01", "+1", "1,5", " 1", "1000000000001", "99999999999999999999", "null"} {
		_, err := mission.ParseNumber(bad)
		require.Error(t, err, bad)
	}
}
