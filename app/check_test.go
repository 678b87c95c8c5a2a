package app

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/mocks"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"motcua/calendar"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/office"
	"motcua/workflows"
)

// In production the check ticks by the clock of the law; where time is scaled it ticks once a legal day, never faster than each five
// seconds. A tick that finds the last one at work is left out.
func TestScheduleOf(t *testing.T) {
	t.Parallel()
	for scale, every := range map[int64]time.Duration{24: time.Hour, 1440: time.Minute, 17_280: 5 * time.Second, 86_400: 5 * time.Second, 1_000_000: 5 * time.Second} {
		s := scheduleOf("q", scale)
		require.Equal(t, []client.ScheduleIntervalSpec{{Every: every}}, s.Spec.Intervals, scale)
		require.Empty(t, s.Spec.Calendars)
	}
	s := scheduleOf("q", 1)
	require.Empty(t, s.Spec.Intervals)
	require.Equal(t, "Asia/Ho_Chi_Minh", s.Spec.TimeZoneName)
	require.Equal(t, []client.ScheduleRange{{Start: 0, End: 59, Step: 15}}, s.Spec.Calendars[0].Minute)
	require.Equal(t, []client.ScheduleRange{{Start: 0, End: 23}}, s.Spec.Calendars[0].Hour)
	require.Equal(t, enumspb.SCHEDULE_OVERLAP_POLICY_SKIP, s.Overlap)
	require.Equal(t, "q", s.Action.(*client.ScheduleWorkflowAction).TaskQueue)
}

// The activity of a tick is the run of its legal day; the next tick is a quick one, and a run that was asked for has its own name.
func TestCheckClocksIsOneRunOfItsTick(t *testing.T) {
	t.Parallel()
	i := install(t)
	code := i.left()
	i.engine.mu.Lock()
	i.engine.running[code] = 1
	i.engine.mu.Unlock()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	h := housekeeping{i.office}
	env.RegisterActivity(h.checkClocks)
	tick := func(req workflows.CheckRequest) (reply workflows.CheckReply) {
		v, err := env.ExecuteActivity(h.checkClocks, req)
		require.NoError(t, err)
		require.NoError(t, v.Get(&reply))
		return reply
	}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone())
	require.Equal(t, "day-2026-03-02", tick(workflows.CheckRequest{At: at}).ID)
	require.Equal(t, "quick-2026-03-02T0900", tick(workflows.CheckRequest{At: at}).ID)
	require.Equal(t, "asked", tick(workflows.CheckRequest{ID: "asked", By: "kstt", At: at}).ID)
	row, err := i.store.Check(t.Context(), "day-2026-03-02")
	require.NoError(t, err)
	require.Equal(t, models.CheckDone, row.State)
	require.Contains(t, string(row.Figures), `"dossiers":1`)
	row, err = i.store.Check(t.Context(), "asked")
	require.NoError(t, err)
	require.Equal(t, office.CheckFull, row.Kind)
	require.Equal(t, "kstt", row.Principal)
}

