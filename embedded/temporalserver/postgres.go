package temporalserver

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/iancoleman/strcase"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jmoiron/sqlx"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql/driver"
)

const (
	// postgresShards is fixed when the databases are made.
	postgresShards = 4
	// Each of the four services opens a pool of its own on each database: at most 4 × (10 + 5) = 60 connections, which
	// leaves the program itself 40 of Postgres's usual 100.
	mainConns       = 10
	visibilityConns = 5

	visibilitySuffix = "_visibility"
	fallbackDatabase = "postgres"
	// setupLock is the advisory lock under which databases and schema are made; two starting at once take turns.
	setupLock = 0x6d6f74637561 // "motcua"

	sqlStateNoDatabase        = "3D000"
	sqlStateDuplicateDatabase = "42P04"
)

type postgresStore struct {
	main, visibility *config.SQL
}

func openPostgres(ctx context.Context, o Options) (*postgresStore, error) {
	s := &postgresStore{
		main:       postgresConfig(o.PostgresDSN, o.PostgresDatabase, mainConns),
		visibility: postgresConfig(o.PostgresDSN, o.PostgresDatabase+visibilitySuffix, visibilityConns),
	}
	if err := s.setUp(ctx, o.PostgresDSN); err != nil {
		return nil, fmt.Errorf("prepare temporal databases: %w", err)
	}
	if err := createNamespace(s.main, o); err != nil {
		return nil, err
	}
	return s, nil
}

// setUp makes both databases when missing and brings their schema to the version that this server expects.
func (s *postgresStore) setUp(ctx context.Context, dsn string) error {
	conn, err := connectMaintenance(ctx, dsn)
	if err != nil {
		return err
	}
	// Closing the connection also gives the lock back.
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(setupLock)); err != nil {
		return fmt.Errorf("take setup lock: %w", err)
	}
	for _, db := range []struct {
		cfg    *config.SQL
		schema string
	}{{s.main, "postgresql/v12/temporal"}, {s.visibility, "postgresql/v12/visibility"}} {
		if err := createDatabase(ctx, conn, db.cfg.DatabaseName); err != nil {
			return err
		}
		if err := upgradeSchema(ctx, db.cfg, db.schema); err != nil {
			return fmt.Errorf("schema of %s: %w", db.cfg.DatabaseName, err)
		}
	}
	return nil
}

// connectMaintenance connects to the database that the DSN names, or, when it does not exist yet, to "postgres".
func connectMaintenance(ctx context.Context, dsn string) (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, dsn)
	if isSQLState(err, sqlStateNoDatabase) {
		conn, err = pgx.Connect(ctx, withDatabase(dsn, fallbackDatabase))
	}
	if err != nil {
		return nil, fmt.Errorf("connect to postgres: %w", err)
	}
	return conn, nil
}

func createDatabase(ctx context.Context, conn *pgx.Conn, name string) error {
	var exists bool
	err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists)
	if err != nil {
		return fmt.Errorf("look for database %s: %w", name, err)
	}
	if exists {
		return nil
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	if err != nil && !isSQLState(err, sqlStateDuplicateDatabase) {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

// postgresConfig lets the server connect with the DSN as it stands, TLS settings and socket paths included; the
// server's own fields could not express them all. The address is for its log only.
func postgresConfig(dsn, database string, conns int) *config.SQL {
	return &config.SQL{
		PluginName:      postgresql.PluginNamePGX,
		DatabaseName:    database,
		ConnectAddr:     "dsn",
		ConnectProtocol: "tcp",
		Connect: func(cfg *config.SQL) (*sqlx.DB, error) {
			db, err := (&driver.PGXDriver{}).CreateConnection(withDatabase(dsn, cfg.DatabaseName))
			if err != nil {
				return nil, err
			}
			db.SetMaxOpenConns(conns)
			db.SetMaxIdleConns(conns)
			// The server's row structs carry no tags; this is how it maps their fields to columns.
			db.MapperFunc(strcase.ToSnake)
			return db, nil
		},
	}
}

// withDatabase is the DSN with another database in it, for both of Postgres's forms.
func withDatabase(dsn, database string) string {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		if u, err := url.Parse(dsn); err == nil {
			u.Path, u.RawPath = "/"+database, ""
			return u.String()
		}
	}
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(database)
	return dsn + " dbname='" + quoted + "'"
}

func isSQLState(err error, state string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == state
}

func (s *postgresStore) persistence() config.Persistence {
	return config.Persistence{
		DefaultStore:     mainStore,
		VisibilityStore:  visibilityStore,
		NumHistoryShards: postgresShards,
		DataStores: map[string]config.DataStore{
			mainStore:       {SQL: s.main},
			visibilityStore: {SQL: s.visibility},
		},
	}
}

func (s *postgresStore) close() error { return nil }
