package models

import "context"

// Wipe empties a table, as after the loss of what can be rebuilt.
func (s *Store) Wipe(ctx context.Context, table string) error {
	return s.write(ctx).Exec("DELETE FROM " + table).Error
}
