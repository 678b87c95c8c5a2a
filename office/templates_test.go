package office_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// One definition for every branch: each promises by its own values, and a date printed at one desk differs by who leads.
func TestPlanOfTheLeadAgency(t *testing.T) {
	t.Parallel()
	d := open(t)
	s := hourly()
	s.Procedure = "9.000003"
	s.Lead = "H99.14.01.01"
	general := d.take(s, "k1")
	require.True(t, at(5, 17, 0).Equal(general.Due), "three working days: %s", general.Due)
	s.Lead = "H99.14.01.02"
	own := d.take(s, "k2")
	require.True(t, at(9, 17, 0).Equal(own.Due), "five working days: %s", own.Due)
	require.Equal(t, "mới (mẫu)", own.Papers[0].Form)

	plan, err := d.Procedure(t.Context(), d.as("nuimau"), "9.000003")
	require.NoError(t, err)
	require.Equal(t, "5wd", plan.Exec.Limit.String(), "its people read their own")
	plan, err = d.Procedure(t.Context(), d.as("thamdinh"), "9.000003")
	require.NoError(t, err)
	require.Equal(t, "3wd", plan.Exec.Limit.String())
}
