package models

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"
)

// An act writes half a dozen rows, and making the text of a statement anew each time costs gorm about as much as running it
// costs SQLite. So the texts of these writes are made once for each kind of row and number of rows, from gorm's own reading of
// the row's tags, and run on the transaction's connection.

// Ends of an INSERT: what becomes of rows that are stored already.
const (
	plainly     = ""
	unlessThere = " ON CONFLICT DO NOTHING"
	// instead replaces the stored row of the same key.
	instead = " ON CONFLICT (the key) DO UPDATE"
)

// insert writes rows, given ends it, and returns how many were written.
func insert[T any](tx *gorm.DB, rows []T, end string) (written int64, err error) {
	for part := range slices.Chunk(rows, insertBatch) {
		l, err := layoutOf(tx, &part[0])
		if err != nil {
			return written, err
		}
		args := make([]any, 0, len(part)*len(l.inserted))
		for i := range part {
			args = l.values(tx.Statement.Context, args, l.inserted, reflect.ValueOf(&part[i]).Elem())
		}
		n, err := run(tx, l.text("insert"+end+strconv.Itoa(len(part)), func() string { return l.insertText(tx, len(part), end) }), args)
		if written += n; err != nil {
			return written, err
		}
	}
	return written, nil
}

// update replaces the stored row of the same key, but for the columns left out.
func update[T any](tx *gorm.DB, row *T, without ...string) error {
	l, err := layoutOf(tx, row)
	if err != nil {
		return err
	}
	var set []*schema.Field
	for _, f := range l.inserted {
		if !f.PrimaryKey && !slices.Contains(without, f.DBName) {
			set = append(set, f)
		}
	}
	v := reflect.ValueOf(row).Elem()
	args := l.values(tx.Statement.Context, make([]any, 0, len(l.inserted)), set, v)
	args = l.values(tx.Statement.Context, args, l.keys, v)
	_, err = run(tx, l.text("update"+strings.Join(without, ","), func() string { return l.updateText(tx, set) }), args)
	return err
}

// layout is how gorm reads a kind of row, with the texts made so far.
type layout struct {
	table string
	// inserted are the columns that we write: all but numbers that the database gives and columns that are only read.
	inserted, keys []*schema.Field
	columns        map[string]*schema.Field
	texts          sync.Map
}

type layoutKey struct {
	row     reflect.Type
	dialect string
}

// layouts are the layouts made so far; they never change.
var layouts sync.Map

func layoutOf(tx *gorm.DB, row any) (*layout, error) {
	key := layoutKey{reflect.TypeOf(row), tx.Dialector.Name()}
	if l, ok := layouts.Load(key); ok {
		return l.(*layout), nil
	}
	stmt := &gorm.Statement{DB: tx}
	if err := stmt.Parse(row); err != nil {
		return nil, fmt.Errorf("row %T: %w", row, err)
	}
	l := &layout{table: stmt.Schema.Table, keys: stmt.Schema.PrimaryFields, columns: stmt.Schema.FieldsByDBName}
	for _, name := range stmt.Schema.DBNames {
		if f := stmt.Schema.FieldsByDBName[name]; f.Creatable && !f.HasDefaultValue {
			l.inserted = append(l.inserted, f)
		}
	}
	kept, _ := layouts.LoadOrStore(key, l)
	return kept.(*layout), nil
}

func (l *layout) text(key string, write func() string) string {
	if t, ok := l.texts.Load(key); ok {
		return t.(string)
	}
	t, _ := l.texts.LoadOrStore(key, write())
	return t.(string)
}

func (l *layout) insertText(tx *gorm.DB, rows int, end string) string {
	b := texter{tx: tx}
	b.WriteString("INSERT INTO ")
	b.name(l.table)
	for i, f := range l.inserted {
		b.WriteString([]string{" (", ","}[min(i, 1)])
		b.name(f.DBName)
	}
	b.WriteString(") VALUES ")
	for r := range rows {
		b.WriteString([]string{"(", ",("}[min(r, 1)])
		for i := range l.inserted {
			if i > 0 {
				b.WriteByte(',')
			}
			b.bind()
		}
		b.WriteByte(')')
	}
	if end != instead {
		b.WriteString(end)
		return b.String()
	}
	for i, f := range l.keys {
		b.WriteString([]string{" ON CONFLICT (", ","}[min(i, 1)])
		b.name(f.DBName)
	}
	b.WriteString(") DO UPDATE")
	set := " SET "
	for _, f := range l.inserted {
		if f.PrimaryKey {
			continue
		}
		b.WriteString(set)
		b.name(f.DBName)
		b.WriteString("=excluded.")
		b.name(f.DBName)
		set = ","
	}
	return b.String()
}

func (l *layout) updateText(tx *gorm.DB, set []*schema.Field) string {
	b := texter{tx: tx}
	b.WriteString("UPDATE ")
	b.name(l.table)
	for i, f := range set {
		b.WriteString([]string{" SET ", ","}[min(i, 1)])
		b.equal(f)
	}
	b.where(l.keys)
	return b.String()
}

// texter writes names and places of values in the way of the dialect.
type texter struct {
	strings.Builder
	tx *gorm.DB
	n  int
}

func (b *texter) name(s string) { b.tx.Dialector.QuoteTo(b, s) }

func (b *texter) bind() {
	b.n++
	b.tx.Dialector.BindVarTo(b, &gorm.Statement{Vars: make([]any, b.n)}, nil)
}

func (b *texter) where(keys []*schema.Field) {
	for i, f := range keys {
		b.WriteString([]string{" WHERE ", " AND "}[min(i, 1)])
		b.equal(f)
	}
}

func (b *texter) equal(f *schema.Field) {
	b.name(f.DBName)
	b.WriteByte('=')
	b.bind()
}

var _ clause.Writer = (*texter)(nil)

// values appends what a row holds in the columns.
func (l *layout) values(ctx context.Context, args []any, columns []*schema.Field, row reflect.Value) []any {
	for _, f := range columns {
		v, _ := f.ValueOf(ctx, row)
		args = append(args, v)
	}
	return args
}

// run executes a text.
func run(tx *gorm.DB, text string, args []any) (affected int64, err error) {
	defer traced(tx, text, &affected, &err)()
	res, err := tx.Statement.ConnPool.ExecContext(tx.Statement.Context, text, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// traced tells gorm's logger of a statement as gorm does, so that slow and failed ones are seen.
func traced(tx *gorm.DB, text string, rows *int64, err *error) func() {
	begun := time.Now()
	return func() {
		tx.Logger.Trace(tx.Statement.Context, begun, func() (string, int64) { return text, *rows }, *err)
	}
}
