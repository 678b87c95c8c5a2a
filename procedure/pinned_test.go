package procedure_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
)

// repin rewrites the pinned hashes. A hash may only change when the change is meant to give every stored plan a new name,
// which no dossier in hand survives unnoticed: go test ./procedure -run Pinned -repin.
var repin = flag.Bool("repin", false, "rewrite testdata/pinned/hashes.txt")

// TestPinnedPlans: testdata/pinned holds definitions as they were when dossiers began to run on them. Whatever the language
// learns since, they compile to the same bytes: a plan is named by its content, and dossiers in hand carry that name.
func TestPinnedPlans(t *testing.T) {
	t.Parallel()
	shelf := new(procedure.Shelf)
	rules, err := filepath.Glob("testdata/pinned/rules/*.yaml")
	require.NoError(t, err)
	for _, file := range rules {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		part, found := procedure.ParseShelf(file, data)
		require.Empty(t, found)
		shelf, err = shelf.Merge(part)
		require.NoError(t, err)
	}
	files, err := filepath.Glob("testdata/pinned/*.yaml")
	require.NoError(t, err)
	require.Len(t, files, 16, "an empty folder pins nothing")
	var got strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		d, found := procedure.Parse(file, data)
		require.False(t, found.HasErrors(), found.Error())
		plan, err := procedure.PlanOf(d, shelf) // a rule younger than the file may refuse to publish it again; it runs on all the same
		require.NoError(t, err)
		fmt.Fprintln(&got, plan.Code, plan.Hash)
	}
	const name = "testdata/pinned/hashes.txt"
	if *repin {
		require.NoError(t, os.WriteFile(name, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())
}
