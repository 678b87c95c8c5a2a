package models

import (
	"context"
	"fmt"
	"time"

	"motcua/dossier"
)

// PastFilter picks dossiers by procedure (none: every one) and by when they were submitted, from inclusive, until exclusive.
type PastFilter struct {
	Procedures  []string
	From, Until time.Time
	// Since, where it is set, keeps dossiers that are open or ended then or later (legal time). Running keeps those in hand.
	Since   time.Time
	Running bool
	// Codes, where there are any, keeps these.
	Codes []string
}

// Past is a dossier with its whole journal. It holds codes and references only, nothing personal.
type Past struct {
	Code, Plan string
	Events     []dossier.Event `gorm:"-"`
}

// pastPage is how many dossiers are read at a time.
const pastPage = 200

// PastDossiers hands over dossiers one by one, in order of their codes; an error of each ends it.
func (s *Store) PastDossiers(ctx context.Context, f PastFilter, each func(Past) error) error {
	after := ""
	for {
		var page []Past
		q := s.read(ctx).Table("dossiers").Select("code", "plan").Where("code > ?", after).Order("code").Limit(pastPage)
		if len(f.Procedures) > 0 {
			q = q.Where("procedure IN ?", f.Procedures)
		}
		if !f.From.IsZero() {
			q = q.Where("submitted_at >= ?", instant(f.From))
		}
		if !f.Since.IsZero() {
			q = q.Where("(open OR ended_at >= ?)", instant(f.Since))
		}
		if f.Running {
			q = q.Where("open AND stage = ?", dossier.StageRunning)
		}
		if len(f.Codes) > 0 {
			q = q.Where("code IN ?", f.Codes)
		}
		if !f.Until.IsZero() {
			q = q.Where("submitted_at < ?", instant(f.Until))
		}
		if err := q.Find(&page).Error; err != nil {
			return fmt.Errorf("past dossiers: %w", err)
		}
		if err := s.journals(ctx, page); err != nil {
			return err
		}
		for i := range page {
			if err := each(page[i]); err != nil {
				return err
			}
		}
		if len(page) < pastPage {
			return nil
		}
		after = page[len(page)-1].Code
	}
}

// FirstSubmitted is when the first dossier was submitted; zero: there is none.
func (s *Store) FirstSubmitted(ctx context.Context) (time.Time, error) {
	var first any
	if err := oneRow(s.read(ctx).Table("dossiers").Select("MIN(submitted_at)"), &first); err != nil {
		return time.Time{}, fmt.Errorf("first dossier: %w", err)
	}
	return toInstant(first)
}

// journals reads the events of a page in one query.
func (s *Store) journals(ctx context.Context, page []Past) error {
	codes := make([]string, len(page))
	for i, p := range page {
		codes[i] = p.Code
	}
	all, err := s.Journals(ctx, codes, dossier.DecodeBody)
	if err != nil {
		return err
	}
	for i := range page {
		page[i].Events = all[page[i].Code]
	}
	return nil
}
