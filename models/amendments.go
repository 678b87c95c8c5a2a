package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
)

// AddAmendment stores a draft. The same id with other words is ErrConflict.
func (s *Store) AddAmendment(ctx context.Context, a AmendmentRow) (row AmendmentRow, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		switch err := one(tx.Where("id = ?", a.ID), &row); {
		case err == nil && row.Fingerprint != a.Fingerprint:
			return ErrConflict
		case err == nil:
			return nil
		case !errors.Is(err, ErrNotFound):
			return err
		}
		row = a
		row.State, row.Revision, row.CreatedAt, row.UpdatedAt = AmendmentDraft, 1, s.now(), s.now()
		return tx.Create(&row).Error
	})
	if err != nil {
		return AmendmentRow{}, fmt.Errorf("amendment %s: %w", a.ID, err)
	}
	return row, nil
}

// Amendment returns an amendment, or ErrNotFound.
func (s *Store) Amendment(ctx context.Context, id string) (a AmendmentRow, err error) {
	if err := one(s.read(ctx).Where("id = ?", id), &a); err != nil {
		return a, fmt.Errorf("amendment %s: %w", id, err)
	}
	return a, nil
}

// Amendments lists amendments of a kind (none: all), the latest first, without their files; of some states only, where any are given.
func (s *Store) Amendments(ctx context.Context, kind string, limit int, states ...string) (rows []AmendmentRow, err error) {
	q := s.read(ctx).Order("created_at DESC, id").Limit(limit)
	if kind != "" {
		q = q.Where("kind = ?", kind)
	}
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("amendments: %w", err)
	}
	return rows, nil
}

// PublishedCalendarAmendments are those in force, in the order of their publication.
func (s *Store) PublishedCalendarAmendments(ctx context.Context) (rows []AmendmentRow, err error) {
	q := s.read(ctx).Where("kind = ? AND published_at IS NOT NULL AND undone_at IS NULL", AmendmentCalendar)
	if err := q.Order("published_at, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("published amendments: %w", err)
	}
	return rows, nil
}

// SetAmendmentState goes from one of some states to another, and says whether it did; more columns may change with it.
func (s *Store) SetAmendmentState(ctx context.Context, id, to string, from []string, more map[string]any) (bool, error) {
	return s.setAmendmentState(s.write(ctx), id, to, from, more)
}

func (s *Store) setAmendmentState(tx *gorm.DB, id, to string, from []string, more map[string]any) (bool, error) {
	set := map[string]any{"state": to, "revision": gorm.Expr("revision + 1"), "updated_at": instant(s.now())}
	if !slices.Contains([]string{AmendmentStopped, AmendmentRunning, AmendmentUndoing}, to) {
		// In those, who had it may still have acts under way: nobody else begins before its lease ends.
		set["lease_by"], set["lease_until"] = "", nil
	}
	for k, v := range more {
		if t, ok := v.(time.Time); ok {
			v = instant(t)
		}
		set[k] = v
	}
	res := tx.Table("amendments").Where("id = ? AND state IN ?", id, from).Updates(set)
	if res.Error != nil {
		return false, fmt.Errorf("amendment %s %s: %w", id, to, res.Error)
	}
	return res.RowsAffected == 1, nil
}

// ClaimAmendment lets one worker carry an amendment on until an instant of wall time; who has it renews it.
func (s *Store) ClaimAmendment(ctx context.Context, id, state, by string, until time.Time) (bool, error) {
	res := s.write(ctx).Table("amendments").Where("id = ? AND state = ? AND (lease_by = ? OR lease_until IS NULL OR lease_until < ?)", id, state, by, instant(s.now())).
		Updates(map[string]any{"lease_by": by, "lease_until": instant(until)})
	if res.Error != nil {
		return false, fmt.Errorf("claim amendment %s: %w", id, res.Error)
	}
	return res.RowsAffected == 1, nil
}

// StartPreview begins a preview, from the start.
func (s *Store) StartPreview(ctx context.Context, id, base string, total int64, from []string) (ok bool, err error) {
	err = s.transactAlone(ctx, func(tx *gorm.DB) error {
		more := map[string]any{"base": base, "cursor_at": "", "totals": nil, "total": total, "previewed_at": s.now()}
		if ok, err = s.setAmendmentState(tx, id, AmendmentPreviewing, from, more); err != nil || !ok {
			return err
		}
		return tx.Where("amendment = ?", id).Delete(&AmendmentItem{}).Error
	})
	if err != nil {
		return false, fmt.Errorf("preview of amendment %s: %w", id, err)
	}
	return ok, nil
}

// Previewed is a page of a preview with the totals so far; Over: it was the last.
type Previewed struct {
	ID string
	// By has it until an instant of wall time.
	By     string
	Until  time.Time
	Cursor string
	Items  []AmendmentItem
	Totals json.RawMessage
	Over   bool
}

// AddPreviewed stores a page, all or nothing. False says that somebody else has it, or that it was stopped.
func (s *Store) AddPreviewed(ctx context.Context, p Previewed) (ok bool, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		set := map[string]any{"cursor_at": p.Cursor, "totals": string(p.Totals), "updated_at": instant(s.now()), "lease_until": instant(p.Until)}
		if p.Over {
			set["state"], set["revision"], set["lease_by"], set["lease_until"] = AmendmentPreviewed, gorm.Expr("revision + 1"), "", nil
		}
		res := tx.Table("amendments").Where("id = ? AND state = ? AND lease_by = ?", p.ID, AmendmentPreviewing, p.By).Updates(set)
		if ok = res.RowsAffected == 1; res.Error != nil || !ok {
			return res.Error
		}
		for part := range slices.Chunk(p.Items, insertBatch) {
			if _, err := insert(tx, part, unlessThere); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("preview of amendment %s: %w", p.ID, err)
	}
	return ok, nil
}

