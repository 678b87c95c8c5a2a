package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"time"

	"motcua/models"
	"motcua/office"
)

// Topics of the outbox.
const (
	topicStart  = "start"
	topicEvent  = "event"
	topicNotice = "notice"
)

// sink delivers one outbox row to the outside; an error means: try again later.
type sink interface {
	Deliver(ctx context.Context, row models.OutboxRow) error
}

// relay drains the outbox: starts that a crash left behind, events and notices. Deliveries are at least once, with the
// row's id for the receiver to recognise a repetition.
type relay struct {
	store  *models.Store
	office *office.Office
	sinks  []sink
	log    *slog.Logger
	now    func() time.Time
}

const (
	relayPause = 500 * time.Millisecond
	relayBatch = 50
	relayLease = time.Minute
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
	rows, err := r.store.ClaimOutbox(ctx, []string{topicStart, topicEvent, topicNotice}, relayBatch, relayLease)
	if err != nil {
		return 0, err
	}
	// Delivered rows are marked together: a crash before it delivers them again, and receivers know them by their id.
	var done []int64
	for _, row := range rows {
		if err := r.deliver(ctx, row); err != nil {
			r.log.Warn("not delivered; will try again", "topic", row.Topic, "key", row.Key, "attempt", row.Attempts, "error", err)
			if err := r.store.FailOutbox(ctx, row.ID, err.Error(), r.now().Add(backoff(row.Attempts))); err != nil {
				return len(rows), err
			}
			continue
		}
		done = append(done, row.ID)
	}
	return len(rows), r.store.DoneOutbox(ctx, done...)
}

// backoff follows the retry table of Standard Webhooks.
func backoff(attempt int) time.Duration {
	table := []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}
	return table[min(max(attempt-1, 0), len(table)-1)]
}

func (r *relay) deliver(ctx context.Context, row models.OutboxRow) error {
	if row.Topic == topicStart {
		return r.office.StartDossier(ctx, row.Key)
	}
	for _, s := range r.sinks {
		if err := s.Deliver(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

// logSink writes what would be sent to the log: codes and kinds, nothing personal.
type logSink struct{ log *slog.Logger }

func (l logSink) Deliver(_ context.Context, row models.OutboxRow) error {
	l.log.Info("outbox", "topic", row.Topic, "key", row.Key, "payload", json.RawMessage(row.Payload))
	return nil
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
