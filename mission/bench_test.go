package mission_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/mission"
)

// BenchmarkLook is a whole year of weekly reports and monthly tasks, looked at in its middle: what every act costs at least.
func BenchmarkLook(b *testing.B) {
	x := pilot()
	x.Tasks = append(x.Tasks, mission.Task{ID: "nam", Report: true, Every: &mission.Every{Unit: mission.EveryWeek, Day: 5}, Until: day("2027-03-01")})
	h := newHand(b, x)
	h.started()
	for b.Loop() {
		_, err := mission.Look(h.d, h.s, at("2026-09-01 09:00"))
		require.NoError(b, err)
	}
}
