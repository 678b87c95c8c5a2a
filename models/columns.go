package models

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"gorm.io/gorm/schema"

	"motcua/calendar"
)

// Names under which the two column kinds below are registered with gorm.
const (
	instantSerializer  = "instant"
	documentSerializer = "document"
)

// instants stores a time.Time as an instant to the microsecond: timestamptz on PostgreSQL, an integer on SQLite (through the
// DSN). The zero time is NULL, and what is read is in the legal zone, so that equal instants compare equal.
type instants struct{}

// instant is a bound value of a condition.
func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Truncate(time.Microsecond)
}

func toInstant(v any) (time.Time, error) {
	switch v := v.(type) {
	case nil:
		return time.Time{}, nil
	case time.Time:
		return v.In(calendar.Zone()), nil
	case int64: // an aggregate of SQLite has no column type, so the driver returns the number as it is stored
		return time.UnixMicro(v).In(calendar.Zone()), nil
	}
	return time.Time{}, fmt.Errorf("instant: unexpected %T", v)
}

// Scan implements schema.SerializerInterface.
func (instants) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, dbValue any) error {
	t, err := toInstant(dbValue)
	if err != nil {
		return fmt.Errorf("column %s: %w", field.DBName, err)
	}
	field.ReflectValueOf(ctx, dst).Set(reflect.ValueOf(t))
	return nil
}

// Value implements schema.SerializerInterface.
func (instants) Value(_ context.Context, field *schema.Field, _ reflect.Value, value any) (any, error) {
	t, ok := value.(time.Time)
	if !ok {
		return nil, fmt.Errorf("column %s: unexpected %T", field.DBName, value)
	}
	return instant(t), nil
}

// documents stores any Go value as JSON: jsonb on PostgreSQL, text on SQLite. Empty lists and empty raw JSON are NULL.
type documents struct{}

// Scan implements schema.SerializerInterface.
func (documents) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, dbValue any) error {
	var data []byte
	switch v := dbValue.(type) {
	case nil:
	case []byte:
		data = v
	case string:
		data = []byte(v)
	default:
		return fmt.Errorf("column %s: unexpected %T", field.DBName, dbValue)
	}
	p := reflect.New(field.FieldType)
	if len(data) > 0 {
		if err := json.Unmarshal(data, p.Interface()); err != nil {
			return fmt.Errorf("column %s: %w", field.DBName, err)
		}
	}
	field.ReflectValueOf(ctx, dst).Set(p.Elem())
	return nil
}

// Value implements schema.SerializerInterface.
func (documents) Value(_ context.Context, field *schema.Field, _ reflect.Value, value any) (any, error) {
	if v := reflect.ValueOf(value); !v.IsValid() || v.Kind() == reflect.Slice && v.Len() == 0 {
		return nil, nil //nolint:nilnil // NULL
	}
	data, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("column %s: %w", field.DBName, err)
	}
	return string(data), nil
}
