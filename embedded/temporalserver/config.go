package temporalserver

import (
	"net"
	"strconv"
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
)

const (
	clusterName = "active"

	// A worker killed in the middle of a workflow task holds its dossier until this runs out; the server's default of
	// 10 s, with the worker's sticky timeout on top, stalled dossiers for 17 to 21 s.
	workflowTaskTimeout = 5 * time.Second
	// One process serves all pollers of a queue; more partitions only add hops between them.
	taskQueuePartitions = 1
	// Mutable states kept in memory. The server's default of 128,000 is meant for a machine of its own.
	historyCacheEntries = 8192
	// namespaceRefresh is how often each service reloads namespaces, search attribute names included.
	namespaceRefresh = 2 * time.Second
)

func serverConfig(o Options, p *ports, address string, st store) *config.Config {
	return &config.Config{
		Global: config.Global{
			Membership: config.Membership{MaxJoinDuration: startLimit, BroadcastAddress: loopback},
		},
		Persistence: st.persistence(),
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: address},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services: map[string]config.Service{
			string(primitives.FrontendService): rpcOn(o.Host, p.frontend),
			string(primitives.HistoryService):  rpcOn(loopback, p.history),
			string(primitives.MatchingService): rpcOn(loopback, p.matching),
			string(primitives.WorkerService):   rpcOn(loopback, p.worker),
		},
		Archival: config.Archival{
			History:    config.HistoryArchival{State: config.ArchivalDisabled},
			Visibility: config.VisibilityArchival{State: config.ArchivalDisabled},
		},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History:    config.HistoryArchivalNamespaceDefaults{State: config.ArchivalDisabled},
			Visibility: config.VisibilityArchivalNamespaceDefaults{State: config.ArchivalDisabled},
		}},
		PublicClient: config.PublicClient{HostPort: address},
	}
}

func rpcOn(host string, port int) config.Service {
	return config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: host}}
}

// staticHosts spares the services the gossip by which members of a cluster find each other; that alone takes seconds.
func staticHosts(p *ports) map[primitives.ServiceName]static.Hosts {
	at := func(port int) static.Hosts {
		return static.SingleLocalHost(net.JoinHostPort(loopback, strconv.Itoa(port)))
	}
	return map[primitives.ServiceName]static.Hosts{
		primitives.FrontendService: at(p.frontend),
		primitives.HistoryService:  at(p.history),
		primitives.MatchingService: at(p.matching),
		primitives.WorkerService:   at(p.worker),
	}
}

func dynamicConfig() dynamicconfig.StaticClient {
	return dynamicconfig.StaticClient{
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  taskQueuePartitions,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): taskQueuePartitions,
		dynamicconfig.DefaultWorkflowTaskTimeout.Key():          workflowTaskTimeout,
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key():        historyCacheEntries,
		dynamicconfig.NamespaceCacheRefreshInterval.Key():       namespaceRefresh,
		// The only call home of the server: it asks a public site whether a newer version exists.
		dynamicconfig.EnableServerVersionCheck.Key(): false,
	}
}
