package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
)

// What the clock check reads: open rows of the read model a page at a time, the journals behind them, and what one says that the
// other does not.

// ClockedFilter selects open dossiers or missions by code. AlarmBefore keeps those whose recorded alarm lies before it; Codes only
// these.
type ClockedFilter struct {
	After       string
	AlarmBefore time.Time
	Codes       []string
	Limit       int
}

func (f ClockedFilter) apply(q *gorm.DB) *gorm.DB {
	q = q.Where("open AND code > ?", f.After).Order("code").Limit(f.Limit)
	if !f.AlarmBefore.IsZero() {
		q = q.Where("next_alarm < ?", instant(f.AlarmBefore))
	}
	if f.Codes != nil {
		q = q.Where("code IN ?", f.Codes)
	}
	return q
}

// ClockedDossiers lists open dossiers without their views.
func (s *Store) ClockedDossiers(ctx context.Context, f ClockedFilter) (rows []DossierRow, err error) {
	columns := strings.ReplaceAll(strings.Replace(dossierColumns, " d.view,", "", 1), "d.", "")
	if err := f.apply(s.read(ctx).Table("dossiers").Select(columns)).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("open dossiers: %w", err)
	}
	return rows, nil
}

// ClockedMissions lists the missions that have not ended, with what the columns hold only.
func (s *Store) ClockedMissions(ctx context.Context, f ClockedFilter) (rows []MissionRow, err error) {
	const columns = "code, model, hash, lead, seq, revision, stage, started_at, ended_at, next_due, late_from, provisional, next_alarm, total, settled, open, sort_due, updated_at"
	if err := f.apply(s.read(ctx).Table("missions").Select(columns)).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("open missions: %w", err)
	}
	return rows, nil
}

// TasksOf are the open tasks of some dossiers, by code.
func (s *Store) TasksOf(ctx context.Context, codes []string) (map[string][]TaskRow, error) {
	var rows []TaskRow
	if err := s.read(ctx).Where("dossier IN ?", codes).Order("dossier, task").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("open tasks: %w", err)
	}
	out := map[string][]TaskRow{}
	for _, r := range rows {
		out[r.Dossier] = append(out[r.Dossier], r)
	}
	return out, nil
}

// Journals are the events of some dossiers, or with the other decoder missions, in one query.
func (s *Store) Journals(ctx context.Context, codes []string, decode func(kind string, data []byte) (dossier.Body, error)) (map[string][]dossier.Event, error) {
	var rows []eventRow
	if err := s.read(ctx).Where("dossier IN ?", codes).Order("dossier, seq").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("journals: %w", err)
	}
	out := make(map[string][]dossier.Event, len(codes))
	for _, r := range rows {
		body, err := decode(r.Kind, r.Data)
		if err != nil {
			return nil, fmt.Errorf("%s, event %d: %w", r.Dossier, r.Seq, err)
		}
		out[r.Dossier] = append(out[r.Dossier], dossier.Event{
			Seq: r.Seq, At: r.At.In(calendar.Zone()), Recorded: r.Recorded.In(calendar.Zone()), Act: r.Act, By: r.By, Body: body,
		})
	}
	return out, nil
}

// Lost is a journal without a row in the read model.
type Lost struct {
	Code    string `gorm:"column:dossier"`
	Mission bool   `gorm:"column:mission"`
}

// LostRows lists the journals of which the read model has no row, by code, after one.
func (s *Store) LostRows(ctx context.Context, after string, limit int) (rows []Lost, err error) {
	err = s.read(ctx).Table("events AS e").Select("e.dossier, e.kind = ? AS mission", mission.Started{}.Kind()).
		Where("e.seq = 1 AND e.dossier > ?", after).
		Where("NOT EXISTS (SELECT 1 FROM dossiers d WHERE d.code = e.dossier) AND NOT EXISTS (SELECT 1 FROM missions m WHERE m.code = e.dossier)").
		Order("e.dossier").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("journals without a row: %w", err)
	}
	return rows, nil
}

// OpenAmong says which of these dossiers, or missions, the read model holds open.
func (s *Store) OpenAmong(ctx context.Context, missions bool, codes []string) (map[string]bool, error) {
	table := "dossiers"
	if missions {
		table = "missions"
	}
	var open []string
	if err := s.read(ctx).Table(table).Where("open AND code IN ?", codes).Pluck("code", &open).Error; err != nil {
		return nil, fmt.Errorf("%s that are open: %w", table, err)
	}
	out := make(map[string]bool, len(open))
	for _, c := range open {
		out[c] = true
	}
	return out, nil
}

