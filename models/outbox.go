package models

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
)

// dueNow is true of a message whose time has come and that is the first pending one of its topic, receiver and key.
const dueNow = `o.state = 'pending' AND o.next_at <= ? AND NOT EXISTS (SELECT 1 FROM outbox p
	WHERE p.state = 'pending' AND p.topic = o.topic AND p.receiver = o.receiver AND p.key = o.key AND p.id < o.id)`

// ClaimOutbox leases up to limit due messages of the topics (none: all), oldest first. At most one message per topic, receiver
// and dossier is out at a time, so each dossier's messages go in order. A message that is neither done nor failed when the
// lease ends is due again. Two claimers never get the same message.
func (s *Store) ClaimOutbox(ctx context.Context, topics []string, limit int, lease time.Duration) ([]OutboxRow, error) {
	if len(topics) == 0 {
		return s.claim(ctx, "", nil, limit, lease)
	}
	return s.claim(ctx, " AND o.topic IN ?", []any{topics}, limit, lease)
}

func (s *Store) claim(ctx context.Context, condition string, args []any, limit int, lease time.Duration) ([]OutboxRow, error) {
	now := s.now()
	args = slices.Concat([]any{instant(now)}, args, []any{limit, instant(now.Add(lease))})
	// The inner query locks what it returns.
	query := `WITH due AS MATERIALIZED (
		SELECT o.id AS due_id FROM outbox o WHERE ` + dueNow + condition + ` ORDER BY o.id LIMIT ?` + s.skipLocked() + `)
		UPDATE outbox SET attempts = attempts + 1, next_at = ? FROM due WHERE id = due_id
		RETURNING id, topic, receiver, key, dedup, payload, state, attempts, next_at, last_error, created_at, done_at`
	var rows []OutboxRow
	if err := s.write(ctx).Raw(query, args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("claim outbox: %w", err)
	}
	slices.SortFunc(rows, func(a, b OutboxRow) int { return cmp.Compare(a.ID, b.ID) })
	return rows, nil
}

// ReleaseOutbox puts claimed messages back that were not tried: they are due at once, and the claim was no attempt.
func (s *Store) ReleaseOutbox(ctx context.Context, ids ...int64) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.write(ctx).Table("outbox").Where("id IN ? AND state = ?", ids, OutboxPending).
		Updates(map[string]any{"attempts": gorm.Expr("attempts - 1"), "next_at": instant(s.now())}).Error
	if err != nil {
		return fmt.Errorf("outbox %v: %w", ids, err)
	}
	return nil
}

// DoneOutbox says that messages were delivered, in one write.
func (s *Store) DoneOutbox(ctx context.Context, ids ...int64) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.transact(ctx, func(tx *gorm.DB) error {
		return tx.Table("outbox").Where("id IN ? AND state = ?", ids, OutboxPending).
			Updates(map[string]any{"state": OutboxDone, "done_at": instant(s.now())}).Error
	})
	if err != nil {
		return fmt.Errorf("outbox %v: %w", ids, err)
	}
	return nil
}

// DoneStart says that the workflow of a dossier was started, without a claim.
func (s *Store) DoneStart(ctx context.Context, code string) error {
	return s.doneStart(ctx, TopicStart, code)
}

func (s *Store) doneStart(ctx context.Context, topic, code string) error {
	err := s.transact(ctx, func(tx *gorm.DB) error {
		return tx.Table("outbox").Where("topic = ? AND dedup = ? AND state = ?", topic, code, OutboxPending).
			Updates(map[string]any{"state": OutboxDone, "done_at": instant(s.now())}).Error
	})
	if err != nil {
		return fmt.Errorf("outbox start of %s: %w", code, err)
	}
	return nil
}

// FailOutbox says why a message was not delivered and when to try again (wall time). The zero time gives it up: it is dead,
// is counted by OutboxLag and no longer holds up those behind it.
func (s *Store) FailOutbox(ctx context.Context, id int64, reason string, next time.Time) error {
	change := map[string]any{"last_error": reason}
	if next.IsZero() {
		change["state"] = OutboxDead
	} else {
		change["next_at"] = instant(next)
	}
	err := s.write(ctx).Table("outbox").Where("id = ? AND state = ?", id, OutboxPending).Updates(change).Error
	if err != nil {
		return fmt.Errorf("outbox %d: %w", id, err)
	}
	return nil
}

// Lag is how far the outbox is behind. Pending leaves deliveries to webhooks out, whose delay is their receiver's own; Dead
// counts them too.
type Lag struct {
	Pending, Dead int64
	// Oldest is when the oldest pending message was written (wall time), zero without one.
	Oldest time.Time
}

// OutboxLag measures the outbox.
func (s *Store) OutboxLag(ctx context.Context) (Lag, error) {
	var lag Lag
	var oldest any
	err := oneRow(s.read(ctx).Table("outbox").Select("COUNT(*), MIN(created_at)").Where("state = 'pending' AND topic <> ?", TopicWebhook), &lag.Pending, &oldest)
	if err != nil {
		return Lag{}, fmt.Errorf("outbox lag: %w", err)
	}
	if lag.Oldest, err = toInstant(oldest); err != nil {
		return Lag{}, fmt.Errorf("outbox lag: %w", err)
	}
	if err := s.read(ctx).Table("outbox").Where("state = ?", OutboxDead).Count(&lag.Dead).Error; err != nil {
		return Lag{}, fmt.Errorf("outbox lag: %w", err)
	}
	return lag, nil
}

// PurgeOutbox deletes messages delivered before an instant of wall time and says how many.
func (s *Store) PurgeOutbox(ctx context.Context, before time.Time) (int64, error) {
	res := s.write(ctx).Where("state = ? AND done_at < ?", OutboxDone, instant(before)).Delete(&OutboxRow{})
	if res.Error != nil {
		return 0, fmt.Errorf("purge outbox: %w", res.Error)
	}
	return res.RowsAffected, nil
}
