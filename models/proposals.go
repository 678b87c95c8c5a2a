package models

import (
	"context"
	"fmt"
	"time"
)

// ProposalFilter selects proposed apologies; zero fields do not restrict, except Scope.
type ProposalFilter struct {
	Scope   Scope
	Dossier string
	State   string
	// SignableAt keeps the open ones that can still be signed at a legal instant; zero does not ask.
	SignableAt time.Time
	Limit      int
	Cursor     string
}

// Proposals lists proposed apologies, the one that has to be signed first first.
func (s *Store) Proposals(ctx context.Context, f ProposalFilter) (rows []ProposalRow, next string, err error) {
	const list = "proposals"
	limit := pageSize(f.Limit)
	c, more, err := parseCursor(f.Cursor, list, 1)
	if err != nil {
		return nil, "", err
	}
	q := f.Scope.dossiers(s.read(ctx), "proposals.dossier").Order("until_at, dossier, n").Limit(limit + 1)
	if f.Dossier != "" {
		q = q.Where("dossier = ?", f.Dossier)
	}
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if !f.SignableAt.IsZero() {
		q = q.Where("state = ? AND until_at > ?", ProposalOpen, instant(f.SignableAt))
	}
	if more {
		q = q.Where("(until_at, dossier, n) > (?, ?, ?)", c.instant(), c.Keys[0], c.Seq)
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("proposals: %w", err)
	}
	return page(rows, limit, func(r ProposalRow) cursor {
		return cursor{List: list, At: r.Until.UnixMicro(), Seq: int64(r.N), Keys: []string{r.Dossier}}
	})
}

// Rescheduled counts re-appointed dossiers of a scope: in hand, finished by the new date, finished after it.
type Rescheduled struct {
	Open, Kept, Missed int64
}

// Rescheduled counts the dossiers of a scope that were re-appointed. Missed ones are late for good.
func (s *Store) Rescheduled(ctx context.Context, scope Scope) (out Rescheduled, err error) {
	q := s.read(ctx).Table("dossiers AS d").Select(`COALESCE(SUM(CASE WHEN d.stage IN ('submitted', 'running') THEN 1 ELSE 0 END), 0) AS open,
		COALESCE(SUM(CASE WHEN d.stage IN ('finished', 'returned') AND d.class <> 'late' THEN 1 ELSE 0 END), 0) AS kept,
		COALESCE(SUM(CASE WHEN d.stage IN ('finished', 'returned') AND d.class = 'late' THEN 1 ELSE 0 END), 0) AS missed`).
		Where("d.rescheduled = ?", true)
	if err := scope.dossiers(q, "d.code").Scan(&out).Error; err != nil {
		return out, fmt.Errorf("rescheduled dossiers: %w", err)
	}
	return out, nil
}
