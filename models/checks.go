package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// States of a run of the clock check.
const (
	CheckRunning = "running"
	CheckDone    = "done"
)

// CheckRow is one run of the clock check. Phase and After are where it goes on after a crash.
type CheckRow struct {
	ID    string `gorm:"column:id;primaryKey"`
	Kind  string `gorm:"column:kind"`
	State string `gorm:"column:state"`
	Phase string `gorm:"column:phase"`
	After string `gorm:"column:after"`
	// Figures are what it saw and did so far.
	Figures json.RawMessage `gorm:"column:figures;serializer:document"`
	// Cause is why it stands still, where it does.
	Cause     string `gorm:"column:cause"`
	Principal string `gorm:"column:principal"`
	// All of these are wall time.
	StartedAt  time.Time `gorm:"column:started_at;serializer:instant"`
	UpdatedAt  time.Time `gorm:"column:updated_at;autoUpdateTime:false;serializer:instant"`
	FinishedAt time.Time `gorm:"column:finished_at;serializer:instant"`
}

func (CheckRow) TableName() string { return "checks" }

// BeginCheck stores a run, or returns the stored one of its id: the same run begun again goes on.
func (s *Store) BeginCheck(ctx context.Context, row CheckRow) (CheckRow, error) {
	row.State, row.StartedAt, row.UpdatedAt = CheckRunning, s.now(), s.now()
	err := s.transact(ctx, func(tx *gorm.DB) error {
		fresh := row
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh).Error; err != nil {
			return err
		}
		row = CheckRow{}
		return one(tx.Where("id = ?", fresh.ID), &row)
	})
	if err != nil {
		return CheckRow{}, fmt.Errorf("check: %w", err)
	}
	return row, nil
}

// SaveCheck writes how far a run has come.
func (s *Store) SaveCheck(ctx context.Context, row CheckRow) error {
	row.UpdatedAt = s.now()
	if row.State == CheckDone {
		row.FinishedAt = row.UpdatedAt
	}
	if err := replace(s.write(ctx), "check", []CheckRow{row}, "id"); err != nil {
		return fmt.Errorf("check %s: %w", row.ID, err)
	}
	return nil
}

// Check returns a run by id, or ErrNotFound.
func (s *Store) Check(ctx context.Context, id string) (row CheckRow, err error) {
	if err := one(s.read(ctx).Where("id = ?", id), &row); err != nil {
		return CheckRow{}, fmt.Errorf("check %s: %w", id, err)
	}
	return row, nil
}

// Checks lists runs, the latest first. next is the cursor of the next page, empty on the last.
func (s *Store) Checks(ctx context.Context, limit int, after string) (rows []CheckRow, next string, err error) {
	const list = "checks"
	limit = pageSize(limit)
	c, more, err := parseCursor(after, list, 1)
	if err != nil {
		return nil, "", err
	}
	q := s.read(ctx).Order("started_at DESC, id DESC").Limit(limit + 1)
	if more {
		q = q.Where("(started_at, id) < (?, ?)", c.instant(), c.Keys[0])
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("checks: %w", err)
	}
	return page(rows, limit, func(r CheckRow) cursor {
		return cursor{List: list, At: r.StartedAt.UnixMicro(), Keys: []string{r.ID}}
	})
}

// LastCheck is the run of a kind that ended last, or ErrNotFound.
func (s *Store) LastCheck(ctx context.Context, kind string) (row CheckRow, err error) {
	q := s.read(ctx).Where("kind = ? AND state = ?", kind, CheckDone).Order("started_at DESC, id DESC")
	if err := one(q, &row); err != nil && !errors.Is(err, ErrNotFound) {
		return CheckRow{}, fmt.Errorf("last check: %w", err)
	} else if err != nil {
		return CheckRow{}, err
	}
	return row, nil
}

// PurgeChecks deletes the runs that ended before an instant of wall time.
func (s *Store) PurgeChecks(ctx context.Context, before time.Time) error {
	err := s.write(ctx).Where("state = ? AND finished_at < ?", CheckDone, instant(before)).Delete(&CheckRow{}).Error
	if err != nil {
		return fmt.Errorf("purge checks: %w", err)
	}
	return nil
}
