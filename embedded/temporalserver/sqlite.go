package temporalserver

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/uuid"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/resolver"
	"go.temporal.io/server/schema/sqlite"
)

// sqliteShards is fixed when a file is made. One connection is the bottleneck; more shards only add pollers.
const sqliteShards = 1

// lastTable is made near the end of the schema: a file with some tables but not this one was left half made.
const lastTable = "executions_visibility"

type sqliteStore struct {
	sql  *config.SQL
	file bool
}

func openSQLite(o Options) (*sqliteStore, error) {
	s := &sqliteStore{sql: sqliteConfig(o.DBPath), file: o.DBPath != ""}
	if s.file {
		if err := os.MkdirAll(filepath.Dir(o.DBPath), 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of the temporal database: %w", err)
		}
		if err := s.setUpSchema(); err != nil {
			return nil, fmt.Errorf("temporal database %s: %w", o.DBPath, err)
		}
	}
	if err := createNamespace(s.sql, o); err != nil {
		return nil, err
	}
	return s, nil
}

// sqliteConfig describes the one connection. In WAL mode synchronous=FULL syncs the log at every commit, so that what
// was acknowledged survives a power cut; NORMAL would risk the last seconds, and a timer lost there is a missed
// deadline. In memory the plugin makes the schema by itself at the first connection.
func sqliteConfig(path string) *config.SQL {
	cfg := &config.SQL{PluginName: sqliteplugin.PluginName, MaxConns: 1, MaxIdleConns: 1}
	if path == "" {
		cfg.DatabaseName = "motcua-" + uuid.NewString()
		cfg.ConnectAttributes = map[string]string{"mode": "memory", "cache": "shared"}
		return cfg
	}
	cfg.DatabaseName = uriPath(path)
	cfg.ConnectAttributes = map[string]string{
		"mode":         "rwc",
		"journal_mode": "wal",
		"synchronous":  "full",
		"busy_timeout": "5000",
	}
	return cfg
}

// uriPath escapes what would end the path in the file: URI that the plugin builds.
func uriPath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// setUpSchema makes the tables of a new file in one transaction: a start killed halfway leaves an empty file, not a
// broken one. The transaction spans calls because the pool has exactly one connection.
func (s *sqliteStore) setUpSchema() error {
	db, err := s.adminDB()
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	tables, err := db.ListTables(s.sql.DatabaseName)
	if err != nil {
		return fmt.Errorf("list tables: %w", err)
	}
	if slices.Contains(tables, lastTable) {
		return nil
	}
	if len(tables) > 0 {
		return errors.New("the file holds tables but no complete temporal schema")
	}
	if err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin schema: %w", err)
	}
	if err := sqlite.SetupSchemaOnDB(db); err != nil {
		return errors.Join(fmt.Errorf("make schema: %w", err), db.Exec("ROLLBACK"))
	}
	if err := db.Exec("COMMIT"); err != nil {
		return fmt.Errorf("commit schema: %w", err)
	}
	return nil
}

func (s *sqliteStore) adminDB() (sqlplugin.AdminDB, error) {
	db, err := sql.NewSQLAdminDB(sqlplugin.DbKindUnknown, s.sql, resolver.NewNoopResolver(), log.NewNoopLogger(),
		metrics.NoopMetricsHandler)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	return db, nil
}

func (s *sqliteStore) persistence() config.Persistence {
	return config.Persistence{
		DefaultStore:     mainStore,
		VisibilityStore:  mainStore,
		NumHistoryShards: sqliteShards,
		DataStores:       map[string]config.DataStore{mainStore: {SQL: s.sql}},
	}
}

// close folds the write-ahead log into the file, so that a copy of the file alone is a whole backup.
func (s *sqliteStore) close() error {
	if !s.file {
		return nil
	}
	db, err := s.adminDB()
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if err := db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("fold the write-ahead log: %w", err)
	}
	return nil
}
