package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"motcua/app"
	"motcua/calendar"
	"motcua/embedded/temporalserver"
	"motcua/models"
)

// deskAt is an installation's office by another clock, without a worker.
func deskAt(store *models.Store, server *temporalserver.Server, clock calendar.Clock, logger *slog.Logger, window time.Duration, now func() time.Time) (*app.App, error) {
	return app.Connect(app.Config{
		Store: store, TemporalAddress: server.Address(), Namespace: server.Namespace(), TaskQueue: "motcua-storm",
		Clock: clock, Now: now, Window: window, Logger: logger,
	})
}

// bareLead is from the first start of a bare workflow to the instant of its timer.
const bareLead = 2 * time.Minute

// bareTimers are bare workflows of one timer each, which take Updates.
type bareTimers struct {
	client client.Client
	worker worker.Worker
	n      int
	fired  atomic.Int64
}

const bareTimer = "bare-storm"

func openBareTimers(server *temporalserver.Server, n int, logger *slog.Logger) (*bareTimers, error) {
	c, err := client.Dial(client.Options{
		HostPort: server.Address(), Namespace: server.Namespace(), Logger: log.NewStructuredLogger(logger),
		ConnectionOptions: client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}},
	})
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
	err := workflow.SetUpdateHandler(ctx, "act", func(_ workflow.Context, body string) (string, error) { return body, nil })
	if err != nil {
		return err
	}
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
	err := b.each(16, func(i int) error {
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

// updates sends one Update to each and returns how many were done in a second.
func (b *bareTimers) updates(ctx context.Context, c int) (float64, error) {
	began := time.Now()
	err := b.each(c, func(i int) error {
		h, err := b.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
			UpdateID: "re-date", WorkflowID: b.id(i), UpdateName: "act", Args: []any{"amend_calendar"}, WaitForStage: client.WorkflowUpdateStageCompleted,
		})
		if err != nil {
			return err
		}
		return h.Get(ctx, nil)
	})
	return float64(b.n) / time.Since(began).Seconds(), err
}

func (b *bareTimers) id(i int) string { return fmt.Sprint(bareTimer, "/", i) }

// each does something for every workflow, c at once.
func (b *bareTimers) each(c int, do func(i int) error) error {
	var mu sync.Mutex
	var errs []error
	var wait sync.WaitGroup
	jobs := make(chan int)
	for range c {
		wait.Go(func() {
			for i := range jobs {
				if err := do(i); err != nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
				}
			}
		})
	}
	for i := range b.n {
		jobs <- i
	}
	close(jobs)
	wait.Wait()
	return errors.Join(errs...)
}
