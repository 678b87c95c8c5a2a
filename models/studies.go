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

// Study is work that is repeated, by one process at a time.
type Study struct {
	Name string `gorm:"column:name;primaryKey"`
	// Lease is until when somebody has it in hand, DoneAt when it was last done (both wall time).
	Lease  time.Time `gorm:"column:lease;serializer:instant"`
	DoneAt time.Time `gorm:"column:done_at;serializer:instant"`
	// LegalAt is the legal instant that it was done for.
	LegalAt time.Time       `gorm:"column:legal_at;serializer:instant"`
	Content json.RawMessage `gorm:"column:content;serializer:document"`
}

func (Study) TableName() string { return "studies" }

// Study returns a study, or ErrNotFound.
func (s *Store) Study(ctx context.Context, name string) (r Study, err error) {
	if err := one(s.read(ctx).Where("name = ?", name), &r); err != nil {
		return r, fmt.Errorf("study %s: %w", name, err)
	}
	return r, nil
}

// ClaimStudy takes a study in hand for a lease, unless somebody else has it. Who dies with it in hand loses it with the lease.
func (s *Store) ClaimStudy(ctx context.Context, name string, lease time.Duration) (claimed bool, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&Study{Name: name}).Error; err != nil {
			return err
		}
		res := tx.Table("studies").Where("name = ? AND (lease IS NULL OR lease < ?)", name, instant(s.now())).
			Update("lease", instant(s.now().Add(lease)))
		claimed = res.RowsAffected == 1
		return res.Error
	})
	if err != nil {
		return false, fmt.Errorf("claim study %s: %w", name, err)
	}
	return claimed, nil
}

// FinishStudy stores what came of a study and gives it out of hand; a failed one keeps what it had.
func (s *Store) FinishStudy(ctx context.Context, name string, legal time.Time, content any, failure error) error {
	set := map[string]any{"lease": nil}
	if failure == nil {
		data, err := json.Marshal(content)
		if err != nil {
			return fmt.Errorf("study %s: %w", name, err)
		}
		set["done_at"], set["legal_at"], set["content"] = instant(s.now()), instant(legal), string(data)
	}
	if err := s.write(ctx).Table("studies").Where("name = ?", name).Updates(set).Error; err != nil {
		return errors.Join(failure, fmt.Errorf("study %s: %w", name, err))
	}
	return failure
}
