package dossier_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

func TestTheWholeLadder(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	v := h.view("2026-03-02 10:00")
	require.Equal(t, "rung", v.AlarmKind)
	// 12 working days and 6.5 hours lie between receipt (09:00) and due (18 March 17:00): half of 6,150 minutes.
	require.Equal(t, []string{"nua 03-10 13:45"}, h.tick("2026-03-10 13:45"))
	require.Empty(t, h.tick("2026-03-10 13:45"), "each rung once")
	require.Equal(t, []string{"buoc 03-13 10:00"}, h.tick("2026-03-13 10:00"), "nine days of budget from 2 March 10:00")
	// After an outage the missed rungs fire in order, each at its own instant.
	require.Equal(t, []string{"truoc 03-17 16:59", "qua-han 03-19 07:30", "don-doc 03-20 07:30", "don-doc/2 03-23 07:30"}, h.tick("2026-03-30 09:00"))
	require.Empty(t, h.tick("2026-04-30 09:00"))
	require.True(t, h.view("2026-04-30 09:00").NextAlarm.IsZero())
}

func TestPauseDisarmsAndReminderRearms(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.tick("2026-03-10 16:00")
	h.do("2026-03-11 09:00", dossier.Act{Kind: dossier.ActSuspend, Ground: "luật"})
	require.True(t, h.view("2026-03-12 09:00").NextAlarm.IsZero(), "a pause disarms")
	require.Empty(t, h.tick("2026-03-25 09:00"))
	h.do("2026-03-25 09:00", dossier.Act{Kind: dossier.ActResume})
	require.Equal(t, "2026-04-01 17:00", h.due("2026-03-25 09:00"))
	require.Equal(t, []string{"buoc 03-27 10:00"}, h.tick("2026-03-27 10:00"), "the step's budget stood still as well")
	h.do("2026-03-30 09:00", dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Approval: "ld", Until: at("2026-04-20 17:00")})
	fired := h.tick("2026-04-15 09:00")
	require.NotEmpty(t, fired)
	require.Contains(t, fired[0], "nua", "a reminder whose instant lies ahead again fires as the next generation")
	require.Equal(t, 2, h.s.Fired[len(h.s.Fired)-len(fired)].Generation)
}

func TestIntakeLadder(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.submit("2026-03-02 08:00", dossier.ChannelOnline)
	require.Equal(t, []string{"cham 03-03 08:00"}, h.tick("2026-03-03 08:00"))
	h.do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActAccept})
	require.Equal(t, "2026-03-19 17:00", h.due("2026-03-03 09:00"))
}

func TestHandUpMovesTheTask(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-02 10:05", dossier.Act{Kind: dossier.ActAssign, To: "cb-7"})
	due, err := dossier.DueAlarms(h.d, h.s, at("2026-03-19 08:00"))
	require.NoError(t, err)
	var to []dossier.Recipients
	for _, a := range due {
		to = append(to, dossier.Recipients{Rung: a.Key, To: []string{"ld-1"}, HandUp: "ld-1"})
	}
	h.do("2026-03-19 08:00", dossier.Act{Kind: dossier.ActAlarm, Recipients: to})
	task := h.view("2026-03-19 08:00").Tasks[0]
	require.Equal(t, "ld-1", task.Assignee)
	require.True(t, task.HandedUp)
}

// Tasks that are open side by side belong to different agencies: each goes to its own superior, and what nobody was found for
// stays where it is. Dossiers of engine version 3 give all of them to the first.
func TestHandUpMovesEachTaskToItsOwnSuperior(t *testing.T) {
	t.Parallel()
	for engine, want := range map[int][]string{
		dossier.EngineVersion: {"do-dac#1 to ld-do-dac"},
		3:                     {"do-dac#1 to ld-1", "lay-y-kien#1 to ld-1"},
	} {
		h := newHand(t, split())
		h.accepted()
		h.s.Engine = engine
		h.do("2026-03-03 09:00", complete("song-song"))
		due, err := dossier.DueAlarms(h.d, h.s, at("2026-03-19 08:00"))
		require.NoError(t, err)
		var to []dossier.Recipients
		for _, a := range due {
			to = append(to, dossier.Recipients{Rung: a.Key, To: []string{"ld-1"}, HandUp: "ld-1", HandUps: []dossier.HandUp{{Task: "do-dac#1", To: "ld-do-dac"}}})
		}
		n := len(h.events)
		h.do("2026-03-19 08:00", dossier.Act{Kind: dossier.ActAlarm, Recipients: to})
		var handed []string
		for _, e := range h.events[n:] {
			if a, ok := e.Body.(dossier.TaskAssigned); ok && a.HandedUp {
				handed = append(handed, a.Task+" to "+a.Assignee)
			}
		}
		require.Equal(t, want, handed, "engine version %d", engine)
	}
}

