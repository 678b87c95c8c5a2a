package models

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"motcua/dossier"
)

// Scope is what a principal may see. The zero Scope sees nothing.
type Scope struct {
	// All sees everything.
	All bool
	// Agencies see the dossiers that they received, lead or ever had a task of.
	Agencies []string
}

// dossiers restricts a query by the column that holds a dossier's code.
func (s Scope) dossiers(q *gorm.DB, column string) *gorm.DB {
	switch {
	case s.All:
		return q
	case len(s.Agencies) == 0:
		return q.Where("1 = 0")
	}
	return q.Where("EXISTS (SELECT 1 FROM involved i WHERE i.dossier = "+column+" AND i.agency IN ?)", s.Agencies)
}

// Orders of Dossiers.
const (
	// SortDue: the next promise first. SortSubmitted: the newest submission first.
	SortDue       = "due"
	SortSubmitted = "submitted"
)

// DossierFilter selects dossiers; zero fields do not restrict, except Scope.
type DossierFilter struct {
	Scope           Scope
	Receiving, Lead string
	// Agency received or leads it.
	Agency    string
	Status    []dossier.Status
	Stage     dossier.Stage
	Procedure string
	// DueAfter is inclusive, DueBefore exclusive.
	DueAfter, DueBefore time.Time
	// Overdue keeps what passed its promise, or its intake clock, at the legal instant At.
	Overdue bool
	// Outdated keeps the open dossiers whose plan is not the one in force at At, or whose plan's basis has ended.
	Outdated bool
	At       time.Time
	// Text is found without diacritics: in the code and in the procedure's code, name and field; with Persons instead in the
	// code and in the applicant's name, number and phone.
	Text string
	// Persons lets personal data through, to Text and into ApplicantName; the caller has checked the right to it.
	Persons      bool
	Paused, Open *bool
	// Rescheduled keeps the re-appointed ones, or the others.
	Rescheduled *bool
	Sort        string
	// Limit is 50 by default and 500 at most.
	Limit  int
	Cursor string
}

// dossierColumns are the columns of a dossier that lists read.
const dossierColumns = `d.code, d.procedure, d.plan, d.channel, d.receiving, d.lead, d.seq, d.revision, d.stage, d.status, d.register,
		d.submitted_at, d.intake_due, d.accepted_at, d.due_at, d.original_due, d.provisional, d.finished_at, d.returned_at, d.ended_at,
		d.refusal, d.paused, d.leg, d.rescheduled, d.next_alarm, d.alarm_kind, d.class, d.late_since, d.late_minutes, d.open,
		d.sort_due, d.view, d.updated_at`

// overdue is true of an open dossier whose clock passed its promise. A clock that stands moves its promise along, so there
// only an earlier breach counts.
const overdue = "(d.stage IN ('submitted', 'running') AND (d.late_since IS NOT NULL OR (d.paused = ? AND d.sort_due < ?)))"

// dossiers reads dossiers, with the applicant's name where persons says so.
func (s *Store) dossiers(ctx context.Context, persons bool) *gorm.DB {
	q := s.read(ctx).Table("dossiers AS d")
	if !persons {
		return q.Select(dossierColumns)
	}
	return q.Select(dossierColumns + ", COALESCE(a.name, '') AS applicant_name").Joins("LEFT JOIN applicants a ON a.dossier = d.code")
}

// Dossier returns a dossier by code, or ErrNotFound. It holds nothing personal.
func (s *Store) Dossier(ctx context.Context, code string) (row DossierRow, err error) {
	if err := fetch(s.read(ctx), &row, nil, "", code); err != nil {
		return DossierRow{}, fmt.Errorf("dossier %s: %w", code, err)
	}
	return row, nil
}

// Dossiers lists dossiers, a page at a time. next is the cursor of the next page, empty on the last.
func (s *Store) Dossiers(ctx context.Context, f DossierFilter) (rows []DossierRow, next string, err error) {
	bySubmission := f.Sort == SortSubmitted
	list, limit := "dossiers/"+f.Sort, pageSize(f.Limit)
	c, more, err := parseCursor(f.Cursor, list, 1)
	if err != nil {
		return nil, "", err
	}
	q, err := s.search(ctx, f.apply(f.Scope.dossiers(s.dossiers(ctx, f.Persons), "d.code")), f)
	if err != nil {
		return nil, "", fmt.Errorf("dossiers: %w", err)
	}
	if f.Outdated {
		q = s.outdated(ctx, q.Where("d.open"), "d", f.At)
	}
	if bySubmission {
		q = q.Order("d.submitted_at DESC, d.code DESC")
	} else {
		q = q.Order("d.sort_due, d.code")
	}
	switch {
	case more && bySubmission:
		q = q.Where("(d.submitted_at, d.code) < (?, ?)", c.instant(), c.Keys[0])
	case more:
		q = q.Where("(d.sort_due, d.code) > (?, ?)", c.instant(), c.Keys[0])
	}
	if err := q.Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("dossiers: %w", err)
	}
	return page(rows, limit, func(r DossierRow) cursor {
		at := r.SortDue
		if bySubmission {
			at = r.SubmittedAt
		}
		return cursor{List: list, At: at.UnixMicro(), Keys: []string{r.Code}}
	})
}

