package temporalserver

import (
	"context"
	"fmt"
	"maps"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

const (
	mainStore       = "main"
	visibilityStore = "visibility"
)

// store is where a server keeps its state.
type store interface {
	// persistence is the server's configuration of it.
	persistence() config.Persistence
	// close is called after the server has stopped.
	close() error
}

// openStore makes the databases, their schema and the namespace ready. Doing it before the start spares the wait for
// the services to notice a new namespace.
func openStore(ctx context.Context, o Options) (store, error) {
	if o.PostgresDSN != "" {
		return openPostgres(ctx, o)
	}
	return openSQLite(o)
}

// createNamespace registers the namespace when missing. Its only route is the database: despite the package's name the
// call goes through the plugin that cfg names, Postgres as well as SQLite.
func createNamespace(cfg *config.SQL, o Options) error {
	ns, err := sqlite.NewNamespaceConfig(clusterName, o.Namespace, false, maps.Clone(o.SearchAttributes))
	if err != nil {
		return fmt.Errorf("describe namespace %q: %w", o.Namespace, err)
	}
	ns.Detail.Config.Retention = durationpb.New(o.Retention)
	if err := sqlite.CreateNamespaces(cfg, ns); err != nil {
		return fmt.Errorf("register namespace %q: %w", o.Namespace, err)
	}
	return nil
}
