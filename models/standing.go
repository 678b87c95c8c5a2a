package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
)

// reservedFor is how long a letter that a rung asked for counts against the cap before it is recorded, in wall time: by then the rung
// has fired, or an act that landed meanwhile made it unnecessary.
const reservedFor = 24 * time.Hour

// standingColumns are the columns of a decision with the letters issued under it.
const standingColumns = `standing_decisions.*, (SELECT COUNT(*) FROM standing_uses u WHERE u.decision = standing_decisions.id AND u.issued) AS issued`

// CreateStanding stores a draft. The same id again is what is stored; with other words it is ErrConflict.
func (s *Store) CreateStanding(ctx context.Context, d StandingRow) (row StandingRow, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		switch err := one(tx.Select("standing_decisions.*").Where("id = ?", d.ID), &row); {
		case err == nil && row.Fingerprint != d.Fingerprint:
			return ErrConflict
		case err == nil || !errors.Is(err, ErrNotFound):
			return err
		}
		row = d
		row.State, row.CreatedAt = StandingDraft, s.now()
		return tx.Create(&row).Error
	})
	if err != nil {
		return StandingRow{}, fmt.Errorf("standing decision %s: %w", d.ID, err)
	}
	return s.Standing(ctx, d.ID)
}

// Standing returns a standing decision, or ErrNotFound.
func (s *Store) Standing(ctx context.Context, id string) (d StandingRow, err error) {
	if err := one(s.read(ctx).Select(standingColumns).Where("id = ?", id), &d); err != nil {
		return d, fmt.Errorf("standing decision %s: %w", id, err)
	}
	return d, nil
}

// Standings lists standing decisions, the latest first.
func (s *Store) Standings(ctx context.Context, limit int) (rows []StandingRow, err error) {
	if err := s.read(ctx).Select(standingColumns).Order("created_at DESC, id").Limit(pageSize(limit)).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("standing decisions: %w", err)
	}
	return rows, nil
}

// ApproveStanding makes a draft a decision, and says whether it was one.
func (s *Store) ApproveStanding(ctx context.Context, id, by string, at time.Time) (bool, error) {
	return s.setStanding(ctx, id, StandingDraft, map[string]any{"state": StandingApproved, "approved_by": by, "approved_at": instant(at)})
}

// RevokeStanding ends an approved decision, and says whether it was one.
func (s *Store) RevokeStanding(ctx context.Context, id, by, why string, at time.Time) (bool, error) {
	return s.setStanding(ctx, id, StandingApproved, map[string]any{"state": StandingRevoked, "revoked_by": by, "revoked_why": why, "revoked_at": instant(at)})
}

func (s *Store) setStanding(ctx context.Context, id, from string, change map[string]any) (bool, error) {
	res := s.write(ctx).Table("standing_decisions").Where("id = ? AND state = ?", id, from).Updates(change)
	if res.Error != nil {
		return false, fmt.Errorf("standing decision %s: %w", id, res.Error)
	}
	return res.RowsAffected == 1, nil
}

// ReserveStanding finds the standing decision under which a dossier's apology may be issued at a legal instant, of the lead agency
// or the nearest above it, and takes one letter of its cap. Asked again it answers the same. ErrNotFound: there is none.
func (s *Store) ReserveStanding(ctx context.Context, code, lead, procedure string, at time.Time) (d StandingRow, err error) {
	above, err := s.ancestors(ctx, lead)
	if err != nil {
		return d, err
	}
	err = s.transact(ctx, func(tx *gorm.DB) error {
		var rows []StandingRow
		q := inForce(tx, at).Select("standing_decisions.*").Where("state = ? AND agency IN ?", StandingApproved, above).Order("created_at, id")
		if err := s.lockRow(q).Find(&rows).Error; err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(r StandingRow) bool { return len(r.Procedures) > 0 && !slices.Contains(r.Procedures, procedure) })
		slices.SortStableFunc(rows, func(a, b StandingRow) int { return slices.Index(above, a.Agency) - slices.Index(above, b.Agency) })
		for _, r := range rows {
			free, err := s.reserve(tx, r, code)
			if err != nil {
				return err
			}
			if free {
				d = r
				return nil
			}
		}
		return ErrNotFound
	})
	if err != nil {
		return StandingRow{}, fmt.Errorf("standing decision for %s: %w", code, err)
	}
	return d, nil
}

// reserve takes one letter of a decision's cap for a dossier, and says whether there was one.
func (s *Store) reserve(tx *gorm.DB, d StandingRow, code string) (bool, error) {
	var taken, own int64
	uses := tx.Table("standing_uses").Where("decision = ? AND dossier <> ? AND (issued OR at > ?)", d.ID, code, instant(s.now().Add(-reservedFor)))
	if err := uses.Count(&taken).Error; err != nil {
		return false, err
	}
	if err := tx.Table("standing_uses").Where("decision = ? AND dossier = ? AND issued", d.ID, code).Count(&own).Error; err != nil {
		return false, err
	}
	if own > 0 || taken >= d.Cap {
		return false, nil
	}
	return true, replace(tx, "letter under a standing decision", []standingUse{{Decision: d.ID, Dossier: code, At: s.now()}}, "decision", "dossier")
}
