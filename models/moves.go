package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// States of a move.
const (
	MoveRunning = "running"
	MoveStopped = "stopped"
	MoveDone    = "done"
	MoveUndoing = "undoing"
	MoveUndone  = "undone"
)

// What became of a dossier of a move.
const (
	ItemWaiting = "waiting" // untouched yet
	ItemMoved   = "moved"
	ItemRefused = "refused" // untouched: it cannot be moved
	ItemSkipped = "skipped" // untouched: it has ended, or is on another version by now
	ItemUndone  = "undone"  // moved, and moved back
	ItemStays   = "stays"   // moved, and cannot be moved back
)

// MoveRow is a move of open dossiers from one plan to another.
type MoveRow struct {
	ID        string            `gorm:"column:id;primaryKey"`
	Procedure string            `gorm:"column:procedure"`
	FromPlan  string            `gorm:"column:from_plan"`
	ToPlan    string            `gorm:"column:to_plan"`
	Steps     map[string]string `gorm:"column:steps;serializer:document"`
	// Later are the dossiers that get the later date of the new limit.
	Later    []string `gorm:"column:later;serializer:document"`
	Reason   string   `gorm:"column:reason"`
	Document string   `gorm:"column:document"`
	Ground   string   `gorm:"column:ground"`
	State    string   `gorm:"column:state"`
	Revision int64    `gorm:"column:revision"`
	// Principal and Officer are who ordered it.
	Principal   string    `gorm:"column:principal"`
	Officer     string    `gorm:"column:officer"`
	Fingerprint string    `gorm:"column:fingerprint"`
	CreatedAt   time.Time `gorm:"column:created_at;autoCreateTime:false;serializer:instant"`
	UpdatedAt   time.Time `gorm:"column:updated_at;autoUpdateTime:false;serializer:instant"`
}

func (MoveRow) TableName() string { return "moves" }

// MoveItem is a dossier of a move.
type MoveItem struct {
	Move    string `gorm:"column:move;primaryKey"`
	Dossier string `gorm:"column:dossier;primaryKey"`
	State   string `gorm:"column:state"`
	// OldDue and NewDue are the promises before and after; Late: it was late when it was moved.
	OldDue time.Time `gorm:"column:old_due;serializer:instant"`
	NewDue time.Time `gorm:"column:new_due;serializer:instant"`
	Late   bool      `gorm:"column:late"`
	// Code and Detail say why it was not moved.
	Code    string    `gorm:"column:code"`
	Detail  string    `gorm:"column:detail"`
	MovedAt time.Time `gorm:"column:moved_at;serializer:instant"`
}

func (MoveItem) TableName() string { return "move_items" }

// StartMove stores a move with all open dossiers on its old plan, or with those named. The same id with other words is ErrConflict.
func (s *Store) StartMove(ctx context.Context, m MoveRow, only []string) (row MoveRow, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		switch err := one(tx.Where("id = ?", m.ID), &row); {
		case err == nil && row.Fingerprint != m.Fingerprint:
			return ErrConflict
		case err == nil:
			return nil
		case !errors.Is(err, ErrNotFound):
			return err
		}
		row = m
		row.State, row.Revision, row.CreatedAt, row.UpdatedAt = MoveRunning, 1, s.now(), s.now()
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		sql := "INSERT INTO move_items (move, dossier, state, late, code, detail) SELECT ?, code, ?, ?, '', '' FROM dossiers WHERE open AND plan = ?"
		args := []any{m.ID, ItemWaiting, false, m.FromPlan}
		if len(only) > 0 {
			sql, args = sql+" AND code IN ?", append(args, only)
		}
		return tx.Exec(sql, args...).Error
	})
	if err != nil {
		return MoveRow{}, fmt.Errorf("move %s: %w", m.ID, err)
	}
	return row, nil
}

// Move returns a move, or ErrNotFound.
func (s *Store) Move(ctx context.Context, id string) (m MoveRow, err error) {
	if err := one(s.read(ctx).Where("id = ?", id), &m); err != nil {
		return m, fmt.Errorf("move %s: %w", id, err)
	}
	return m, nil
}

// Moves lists moves, the latest first; of some states only, where any are given.
func (s *Store) Moves(ctx context.Context, limit int, states ...string) (rows []MoveRow, err error) {
	q := s.read(ctx).Order("created_at DESC, id").Limit(limit)
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("moves: %w", err)
	}
	return rows, nil
}

// SetMoveState goes from one of some states to another, and says whether it did. What is to be undone is what was moved.
func (s *Store) SetMoveState(ctx context.Context, id, to string, from ...string) (bool, error) {
	res := s.write(ctx).Table("moves").Where("id = ? AND state IN ?", id, from).
		Updates(map[string]any{"state": to, "revision": gorm.Expr("revision + 1"), "updated_at": instant(s.now())})
	if res.Error != nil {
		return false, fmt.Errorf("move %s %s: %w", id, to, res.Error)
	}
	return res.RowsAffected == 1, nil
}

// MoveItems lists the dossiers of a move by code, after one; of one state only where it is given. Undone work goes the same way.
func (s *Store) MoveItems(ctx context.Context, id, state, after string, limit int) (rows []MoveItem, err error) {
	q := s.read(ctx).Where("move = ? AND dossier > ?", id, after).Order("dossier").Limit(limit)
	if state != "" {
		q = q.Where("state = ?", state)
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("dossiers of move %s: %w", id, err)
	}
	return rows, nil
}

// SaveMoveItems writes what became of some dossiers, all or none.
func (s *Store) SaveMoveItems(ctx context.Context, items []MoveItem) error {
	return saveAll(ctx, s, items, func(i MoveItem) string { return "dossier " + i.Dossier + " of move " + i.Move })
}

// MoveCounts counts the dossiers of a move by state.
func (s *Store) MoveCounts(ctx context.Context, id string) (map[string]int64, error) {
	var rows []struct {
		State string
		N     int64
	}
	if err := s.read(ctx).Table("move_items").Select("state, COUNT(*) AS n").Where("move = ?", id).Group("state").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("dossiers of move %s: %w", id, err)
	}
	out := map[string]int64{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, nil
}

// OpenOnPlan lists the codes of the open dossiers on a plan, after one.
func (s *Store) OpenOnPlan(ctx context.Context, plan, after string, limit int) (codes []string, err error) {
	err = s.read(ctx).Table("dossiers").Where("open AND plan = ? AND code > ?", plan, after).Order("code").Limit(limit).Pluck("code", &codes).Error
	if err != nil {
		return nil, fmt.Errorf("dossiers on plan %s: %w", plan, err)
	}
	return codes, nil
}

// CountOpenOnPlan counts the open dossiers on a plan.
func (s *Store) CountOpenOnPlan(ctx context.Context, plan string) (n int64, err error) {
	if err := s.read(ctx).Table("dossiers").Where("open AND plan = ?", plan).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("dossiers on plan %s: %w", plan, err)
	}
	return n, nil
}

// OpenSteps counts the open tasks of the open dossiers on a plan, by step.
func (s *Store) OpenSteps(ctx context.Context, plan string) (map[string]int64, error) {
	var rows []struct {
		Step string
		N    int64
	}
	q := s.read(ctx).Table("tasks AS t").Joins("JOIN dossiers d ON d.code = t.dossier").Where("d.open AND d.plan = ?", plan)
	if err := q.Select("t.step, COUNT(*) AS n").Group("t.step").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("tasks on plan %s: %w", plan, err)
	}
	out := map[string]int64{}
	for _, r := range rows {
		out[r.Step] = r.N
	}
	return out, nil
}
