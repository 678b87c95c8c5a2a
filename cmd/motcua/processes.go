package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/spf13/cobra"

	"motcua/app"
	"motcua/models"
	"motcua/office"
	"motcua/web"
)

// settings come from the environment; secrets may be files (…_FILE).
type settings struct {
	DSN       string        `env:"MOTCUA_POSTGRES_DSN"`
	DSNFile   string        `env:"MOTCUA_POSTGRES_DSN_FILE"`
	Temporal  string        `env:"MOTCUA_TEMPORAL_ADDRESS" envDefault:"127.0.0.1:7233"`
	Namespace string        `env:"MOTCUA_TEMPORAL_NAMESPACE" envDefault:"motcua"`
	TaskQueue string        `env:"MOTCUA_TASK_QUEUE" envDefault:"motcua"`
	Window    time.Duration `env:"MOTCUA_STORM_WINDOW" envDefault:"120s"`
	Rate      float64       `env:"MOTCUA_RATE" envDefault:"50"`
	Conns     int           `env:"MOTCUA_POSTGRES_CONNS" envDefault:"10"`
	Scale     int64         `env:"MOTCUA_TIME_SCALE" envDefault:"1"`
	Demo      bool          `env:"MOTCUA_DEMO"`
}

func load() (settings, error) {
	var s settings
	if err := env.Parse(&s); err != nil {
		return s, usageError{err}
	}
	if s.DSNFile != "" {
		b, err := os.ReadFile(s.DSNFile)
		if err != nil {
			return s, fmt.Errorf("MOTCUA_POSTGRES_DSN_FILE: %w", err)
		}
		s.DSN = strings.TrimSpace(string(b))
	}
	if s.DSN == "" {
		return s, usageError{errors.New("đặt MOTCUA_POSTGRES_DSN, hoặc MOTCUA_POSTGRES_DSN_FILE trỏ tới tệp chứa nó")}
	}
	return s, nil
}

func jsonLog(c *cobra.Command) *slog.Logger {
	return slog.New(slog.NewJSONHandler(c.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelInfo}))
}

func (s settings) open(ctx context.Context, log *slog.Logger) (*models.Store, error) {
	return models.Open(ctx, models.Config{Dialector: models.Postgres(s.DSN), MaxConns: s.Conns, Now: time.Now, Logger: log})
}

// connected opens the database, checks its schema and builds the parts that every process needs.
func connected(c *cobra.Command) (*app.App, *models.Store, error) {
	s, err := load()
	if err != nil {
		return nil, nil, err
	}
	log := jsonLog(c)
	store, err := s.open(c.Context(), log)
	if err != nil {
		return nil, nil, err
	}
	if err := store.CheckSchema(c.Context()); err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	clock, err := app.OpenClock(c.Context(), store, s.Scale, time.Now())
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	a, err := app.Connect(app.Config{
		Store: store, TemporalAddress: s.Temporal, Namespace: s.Namespace, TaskQueue: s.TaskQueue, Clock: clock, Now: time.Now,
		Window: s.Window, Rate: s.Rate, Logger: log, About: web.About{Scale: s.Scale, Parts: []web.Part{{Name: "API", Where: "/docs", Note: "OpenAPI 3.1"}}},
	})
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return a, store, nil
}

func serveCommand() *cobra.Command {
	var http string
	c := &cobra.Command{Use: "serve", Short: "Chạy API và trang web", Args: cobra.NoArgs}
	c.Flags().StringVar(&http, "http", "127.0.0.1:8080", "địa chỉ")
	c.RunE = func(c *cobra.Command, _ []string) error { return process(c, http, false) }
	return c
}

func workerCommand() *cobra.Command {
	var http string
	c := &cobra.Command{Use: "worker", Short: "Chạy luồng hồ sơ, chuyển phát, quét lại", Args: cobra.NoArgs}
	c.Flags().StringVar(&http, "http", "127.0.0.1:8081", "địa chỉ của /readyz và /metrics")
	c.RunE = func(c *cobra.Command, _ []string) error { return process(c, http, true) }
	return c
}

// stopWithin bounds how long stopping may take.
const stopWithin = 28 * time.Second

