package app

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
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

	mu sync.Mutex
	// shift ends when the worker leaves; nil while it is away.
	shift context.Context
	end   context.CancelFunc
}

func (d *duty) start() error {
	w := d.hire()
	if err := w.Start(); err != nil {
		return fmt.Errorf("start worker: %w", err)
	}
	d.worker = w
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shift, d.end = context.WithCancel(context.Background())
	return nil
}

func (d *duty) leave() {
	d.mu.Lock()
	if d.end != nil {
		d.end()
		d.shift, d.end = nil, nil
	}
	d.mu.Unlock()
	if d.worker != nil {
		d.worker.Stop()
		d.worker = nil
	}
}

func (d *duty) onShift() context.Context {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.shift
}

// during lets work go on while the worker is there, and begin anew when it has come back. What waits for a silent database is let
// go of with the worker: it would hold the connections that the database will be asked over when it answers again.
func (d *duty) during(ctx context.Context, work func(context.Context)) {
	for ctx.Err() == nil {
		shift := d.onShift()
		if shift == nil {
			pause(ctx, askDatabase)
			continue
		}
		on, stop := context.WithCancel(ctx)
		forget := context.AfterFunc(shift, stop)
		work(on)
		forget()
		stop()
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
