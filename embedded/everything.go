package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"gorm.io/driver/sqlite"
	_ "modernc.org/sqlite" // the driver "sqlite", the one that the Temporal server pins

	"motcua/app"
	"motcua/embedded/temporalserver"
	"motcua/models"
	"motcua/web"
	"motcua/workflows"
)

type options struct {
	data, http string
	uiPort     int
	scale      int64
	ephemeral  bool
	verbose    bool
	window     time.Duration
}

func parse(args []string) (options, error) {
	var o options
	home, err := os.UserConfigDir()
	if err != nil {
		home = os.TempDir()
	}
	f := flag.NewFlagSet("motcua", flag.ContinueOnError)
	f.StringVar(&o.data, "data", filepath.Join(home, "motcua"), "directory of both databases")
	f.StringVar(&o.http, "http", "127.0.0.1:8080", "address of the API and the first page")
	f.IntVar(&o.uiPort, "ui-port", 8233, "port of the Temporal web UI; 0 takes a free one, -1 none")
	f.Int64Var(&o.scale, "time-scale", 1, "how many times faster legal time runs than wall time; 1440 lets a day pass in a minute")
	f.BoolVar(&o.ephemeral, "ephemeral", false, "keep everything in a temporary directory and remove it at the end")
	f.BoolVar(&o.verbose, "verbose", false, "log what is delivered and done")
	f.DurationVar(&o.window, "storm-window", 0, "spread rungs of one instant over this much wall time (default 300s; 0s when time is scaled)")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("unknown argument %q; see --help", f.Arg(0))
	}
	if o.window == 0 && o.scale == 1 {
		o.window = 300 * time.Second
	}
	return o, nil
}

// everything runs all parts until the context ends.
func everything(ctx context.Context, args []string) (err error) {
	o, err := parse(args)
	if err != nil {
		return err
	}
	log := logger(o.verbose)
	if o.ephemeral {
		if o.data, err = os.MkdirTemp("", "motcua-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(o.data)) }()
	}
	if o.data, err = filepath.Abs(o.data); err != nil {
		return err
	}
	unlock, err := lockData(o.data)
	if err != nil {
		return err
	}
	defer unlock()
	temporalDB := filepath.Join(o.data, "temporal.db")
	upgraded, err := setAside(temporalDB, log)
	if err != nil {
		return err
	}
	store, err := openStore(ctx, filepath.Join(o.data, "motcua.db"), log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := app.SeedDemo(ctx, store); err != nil {
		return err
	}
	server, err := temporalserver.Start(ctx, temporalserver.Options{
		DBPath: temporalDB, UIPort: o.uiPort, SearchAttributes: workflows.SearchAttributes(), Logger: log.WithGroup("server"), LogLevel: slog.LevelError,
	})
	if err != nil {
		return fmt.Errorf("start temporal: %w", err)
	}
	a, address, err := o.start(ctx, store, server, log)
	stop := func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		var errs []error
		if a != nil {
			errs = append(errs, a.Stop(ctx))
		}
		return errors.Join(append(errs, server.Stop(ctx))...)
	}
	if err != nil {
		return errors.Join(err, stop())
	}
	if err := rehydrate(ctx, a, upgraded, log); err != nil {
		return errors.Join(err, stop())
	}
	fmt.Printf("Motcua chạy ở http://%s/ (dữ liệu: %s", address, o.data)
	if ui := server.UIAddress(); ui != "" {
		fmt.Printf("; Temporal: http://%s", ui)
	}
	fmt.Println("). Ctrl-C để dừng.")
	<-ctx.Done()
	return stop()
}

func openStore(ctx context.Context, path string, log *slog.Logger) (*models.Store, error) {
	store, err := models.Open(ctx, models.Config{
		Dialector: sqlite.Dialector{DriverName: "sqlite", DSN: models.SQLiteDSN(path, true)},
		Readers:   sqlite.Dialector{DriverName: "sqlite", DSN: models.SQLiteDSN(path, false)},
		Now:       time.Now, Logger: log.WithGroup("database"),
	})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := store.Migrate(ctx); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

func (o options) start(ctx context.Context, store *models.Store, server *temporalserver.Server, log *slog.Logger) (*app.App, string, error) {
	clock, err := app.OpenClock(ctx, store, o.scale, time.Now())
	if err != nil {
		return nil, "", err
	}
	keys, err := app.DemoKeys()
	if err != nil {
		return nil, "", err
	}
	about := web.About{Demo: true, Scale: o.scale, Keys: keys, First: firstDossier(o.http), Parts: []web.Part{
		{Name: "API", Where: "/docs", Note: "mọi thao tác, OpenAPI 3.1"},
		{Name: "Temporal", Where: uiURL(server), Note: "máy chủ nhúng " + server.ServerVersion() + ", gRPC " + server.Address()},
		{Name: "Cơ sở dữ liệu", Note: "SQLite nhúng: " + filepath.Join(o.data, "motcua.db")},
		{Name: "Worker, relay", Note: "chạy trong cùng tiến trình này"},
	}}
	a, err := app.Connect(app.Config{
		Store: store, TemporalAddress: server.Address(), Namespace: server.Namespace(), Clock: clock, Now: time.Now,
		Window: o.window, Sticky: time.Second, PrivateWebhooks: true, About: about, Logger: log,
	})
	if err != nil {
		return nil, "", err
	}
	if err := a.StartWorker(ctx); err != nil {
		return a, "", err
	}
	if err := a.RegisterSchedules(ctx); err != nil { // dossiers come first; the next start tries again
		log.Error("the clock check is not scheduled", "error", err)
	}
	address, err := a.Serve(o.http)
	return a, address, err
}

func uiURL(server *temporalserver.Server) string {
	if server.UIAddress() == "" {
		return ""
	}
	return "http://" + server.UIAddress()
}

// rehydrate re-creates the open workflows from our events where Temporal's database is new: lost, deleted or of an older
// server.
func rehydrate(ctx context.Context, a *app.App, always bool, log *slog.Logger) error {
	if !always {
		return nil
	}
	r, err := a.Office.Reconcile(ctx, true)
	if err != nil {
		return fmt.Errorf("re-create workflows from events: %w", err)
	}
	if len(r.Started) > 0 {
		log.Warn("workflows re-created from events", "dossiers", len(r.Started))
	}
	return nil
}
