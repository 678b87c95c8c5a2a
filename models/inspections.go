package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// InspectionFilter selects inspections; zero fields do not restrict, except Scope.
type InspectionFilter struct {
	Scope              Scope
	Dossier, Inspector string
	State              string
	// Pending leaves out what is concluded; DueBefore is exclusive.
	Pending   bool
	DueBefore time.Time
	Limit     int
	Cursor    string
}

// Inspections lists inspections, the next due first.
func (s *Store) Inspections(ctx context.Context, f InspectionFilter) (rows []InspectionRow, next string, err error) {
	const list = "inspections"
	limit := pageSize(f.Limit)
	c, more, err := parseCursor(f.Cursor, list, 1)
	if err != nil {
		return nil, "", err
	}
	q := f.Scope.dossiers(s.read(ctx), "inspections.dossier").Order("due_at, dossier, n").Limit(limit + 1)
	for column, value := range map[string]string{"dossier": f.Dossier, "inspector": f.Inspector, "state": f.State} {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	if f.Pending {
		q = q.Where("state <> ?", InspectionConcluded)
	}
	if !f.DueBefore.IsZero() {
		q = q.Where("due_at < ?", instant(f.DueBefore))
	}
	if more {
		q = q.Where("(due_at, dossier, n) > (?, ?, ?)", c.instant(), c.Keys[0], c.Seq)
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("inspections: %w", err)
	}
	return page(rows, limit, func(r InspectionRow) cursor {
		return cursor{List: list, At: r.DueAt.UnixMicro(), Seq: int64(r.N), Keys: []string{r.Dossier}}
	})
}

// Inspection returns one, or ErrNotFound.
func (s *Store) Inspection(ctx context.Context, code string, n int) (row InspectionRow, err error) {
	if err := one(s.read(ctx).Where("dossier = ? AND n = ?", code, n), &row); err != nil {
		return row, fmt.Errorf("inspection %d of %s: %w", n, code, err)
	}
	return row, nil
}

// TakeInspection gives an inspection to an officer, and says whether it was still to be taken.
func (s *Store) TakeInspection(ctx context.Context, code string, n int, by string, at time.Time) (bool, error) {
	return s.setInspection(ctx, code, n, []string{InspectionOpen}, map[string]any{"state": InspectionTaken, "inspector": by, "taken_at": instant(at)})
}

// ConcludeInspection ends an inspection, and says whether it was in hand.
func (s *Store) ConcludeInspection(ctx context.Context, code string, n int, by, cause, conclusion string, at time.Time) (bool, error) {
	return s.setInspection(ctx, code, n, []string{InspectionTaken}, map[string]any{
		"state": InspectionConcluded, "cause": cause, "conclusion": conclusion, "concluded_by": by, "concluded_at": instant(at),
	})
}

func (s *Store) setInspection(ctx context.Context, code string, n int, from []string, change map[string]any) (bool, error) {
	change["revision"] = gorm.Expr("revision + 1")
	res := s.write(ctx).Table("inspections").Where("dossier = ? AND n = ? AND state IN ?", code, n, from).Updates(change)
	if res.Error != nil {
		return false, fmt.Errorf("inspection %d of %s: %w", n, code, res.Error)
	}
	return res.RowsAffected == 1, nil
}

// Loads counts the open tasks of officers, and the inspections that they have not concluded.
func (s *Store) Loads(ctx context.Context, officers []string) (tasks, inspections map[string]int64, err error) {
	count := func(table, column, condition string) (map[string]int64, error) {
		var rows []struct {
			Who string
			N   int64
		}
		q := s.read(ctx).Table(table).Select(column+" AS who, COUNT(*) AS n").Where(column+" IN ?", officers).Group(column)
		if condition != "" {
			q = q.Where(condition)
		}
		if err := q.Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("work of %v: %w", officers, err)
		}
		out := map[string]int64{}
		for _, r := range rows {
			out[r.Who] = r.N
		}
		return out, nil
	}
	if tasks, err = count("tasks", "assignee", ""); err != nil {
		return nil, nil, err
	}
	inspections, err = count("inspections", "inspector", "state <> '"+InspectionConcluded+"'")
	return tasks, inspections, err
}
