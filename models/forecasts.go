package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"
)

// Thinly is the ForecastRow.PerMille of a dossier that has no probability.
const Thinly = -1

// ForecastRow is how likely an open dossier is to be late.
type ForecastRow struct {
	Dossier string `gorm:"column:dossier;primaryKey"`
	// RunAt is the legal instant of the run, Seq the dossier's last event then.
	RunAt time.Time `gorm:"column:run_at;serializer:instant"`
	Seq   int64     `gorm:"column:seq"`
	// PerMille is the probability, Thinly where there is none.
	PerMille    int       `gorm:"column:per_mille"`
	DueAt       time.Time `gorm:"column:due_at;serializer:instant"`
	ExpectedAt  time.Time `gorm:"column:expected_at;serializer:instant"`
	LikelyAt    time.Time `gorm:"column:likely_at;serializer:instant"`
	Left        int       `gorm:"column:left_minutes"`
	Needs       int       `gorm:"column:needs"`
	Step        string    `gorm:"column:step"`
	Agency      string    `gorm:"column:agency"`
	StepMinutes int       `gorm:"column:step_minutes"`
	Basis       string    `gorm:"column:basis"`
	Thin        []string  `gorm:"column:thin;serializer:document"`
	Waiting     bool      `gorm:"column:waiting"`
}

func (ForecastRow) TableName() string { return "forecasts" }

// ForecastLine is a forecast with what its line shows of the dossier as it is by now.
type ForecastLine struct {
	ForecastRow `gorm:"embedded"`
	Procedure   string `gorm:"column:procedure"`
	Plan        string `gorm:"column:plan"`
	Receiving   string `gorm:"column:receiving"`
	Lead        string `gorm:"column:lead"`
	// Now is the dossier's last event: where it is not Seq, the forecast is of before.
	Now int64 `gorm:"column:now_seq"`
}

const forecastBatch = 50

// SaveForecasts stores a part of a run, in place of what the dossiers had.
func (s *Store) SaveForecasts(ctx context.Context, rows []ForecastRow) error {
	if len(rows) == 0 {
		return nil
	}
	if err := s.write(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "dossier"}}, UpdateAll: true}).CreateInBatches(&rows, forecastBatch).Error; err != nil {
		return fmt.Errorf("forecasts: %w", err)
	}
	return nil
}

// EndForecasts forgets the dossiers that a run did not come upon: they are over, or late.
func (s *Store) EndForecasts(ctx context.Context, run time.Time) error {
	if err := s.write(ctx).Where("run_at < ?", instant(run)).Delete(&ForecastRow{}).Error; err != nil {
		return fmt.Errorf("old forecasts: %w", err)
	}
	return nil
}

// ForecastFilter selects forecasts; zero fields do not restrict, except Scope.
type ForecastFilter struct {
	Scope             Scope
	Agency, Procedure string
	// PerMille is the least probability; Thin keeps those without one instead.
	PerMille int
	Thin     bool
	Limit    int
	Cursor   string
}

// Forecasts lists the open dossiers that are not late, the likeliest to be so first.
func (s *Store) Forecasts(ctx context.Context, f ForecastFilter) (rows []ForecastLine, next string, err error) {
	const list = "forecasts"
	limit := pageSize(f.Limit)
	c, more, err := parseCursor(f.Cursor, list, 1)
	if err != nil {
		return nil, "", err
	}
	q := s.read(ctx).Table("forecasts AS f").Select(`f.dossier, f.run_at, f.seq, f.per_mille, f.due_at, f.expected_at, f.likely_at, f.left_minutes, f.needs,
			f.step, f.agency, f.step_minutes, f.basis, f.thin, f.waiting, d.procedure, d.plan, d.receiving, d.lead, d.seq AS now_seq`).
		Joins("JOIN dossiers d ON d.code = f.dossier").Where("d.stage = 'running' AND d.late_since IS NULL").
		Order("f.per_mille DESC, f.dossier").Limit(limit + 1)
	q = f.Scope.dossiers(q, "f.dossier")
	where := func(set bool, condition string, args ...any) {
		if set {
			q = q.Where(condition, args...)
		}
	}
	where(f.Agency != "", "(d.receiving = ? OR d.lead = ? OR f.agency = ?)", f.Agency, f.Agency, f.Agency)
	where(f.Procedure != "", "d.procedure = ?", f.Procedure)
	where(f.Thin, "f.per_mille = ?", Thinly)
	where(!f.Thin, "f.per_mille >= ?", max(0, f.PerMille))
	where(more, "(f.per_mille < ? OR f.per_mille = ? AND f.dossier > ?)", c.Seq, c.Seq, firstKey(c))
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("forecasts: %w", err)
	}
	return page(rows, limit, func(r ForecastLine) cursor {
		return cursor{List: list, Seq: int64(r.PerMille), Keys: []string{r.Dossier}}
	})
}

// ForecastCounts are how many open dossiers have a forecast, how many reach a probability, and how many have none.
type ForecastCounts struct {
	Total, Likely, Thin int64
}

// ForecastCounts counts in a scope.
func (s *Store) ForecastCounts(ctx context.Context, scope Scope, perMille int) (c ForecastCounts, err error) {
	q := s.read(ctx).Table("forecasts AS f").Joins("JOIN dossiers d ON d.code = f.dossier").Where("d.stage = 'running' AND d.late_since IS NULL").
		Select("COUNT(*) AS total, COALESCE(SUM(CASE WHEN f.per_mille >= ? THEN 1 ELSE 0 END), 0) AS likely, COALESCE(SUM(CASE WHEN f.per_mille < 0 THEN 1 ELSE 0 END), 0) AS thin", perMille)
	if err := scope.dossiers(q, "f.dossier").Scan(&c).Error; err != nil {
		return c, fmt.Errorf("forecasts: %w", err)
	}
	return c, nil
}
