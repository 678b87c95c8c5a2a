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

// storm sets the timers to one instant and returns how long after it the last workflow had handled its own.
func (b *bareTimers) storm(ctx context.Context) (time.Duration, error) {
	at := time.Now().Add(bareLead)
	err := each(b.n, 16, func(i int) error {
		_, err := b.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: b.id(i), TaskQueue: bareTimer, EnableEagerStart: true}, bareTimer, at)
		return err
	})
	if err != nil {
		return 0, err
	}
	if time.Until(at) < time.Second {
		return 0, fmt.Errorf("starting %d bare workflows took more than %s", b.n, bareLead)
	}
	for b.fired.Load() < int64(b.n) {
		if time.Since(at) > patienceOfStorm {
			return 0, fmt.Errorf("%d of %d bare timers fired", b.fired.Load(), b.n)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return time.Since(at), nil
}

func (b *bareTimers) id(i int) string { return fmt.Sprint(bareTimer, "/", i) }
