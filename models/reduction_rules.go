package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"motcua/procedure"
)

// States of a revision of a reduction.
const (
	ReductionDraft     = "draft"
	ReductionApproved  = "approved"
	ReductionDiscarded = "discarded" // sent back, or replaced by a later draft
)

// ReductionRow is a revision of a reduction that this installation decided.
type ReductionRow struct {
	Rule     string              `gorm:"column:rule;primaryKey"`
	Revision int64               `gorm:"column:revision;primaryKey"`
	State    string              `gorm:"column:state"`
	Content  procedure.Reduction `gorm:"column:content;serializer:document"`
	// Source is the file that it was drafted with.
	Source string `gorm:"column:source"`
	// FirstDay and LastDay of acceptance, as YYYY-MM-DD; an empty LastDay is open.
	FirstDay    string    `gorm:"column:first_day"`
	LastDay     string    `gorm:"column:last_day"`
	Act         string    `gorm:"column:act"`
	Fingerprint string    `gorm:"column:fingerprint"`
	Author      string    `gorm:"column:author"`
	DraftedAt   time.Time `gorm:"column:drafted_at;serializer:instant"`
	// DecidedBy approved it, or sent it back for a Reason.
	DecidedBy string    `gorm:"column:decided_by"`
	DecidedAt time.Time `gorm:"column:decided_at;serializer:instant"`
	Reason    string    `gorm:"column:reason"`
}

func (ReductionRow) TableName() string { return "reduction_rules" }

// DraftReduction stores a draft as the next revision of its rule; a draft that waits is discarded for it. The same act again is the
// same revision, with other words ErrConflict.
func (s *Store) DraftReduction(ctx context.Context, draft ReductionRow) (row ReductionRow, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		if err := s.exclusive(tx, lockReductions); err != nil {
			return err
		}
		switch err := one(tx.Where("act = ?", draft.Act), &row); {
		case err == nil && row.Fingerprint != draft.Fingerprint:
			return ErrConflict
		case err == nil:
			return nil
		case !errors.Is(err, ErrNotFound):
			return err
		}
		var last int64
		if err := tx.Table("reduction_rules").Where("rule = ?", draft.Rule).Select("COALESCE(MAX(revision), 0)").Scan(&last).Error; err != nil {
			return err
		}
		err := tx.Table("reduction_rules").Where("rule = ? AND state = ?", draft.Rule, ReductionDraft).
			Updates(map[string]any{"state": ReductionDiscarded, "decided_by": draft.Author, "decided_at": instant(draft.DraftedAt), "reason": "thay bằng bản dự thảo sau"}).Error
		if err != nil {
			return err
		}
		draft.Revision, draft.State = last+1, ReductionDraft
		row = draft
		return tx.Create(&draft).Error
	})
	if err != nil {
		return ReductionRow{}, fmt.Errorf("draft reduction %s: %w", draft.Rule, err)
	}
	return row, nil
}

// DecideReduction gives a draft the state that was decided; decide says whether, with the revision in force before it (nil: none).
// What is decided already is not decided again: the row is returned as it is, with ErrStale where it was decided otherwise.
func (s *Store) DecideReduction(ctx context.Context, rule string, revision int64, state string, decide func(row, before *ReductionRow) error) (row ReductionRow, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		if err := s.exclusive(tx, lockReductions); err != nil {
			return err
		}
		if err := one(tx.Where("rule = ? AND revision = ?", rule, revision), &row); err != nil {
			return err
		}
		switch row.State {
		case ReductionDraft:
		case state:
			return nil
		default:
			return ErrStale
		}
		var before *ReductionRow
		var approved ReductionRow
		switch err := one(tx.Where("rule = ? AND state = ? AND revision < ?", rule, ReductionApproved, revision).Order("revision DESC"), &approved); {
		case err == nil:
			before = &approved
		case !errors.Is(err, ErrNotFound):
			return err
		}
		if err := decide(&row, before); err != nil {
			return err
		}
		row.State = state
		return tx.Table("reduction_rules").Where("rule = ? AND revision = ?", rule, revision).
			Updates(map[string]any{"state": row.State, "decided_by": row.DecidedBy, "decided_at": instant(row.DecidedAt), "reason": row.Reason}).Error
	})
	if err != nil {
		return row, fmt.Errorf("reduction %s: %w", rule, err)
	}
	return row, nil
}

// ReductionRows are all revisions that were not discarded, by rule, the newest first.
func (s *Store) ReductionRows(ctx context.Context) (rows []ReductionRow, err error) {
	if err := s.read(ctx).Where("state <> ?", ReductionDiscarded).Order("rule, revision DESC").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reductions: %w", err)
	}
	return rows, nil
}

// ReductionsApproved are the reductions that this installation decided, by rule: of each the revision that was approved last.
func (s *Store) ReductionsApproved(ctx context.Context) (map[string]procedure.Reduction, error) {
	rows, err := s.ReductionRows(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]procedure.Reduction{}
	for _, r := range rows {
		if _, newer := out[r.Rule]; r.State == ReductionApproved && !newer {
			out[r.Rule] = r.Content
		}
	}
	return out, nil
}

// ReductionEndings are the last days of those of the named rules that this installation ended, by rule.
func (s *Store) ReductionEndings(ctx context.Context, names []string) (out []procedure.Ending, err error) {
	var rows []ReductionRow
	q := s.read(ctx).Select("rule", "last_day").Where("state = ? AND rule IN ?", ReductionApproved, names).Order("rule, revision DESC")
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("endings of reductions: %w", err)
	}
	for i, r := range rows {
		if (i == 0 || rows[i-1].Rule != r.Rule) && r.LastDay != "" {
			out = append(out, procedure.Ending{Rule: r.Rule, Last: r.LastDay})
		}
	}
	return out, nil
}

// KeptRow counts dossiers of a procedure that were promised by one kind of limit and stand in one class.
type KeptRow struct {
	Procedure string `gorm:"column:procedure"`
	// Reduced: the promise was shorter than the law.
	Reduced bool   `gorm:"column:reduced"`
	Class   string `gorm:"column:class"`
	Open    bool   `gorm:"column:open"`
	Count   int64  `gorm:"column:count"`
}

// PromisesKept counts the dossiers of a scope accepted from an instant until another (zero: without bound), by procedure.
func (s *Store) PromisesKept(ctx context.Context, scope Scope, from, until time.Time) (rows []KeptRow, err error) {
	q := scope.dossiers(s.read(ctx).Table("dossiers"), "dossiers.code").Where("committed_limit <> ''").
		Select("procedure, legal_limit <> committed_limit AS reduced, class, open, COUNT(*) AS count").
		Group("procedure, legal_limit <> committed_limit, class, open").Order("procedure, reduced, class, open")
	if !from.IsZero() {
		q = q.Where("accepted_at >= ?", instant(from))
	}
	if !until.IsZero() {
		q = q.Where("accepted_at < ?", instant(until))
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("promises kept: %w", err)
	}
	return rows, nil
}
