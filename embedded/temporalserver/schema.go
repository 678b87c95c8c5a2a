package temporalserver

import (
	"bytes"
	"context"
	"crypto/md5"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/blang/semver/v4"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence"
	serversql "go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/common/resolver"
	"go.temporal.io/server/schema"
)

// noSchema is the version of a database before its first step, as the server's own tool writes it.
const noSchema = "0.0"

// schemaStep is one version directory of the schema that the server carries in itself.
type schemaStep struct {
	version    semver.Version
	manifest   schemaManifest
	digest     string
	statements []string
}

// schemaManifest is the manifest.json of a step; the field names are the server's.
type schemaManifest struct {
	CurrVersion          string
	MinCompatibleVersion string
	Description          string
	SchemaUpdateCqlFiles []string
}

// upgradeSchema applies the steps that a database lacks, in order, and notes each in the server's own version tables,
// so that the server's schema tool can take over at any time. A newer schema than ours is left alone; the server
// judges it when it starts.
func upgradeSchema(ctx context.Context, cfg *config.SQL, name string) error {
	db, err := serversql.NewSQLAdminDB(sqlplugin.DbKindUnknown, cfg, resolver.NewNoopResolver(), log.NewNoopLogger(),
		metrics.NoopMetricsHandler)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer func() { _ = db.Close() }()
	if err := db.CreateSchemaVersionTables(); err != nil {
		return fmt.Errorf("make version tables: %w", err)
	}
	current, err := db.ReadSchemaVersion(cfg.DatabaseName)
	if errors.Is(err, sql.ErrNoRows) {
		current, err = noSchema, nil
	}
	if err != nil {
		return fmt.Errorf("read version: %w", err)
	}
	steps, err := stepsAfter(name, current)
	if err != nil {
		return err
	}
	for _, step := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := applyStep(db, cfg.DatabaseName, current, step); err != nil {
			return fmt.Errorf("step %s: %w", step.manifest.CurrVersion, err)
		}
		current = step.manifest.CurrVersion
	}
	return nil
}

func stepsAfter(name, current string) ([]schemaStep, error) {
	after, err := semver.ParseTolerant(current)
	if err != nil {
		return nil, fmt.Errorf("stored version %q: %w", current, err)
	}
	dir := path.Join(name, "versioned")
	entries, err := fs.ReadDir(schema.Assets(), dir)
	if err != nil {
		return nil, fmt.Errorf("read schema steps: %w", err)
	}
	var steps []schemaStep
	for _, e := range entries {
		version, err := semver.ParseTolerant(strings.TrimPrefix(e.Name(), "v"))
		if err != nil || !version.GT(after) {
			continue
		}
		step, err := readStep(path.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("schema step %s: %w", e.Name(), err)
		}
		step.version = version
		steps = append(steps, step)
	}
	slices.SortFunc(steps, func(a, b schemaStep) int { return a.version.Compare(b.version) })
	return steps, nil
}

func readStep(dir string) (schemaStep, error) {
	var step schemaStep
	raw, err := fs.ReadFile(schema.Assets(), path.Join(dir, "manifest.json"))
	if err != nil {
		return step, err
	}
	if err := json.Unmarshal(raw, &step.manifest); err != nil {
		return step, err
	}
	// Not for security: the server's update log has a column for this digest of the manifest.
	sum := md5.Sum(raw)
	step.digest = hex.EncodeToString(sum[:])
	for _, file := range step.manifest.SchemaUpdateCqlFiles {
		content, err := fs.ReadFile(schema.Assets(), path.Join(dir, file))
		if err != nil {
			return step, err
		}
		statements, err := persistence.LoadAndSplitQueryFromReaders([]io.Reader{bytes.NewReader(content)})
		if err != nil {
			return step, err
		}
		step.statements = append(step.statements, statements...)
	}
	return step, nil
}

// applyStep runs one step. What already exists is passed over, as the server's tool does: the statements of a step cut
// short run again.
func applyStep(db sqlplugin.AdminDB, database, from string, step schemaStep) error {
	for _, statement := range step.statements {
		if err := db.Exec(statement); err != nil && !strings.Contains(err.Error(), "already exist") {
			return err
		}
	}
	m := step.manifest
	if err := db.UpdateSchemaVersion(database, m.CurrVersion, m.MinCompatibleVersion); err != nil {
		return fmt.Errorf("note version: %w", err)
	}
	if err := db.WriteSchemaUpdateLog(from, m.CurrVersion, step.digest, m.Description); err != nil {
		return fmt.Errorf("note upgrade: %w", err)
	}
	return nil
}
