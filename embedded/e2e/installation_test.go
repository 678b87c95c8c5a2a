package e2e_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// installation is one Motcua: databases that outlive the processes on them.
type installation interface {
	// url is where its API answers.
	url() string
	// start starts everything that does not run.
	start()
	// kill ends all of our processes with SIGKILL. Temporal goes too where it is one of them.
	kill()
	// blows are the ways in which some of it can be killed while people are at work; start makes it whole again.
	blows() []blow
	// loseTemporal kills Temporal, deletes its database, starts it again and heals as an operator of this kind would.
	loseTemporal()
	// stop asks everything to end.
	stop()
}

type blow struct {
	name   string
	strike func()
}

// onBoth runs a scenario on an installation of each kind, whose legal time runs so many times as fast as wall time.
func onBoth(t *testing.T, scale int, scenario func(*testing.T, installation)) {
	t.Helper()
	t.Parallel()
	for _, kind := range []struct {
		name string
		make func(*testing.T, int) installation
	}{
		{"embedded", func(t *testing.T, scale int) installation { return newEmbedded(t, scale) }},
		{"production", func(t *testing.T, scale int) installation { return newProduction(t, scale) }},
	} {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			in := kind.make(t, scale)
			in.start()
			scenario(t, in)
			(&desk{t, in}).nothingBroke()
			in.stop()
		})
	}
}

// embedded is the one-process installation on SQLite files.
type embedded struct {
	t       *testing.T
	data    string
	scale   int
	process *process
}

func newEmbedded(t *testing.T, scale int) *embedded {
	return &embedded{t: t, data: t.TempDir(), scale: scale}
}

func (e *embedded) url() string { return e.process.url(e.t) }

func (e *embedded) start() {
	e.t.Helper()
	if !e.process.running() {
		e.process = spawn(e.t, nil, embeddedProgram(), "--data", e.data, "--http", "127.0.0.1:0", "--ui-port", "-1", "--time-scale", strconv.Itoa(e.scale))
	}
}

func (e *embedded) kill() { e.process.kill() }

func (e *embedded) blows() []blow { return []blow{{"the process", e.kill}} }

// loseTemporal: the next start sees that Temporal's database is gone, and fills it from ours.
func (e *embedded) loseTemporal() {
	e.t.Helper()
	e.kill()
	remove(e.t, filepath.Join(e.data, "temporal.db"))
	e.start()
}

func (e *embedded) stop() { e.process.stop(e.t) }

// remove deletes a SQLite database with the files beside it.
func remove(t *testing.T, db string) {
	t.Helper()
	files, err := filepath.Glob(db + "*")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		require.NoError(t, os.Remove(f))
	}
}