// An act received at 16:59 that lands after the rung is on time, and the rung stays in the journal (engine.md §2).
func TestActBeforeTheRungStaysOnTime(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-17 10:00", complete("dat"))
	h.tick("2026-03-19 07:30")
	a := complete("duyet")
	a.ID, a.By, a.At = "late-1", "ld", at("2026-03-18 16:59")
	_, err := dossier.Do(h.d, h.s, a, at("2026-03-19 07:31"))
	require.NoError(t, err)
	require.Equal(t, dossier.ClassOnTime, h.class("2026-03-19 08:00"))
}

// An alarm that was asked for up to an instant leaves what fell due since to the next one.
func TestAlarmUpToAnInstant(t *testing.T) {
	t.Parallel()
	whole, parts := newHand(t, split()), newHand(t, split())
	whole.accepted()
	parts.accepted()
	want := whole.tick("2026-03-25 09:00")
	due, err := dossier.DueAlarms(parts.d, parts.s, at("2026-03-25 09:00"))
	require.NoError(t, err)
	require.Greater(t, len(due), 2)
	var asked []dossier.Recipients
	for _, a := range due {
		asked = append(asked, dossier.Recipients{Rung: a.Key})
	}
	for _, until := range []time.Time{due[0].At.Add(-time.Minute), due[0].At, due[1].At, at("2026-03-30 09:00")} {
		n := len(parts.events)
		parts.do("2026-03-25 09:00", dossier.Act{Kind: dossier.ActAlarm, Until: until, Recipients: asked})
		for _, e := range parts.events[n:] {
			require.False(t, e.At.After(until), "%s after %s", e.At, until)
		}
	}
	var got []string
	for _, e := range parts.events {
		if f, ok := e.Body.(dossier.RungFired); ok {
			got = append(got, f.Rung+" "+f.Instant.Format("01-02 15:04"))
		}
	}
	require.Equal(t, want, got)
}

func TestNewerCalendarIsAdoptedBeforeTheRung(t *testing.T) {
	t.Parallel()
	old, fresh := office(t), office(t, calendar.NewDate(2026, 3, 16))
	h := newHand(t, split())
	h.d.Calendars = func(hash string) (*calendar.Calendar, error) {
		if hash == "new" {
			return fresh, nil
		}
		return old, nil
	}
	h.accepted()
	h.do("2026-03-10 09:00", dossier.Act{Kind: dossier.ActAdoptCalendar, Agency: "H99.01", Calendar: "new", Document: "5/QĐ-UBND", By: dossier.ByClock})
	require.Equal(t, "2026-03-19 17:00", h.due("2026-03-10 09:00"))
	require.Equal(t, "2026-03-18 17:00", h.s.OriginalDue.Format("2006-01-02 15:04"))
}

// An hour limit that ends at closing time is over that day: one working day later is the next one at closing time, not the
// one after, as it is for a limit that ends a minute earlier. Dossiers of engine version 1 keep the day they were reckoned by.
func TestRungOneDayAfterAnHourLimitThatEndsAtClosing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		engine         int
		accepted, want string
	}{
		{dossier.EngineVersion, "2026-03-04 07:30", "don-doc 03-05 17:00"}, // due Wednesday 17:00
		{dossier.EngineVersion, "2026-03-03 16:59", "don-doc 03-05 16:59"}, // due Wednesday 16:59
		{dossier.EngineVersion, "2026-03-06 07:30", "don-doc 03-09 17:00"}, // due Friday 17:00
		{1, "2026-03-04 07:30", "don-doc 03-06 17:00"},
		{1, "2026-03-03 16:59", "don-doc 03-05 16:59"},
	} {
		plan := split()
		plan.Limit = lim("8wh")
		h := newHand(t, plan)
		h.submit(c.accepted, dossier.ChannelCounter)
		h.s.Engine = c.engine
		h.do(c.accepted, dossier.Act{Kind: dossier.ActAccept})
		require.Contains(t, h.tick("2026-03-12 09:00"), c.want, "%s under engine version %d", c.accepted, c.engine)
	}
}

