package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"motcua/office"
)

// amender goes on with amendments of calendars and with outages: previews, runs and what is taken back. Of several workers one has an
// amendment at a time; when it is gone another goes on.
func amender(ctx context.Context, o *office.Office, log *slog.Logger) {
	var wait sync.WaitGroup
	defer wait.Wait()
	for ctx.Err() == nil {
		pause(ctx, time.Second)
		wait.Go(func() { // a long run holds up no preview that is asked for meanwhile
			if n, err := o.AdvanceAmendments(ctx); err != nil && ctx.Err() == nil {
				log.Warn("dossiers not amended; will try again", "error", err)
			} else if n > 0 {
				log.Info("dossiers amended or looked at", "dossiers", n)
			}
		})
	}
}
