package models

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"motcua/mission"
)

// missions selects missions with what their model says of them.
func (s *Store) missions(ctx context.Context) *gorm.DB {
	return s.read(ctx).Table("missions AS m").Select(`m.code, m.model, m.hash, m.lead, m.seq, m.revision, m.stage, m.started_at, m.ended_at,
		m.next_due, m.late_from, m.provisional, m.next_alarm, m.total, m.settled, m.open, m.sort_due, m.view, m.updated_at,
		COALESCE(f.name, '') AS name, COALESCE(f.plan, '') AS plan, COALESCE(f.place_no, 0) AS place_no`).
		Joins("LEFT JOIN mission_files f ON f.hash = m.hash")
}

// Mission returns a mission by code, or ErrNotFound.
func (s *Store) Mission(ctx context.Context, code string) (row MissionRow, err error) {
	if err := one(s.missions(ctx).Where("m.code = ?", code), &row); err != nil {
		return MissionRow{}, fmt.Errorf("mission %s: %w", code, err)
	}
	return row, nil
}

// MissionFilter selects missions; zero fields do not restrict, except Scope.
type MissionFilter struct {
	Scope Scope
	// Plan is the code of a plan, Model of a model, Lead of the lead agency, Agency of any agency that takes part.
	Plan, Model, Lead, Agency string
	Stage                     mission.Stage
	Open                      *bool
	// Late keeps what has something not done past its due date at the legal instant At.
	Late bool
	At   time.Time
	// DueBefore keeps what has something not done that is due before it (exclusive).
	DueBefore time.Time
	// Text finds a code, or part of the model's code or name, without diacritics.
	Text   string
	Limit  int
	Cursor string
}

// Missions lists missions by what is due next, a page at a time. next is the cursor of the next page, empty on the last.
func (s *Store) Missions(ctx context.Context, f MissionFilter) (rows []MissionRow, next string, err error) {
	const list = "missions"
	limit := pageSize(f.Limit)
	c, more, err := parseCursor(f.Cursor, list, 1)
	if err != nil {
		return nil, "", err
	}
	q := f.Scope.dossiers(s.missions(ctx), "m.code").Order("m.sort_due, m.code").Limit(limit + 1)
	where := func(set bool, condition string, args ...any) {
		if set {
			q = q.Where(condition, args...)
		}
	}
	where(f.Plan != "", "f.plan = ?", f.Plan)
	where(f.Model != "", "m.model = ?", f.Model)
	where(f.Lead != "", "m.lead = ?", f.Lead)
	where(f.Agency != "", "EXISTS (SELECT 1 FROM involved a WHERE a.dossier = m.code AND a.agency = ?)", f.Agency)
	where(f.Stage != "", "m.stage = ?", f.Stage)
	where(f.Open != nil, "m.open = ?", f.Open)
	where(f.Late, "m.open = ? AND m.late_from <= ?", true, instant(f.At))
	where(!f.DueBefore.IsZero(), "m.next_due < ?", instant(f.DueBefore))
	where(strings.TrimSpace(f.Text) != "", "(m.code = ? OR f.search LIKE ? ESCAPE '!')", strings.TrimSpace(f.Text), contains(f.Text))
	where(more, "(m.sort_due, m.code) > (?, ?)", c.instant(), keyOf(c))
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("missions: %w", err)
	}
	return page(rows, limit, func(r MissionRow) cursor {
		return cursor{List: list, At: r.SortDue.UnixMicro(), Keys: []string{r.Code}}
	})
}

// keyOf is the first key of a cursor; a first page has none.
func keyOf(c cursor) string {
	if len(c.Keys) == 0 {
		return ""
	}
	return c.Keys[0]
}

// OpenMissions lists the missions that have not ended, by code, after a code.
func (s *Store) OpenMissions(ctx context.Context, after string, limit int) (rows []OpenRow, err error) {
	err = s.read(ctx).Table("missions").Select("code", "seq", "next_alarm").Where("open AND code > ?", after).
		Order("code").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("open missions: %w", err)
	}
	return rows, nil
}

// MissionsRecordedLast lists the missions that have not ended and were recorded last, as RecordedLast does dossiers.
func (s *Store) MissionsRecordedLast(ctx context.Context, within time.Duration) ([]OpenRow, error) {
	return s.recordedLast(ctx, "missions", within)
}

// ActText is an act with what was written with it.
type ActText struct {
	ID   string          `gorm:"column:id"`
	Kind string          `gorm:"column:kind"`
	Body json.RawMessage `gorm:"column:body;serializer:document"`
}

// ActTexts are the acts done under a code with their bodies, in order: the only place of free text.
func (s *Store) ActTexts(ctx context.Context, code string) (rows []ActText, err error) {
	err = s.read(ctx).Table("acts").Select("id", "kind", "body").Where("dossier = ? AND state = ?", code, ActDone).
		Order("seq, revision, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("texts of %s: %w", code, err)
	}
	return rows, nil
}
