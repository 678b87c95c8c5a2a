package office_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Whom a rung reached is told by name; who is not in the organisation keeps the id.
func TestEscalationsNameWhoWasTold(t *testing.T) {
	t.Parallel()
	for officer, name := range map[string]string{"cb31": "Nguyễn Văn Sơn (mẫu)", "cb99": "cb99"} {
		d := open(t)
		code := d.take(hourly(), "k").Code
		d.handUp(code, officer)
		rungs, _, err := d.Escalations(t.Context(), d.as("kstt"), code, 10, "")
		require.NoError(t, err)
		require.NotEmpty(t, rungs)
		for _, r := range rungs {
			require.Equal(t, []string{officer}, r.To)
			require.Equal(t, []string{name}, r.Told)
		}
	}
}
