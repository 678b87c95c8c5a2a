package app

import (
	"context"
	"log/slog"
	"time"

	"motcua/office"
)

// mover goes on with moves of open dossiers to another version. Several workers may do so at once: the same dossier is moved once.
func mover(ctx context.Context, o *office.Office, log *slog.Logger) {
	for ctx.Err() == nil {
		pause(ctx, 2*time.Second)
		if n, err := o.AdvanceMoves(ctx); err != nil && ctx.Err() == nil {
			log.Warn("dossiers not moved; will try again", "error", err)
		} else if n > 0 {
			log.Info("dossiers moved to another version", "dossiers", n)
		}
	}
}
