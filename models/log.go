package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/logger"
)

// calm keeps out of the log what is no failure of the database: a statement whose caller went away, of which there are some at
// every stop, and a question whose answer is that there is no such row, of which there is one in every act.
type calm struct{ logger.Interface }

func (c calm) LogMode(level logger.LogLevel) logger.Interface {
	return calm{c.Interface.LogMode(level)}
}

func (c calm) Trace(ctx context.Context, begun time.Time, statement func() (string, int64), err error) {
	if !errors.Is(err, context.Canceled) && !errors.Is(err, ErrNotFound) {
		c.Interface.Trace(ctx, begun, statement, err)
	}
}
