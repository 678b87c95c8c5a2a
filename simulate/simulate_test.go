package simulate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
	"motcua/simulate"
)

func scenario(t testing.TB) simulate.Scenario {
	t.Helper()
	day := calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}}
	c, err := calendar.New(calendar.Spec{FromYear: 2026, ToYear: 2028, Week: [7]calendar.Sessions{{}, day, day, day, day, day, {}}})
	require.NoError(t, err)
	out := func(name string, to ...string) procedure.Outcome {
		o := procedure.Outcome{Name: name}
		for _, s := range to {
			o.Edges = append(o.Edges, procedure.Edge{To: s})
		}
		return o
	}
	plan := &procedure.Executable{
		Code: "9.000009", Limit: calendar.MustLimit("30wd"), Start: "a",
		Steps: []procedure.Step{
			{ID: "a", Kind: procedure.StepWork, Limit: calendar.MustLimit("20wd"), Outcomes: []procedure.Outcome{out("dat", "b"), out("khong", "r")}},
			{ID: "b", Kind: procedure.StepWork, Limit: calendar.MustLimit("10wd"), Outcomes: []procedure.Outcome{out("done", "t")}},
			{ID: "t", Kind: procedure.StepReturn},
			{ID: "r", Kind: procedure.StepReturn, Refusal: true},
		},
		Ladder: []procedure.Rung{
			{ID: "nua", On: procedure.OnDossier, Share: 50, To: []string{procedure.ToAssignee}, Do: []string{procedure.DoNotify}},
			{ID: "qua-han", On: procedure.OnDossier, AtDue: true, To: []string{procedure.ToHeadOfAgency}, Do: []string{procedure.DoNotify}},
		},
	}
	return simulate.Scenario{
		Plan: plan, Calendar: c, Policy: dossier.DefaultPolicy(), Channel: dossier.ChannelCounter,
		Received: time.Date(2026, 3, 2, 7, 30, 0, 0, calendar.Zone()),
	}
}

// A plan whose counted steps fill its limit finishes on time when every step ends at its last minute (clock.md §7).
func TestEveryStepAtItsLastMinute(t *testing.T) {
	t.Parallel()
	sc := scenario(t)
	sc.Pace = simulate.PaceFull
	o, err := simulate.Run(sc)
	require.NoError(t, err)
	require.Equal(t, dossier.StageReturned, o.View.Stage)
	require.NotEqual(t, dossier.ClassLate, o.View.Verdict.Class)
}

func TestNobodyActs(t *testing.T) {
	t.Parallel()
	o, err := simulate.Run(scenario(t))
	require.NoError(t, err)
	require.Equal(t, dossier.ClassLate, o.View.Verdict.Class)
	var rungs []string
	for _, m := range o.Moments {
		if f, ok := m.Event.Body.(dossier.RungFired); ok {
			rungs = append(rungs, f.Rung)
		}
	}
	require.Equal(t, []string{"nua", "qua-han"}, rungs)
}

func TestChosenOutcomesAndActs(t *testing.T) {
	t.Parallel()
	sc := scenario(t)
	sc.Pace, sc.Choose = simulate.PaceHalf, map[string]string{"a": "khong"}
	sc.Acts = []dossier.Act{{Kind: dossier.ActReturn, At: sc.Received.Add(time.Hour)}}
	o, err := simulate.Run(sc)
	require.NoError(t, err)
	require.True(t, o.View.Refusal)
	require.Equal(t, dossier.ClassEarly, o.View.Verdict.Class)
	refusals := 0
	for _, m := range o.Moments {
		if m.Refusal != nil {
			refusals++
			require.Equal(t, "wrong_state", m.Refusal.Code)
		}
	}
	require.Equal(t, 1, refusals)
	_, err = simulate.Run(simulate.Scenario{})
	require.Error(t, err)
}

func BenchmarkThirtyDays(b *testing.B) {
	sc := scenario(b)
	sc.Pace = simulate.PaceFull
	b.ReportAllocs()
	for b.Loop() {
		if _, err := simulate.Run(sc); err != nil {
			b.Fatal(err)
		}
	}
}

// A dossier that a step opens is one line of the timeline, and its end another.
func TestASubProcedureIsOneLine(t *testing.T) {
	t.Parallel()
	for limit, due := range map[string]string{"5wd": "2026-03-09 17:00 finished", "7d": "2026-03-10 17:00 finished"} {
		sc := scenario(t)
		ends := func(to string) []procedure.Outcome {
			var out []procedure.Outcome
			for _, name := range []string{procedure.SubFinished, procedure.SubRefused, procedure.SubStopped} {
				out = append(out, procedure.Outcome{Name: name, Edges: []procedure.Edge{{To: to}}})
			}
			return out
		}
		sc.Plan.Steps[0].Limit = calendar.MustLimit("1wd")
		sc.Plan.Steps[1] = procedure.Step{ID: "b", Kind: procedure.StepSub, Procedure: "1.004222", Agency: "cong-an", Limit: calendar.MustLimit(limit), Outcomes: ends("t")}
		sc.Plan.Agencies = []string{"cong-an"}
		sc.Pace = simulate.PaceFull
		o, err := simulate.Run(sc)
		require.NoError(t, err)
		require.Equal(t, dossier.StageReturned, o.View.Stage)
		var lines []string
		for _, m := range o.Moments {
			switch b := m.Event.Body.(type) {
			case dossier.ChildRequested:
				lines = append(lines, m.At.Format("2006-01-02 15:04")+" asked "+b.Procedure)
			case dossier.StepCompleted:
				if b.Task == "b#1" {
					lines = append(lines, m.At.Format("2006-01-02 15:04")+" "+b.Outcome)
				}
			}
		}
		// One working day from Monday 07:30 ends at 17:00. Five more end on the 9th; what arrives at 17:00 is received on Tuesday
		// the 3rd, and seven days from then end on the 10th.
		require.Equal(t, []string{"2026-03-02 17:00 asked 1.004222", due}, lines)
	}
}
