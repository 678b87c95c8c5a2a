package procedure_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/library"
	"motcua/procedure"
)

// TestLibraryCompiles: every shipped definition compiles with the shipped shelf, keeps its hash through storage and is
// written by Format with the same meaning.
func TestLibraryCompiles(t *testing.T) {
	t.Parallel()
	shelf := libraryShelf(t)
	files, err := filepath.Glob("../library/procedures/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		d, found := procedure.Parse(filepath.Base(file), data)
		require.False(t, found.HasErrors(), found.Error())
		p, found := procedure.Compile(d, shelf)
		require.NotNil(t, p, file)
		if u := d.Limit.Value.Unit; u != calendar.Day && u != calendar.Month { // over Tết such a limit holds less than any plan needs
			require.NotContains(t, found.Error(), "steps-over-limit", file)
		}

		stored, err := p.Encode()
		require.NoError(t, err)
		again, err := procedure.Decode(stored)
		require.NoError(t, err)
		require.Equal(t, p.Hash, again.Hash)

		once, err := procedure.Format(data)
		require.NoError(t, err)
		twice, err := procedure.Format(once)
		require.NoError(t, err)
		require.Equal(t, string(once), string(twice), file)
		fd, found := procedure.Parse(filepath.Base(file), once)
		require.Empty(t, found)
		fp, _ := procedure.Compile(fd, shelf)
		require.NotNil(t, fp)
		require.Equal(t, p.Hash, fp.Hash, file)
	}
}

// libraryShelf is the shelf that the shipped definitions are written for, with the national calendar.
func libraryShelf(t testing.TB) *procedure.Shelf {
	t.Helper()
	shelf, err := library.Shelf()
	require.NoError(t, err)
	return shelf
}
