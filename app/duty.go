package app

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/sdk/worker"
)

const (
	// askDatabase is how often a worker asks whether its database answers, and how long the answer may take.
	askDatabase = 2 * time.Second
	// leaveAfter is how long the database may be silent before the worker leaves.
	leaveAfter = 10 * time.Second
)

// duty keeps a worker at work while its database answers. Without it, a worker would go on taking tasks that it cannot finish:
// another worker, whose database answers, would get them too late, and each of them would write its retries into a history.
// So it leaves, Temporal keeps the tasks or gives them to others, and it comes back with its database.
type duty struct {
	// hire makes a worker; one that was stopped cannot be started again.
	hire func() worker.Worker
	ask  func(context.Context) error
	log  *slog.Logger

	worker worker.Worker // nil while it is away
}

func (d *duty) start() error {
	w := d.hire()
	if err := w.Start(); err != nil {
		return fmt.Errorf("start worker: %w", err)
	}
	d.worker = w
	return nil
}

func (d *duty) leave() {
	if d.worker != nil {
		d.worker.Stop()
		d.worker = nil
	}
}

// run watches the database until the context ends.
func (d *duty) run(ctx context.Context) {
	for answered := time.Now(); ; {
		pause(ctx, askDatabase)
		if ctx.Err() != nil {
			return
		}
		err := d.askWithin(ctx)
		if err == nil {
			answered = time.Now()
		}
		switch silent := time.Since(answered); {
		case err == nil && d.worker == nil:
			if err := d.start(); err != nil {
				d.log.Error("the worker cannot come back; will try again", "error", err)
				continue
			}
			d.log.Warn("the database answers: the worker is back")
		case d.worker != nil && silent >= leaveAfter:
			d.log.Error("the database is silent: the worker leaves its tasks to others", "silent", silent.Round(time.Second), "error", err)
			d.leave()
		}
	}
}

func (d *duty) askWithin(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askDatabase)
	defer cancel()
	return d.ask(ctx)
}
