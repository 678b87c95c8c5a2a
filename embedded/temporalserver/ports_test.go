package temporalserver

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What is let go for the server to listen on must not be a port that the system gives to callers in the meantime.
func TestFreePortsLieBelowThoseOfCallers(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{}
	for range 3 {
		p, err := reservePorts(t.Context(), Options{Host: loopback})
		require.NoError(t, err)
		defer p.release()
		for _, port := range []int{p.frontend, p.history, p.matching, p.worker, p.ui} {
			require.GreaterOrEqual(t, port, lowestFreePort)
			require.LessOrEqual(t, port, highestFreePort)
			require.False(t, seen[port], "%d twice", port)
			seen[port] = true
		}
	}
}

func TestBusyPortsArePassedOver(t *testing.T) {
	t.Parallel()
	first := &ports{next: 31000}
	var a, b int
	require.NoError(t, first.hold(t.Context(), loopback, 0, &a))
	defer first.release()
	second := &ports{next: a}
	require.NoError(t, second.hold(t.Context(), loopback, 0, &b))
	defer second.release()
	require.Greater(t, b, a)
}

func TestServersBeginInDifferentPlaces(t *testing.T) {
	t.Parallel()
	taken := map[int]bool{}
	for process := 4000; process < 4200; process++ {
		for nth := int64(1); nth <= 5; nth++ {
			at := firstPort(process, nth)
			require.GreaterOrEqual(t, at, lowestFreePort)
			require.LessOrEqual(t, at+portsApart-1, highestFreePort)
			if nth == 1 {
				require.False(t, taken[at], "process %d begins at %d, as another", process, at)
				taken[at] = true
			}
		}
	}
}
