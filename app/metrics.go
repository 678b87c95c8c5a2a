package app

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"motcua/models"
	"motcua/office"
)

// scrapeKept is how long the figures of the database are kept: scrapes that come oftener cost it nothing.
const scrapeKept = 15 * time.Second

// newLag is the histogram of how late rungs fire, in wall seconds beyond their legal instant and their place in the window: filled
// by this process's worker.
func newLag() prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "motcua_rung_lag_seconds", Help: "How late rungs fired, beyond their instant and their place in the storm window.",
		Buckets: []float64{1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 14400, 86400},
	})
}

// gauges are figures of the whole installation: from the database dossiers, the outbox, findings and checks; from Temporal whether
// it answers.
type gauges struct {
	app                                                 *App
	open, late, paused, frozen, lag, findings, temporal *prometheus.Desc
	left, byKind, checkedAt, checkTook                  *prometheus.Desc

	mu   sync.Mutex
	read time.Time
	kept []prometheus.Metric
}

func newMetrics(a *App) http.Handler {
	r := prometheus.NewRegistry()
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("motcua_"+name, help, labels, nil)
	}
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), a.lag, &gauges{
		app: a, open: desc("dossiers_open", "Open dossiers."), late: desc("dossiers_late", "Open dossiers past their promise."),
		paused: desc("dossiers_paused", "Open dossiers whose legal clock stands still."),
		frozen: desc("dossiers_frozen", "Dossiers and missions that accept nothing until an operator has looked."),
		left:   desc("dossiers_time_left", "Open dossiers by what is left of their promise, in working days.", "left"),
		lag:    desc("outbox_lag_seconds", "Age of the oldest outbox row."), findings: desc("findings_open", "Open findings."),
		byKind:    desc("findings", "Open findings by kind.", "kind"),
		checkedAt: desc("clock_check_timestamp_seconds", "When the last clock check of a kind ended.", "kind"),
		checkTook: desc("clock_check_seconds", "How long it took.", "kind"),
		temporal:  desc("temporal_up", "Whether Temporal answers: 0 means that dossiers are taken in and no act is done."),
	})
	r.MustRegister(newWatched(a))
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

func (g *gauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.open, g.late, g.paused, g.frozen, g.left, g.lag, g.findings, g.byKind, g.checkedAt, g.checkTook, g.temporal} {
		ch <- d
	}
}

func (g *gauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	ch <- prometheus.MustNewConstMetric(g.temporal, prometheus.GaugeValue, g.up(ctx))
	kept, err := g.figures(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(g.open, err)
		return
	}
	for _, m := range kept {
		ch <- m
	}
}

// figures are those of the database, read at most once in scrapeKept.
func (g *gauges) figures(ctx context.Context) ([]prometheus.Metric, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := time.Now(); g.kept == nil || now.Sub(g.read) >= scrapeKept {
		fresh, err := g.count(ctx)
		if err != nil {
			return nil, err
		}
		g.kept, g.read = fresh, now
	}
	return g.kept, nil
}

func (g *gauges) count(ctx context.Context) (out []prometheus.Metric, err error) {
	add := func(d *prometheus.Desc, v float64, labels ...string) {
		out = append(out, prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...))
	}
	o := g.app.Office
	c, err := o.Totals(ctx)
	if err != nil {
		return nil, err
	}
	add(g.open, float64(c.Open))
	add(g.late, float64(c.Late))
	add(g.paused, float64(c.Paused))
	add(g.lag, c.Lag.Seconds())
	add(g.findings, float64(c.Findings))
	add(g.frozen, float64(c.ByKind[models.FindingFrozen]))
	known := map[string]bool{}
	for _, k := range office.FindingKinds() { // those without any too, so that an alert sees them come
		add(g.byKind, float64(c.ByKind[k.Kind]), k.Kind)
		known[k.Kind] = true
	}
	for kind, n := range c.ByKind {
		if !known[kind] {
			add(g.byKind, float64(n), kind)
		}
	}
	left, err := o.TimeLeft(ctx)
	if err != nil && !errors.Is(err, models.ErrNotFound) { // an installation without a calendar has no dossiers
		return nil, err
	}
	for _, l := range left {
		add(g.left, float64(l.Open), l.Class)
	}
	for _, kind := range []string{office.CheckFull, office.CheckQuick} {
		row, err := g.app.Store.LastCheck(ctx, kind)
		if errors.Is(err, models.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		add(g.checkedAt, float64(row.FinishedAt.UnixMilli())/1000, kind)
		add(g.checkTook, row.FinishedAt.Sub(row.StartedAt).Seconds(), kind)
	}
	return out, nil
}

// up is 1 where Temporal answers soon; one that does not must not take the other figures with it.
func (g *gauges) up(ctx context.Context) float64 {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if g.app.Office.Engine.Check(ctx) != nil {
		return 0
	}
	return 1
}
