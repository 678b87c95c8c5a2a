package models

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// What the coverage ledger is divided by. Every entry is in exactly one group, so that the groups add up: by level it is in
// the group of exactly its levels, by agency in that of its lead agency.
const (
	ByLevel    = "level"
	ByField    = "field"
	ByAgency   = "agency"
	ByMinistry = "ministry"
)

// CoverageRow counts the entries of a group.
type CoverageRow struct {
	// Key is the group's key in CatalogueFilter, empty for the entries without one.
	Key  string `gorm:"column:key_id"`
	Name string `gorm:"column:name"`

	Entries    int64 `gorm:"column:entries"`
	Published  int64 `gorm:"column:published"`
	Electronic int64 `gorm:"column:electronic"`
	// The internal process by confidence; the four add up to Entries.
	Official int64 `gorm:"column:official"`
	Inferred int64 `gorm:"column:inferred"`
	Sample   int64 `gorm:"column:sample"`
	None     int64 `gorm:"column:none"`
	// Outdated entries have open dossiers on a plan that no longer holds.
	Outdated int64 `gorm:"column:outdated"`
	Absent   int64 `gorm:"column:absent"`
}

// Coverage counts the entries of a filter by group, ordered by name.
func (s *Store) Coverage(ctx context.Context, by string, f CatalogueFilter) (rows []CoverageRow, err error) {
	var key, name string
	switch by {
	case ByLevel:
		key, name = "level_group", "level_group"
	case ByField:
		key, name = "field_key", "field"
	case ByAgency:
		key, name = "agency_key", "agency"
	case ByMinistry:
		key, name = "ministry", "ministry"
	default:
		return nil, fmt.Errorf("coverage by %q: unknown division", by)
	}
	q := s.covered(ctx, f, "x."+key+" AS key_id, MIN(x."+name+") AS name, ").Group("x." + key).Order("name, key_id")
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("coverage by %s: %w", by, err)
	}
	return rows, nil
}

// CoverageTotal counts the entries of a filter together.
func (s *Store) CoverageTotal(ctx context.Context, f CatalogueFilter) (row CoverageRow, err error) {
	if err := s.covered(ctx, f, "").Find(&row).Error; err != nil {
		return row, fmt.Errorf("coverage: %w", err)
	}
	return row, nil
}

func (s *Store) covered(ctx context.Context, f CatalogueFilter, group string) *gorm.DB {
	count := func(condition, as string) string {
		return ", COALESCE(SUM(CASE WHEN " + condition + " THEN 1 ELSE 0 END), 0) AS " + as
	}
	return s.read(ctx).Table("(?) AS x", s.ledger(ctx, f, true).Select(ledgerColumns+", COALESCE(o.n, 0) AS outdated")).Select(group + "COUNT(*) AS entries" +
		count("x.published", "published") + count("x.electronic", "electronic") + count("x.internal = 'official'", "official") +
		count("x.internal = 'inferred'", "inferred") + count("x.internal = 'sample'", "sample") + count("x.internal = '"+None+"'", "none") +
		count("x.outdated > 0", "outdated") + count("x.absent_since IS NOT NULL", "absent"))
}
