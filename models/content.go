package models

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"motcua/calendar"
	"motcua/procedure"
)

// StorePlan stores a compiled definition under its hash with the file it was compiled from. It puts nothing in force: versions do
// that. Storing it again changes nothing.
func (s *Store) StorePlan(ctx context.Context, p *procedure.Plan, source []byte) error {
	return s.storePlan(s.write(ctx), p, source)
}

func (s *Store) storePlan(tx *gorm.DB, p *procedure.Plan, source []byte) error {
	content, err := p.Encode()
	if err != nil {
		return fmt.Errorf("save plan: %w", err)
	}
	row := planRow{
		ProcedureRow: ProcedureRow{
			Hash: p.Hash, Code: p.Code, Name: p.Name, Field: p.Field, Level: p.Level, Agency: p.Agency, Online: p.Online,
			Origin: p.Origin, SavedAt: s.now(),
		},
		Search: Fold(p.Code, p.Name, p.Field), Content: content, Source: source, Internal: internalOf(p),
	}
	if row.BasisEnds, err = basisEnds(p); err != nil {
		return fmt.Errorf("save plan %s: legal basis: %w", p.Code, err)
	}
	if row.ValidFrom, err = publishedOn(p); err != nil {
		return fmt.Errorf("save plan %s: published on: %w", p.Code, err)
	}
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return fmt.Errorf("save plan %s: %w", p.Code, err)
	}
	return nil
}

// publishedOn is the day of a plan's publishing decision; zero where the definition names none.
func publishedOn(p *procedure.Plan) (time.Time, error) {
	if p.Published == nil || p.Published.On == "" {
		return time.Time{}, nil
	}
	day, err := calendar.ParseDate(p.Published.On)
	return day.Time(), err
}

// internalOf is the confidence in a plan's internal process; one that does not say is inferred.
func internalOf(p *procedure.Plan) string {
	if p.InternalProcess == nil {
		return ""
	}
	return cmp.Or(p.InternalProcess.Confidence, "inferred")
}

// basisEnds is the first instant at which a document of the legal basis is no longer in force; a repealed one never was.
func basisEnds(p *procedure.Plan) (ends time.Time, err error) {
	for _, b := range p.LegalBasis {
		end := time.Unix(0, 0)
		switch {
		case b.Repealed:
		case b.Until == "":
			continue
		default:
			last, err := calendar.ParseDate(b.Until)
			if err != nil {
				return ends, err
			}
			end = last.Time().AddDate(0, 0, 1)
		}
		if ends.IsZero() || end.Before(ends) {
			ends = end
		}
	}
	return ends, nil
}

// Plan returns a plan by hash; its content is checked against the hash.
func (s *Store) Plan(ctx context.Context, hash string) (*procedure.Plan, error) {
	var row planRow
	if err := one(s.read(ctx).Select("content").Where("hash = ?", hash), &row); err != nil {
		return nil, fmt.Errorf("plan %s: %w", hash, err)
	}
	p, err := procedure.Decode(row.Content)
	if err != nil {
		return nil, fmt.Errorf("plan %s: %w", hash, err)
	}
	return p, nil
}

// PlanSource returns the file that a plan was compiled from.
func (s *Store) PlanSource(ctx context.Context, hash string) ([]byte, error) {
	var row planRow
	if err := one(s.read(ctx).Select("source").Where("hash = ?", hash), &row); err != nil {
		return nil, fmt.Errorf("source of plan %s: %w", hash, err)
	}
	return row.Source, nil
}

// CurrentPlan returns the plan of a procedure in force at a legal instant for a lead agency: that of its own version, else the
// general one's. With no agency in view (empty) it is the general one, where there is none that of any agency.
func (s *Store) CurrentPlan(ctx context.Context, code, lead string, at time.Time) (*procedure.Plan, error) {
	var row planRow
	if err := one(s.currentPlan(ctx, code, lead, at).Select("plans.content"), &row); err != nil {
		return nil, fmt.Errorf("plan of %s: %w", code, err)
	}
	p, err := procedure.Decode(row.Content)
	if err != nil {
		return nil, fmt.Errorf("plan of %s: %w", code, err)
	}
	return p, nil
}

// CurrentPlanHash is the hash of CurrentPlan, for callers that keep plans by hash.
func (s *Store) CurrentPlanHash(ctx context.Context, code, lead string, at time.Time) (string, error) {
	var row planRow
	if err := one(s.currentPlan(ctx, code, lead, at).Select("plans.hash"), &row); err != nil {
		return "", fmt.Errorf("plan of %s: %w", code, err)
	}
	return row.Hash, nil
}

