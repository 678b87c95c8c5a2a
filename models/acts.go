package models

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"motcua/dossier"
)

// insertAct writes a pending act, unless the id is taken.
func (s *Store) insertAct(tx *gorm.DB, row ActRow) (created bool, err error) {
	row.State, row.HTTPStatus, row.Answer, row.Seq, row.Revision, row.CreatedAt = ActPending, 0, nil, 0, 0, s.now()
	n, err := insert(tx, []ActRow{row}, unlessThere)
	if err != nil {
		return false, fmt.Errorf("act %s: %w", row.ID, err)
	}
	return n == 1, nil
}

// BeginAct writes the row of an act, pending, before the workflow is asked. Where the id is taken it returns the stored row
// and false, and the caller compares the fingerprints.
func (s *Store) BeginAct(ctx context.Context, row ActRow) (stored ActRow, created bool, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		if created, err = s.insertAct(tx, row); err != nil || created {
			return err
		}
		return fetch(tx, &stored, nil, "", row.ID)
	})
	if err != nil {
		return ActRow{}, false, fmt.Errorf("begin act %s: %w", row.ID, err)
	}
	if created {
		stored = row
		stored.State = ActPending
	}
	return stored, created, nil
}

// RefuseAct finishes a pending act with a refusal and gives its register number back. An act that has an answer keeps it.
func (s *Store) RefuseAct(ctx context.Context, id string, status int, answer json.RawMessage) error {
	_, err := s.endAct(ctx, id, ActRefused, status, answer, true)
	return err
}

// FailAct ends a pending act that is asked no more, and says whether it did: an act that has an answer keeps it. Should its
// events be recorded after all, they win. Its register number is given back only where it is certain that nobody has it.
func (s *Store) FailAct(ctx context.Context, id string, status int, answer json.RawMessage, giveBack bool) (ended bool, err error) {
	return s.endAct(ctx, id, ActFailed, status, answer, giveBack)
}

func (s *Store) endAct(ctx context.Context, id, state string, status int, answer json.RawMessage, giveBack bool) (ended bool, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		res := tx.Table("acts").Where("id = ? AND state = ?", id, ActPending).
			Updates(map[string]any{"state": state, "http_status": status, "answer": string(answer)})
		ended = res.RowsAffected > 0
		if res.Error != nil || !ended || !giveBack {
			return res.Error
		}
		return tx.Table("registers").Where("act = ?", id).Update("act", nil).Error
	})
	if err != nil {
		return false, fmt.Errorf("act %s %s: %w", id, state, err)
	}
	return ended, nil
}

// Act returns an act by id, or ErrNotFound.
func (s *Store) Act(ctx context.Context, id string) (row ActRow, err error) {
	if err := fetch(s.read(ctx), &row, nil, "", id); err != nil {
		return ActRow{}, fmt.Errorf("act %s: %w", id, err)
	}
	return row, nil
}

// PendingActs are the acts without an answer that were begun before an instant of wall time, oldest first.
func (s *Store) PendingActs(ctx context.Context, olderThan time.Time, limit int) (rows []ActRow, err error) {
	err = s.read(ctx).Where("state = 'pending' AND created_at < ?", instant(olderThan)).
		Order("created_at, id").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("pending acts: %w", err)
	}
	return rows, nil
}

// Awaited says whether an act on a dossier was received up to an instant (legal time) and has no answer yet. Acts begun before
// since (wall time) are given up on: nothing waits for a row that cannot be asked again.
func (s *Store) Awaited(ctx context.Context, code string, received, since time.Time) (bool, error) {
	var n int64
	err := s.read(ctx).Table("acts").
		Where("dossier = ? AND state = 'pending' AND received_at <= ? AND created_at >= ?", code, instant(received), instant(since)).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("acts awaited on %s: %w", code, err)
	}
	return n > 0, nil
}

// DoneActs are the acts done to a dossier in order: what a rebuilt state needs besides the events.
func (s *Store) DoneActs(ctx context.Context, code string) ([]dossier.DoneAct, error) {
	var rows []ActRow
	err := s.read(ctx).Select("id", "fingerprint", "seq", "revision").
		Where("dossier = ? AND state = ?", code, ActDone).Order("seq, revision, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("acts of %s: %w", code, err)
	}
	out := make([]dossier.DoneAct, 0, len(rows))
	for _, r := range rows {
		out = append(out, dossier.DoneAct{ID: r.ID, Fingerprint: r.Fingerprint, Seq: r.Seq, Revision: r.Revision})
	}
	return out, nil
}
