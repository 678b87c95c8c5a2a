// Package e2e_test proves the whole on the real engine, by the built programs alone: it starts them, speaks HTTP to them and
// kills them. Every scenario is written once and runs on two kinds of installation:
//
//   - embedded: one process with its Temporal server, on SQLite files;
//   - production: a Temporal server, `motcua serve` and two `motcua worker`, on Postgres.
//
// The second kind needs MOTCUA_TEST_POSTGRES_DSN, the URL of a Postgres server as a role that may create databases; without it
// the kind is skipped. MOTCUA_TEST_OUTAGE is how long a worker goes without its database (default 90s).
//
// Nothing here is asserted about speed: what must happen is waited for, up to a patience that only a hang exceeds.
package e2e_test

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// patience bounds every wait: far beyond what anything takes, also on a machine that is busy with something else.
const patience = 3 * time.Minute

// pollEvery is how often a condition is asked for.
const pollEvery = 50 * time.Millisecond

// programs is the directory of the two programs, built once for the package.
var programs string

func embeddedProgram() string   { return filepath.Join(programs, "embedded") }
func productionProgram() string { return filepath.Join(programs, "motcua") }

// atOnce is how many tests run beside each other unless -parallel says otherwise: most of their time they wait for legal time
// to pass or for an outage to end, whatever the number of cores.
const atOnce = "4"

func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if !chosen {
		if err := flag.Set("test.parallel", atOnce); err != nil {
			panic(err)
		}
	}
	var err error
	if programs, err = os.MkdirTemp("", "motcua-e2e-"); err != nil {
		panic(err)
	}
	build := exec.CommandContext(context.Background(), "go", "build", "-o", programs, "motcua/embedded", "motcua/cmd/motcua")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(programs)
	os.Exit(code)
}
