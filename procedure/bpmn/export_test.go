package bpmn

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/library"
	"motcua/procedure"
)

func shelf(t testing.TB) *procedure.Shelf {
	t.Helper()
	s, err := library.Shelf()
	require.NoError(t, err)
	return s
}

// shipped are all definitions of the library and the samples of what it does not show.
func shipped(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := library.Procedures()
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string][]byte{}
	for _, f := range files {
		all[path.Base(f.Name)] = f.Data
	}
	for name, file := range map[string]string{
		"thirty.yaml": "../testdata/draw/thirty.yaml", "linked.yaml": "../testdata/linked.yaml",
		"template.yaml": "../../library/templates/9.000003-mau-sao-luc.yaml",
	} {
		all[name], err = os.ReadFile(file)
		require.NoError(t, err)
	}
	return all
}

func compile(t testing.TB, source []byte) *procedure.Plan {
	t.Helper()
	d, found := procedure.Parse("x.yaml", source)
	require.False(t, found.HasErrors(), found.Error())
	p, found := procedure.Compile(d, shelf(t))
	require.NotNil(t, p, found.Error())
	return p
}

func export(t testing.TB, source []byte) []byte {
	t.Helper()
	out, err := Export(source, compile(t, source))
	require.NoError(t, err)
	return out
}

// Exports are valid against the standard's own schemas.
func TestExportsAreValid(t *testing.T) {
	t.Parallel()
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed; TestExportsKeepTheRules checks the same files without it")
	}
	for name, source := range shipped(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "x.bpmn")
			require.NoError(t, os.WriteFile(file, export(t, source), 0o600))
			out, err := exec.CommandContext(t.Context(), xmllint, "--nonet", "--noout", "--schema", "testdata/xsd/BPMN20.xsd", file).CombinedOutput()
			require.NoError(t, err, strings.TrimSpace(string(out)))
		})
	}
}