func (f DossierFilter) apply(q *gorm.DB) *gorm.DB {
	where := func(set bool, condition string, args ...any) {
		if set {
			q = q.Where(condition, args...)
		}
	}
	where(f.Receiving != "", "d.receiving = ?", f.Receiving)
	where(f.Lead != "", "d.lead = ?", f.Lead)
	where(f.Agency != "", "(d.receiving = ? OR d.lead = ?)", f.Agency, f.Agency)
	where(len(f.Status) > 0, "d.status IN ?", f.Status)
	where(f.Stage != "", "d.stage = ?", f.Stage)
	where(f.Procedure != "", "d.procedure = ?", f.Procedure)
	where(!f.DueAfter.IsZero(), "d.sort_due >= ?", instant(f.DueAfter))
	where(!f.DueBefore.IsZero(), "d.sort_due < ?", instant(f.DueBefore))
	where(f.Overdue, overdue, false, instant(f.At))
	where(f.Paused != nil, "d.paused = ?", f.Paused)
	where(f.Open != nil, "d.open = ?", f.Open)
	where(f.Rescheduled != nil, "d.rescheduled = ?", f.Rescheduled)
	return q
}

// search keeps the dossiers in which a text is found. Without Persons the applicants' index only narrows down where a code may
// be (it holds the code too); what decides is the code alone. Procedures are few: those that match are looked up first.
func (s *Store) search(ctx context.Context, q *gorm.DB, f DossierFilter) (*gorm.DB, error) {
	text := strings.TrimSpace(f.Text)
	if text == "" {
		return q, nil
	}
	const exactly = " UNION ALL SELECT code FROM dossiers WHERE code = ?"
	pattern := contains(text)
	if f.Persons {
		return q.Where("d.code IN (SELECT dossier FROM applicants WHERE search LIKE ? ESCAPE '!'"+exactly+")", pattern, text), nil
	}
	found := "SELECT dossier FROM applicants WHERE search LIKE ? ESCAPE '!' AND LOWER(dossier) LIKE ? ESCAPE '!'" + exactly
	args := []any{pattern, pattern, text}
	var plans []string
	if err := s.read(ctx).Table("plans").Where("search LIKE ? ESCAPE '!'", pattern).Pluck("hash", &plans).Error; err != nil {
		return nil, err
	}
	if len(plans) > 0 {
		found, args = found+" UNION ALL SELECT code FROM dossiers WHERE plan IN ?", append(args, plans)
	}
	return q.Where("d.code IN ("+found+")", args...), nil
}

// TaskFilter selects open tasks; zero fields do not restrict, except Scope.
type TaskFilter struct {
	// Scope is by the agency of the task: a worklist shows one's own work only.
	Scope        Scope
	Agency, Role string
	Assignee     string
	Unassigned   bool
	Dossier      string
	DueBefore    time.Time
	Limit        int
	Cursor       string
}

// Tasks lists open tasks by due instant; those whose clock stands come last.
func (s *Store) Tasks(ctx context.Context, f TaskFilter) (rows []WorkRow, next string, err error) {
	const list = "tasks"
	limit := pageSize(f.Limit)
	c, more, err := parseCursor(f.Cursor, list, 2)
	if err != nil {
		return nil, "", err
	}
	q := s.read(ctx).Table("tasks AS t").Select(`t.dossier, t.task, t.step, t.agency, t.role, t.assignee, t.handed_up, t.opened_at, t.due_at,
			t.sort_due, t.paused, t.outcomes, t.may, t.wait, t.is_return, d.procedure, d.plan, d.receiving, d.lead, d.channel, d.status,
			d.revision, d.due_at AS promise, d.accepted_at, d.class, d.leg`).
		Joins("JOIN dossiers d ON d.code = t.dossier").
		Order("t.paused, t.sort_due, t.dossier, t.task").Limit(limit + 1)
	where := func(set bool, condition string, args ...any) {
		if set {
			q = q.Where(condition, args...)
		}
	}
	where(!f.Scope.All && len(f.Scope.Agencies) == 0, "1 = 0")
	where(!f.Scope.All && len(f.Scope.Agencies) > 0, "t.agency IN ?", f.Scope.Agencies)
	where(f.Agency != "", "t.agency = ?", f.Agency)
	where(f.Role != "", "t.role = ?", f.Role)
	where(f.Assignee != "", "t.assignee = ?", f.Assignee)
	where(f.Unassigned, "t.assignee = ''")
	where(f.Dossier != "", "t.dossier = ?", f.Dossier)
	where(!f.DueBefore.IsZero(), "t.sort_due < ?", instant(f.DueBefore))
	if more {
		q = q.Where("(t.paused, t.sort_due, t.dossier, t.task) > (?, ?, ?, ?)", c.Flag, c.instant(), c.Keys[0], c.Keys[1])
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("tasks: %w", err)
	}
	return page(rows, limit, func(r WorkRow) cursor {
		return cursor{List: list, Flag: r.Paused, At: r.SortDue.UnixMicro(), Keys: []string{r.Dossier, r.Task}}
	})
}

