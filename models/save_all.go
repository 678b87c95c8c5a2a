package models

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// saveAll writes some rows, all or none; name tells which one could not be written.
func saveAll[R any](ctx context.Context, s *Store, rows []R, name func(R) string) error {
	if len(rows) == 0 {
		return nil
	}
	return s.transact(ctx, func(tx *gorm.DB) error {
		for i := range rows {
			if err := tx.Save(&rows[i]).Error; err != nil {
				return fmt.Errorf("%s: %w", name(rows[i]), err)
			}
		}
		return nil
	})
}
