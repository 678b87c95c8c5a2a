package workflows_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
	"motcua/procedure"
	"motcua/workflows"
)

// ledger stands for the database: it keeps what RecordMission was given and answers look-ups. A workflow that is behind gets what
// it keeps.
type ledger struct {
	mu        sync.Mutex
	events    []mission.Event
	calendars []workflows.CalendarData
	view      mission.View
	acts      []dossier.DoneAct
	batches   int
	fail      func(n int) error
	asked     []workflows.LookupRequest
	lookup    func(workflows.LookupRequest) workflows.LookupReply
}

func (l *ledger) RecordMission(_ context.Context, r workflows.MissionRecordRequest) (workflows.RecordReply, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.batches++
	if l.fail != nil {
		if err := l.fail(l.batches); err != nil {
			return workflows.RecordReply{}, err
		}
	}
	if r.View.Seq-int64(len(r.Events)) < int64(len(l.events)) {
		return workflows.RecordReply{Stored: &workflows.Stored{Mission: l.events, Done: l.acts, Calendars: l.calendars}}, nil
	}
	l.events, l.view, l.acts = append(l.events, r.Events...), r.View, append(l.acts, r.Acts...)
	return workflows.RecordReply{Digest: r.Digest}, nil
}

func (l *ledger) LookUp(_ context.Context, r workflows.LookupRequest) (workflows.LookupReply, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, r)
	if l.lookup != nil {
		return l.lookup(r), nil
	}
	var out workflows.LookupReply
	for _, q := range r.Rungs {
		out.Recipients = append(out.Recipients, dossier.Recipients{Rung: q.Key, To: []string{"ld-" + q.Tasks[0].Agency}, HandUp: "ld-H99.01"})
	}
	return out, nil
}

func (l *ledger) fired(subject string) (out []string) {
	for _, e := range l.events {
		if f, ok := e.Body.(mission.RungFired); ok && (subject == "" || f.Subject == subject) {
			out = append(out, f.Rung+" "+f.Instant.Format("01-02 15:04"))
		}
	}
	return out
}

// yearLong is a mission of a year: a plan in five days, a training after it, a monthly task of another agency and a weekly report.
func yearLong() *mission.Executable {
	head := procedure.ToHeadOfAgency
	end := calendar.NewDate(2027, 2, 28)
	return &mission.Executable{
		Code: "mau", Model: "test", Agencies: []string{"xa"}, Indicators: []mission.Indicator{{ID: "ty-le", Target: 8000}},
		Tasks: []mission.Task{
			{ID: "ke-hoach", Role: head, After: lim("5wd")},
			{ID: "tap-huan", Agency: "xa", Role: "chuyen-vien", After: lim("10wd"), Of: "ke-hoach"},
			{ID: "ra-soat", Agency: "xa", Role: "chuyen-vien", Every: &mission.Every{Unit: mission.EveryMonth, Day: 25}, Until: end},
			{ID: "tuan", Report: true, Role: head, Every: &mission.Every{Unit: mission.EveryWeek, Day: 5}, Until: end},
		},
		Ladder: []procedure.Rung{
			{ID: "truoc", On: procedure.OnTask, Before: lim("1wd"), To: []string{procedure.ToAssignee}, Do: []string{procedure.DoNotify}},
			{ID: "den-han", On: procedure.OnTask, AtDue: true, To: []string{head}, Do: []string{procedure.DoNotify}},
			{ID: "len", On: procedure.OnTask, After: lim("2wd"), To: []string{procedure.ToHeadOfLead}, Do: []string{procedure.DoHandUp}},
			{ID: "bao-cao", On: procedure.OnReport, AtDue: true, To: []string{procedure.ToControl}, Do: []string{procedure.DoNotify}},
		},
	}
}

const missionCode = "H99.01-NV26-0001"

