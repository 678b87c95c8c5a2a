package models

import "gorm.io/gorm"

// oneRow reads the values of the one row that a query has; none is ErrNotFound. gorm's own Row panics where a statement cannot be
// prepared, as with a database that went away: it returns an empty row without an error.
func oneRow(q *gorm.DB, into ...any) (err error) {
	rows, err := q.Rows()
	if err != nil {
		return err
	}
	defer func() {
		if e := rows.Close(); err == nil {
			err = e
		}
	}()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return ErrNotFound
	}
	if err := rows.Scan(into...); err != nil {
		return err
	}
	for rows.Next() { //nolint:revive // to its end: what fails late fails here
	}
	return rows.Err()
}
