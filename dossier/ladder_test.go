package dossier_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
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
	for _, until := range []time.Time{due[0].At.Add(-time.Minute), due[0].At, due[1].At, at("2026-03-30 09:00")} {
		n := len(parts.events)
		parts.do("2026-03-25 09:00", dossier.Act{Kind: dossier.ActAlarm, Until: until})
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
	h.do("2026-03-10 09:00", dossier.Act{Kind: dossier.ActAdoptCalendar, Agency: "H99.01", Calendar: "new", By: dossier.ByClock})
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