// AmendmentItems lists dossiers of an amendment in the order of their codes, after one; of a state, an effect, an agency only, or of
// those behind, where asked.
func (s *Store) AmendmentItems(ctx context.Context, id string, f AmendmentItemFilter, after string, limit int) (rows []AmendmentItem, err error) {
	q := s.read(ctx).Where("amendment = ? AND dossier > ?", id, after).Order("dossier").Limit(limit)
	for column, value := range map[string]string{"state": f.State, "effect": f.Effect, "agency": f.Agency} {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	if f.Behind {
		q = q.Where("behind")
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("dossiers of amendment %s: %w", id, err)
	}
	return rows, nil
}

// AmendmentItemFilter selects dossiers of an amendment; empty fields do not restrict.
type AmendmentItemFilter struct {
	State, Effect, Agency string
	Behind                bool
}

// NextAmendmentItems are the next dossiers of some states, in the order of their alarms, after one.
func (s *Store) NextAmendmentItems(ctx context.Context, id string, states []string, after AmendmentItem, limit int) (rows []AmendmentItem, err error) {
	q := s.read(ctx).Where("amendment = ? AND state IN ?", id, states).Order("order_at, dossier").Limit(limit)
	if after.Dossier != "" {
		at := instant(after.OrderAt)
		q = q.Where("order_at > ? OR order_at = ? AND dossier > ?", at, at, after.Dossier)
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("dossiers of amendment %s: %w", id, err)
	}
	return rows, nil
}

// SaveAmendmentItems writes what became of some dossiers, all or none.
func (s *Store) SaveAmendmentItems(ctx context.Context, items []AmendmentItem) error {
	return saveAll(ctx, s, items, func(i AmendmentItem) string { return "dossier " + i.Dossier + " of amendment " + i.Amendment })
}

// AmendmentCounts counts the dossiers of an amendment by state.
func (s *Store) AmendmentCounts(ctx context.Context, id string) (map[string]int64, error) {
	var rows []struct {
		State string
		N     int64
	}
	if err := s.read(ctx).Table("amendment_items").Select("state, COUNT(*) AS n").Where("amendment = ?", id).Group("state").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("dossiers of amendment %s: %w", id, err)
	}
	out := map[string]int64{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, nil
}

// Reach selects the open dossiers that something decided for agencies may concern: those that have or will have to do with one of
// them. All takes every open one.
type Reach struct {
	All      bool
	Agencies []string
	// Since leaves out those submitted before (legal time).
	Since time.Time
	// Missing leaves out those that an amendment has already.
	Missing string
}

func (s *Store) reach(ctx context.Context, r Reach) *gorm.DB {
	q := s.read(ctx).Table("dossiers AS d").Where("d.open")
	if !r.All {
		q = q.Where(`d.receiving IN ? OR d.lead IN ? OR d.lead IN (SELECT lead FROM bindings WHERE agency IN ?)
			OR d.code IN (SELECT dossier FROM involved WHERE agency IN ?)`, r.Agencies, r.Agencies, r.Agencies, r.Agencies)
	}
	if !r.Since.IsZero() {
		q = q.Where("d.submitted_at >= ?", instant(r.Since))
	}
	if r.Missing != "" {
		q = q.Where("NOT EXISTS (SELECT 1 FROM amendment_items i WHERE i.amendment = ? AND i.dossier = d.code)", r.Missing)
	}
	return q
}

// Reached hands out the dossiers within a reach with their journals, after one.
func (s *Store) Reached(ctx context.Context, r Reach, after string, limit int) (page []Past, err error) {
	var codes []string
	if err := s.reach(ctx, r).Where("d.code > ?", after).Order("d.code").Limit(limit).Pluck("d.code", &codes).Error; err != nil {
		return nil, fmt.Errorf("dossiers reached: %w", err)
	}
	for _, code := range codes {
		page = append(page, Past{Code: code})
	}
	return page, s.journals(ctx, page)
}

// CountReached counts them.
func (s *Store) CountReached(ctx context.Context, r Reach) (n int64, err error) {
	if err := s.reach(ctx, r).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("dossiers reached: %w", err)
	}
	return n, nil
}

// AddAmendmentItems adds dossiers that an amendment does not have yet.
func (s *Store) AddAmendmentItems(ctx context.Context, items []AmendmentItem) error {
	err := s.transact(ctx, func(tx *gorm.DB) error {
		for part := range slices.Chunk(items, insertBatch) {
			if _, err := insert(tx, part, unlessThere); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("dossiers of an amendment: %w", err)
	}
	return nil
}

// RetryAmendment lets the dossiers that failed be tried again, and says how many there are.
func (s *Store) RetryAmendment(ctx context.Context, id, as string) (int64, error) {
	res := s.write(ctx).Table("amendment_items").Where("amendment = ? AND state = ?", id, AmendItemFailed).
		Updates(map[string]any{"state": as, "attempts": 0, "code": "", "detail": ""})
	if res.Error != nil {
		return 0, fmt.Errorf("dossiers of amendment %s: %w", id, res.Error)
	}
	return res.RowsAffected, nil
}
