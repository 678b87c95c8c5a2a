package calendar

import (
	"errors"
	"time"
)

// Clock maps wall time to legal time. An installation has one, fixed for good when it is set up. In production it is the
// identity; a scale of 1440 lets a legal day pass in a minute of wall time, for training and for tests.
type Clock struct {
	Wall  time.Time `json:"wall"`
	Legal time.Time `json:"legal"`
	Scale int64     `json:"scale"`
}

// RealClock is the production clock: legal time is wall time.
func RealClock() Clock { return Clock{Scale: 1} }

// NewClock anchors a scaled clock: legal time is legal when wall time is wall, and runs scale times as fast.
func NewClock(wall, legal time.Time, scale int64) (Clock, error) {
	if scale < 1 || scale > 1_000_000 {
		return Clock{}, errors.New("the time scale is a whole number from 1 to 1,000,000")
	}
	return Clock{Wall: wall.Truncate(time.Millisecond).UTC(), Legal: legal.Truncate(time.Millisecond).UTC(), Scale: scale}, nil
}

// At is the legal time at a wall time, in milliseconds.
func (c Clock) At(wall time.Time) time.Time {
	if c.Scale <= 1 && c.Wall.IsZero() {
		return wall.In(Zone())
	}
	return time.UnixMilli(c.Legal.UnixMilli() + (wall.UnixMilli()-c.Wall.UnixMilli())*c.scale()).In(Zone())
}

// WallAt is the earliest wall time at which the legal time is reached.
func (c Clock) WallAt(legal time.Time) time.Time {
	if c.Scale <= 1 && c.Wall.IsZero() {
		return legal
	}
	d := legal.UnixMilli() - c.Legal.UnixMilli()
	n := d / c.scale()
	if d > 0 && d%c.scale() != 0 {
		n++
	}
	return time.UnixMilli(c.Wall.UnixMilli() + n).UTC()
}

// Stretch is how much legal time passes in a stretch of wall time.
func (c Clock) Stretch(wall time.Duration) time.Duration { return wall * time.Duration(c.scale()) }

// Shrink is how much wall time a stretch of legal time takes.
func (c Clock) Shrink(legal time.Duration) time.Duration { return legal / time.Duration(c.scale()) }

func (c Clock) scale() int64 { return max(c.Scale, 1) }
