package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"motcua/app"
	"motcua/calendar"
	"motcua/embedded/temporalserver"
)

// silent is where everything that is started logs to: what a measurement has to say is its table.
var silent = slog.New(slog.DiscardHandler)

// stand is what a measurement stands on: databases, a Temporal server, and an installation of ours on a clock of its own.
type stand struct {
	place  *place
	server *temporalserver.Server
	clock  calendar.Clock
	ours   *ours
}

// openStand opens an installation whose clock stands at a legal instant now and runs as fast as the wall's, so that the figures do not
// depend on the day of the run. The rungs of one instant are spread over the window.
func openStand(ctx context.Context, dsn, name string, legal time.Time, window time.Duration) (_ *stand, err error) {
	s := new(stand)
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(ctx))
		}
	}()
	if s.place, err = openPlace(ctx, dsn); err != nil {
		return nil, err
	}
	if s.server, err = s.place.serve(ctx); err != nil {
		return nil, err
	}
	if s.clock, err = calendar.NewClock(time.Now(), legal, 1); err != nil {
		return nil, err
	}
	s.ours, err = s.install(ctx, name, s.clock, window)
	return s, err
}

// install opens an installation of ours, with a database and a worker of its own.
func (s *stand) install(ctx context.Context, name string, clock calendar.Clock, window time.Duration) (*ours, error) {
	store, err := s.place.store(ctx, name)
	if err != nil {
		return nil, err
	}
	a, err := app.Connect(app.Config{
		Store: store, TemporalAddress: s.server.Address(), Namespace: s.server.Namespace(), TaskQueue: "motcua-" + name,
		Clock: clock, Now: time.Now, Window: window, Sticky: time.Second, Logger: silent,
	})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &ours{store: store, app: a}, a.StartWorker(ctx)
}

// desk is the installation's office by another clock, without a worker.
func (s *stand) desk(window time.Duration, now func() time.Time) (*app.App, error) {
	return app.Connect(app.Config{
		Store: s.ours.store, TemporalAddress: s.server.Address(), Namespace: s.server.Namespace(), TaskQueue: s.ours.app.TaskQueue,
		Clock: s.clock, Now: now, Window: window, Logger: silent,
	})
}

func (s *stand) close(ctx context.Context) error {
	var errs []error
	if s.ours != nil {
		errs = append(errs, s.ours.close(ctx))
	}
	if s.server != nil {
		errs = append(errs, s.server.Stop(ctx))
	}
	if s.place != nil {
		errs = append(errs, s.place.close(ctx))
	}
	return errors.Join(errs...)
}
