package library

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/procedure"
)

// One definition for every branch, with what each sets for itself; all of it lints clean and names agencies that exist.
func TestLocalPlans(t *testing.T) {
	t.Parallel()
	locals, err := Locals()
	require.NoError(t, err)
	limits := map[string]calendar.Limit{}
	org := demo(t)
	shelf, err := Shelf()
	require.NoError(t, err)
	templates, err := Templates()
	require.NoError(t, err)
	for _, l := range locals {
		d, found := procedure.ParseWith(l.File.Name, l.File.Data, procedure.ParseOptions{Templates: templates})
		require.Empty(t, found)
		require.Empty(t, procedure.LintWith(d, shelf, procedure.LintOptions{On: on(t, "2026-11-24")}), l.File.Name)
		if len(l.For) == 0 {
			limits[""] = l.Plan.Exec.Limit
		}
		for _, id := range l.For {
			a, ok := org.Agency(id)
			require.True(t, ok, id)
			require.Equal(t, l.Plan.Agency, a.Type, "%s leads it", id)
			limits[id] = l.Plan.Exec.Limit
		}
	}
	require.Equal(t, map[string]calendar.Limit{"": calendar.MustLimit("3wd"), "H99.14.01.02": calendar.MustLimit("5wd")}, limits)
}
