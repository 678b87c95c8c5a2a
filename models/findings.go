package models

import (
	"context"
	"fmt"
	"time"
)

// FindingFilter selects findings; zero fields do not restrict. Open: open ones only, or closed ones only.
type FindingFilter struct {
	Kind   string
	Open   *bool
	Limit  int
	Cursor string
}

// ListFindings lists findings, newest first. next is the cursor of the next page, empty on the last.
func (s *Store) ListFindings(ctx context.Context, f FindingFilter) (rows []Finding, next string, err error) {
	const list = "findings"
	limit := pageSize(f.Limit)
	c, more, err := parseCursor(f.Cursor, list, 0)
	if err != nil {
		return nil, "", err
	}
	q := s.read(ctx).Order("opened_at DESC, id DESC").Limit(limit + 1)
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.Open != nil && *f.Open {
		q = q.Where("closed_at IS NULL")
	}
	if f.Open != nil && !*f.Open {
		q = q.Where("closed_at IS NOT NULL")
	}
	if more {
		q = q.Where("(opened_at, id) < (?, ?)", c.instant(), c.Seq)
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("findings: %w", err)
	}
	return page(rows, limit, func(r Finding) cursor { return cursor{List: list, At: r.OpenedAt.UnixMicro(), Seq: r.ID} })
}

// OpenFindings lists the open findings of some kinds by id, after one.
func (s *Store) OpenFindings(ctx context.Context, kinds []string, after int64, limit int) (rows []Finding, err error) {
	err = s.read(ctx).Where("closed_at IS NULL AND kind IN ? AND id > ?", kinds, after).Order("id").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("open findings: %w", err)
	}
	return rows, nil
}

// FindingCounts counts the open findings by kind.
func (s *Store) FindingCounts(ctx context.Context) (map[string]int64, error) {
	var rows []struct {
		Kind string
		N    int64
	}
	if err := s.read(ctx).Table("findings").Select("kind, COUNT(*) AS n").Where("closed_at IS NULL").Group("kind").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("findings by kind: %w", err)
	}
	out := make(map[string]int64, len(rows))
	for _, r := range rows {
		out[r.Kind] = r.N
	}
	return out, nil
}

// CloseUnseen closes the open findings of a kind that nobody has reported since an instant of wall time.
func (s *Store) CloseUnseen(ctx context.Context, kind string, since time.Time) error {
	err := s.write(ctx).Table("findings").Where("kind = ? AND closed_at IS NULL AND seen_at < ?", kind, instant(since)).
		Update("closed_at", instant(s.now())).Error
	if err != nil {
		return fmt.Errorf("close findings %s: %w", kind, err)
	}
	return nil
}