func missionEnvironment(t *testing.T, l *ledger) (*testsuite.TestWorkflowEnvironment, workflows.MissionStart) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(at("2026-03-02 09:00"))
	env.SetWorkflowRunTimeout(3 * 365 * 24 * time.Hour)
	env.RegisterWorkflowWithOptions(workflows.Mission, workflow.RegisterOptions{Name: workflows.MissionName})
	env.RegisterActivityWithOptions(l.RecordMission, activity.RegisterOptions{Name: workflows.RecordMission().Name})
	env.RegisterActivityWithOptions(l.LookUp, activity.RegisterOptions{Name: workflows.LookUp().Name})
	return env, startedMission(t, l, yearLong())
}

func startedMission(t *testing.T, l *ledger, x *mission.Executable) workflows.MissionStart {
	t.Helper()
	spec := week()
	cal, err := calendar.New(spec)
	require.NoError(t, err)
	in := workflows.MissionStart{
		Code: missionCode, Exec: x, Clock: calendar.RealClock(),
		Calendars: []workflows.CalendarData{{Agency: "H99.01", Hash: cal.Hash(), Spec: spec}},
	}
	deps := mission.Deps{Model: x, Calendars: func(string) (*calendar.Calendar, error) { return cal, nil }}
	s := &mission.State{}
	facts := &mission.Facts{
		Code: missionCode, Lead: "H99.01", Bindings: []dossier.Binding{{Ref: "xa", Agency: "H99.31"}},
		Calendars: []dossier.AgencyCalendar{{Agency: "H99.01", Hash: cal.Hash()}, {Agency: "H99.31", Hash: cal.Hash()}},
	}
	in.Events, err = mission.Do(deps, s, mission.Act{ID: "m1", Kind: mission.ActStart, By: "kstt", At: at("2026-03-02 09:00"), Start: facts}, at("2026-03-02 09:00"))
	require.NoError(t, err)
	in.Done = s.Done
	l.events, l.acts, l.calendars = append(l.events, in.Events...), append(l.acts, in.Done...), in.Calendars
	return in
}

// asked collects what an update returned.
type asked struct {
	accepted bool
	reply    workflows.MissionActReply
	err      error
}

func (a *asked) callbacks() *testsuite.TestUpdateCallback {
	return &testsuite.TestUpdateCallback{
		OnAccept: func() { a.accepted = true },
		OnReject: func(err error) { a.err = err },
		OnComplete: func(v any, err error) {
			a.err = err
			if r, ok := v.(workflows.MissionActReply); ok {
				a.reply = r
			}
		},
	}
}

// ask does an act at a legal time on the test's clock, as somebody.
func ask(env *testsuite.TestWorkflowEnvironment, when, id, by string, act mission.Act) *asked {
	a := &asked{}
	env.RegisterDelayedCallback(func() {
		act.ID, act.At, act.By = id, at(when), by
		env.UpdateWorkflow(workflows.UpdateAct, id, a.callbacks(), workflows.MissionActRequest{Act: act})
	}, at(when).Sub(at("2026-03-02 09:00")))
	return a
}

func cancelled() mission.Act { return mission.Act{Kind: mission.ActCancel, Reasoned: true} }

// A whole year left alone: every rung of every week and month, once, in order, each at its own instant.
func TestMissionOfAYearLeftAlone(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	env, in := missionEnvironment(t, l)
	ask(env, "2027-03-20 09:00", "end", "kstt", cancelled())
	env.ExecuteWorkflow(workflows.MissionName, in)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{"truoc 03-06 16:59", "den-han 03-10 07:30", "len 03-12 07:30"}, l.fired("task:ke-hoach#1"))
	require.Equal(t, []string{"truoc 12-24 16:59", "den-han 12-28 07:30", "len 12-30 07:30"}, l.fired("task:ra-soat#10"))
	weekly := 0
	var last time.Time
	for i, e := range l.events {
		require.Equal(t, int64(i+1), e.Seq, "no gap")
		f, ok := e.Body.(mission.RungFired)
		if !ok {
			continue
		}
		require.False(t, f.Instant.Before(last), "in order")
		last = f.Instant
		if f.Rung == "bao-cao" {
			weekly++
			require.Equal(t, time.Monday, f.Instant.Weekday(), "a report due on Friday is missed at the next opening")
		}
		require.NotEmpty(t, f.To)
	}
	require.Equal(t, 52, weekly)
	require.Equal(t, mission.StageCancelled, l.view.Stage)
	var handed []string
	for _, e := range l.events {
		if h, ok := e.Body.(mission.TaskHandedUp); ok {
			handed = append(handed, h.Task+" "+h.To)
		}
	}
	require.Contains(t, handed, "ra-soat#10 ld-H99.01")
}

