package app

import (
	"context"
	"log/slog"
	"time"

	"motcua/office"
)

// postmanPause is how often the postman looks whose turn has come.
const postmanPause = time.Second

// postman hands over what may be delivered by now: messages one by one, and each person's digest.
func postman(ctx context.Context, o *office.Office, log *slog.Logger) {
	for ctx.Err() == nil {
		pause(ctx, postmanPause)
		if n, err := o.DeliverMessages(ctx); err != nil && ctx.Err() == nil {
			log.Warn("messages not delivered; will try again", "error", err)
		} else if n > 0 {
			log.Info("messages delivered", "messages", n)
		}
	}
}
