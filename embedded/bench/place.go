package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/driver/sqlite"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"motcua/app"
	"motcua/embedded/temporalserver"
	"motcua/models"
	"motcua/workflows"
)

// place is where the databases lie: files in a folder, or databases of a Postgres server; all of it is removed at the end.
type place struct {
	dir, dsn, prefix string
	admin            *pgx.Conn
	made             []string
}

func openPlace(ctx context.Context, dsn string) (*place, error) {
	dir, err := os.MkdirTemp("", "motcua-bench-")
	if err != nil {
		return nil, err
	}
	p := &place{dir: dir, dsn: dsn}
	if dsn == "" {
		return p, nil
	}
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("postgres: %w", err), os.RemoveAll(dir))
	}
	p.admin, p.prefix = c, fmt.Sprintf("motcua_bench_%d_", time.Now().UnixNano())
	return p, nil
}

// serve starts the Temporal server that both sides of a measurement run on.
func (p *place) serve(ctx context.Context) (*temporalserver.Server, error) {
	o := temporalserver.Options{UIPort: temporalserver.NoUI, SearchAttributes: workflows.SearchAttributes(), Logger: silent}
	if p.admin == nil {
		o.DBPath = filepath.Join(p.dir, "temporal.db")
	} else {
		o.PostgresDSN, o.PostgresDatabase = p.dsn, p.prefix+"temporal"
		p.made = append(p.made, o.PostgresDatabase, o.PostgresDatabase+"_visibility")
	}
	return temporalserver.Start(ctx, o)
}

// store makes a database of ours with the demonstration data in it.
func (p *place) store(ctx context.Context, name string) (*models.Store, error) {
	cfg, err := p.config(ctx, name)
	if err != nil {
		return nil, err
	}
	store, err := models.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(store.Migrate(ctx), app.SeedDemo(ctx, store)); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

func (p *place) config(ctx context.Context, name string) (models.Config, error) {
	if p.admin == nil {
		path := filepath.Join(p.dir, name+".db")
		return models.Config{
			Dialector: sqlite.Dialector{DriverName: "sqlite", DSN: models.SQLiteDSN(path, true)},
			Readers:   sqlite.Dialector{DriverName: "sqlite", DSN: models.SQLiteDSN(path, false)},
		}, nil
	}
	database := p.prefix + name
	if _, err := p.admin.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{database}.Sanitize()); err != nil {
		return models.Config{}, fmt.Errorf("create database %s: %w", database, err)
	}
	p.made = append(p.made, database)
	u, err := url.Parse(p.dsn)
	if err != nil {
		return models.Config{}, fmt.Errorf("postgres: want a URL: %w", err)
	}
	u.Path = "/" + database
	return models.Config{Dialector: models.Postgres(u.String())}, nil
}

func (p *place) close(ctx context.Context) error {
	errs := []error{os.RemoveAll(p.dir)}
	if p.admin == nil {
		return errors.Join(errs...)
	}
	for _, d := range p.made {
		if _, err := p.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{d}.Sanitize()+" WITH (FORCE)"); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, p.admin.Close(ctx))...)
}
