package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"motcua/models"
)

// Findings of deliveries; their subject is the webhook.
const (
	findingFailing = "webhook_failing" // a receiver has failed for half an hour; closed by its next success
	findingDead    = "webhook_dead"    // an event was given up for a receiver: it will not hear of it
)

const (
	// failingAfter is the attempt of one message at which its receiver becomes a finding: by then half an hour has passed.
	failingAfter = 4
	// maxAge is when a message that waited for others is given up as well, so that a dead receiver's queue has an end.
	maxAge = 7 * 24 * time.Hour
	// maxHold is the longest pause between two tries of whatever kind at a receiver that fails.
	maxHold = time.Minute
)

// courier brings events to webhooks, each receiver in a lane of its own: one that is slow, down or dead costs the others
// nothing. Retries and death are each message's own and stored; a lane only keeps a failing receiver from being asked by all
// its messages at once, and forgets that with the process.
type courier struct {
	store *models.Store
	send  func(context.Context, models.Webhook, models.OutboxRow) error
	log   *slog.Logger
	now   func() time.Time

	mu    sync.Mutex
	lanes map[string]*lane
	busy  sync.WaitGroup
}

// lane is what a process remembers of a receiver.
type lane struct {
	busy     bool
	failures int
	hold     time.Time
	// healthy: a success was seen since the last failure, so no finding is open.
	healthy bool
}

func newCourier(store *models.Store, s *sender, log *slog.Logger) *courier {
	return &courier{store: store, send: s.send, log: log, now: s.now, lanes: map[string]*lane{}}
}

func (c *courier) run(ctx context.Context) {
	defer c.busy.Wait()
	for ctx.Err() == nil {
		if err := c.sweep(ctx); err != nil && ctx.Err() == nil {
			c.log.Error("deliveries not found", "error", err)
		}
		pause(ctx, relayPause)
	}
}

// sweep sets off the lane of every receiver with something to deliver, and waits for none.
func (c *courier) sweep(ctx context.Context) error {
	ids, err := c.store.DueReceivers(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		l, limit := c.enter(id)
		if limit == 0 {
			continue
		}
		c.busy.Go(func() {
			if err := c.drain(ctx, id, l, limit); err != nil && ctx.Err() == nil {
				c.log.Error("deliveries not drained", "webhook", id, "error", err)
			}
			c.leave(l)
		})
	}
	return nil
}

// enter takes a lane and says how many messages it may carry: one at a receiver that failed last, none while it is busy or
// held.
func (c *courier) enter(id string) (*lane, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, ok := c.lanes[id]
	if !ok {
		l = &lane{}
		c.lanes[id] = l
	}
	switch {
	case l.busy || c.now().Before(l.hold):
		return l, 0
	case l.failures > 0:
		l.busy = true
		return l, 1
	}
	l.busy = true
	return l, relayBatch
}

func (c *courier) leave(l *lane) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l.busy = false
}

// drain delivers what is due to one receiver, in order, until one fails or half the lease is over; the rest is put back.
func (c *courier) drain(ctx context.Context, id string, l *lane, limit int) error {
	rows, err := c.store.ClaimDeliveries(ctx, id, limit, relayLease)
	if err != nil {
		return err
	}
	end := c.now().Add(relayLease / 2)
	delivered, tried := 0, 0
	var failure error
	for _, row := range rows {
		if ctx.Err() != nil || c.now().After(end) {
			break
		}
		h, err := c.store.Webhook(ctx, id)
		if errors.Is(err, models.ErrNotFound) || err == nil && !h.Active {
			return errors.Join(c.store.DoneOutbox(ctx, idsOf(rows[:delivered])...), c.store.DropDeliveries(ctx, id, "webhook is switched off or gone"))
		}
		if err != nil {
			return errors.Join(err, c.settle(ctx, rows, delivered, tried))
		}
		failure = c.send(ctx, h, row)
		if failure != nil && ctx.Err() != nil { // the process ends: nobody knows whether it arrived, so it goes again
			break
		}
		tried++
		if failure != nil {
			break
		}
		delivered++
	}
	errs := []error{c.settle(ctx, rows, delivered, tried)}
	if delivered > 0 {
		errs = append(errs, c.succeeded(ctx, id, l))
	}
	if tried > delivered {
		errs = append(errs, c.failed(ctx, id, l, rows[delivered], failure))
	}
	return errors.Join(errs...)
}

// settle marks what was delivered and puts back what was not tried. What was delivered stays so though the process ends.
func (c *courier) settle(ctx context.Context, rows []models.OutboxRow, delivered, tried int) error {
	ctx = context.WithoutCancel(ctx)
	return errors.Join(c.store.DoneOutbox(ctx, idsOf(rows[:delivered])...), c.store.ReleaseOutbox(ctx, idsOf(rows[tried:])...))
}

func idsOf(rows []models.OutboxRow) []int64 {
	ids := make([]int64, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids
}

// succeeded ends the hold of a lane and, once after each failure, its finding.
func (c *courier) succeeded(ctx context.Context, id string, l *lane) error {
	c.mu.Lock()
	known := l.healthy
	l.failures, l.hold, l.healthy = 0, time.Time{}, true
	c.mu.Unlock()
	if known {
		return nil
	}
	return c.store.CloseFinding(ctx, findingFailing, id)
}

// failed holds the lane, and gives the message its next try or, after the last one, its end.
func (c *courier) failed(ctx context.Context, id string, l *lane, row models.OutboxRow, cause error) error {
	now := c.now()
	c.mu.Lock()
	l.failures++
	l.hold, l.healthy = now.Add(min(time.Second<<min(l.failures-1, 6), maxHold)), false
	c.mu.Unlock()
	c.log.Warn("not delivered", "webhook", id, "message", row.ID, "key", row.Key, "attempt", row.Attempts, "error", cause)
	if row.Attempts > len(retries()) || now.Sub(row.CreatedAt) >= maxAge {
		detail := fmt.Sprintf("sự kiện %s không giao được sau %d lần, bên nhận sẽ không biết: %v", row.Dedup, row.Attempts, cause)
		return errors.Join(
			c.store.AddFinding(ctx, models.Finding{Kind: findingDead, Subject: id, Detail: detail}),
			c.store.FailOutbox(ctx, row.ID, cause.Error(), time.Time{}),
		)
	}
	err := c.store.FailOutbox(ctx, row.ID, cause.Error(), now.Add(backoff(row.Attempts)))
	if row.Attempts < failingAfter {
		return err
	}
	detail := fmt.Sprintf("sự kiện %s đã gửi %d lần chưa được: %v", row.Dedup, row.Attempts, cause)
	return errors.Join(err, c.store.AddFinding(ctx, models.Finding{Kind: findingFailing, Subject: id, Detail: detail}))
}