// drift collects the columns in which two rows differ.
type drift []string

func (d *drift) differs(unequal bool, column string) {
	if unequal {
		*d = append(*d, column)
	}
}

func (d *drift) instants(column string, a, b time.Time) {
	d.differs(!a.Truncate(time.Microsecond).Equal(b.Truncate(time.Microsecond)), column)
}

// DossierDrift names the columns in which a row of the read model and its open tasks are not what the view says. Revision and
// verdict are left out: they follow from acts, and from when it is asked.
func DossierDrift(row DossierRow, tasks []TaskRow, v dossier.View) []string {
	want := dossierOf(v, row.UpdatedAt)
	var d drift
	d.differs(row.Seq != want.Seq, "seq")
	d.differs(row.Procedure != want.Procedure, "procedure")
	d.differs(row.Plan != want.Plan, "plan")
	d.differs(row.Receiving != want.Receiving, "receiving")
	d.differs(row.Lead != want.Lead, "lead")
	d.differs(row.Stage != want.Stage, "stage")
	d.differs(row.Status != want.Status, "status")
	d.differs(row.Open != want.Open, "open")
	d.differs(row.Paused != want.Paused, "paused")
	d.differs(row.Register != want.Register, "register")
	d.instants("submitted_at", row.SubmittedAt, want.SubmittedAt)
	d.instants("intake_due", row.IntakeDue, want.IntakeDue)
	d.instants("accepted_at", row.AcceptedAt, want.AcceptedAt)
	d.instants("due_at", row.DueAt, want.DueAt)
	d.instants("original_due", row.OriginalDue, want.OriginalDue)
	d.instants("sort_due", row.SortDue, want.SortDue)
	d.instants("next_alarm", row.NextAlarm, want.NextAlarm)
	d.differs(row.AlarmKind != want.AlarmKind, "alarm_kind")
	d.differs(!sameTasks(tasks, tasksOf(v)), "tasks")
	return d
}

func sameTasks(have, want []TaskRow) bool {
	if len(have) != len(want) {
		return false
	}
	for _, w := range want {
		if !slices.ContainsFunc(have, func(h TaskRow) bool {
			return h.Task == w.Task && h.Agency == w.Agency && h.Role == w.Role && h.Assignee == w.Assignee && h.DueAt.Equal(w.DueAt)
		}) {
			return false
		}
	}
	return true
}

// MissionDrift is DossierDrift of a mission.
func MissionDrift(row MissionRow, v mission.View) []string {
	want := missionOf(v, row.UpdatedAt)
	var d drift
	d.differs(row.Seq != want.Seq, "seq")
	d.differs(row.Model != want.Model, "model")
	d.differs(row.Hash != want.Hash, "hash")
	d.differs(row.Lead != want.Lead, "lead")
	d.differs(row.Stage != want.Stage, "stage")
	d.differs(row.Open != want.Open, "open")
	d.differs(row.Total != want.Total, "total")
	d.differs(row.Settled != want.Settled, "settled")
	d.instants("next_due", row.NextDue, want.NextDue)
	d.instants("late_from", row.LateFrom, want.LateFrom)
	d.instants("next_alarm", row.NextAlarm, want.NextAlarm)
	d.instants("sort_due", row.SortDue, want.SortDue)
	return d
}

// AlarmRow is an open dossier or mission whose next alarm is due.
type AlarmRow struct {
	Code      string    `gorm:"column:code"`
	NextAlarm time.Time `gorm:"column:next_alarm;serializer:instant"`
}

// AlarmsBefore lists the open dossiers, or missions, of a scope whose recorded alarm lies before a legal instant, earliest first.
func (s *Store) AlarmsBefore(ctx context.Context, scope Scope, missions bool, before time.Time, limit int, after string) (rows []AlarmRow, next string, err error) {
	table := "dossiers"
	if missions {
		table = "missions"
	}
	list := "alarms/" + table
	limit = pageSize(limit)
	c, more, err := parseCursor(after, list, 1)
	if err != nil {
		return nil, "", err
	}
	q := scope.dossiers(s.read(ctx).Table(table).Select("code", "next_alarm"), table+".code").
		Where("open AND next_alarm < ?", instant(before)).Order("next_alarm, code").Limit(limit + 1)
	if more {
		q = q.Where("(next_alarm, code) > (?, ?)", c.instant(), c.Keys[0])
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("alarms of %s: %w", table, err)
	}
	return page(rows, limit, func(r AlarmRow) cursor {
		return cursor{List: list, At: r.NextAlarm.UnixMicro(), Keys: []string{r.Code}}
	})
}
