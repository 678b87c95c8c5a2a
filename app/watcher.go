package app

import (
	"context"
	"log/slog"
	"time"

	"motcua/office"
)

// watchEvery is how often it is asked whether there is something to look at anew; how old it may be is a matter of legal time.
const watchEvery = 20 * time.Second

// watcher looks for signals and forecasts the open dossiers. Several workers may do so: one at a time does.
func watcher(ctx context.Context, o *office.Office, log *slog.Logger) {
	for ctx.Err() == nil {
		pause(ctx, watchEvery)
		if n, err := o.StudySignals(ctx); err != nil && ctx.Err() == nil {
			log.Warn("no signals looked for; will try again", "error", err)
		} else if n > 0 {
			log.Info("signals looked for", "months", n)
		}
		if n, err := o.StudyForecast(ctx); err != nil && ctx.Err() == nil {
			log.Warn("nothing forecast; will try again", "error", err)
		} else if n > 0 {
			log.Info("open dossiers forecast", "dossiers", n)
		}
	}
}
