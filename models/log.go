package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/logger"
)

// calm keeps a statement whose caller went away out of the log: that is no failure of the database, and at every stop there are some.
type calm struct{ logger.Interface }

func (c calm) LogMode(level logger.LogLevel) logger.Interface {
	return calm{c.Interface.LogMode(level)}
}

func (c calm) Trace(ctx context.Context, begun time.Time, statement func() (string, int64), err error) {
	if !errors.Is(err, context.Canceled) {
		c.Interface.Trace(ctx, begun, statement, err)
	}
}
