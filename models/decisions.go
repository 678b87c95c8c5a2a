package models

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"
)

// AddDecision stores a decision. The same id with the same words answers with the stored one, with others it is ErrConflict; another
// decision with its number, day and agency is ErrDuplicate.
func (s *Store) AddDecision(ctx context.Context, d Decision) (Decision, error) {
	err := s.transact(ctx, func(tx *gorm.DB) error {
		var known Decision
		switch err := one(tx.Where("id = ?", d.ID), &known); {
		case err == nil && known.Fingerprint != d.Fingerprint:
			return ErrConflict
		case err == nil:
			return nil
		case !errors.Is(err, ErrNotFound):
			return err
		}
		if err := tx.Create(&d).Error; err != nil {
			if isDuplicate(err) {
				return ErrDuplicate
			}
			return err
		}
		items := slices.Clone(d.Items)
		for i := range items {
			items[i].Decision = d.ID
		}
		if len(items) == 0 {
			return nil
		}
		return tx.Create(&items).Error
	})
	if err != nil {
		return Decision{}, fmt.Errorf("decision %s: %w", d.Number, err)
	}
	return s.Decision(ctx, d.ID)
}

// ErrDuplicate says that another row has the same natural key.
var ErrDuplicate = errors.New("stored already")

// Decision returns a decision with its procedures, by code, or ErrNotFound.
func (s *Store) Decision(ctx context.Context, id string) (d Decision, err error) {
	if err := one(s.read(ctx).Where("id = ?", id), &d); err != nil {
		return d, fmt.Errorf("decision %s: %w", id, err)
	}
	list := []Decision{d}
	err = s.fillDecisions(ctx, list)
	return list[0], err
}

// DecisionFilter selects decisions; empty fields do not restrict.
type DecisionFilter struct {
	// Code keeps those that concern a procedure.
	Code   string
	Limit  int
	Cursor string
}

// Decisions lists decisions, the latest first.
func (s *Store) Decisions(ctx context.Context, f DecisionFilter) (rows []Decision, next string, err error) {
	const list = "decisions"
	limit := pageSize(f.Limit)
	c, more, err := parseCursor(f.Cursor, list, 1)
	if err != nil {
		return nil, "", err
	}
	q := s.read(ctx).Order("issued_on DESC, id DESC").Limit(limit + 1)
	if f.Code != "" {
		q = q.Where("id IN (SELECT decision FROM publication_items WHERE code = ?)", f.Code)
	}
	if more {
		q = q.Where("(issued_on, id) < (?, ?)", c.instant(), c.Keys[0])
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("decisions: %w", err)
	}
	rows, next, err = page(rows, limit, func(d Decision) cursor { return cursor{List: list, At: d.IssuedOn.UnixMicro(), Keys: []string{d.ID}} })
	if err != nil {
		return nil, "", err
	}
	return rows, next, s.fillDecisions(ctx, rows)
}

func (s *Store) fillDecisions(ctx context.Context, rows []Decision) error {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	var items []DecisionItem
	if err := s.read(ctx).Where("decision IN ?", ids).Order("decision, code").Find(&items).Error; err != nil {
		return fmt.Errorf("items of decisions: %w", err)
	}
	for i := range rows {
		for _, item := range items {
			if item.Decision == rows[i].ID {
				rows[i].Items = append(rows[i].Items, item)
			}
		}
	}
	return nil
}