func process(c *cobra.Command, address string, work bool) (err error) {
	a, store, err := connected(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	a.NeedsEngine = work
	if work {
		if err := a.StartWorker(c.Context()); err != nil {
			return err
		}
	}
	at, err := a.Serve(address)
	if err == nil {
		fmt.Fprintf(c.OutOrStdout(), "motcua %s: http://%s/\n", c.Name(), at)
		<-c.Context().Done()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Context()), stopWithin)
	defer cancel()
	return errors.Join(err, a.Stop(ctx))
}

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use: "migrate", Short: "Nâng lược đồ cơ sở dữ liệu, nạp thư viện, đăng ký với Temporal", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			s, err := load()
			if err != nil {
				return err
			}
			store, err := s.open(c.Context(), jsonLog(c))
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, store.Close()) }()
			if err := store.Migrate(c.Context()); err != nil {
				return err
			}
			seed := app.SeedLibrary
			if s.Demo {
				seed = app.SeedDemo
			}
			if err := seed(c.Context(), store); err != nil {
				return err
			}
			if err := app.RegisterNamespace(c.Context(), s.Temporal, s.Namespace); err != nil {
				return fmt.Errorf("register with temporal at %s: %w", s.Temporal, err)
			}
			if err := app.RegisterSchedules(c.Context(), s.Temporal, s.Namespace, s.TaskQueue, s.Scale); err != nil {
				return fmt.Errorf("register with temporal at %s: %w", s.Temporal, err)
			}
			have, _, err := store.SchemaVersion(c.Context())
			fmt.Fprintf(c.OutOrStdout(), "lược đồ phiên bản %d\n", have)
			return err
		},
	}
}

func doctorCommand() *cobra.Command {
	var ready string
	c := &cobra.Command{Use: "doctor", Short: "Nói còn thiếu gì", Args: cobra.NoArgs}
	c.Flags().StringVar(&ready, "ready", "", "chỉ hỏi một địa chỉ /readyz")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if ready != "" {
			return askReady(c, ready)
		}
		a, store, err := connected(c)
		if err != nil {
			return err
		}
		defer store.Close()
		parts, ok := a.Ready(c.Context())
		for _, name := range []string{"database", "schema", "temporal"} {
			fmt.Fprintf(c.OutOrStdout(), "%-10s %s\n", name, parts[name])
		}
		if !ok || parts["temporal"] != "ok" {
			return errReported
		}
		return nil
	}
	return c
}

func askReady(c *cobra.Command, url string) error {
	ctx, cancel := context.WithTimeout(c.Context(), 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return usageError{err}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(c.OutOrStdout(), io.LimitReader(resp.Body, 4096)); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return errReported
	}
	return nil
}

func reconcileCommand() *cobra.Command {
	var rehydrate bool
	c := &cobra.Command{Use: "reconcile", Short: "Đối chiếu hồ sơ đang mở với luồng của chúng", Args: cobra.NoArgs}
	c.Flags().BoolVar(&rehydrate, "rehydrate", false, "dựng lại luồng bị mất từ các sự kiện")
	c.RunE = func(c *cobra.Command, _ []string) error {
		a, store, err := connected(c)
		if err != nil {
			return err
		}
		defer store.Close()
		r, err := a.Office.Reconcile(c.Context(), rehydrate)
		if err != nil {
			return err
		}
		if err := json.NewEncoder(c.OutOrStdout()).Encode(r); err != nil {
			return err
		}
		if len(r.Mismatched) > 0 || len(r.Missing) > len(r.Started) {
			return errReported
		}
		return nil
	}
	return c
}

func keyCommand() *cobra.Command {
	var name, officer, agency string
	var roles []string
	c := &cobra.Command{Use: "key", Short: "Cấp một khóa API; khóa chỉ hiện một lần", Args: cobra.NoArgs}
	c.Flags().StringVar(&name, "name", "", "tên gọi của khóa")
	c.Flags().StringVar(&officer, "officer", "", "mã cán bộ")
	c.Flags().StringVar(&agency, "agency", "", "mã cơ quan")
	c.Flags().StringSliceVar(&roles, "role", nil, "các vai: "+strings.Join(office.Roles(), ", "))
	c.RunE = func(c *cobra.Command, _ []string) error {
		if officer == "" || agency == "" || len(roles) == 0 {
			return usageError{errors.New("cần --officer, --agency và --role")}
		}
		s, err := load()
		if err != nil {
			return err
		}
		store, err := s.open(c.Context(), jsonLog(c))
		if err != nil {
			return err
		}
		defer store.Close()
		key, row, err := office.NewKey(name, officer, agency, roles, time.Time{})
		if err != nil {
			return usageError{err}
		}
		if err := store.SaveKey(c.Context(), row); err != nil {
			return err
		}
		_, err = fmt.Fprintln(c.OutOrStdout(), key)
		return err
	}
	return c
}