func TestMissionToItsClose(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	env, in := missionEnvironment(t, l)
	ask(env, "2026-03-05 09:00", "a1", "vp", mission.Act{Kind: mission.ActCompleteTask, Task: "ke-hoach"})
	same := ask(env, "2026-03-05 09:10", "a2", "vp", mission.Act{Kind: mission.ActAcceptTask, Task: "ke-hoach"})
	accepted := ask(env, "2026-03-06 09:00", "a3", "kstt", mission.Act{Kind: mission.ActAcceptTask, Task: "ke-hoach"})
	ask(env, "2026-03-06 10:00", "a4", "vp", mission.Act{Kind: mission.ActReportProgress, Readings: []mission.Reading{{Indicator: "ty-le", Value: 8100}}})
	ask(env, "2026-03-18 10:00", "a5", "xa", mission.Act{Kind: mission.ActCompleteTask, Task: "tap-huan"})
	early := ask(env, "2026-03-19 10:00", "a6", "kstt", mission.Act{Kind: mission.ActClose})
	ask(env, "2026-03-19 10:10", "a7", "kstt", mission.Act{Kind: mission.ActAcceptTask, Task: "tap-huan"})
	ask(env, "2026-03-19 10:20", "a8", "vp", mission.Act{Kind: mission.ActReportProgress, Task: "tuan#2", Reasoned: true})
	closed := ask(env, "2026-03-19 11:00", "a9", "kstt", mission.Act{Kind: mission.ActClose})
	env.ExecuteWorkflow(workflows.MissionName, in)
	require.True(t, env.IsWorkflowCompleted())
	require.NoError(t, env.GetWorkflowError())
	require.False(t, same.accepted, "refused by the validator, before history is written")
	require.ErrorContains(t, same.err, "same_person")
	require.NoError(t, accepted.err)
	require.Equal(t, at("2026-03-06 17:00"), accepted.reply.NextDue, "the weekly report is next")
	require.ErrorContains(t, early.err, "not_settled")
	require.NoError(t, closed.err)
	require.Equal(t, mission.StageClosed, closed.reply.Stage)
	require.Equal(t, mission.StageClosed, l.view.Stage)
	require.Empty(t, l.fired("task:ke-hoach#1"))
	require.Equal(t, []string{"bao-cao 03-16 07:30"}, l.fired("report:tuan#2"))
}

func TestMissionActsOnce(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	env, in := missionEnvironment(t, l)
	first, again, other := &asked{}, &asked{}, &asked{}
	for i, a := range []*asked{first, again, other} {
		env.RegisterDelayedCallback(func() {
			act := mission.Act{ID: "same", Kind: mission.ActCompleteTask, Task: "ke-hoach", By: "vp", At: at("2026-03-03 10:00"), Fingerprint: "f"}
			if i == 2 {
				act.Fingerprint = "another"
			}
			env.UpdateWorkflow(workflows.UpdateAct, "u"+string(rune('0'+i)), a.callbacks(), workflows.MissionActRequest{Act: act})
		}, at("2026-03-03 10:00").Sub(at("2026-03-02 09:00")))
	}
	stale := &asked{}
	env.RegisterDelayedCallback(func() {
		act := mission.Act{ID: "s", Kind: mission.ActReportDifficulty, Reasoned: true, At: at("2026-03-03 11:00")}
		env.UpdateWorkflow(workflows.UpdateAct, "s", stale.callbacks(), workflows.MissionActRequest{Act: act, Expect: 9})
	}, at("2026-03-03 11:00").Sub(at("2026-03-02 09:00")))
	forged := ask(env, "2026-03-03 12:00", "x", "vp", mission.Act{Kind: mission.ActAlarm})
	ask(env, "2026-03-04 09:00", "end", "kstt", cancelled())
	env.ExecuteWorkflow(workflows.MissionName, in)
	require.NoError(t, env.GetWorkflowError())
	require.NoError(t, first.err)
	require.Equal(t, first.reply, again.reply)
	require.ErrorContains(t, other.err, "key_reused")
	require.ErrorContains(t, stale.err, "stale")
	require.ErrorContains(t, forged.err, "unknown_act")
	require.Len(t, l.acts, 3, "the start, the act, the end")
}

