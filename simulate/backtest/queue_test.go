package backtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
	"motcua/simulate/backtest"
)

// hours is a life whose work takes four working hours, with breaks where it has any.
type hours struct{ breaks []backtest.Break }

func (h hours) Visit(st *procedure.Step, _ int) (backtest.Visit, bool) {
	if st.Kind == procedure.StepReturn {
		return backtest.Visit{}, true
	}
	return backtest.Visit{Work: 240, Outcome: "done", Breaks: h.breaks}, true
}

func oneStep() *procedure.Executable {
	return &procedure.Executable{
		Code: "9.000001", Limit: calendar.MustLimit("1wd"), Start: "lam",
		Supplement: procedure.Supplement{Effect: procedure.EffectPause},
		Steps: []procedure.Step{
			{ID: "lam", Kind: procedure.StepWork, Role: "tho", May: []string{procedure.MaySupplement}, Outcomes: []procedure.Outcome{{Name: "done", Edges: []procedure.Edge{{To: "tra"}}}}},
			{ID: "tra", Kind: procedure.StepReturn},
		},
	}
}

// Monday 2026-03-02 07:30, on a calendar of eight hours a day without holidays.
func monday() time.Time { return time.Date(2026, 3, 2, 7, 30, 0, 0, calendar.Zone()) }

func plain(t testing.TB) *calendar.Calendar {
	t.Helper()
	day := calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}}
	c, err := calendar.New(calendar.Spec{FromYear: 2026, ToYear: 2027, Week: [7]calendar.Sessions{{}, day, day, day, day, day, {}}})
	require.NoError(t, err)
	return c
}

// office is a question about n dossiers that come at once on Monday morning.
func office(t testing.TB, n int, life backtest.Life) *backtest.Test {
	t.Helper()
	plan := oneStep()
	var courses []backtest.Course
	for range n {
		courses = append(courses, backtest.Course{Code: "X", Plan: plan, Lead: "xuong", Received: monday(), Channel: dossier.ChannelCounter, Life: life})
	}
	return &backtest.Test{
		Parts:    []backtest.Part{{Name: "noi", Courses: func() []backtest.Course { return courses }}},
		Calendar: plain(t), Policy: dossier.DefaultPolicy(), Staff: map[string]int{"xuong/tho": 1},
		Counted: monday(), Until: monday().AddDate(0, 0, 5), End: monday().AddDate(0, 6, 0),
	}
}

// Six dossiers of four hours, due on Tuesday at 17:00. One person ends two a day: on Monday early, on Tuesday on the day, on
// Wednesday at 11:30 and 17:00 late by four and eight hours. Two people end the last on Tuesday at noon.
func TestPeopleWorkOneAfterTheOther(t *testing.T) {
	t.Parallel()
	x := office(t, 6, hours{})
	x.Change = backtest.Change{Staff: map[string]int{"xuong/tho": 2}}
	a := x.Run(atOnce)
	require.Equal(t, backtest.Tally{Received: 6, Early: 2, OnTime: 2, Late: 2, LateMinutes: 240 + 480, Minutes: 240 * (1 + 2 + 3 + 4 + 5 + 6)}, a.Before.All)
	require.InDelta(t, 66.7, a.Before.All.Rate(), 0.1)
	require.Equal(t, backtest.Tally{Received: 6, Early: 4, OnTime: 2, Minutes: 240 * 2 * (1 + 2 + 3)}, a.After.All)
	// Five days of eight hours; the six wait 0, 4, 8, 12, 16 and 20 hours.
	require.Equal(t, backtest.Load{People: 1, Busy: 6 * 240, Room: 5 * 480, Jobs: 6, Waited: 240 * (1 + 2 + 3 + 4 + 5)}, a.Before.Stations["xuong/tho"])
	require.Equal(t, backtest.Load{People: 2, Busy: 6 * 240, Room: 2 * 5 * 480, Jobs: 6, Waited: 240 * 2 * (1 + 2)}, a.After.Stations["xuong/tho"])
	require.Equal(t, a.Before.All, a.Before.ByProcedure["9.000001"])
	require.Equal(t, a.Before.All, a.Before.ByAgency["noi"])
}

// With two days' time those of Wednesday are on the day; a cut by half of that brings Tuesday back.
func TestAnotherLimit(t *testing.T) {
	t.Parallel()
	x := office(t, 6, hours{})
	x.Change = backtest.Change{Limits: map[string]calendar.Limit{"9.000001": calendar.MustLimit("2wd")}}
	a := x.Run(atOnce)
	require.Equal(t, 2, a.Before.All.Late)
	require.Equal(t, backtest.Tally{Received: 6, Early: 4, OnTime: 2, Minutes: 240 * 21}, a.After.All)
	x.Change.Cuts = map[string]int{backtest.Every: 50}
	require.Equal(t, a.Before.All, x.Run(atOnce).After.All)
}

// The applicant is asked after two hours and answers on Tuesday at 07:30: meanwhile the second dossier is worked on from 09:30 to
// 15:00, and on Tuesday the first is done at 09:30.
func TestNobodyWorksWhileTheApplicantIsWaitedFor(t *testing.T) {
	t.Parallel()
	asked := hours{breaks: []backtest.Break{{
		After: 120, Ask: dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true}, Answer: dossier.Act{Kind: dossier.ActProvideSupplement, Complete: true}, Takes: 22 * time.Hour,
	}}}
	x := office(t, 2, hours{})
	courses := x.Parts[0].Courses()
	courses[0].Life = asked
	a := x.Run(atOnce).Before
	require.Equal(t, backtest.Load{People: 1, Busy: 480, Room: 5 * 480, Jobs: 3, Waited: 120}, a.Stations["xuong/tho"])
	// The first lies from 09:30 to 07:30 on Tuesday, 360 working minutes: 600 in all; the second 360.
	// Six paused hours after 07:30 still lie on Tuesday, so the first is due that day; the second is done on Monday.
	require.Equal(t, backtest.Tally{Received: 2, Early: 1, OnTime: 1, Minutes: 600 + 360}, a.All)
}

// What comes before the counted period is worked on, and is not counted.
func TestTheYearDoesNotBeginEmpty(t *testing.T) {
	t.Parallel()
	x := office(t, 3, hours{})
	x.Counted = monday().Add(time.Minute)
	x.Parts[0].Courses()[2].Received = monday().Add(2 * time.Minute)
	a := x.Run(atOnce).Before
	require.Equal(t, backtest.Tally{Received: 1, OnTime: 1, Minutes: 720 - 2}, a.All)
}

func TestChangesThatFitNothing(t *testing.T) {
	t.Parallel()
	plans := map[string]*procedure.Executable{"9.000001": oneStep(), "G1": {Code: "G1", Merged: &procedure.Merged{}}}
	err := backtest.Change{
		Limits: map[string]calendar.Limit{"1.1": calendar.MustLimit("2wd"), "G1": calendar.MustLimit("2wd")},
		Cuts:   map[string]int{"9.000001": 100}, Staff: map[string]int{"xuong/tho": 0, "xuong/ai": 1},
	}.Check(plans, []string{"xuong/tho"})
	require.EqualError(t, err, `G1 là thủ tục ghép, thời hạn theo các phần: hãy đổi bằng cắt giảm
cắt giảm của 9.000001 phải từ 1 đến 99 phần trăm
không có hồ sơ nào của thủ tục "1.1"
không có vị trí "xuong/ai"; có: xuong/tho
vị trí xuong/tho cần ít nhất một người`)
	require.NoError(t, backtest.Change{Cuts: map[string]int{backtest.Every: 20}}.Check(plans, nil))
}
