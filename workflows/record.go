package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"motcua/dossier"
)

// queue holds decided events until they are recorded. Tickets count what was put in; done is the last ticket recorded.
type queue struct {
	events       []dossier.Event
	acts         []dossier.DoneAct
	ticket, done int64
	// era counts how often the workflow took over what is stored: what was decided in an earlier era is void.
	era int64
}

func (q *queue) empty() bool { return q.ticket == q.done }

func (q *queue) put(events []dossier.Event, acts ...dossier.DoneAct) int64 {
	q.events = append(q.events, events...)
	q.acts = append(q.acts, acts...)
	q.ticket++
	return q.ticket
}

// localOptions ride out any outage of the database: past the workflow task's timeout the SDK waits on a server timer and frees
// the slot, and only a contradiction of sequence is final (engine.md §3).
func localOptions() workflow.LocalActivityOptions {
	return workflow.LocalActivityOptions{
		StartToCloseTimeout:    5 * time.Second,
		ScheduleToCloseTimeout: 30 * 24 * time.Hour,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 10, MaximumInterval: time.Minute,
			NonRetryableErrorTypes: []string{SequenceType},
		},
	}
}

// recorder drains the queue in order, one local activity at a time, several acts in one transaction.
func (r *run) recorder(ctx workflow.Context) {
	ctx = workflow.WithLocalActivityOptions(ctx, localOptions())
	for {
		if err := workflow.Await(ctx, func() bool { return !r.queue.empty() && r.frozen == "" }); err != nil {
			return
		}
		if err := r.record(ctx); err != nil {
			r.frozen = err.Error()
			workflow.GetLogger(ctx).Error("dossier frozen", "dossier", r.in.Code, "error", err)
			r.describe(ctx)
		}
	}
}

func (r *run) record(ctx workflow.Context) error {
	events, acts, ticket := r.queue.events, r.queue.acts, r.queue.ticket
	r.queue.events, r.queue.acts = nil, nil
	digest, err := dossier.Digest(events)
	if err != nil {
		return err
	}
	view, err := r.look(ctx)
	if err != nil {
		return err
	}
	req := RecordRequest{Code: r.in.Code, Events: events, Digest: digest, View: view, Acts: acts}
	var reply RecordReply
	if err := workflow.ExecuteLocalActivity(ctx, RecordEvents().Name, req).Get(ctx, &reply); err != nil {
		return err
	}
	if reply.Stored != nil {
		return r.takeOver(ctx, *reply.Stored)
	}
	if reply.Digest != digest {
		// A changed law would otherwise replay silently: the marker holds no input. Fail the task, loudly.
		panic(fmt.Sprintf("dossier %s: events to %d decided now have digest %s, recorded were %s", r.in.Code, view.Seq, digest, reply.Digest))
	}
	r.queue.done = ticket
	r.describe(ctx)
	return nil
}

// takeOver makes what is stored the state. A batch is recorded before the task that decided it is complete; a task that is
// lost in between, with its worker or with Temporal, leaves a workflow that does not know what it had done, and that decides
// anew, at another time. What is stored was perhaps answered to somebody: it stands. What was decided without it is void, and
// is decided again by those who wait for it.
func (r *run) takeOver(ctx workflow.Context, s Stored) error {
	for _, c := range s.Calendars {
		if err := r.adopt(c); err != nil {
			return err
		}
	}
	workflow.GetLogger(ctx).Warn("dossier was behind its records", "dossier", r.in.Code, "at", r.state.Seq, "stored", len(s.Events))
	r.state, r.seen = restored(s.Events, s.Done), glance{}
	r.queue = queue{ticket: r.queue.ticket, done: r.queue.ticket, era: r.queue.era + 1}
	r.timer.stale, r.poked = true, true
	r.describe(ctx)
	return nil
}

// catchUp lets the recorder see whether more is stored than the workflow knows.
func (r *run) catchUp(ctx workflow.Context) error {
	_, err := r.recorded(ctx, r.queue.put(nil), r.queue.era)
	return err
}

// recorded waits until a ticket is recorded, and says whether it was, or became void with its era.
func (r *run) recorded(ctx workflow.Context, ticket, era int64) (bool, error) {
	err := workflow.Await(ctx, func() bool { return r.queue.done >= ticket || r.queue.era != era || r.frozen != "" })
	switch {
	case err != nil:
		return false, err
	case r.queue.era != era:
		return false, nil
	case r.queue.done < ticket:
		return false, errors.New("dossier is frozen: " + r.frozen)
	}
	return true, nil
}
