// Package rehearsal plays scenarios on the real workflow code, with time skipped: workflows.Dossier in the SDK's test
// environment, its records and look-ups served from memory. What the pure machine makes of the same scenario must be the same,
// event by event; a difference is a fault of one of the two.
//
// The officers' acts are those of the pure run, sent as Updates at their instants; everything else is decided again. Where an
// act and an alarm fall on the same minute, the act was received before the alarm goes off, here as in the pure run.
package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/simulate"
	"motcua/workflows"
)

// Result is a scenario as the workflow and as the pure machine lived it.
type Result struct {
	// Pure is the run on the pure machine, from which the acts were taken.
	Pure simulate.Outcome
	// Engine is what the workflow made of them: the same form, folded from what it had recorded.
	Engine simulate.Outcome
	// Batches are how many times the workflow recorded.
	Batches int
	// Differences say where the two part, in words; none when they agree.
	Differences []string
}

// Run plays a scenario on both.
func Run(sc simulate.Scenario) (Result, error) {
	pure, err := simulate.Run(sc)
	if err != nil {
		return Result{}, err
	}
	d := newDesk(sc, pure)
	if err := d.play(); err != nil {
		return Result{}, err
	}
	engine, err := simulate.Recount(sc, d.events, d.played, pure.At)
	if err != nil {
		return Result{}, err
	}
	return Result{Pure: pure, Engine: engine, Batches: d.batches, Differences: append(d.faults, differences(pure, engine)...)}, nil
}

// desk is everything around the workflow: the people who act, the database and the organisation.
type desk struct {
	sc     simulate.Scenario
	until  time.Time
	env    *testsuite.TestWorkflowEnvironment
	script []simulate.Played

	mu   sync.Mutex
	sent *sync.Cond
	// next is the first act of the script that has not been answered yet.
	next    int
	played  []simulate.Played
	events  []dossier.Event
	done    []dossier.DoneAct
	batches int
	alarm   dossier.View
	faults  []string
}

func newDesk(sc simulate.Scenario, pure simulate.Outcome) *desk {
	d := &desk{sc: sc, until: sc.End(), script: pure.Played}
	d.sent = sync.NewCond(&d.mu)
	return d
}

// play takes the dossier in, as the transaction of the intake does, and lets the workflow carry it to the end of the scenario.
func (d *desk) play() error {
	in, err := d.intake()
	if err != nil {
		return err
	}
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(silent{})
	d.env = suite.NewTestWorkflowEnvironment()
	d.env.SetTestTimeout(patience)
	d.env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: patience})
	d.env.SetStartTime(d.sc.Received)
	d.env.RegisterWorkflowWithOptions(workflows.Dossier, workflow.RegisterOptions{Name: workflows.DossierName})
	d.env.RegisterActivityWithOptions(d.record, activity.RegisterOptions{Name: workflows.RecordEvents().Name})
	d.env.RegisterActivityWithOptions(d.lookUp, activity.RegisterOptions{Name: workflows.LookUp().Name})
	d.arrange()
	d.env.RegisterDelayedCallback(d.env.CancelWorkflow, max(d.until.Sub(d.sc.Received)-time.Second, 1)) // what falls on the end is beyond it
	d.env.ExecuteWorkflow(workflows.DossierName, in)
	if err := d.env.GetWorkflowError(); err != nil && !temporal.IsCanceledError(err) {
		return fmt.Errorf("workflow: %w", err)
	}
	return d.afterwards()
}

// patience is how long a busy machine may leave a goroutine waiting before that is called a deadlock.
const patience = 10 * time.Minute

