package procedure_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
)

// TestLibraryCompiles: every shipped definition compiles with the shipped shelf, keeps its hash through storage and is
// written by Format with the same meaning.
func TestLibraryCompiles(t *testing.T) {
	t.Parallel()
	shelf := libraryShelf(t)
	files, err := filepath.Glob("../library/procedures/*.yaml")
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("no shipped definitions yet")
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		d, found := procedure.Parse(filepath.Base(file), data)
		require.False(t, found.HasErrors(), found.Error())
		p, found := procedure.Compile(d, shelf)
		t.Log(found.Error())
		require.NotNil(t, p, file)
		for _, path := range p.LongestPaths("") {
			t.Logf("%s %s: %d of %d, wait %v", p.Code, path.Rules, path.Counted, path.Sure, path.MayWait)
		}
	}
}

func libraryShelf(t *testing.T) *procedure.Shelf {
	t.Helper()
	shelf := new(procedure.Shelf)
	files, err := filepath.Glob("../library/rules/*.yaml")
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		s, found := procedure.ParseShelf(filepath.Base(file), data)
		require.False(t, found.HasErrors(), found.Error())
		shelf, err = shelf.Merge(s)
		require.NoError(t, err)
	}
	return shelf
}