// Counts of dossiers in a scope.
type Counts struct {
	ByStatus map[dossier.Status]int64
	// Open are those in hand (submitted or running); Late and Paused are among them.
	Total, Open, Late, Paused int64
}

// Counts counts the dossiers of a scope at a legal instant.
func (s *Store) Counts(ctx context.Context, scope Scope, at time.Time) (Counts, error) {
	var rows []struct {
		Status                    dossier.Status
		Total, Open, Late, Paused int64
	}
	const hand = "d.stage IN ('submitted', 'running')"
	q := s.read(ctx).Table("dossiers AS d").Select("d.status AS status, COUNT(*) AS total, SUM(CASE WHEN "+hand+
		" THEN 1 ELSE 0 END) AS open, SUM(CASE WHEN "+overdue+" THEN 1 ELSE 0 END) AS late, SUM(CASE WHEN "+hand+
		" AND d.paused = ? THEN 1 ELSE 0 END) AS paused", false, instant(at), true).Group("d.status")
	if err := scope.dossiers(q, "d.code").Scan(&rows).Error; err != nil {
		return Counts{}, fmt.Errorf("counts: %w", err)
	}
	out := Counts{ByStatus: map[dossier.Status]int64{}}
	for _, r := range rows {
		out.ByStatus[r.Status] = r.Total
		out.Total, out.Open, out.Late, out.Paused = out.Total+r.Total, out.Open+r.Open, out.Late+r.Late, out.Paused+r.Paused
	}
	return out, nil
}

// OpenRow is an open dossier as the health check sees it.
type OpenRow struct {
	Code      string    `gorm:"column:code"`
	Seq       int64     `gorm:"column:seq"`
	NextAlarm time.Time `gorm:"column:next_alarm;serializer:instant"`
}

// OpenDossiers lists the dossiers that are not closed, by code, after a code.
func (s *Store) OpenDossiers(ctx context.Context, after string, limit int) (rows []OpenRow, err error) {
	err = s.read(ctx).Table("dossiers").Select("code", "seq", "next_alarm").Where("open AND code > ?", after).
		Order("code").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("open dossiers: %w", err)
	}
	return rows, nil
}

// RecordedLast lists the open dossiers that were recorded last: within a span of wall time before the latest of them.
func (s *Store) RecordedLast(ctx context.Context, within time.Duration) ([]OpenRow, error) {
	return s.recordedLast(ctx, "dossiers", within)
}

func (s *Store) recordedLast(ctx context.Context, table string, within time.Duration) (rows []OpenRow, err error) {
	var latest any
	if err := oneRow(s.read(ctx).Table(table).Select("MAX(updated_at)").Where("open"), &latest); err != nil {
		return nil, fmt.Errorf("latest record of %s: %w", table, err)
	}
	at, err := toInstant(latest)
	if err != nil || at.IsZero() {
		return nil, err
	}
	err = s.read(ctx).Table(table).Select("code", "seq", "next_alarm").Where("open AND updated_at >= ?", instant(at.Add(-within))).
		Order("code").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("%s recorded last: %w", table, err)
	}
	return rows, nil
}

// DueAlarms lists the open dossiers whose next alarm lies before a legal instant, earliest first.
func (s *Store) DueAlarms(ctx context.Context, before time.Time, limit int) (rows []OpenRow, err error) {
	err = s.read(ctx).Table("dossiers").Select("code", "seq", "next_alarm").Where("open AND next_alarm < ?", instant(before)).
		Order("next_alarm, code").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("due alarms: %w", err)
	}
	return rows, nil
}
