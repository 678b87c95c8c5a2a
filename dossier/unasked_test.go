package dossier_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// After an outage a wait of one working day that ended on Tuesday at 09:00 has opened a step of an hour, whose rung fell at 10:00.
// Whom that rung reaches could not be asked before the wait ended: it waits for the next alarm, and then fires at its own instant.
func TestARungThatAnAlarmMakesDueIsAskedFor(t *testing.T) {
	t.Parallel()
	cal := office(t)
	plan := &procedure.Executable{
		Code: "9.000001", Limit: lim("30wd"), Start: "cho",
		Steps: []procedure.Step{
			{ID: "cho", Kind: procedure.StepWait, Wait: procedure.WaitTime, Limit: lim("8wh"), Outcomes: []procedure.Outcome{out("xong", "lam")}},
			{ID: "lam", Kind: procedure.StepWork, Limit: lim("1wh"), Outcomes: []procedure.Outcome{out("xong", "tra")}},
			{ID: "tra", Kind: procedure.StepReturn},
		},
		Ladder: []procedure.Rung{{ID: "het-gio", On: procedure.OnStep, AtDue: true, To: []string{procedure.ToAssignee}, Do: []string{procedure.DoNotify}}},
	}
	deps := dossier.Deps{Plan: plan, Policy: dossier.DefaultPolicy(), Calendars: func(string) (*calendar.Calendar, error) { return cal, nil }}
	s := &dossier.State{}
	received := time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone())
	facts := &dossier.IntakeFacts{Code: "X", Channel: dossier.ChannelCounter, Receiving: "r", Lead: "l", Calendars: []dossier.AgencyCalendar{{Agency: "r", Hash: cal.Hash()}}}
	for _, a := range []dossier.Act{{Kind: dossier.ActSubmit, Intake: facts}, {Kind: dossier.ActAccept}} {
		a.At = received
		_, err := dossier.Do(deps, s, a, received)
		require.NoError(t, err)
	}
	now := time.Date(2026, 3, 3, 14, 0, 0, 0, calendar.Zone())
	ring := func() (kinds []string, fired []dossier.RungFired) {
		due, err := dossier.DueAlarms(deps, s, now)
		require.NoError(t, err)
		a := dossier.Act{Kind: dossier.ActAlarm, Until: now}
		for _, d := range due {
			if d.Kind == dossier.AlarmRung {
				a.Recipients = append(a.Recipients, dossier.Recipients{Rung: d.Key, To: []string{"cb-1"}})
			}
		}
		events, err := dossier.Do(deps, s, a, now)
		require.NoError(t, err)
		for _, e := range events {
			kinds = append(kinds, e.Body.Kind())
			if f, ok := e.Body.(dossier.RungFired); ok {
				fired = append(fired, f)
			}
		}
		return kinds, fired
	}
	kinds, fired := ring()
	require.Equal(t, []string{"step_completed", "step_opened"}, kinds)
	require.Empty(t, fired)
	kinds, fired = ring()
	require.Equal(t, []string{"rung_fired"}, kinds)
	require.Equal(t, []string{"cb-1"}, fired[0].To)
	require.Equal(t, time.Date(2026, 3, 3, 10, 0, 0, 0, calendar.Zone()), fired[0].Instant)
	kinds, _ = ring()
	require.Empty(t, kinds)
}
