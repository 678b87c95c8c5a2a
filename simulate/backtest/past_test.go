package backtest_test

import (
	"path"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/procedure"
	"motcua/simulate"
	"motcua/simulate/backtest"
)

// lived are past dossiers of the shelf: its own scenarios, and every procedure at two paces.
func lived(t *testing.T, all map[string]*procedure.Plan, cal *calendar.Calendar) (scenarios []simulate.Scenario, outcomes []simulate.Outcome) {
	t.Helper()
	add := func(sc simulate.Scenario) {
		o, err := simulate.Run(sc)
		require.NoError(t, err)
		scenarios, outcomes = append(scenarios, sc), append(outcomes, o)
	}
	for _, p := range all {
		for i, pace := range []simulate.Pace{simulate.PaceFull, simulate.PaceHalf} {
			add(simulate.Scenario{
				Plan: &p.Exec, Calendar: cal, Policy: dossier.DefaultPolicy(), Channel: dossier.ChannelCounter, Pace: pace,
				Received: time.Date(2026, 2, 3+i, 14, 10, 0, 0, calendar.Zone()),
			})
		}
	}
	files, err := library.Scenarios()
	require.NoError(t, err)
	for _, f := range files {
		file, found := procedure.ParseScenarios(f.Name, f.Data)
		require.False(t, found.HasErrors())
		def, err := library.Read(path.Join(path.Dir(f.Name), file.Definition.Value))
		require.NoError(t, err)
		d, _ := procedure.Parse(def.Name, def.Data)
		for i := range file.Scenarios {
			sc, err := simulate.FromFile(all[d.Code.Value], cal, &file.Scenarios[i])
			require.NoError(t, err)
			add(sc)
		}
	}
	return scenarios, outcomes
}

// A past dossier lived again on its own plan has the verdict that is on record, and is late by as many minutes.
func TestThePastRepeatsItself(t *testing.T) {
	t.Parallel()
	all, cal := plans(t), nation(t)
	scenarios, outcomes := lived(t, all, cal)
	require.Greater(t, len(scenarios), 300)
	judged := 0
	for i, o := range outcomes {
		sc := scenarios[i]
		c, err := backtest.Read(o.Events(), sc.Plan, "lead", sc.Policy, func(string) (*calendar.Calendar, error) { return cal, nil })
		require.NoError(t, err)
		x := &backtest.Test{
			Parts: []backtest.Part{{Name: "lead", Courses: func() []backtest.Course { return []backtest.Course{c} }}}, Calendar: cal, Policy: sc.Policy,
			End: o.At, Until: o.At,
		}
		a := x.Run(atOnce).Before.All
		about := "%s nhận %s: %+v\n%+v"
		require.Equal(t, 1, a.Received, about, sc.Plan.Code, sc.Received, a, o.View)
		require.Zero(t, a.Unplayed, about, sc.Plan.Code, sc.Received, a, o.View)
		if rescheduled := o.View.Rescheduled; c.Recorded != "" && !rescheduled && o.View.Stage != dossier.StageRefused {
			require.Equal(t, 1, a.Same, about, sc.Plan.Code, sc.Received, a, o.View)
			require.EqualValues(t, o.View.Verdict.LateMinutes, a.LateMinutes, about, sc.Plan.Code, sc.Received, a, o.View)
			judged++
		}
		if o.View.Stage == dossier.StageWithdrawn || o.View.Stage == dossier.StageStopped || o.View.Stage == dossier.StageRefused {
			require.Equal(t, 1, a.Ended, about, sc.Plan.Code, sc.Received, a, o.View)
		}
	}
	require.Greater(t, judged, 250)
}
