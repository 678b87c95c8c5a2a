package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"motcua": main})
}

// The scripts are the documentation of the commands that runs.
func TestScripts(t *testing.T) {
	t.Parallel()
	library, err := filepath.Abs("../../library")
	require.NoError(t, err)
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"workbook": workbook, "type": typeCell},
		Setup: func(e *testscript.Env) error {
			e.Setenv("LIBRARY", library)
			return os.MkdirAll(filepath.Join(e.WorkDir, "home"), 0o755)
		},
	})
}
