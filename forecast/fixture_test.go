package forecast_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/forecast"
	"motcua/procedure"
)

// week is 7:30 to 11:30 and 13:00 to 17:00 on five days, without holidays. Monday is 2026-03-02.
func week(t testing.TB) *calendar.Calendar {
	t.Helper()
	day := calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}}
	c, err := calendar.New(calendar.Spec{FromYear: 2024, ToYear: 2029, Week: [7]calendar.Sessions{{}, day, day, day, day, day, {}}})
	require.NoError(t, err)
	return c
}

func limit(s string) calendar.Limit { return calendar.MustLimit(s) }

func way(name string, to ...string) procedure.Outcome {
	o := procedure.Outcome{Name: name}
	for _, x := range to {
		o.Edges = append(o.Edges, procedure.Edge{To: x})
	}
	return o
}

func work(id, l string, outcomes ...procedure.Outcome) procedure.Step {
	return procedure.Step{ID: id, Kind: procedure.StepWork, Role: "chuyen-vien", Limit: limit(l), May: []string{procedure.MaySuspend, procedure.MaySupplement}, Outcomes: outcomes}
}

func ends() procedure.Step {
	return procedure.Step{ID: "tra", Kind: procedure.StepReturn, Role: "mot-cua", Agency: procedure.RefReceiving}
}

func plan(l string, steps ...procedure.Step) *procedure.Executable {
	return &procedure.Executable{Code: "1.000001", Plan: "plan", Limit: limit(l), Start: steps[0].ID, Steps: append(steps, ends()),
		Supplement: procedure.Supplement{Effect: procedure.EffectRestart, Answer: limit("15d")}}
}

// house lives dossiers of one plan.
type house struct {
	t     testing.TB
	cal   *calendar.Calendar
	plan  *procedure.Executable
	lives [][]dossier.Event
	n     int
}

func newHouse(t testing.TB, p *procedure.Executable) *house {
	t.Helper()
	return &house{t: t, cal: week(t), plan: p}
}

func (h *house) sources() forecast.Sources {
	return forecast.Sources{
		Plans:     func(string) (*procedure.Executable, error) { return h.plan, nil },
		Calendars: func(string) (*calendar.Calendar, error) { return h.cal, nil },
		Law:       dossier.DefaultPolicy(),
	}
}

// life is a dossier driven by hand.
type life struct {
	*house
	s      *dossier.State
	events []dossier.Event
}

// take accepts a dossier at an instant, led by an agency.
func (h *house) take(received time.Time, lead string, conditions ...string) *life {
	h.t.Helper()
	h.n++
	l := &life{house: h, s: &dossier.State{}}
	l.do(received, dossier.Act{Kind: dossier.ActSubmit, Conditions: conditions, Intake: &dossier.IntakeFacts{
		Code: fmt.Sprintf("A-%05d", h.n), Channel: dossier.ChannelCounter, Receiving: "quay", Lead: lead,
		Calendars: []dossier.AgencyCalendar{{Agency: "quay", Hash: "week"}},
	}})
	l.do(received, dossier.Act{Kind: dossier.ActAccept})
	return l
}

func (l *life) do(when time.Time, a dossier.Act) *life {
	l.t.Helper()
	a.At = when
	deps := dossier.Deps{Plan: l.plan, Policy: dossier.DefaultPolicy(), Calendars: func(string) (*calendar.Calendar, error) { return l.cal, nil }}
	events, err := dossier.Do(deps, l.s, a, when)
	require.NoError(l.t, err)
	l.events = append(l.events, events...)
	return l
}

// step completes a task after so many working minutes from an instant, and returns when that was.
func (l *life) step(from time.Time, minutes int, task, outcome string) time.Time {
	l.t.Helper()
	end, err := l.cal.Advance(from, minutes)
	require.NoError(l.t, err)
	l.do(end, dossier.Act{Kind: dossier.ActComplete, Task: task, Outcome: outcome})
	return end
}

// done keeps the dossier as history.
func (l *life) done() { l.house.lives = append(l.house.lives, l.events) }

// learn makes the model of an instant.
func (h *house) learn(now time.Time, p forecast.Policy) (*forecast.Model, forecast.Calibration) {
	h.t.Helper()
	past := forecast.NewHistory(h.sources(), p, now)
	for _, events := range h.lives {
		past.Add(events[0].Body.(dossier.Submitted).Intake.Code, events) //nolint:forcetypeassert // the first event of a journal
	}
	require.Zero(h.t, past.Unread, past.Reason)
	return past.Learn()
}

// of forecasts a dossier.
func (h *house) of(m *forecast.Model, l *life, at time.Time) forecast.Forecast {
	h.t.Helper()
	f, err := forecast.New(m, h.sources()).Of(l.s, at)
	require.NoError(h.t, err)
	return f
}

func at(s string) time.Time {
	x, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
	if err != nil {
		panic(err)
	}
	return x
}
