package app

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// gauges are read at each scrape: from the database open dossiers, late ones, the outbox and findings; from Temporal whether it
// answers.
type gauges struct {
	app                                         *App
	open, late, paused, lag, findings, temporal *prometheus.Desc
}

func newMetrics(a *App) http.Handler {
	r := prometheus.NewRegistry()
	desc := func(name, help string) *prometheus.Desc { return prometheus.NewDesc("motcua_"+name, help, nil, nil) }
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &gauges{
		app: a, open: desc("dossiers_open", "Open dossiers."), late: desc("dossiers_late", "Open dossiers past their promise."),
		paused: desc("dossiers_paused", "Open dossiers whose legal clock stands still."),
		lag:    desc("outbox_lag_seconds", "Age of the oldest outbox row."), findings: desc("findings_open", "Open findings."),
		temporal: desc("temporal_up", "Whether Temporal answers: 0 means that dossiers are taken in and no act is done."),
	})
	r.MustRegister(newWatched(a))
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

func (g *gauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.open, g.late, g.paused, g.lag, g.findings, g.temporal} {
		ch <- d
	}
}

func (g *gauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	ch <- prometheus.MustNewConstMetric(g.temporal, prometheus.GaugeValue, g.up(ctx))
	c, err := g.app.Office.Totals(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(g.open, err)
		return
	}
	for d, v := range map[*prometheus.Desc]float64{
		g.open: float64(c.Open), g.late: float64(c.Late), g.paused: float64(c.Paused), g.lag: c.Lag.Seconds(), g.findings: float64(c.Findings),
	} {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v)
	}
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
