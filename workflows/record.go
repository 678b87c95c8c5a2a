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
	if reply.Digest != digest {
		// A changed law would otherwise replay silently: the marker holds no input. Fail the task, loudly.
		panic(fmt.Sprintf("dossier %s: events to %d decided now have digest %s, recorded were %s", r.in.Code, view.Seq, digest, reply.Digest))
	}
	r.queue.done = ticket
	r.describe(ctx)
	return nil
}

// recorded waits until a ticket is recorded.
func (r *run) recorded(ctx workflow.Context, ticket int64) error {
	if err := workflow.Await(ctx, func() bool { return r.queue.done >= ticket || r.frozen != "" }); err != nil {
		return err
	}
	if r.queue.done < ticket {
		return errors.New("dossier is frozen: " + r.frozen)
	}
	return nil
}
