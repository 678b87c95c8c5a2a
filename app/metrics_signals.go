package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// watched are the gauges of what the watcher found: open signals by rule and severity, and what the last forecast says.
type watched struct {
	app                               *App
	signals, likely, thin, age, brier *prometheus.Desc
}

func newWatched(a *App) *watched {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("motcua_"+name, help, labels, nil)
	}
	return &watched{
		app: a, signals: desc("signals_open", "Signals that the control office has not dismissed.", "rule", "severity"),
		likely: desc("forecast_likely_late", "Open dossiers that are likely to be late, by the threshold of the forecast."),
		thin:   desc("forecast_without_history", "Open dossiers that cannot be forecast: a step has no history."),
		age:    desc("forecast_age_seconds", "Legal time since the dossiers were forecast."),
		brier:  desc("forecast_brier", "Mean squared error of past forecasts, and of always saying the base rate.", "of"),
	}
}

func (w *watched) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{w.signals, w.likely, w.thin, w.age, w.brier} {
		ch <- d
	}
}

func (w *watched) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	t, err := w.app.Office.Watched(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(w.signals, err)
		return
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for _, s := range t.Signals {
		gauge(w.signals, float64(s.N), s.Rule, s.Severity)
	}
	if t.RunAt.IsZero() {
		return
	}
	gauge(w.likely, float64(t.Likely))
	gauge(w.thin, float64(t.Thin))
	gauge(w.age, w.app.Office.Legal().Sub(t.RunAt).Seconds())
	if t.Calibration.Enough {
		gauge(w.brier, t.Calibration.Brier, "forecast")
		gauge(w.brier, t.Calibration.BrierBase, "base_rate")
	}
}
