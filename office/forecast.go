package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"motcua/forecast"
	"motcua/models"
)

// ForecastFilter narrows a list of forecasts.
type ForecastFilter struct {
	Agency, Procedure string
	// Percent is the least probability; nil is the threshold of the policy. Thin lists those without a probability instead.
	Percent *int
	Thin    bool
	Limit   int
	Cursor  string
}

// ForecastLine is an open dossier that is not late, and how likely it is to be.
type ForecastLine struct {
	Dossier   string `json:"dossier"`
	Procedure string `json:"procedure"`
	Receiving string `json:"receiving"`
	Lead      string `json:"lead"`
	// Probability of finishing after the promise; left out where steps have no history (Thin).
	Probability *float64  `json:"probability,omitempty"`
	DueAt       time.Time `json:"due_at"`
	// ExpectedAt is when half of the futures have finished, LikelyAt when nine in ten have.
	ExpectedAt time.Time `json:"expected_at,omitzero"`
	LikelyAt   time.Time `json:"likely_at,omitzero"`
	// Left are the working minutes until the promise, Needs those that half of the futures need.
	Left  int `json:"left_minutes"`
	Needs int `json:"needs_minutes,omitempty"`
	// Step takes most of them, at Agency.
	Step        string `json:"step,omitempty"`
	StepName    string `json:"step_name,omitempty"`
	Agency      string `json:"agency,omitempty"`
	StepMinutes int    `json:"step_minutes,omitempty"`
	// Basis is the widest history that was needed: agency, step (at any agency) or kind (of step).
	Basis   string   `json:"basis,omitempty"`
	Thin    []string `json:"thin,omitempty"`
	Waiting bool     `json:"waiting,omitempty"`
	// Changed: something happened to the dossier since it was forecast.
	Changed bool `json:"changed,omitempty"`
}

// ForecastList is a page of forecasts, never without how good they are.
type ForecastList struct {
	Items []ForecastLine `json:"items"`
	Next  string         `json:"next"`
	// RunAt is when the dossiers were forecast, ModelAt when the model was made, of how many visits.
	RunAt   time.Time `json:"run_at,omitzero"`
	ModelAt time.Time `json:"model_at,omitzero"`
	Visits  int       `json:"visits"`
	// Total have a forecast, Likely reach the threshold, Thin have no probability: in scope.
	Total       int64                `json:"total"`
	Likely      int64                `json:"likely"`
	Thin        int64                `json:"thin"`
	Calibration forecast.Calibration `json:"calibration"`
	Policy      forecast.Policy      `json:"policy"`
	Says        string               `json:"says"`
}

// Watched are the figures of signals and forecast of the whole installation, for metrics.
type Watched struct {
	Signals      []models.SignalCount
	Likely, Thin int64
	// RunAt is zero before the first forecast.
	RunAt       time.Time
	Calibration forecast.Calibration
}

// Watched counts everything.
func (o *Office) Watched(ctx context.Context) (w Watched, err error) {
	if w.Signals, err = o.Store.SignalCounts(ctx); err != nil {
		return w, err
	}
	run, r, err := o.lastRun(ctx)
	if err != nil || run.IsZero() {
		return w, err
	}
	counts, err := o.Store.ForecastCounts(ctx, models.Scope{All: true}, r.Policy.Threshold*10)
	w.Likely, w.Thin, w.RunAt, w.Calibration = counts.Likely, counts.Thin, run, r.Calibration
	return w, err
}

// lastRun is the last forecast and when it was made; zero: there is none.
func (o *Office) lastRun(ctx context.Context) (at time.Time, r ran, err error) {
	run, err := o.Store.Study(ctx, studyForecast)
	if errors.Is(err, models.ErrNotFound) || err == nil && run.LegalAt.IsZero() {
		return time.Time{}, r, nil
	}
	if err != nil {
		return time.Time{}, r, err
	}
	if err := json.Unmarshal(run.Content, &r); err != nil {
		return time.Time{}, r, fmt.Errorf("last forecast: %w", err)
	}
	return run.LegalAt, r, nil
}

// Forecast lists the open dossiers that are likely to be late, the likeliest first.
func (o *Office) Forecast(ctx context.Context, p Principal, f ForecastFilter) (ForecastList, error) {
	out := ForecastList{Items: []ForecastLine{}, Policy: forecast.DefaultPolicy()}
	if err := allow(p, DoForecast); err != nil {
		return out, err
	}
	at, r, err := o.lastRun(ctx)
	if err != nil {
		return out, err
	}
	if at.IsZero() {
		out.Says = "Chưa có lượt dự báo nào; dự báo chạy nền ở tiến trình worker."
		return out, nil
	}
	out.RunAt, out.ModelAt, out.Visits, out.Calibration, out.Policy, out.Says = at, r.ModelAt, r.Visits, r.Calibration, r.Policy, r.Calibration.Says
	least := r.Policy.Threshold
	if f.Percent != nil {
		least = *f.Percent
	}
	counts, err := o.Store.ForecastCounts(ctx, p.scope(), r.Policy.Threshold*10)
	if err != nil {
		return out, err
	}
	out.Total, out.Likely, out.Thin = counts.Total, counts.Likely, counts.Thin
	rows, next, err := o.Store.Forecasts(ctx, models.ForecastFilter{
		Scope: p.scope(), Agency: f.Agency, Procedure: f.Procedure, PerMille: least * 10, Thin: f.Thin, Limit: f.Limit, Cursor: f.Cursor,
	})
	if err != nil {
		return out, listError(err)
	}
	out.Next = next
	for _, row := range rows {
		out.Items = append(out.Items, o.forecastLine(ctx, row))
	}
	return out, nil
}

func (o *Office) forecastLine(ctx context.Context, r models.ForecastLine) ForecastLine {
	l := ForecastLine{
		Dossier: r.Dossier, Procedure: r.Procedure, Receiving: r.Receiving, Lead: r.Lead, DueAt: r.DueAt, ExpectedAt: r.ExpectedAt, LikelyAt: r.LikelyAt,
		Left: r.Left, Needs: r.Needs, Step: r.Step, Agency: r.Agency, StepMinutes: r.StepMinutes, Basis: r.Basis, Thin: r.Thin, Waiting: r.Waiting, Changed: r.Now != r.Seq,
	}
	if r.PerMille >= 0 {
		p := float64(r.PerMille) / 1000
		l.Probability = &p
	}
	if plan, err := o.desk.Plan(ctx, r.Plan); err == nil {
		if s, ok := plan.StepText(r.Step); ok {
			l.StepName = s.Name
		}
	}
	return l
}
