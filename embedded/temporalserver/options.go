package temporalserver

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/server/common/headers"
)

// Version is the version of the Temporal server compiled into this program.
const Version = headers.ServerVersion

const (
	// DefaultNamespace is the namespace registered when none is named.
	DefaultNamespace = "motcua"
	// DefaultRetention is how long closed workflows stay readable. The server's own default, one day, is shorter
	// than any dossier's complaint period.
	DefaultRetention = 30 * 24 * time.Hour
	// DefaultPostgresDatabase names the main Postgres database; the visibility database adds "_visibility".
	DefaultPostgresDatabase = "temporal"
	// NoUI as Options.UIPort leaves the web UI out.
	NoUI = -1

	loopback = "127.0.0.1"
	// Retention below an hour is refused by the server for workflows that it deletes by timer.
	minRetention = time.Hour
)

// Options says what to start. The zero value is an ephemeral server on free loopback ports with its UI.
type Options struct {
	// DBPath is the SQLite file. Empty, and with PostgresDSN empty too, everything is held in memory and lost at exit.
	DBPath string
	// PostgresDSN, when set, keeps everything in Postgres instead: a URL or keyword string of a role that may create
	// databases, pointing at any database that exists. DBPath must then be empty.
	PostgresDSN string
	// PostgresDatabase is the name of the main database on that server; empty means DefaultPostgresDatabase.
	PostgresDatabase string

	// Host is the address that frontend and UI listen on; empty means 127.0.0.1. The server authenticates nobody, so
	// anything but loopback belongs on a private network only. The other services always stay on loopback.
	Host string
	// FrontendPort is the gRPC port; 0 takes a free one.
	FrontendPort int
	// UIPort is the web UI's port; 0 takes a free one, NoUI starts no UI.
	UIPort int
	// CodecEndpoint is the URL of the payload codec that the UI's pages ask for decoding; empty means none.
	CodecEndpoint string

	// Namespace is registered when missing; empty means DefaultNamespace.
	Namespace string
	// Retention of a namespace registered here; 0 means DefaultRetention. An existing namespace keeps its own.
	Retention time.Duration
	// SearchAttributes are registered in the namespace when missing. One that exists with another type is an error.
	SearchAttributes map[string]enums.IndexedValueType

	// Logger receives the server's log; nil means slog.Default().
	Logger *slog.Logger
	// LogLevel is the lowest level passed on; nil means slog.LevelWarn.
	LogLevel slog.Leveler
}

func (o Options) withDefaults() Options {
	o.Host = cmp.Or(o.Host, loopback)
	if o.Host == "localhost" {
		o.Host = loopback
	}
	o.Namespace = cmp.Or(o.Namespace, DefaultNamespace)
	o.Retention = cmp.Or(o.Retention, DefaultRetention)
	o.PostgresDatabase = cmp.Or(o.PostgresDatabase, DefaultPostgresDatabase)
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.LogLevel == nil {
		o.LogLevel = slog.LevelWarn
	}
	return o
}

func (o Options) validate() error {
	var errs []error
	if o.DBPath != "" && o.PostgresDSN != "" {
		errs = append(errs, errors.New("a SQLite file and a Postgres DSN are both given; give one"))
	}
	if net.ParseIP(o.Host) == nil {
		errs = append(errs, fmt.Errorf("host %q is not an IP address", o.Host))
	}
	if o.FrontendPort < 0 || o.FrontendPort > 65535 {
		errs = append(errs, fmt.Errorf("frontend port %d is out of range", o.FrontendPort))
	}
	if o.UIPort < NoUI || o.UIPort > 65535 {
		errs = append(errs, fmt.Errorf("UI port %d is out of range", o.UIPort))
	}
	if o.Retention < minRetention {
		errs = append(errs, fmt.Errorf("retention %v is under %v", o.Retention, minRetention))
	}
	return errors.Join(errs...)
}

// dialHost is where this process reaches what listens on Host.
func (o Options) dialHost() string {
	if ip := net.ParseIP(o.Host); ip.IsUnspecified() {
		return loopback
	}
	return o.Host
}