func TestMissionAdoptsANewerCalendar(t *testing.T) {
	t.Parallel()
	fresh := week(calendar.NewDate(2026, 3, 9))
	l := &ledger{}
	l.lookup = func(r workflows.LookupRequest) (out workflows.LookupReply) {
		for _, c := range r.Calendars {
			if c.Agency == "H99.01" && c.Hash != fresh.Hash() {
				out.Newer = []workflows.CalendarData{{Agency: "H99.01", Hash: fresh.Hash(), Spec: fresh}}
			}
		}
		return out
	}
	env, in := missionEnvironment(t, l)
	ask(env, "2026-03-13 09:00", "end", "kstt", cancelled())
	env.ExecuteWorkflow(workflows.MissionName, in)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{"truoc 03-06 16:59", "den-han 03-11 07:30", "len 03-13 07:30"}, l.fired("task:ke-hoach#1"), "with Monday off it is due on the 10th")
}

// Whom a rung concerns is asked for its own task only, and clocks that disagree fire nothing.
func TestMissionLooksUp(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	skewed := 2
	l.lookup = func(r workflows.LookupRequest) workflows.LookupReply {
		skewed--
		return workflows.LookupReply{Skewed: skewed >= 0}
	}
	env, in := missionEnvironment(t, l)
	ask(env, "2026-03-07 09:00", "end", "kstt", cancelled())
	env.ExecuteWorkflow(workflows.MissionName, in)
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, l.asked, 3, "asked again each minute until the clocks agree")
	r := l.asked[0]
	require.Equal(t, "H99.01", r.Lead)
	require.Equal(t, []string{procedure.ToAssignee}, r.Rungs[0].To)
	require.Equal(t, []dossier.TaskView{{Task: "ke-hoach#1", Step: "ke-hoach", Agency: "H99.01", Role: procedure.ToHeadOfAgency}}, r.Rungs[0].Tasks)
	require.Equal(t, []string{"truoc 03-06 16:59"}, l.fired(""), "the legal instant stays exact")
}

func TestMissionFreezes(t *testing.T) {
	t.Parallel()
	l := &ledger{fail: func(int) error {
		return temporal.NewNonRetryableApplicationError("gap", workflows.SequenceType, errors.New("gap"))
	}}
	env, in := missionEnvironment(t, l)
	first := ask(env, "2026-03-02 10:00", "a3", "vp", mission.Act{Kind: mission.ActCompleteTask, Task: "ke-hoach"})
	second := ask(env, "2026-03-02 11:00", "a4", "vp", mission.Act{Kind: mission.ActReportDifficulty, Reasoned: true})
	env.RegisterDelayedCallback(env.CancelWorkflow, time.Hour*3)
	env.ExecuteWorkflow(workflows.MissionName, in)
	require.ErrorContains(t, first.err, "frozen")
	require.ErrorContains(t, second.err, "frozen")
}

// A changed law fails the task loudly: the digest of what was recorded is not the digest of what is decided.
func TestMissionRefusesAnotherDigest(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(at("2026-03-02 09:00"))
	env.RegisterWorkflowWithOptions(workflows.Mission, workflow.RegisterOptions{Name: workflows.MissionName})
	env.RegisterActivityWithOptions(func(_ context.Context, r workflows.MissionRecordRequest) (workflows.RecordReply, error) {
		return workflows.RecordReply{Digest: "another"}, nil
	}, activity.RegisterOptions{Name: workflows.RecordMission().Name})
	in := startedMission(t, l, yearLong())
	ask(env, "2026-03-02 10:00", "a3", "vp", mission.Act{Kind: mission.ActCompleteTask, Task: "ke-hoach"})
	env.ExecuteWorkflow(workflows.MissionName, in)
	require.ErrorContains(t, env.GetWorkflowError(), "have digest")
}

