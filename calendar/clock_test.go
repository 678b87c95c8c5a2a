package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/calendar"
)

func TestClock(t *testing.T) {
	t.Parallel()
	wall := at(t, "2026-11-24T01:00:00Z")
	require.True(t, calendar.RealClock().At(wall).Equal(wall))
	require.True(t, calendar.RealClock().WallAt(wall).Equal(wall))
	c, err := calendar.NewClock(wall, at(t, "2026-03-02T07:30:00+07:00"), 1440)
	require.NoError(t, err)
	require.Equal(t, "2026-03-03T07:30:00+07:00", c.At(wall.Add(time.Minute)).Format(time.RFC3339), "a day in a minute")
	require.Equal(t, 48*time.Minute, c.Stretch(2*time.Second))
	_, err = calendar.NewClock(wall, wall, 0)
	require.Error(t, err)
	rapid.Check(t, func(r *rapid.T) {
		x := wall.Add(time.Duration(rapid.Int64Range(-1e9, 1e9).Draw(r, "ms")) * time.Millisecond)
		require.True(r, c.WallAt(c.At(x)).Equal(x))
		legal := c.At(x).Add(time.Duration(rapid.Int64Range(0, 1439).Draw(r, "legal ms")) * time.Millisecond)
		require.False(r, c.At(c.WallAt(legal)).Before(legal), "the legal instant is reached, never before")
	})
}