func (s *Store) currentPlan(ctx context.Context, code, lead string, at time.Time) *gorm.DB {
	q := versionInForce(s.read(ctx).Joins("JOIN versions AS v ON v.hash = plans.hash AND v.code = plans.code"), at).Where("v.code = ?", code).
		Order(clause.OrderBy{Expression: clause.Expr{SQL: "CASE WHEN v.lead = ? THEN 0 WHEN v.lead = '' THEN 1 ELSE 2 END, v.lead", Vars: []any{lead}}})
	if lead != "" {
		q = q.Where("v.lead IN ?", []string{lead, ""})
	}
	return q
}

// ProcedureFilter selects procedures; empty fields do not restrict.
type ProcedureFilter struct {
	// Text is searched in code, name and field, without diacritics.
	Text, Field, Level string
	// Agency is the type of the lead agency.
	Agency string
	// At is the legal instant at which they are in force; the zero time takes the newest of each.
	At time.Time
	// After is the last code of the page before; Limit 0 takes all.
	After string
	Limit int
}

// Procedures lists the plan in force of each procedure, by code: the general one, where there is none that of any agency.
func (s *Store) Procedures(ctx context.Context, f ProcedureFilter) ([]ProcedureRow, error) {
	at := f.At
	if at.IsZero() {
		at = farFuture()
	}
	ranked := versionInForce(s.read(ctx).Table("versions AS v"), at).
		Select("v.hash, ROW_NUMBER() OVER (PARTITION BY v.code ORDER BY CASE WHEN v.lead = '' THEN 0 ELSE 1 END, v.lead) AS nth")
	q := s.read(ctx).Where("hash IN (SELECT hash FROM (?) ranked WHERE nth = 1)", ranked).Order("code")
	if f.Text != "" {
		q = q.Where("search LIKE ? ESCAPE '!'", contains(f.Text))
	}
	for column, value := range map[string]string{"field": f.Field, "level": f.Level, "agency": f.Agency} {
		if value != "" {
			q = q.Where(clause.Eq{Column: column, Value: value})
		}
	}
	if f.After != "" {
		q = q.Where("code > ?", f.After)
	}
	if f.Limit > 0 {
		q = q.Limit(f.Limit)
	}
	var rows []ProcedureRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("procedures: %w", err)
	}
	return rows, nil
}

type calendarRow struct {
	Hash    string          `gorm:"column:hash;primaryKey"`
	Spec    json.RawMessage `gorm:"column:spec;serializer:document"`
	SavedAt time.Time       `gorm:"column:saved_at;serializer:instant"`
}

func (calendarRow) TableName() string { return "calendars" }

// SaveCalendar stores a calendar under its hash.
func (s *Store) SaveCalendar(ctx context.Context, spec calendar.Spec) error {
	return s.saveCalendar(s.write(ctx), spec)
}

func (s *Store) saveCalendar(tx *gorm.DB, spec calendar.Spec) error {
	data, err := json.Marshal(spec)
	if err != nil {
		return fmt.Errorf("save calendar: %w", err)
	}
	row := calendarRow{Hash: spec.Hash(), Spec: data, SavedAt: s.now()}
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return fmt.Errorf("save calendar %s: %w", row.Hash, err)
	}
	return nil
}

// CalendarSpec returns a calendar by hash; its content is checked against the hash.
func (s *Store) CalendarSpec(ctx context.Context, hash string) (spec calendar.Spec, err error) {
	var row calendarRow
	if err := one(s.read(ctx).Where("hash = ?", hash), &row); err != nil {
		return spec, fmt.Errorf("calendar %s: %w", hash, err)
	}
	if err := json.Unmarshal(row.Spec, &spec); err != nil {
		return spec, fmt.Errorf("calendar %s: %w", hash, err)
	}
	if got := spec.Hash(); got != hash {
		return spec, fmt.Errorf("calendar %s: content has hash %s", hash, got)
	}
	return spec, nil
}

// SetAgencyCalendar gives an agency, and all below it without one of their own, a stored calendar from now on. The empty
// agency is the whole nation. Open dossiers keep theirs until they adopt it.
func (s *Store) SetAgencyCalendar(ctx context.Context, agency, hash string) error {
	err := s.write(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "agency"}}, DoUpdates: clause.AssignmentColumns([]string{"hash"}),
	}).Create(&AgencyCalendarRow{Agency: agency, Hash: hash}).Error
	if err != nil {
		return fmt.Errorf("calendar of agency %q: %w", agency, err)
	}
	return nil
}

// AgencyCalendar returns the hash of the calendar of the agency, of the nearest above it that has one, or of the nation.
func (s *Store) AgencyCalendar(ctx context.Context, agency string) (hash string, err error) {
	row, err := s.CalendarOf(ctx, agency)
	return row.Hash, err
}
