package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Everything in which the two databases differ is in this file and in the two folders of migrations.

//go:embed migrations/postgres/*.sql
var postgresMigrations embed.FS

//go:embed migrations/sqlite/*.sql
var sqliteMigrations embed.FS

// Result codes: PostgreSQL's unique_violation, SQLite's SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_UNIQUE.
const (
	pgUniqueViolation      = "23505"
	sqliteConstraintPK     = 1555
	sqliteConstraintUnique = 2067
)

// SQLite's primary codes (the low byte) that mean "not now": busy, locked, out of memory, I/O error, full, cannot open.
const (
	sqliteBusy     = 5
	sqliteLocked   = 6
	sqliteNoMemory = 7
	sqliteIOError  = 10
	sqliteFull     = 13
	sqliteCantOpen = 14
	sqliteLowByte  = 0xff
)

// idleInTransaction is how long the server keeps an open transaction whose client says nothing. A client that the network lost
// in the middle would otherwise hold its dossier's lock until the server's keepalive misses it, by default after two hours.
// Statements of one transaction follow each other within milliseconds.
const idleInTransaction = "15s"

// Postgres is the dialector of a PostgreSQL database, over pgx. The limit is set after connecting, because poolers refuse
// parameters of the startup message that they do not know.
func Postgres(dsn string) gorm.Dialector {
	hurry := func(_ context.Context, c *pgx.ConnConfig) error {
		if c.ConnectTimeout <= 0 {
			c.ConnectTimeout = connectWithin
		}
		return nil
	}
	limit := func(ctx context.Context, c *pgx.Conn) error {
		ctx, cancel := context.WithTimeout(ctx, connectWithin)
		defer cancel()
		_, err := c.Exec(ctx, "SET idle_in_transaction_session_timeout = '"+idleInTransaction+"'")
		return err
	}
	return postgres.New(postgres.Config{DSN: dsn, OptionOpenDB: []stdlib.OptionOpenDB{stdlib.OptionBeforeConnect(hurry), stdlib.OptionAfterConnect(limit)}})
}

// connectWithin is how long a new connection may take. The pool opens those that callers wait for one after the other and without a
// limit of its own: a database that takes a connection and says nothing would hold up all of them for ever.
const connectWithin = 5 * time.Second

// SQLiteDSN is the data source name of a SQLite file for the driver modernc.org/sqlite, as this room needs it: write-ahead
// log, full synchronisation, transactions that take the write lock at once, instants as integer microseconds. Readers
// (writer false) may only query. The file's directory must exist.
func SQLiteDSN(path string, writer bool) string {
	q := url.Values{}
	pragmas := []string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)"}
	if writer {
		q.Set("_txlock", "immediate")
	} else {
		pragmas = append(pragmas, "query_only(ON)")
	}
	q["_pragma"] = pragmas
	q.Set("_time_integer_format", "unix_micro")
	q.Set("_inttotime", "1")
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// Savepoints within the one transaction of SQLite's writer.
const (
	savepoint           = "SAVEPOINT member"
	rollbackToSavepoint = "ROLLBACK TO member"
	releaseSavepoint    = "RELEASE member"
)

// isDuplicate recognises a duplicate key. SQLite's driver is not imported here, so its error is known by its method.
func isDuplicate(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == pgUniqueViolation
	}
	var lite interface{ Code() int }
	if errors.As(err, &lite) {
		return lite.Code() == sqliteConstraintPK || lite.Code() == sqliteConstraintUnique
	}
	return false
}

// IsUnavailable says that the database cannot be reached or cannot work now, so that the caller should try again later; a
// statement that it refused is something else.
func IsUnavailable(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.As(err, &connect) || errors.As(err, &network) {
		return true
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		// Classes 08 connection, 53 resources, 57P shutdown, 58 system.
		return slices.ContainsFunc([]string{"08", "53", "57P", "58"}, func(c string) bool { return strings.HasPrefix(pg.Code, c) })
	}
	var lite interface{ Code() int }
	if errors.As(err, &lite) {
		return slices.Contains([]int{sqliteBusy, sqliteLocked, sqliteNoMemory, sqliteIOError, sqliteFull, sqliteCantOpen}, lite.Code()&sqliteLowByte)
	}
	// pgx reports a connection that broke in the middle of a statement without a type of its own.
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// lockRow locks the rows of a query until the transaction ends. SQLite has one writer and needs no such lock.
func (s *Store) lockRow(q *gorm.DB) *gorm.DB {
	if s.dialect == DialectPostgres {
		return q.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	}
	return q
}

// lockingEnd ends a SELECT whose row is locked until the transaction ends.
func (s *Store) lockingEnd() string {
	if s.dialect == DialectPostgres {
		return " FOR UPDATE"
	}
	return ""
}

// Names of exclusive's locks.
const (
	lockCatalogue = 7_001
	lockVersions  = 7_002
	// lockReductions is for revisions of reductions.
	lockReductions = 7_019
	lockCalendars  = 7_003
)

// exclusive lets one transaction of a name in at a time; the others wait for its end. SQLite has one writer and needs no lock.
func (s *Store) exclusive(tx *gorm.DB, name int64) error {
	if s.dialect == DialectPostgres {
		return tx.Exec("SELECT pg_advisory_xact_lock(?)", name).Error
	}
	return nil
}

// skipLocked ends the inner query of a claim, so that two claimers never wait for each other.
func (s *Store) skipLocked() string {
	if s.dialect == DialectPostgres {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}

// clockQuery asks the database for its wall clock, not for the start of a transaction.
func (s *Store) clockQuery() string {
	if s.dialect == DialectPostgres {
		return "SELECT clock_timestamp()"
	}
	return "SELECT CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER)"
}

// provider is goose over this database's migrations. On PostgreSQL a session lock lets one migrator in.
func (s *Store) provider() (*goose.Provider, error) {
	pool, err := s.db.DB()
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	files, err := s.migrations()
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	dialect := goose.DialectSQLite3
	if s.dialect == DialectPostgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, fmt.Errorf("migrations: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, pool, files, options...)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return p, nil
}

func (s *Store) migrations() (fs.FS, error) {
	all, folder := fs.FS(sqliteMigrations), "migrations/sqlite"
	if s.dialect == DialectPostgres {
		all, folder = postgresMigrations, "migrations/postgres"
	}
	files, err := fs.Sub(all, folder)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return files, nil
}
