package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"motcua/embedded/temporalserver"
)

// bareLead is from the first start of a bare workflow to the instant of its timer.
const bareLead = 2 * time.Minute

// bareTimers are bare workflows of one timer each.
type bareTimers struct {
	client client.Client
	worker worker.Worker
	n      int
	fired  atomic.Int64
	// at is the instant of the timers, last how long after it the last was handled.
	at   time.Time
	last time.Duration
}

const bareTimer = "bare-storm"

func openBareTimers(server *temporalserver.Server, n int) (*bareTimers, error) {
	c, err := dial(server)
	if err != nil {
		return nil, err
	}
	b := &bareTimers{client: c, n: n, worker: worker.New(c, bareTimer, worker.Options{StickyScheduleToStartTimeout: time.Second})}
	b.worker.RegisterWorkflowWithOptions(b.run, workflow.RegisterOptions{Name: bareTimer})
	return b, b.worker.Start()
}

func (b *bareTimers) close() {
	b.worker.Stop()
	b.client.Close()
}

// run sets another timer after the one that counts, as a dossier does after a rung.
func (b *bareTimers) run(ctx workflow.Context, at time.Time) error {
	if err := workflow.Sleep(ctx, at.Sub(workflow.Now(ctx))); err != nil {
		return err
	}
	if !workflow.IsReplaying(ctx) {
		b.fired.Add(1)
	}
	return workflow.Sleep(ctx, 30*24*time.Hour)
}

// set sets the timers to one instant.
func (b *bareTimers) set(ctx context.Context) error {
	b.at = time.Now().Add(bareLead)
	err := each(b.n, 16, func(i int) error {
		_, err := b.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: b.id(i), TaskQueue: bareTimer, EnableEagerStart: true}, bareTimer, b.at)
		return err
	})
	if err == nil && time.Until(b.at) < time.Second {
		err = fmt.Errorf("starting %d bare workflows took more than %s", b.n, bareLead)
	}
	return err
}

// watch waits until the last workflow has handled its timer.
func (b *bareTimers) watch() error {
	for b.fired.Load() < int64(b.n) {
		if time.Since(b.at) > patienceOfStorm {
			return fmt.Errorf("%d of %d bare timers fired", b.fired.Load(), b.n)
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.last = time.Since(b.at)
	return nil
}

func (b *bareTimers) id(i int) string { return fmt.Sprint(bareTimer, "/", i) }
