// Command embedded runs the whole of Motcua in one process: an embedded Temporal server with its web UI, an embedded
// database, the worker, the API and the first page, seeded with a small demonstration province.
//
//	go run -C embedded . [--data DIR] [--http ADDR] [--time-scale N] [--ephemeral]
//	go run -C embedded . temporal [--postgres DSN] [--port N] [--ui-port N]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"motcua/embedded/temporalserver"
)

func main() {
	temporalserver.TuneCollector()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	args := os.Args[1:]
	run := everything
	if len(args) > 0 && args[0] == "temporal" {
		run, args = onlyTemporal, args[1:]
	}
	if err := run(ctx, args); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "motcua:", err)
		os.Exit(1)
	}
}

func logger(verbose bool) *slog.Logger {
	level := slog.LevelWarn
	if verbose {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// stopWithin bounds how long stopping may take.
const stopWithin = 25 * time.Second
