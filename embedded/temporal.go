package main

import (
	"context"
	"flag"
	"fmt"

	"motcua/embedded/temporalserver"
	"motcua/workflows"
)

// onlyTemporal runs just the server and its UI, so that `motcua serve` and `motcua worker` can be tried against it.
func onlyTemporal(ctx context.Context, args []string) error {
	var o temporalserver.Options
	f := flag.NewFlagSet("temporal", flag.ContinueOnError)
	f.StringVar(&o.PostgresDSN, "postgres", "", "keep everything in this Postgres")
	f.StringVar(&o.DBPath, "db", "", "keep everything in this SQLite file; without it and --postgres, in memory")
	f.IntVar(&o.FrontendPort, "port", 7233, "gRPC port; 0 takes a free one")
	f.IntVar(&o.UIPort, "ui-port", 8233, "port of the web UI; 0 takes a free one, -1 none")
	if err := f.Parse(args); err != nil {
		return err
	}
	o.SearchAttributes, o.Logger = workflows.SearchAttributes(), logger(false)
	server, err := temporalserver.Start(ctx, o)
	if err != nil {
		return err
	}
	fmt.Printf("Temporal %s: gRPC %s, namespace %s, UI %s\n", server.ServerVersion(), server.Address(), server.Namespace(), uiURL(server))
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	return server.Stop(stop)
}
