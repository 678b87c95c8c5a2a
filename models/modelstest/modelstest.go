// Package modelstest gives every test a database of its own, on SQLite and on PostgreSQL. It is imported by tests only.
//
// PostgreSQL is the server named by MOTCUA_TEST_POSTGRES (a DSN whose user may create databases), else a private server
// started from the binaries under /usr/lib/postgresql, one per test binary, reachable by a socket in a temporary directory
// only. It ends with the test binary, however that ends. Where neither exists the test is skipped.
package modelstest

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"motcua/models"
)

// Option changes the configuration of a store under test.
type Option func(*models.Config)

// Now sets the store's wall clock.
func Now(now func() time.Time) Option { return func(c *models.Config) { c.Now = now } }

// Open opens and migrates an empty SQLite database in a temporary file: the fast choice for other rooms.
func Open(t testing.TB, options ...Option) *models.Store {
	t.Helper()
	s := Unmigrated(t, models.DialectSQLite, options...)
	require.NoError(t, s.Migrate(t.Context()))
	return s
}

// OpenAt opens and migrates a SQLite file, which the test may tamper with.
func OpenAt(t testing.TB, path string, options ...Option) *models.Store {
	t.Helper()
	s := opened(t, models.Config{Dialector: SQLite(path, true), Readers: SQLite(path, false)}, options)
	require.NoError(t, s.Migrate(t.Context()))
	return s
}

// Tamper changes a SQLite file behind the program's back, and says how many rows it touched. Instants are microseconds.
func Tamper(t testing.TB, path, statement string, args ...any) int64 {
	t.Helper()
	db, err := sql.Open("sqlite", models.SQLiteDSN(path, true))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	res, err := db.ExecContext(t.Context(), statement, args...)
	require.NoError(t, err)
	n, err := res.RowsAffected()
	require.NoError(t, err)
	return n
}

// OpenPostgres opens and migrates an empty PostgreSQL database.
func OpenPostgres(t testing.TB, options ...Option) *models.Store {
	t.Helper()
	s := Unmigrated(t, models.DialectPostgres, options...)
	require.NoError(t, s.Migrate(t.Context()))
	return s
}

// Each runs a test on both databases, as two parallel subtests.
func Each(t *testing.T, test func(t *testing.T, s *models.Store), options ...Option) {
	t.Helper()
	t.Run(models.DialectSQLite, func(t *testing.T) {
		t.Parallel()
		test(t, Open(t, options...))
	})
	t.Run(models.DialectPostgres, func(t *testing.T) {
		t.Parallel()
		test(t, OpenPostgres(t, options...))
	})
}

// Unmigrated opens an empty database without a schema.
func Unmigrated(t testing.TB, dialect string, options ...Option) *models.Store {
	t.Helper()
	cfg := models.Config{MaxConns: 8}
	if dialect == models.DialectPostgres {
		cfg.Dialector = models.Postgres(PostgresDSN(t))
	} else {
		path := filepath.Join(t.TempDir(), "motcua.db")
		cfg.Dialector, cfg.Readers = SQLite(path, true), SQLite(path, false)
	}
	return opened(t, cfg, options)
}

func opened(t testing.TB, cfg models.Config, options []Option) *models.Store {
	t.Helper()
	for _, o := range options {
		o(&cfg)
	}
	s, err := models.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// SQLite is the dialector of a SQLite file.
func SQLite(path string, writer bool) gorm.Dialector {
	return sqlite.Dialector{DriverName: "sqlite", DSN: models.SQLiteDSN(path, writer)}
}
