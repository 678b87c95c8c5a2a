package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/library"
	"motcua/models"
	"motcua/models/modelstest"
)

// The same program with the same library compiles nothing twice; another print stores everything.
func TestLibraryIsSeededOnce(t *testing.T) {
	t.Parallel()
	files, err := library.Definitions()
	require.NoError(t, err)
	print, err := seedPrint(files)
	require.NoError(t, err)
	stored := func(s *models.Store) int {
		rows, err := s.Procedures(t.Context(), models.ProcedureFilter{})
		require.NoError(t, err)
		return len(rows)
	}
	seeded := modelstest.Open(t)
	require.NoError(t, seeded.SetSetting(t.Context(), settingSeeded, print))
	require.NoError(t, SeedLibrary(t.Context(), seeded))
	require.Zero(t, stored(seeded))
	require.NoError(t, seeded.SetSetting(t.Context(), settingSeeded, "another"))
	require.NoError(t, SeedLibrary(t.Context(), seeded))
	locals, err := library.Locals()
	require.NoError(t, err)
	codes := map[string]bool{}
	for _, l := range locals {
		codes[l.Plan.Code] = true
	}
	plans, err := library.Plans()
	require.NoError(t, err)
	for _, p := range plans {
		codes[p.Code] = true
	}
	require.Equal(t, len(codes), stored(seeded))
	now, err := seeded.Setting(t.Context(), settingSeeded)
	require.NoError(t, err)
	require.Equal(t, print, now)
	changed, err := seedPrint(files[1:])
	require.NoError(t, err)
	require.NotEqual(t, print, changed)
}

func BenchmarkSeedAgain(b *testing.B) {
	s := modelstest.Open(b)
	require.NoError(b, SeedLibrary(b.Context(), s))
	for b.Loop() {
		require.NoError(b, seedPlans(b.Context(), s))
	}
}