// The metrics say what is open by time left, what findings there are by kind, how late rungs fire and when the check last ended;
// scrapes close to each other read the database once.
func TestMetrics(t *testing.T) {
	t.Parallel()
	store := modelstest.Open(t)
	require.NoError(t, SeedDemo(t.Context(), store))
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone())
	a, err := Connect(Config{Store: store, TemporalAddress: "127.0.0.1:1", Namespace: "x", Clock: calendar.RealClock(), Now: func() time.Time { return now }, Logger: quiet()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.Stop(context.Background())) })
	p, err := a.Office.Authenticate(t.Context(), "mc_motcua_demo")
	require.NoError(t, err)
	for _, procedure := range []string{"9.000001", "1.012784"} { // eight working hours, and twelve working days
		s := office.Submission{
			Procedure: procedure, Channel: "counter", Receiving: "H99.02.01", Lead: "H99.14.01.01", Accept: true,
			Applicant: office.Applicant{Name: "Nguyễn Văn Mẫu"}, Papers: []office.Paper{{Document: "don"}},
		}
		if procedure != "9.000001" {
			s.Papers = append(s.Papers, office.Paper{Document: "gcn"}, office.Paper{Document: "ban-ve"})
		}
		_, err = a.Office.Submit(t.Context(), p, s, procedure)
		require.NoError(t, err)
	}
	for _, subject := range []string{"a", "b"} {
		require.NoError(t, store.AddFinding(t.Context(), models.Finding{Kind: office.FindingAlarmLate, Subject: subject, Detail: "x"}))
	}
	require.NoError(t, store.AddFinding(t.Context(), models.Finding{Kind: models.FindingFrozen, Subject: "a", Detail: "x"}))
	require.NoError(t, store.AddFinding(t.Context(), models.Finding{Kind: "moon", Subject: "a", Detail: "x"}))
	row, err := store.BeginCheck(t.Context(), models.CheckRow{ID: "c", Kind: office.CheckFull})
	require.NoError(t, err)
	row.State = models.CheckDone
	require.NoError(t, store.SaveCheck(t.Context(), row))
	a.lag.Observe(3)
	a.lag.Observe(90)
	handler := newMetrics(a)
	scrape := func() string {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
		return w.Body.String()
	}
	page := scrape()
	for _, line := range []string{
		"motcua_dossiers_open 2", "motcua_dossiers_late 0", "motcua_dossiers_frozen 1", "motcua_findings_open 4",
		`motcua_findings{kind="alarm_late"} 2`, `motcua_findings{kind="alarm_unarmed"} 0`, `motcua_findings{kind="moon"} 1`,
		`motcua_dossiers_time_left{left="1_to_3wd"} 1`, `motcua_dossiers_time_left{left="over_5wd"} 1`, `motcua_dossiers_time_left{left="late"} 0`,
		`motcua_dossiers_time_left{left="suspended"} 0`, `motcua_rung_lag_seconds_bucket{le="2"} 0`, `motcua_rung_lag_seconds_bucket{le="5"} 1`,
		`motcua_rung_lag_seconds_bucket{le="120"} 2`, "motcua_rung_lag_seconds_sum 93", "motcua_temporal_up 0",
	} {
		require.Contains(t, page, "\n"+line+"\n")
	}
	require.Contains(t, page, `motcua_clock_check_timestamp_seconds{kind="full"}`)
	require.NotContains(t, page, `motcua_clock_check_seconds{kind="quick"}`, "none has ended")
	require.NoError(t, store.CloseFinding(t.Context(), "moon", "a"))
	require.Contains(t, scrape(), "motcua_findings_open 4", "kept for a while")
}

// A Schedule that is there already is brought up to date; an operator's pause stays.
func TestSchedulesAreRegisteredOnce(t *testing.T) {
	t.Parallel()
	c, schedules, handle := mocks.NewClient(t), mocks.NewScheduleClient(t), mocks.NewScheduleHandle(t)
	c.On("ScheduleClient").Return(schedules)
	mine := mock.MatchedBy(func(o client.ScheduleOptions) bool { return o.ID == checkSchedule })
	schedules.On("Create", mock.Anything, mine).Return(handle, nil).Once()
	require.NoError(t, registerSchedules(t.Context(), c, "q", 1))

	have := client.Schedule{Spec: &client.ScheduleSpec{}, Policy: &client.SchedulePolicies{}, State: &client.ScheduleState{Paused: true, Note: "bảo trì"}}
	schedules.On("Create", mock.Anything, mine).Return(nil, temporal.ErrScheduleAlreadyRunning).Once()
	schedules.On("GetHandle", mock.Anything, checkSchedule).Return(handle)
	handle.On("Update", mock.Anything, mock.MatchedBy(func(o client.ScheduleUpdateOptions) bool {
		u, err := o.DoUpdate(client.ScheduleUpdateInput{Description: client.ScheduleDescription{Schedule: have}})
		return err == nil && u.Schedule.State.Paused && u.Schedule.Spec.Intervals[0].Every == time.Minute &&
			u.Schedule.Policy.Overlap == enumspb.SCHEDULE_OVERLAP_POLICY_SKIP && u.Schedule.Policy.CatchupWindow == time.Hour
	})).Return(nil).Once()
	require.NoError(t, registerSchedules(t.Context(), c, "q", 1440))

	schedules.On("Create", mock.Anything, mine).Return(nil, errors.New("gone")).Once()
	require.ErrorContains(t, registerSchedules(t.Context(), c, "q", 1), checkSchedule)
}
