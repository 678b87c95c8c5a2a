// Package temporalserver runs a whole Temporal server and its web UI inside this process: for the single-binary
// installation, for training, and for tests. It keeps its state in one SQLite file, in memory, or in two Postgres
// databases.
//
// It refuses to be a cluster: one process owns the database, no TLS, no authentication, no outbound connection of its
// own. Several desks on several machines want the real server.
//
// The server was made to end with its process, and what a stop leaves behind shows it: the SQLite connection of a path
// stays open, because the server's own pool never closes one (a start on the same path reuses it), and so does what was
// in memory; its system workers keep dialling their closed frontend, at most every ten seconds each, in silence. A test
// that starts servers can therefore not use a goroutine leak detector over the whole process.
//
// Never open one file from two processes.
package temporalserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/temporal"
)

const (
	// startLimit bounds a start whose context has no deadline. A start on SQLite takes well under a second.
	startLimit = 30 * time.Second
	// stopLimit bounds a stop whose context has no deadline. An idle stop takes about a second, one with pollers about
	// three: the frontend and matching each wait for their callers.
	stopLimit = 20 * time.Second
)

// Server is a running Temporal server.
type Server struct {
	options   Options
	address   string
	uiAddress string
	store     store
	server    temporal.Server
	ui        *webUI
	log       *serverLogger
	stopOnce  sync.Once
	stopErr   error
}

// Start prepares the database and the namespace, starts every service and the UI, and returns once the frontend and
// the history service answer. A start that fails inside the server itself, not in what is checked before, can leave
// parts of it running: report the error and end the process.
func Start(ctx context.Context, o Options) (*Server, error) {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("temporal server options: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()

	st, err := openStore(ctx, o)
	if err != nil {
		return nil, err
	}
	ports, err := reservePorts(ctx, o)
	if err != nil {
		return nil, err
	}
	s := &Server{
		options: o,
		address: net.JoinHostPort(o.dialHost(), strconv.Itoa(ports.frontend)),
		store:   st,
		log:     newLogger(o.Logger, o.LogLevel),
	}
	cfg := serverConfig(o, ports, s.address, st)
	ports.release()
	if err := s.startServices(ctx, cfg, ports); err != nil {
		return nil, err
	}
	if err := s.finishStart(ctx, ports); err != nil {
		return nil, errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
	}
	return s, nil
}

// startServices builds and starts the services. The server's API takes no context, and reports a port that is taken by
// a fatal log line; both are turned into errors here.
func (s *Server) startServices(ctx context.Context, cfg *config.Config, p *ports) error {
	started := make(chan error, 1)
	go func() { started <- s.buildAndStart(cfg, p) }()
	select {
	case err := <-started:
		return err
	case <-ctx.Done():
		go func() {
			if err := <-started; err == nil {
				_ = s.server.Stop()
			}
		}()
		return fmt.Errorf("start temporal server: %w", ctx.Err())
	}
}

func (s *Server) buildAndStart(cfg *config.Config, p *ports) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case fatalError:
			err = fmt.Errorf("start temporal server: %w", r)
		default:
			panic(r)
		}
	}()
	srv, err := temporal.NewServer(
		temporal.WithConfig(cfg),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(staticHosts(p)),
		temporal.WithDynamicConfigClient(dynamicConfig()),
		temporal.WithLogger(s.log),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper {
			return authorization.NewNoopClaimMapper()
		}),
	)
	if err != nil {
		return fmt.Errorf("build temporal server: %w", err)
	}
	if err := srv.Start(); err != nil {
		return fmt.Errorf("start temporal server: %w", errors.Join(err, srv.Stop()))
	}
	s.server = srv
	return nil
}

func (s *Server) finishStart(ctx context.Context, p *ports) error {
	conn, err := dialFrontend(s.address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := waitReady(ctx, conn, s.options.Namespace); err != nil {
		return err
	}
	if err := ensureSearchAttributes(ctx, conn, s.options.Namespace, s.options.SearchAttributes); err != nil {
		return err
	}
	if s.options.DBPath != "" {
		if err := writeVersion(s.options.DBPath); err != nil {
			return err
		}
	}
	if s.options.UIPort == NoUI {
		return nil
	}
	s.uiAddress = net.JoinHostPort(s.options.dialHost(), strconv.Itoa(p.ui))
	s.ui, err = startUI(ctx, s.options, s.address, s.uiAddress, p.ui)
	return err
}

// Address is the frontend's host:port, for SDK clients.
func (s *Server) Address() string { return s.address }

// UIAddress is the web UI's host:port, served over plain HTTP; empty when there is no UI.
func (s *Server) UIAddress() string { return s.uiAddress }

// Namespace is the registered namespace.
func (s *Server) Namespace() string { return s.options.Namespace }

// ServerVersion is the version of the Temporal server that runs; it equals Version.
func (s *Server) ServerVersion() string { return Version }

// Stop stops the UI and the server and folds SQLite's log back into its file. It returns when all has stopped, or with
// an error at the context's end or after 20 s. Stop workers and clients first: their open polls only slow it down.
// Further calls return the first one's result.
func (s *Server) Stop(ctx context.Context) error {
	s.stopOnce.Do(func() {
		ctx, cancel := context.WithTimeout(ctx, stopLimit)
		defer cancel()
		s.stopErr = s.stop(ctx)
	})
	return s.stopErr
}

func (s *Server) stop(ctx context.Context) error {
	s.log.stopping()
	defer s.log.stopped()
	stopped := make(chan error, 1)
	go func() {
		if s.ui != nil {
			s.ui.stop()
		}
		err := s.server.Stop()
		stopped <- errors.Join(err, s.store.close())
	}()
	select {
	case err := <-stopped:
		if err != nil {
			return fmt.Errorf("stop temporal server: %w", err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop temporal server: %w", ctx.Err())
	}
}
