// Package app wires an installation: configuration, database, worker, relay, HTTP, in the order in which they start and
// stop. cmd/motcua and embedded are thin callers of it.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"motcua/activities"
	"motcua/api"
	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/models"
	"motcua/office"
	"motcua/web"
	"motcua/workflows"
)

// TaskQueue is where the workflows of dossiers and missions run unless another is configured.
const TaskQueue = "motcua"

// Config wires an installation.
type Config struct {
	Store *models.Store
	// TemporalAddress and Namespace of the engine.
	TemporalAddress, Namespace, TaskQueue string
	// Clock maps the wall clock to legal time.
	Clock calendar.Clock
	Now   func() time.Time
	// Window spreads rungs of one instant over wall time.
	Window time.Duration
	// Rate limits each principal, in requests per second; 0: no limit.
	Rate float64
	// Sticky is the worker's sticky schedule-to-start timeout; 0 takes the SDK's.
	Sticky time.Duration
	// PrivateWebhooks allows webhooks to addresses inside the network.
	PrivateWebhooks bool
	// NeedsEngine: the process is there to run workflows, and is not ready without the engine. One that takes dossiers in is only
	// degraded.
	NeedsEngine bool
	// About is shown on the first page.
	About  web.About
	Logger *slog.Logger
}

// App is a running installation, or a part of one.
type App struct {
	Config
	Office *office.Office
	client client.Client
	duty   *duty
	lag    prometheus.Histogram
	http   *http.Server
	cancel context.CancelFunc
	wait   sync.WaitGroup
}

// Connect builds the parts that every process needs. The engine is dialed lazily: intake works with Temporal down.
func Connect(c Config) (*App, error) {
	if c.TaskQueue == "" {
		c.TaskQueue = TaskQueue
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	tc, err := client.NewLazyClient(client.Options{
		HostPort: c.TemporalAddress, Namespace: c.Namespace, Logger: log.NewStructuredLogger(c.Logger.WithGroup("temporal")),
		DataConverter: workflows.DataConverter(), ConnectionOptions: connection(c.TemporalAddress),
	})
	if err != nil {
		return nil, fmt.Errorf("temporal client: %w", err)
	}
	shelf, err := library.Shelf()
	if err != nil {
		return nil, err
	}
	templates, err := library.Templates()
	if err != nil {
		return nil, err
	}
	engine := workflows.NewEngine(tc, c.TaskQueue)
	a := &App{Config: c, client: tc, lag: newLag()}
	a.Office = office.New(office.Config{
		Store: c.Store, Engine: engine, Missions: engine, Inspector: engine, Reach: (&activities.Activities{Store: c.Store}).Reach, Ladders: shelf.Ladders, Forms: shelf.Forms, Shelf: shelf, Templates: templates, Clock: c.Clock, Now: c.Now,
		Policy: dossier.DefaultPolicy(), Window: c.Window, Logger: c.Logger,
	})
	return a, nil
}

// connection compresses what goes over a network (the SDK's default) and leaves it alone on loopback, where that is work for
// nothing: about a twentieth of the CPU of an act.
func connection(address string) client.ConnectionOptions {
	var o client.ConnectionOptions
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && (host == "localhost" || ip != nil && ip.IsLoopback()) {
		o.GrpcCompression = &client.GrpcCompressionNone{}
	}
	return o
}

// StartWorker runs workflows and their local activities, the relay and the sweeper.
func (a *App) StartWorker(ctx context.Context) error {
	a.duty = &duty{hire: a.newWorker, ask: a.Store.Ping, log: a.Logger}
	if err := a.duty.start(); err != nil {
		return err
	}
	ctx, a.cancel = context.WithCancel(ctx)
	a.wait.Go(func() { a.duty.run(ctx) })
	r := &relay{store: a.Store, office: a.Office, log: a.Logger, now: a.Now}
	a.wait.Go(func() { r.run(ctx) })
	c := newCourier(a.Store, newSender(a.Now, a.PrivateWebhooks), a.Logger)
	a.wait.Go(func() { c.run(ctx) })
	for _, work := range []func(context.Context, *office.Office, *slog.Logger){sweeper, postman, mover, watcher, amender, reconciler} {
		a.wait.Go(func() { a.duty.during(ctx, func(ctx context.Context) { work(ctx, a.Office, a.Logger) }) })
	}
	return nil
}

func (a *App) newWorker() worker.Worker {
	w := worker.New(a.client, a.TaskQueue, worker.Options{
		WorkerStopTimeout:                       10 * time.Second,
		StickyScheduleToStartTimeout:            a.Sticky,
		MaxConcurrentLocalActivityExecutionSize: localSlots(a.Store),
		DisableRegistrationAliasing:             true,
	})
	activities.Register(w, &activities.Activities{
		Store: a.Store, Now: a.Now, Clock: a.Clock, Logger: a.Logger, Desk: a.Office.Desk(), Window: a.Window, Host: host(),
		Lag: func(d time.Duration) { a.lag.Observe(d.Seconds()) },
	})
	housekeeping{a.Office}.register(w)
	return w
}

// host names this machine in findings on its clock; one without a name is just a worker.
func host() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}

// localSlots: no more local activities at once than the database has connections.
func localSlots(s *models.Store) int {
	if s.Dialect() == models.DialectSQLite {
		return 4
	}
	return s.PoolStats().MaxOpenConnections
}

// Serve answers HTTP on an address until Stop; it returns the address taken.
func (a *App) Serve(address string) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return "", fmt.Errorf("listen on %s: %w", address, err)
	}
	m := newMetrics(a)
	engine := api.New(api.Config{
		Office: a.Office, Authenticate: a.Office.Authenticate, Ready: a.Ready, Metrics: m, Logger: a.Logger, Rate: a.Rate,
	})
	web.Mount(engine, a.Office, a.About)
	a.http = &http.Server{Handler: engine, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute}
	go func() {
		if err := a.http.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			a.Logger.Error("http stopped", "error", err)
		}
	}()
	return l.Addr().String(), nil
}

// Ready says of each part whether it works: intake needs the database and its schema, a worker the engine too; elsewhere a missing
// engine only degrades (engine.md §6).
func (a *App) Ready(ctx context.Context) (map[string]string, bool) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	parts := map[string]string{"database": "ok", "schema": "ok", "temporal": "ok"}
	ok := true
	if err := a.Store.Ping(ctx); err != nil {
		parts["database"], parts["schema"], ok = "down", "unknown", false
	} else if err := a.Store.CheckSchema(ctx); err != nil {
		parts["schema"], ok = "does not fit", false
	}
	if err := a.Office.Engine.Check(ctx); err != nil {
		parts["temporal"] = "down"
		ok = ok && !a.NeedsEngine
	}
	return parts, ok
}

// Stop drains in order: HTTP, relay, worker, engine. The database belongs to the caller.
func (a *App) Stop(ctx context.Context) error {
	var errs []error
	if a.http != nil {
		errs = append(errs, a.http.Shutdown(ctx))
	}
	if a.cancel != nil {
		a.cancel()
		a.wait.Wait()
	}
	if a.duty != nil {
		a.duty.leave()
	}
	a.client.Close()
	return errors.Join(errs...)
}
