package workflows_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
	"motcua/workflows"
)

func lim(s string) calendar.Limit { return calendar.MustLimit(s) }

func done(steps ...string) []procedure.Outcome {
	o := procedure.Outcome{Name: "done"}
	for _, s := range steps {
		o.Edges = append(o.Edges, procedure.Edge{To: s})
	}
	return []procedure.Outcome{o}
}

// plan is a procedure of 5 working days with a full ladder.
func plan() *procedure.Executable {
	return &procedure.Executable{
		Code: "9.000001", Plan: "test", Limit: lim("5wd"), Start: "nhan",
		Supplement: procedure.Supplement{Effect: procedure.EffectRestart, Within: lim("3wd"), Answer: lim("15d"), Check: lim("8wh")},
		Steps: []procedure.Step{
			{ID: "nhan", Kind: procedure.StepWork, Agency: procedure.RefReceiving, Limit: lim("4wh"), Outcomes: done("xu-ly")},
			{ID: "xu-ly", Kind: procedure.StepWork, Limit: lim("3wd"), May: []string{procedure.MaySupplement, procedure.MaySuspend}, Outcomes: done("ky")},
			{ID: "ky", Kind: procedure.StepWork, Limit: lim("1wd"), Outcomes: done("tra")},
			{ID: "tra", Kind: procedure.StepReturn, Agency: procedure.RefReceiving},
		},
		Ladder: []procedure.Rung{
			{ID: "nua", On: procedure.OnDossier, Share: 50, To: []string{procedure.ToAssignee}, Do: []string{procedure.DoNotify}},
			{ID: "qua-han", On: procedure.OnDossier, AtDue: true, To: []string{procedure.ToHeadOfAgency}, Do: []string{procedure.DoHandUp}},
			{ID: "don-doc", On: procedure.OnDossier, After: lim("1wd"), Times: 2, To: []string{procedure.ToControl}, Do: []string{procedure.DoNotify}},
		},
	}
}

func week(off ...calendar.Date) calendar.Spec {
	day := calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}}
	return calendar.Spec{FromYear: 2026, ToYear: 2027, Week: [7]calendar.Sessions{{}, day, day, day, day, day, {}}, Off: off}
}

func at(s string) time.Time {
	x, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
	if err != nil {
		panic(err)
	}
	return x
}

// book stands for the database: it keeps what Record was given and answers look-ups. A workflow that is behind gets what it
// keeps.
type book struct {
	mu        sync.Mutex
	events    []dossier.Event
	calendars []workflows.CalendarData
	exec      *procedure.Executable
	view      dossier.View
	acts      []dossier.DoneAct
	batches   int
	fail      func(n int) error
	lookup    func(workflows.LookupRequest) workflows.LookupReply
}

func (b *book) Record(_ context.Context, r workflows.RecordRequest) (workflows.RecordReply, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.batches++
	if b.fail != nil {
		if err := b.fail(b.batches); err != nil {
			return workflows.RecordReply{}, err
		}
	}
	known := r.View.Seq - int64(len(r.Events))
	if known < int64(len(b.events)) {
		return workflows.RecordReply{Stored: &workflows.Stored{Events: b.events, Done: b.acts, Calendars: b.calendars, Exec: b.exec}}, nil
	}
	b.events, b.view, b.acts = append(b.events, r.Events...), r.View, append(b.acts, r.Acts...)
	return workflows.RecordReply{Digest: r.Digest}, nil
}

func (b *book) LookUp(_ context.Context, r workflows.LookupRequest) (workflows.LookupReply, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lookup != nil {
		return b.lookup(r), nil
	}
	out := workflows.LookupReply{Until: r.Until}
	for _, q := range r.Rungs {
		out.Recipients = append(out.Recipients, dossier.Recipients{Rung: q.Key, To: []string{"cb-1"}})
	}
	return out, nil
}

func (b *book) fired() (out []string) {
	for _, e := range b.events {
		if f, ok := e.Body.(dossier.RungFired); ok {
			out = append(out, f.Rung+" "+f.Instant.Format("01-02 15:04"))
		}
	}
	return out
}

// environment is a dossier accepted on Monday 2026-03-02 09:00, due Monday 2026-03-09 17:00.
func environment(t *testing.T, b *book) (*testsuite.TestWorkflowEnvironment, workflows.Start) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(at("2026-03-02 09:00"))
	env.RegisterWorkflowWithOptions(workflows.Dossier, workflow.RegisterOptions{Name: workflows.DossierName})
	env.RegisterActivityWithOptions(b.Record, activity.RegisterOptions{Name: workflows.RecordEvents().Name})
	env.RegisterActivityWithOptions(b.LookUp, activity.RegisterOptions{Name: workflows.LookUp().Name})
	return env, accepted(t, b)
}

func accepted(t testing.TB, b *book) workflows.Start {
	t.Helper()
	spec := week()
	cal, err := calendar.New(spec)
	require.NoError(t, err)
	in := workflows.Start{
		Code: "H99.14-260302-0001", Exec: plan(), Clock: calendar.RealClock(), Policy: dossier.DefaultPolicy(),
		Calendars: []workflows.CalendarData{{Agency: "H99.01", Hash: cal.Hash(), Spec: spec}},
	}
	deps := dossier.Deps{Plan: in.Exec, Policy: in.Policy, Calendars: func(string) (*calendar.Calendar, error) { return cal, nil }}
	s := &dossier.State{}
	for _, a := range []dossier.Act{
		{ID: "a1", Kind: dossier.ActSubmit, Intake: &dossier.IntakeFacts{
			Code: in.Code, Channel: dossier.ChannelCounter, Receiving: "H99.01", Lead: "H99.14",
			Calendars: []dossier.AgencyCalendar{{Agency: "H99.01", Hash: cal.Hash()}},
		}},
		{ID: "a2", Kind: dossier.ActAccept},
	} {
		a.At = at("2026-03-02 09:00")
		events, err := dossier.Do(deps, s, a, a.At)
		require.NoError(t, err)
		in.Events = append(in.Events, events...)
	}
	in.Done = s.Done
	b.events, b.acts, b.calendars = append(b.events, in.Events...), append(b.acts, in.Done...), in.Calendars
	return in
}

// answer collects what an update returned.
type answer struct {
	accepted bool
	reply    workflows.ActReply
	err      error
}

func (a *answer) callbacks() *testsuite.TestUpdateCallback {
	return &testsuite.TestUpdateCallback{
		OnAccept: func() { a.accepted = true },
		OnReject: func(err error) { a.err = err },
		OnComplete: func(v any, err error) {
			a.err = err
			if r, ok := v.(workflows.ActReply); ok {
				a.reply = r
			}
		},
	}
}

// send does an act at a legal time on the test's clock.
func send(env *testsuite.TestWorkflowEnvironment, when, id string, req workflows.ActRequest) *answer {
	a := &answer{}
	env.RegisterDelayedCallback(func() {
		req.Act.ID, req.Act.At, req.Act.By = id, at(when), "cb-1"
		env.UpdateWorkflow(workflows.UpdateAct, id, a.callbacks(), req)
	}, at(when).Sub(at("2026-03-02 09:00")))
	return a
}

func act(kind string) workflows.ActRequest {
	return workflows.ActRequest{Act: dossier.Act{Kind: kind}}
}
