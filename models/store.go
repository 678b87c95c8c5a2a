// Package models is the only room that knows SQL: rows, versioned migrations, the write transactions of the engine and the
// lists that screens read. It runs on PostgreSQL and on SQLite with the same code; what differs is in dialect.go.
//
// It decides nothing about a dossier: events come decided and views come computed, and both are stored as they are. It
// refuses to open a gap in a dossier's events, to store two different batches under one number and to serve an old schema.
// Personal data lives in the rows of applicants, acts, comments and attachments, and never reaches the outbox.
package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"motcua/calendar"
)

// Names of the dialects, as Store.Dialect returns them.
const (
	DialectPostgres = "postgres"
	DialectSQLite   = "sqlite"
)

const (
	defaultConns  = 16
	sqliteReaders = 4
	connIdleTime  = 5 * time.Minute
	slowQuery     = 500 * time.Millisecond
	// insertBatch keeps one INSERT below the limits of bound parameters.
	insertBatch = 200
	// statements is how many prepared statements a pool keeps.
	statements = 256
)

// Errors of the store. Other errors are failures of the database and may be tried again.
var (
	// ErrNotFound says that no such row exists.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that the id is taken by something else.
	ErrConflict = errors.New("conflict")
	// ErrCursor says that a cursor was not made by the list it was given to.
	ErrCursor = errors.New("invalid cursor")
	// ErrSchema says that the database's schema is not one this program can work with.
	ErrSchema = errors.New("schema version not supported")
)

// SequenceError is final: the batch leaves a gap after what is stored, or other events are stored in its place.
type SequenceError struct {
	Code string
	// Have is the last event stored, First the first of the batch.
	Have, First int64
	// Stored and Given are digests, where both exist.
	Stored, Given string
}

// Ahead says that more is stored than whoever gave the batch knows; otherwise the batch leaves a gap.
func (e *SequenceError) Ahead() bool { return e.First <= e.Have }

func (e *SequenceError) Error() string {
	if e.Ahead() {
		return fmt.Sprintf("%s: events from %d are stored with digest %q, given %q", e.Code, e.First, e.Stored, e.Given)
	}
	return fmt.Sprintf("%s: events end at %d, given from %d", e.Code, e.Have, e.First)
}

// DuplicateAct says that an act with this id is stored already; Act answers it.
type DuplicateAct struct{ ID string }

func (e *DuplicateAct) Error() string { return "act " + e.ID + " is stored already" }

// Config opens a store.
type Config struct {
	// Dialector is Postgres(dsn), or SQLite over a driver that the caller imported.
	Dialector gorm.Dialector
	// Readers is SQLite's query-only pool; nil reads through Dialector.
	Readers gorm.Dialector
	// MaxConns bounds the pool on PostgreSQL; 0 means 16. SQLite has one writer and four readers.
	MaxConns int
	// Now is the wall clock, used for leases and bookkeeping only, never for legal time; nil means time.Now.
	Now func() time.Time
	// Logger gets slow queries and failures, without the bound values; nil logs nothing.
	Logger *slog.Logger
}

// Store is the database. It is safe for concurrent use.
type Store struct {
	db      *gorm.DB
	readers *gorm.DB
	// statements are SQLite's writer's; nil on PostgreSQL. group lets those who wait for it share a commit.
	statements *statementPool
	group      group
	dialect    string
	now        func() time.Time
	logger     *slog.Logger
}

// asStored is a clock whose instants look as they do when they are read back, so that a first answer equals later ones.
func asStored(now func() time.Time) func() time.Time {
	if now == nil {
		now = time.Now
	}
	return func() time.Time { return now().In(calendar.Zone()).Truncate(time.Microsecond) }
}

