package models

import (
	"context"
	"errors"

	"gorm.io/gorm"
)

// Transact is one write transaction, for tests of how they share a commit.
func (s *Store) Transact(ctx context.Context, f func(tx *gorm.DB) error) error {
	return s.transact(ctx, f)
}

// Waiting is how many transactions wait for SQLite's writer.
func (s *Store) Waiting() int {
	s.group.mu.Lock()
	defer s.group.mu.Unlock()
	return len(s.group.waiting)
}

// Wipe empties a table, as after the loss of what can be rebuilt.
func (s *Store) Wipe(ctx context.Context, table string) error {
	return s.write(ctx).Exec("DELETE FROM " + table).Error
}

// Forget deletes the row that the read model has of a code, as somebody with a database client might.
func Forget(s *Store, code string) error {
	return errors.Join(s.db.Exec("DELETE FROM dossiers WHERE code = ?", code).Error, s.db.Exec("DELETE FROM missions WHERE code = ?", code).Error)
}
