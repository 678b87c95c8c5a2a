package temporalserver

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"sync/atomic"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// nexusWarning opens the one warning that every start of a server without an HTTP API brings. Nothing here uses Nexus.
const nexusWarning = "HTTP API port has not been set"

// serverLogger hands the server's log to slog.
type serverLogger struct {
	slog  *slog.Logger
	level *logLevel
}

var (
	_ log.Logger      = (*serverLogger)(nil)
	_ log.WithLogger  = (*serverLogger)(nil)
	_ log.SLogWrapper = (*serverLogger)(nil)
)

// fatalError carries a fatal log line out of the server: its own loggers would end the process, which an embedding
// program must be able to survive while starting. In a goroutine of the server it still ends the process.
type fatalError struct{ message string }

func (e fatalError) Error() string { return e.message }

func newLogger(l *slog.Logger, level slog.Leveler) *serverLogger {
	gate := &logLevel{base: level}
	return &serverLogger{
		slog:  slog.New(levelHandler{Handler: l.Handler(), level: gate}).With("component", "temporal"),
		level: gate,
	}
}

// stopping lets only errors through: services that stop one after another warn of each other's closed ports.
func (l *serverLogger) stopping() { l.level.raised.Store(int64(slog.LevelError)) }

// stopped lets nothing through: the server's system workers are never stopped by it and warn on until the process ends.
func (l *serverLogger) stopped() { l.level.raised.Store(math.MaxInt32) }

// SLog implements log.SLogWrapper.
func (l *serverLogger) SLog() *slog.Logger { return l.slog }

// With implements log.WithLogger.
func (l *serverLogger) With(tags ...tag.Tag) log.Logger {
	return &serverLogger{slog: slog.New(l.slog.Handler().WithAttrs(attributes(tags))), level: l.level}
}

// Debug implements log.Logger.
func (l *serverLogger) Debug(msg string, tags ...tag.Tag) { l.log(slog.LevelDebug, msg, tags) }

// Info implements log.Logger.
func (l *serverLogger) Info(msg string, tags ...tag.Tag) { l.log(slog.LevelInfo, msg, tags) }

// Warn implements log.Logger.
func (l *serverLogger) Warn(msg string, tags ...tag.Tag) {
	level := slog.LevelWarn
	if strings.HasPrefix(msg, nexusWarning) {
		level = slog.LevelInfo
	}
	l.log(level, msg, tags)
}

// Error implements log.Logger.
func (l *serverLogger) Error(msg string, tags ...tag.Tag) { l.log(slog.LevelError, msg, tags) }

// DPanic implements log.Logger: it panics in the server's own development builds only.
func (l *serverLogger) DPanic(msg string, tags ...tag.Tag) { l.log(slog.LevelError, msg, tags) }

// Panic implements log.Logger.
func (l *serverLogger) Panic(msg string, tags ...tag.Tag) {
	l.log(slog.LevelError, msg, tags)
	panic(msg)
}

// Fatal implements log.Logger.
func (l *serverLogger) Fatal(msg string, tags ...tag.Tag) {
	l.log(slog.LevelError, msg, tags)
	for _, t := range tags {
		msg += fmt.Sprintf("; %s: %v", t.Key(), t.Value())
	}
	panic(fatalError{message: msg})
}

func (l *serverLogger) log(level slog.Level, msg string, tags []tag.Tag) {
	ctx := context.Background()
	if l.slog.Enabled(ctx, level) {
		l.slog.LogAttrs(ctx, level, msg, attributes(tags)...)
	}
}

func attributes(tags []tag.Tag) []slog.Attr {
	attrs := make([]slog.Attr, len(tags))
	for i, t := range tags {
		attrs[i] = slog.Any(t.Key(), t.Value())
	}
	return attrs
}

// logLevel is the lowest level passed on; stopping raises it.
type logLevel struct {
	base   slog.Leveler
	raised atomic.Int64
}

// Level implements slog.Leveler.
func (l *logLevel) Level() slog.Level {
	if raised := slog.Level(l.raised.Load()); raised > 0 {
		return max(raised, l.base.Level())
	}
	return l.base.Level()
}

// levelHandler raises the level of another handler.
type levelHandler struct {
	slog.Handler
	level slog.Leveler
}

// Enabled implements slog.Handler.
func (h levelHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.level.Level() && h.Handler.Enabled(ctx, level)
}

// WithAttrs implements slog.Handler.
func (h levelHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return levelHandler{Handler: h.Handler.WithAttrs(attrs), level: h.level}
}

// WithGroup implements slog.Handler.
func (h levelHandler) WithGroup(name string) slog.Handler {
	return levelHandler{Handler: h.Handler.WithGroup(name), level: h.level}
}
