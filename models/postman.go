package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Notifications have two lives: raised with the event, and delivered when their recipient may be disturbed. In between they wait here.

// MessagePayload is the payload of topic "message": what one person is told now.
type MessagePayload struct {
	// ID is the notification's, or the digest's.
	ID        string `json:"id"`
	Recipient string `json:"recipient"`
	// Lines are the notifications in it, in the order in which they were raised.
	Lines []NoticePayload `json:"lines"`
	// Digest says that it holds everything of a day.
	Digest bool `json:"digest,omitempty"`
}

// NotificationsByID returns those of some ids that are there, by id.
func (s *Store) NotificationsByID(ctx context.Context, ids []string) (map[string]NotificationRow, error) {
	var rows []NotificationRow
	if err := s.read(ctx).Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("notifications: %w", err)
	}
	out := make(map[string]NotificationRow, len(rows))
	for _, n := range rows {
		out[n.ID] = n
	}
	return out, nil
}

// Turn is when a notification may be delivered (legal time), alone or gathered in a digest.
type Turn struct {
	ID       string
	At       time.Time
	Gathered bool
}

// ScheduleNotifications says when notifications may be delivered, unless they were already; all or none.
func (s *Store) ScheduleNotifications(ctx context.Context, turns []Turn) error {
	type when struct {
		at       int64
		gathered bool
	}
	together, order := map[when][]Turn{}, []when{}
	for _, t := range turns {
		w := when{at: t.At.UnixMicro(), gathered: t.Gathered}
		if len(together[w]) == 0 {
			order = append(order, w)
		}
		together[w] = append(together[w], t)
	}
	if len(order) == 0 {
		return nil
	}
	err := s.transact(ctx, func(tx *gorm.DB) error {
		for _, w := range order {
			ids := make([]string, 0, len(together[w]))
			for _, t := range together[w] {
				ids = append(ids, t.ID)
			}
			err := tx.Table("notifications").Where("id IN ? AND delivered_at IS NULL", ids).
				Updates(map[string]any{"deliver_at": instant(together[w][0].At), "gathered": w.gathered}).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("schedule notifications: %w", err)
	}
	return nil
}

// ReceivingOf returns the agencies that received some dossiers, by code; what is no dossier is not among them.
func (s *Store) ReceivingOf(ctx context.Context, codes []string) (map[string]string, error) {
	var rows []struct{ Code, Receiving string }
	if err := s.read(ctx).Table("dossiers").Select("code, receiving").Where("code IN ?", codes).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("receiving agencies: %w", err)
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.Code] = r.Receiving
	}
	return out, nil
}

// DueSingles are the notifications that go one by one and whose turn has come by a legal instant, in the order of their turns.
func (s *Store) DueSingles(ctx context.Context, at time.Time, limit int) (rows []NotificationRow, err error) {
	err = s.read(ctx).Where("deliver_at <= ? AND delivered_at IS NULL AND NOT gathered", instant(at)).Order("deliver_at, at, dossier, seq, id").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("due notifications: %w", err)
	}
	return rows, nil
}

// DueGathered are the notifications that a digest brings and whose turn has come by a legal instant: for each of at most so many
// people all of them, in the order in which they were raised.
func (s *Store) DueGathered(ctx context.Context, at time.Time, people int) (out [][]NotificationRow, err error) {
	const due = "deliver_at <= ? AND delivered_at IS NULL AND gathered"
	var who []string
	if err := s.read(ctx).Table("notifications").Distinct("recipient").Where(due, instant(at)).Order("recipient").Limit(people).Pluck("recipient", &who).Error; err != nil {
		return nil, fmt.Errorf("due digests: %w", err)
	}
	for _, r := range who {
		var rows []NotificationRow
		if err := s.read(ctx).Where(due+" AND recipient = ?", instant(at), r).Order("at, dossier, seq, id").Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("digest of %s: %w", r, err)
		}
		if len(rows) > 0 { // another postman was faster
			out = append(out, rows)
		}
	}
	return out, nil
}

// Deliver hands notifications to the outbox, a message each, all or none; each once, whoever asks.
func (s *Store) Deliver(ctx context.Context, list []NotificationRow, at time.Time) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]string, 0, len(list))
	for _, n := range list {
		ids = append(ids, n.ID)
	}
	err := s.transact(ctx, func(tx *gorm.DB) error {
		mine, err := delivered(tx, ids, at, "")
		if err != nil {
			return err
		}
		for _, n := range list {
			if !mine[n.ID] {
				continue
			}
			if err := s.post(tx, MessagePayload{ID: n.ID, Recipient: n.Recipient, Lines: []NoticePayload{noticeOf(n)}}); err != nil {
				return fmt.Errorf("%s: %w", n.ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	return nil
}

// DeliverDigest hands what waited for one recipient to the outbox as the one message of a legal day. False: the day already had its
// message, and nothing was done.
func (s *Store) DeliverDigest(ctx context.Context, recipient, day string, list []NotificationRow, at time.Time) (sent bool, err error) {
	id := recipient + "/" + day
	err = s.transact(ctx, func(tx *gorm.DB) error {
		sent = false
		row := DigestRow{ID: id, Recipient: recipient, Day: day, At: at, Lines: len(list)}
		res := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		ids := make([]string, 0, len(list))
		for _, n := range list {
			ids = append(ids, n.ID)
		}
		mine, err := delivered(tx, ids, at, id)
		if err != nil {
			return err
		}
		m := MessagePayload{ID: id, Recipient: recipient, Digest: true}
		for _, n := range list {
			if mine[n.ID] {
				m.Lines = append(m.Lines, noticeOf(n))
			}
		}
		sent = true
		if len(m.Lines) == 0 { // another postman told him one by one
			return tx.Delete(&row).Error
		}
		if len(m.Lines) != row.Lines {
			if err := tx.Table("digests").Where("id = ?", id).Update("lines", len(m.Lines)).Error; err != nil {
				return err
			}
		}
		return s.post(tx, m)
	})
	if err != nil {
		return false, fmt.Errorf("digest %s: %w", id, err)
	}
	return sent, nil
}

// delivered marks notifications and returns those that were not marked before.
func delivered(tx *gorm.DB, ids []string, at time.Time, digest string) (map[string]bool, error) {
	var mine []string
	err := tx.Raw("UPDATE notifications SET delivered_at = ?, digest = ? WHERE id IN ? AND delivered_at IS NULL RETURNING id", instant(at), digest, ids).Scan(&mine).Error
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, id := range mine {
		out[id] = true
	}
	return out, nil
}

func (s *Store) post(tx *gorm.DB, m MessagePayload) error {
	key := m.Recipient
	if key == RecipientApplicant { // each applicant is a person of his own
		key += "/" + m.Lines[0].Code
	}
	row, err := message(TopicMessage, key, m.ID, m, s.now())
	if err != nil {
		return err
	}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
}

func noticeOf(n NotificationRow) NoticePayload {
	return NoticePayload{ID: n.ID, Kind: n.Kind, Code: n.Dossier, Seq: n.Seq, Recipient: n.Recipient}
}

// Digests are the digests of recipients, the latest first.
func (s *Store) Digests(ctx context.Context, recipients []string, limit int) (rows []DigestRow, err error) {
	if err := s.read(ctx).Where("recipient IN ?", recipients).Order("day DESC, recipient").Limit(pageSize(limit)).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("digests: %w", err)
	}
	return rows, nil
}
