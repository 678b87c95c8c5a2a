package dice_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/dice"
)

// The first numbers of SplitMix64 from the states 0 and 1234567, as its published implementations print them.
func TestMix(t *testing.T) {
	t.Parallel()
	require.Equal(t, uint64(0xe220a8397b1dcdaf), dice.Mix(0))
	require.Equal(t, uint64(6457827717110365317), dice.Mix(1234567))
}

// Names tell numbers apart, shares lie between 0 and 1 and are spread evenly: a tenth of them in each tenth, within four standard
// deviations of 10,000.
func TestShares(t *testing.T) {
	t.Parallel()
	require.NotEqual(t, dice.Named(1, "a"), dice.Named(1, "b"))
	require.NotEqual(t, dice.Named(1, "a"), dice.Named(2, "a"))
	var tenths [10]int
	for i := range 10_000 {
		s := dice.Share(uint64(i))
		require.Greater(t, s, 0.0)
		require.Less(t, s, 1.0)
		tenths[int(s*10)]++
	}
	for _, n := range tenths {
		require.InDelta(t, 1000, n, 4*30)
	}
}
