package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
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
	catalogue, err := filepath.Abs("../../catalogue/testdata")
	require.NoError(t, err)
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"workbook": workbook, "type": typeCell},
		Setup: func(e *testscript.Env) error {
			e.Setenv("LIBRARY", library)
			e.Setenv("CATALOGUE", catalogue)
			return os.MkdirAll(filepath.Join(e.WorkDir, "home"), 0o755)
		},
	})
}

// What docs/designers.md shows of imports is what the scripts saw.
func TestDocumentedFindings(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../../docs/designers.md")
	require.NoError(t, err)
	for _, script := range []string{"excel", "bpmn", "walk"} {
		archive, err := txtar.ParseFile(filepath.Join("testdata", "script", script+".txtar"))
		require.NoError(t, err)
		shown := 0
		for _, f := range archive.Files {
			if f.Name == "findings.txt" {
				shown++
				for line := range strings.Lines(string(f.Data)) {
					require.Contains(t, string(docs), "    "+line)
				}
			}
		}
		require.Equal(t, 1, shown, script)
	}
}