// Time that is taken out without moving the due date leaves less to count: eighty per cent of 12 days and 6.5 hours are 4,920
// minutes, reached on Monday 16 March at 11:00; with five hours out of that Monday they are 4,680, which had run on Friday at
// 16:30, when nobody could know. The rung falls where the clock goes on. Dossiers of engine version 3 keep the instant in the past.
func TestShareIsReachedByWhatWasKnown(t *testing.T) {
	t.Parallel()
	for engine, want := range map[int]string{dossier.EngineVersion: "tam-muoi 03-16 16:30", 3: "tam-muoi 03-13 16:30"} {
		plan := split()
		plan.Ladder = []procedure.Rung{{ID: "tam-muoi", On: procedure.OnDossier, Share: 80, To: []string{procedure.ToAssignee}, Do: []string{procedure.DoNotify}}}
		h := newHand(t, plan)
		h.accepted()
		h.s.Engine = engine
		require.Equal(t, "2026-03-16 11:00", h.view("2026-03-16 09:59").NextAlarm.Format("2006-01-02 15:04"))
		h.do("2026-03-16 10:00", dossier.Act{Kind: dossier.ActSuspend, Ground: "luật"})
		h.do("2026-03-16 16:30", dossier.Act{Kind: dossier.ActResume})
		require.Equal(t, "2026-03-18 17:00", h.due("2026-03-16 16:30"))
		require.Equal(t, []string{want}, h.tick("2026-03-16 16:30"))
	}
}

// A clock that looks every minute fires a share as soon as that part of the counted minutes from receipt to due has run (clock.md
// §8), however often the clock stands still in between.
func TestSharesFallWhereTheyAreReached(t *testing.T) {
	t.Parallel()
	c := office(t)
	rapid.Check(t, func(r *rapid.T) {
		plan := split()
		plan.Limit = lim(rapid.SampledFrom([]string{"1wd", "2wd", "5d", "9wh", "30h"}).Draw(r, "limit"))
		percent := rapid.IntRange(5, 95).Draw(r, "percent")
		plan.Ladder = []procedure.Rung{{ID: "phan", On: procedure.OnDossier, Share: percent, To: []string{procedure.ToControl}, Do: []string{procedure.DoHandUp}}}
		h := newHand(t, plan)
		start := at("2026-03-02 07:30").Add(time.Duration(rapid.IntRange(0, 200).Draw(r, "receipt")) * time.Minute)
		text := func(x time.Time) string { return x.Format("2006-01-02 15:04") }
		h.submit(text(start), dossier.ChannelCounter)
		h.do(text(start), dossier.Act{Kind: dossier.ActAccept, Register: 1})
		h.do(text(start), dossier.Act{Kind: dossier.ActComplete})
		var want time.Time
		now, counted := start, 0
		run := func(until time.Time) { // the clock runs
			for due := h.view(text(now)).DueAt; now.Before(until) && want.IsZero(); {
				left, err := c.Between(now, due)
				require.NoError(r, err)
				if counted > 0 && 100*counted >= percent*(counted+left) {
					want = now
					return
				}
				n, err := c.Between(now, now.Add(time.Minute))
				require.NoError(r, err)
				counted += n
				now = now.Add(time.Minute)
			}
		}
		var stops []time.Time
		for range rapid.IntRange(0, 4).Draw(r, "stops") {
			n := len(stops)
			last := start
			if n > 0 {
				last = stops[n-1]
			}
			from := last.Add(time.Duration(rapid.IntRange(1, 600).Draw(r, "runs")) * time.Minute)
			stops = append(stops, from, from.Add(time.Duration(rapid.IntRange(1, 1500).Draw(r, "stands"))*time.Minute))
		}
		var fired []string
		for i := 0; i < len(stops); i += 2 {
			run(stops[i])
			fired = append(fired, h.tick(text(stops[i].Add(-time.Minute)))...)
			h.do(text(stops[i]), dossier.Act{Kind: dossier.ActSuspend, Ground: "luật"})
			h.do(text(stops[i+1]), dossier.Act{Kind: dossier.ActResume})
			fired = append(fired, h.tick(text(stops[i+1]))...)
			now = stops[i+1]
		}
		run(start.AddDate(0, 0, 40))
		fired = append(fired, h.tick(text(start.AddDate(0, 0, 40)))...)
		require.Equal(r, []string{"phan " + want.Format("01-02 15:04")}, fired, "%s, %d%%, from %s, stops %v", plan.Limit, percent, start, stops)
	})
}