// intake does the first acts without the workflow, and makes its input.
func (d *desk) intake() (workflows.Start, error) {
	deps := simulate.Deps(d.sc)
	s := &dossier.State{}
	for d.next < len(d.script) && (d.next == 0 || d.next == 1 && d.sc.Channel == dossier.ChannelCounter) {
		p := d.script[d.next]
		events, err := dossier.Do(deps, s, p.Act, p.Now)
		if err != nil {
			return workflows.Start{}, err
		}
		d.events, d.played = append(d.events, events...), append(d.played, p)
		d.next++
	}
	d.done = s.Done
	return workflows.Start{
		Code: s.Code, Events: d.events, Done: s.Done, Exec: d.sc.Plan, Policy: d.sc.Policy, Clock: calendar.RealClock(),
		Calendars: []workflows.CalendarData{{Agency: s.Receiving, Hash: d.sc.Calendar.Hash(), Spec: d.sc.Calendar.Spec()}},
	}, nil
}

// arrange lets the next act of the script be sent when its time has come.
func (d *desk) arrange() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sent.Broadcast()
	if d.next >= len(d.script) {
		return
	}
	p := d.script[d.next]
	d.env.RegisterDelayedCallback(func() { d.send(p) }, max(p.Now.Sub(d.env.Now()), 0))
}

func (d *desk) send(p simulate.Played) {
	answered := func(err error) {
		p.Refusal = nil
		if err != nil && !refusal(err, &p) {
			d.fault("việc %s (%s) hỏng trong luồng: %v", p.Act.Kind, p.Act.ID, err)
		}
		d.mu.Lock()
		d.played = append(d.played, p)
		d.next++
		d.mu.Unlock()
		d.arrange()
	}
	d.env.UpdateWorkflow(workflows.UpdateAct, p.Act.ID, &testsuite.TestUpdateCallback{
		OnAccept: func() {}, OnReject: answered, OnComplete: func(_ any, err error) { answered(err) },
	}, workflows.ActRequest{Act: p.Act})
}

// refusal takes the machine's refusal out of what came over the wire.
func refusal(err error, p *simulate.Played) bool {
	var app *temporal.ApplicationError
	if !errors.As(err, &app) || app.Type() != workflows.RefusalType {
		return false
	}
	var r dossier.Refusal
	if app.Details(&r) != nil {
		return false
	}
	p.Refusal = &r
	return true
}

// afterwards answers acts that came after the end of the dossier, as the office does: there is no workflow any more.
func (d *desk) afterwards() error {
	deps, s := simulate.Deps(d.sc), dossier.Rebuild(d.events)
	for ; d.next < len(d.script); d.next++ {
		p := d.script[d.next]
		if !s.Stage.Closed() {
			d.fault("luồng dừng trước việc %s lúc %s", p.Act.Kind, p.Now.Format(time.DateTime))
			return nil
		}
		_, err := dossier.Decide(deps, s, p.Act, p.Now)
		if p.Refusal = nil; err != nil && !errors.As(err, &p.Refusal) {
			return err
		}
		d.played = append(d.played, p)
	}
	return nil
}

func (d *desk) record(_ context.Context, r workflows.RecordRequest) (workflows.RecordReply, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if known := r.View.Seq - int64(len(r.Events)); known != int64(len(d.events)) {
		return workflows.RecordReply{}, temporal.NewNonRetryableApplicationError(
			fmt.Sprintf("events from %d, %d are known", known+1, len(d.events)), workflows.SequenceType, nil)
	}
	d.batches++
	d.events, d.done, d.alarm = append(d.events, r.Events...), append(d.done, r.Acts...), r.View
	return workflows.RecordReply{Digest: r.Digest}, nil
}

// lookUp waits for the acts of this minute: they were received before the alarm.
func (d *desk) lookUp(_ context.Context, r workflows.LookupRequest) (out workflows.LookupReply, _ error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for d.next < len(d.script) && !d.script[d.next].Now.After(d.env.Now()) {
		d.sent.Wait()
	}
	out.Until = r.Until
	for _, q := range r.Rungs {
		out.Recipients = append(out.Recipients, simulate.Recipients(q.Key, q.To, dossier.Asks{HandUp: q.HandUp, Reassign: q.Reassign, Sign: q.Sign, Issue: q.Issue, Inspect: q.Inspect}))
	}
	return out, nil
}

func (d *desk) fault(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = append(d.faults, fmt.Sprintf(format, args...))
}

// silent keeps the environment's log from people.
type silent struct{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}
