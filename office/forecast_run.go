package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"motcua/dossier"
	"motcua/forecast"
	"motcua/models"
)

const (
	// studyModel is made anew each legal day, studyForecast of it each half hour.
	studyModel    = "forecast/model"
	studyForecast = "forecast"
	modelEvery    = 24 * time.Hour
	forecastEvery = 30 * time.Minute
	forecastPart  = 200
)

// learned is a model with what is told of it.
type learned struct {
	Model       *forecast.Model      `json:"model"`
	Calibration forecast.Calibration `json:"calibration"`
	Dossiers    int                  `json:"dossiers"`
	Unread      int                  `json:"unread,omitempty"`
}

// ran is a run of the forecast, with what its list shows of the model.
type ran struct {
	Dossiers    int                  `json:"dossiers"`
	Unread      int                  `json:"unread,omitempty"`
	ModelAt     time.Time            `json:"model_at"`
	Visits      int                  `json:"visits"`
	Policy      forecast.Policy      `json:"policy"`
	Calibration forecast.Calibration `json:"calibration"`
}

// StudyForecast forecasts the open dossiers if the last forecast is old; it returns how many there are. The model is made anew when it
// is a day old.
func (o *Office) StudyForecast(ctx context.Context) (int, error) {
	last, err := o.Store.Study(ctx, studyForecast)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return 0, err
	}
	now := o.Legal()
	if !last.LegalAt.IsZero() && now.Sub(last.LegalAt) < forecastEvery {
		return 0, nil
	}
	claimed, err := o.Store.ClaimStudy(ctx, studyForecast, studyLease)
	if err != nil || !claimed {
		return 0, err
	}
	r, err := o.forecast(ctx, now)
	return r.Dossiers, o.Store.FinishStudy(ctx, studyForecast, now, r, err)
}

func (o *Office) forecast(ctx context.Context, now time.Time) (ran, error) {
	plans, calendars := o.journalSources(ctx)
	src := forecast.Sources{Plans: plans, Calendars: calendars, Law: o.Policy}
	l, err := o.model(ctx, now, src)
	if err != nil {
		return ran{}, err
	}
	r := ran{ModelAt: l.Model.At, Visits: l.Model.Visits, Policy: l.Model.Policy, Calibration: l.Calibration}
	f := forecast.New(l.Model, src)
	rows := make([]models.ForecastRow, 0, forecastPart)
	save := func() error {
		err := o.Store.SaveForecasts(ctx, rows)
		r.Dossiers += len(rows)
		rows = rows[:0]
		return errors.Join(err, ctx.Err())
	}
	err = o.Store.PastDossiers(ctx, models.PastFilter{Running: true}, func(p models.Past) error {
		s := dossier.Rebuild(p.Events)
		x, err := f.Of(s, now)
		switch {
		case errors.Is(err, forecast.ErrNotForecast):
			return nil
		case err != nil: // one dossier that cannot be read holds up no other
			r.Unread++
			o.Logger.Warn("a dossier is not forecast", "dossier", p.Code, "error", err)
			return nil
		}
		if rows = append(rows, forecastRow(s, x, now)); len(rows) == forecastPart {
			return save()
		}
		return nil
	})
	if err == nil {
		err = save()
	}
	if err == nil {
		err = o.Store.EndForecasts(ctx, now)
	}
	return r, err
}

func forecastRow(s *dossier.State, x forecast.Forecast, now time.Time) models.ForecastRow {
	row := models.ForecastRow{Dossier: s.Code, RunAt: now, Seq: s.Seq, PerMille: models.Thinly, DueAt: x.Due, Left: x.Left, Thin: x.Thin, Waiting: x.Waiting}
	if len(x.Thin) == 0 {
		row.PerMille, row.ExpectedAt, row.LikelyAt = int(math.Round(x.Probability*1000)), x.Expected, x.Likely
		row.Needs, row.Step, row.Agency, row.StepMinutes = x.Needs, x.Step, x.Agency, x.StepMinutes
		row.Basis = x.Basis
	}
	return row
}

// model is the stored one, or one made anew of the dossiers that are open or ended of late.
func (o *Office) model(ctx context.Context, now time.Time, src forecast.Sources) (l learned, err error) {
	stored, err := o.Store.Study(ctx, studyModel)
	switch {
	case err != nil && !errors.Is(err, models.ErrNotFound):
		return l, err
	case err == nil && !stored.LegalAt.IsZero() && now.Sub(stored.LegalAt) < modelEvery:
		if err := json.Unmarshal(stored.Content, &l); err == nil && l.Model != nil && l.Model.Policy == forecast.DefaultPolicy() {
			return l, nil
		}
	}
	h := forecast.NewHistory(src, forecast.DefaultPolicy(), now)
	err = o.Store.PastDossiers(ctx, models.PastFilter{Since: forecast.DefaultPolicy().From(now)}, func(p models.Past) error {
		h.Add(p.Code, p.Events)
		return ctx.Err()
	})
	if err != nil {
		return l, err
	}
	if h.Reason != nil {
		o.Logger.Warn("dossiers are left out of the forecast's history", "dossiers", h.Unread, "first", h.Reason)
	}
	l = learned{Dossiers: h.Dossiers, Unread: h.Unread}
	l.Model, l.Calibration = h.Learn()
	if _, err := o.Store.ClaimStudy(ctx, studyModel, studyLease); err != nil {
		return l, err
	}
	if err := o.Store.FinishStudy(ctx, studyModel, now, l, nil); err != nil {
		return l, fmt.Errorf("keep the model: %w", err)
	}
	return l, nil
}
