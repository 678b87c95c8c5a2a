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
func (d *driver) recorder(ctx workflow.Context) {
	ctx = workflow.WithLocalActivityOptions(ctx, localOptions())
	for {
		if err := workflow.Await(ctx, func() bool { return !d.queue.empty() && d.frozen == "" }); err != nil {
			return
		}
		if err := d.record(ctx); err != nil {
			d.frozen = err.Error()
			workflow.GetLogger(ctx).Error("frozen", "code", d.code, "error", err)
			d.describe(ctx)
		}
	}
}

func (d *driver) record(ctx workflow.Context) error {
	events, acts, ticket := d.queue.events, d.queue.acts, d.queue.ticket
	d.queue.events, d.queue.acts = nil, nil
	digest, err := dossier.Digest(events)
	if err != nil {
		return err
	}
	activity, req, err := d.batch(events, digest, acts, d.now(ctx))
	if err != nil {
		return err
	}
	seq, _ := d.place()
	var reply RecordReply
	if err := workflow.ExecuteLocalActivity(ctx, activity, req).Get(ctx, &reply); err != nil {
		return err
	}
	if reply.Stored != nil {
		return d.takeOver(ctx, *reply.Stored)
	}
	if reply.Digest != digest {
		// A changed law would otherwise replay silently: the marker holds no input. Fail the task, loudly.
		panic(fmt.Sprintf("%s: events to %d decided now have digest %s, recorded were %s", d.code, seq, digest, reply.Digest))
	}
	d.queue.done = ticket
	d.describe(ctx)
	return nil
}

// takeOver makes what is stored the state. A batch is recorded before the task that decided it is complete; a task that is
// lost in between, with its worker or with Temporal, leaves a workflow that does not know what it had done, and that decides
// anew, at another time. What is stored was perhaps answered to somebody: it stands. What was decided without it is void, and
// is decided again by those who wait for it.
func (d *driver) takeOver(ctx workflow.Context, s Stored) error {
	for _, c := range s.Calendars {
		if err := d.keep(c); err != nil {
			return err
		}
	}
	seq, _ := d.place()
	workflow.GetLogger(ctx).Warn("workflow was behind its records", "code", d.code, "at", seq, "stored", len(s.Events)+len(s.Mission))
	if err := d.restore(s); err != nil {
		return err
	}
	d.queue = queue{ticket: d.queue.ticket, done: d.queue.ticket, era: d.queue.era + 1}
	d.timer.stale, d.poked = true, true
	d.describe(ctx)
	return nil
}

// catchUp lets the recorder see whether more is stored than the workflow knows.
func (d *driver) catchUp(ctx workflow.Context) error {
	_, err := d.recorded(ctx, d.queue.put(nil), d.queue.era)
	return err
}

// recorded waits until a ticket is recorded, and says whether it was, or became void with its era.
func (d *driver) recorded(ctx workflow.Context, ticket, era int64) (bool, error) {
	err := workflow.Await(ctx, func() bool { return d.queue.done >= ticket || d.queue.era != era || d.frozen != "" })
	switch {
	case err != nil:
		return false, err
	case d.queue.era != era:
		return false, nil
	case d.queue.done < ticket:
		return false, errors.New(d.code + " is frozen: " + d.frozen)
	}
	return true, nil
}
