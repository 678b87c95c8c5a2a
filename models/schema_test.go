package models_test

import (
	"context"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/models"
	"motcua/models/modelstest"
)

// column is what the two databases must agree on.
type column struct {
	Table, Name string
	Null        bool
}

// shape reads tables, columns, nullability and unique keys (as "table(column,column)") from a database's own catalog.
func shape(t *testing.T, db *sql.DB, columns, keys string) (cols []column, unique []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), columns)
	require.NoError(t, err)
	for rows.Next() {
		var c column
		require.NoError(t, rows.Scan(&c.Table, &c.Name, &c.Null))
		cols = append(cols, c)
	}
	require.NoError(t, rows.Err())
	rows, err = db.QueryContext(t.Context(), keys)
	require.NoError(t, err)
	for rows.Next() {
		var key string
		require.NoError(t, rows.Scan(&key))
		unique = append(unique, key)
	}
	require.NoError(t, rows.Err())
	slices.SortFunc(cols, func(a, b column) int {
		return slices.Compare([]string{a.Table, a.Name}, []string{b.Table, b.Name})
	})
	slices.Sort(unique)
	return cols, unique
}

func TestBothSchemasAreTheSame(t *testing.T) {
	t.Parallel()
	dsn := modelstest.PostgresDSN(t)
	path := filepath.Join(t.TempDir(), "motcua.db")
	open := func(cfg models.Config) {
		s, err := models.Open(t.Context(), cfg)
		require.NoError(t, err)
		require.NoError(t, s.Migrate(t.Context()))
		require.NoError(t, s.Close())
	}
	open(models.Config{Dialector: models.Postgres(dsn)})
	open(models.Config{Dialector: modelstest.SQLite(path, true)})
	pg, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	defer pg.Close()
	lite, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer lite.Close()

	pgColumns, pgKeys := shape(t, pg, `SELECT table_name, column_name, is_nullable = 'YES' FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name <> 'goose_db_version'`,
		`SELECT c.relname || '(' || string_agg(a.attname, ',' ORDER BY k.n) || ')'
		FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace s ON s.oid = c.relnamespace AND s.nspname = 'public'
			CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(col, n)
			JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.col
		WHERE i.indisunique AND c.relname <> 'goose_db_version' GROUP BY c.relname, i.indexrelid`)
	liteColumns, liteKeys := shape(t, lite, `SELECT m.name, c.name, c."notnull" = 0 FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'goose_db_version'`,
		`SELECT m.name || '(' || (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) || ')'
		FROM sqlite_master m, pragma_index_list(m.name) i
		WHERE m.type = 'table' AND m.name <> 'goose_db_version' AND i."unique" = 1
		UNION ALL SELECT m.name || '(' || c.name || ')' FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.sql LIKE '%AUTOINCREMENT%' AND c.pk = 1 AND m.name <> 'goose_db_version'`)
	// The primary keys of Postgres are NOT NULL by themselves; SQLite's say so in a composite key column by column.
	require.NotEmpty(t, pgColumns)
	require.Equal(t, pgColumns, liteColumns)
	require.NotEmpty(t, pgKeys)
	require.Equal(t, pgKeys, liteKeys)
}

func TestMigrationsHaveTheSameNames(t *testing.T) {
	t.Parallel()
	names := func(dialect string) []string {
		list, err := fs.Glob(os.DirFS("migrations/"+dialect), "*.sql")
		require.NoError(t, err)
		return list
	}
	require.NotEmpty(t, names("postgres"))
	require.Equal(t, names("postgres"), names("sqlite"))
}

func TestSchemaIsCheckedNotMadeOnTheWay(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{models.DialectSQLite, models.DialectPostgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			s := modelstest.Unmigrated(t, dialect)
			require.Equal(t, dialect, s.Dialect())
			require.NoError(t, s.Ping(ctx))
			have, want, err := s.SchemaVersion(ctx)
			require.NoError(t, err)
			require.Equal(t, []int64{0, 15}, []int64{have, want})
			require.ErrorIs(t, s.CheckSchema(ctx), models.ErrSchema)
			done := make(chan error)
			for range 2 { // two migrators at once: on PostgreSQL a lock, on SQLite one writer
				go func() { done <- s.Migrate(context.WithoutCancel(ctx)) }()
			}
			require.NoError(t, <-done)
			require.NoError(t, <-done)
			require.NoError(t, s.CheckSchema(ctx))
			now, err := s.DBNow(ctx)
			require.NoError(t, err)
			require.WithinDuration(t, time.Now(), now, 5*time.Second)
		})
	}
}
