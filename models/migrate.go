package models

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

const versionTable = "goose_db_version"

// Migrate brings the schema up to this program's version; it is safe to run again and by several processes at once.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	results, err := p.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if s.logger != nil {
		for _, r := range results {
			s.logger.InfoContext(ctx, "migrated", "version", r.Source.Version, "file", r.Source.Path, "took", r.Duration)
		}
	}
	return nil
}

// SchemaVersion says which version the database has (0: none) and which this program was built with. It writes nothing.
func (s *Store) SchemaVersion(ctx context.Context) (have, want int64, err error) {
	files, err := s.migrations()
	if err != nil {
		return 0, 0, err
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return 0, 0, fmt.Errorf("schema version: %w", err)
	}
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, 0, fmt.Errorf("schema version: file %s: %w", name, err)
		}
		want = max(want, n)
	}
	db := s.write(ctx)
	if !db.Migrator().HasTable(versionTable) {
		return 0, want, nil
	}
	if err := db.Table(versionTable).Select("COALESCE(MAX(version_id), 0)").Where("is_applied").Scan(&have).Error; err != nil {
		return 0, want, fmt.Errorf("schema version: %w", err)
	}
	return have, want, nil
}

// CheckSchema refuses a schema older than this program and accepts one version newer, so that the old program keeps running
// while the new one is rolled out. The error is ErrSchema and says what to do.
func (s *Store) CheckSchema(ctx context.Context) error {
	have, want, err := s.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	switch {
	case have < want:
		return fmt.Errorf("%w: database has version %d, this program needs %d: run `motcua migrate`", ErrSchema, have, want)
	case have > want+1:
		return fmt.Errorf("%w: database has version %d, this program knows %d: use a newer program", ErrSchema, have, want)
	}
	return nil
}