// Open connects and pings. It neither migrates nor checks the schema.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Dialector == nil {
		return nil, errors.New("open database: no dialector")
	}
	schema.RegisterSerializer(instantSerializer, instants{})
	schema.RegisterSerializer(documentSerializer, documents{})
	s := &Store{dialect: cfg.Dialector.Name(), now: asStored(cfg.Now), logger: cfg.Logger}
	if s.dialect != DialectPostgres && s.dialect != DialectSQLite {
		return nil, fmt.Errorf("open database: unknown dialect %q", s.dialect)
	}
	conns := cfg.MaxConns
	if conns == 0 {
		conns = defaultConns
	}
	if s.dialect == DialectSQLite {
		conns = 1
	}
	var err error
	if s.db, err = s.connect(ctx, cfg.Dialector, conns); err != nil {
		return nil, err
	}
	s.readers = s.db
	if s.dialect == DialectSQLite {
		pool, err := s.db.DB()
		if err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
		s.statements = newStatementPool(pool)
		s.db.ConnPool, s.db.Statement.ConnPool = s.statements, s.statements
	}
	if cfg.Readers != nil && s.dialect == DialectSQLite { // after the writer: a reader cannot create the file
		if s.readers, err = s.connect(ctx, cfg.Readers, sqliteReaders, prepared); err != nil {
			return nil, errors.Join(err, s.closeWriter())
		}
	}
	return s, nil
}

// prepared keeps the statements of single reads prepared. pgx does so by itself and gorm's would cost round trips there; in
// transactions gorm's are prepared anew each time, which is why SQLite's writer has its own (statementPool).
func prepared(c *gorm.Config) { c.PrepareStmt, c.PrepareStmtMaxSize = true, statements }

func (s *Store) connect(ctx context.Context, d gorm.Dialector, conns int, options ...func(*gorm.Config)) (*gorm.DB, error) {
	log := logger.Discard
	if s.logger != nil {
		log = calm{logger.NewSlogLogger(s.logger, logger.Config{
			SlowThreshold: slowQuery, LogLevel: logger.Warn, ParameterizedQueries: true, IgnoreRecordNotFoundError: true,
		})}
	}
	config := &gorm.Config{
		SkipDefaultTransaction: true, QueryFields: true, DisableAutomaticPing: true, Logger: log,
		CreateBatchSize: insertBatch, NowFunc: s.now,
	}
	for _, set := range options {
		set(config)
	}
	db, err := gorm.Open(d, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	pool, err := db.DB()
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	if s.dialect == DialectPostgres {
		pool.SetConnMaxIdleTime(connIdleTime)
	}
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), pool.Close())
	}
	return db, nil
}

// Close closes the pools. SQLite's readers go first, so that the writer can fold the log into the file.
func (s *Store) Close() error {
	if s.readers == s.db {
		return s.closeWriter()
	}
	return errors.Join(closePool(s.readers), s.closeWriter())
}

func (s *Store) closeWriter() error {
	if s.statements != nil {
		s.statements.close()
	}
	return closePool(s.db)
}

func closePool(db *gorm.DB) error {
	pool, err := db.DB()
	if err == nil {
		err = pool.Close()
	}
	if err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	pool, err := s.readers.DB()
	if err == nil {
		err = pool.PingContext(ctx)
	}
	if err != nil {
		return fmt.Errorf("ping database: %w", err)
	}
	return nil
}

// Dialect is "postgres" or "sqlite".
func (s *Store) Dialect() string { return s.dialect }

// PoolStats are the statistics of the writing pool, for metrics.
func (s *Store) PoolStats() sql.DBStats {
	pool, err := s.db.DB()
	if err != nil {
		return sql.DBStats{}
	}
	return pool.Stats()
}

// DBNow is the database's wall clock.
func (s *Store) DBNow(ctx context.Context) (time.Time, error) {
	var v any
	if err := oneRow(s.read(ctx).Raw(s.clockQuery()), &v); err != nil {
		return time.Time{}, fmt.Errorf("database clock: %w", err)
	}
	return toInstant(v)
}

func (s *Store) read(ctx context.Context) *gorm.DB  { return s.readers.WithContext(ctx) }
func (s *Store) write(ctx context.Context) *gorm.DB { return s.db.WithContext(ctx) }

// transact runs f in one transaction of the writing pool. On SQLite short transactions that wait for the writer share a commit.
func (s *Store) transact(ctx context.Context, f func(tx *gorm.DB) error) error {
	if s.statements != nil {
		return s.together(ctx, f)
	}
	return s.write(ctx).Transaction(f)
}

// transactAlone is for what takes long: it holds nobody up but by its own work.
func (s *Store) transactAlone(ctx context.Context, f func(tx *gorm.DB) error) error {
	return s.write(ctx).Transaction(f)
}

// one reads a single row into dst; no row is ErrNotFound.
func one(q *gorm.DB, dst any) error {
	res := q.Limit(1).Find(dst)
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return ErrNotFound
	}
	return nil
}
