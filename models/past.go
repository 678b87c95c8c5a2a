package models

import (
	"context"
	"fmt"
	"time"

	"motcua/calendar"
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
	if err := s.read(ctx).Table("dossiers").Select("MIN(submitted_at)").Row().Scan(&first); err != nil {
		return time.Time{}, fmt.Errorf("first dossier: %w", err)
	}
	return toInstant(first)
}

// journals reads the events of a page in one query.
func (s *Store) journals(ctx context.Context, page []Past) error {
	at, codes := map[string]int{}, make([]string, len(page))
	for i, p := range page {
		at[p.Code], codes[i] = i, p.Code
	}
	var rows []eventRow
	if err := s.read(ctx).Where("dossier IN ?", codes).Order("dossier, seq").Find(&rows).Error; err != nil {
		return fmt.Errorf("events of past dossiers: %w", err)
	}
	for _, r := range rows {
		body, err := dossier.DecodeBody(r.Kind, r.Data)
		if err != nil {
			return fmt.Errorf("%s, event %d: %w", r.Dossier, r.Seq, err)
		}
		p := &page[at[r.Dossier]]
		p.Events = append(p.Events, dossier.Event{
			Seq: r.Seq, At: r.At.In(calendar.Zone()), Recorded: r.Recorded.In(calendar.Zone()), Act: r.Act, By: r.By, Body: body,
		})
	}
	return nil
}
