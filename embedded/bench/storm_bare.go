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

// bareStorm sets n bare timers to one instant and returns how long after it the last workflow had handled its own. Each sets
// another timer, as a dossier does after a rung.
func bareStorm(ctx context.Context, server *temporalserver.Server, n int, logger *slog.Logger) (time.Duration, error) {
	c, err := client.Dial(client.Options{
		HostPort: server.Address(), Namespace: server.Namespace(), Logger: log.NewStructuredLogger(logger),
		ConnectionOptions: client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}},
	})
	if err != nil {
		return 0, err
	}
	defer c.Close()
	var fired atomic.Int64
	w := worker.New(c, "bare-storm", worker.Options{StickyScheduleToStartTimeout: time.Second})
	w.RegisterWorkflowWithOptions(func(ctx workflow.Context, at time.Time) error {
		if err := workflow.Sleep(ctx, at.Sub(workflow.Now(ctx))); err != nil {
			return err
		}
		if !workflow.IsReplaying(ctx) {
			fired.Add(1)
		}
		return workflow.Sleep(ctx, 30*24*time.Hour)
	}, workflow.RegisterOptions{Name: "bare-storm"})
	if err := w.Start(); err != nil {
		return 0, err
	}
	defer w.Stop()
	at := time.Now().Add(bareLead)
	var mu sync.Mutex
	var errs []error
	var wait sync.WaitGroup
	jobs := make(chan int)
	for range 16 {
		wait.Go(func() {
			for i := range jobs {
				_, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: fmt.Sprint("bare-storm/", i), TaskQueue: "bare-storm", EnableEagerStart: true}, "bare-storm", at)
				if err != nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
				}
			}
		})
	}
	for i := range n {
		jobs <- i
	}
	close(jobs)
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}
	if time.Until(at) < time.Second {
		return 0, fmt.Errorf("starting %d bare workflows took more than %s", n, bareLead)
	}
	for fired.Load() < int64(n) {
		if time.Since(at) > patienceOfStorm {
			return 0, fmt.Errorf("%d of %d bare timers fired", fired.Load(), n)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return time.Since(at), nil
}
