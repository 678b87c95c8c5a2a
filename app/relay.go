package app

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"motcua/models"
	"motcua/office"
)

// relay drains the outbox: starts that a crash left behind, what dossiers do to each other, notices, and events, which it hands
// to the courier as one delivery for each webhook. Everything goes at least once.
type relay struct {
	store  *models.Store
	office *office.Office
	log    *slog.Logger
	now    func() time.Time
}

const (
	relayPause = 500 * time.Millisecond
	relayBatch = 100
	relayLease = time.Minute
	// A connection that swallows everything must not hold a loop for ever: so long may one delivery take, and one use of the
	// database.
	deliverWithin  = 30 * time.Second
	databaseWithin = 10 * time.Second
)

func (r *relay) run(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := r.sweep(ctx)
		if err != nil && ctx.Err() == nil {
			r.log.Error("outbox not drained", "error", err)
		}
		if n < relayBatch {
			pause(ctx, relayPause)
		}
	}
}

// pause waits with a little jitter, so that several relays do not move in step.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d + rand.N(d/4+1))
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

func (r *relay) sweep(ctx context.Context) (int, error) {
	rows, err := r.claim(ctx)
	if err != nil {
		return 0, err
	}
	// What is done is marked together: a crash before it does it again, which is harmless.
	done, err := r.starts(ctx, rows)
	if err != nil {
		return len(rows), err
	}
	var events, notices []models.OutboxRow
	for _, row := range rows {
		switch row.Topic {
		case models.TopicStart, models.TopicStartMission:
			continue
		case models.TopicNotice:
			notices = append(notices, row)
			continue
		case models.TopicLink:
			if ok, err := r.attempt(ctx, row); err != nil {
				return len(rows), err
			} else if !ok {
				continue
			}
		case models.TopicEvent, models.TopicMessage:
			r.tell(row)
			events = append(events, row)
			continue
		default:
			r.tell(row)
		}
		done = append(done, row.ID)
	}
	scheduled, err := r.schedule(ctx, notices)
	if err != nil {
		return len(rows), err
	}
	done = append(done, scheduled...)
	ctx, cancel := databaseUse(ctx)
	defer cancel()
	return len(rows), errors.Join(r.store.DoneOutbox(ctx, done...), r.store.FanOut(ctx, events))
}

// schedule gives notifications their turns; it returns the messages that are done.
func (r *relay) schedule(ctx context.Context, rows []models.OutboxRow) (done []int64, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	use, cancel := databaseUse(ctx)
	defer cancel()
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.Dedup // a notification's message has its id
	}
	for i, why := range r.office.ScheduleNotices(use, ids) {
		if why == nil {
			done = append(done, rows[i].ID)
			continue
		}
		r.log.Warn("message not scheduled; will try again", "code", rows[i].Key, "attempt", rows[i].Attempts, "error", why)
		if err := r.fail(ctx, rows[i], why); err != nil {
			return done, err
		}
	}
	return done, nil
}

// databaseUse bounds one use of the database; a stop lets it end.
func databaseUse(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), databaseWithin)
}

func (r *relay) claim(ctx context.Context) ([]models.OutboxRow, error) {
	ctx, cancel := databaseUse(ctx)
	defer cancel()
	topics := []string{models.TopicStart, models.TopicStartMission, models.TopicLink, models.TopicEvent, models.TopicNotice, models.TopicMessage}
	return r.store.ClaimOutbox(ctx, topics, relayBatch, relayLease)
}

// startsAtOnce is how many dossiers and missions are started at once: none waits for another.
const startsAtOnce = 8

// starts starts the dossiers and missions that are asked for, and returns the messages that are done.
func (r *relay) starts(ctx context.Context, rows []models.OutboxRow) (done []int64, err error) {
	var mu sync.Mutex
	var errs []error
	var wait sync.WaitGroup
	turns := make(chan struct{}, startsAtOnce)
	for _, row := range rows {
		if row.Topic != models.TopicStart && row.Topic != models.TopicStartMission {
			continue
		}
		turns <- struct{}{}
		wait.Go(func() {
			defer func() { <-turns }()
			ok, err := r.attempt(ctx, row)
			mu.Lock()
			defer mu.Unlock()
			if ok {
				done = append(done, row.ID)
			}
			errs = append(errs, err)
		})
	}
	wait.Wait()
	return done, errors.Join(errs...)
}

// attempt does what a message asks of this installation itself, and keeps it for later where that fails.
func (r *relay) attempt(ctx context.Context, row models.OutboxRow) (ok bool, err error) {
	why := r.inward(ctx, row)
	if why == nil {
		return true, nil
	}
	r.log.Warn("not done; will try again", "topic", row.Topic, "code", row.Key, "attempt", row.Attempts, "error", why)
	return false, r.fail(ctx, row, why)
}

// inward does what a message asks of this installation itself.
func (r *relay) inward(ctx context.Context, row models.OutboxRow) error {
	ctx, cancel := context.WithTimeout(ctx, deliverWithin)
	defer cancel()
	switch row.Topic {
	case models.TopicStartMission:
		return r.office.StartMissionWorkflow(ctx, row.Key)
	case models.TopicLink:
		return r.office.Link(ctx, row)
	}
	return r.office.StartDossier(ctx, row.Key)
}

// inwardAtMost is how long a message to ourselves waits at first: a dossier waits for it. One that still fails after patience
// deliveries waits for a person, or for another day.
const (
	inwardAtMost = time.Minute
	patience     = 60
)

// fail keeps a message to ourselves for later.
func (r *relay) fail(ctx context.Context, row models.OutboxRow, why error) error {
	ctx, cancel := databaseUse(ctx)
	defer cancel()
	return r.store.FailOutbox(ctx, row.ID, why.Error(), r.now().Add(inwardBackoff(row.Attempts)))
}

func inwardBackoff(attempts int) time.Duration {
	if attempts <= patience {
		return min(backoff(attempts), inwardAtMost)
	}
	return backoff(attempts)
}

// tell writes to the log what goes outside: codes and kinds, nothing personal.
func (r *relay) tell(row models.OutboxRow) {
	r.log.Info("outbox", "topic", row.Topic, "key", row.Key, "payload", row.Payload)
}

// retries is the retry table of Standard Webhooks.
func retries() []time.Duration {
	return []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}
}

// backoff is the pause after an attempt.
func backoff(attempt int) time.Duration {
	table := retries()
	return table[min(max(attempt-1, 0), len(table)-1)]
}

// sweeper asks again for acts whose fate is unknown, with the same id and words.
func sweeper(ctx context.Context, o *office.Office, log *slog.Logger) {
	for ctx.Err() == nil {
		pause(ctx, 2*time.Second)
		if n, err := o.SweepActs(ctx); err != nil && ctx.Err() == nil {
			log.Warn("pending acts not swept", "error", err)
		} else if n > 0 {
			log.Info("pending acts asked again", "acts", n)
		}
	}
}
