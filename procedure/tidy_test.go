package procedure

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// The quick look may pass by nothing that is not in NFC: each letter that it lets through is, alone and after another.
func TestQuickLookMissesNothingDecomposed(t *testing.T) {
	t.Parallel()
	for r := rune(' '); r <= 0x1fff; r++ {
		for _, s := range []string{string(r), "e" + string(r), "ê" + string(r)} {
			if !suspicious(s) {
				require.True(t, norm.NFC.IsNormalString(s), "%U", r)
			}
		}
	}
	require.True(t, suspicious("tie\u0302\u0301p"))
	require.True(t, suspicious("\u2126"), "an Ohm sign is an omega")
	require.False(t, suspicious("Tiếp nhận – “hồ sơ”"))
}