// A long history is renewed from a snapshot: the mission goes on where it was, and still knows the acts that were done.
func TestMissionRenewed(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	env, in := missionEnvironment(t, l)
	ask(env, "2026-03-05 09:00", "a1", "vp", mission.Act{Kind: mission.ActCompleteTask, Task: "ke-hoach"})
	env.RegisterDelayedCallback(func() {
		env.SetContinueAsNewSuggested(true)
		a := &asked{}
		env.UpdateWorkflow(workflows.UpdatePoke, "poke", a.callbacks())
	}, at("2026-03-16 09:00").Sub(at("2026-03-02 09:00")))
	env.ExecuteWorkflow(workflows.MissionName, in)
	var renewed *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &renewed)
	var next workflows.MissionStart
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(renewed.Input, &next))
	require.Empty(t, next.Events)
	require.NotNil(t, next.Snapshot)

	kept := slices.Clone(l.events)
	again, _ := missionEnvironment(t, l)
	l.events = kept // the second environment brought a start of its own
	again.SetStartTime(at("2026-03-16 09:00"))
	known, end := &asked{}, &asked{}
	again.RegisterDelayedCallback(func() {
		act := mission.Act{ID: "a1", Kind: mission.ActCompleteTask, Task: "ke-hoach", By: "vp", At: at("2026-03-05 09:00")}
		again.UpdateWorkflow(workflows.UpdateAct, "again", known.callbacks(), workflows.MissionActRequest{Act: act})
	}, time.Minute)
	again.RegisterDelayedCallback(func() {
		act := cancelled()
		act.ID, act.At, act.By = "end", at("2026-04-10 09:00"), "kstt"
		again.UpdateWorkflow(workflows.UpdateAct, "end", end.callbacks(), workflows.MissionActRequest{Act: act})
	}, at("2026-04-10 09:00").Sub(at("2026-03-16 09:00")))
	again.ExecuteWorkflow(workflows.MissionName, next)
	require.NoError(t, again.GetWorkflowError())
	require.NoError(t, known.err)
	require.EqualValues(t, 2, known.reply.Revision, "answered as the first time, not done again")
	require.NoError(t, end.err)
	require.Equal(t, []string{"bao-cao 03-30 07:30"}, l.fired("report:tuan#4"), "the ladder goes on")
	for i, e := range l.events {
		require.Equal(t, int64(i+1), e.Seq, "no gap over the renewal")
	}
}

func TestMissionQueries(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	env, in := missionEnvironment(t, l)
	ask(env, "2026-03-03 10:00", "a1", "vp", mission.Act{Kind: mission.ActReportDifficulty, Task: "ke-hoach", Reasoned: true})
	env.RegisterDelayedCallback(func() {
		v, err := env.QueryWorkflow(workflows.QueryClock)
		require.NoError(t, err)
		var view mission.View
		require.NoError(t, v.Get(&view))
		want, err := json.Marshal(l.view)
		require.NoError(t, err)
		got, err := json.Marshal(view)
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(got), "the workflow and the read model say the same")
		v, err = env.QueryWorkflow(workflows.QueryState)
		require.NoError(t, err)
		var s mission.State
		require.NoError(t, v.Get(&s))
		require.Equal(t, view.Seq, s.Seq)
		v, err = env.QueryWorkflow(workflows.QueryNext)
		require.NoError(t, err)
		var next workflows.NextReply
		require.NoError(t, v.Get(&next))
		require.True(t, next.Armed)
		require.Equal(t, "ke-hoach#1", next.Alarm.Task)
	}, at("2026-03-03 10:00").Sub(at("2026-03-02 09:00"))+1)
	ask(env, "2026-03-04 09:00", "end", "kstt", cancelled())
	env.ExecuteWorkflow(workflows.MissionName, in)
	require.NoError(t, env.GetWorkflowError())
}

func TestWorkflowIDs(t *testing.T) {
	t.Parallel()
	require.Equal(t, "nhiemvu/"+missionCode, workflows.MissionID(missionCode))
	require.Empty(t, workflows.DossierCode(workflows.MissionID(missionCode)))
}
