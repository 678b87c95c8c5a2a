package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"go.temporal.io/api/workflowservice/v1"

	"motcua/office"
)

// fill submits the open dossiers: those of the storm in the early afternoon of that day, by a desk whose clock is behind.
func (s *gale) fill(ctx context.Context) error {
	desk, err := s.desk(s.options.window, func() time.Time { return time.Now().Add(-3 * time.Hour) })
	if err != nil {
		return err
	}
	defer func() { _ = desk.Stop(ctx) }()
	began := time.Now()
	var mu sync.Mutex
	err = each(s.options.open, s.options.c, func(i int) error {
		sub := submission()
		if i < s.options.due {
			sub.Procedure, sub.Papers = "9.000090", []office.Paper{{Document: "don"}}
		}
		receipt, err := desk.Office.Submit(ctx, clerk(), sub, fmt.Sprint("fill/", i))
		if err != nil {
			return fmt.Errorf("submission %d: %w", i, err)
		}
		mu.Lock()
		defer mu.Unlock()
		if i >= s.options.due {
			s.busy = append(s.busy, receipt.Code)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.allStarted(ctx); err != nil {
		return err
	}
	if err := s.allSent(ctx); err != nil {
		return err
	}
	s.filed = time.Since(began)
	fmt.Fprintf(os.Stderr, "%d dossiers open after %s\n", s.options.open, s.filed.Round(time.Second))
	return nil
}

// allStarted waits until every workflow runs.
func (s *gale) allStarted(ctx context.Context) error {
	c, err := dial(s.server)
	if err != nil {
		return err
	}
	defer c.Close()
	return until(ctx, func() (bool, error) {
		n, err := c.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
			Namespace: s.server.Namespace(), Query: "WorkflowType = 'Dossier' AND ExecutionStatus = 'Running'",
		})
		if err != nil {
			return false, fmt.Errorf("count workflows: %w", err)
		}
		return n.GetCount() >= int64(s.options.open), nil
	})
}

// allSent waits until the messages of the intakes are sent: before that nothing is quiet.
func (s *gale) allSent(ctx context.Context) error {
	return until(ctx, func() (bool, error) {
		lag, err := s.ours.store.OutboxLag(ctx)
		return lag.Pending == 0, err
	})
}

// until asks every second whether something is so.
func until(ctx context.Context, so func() (bool, error)) error {
	for {
		if yes, err := so(); err != nil || yes {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}
