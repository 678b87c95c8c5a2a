package models

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Deliveries are messages of TopicWebhook: an event for one webhook. Each waits, fails and dies on its own, so that one
// receiver that is down holds up no other; for each receiver a dossier's events keep their order.

// FanOut turns claimed events into a delivery for every active webhook and marks them done, in one transaction. Events that
// are done already are passed over; no event is delivered twice to a receiver.
func (s *Store) FanOut(ctx context.Context, events []OutboxRow) error {
	if len(events) == 0 {
		return nil
	}
	ids := make([]int64, 0, len(events))
	for _, e := range events {
		ids = append(ids, e.ID)
	}
	err := s.transact(ctx, func(tx *gorm.DB) error {
		now := s.now()
		var mine []int64
		err := tx.Raw("UPDATE outbox SET state = ?, done_at = ? WHERE id IN ? AND state = ? RETURNING id",
			OutboxDone, instant(now), ids, OutboxPending).Scan(&mine).Error
		if err != nil {
			return err
		}
		var hooks []Webhook
		if err := tx.Where("active = ?", true).Order("id").Find(&hooks).Error; err != nil {
			return err
		}
		var rows []OutboxRow
		for _, e := range events {
			if !slices.Contains(mine, e.ID) {
				continue
			}
			for _, h := range hooks {
				if e.Topic != TopicEvent && !slices.Contains(h.Topics, e.Topic) {
					continue // messages to people go only to who asked for them
				}
				rows = append(rows, OutboxRow{
					Topic: TopicWebhook, Receiver: h.ID, Key: e.Key, Dedup: e.Dedup, Payload: e.Payload, State: OutboxPending, NextAt: now, CreatedAt: now,
				})
			}
		}
		if len(rows) == 0 {
			return nil
		}
		return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
	})
	if err != nil {
		return fmt.Errorf("fan out events %v: %w", ids, err)
	}
	return nil
}

// DueReceivers are the webhooks that have a delivery to try now, by id.
func (s *Store) DueReceivers(ctx context.Context) (ids []string, err error) {
	err = s.read(ctx).Raw("SELECT DISTINCT o.receiver FROM outbox o WHERE o.topic = ? AND "+dueNow+" ORDER BY o.receiver", TopicWebhook, instant(s.now())).
		Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("due receivers: %w", err)
	}
	return ids, nil
}

// ClaimDeliveries is ClaimOutbox for one webhook.
func (s *Store) ClaimDeliveries(ctx context.Context, receiver string, limit int, lease time.Duration) ([]OutboxRow, error) {
	return s.claim(ctx, " AND o.topic = ? AND o.receiver = ?", []any{TopicWebhook, receiver}, limit, lease)
}

// DropDeliveries ends what is pending for a webhook that is switched off or gone: nothing of it is sent, then or later.
func (s *Store) DropDeliveries(ctx context.Context, receiver, reason string) error {
	err := s.write(ctx).Table("outbox").Where("topic = ? AND receiver = ? AND state = ?", TopicWebhook, receiver, OutboxPending).
		Updates(map[string]any{"state": OutboxDone, "done_at": instant(s.now()), "last_error": reason}).Error
	if err != nil {
		return fmt.Errorf("drop deliveries to %s: %w", receiver, err)
	}
	return nil
}

// Webhook returns a webhook by id, or ErrNotFound.
func (s *Store) Webhook(ctx context.Context, id string) (w Webhook, err error) {
	if err := one(s.read(ctx).Where("id = ?", id), &w); err != nil {
		return Webhook{}, fmt.Errorf("webhook %s: %w", id, err)
	}
	return w, nil
}
