package models

import (
	"reflect"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// fetch reads the row of a key into dst, with a text made once as those of insert are; no row is ErrNotFound. Without columns it
// reads all that are written; end follows the condition.
func fetch[T any](tx *gorm.DB, dst *T, columns []string, end string, key ...any) error {
	l, err := layoutOf(tx, dst)
	if err != nil {
		return err
	}
	fields := l.inserted
	if columns != nil {
		fields = make([]*schema.Field, 0, len(columns))
		for _, name := range columns {
			fields = append(fields, l.columns[name])
		}
	}
	text := l.text("fetch"+strings.Join(columns, ",")+end, func() string { return l.fetchText(tx, fields, end) })
	return query(tx, text, key, fields, reflect.ValueOf(dst).Elem())
}

func (l *layout) fetchText(tx *gorm.DB, fields []*schema.Field, end string) string {
	b := texter{tx: tx}
	for i, f := range fields {
		b.WriteString([]string{"SELECT ", ","}[min(i, 1)])
		b.name(f.DBName)
	}
	b.WriteString(" FROM ")
	b.name(l.table)
	b.where(l.keys)
	b.WriteString(end)
	return b.String()
}

// query reads at most one row.
func query(tx *gorm.DB, text string, args []any, fields []*schema.Field, dst reflect.Value) (err error) {
	ctx, read := tx.Statement.Context, int64(0)
	defer traced(tx, text, &read, &err)()
	rows, err := tx.Statement.ConnPool.QueryContext(ctx, text, args...)
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
	read = 1
	values := make([]any, len(fields))
	for i, f := range fields {
		values[i] = f.NewValuePool.Get()
		defer f.NewValuePool.Put(values[i])
	}
	if err := rows.Scan(values...); err != nil {
		return err
	}
	for i, f := range fields {
		if err := f.Set(ctx, dst, values[i]); err != nil {
			return err
		}
	}
	return nil
}
