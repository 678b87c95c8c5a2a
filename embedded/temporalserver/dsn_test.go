package temporalserver

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestWithDatabase(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		"postgres://an:m%40t@db.example:5433/other?sslmode=disable&application_name=x",
		"postgresql://an:m%40t@db.example:5433?sslmode=disable&application_name=x",
		"host=db.example port=5433 user=an password='m@t' dbname=other sslmode=disable application_name=x",
		"host=db.example port=5433 user=an password='m@t' sslmode=disable application_name=x",
	} {
		cfg, err := pgx.ParseConfig(withDatabase(dsn, "temporal"))
		require.NoError(t, err, dsn)
		require.Equal(t, "temporal", cfg.Database, dsn)
		require.Equal(t, "db.example", cfg.Host, dsn)
		require.EqualValues(t, 5433, cfg.Port, dsn)
		require.Equal(t, "an", cfg.User, dsn)
		require.Equal(t, "m@t", cfg.Password, dsn)
		require.Nil(t, cfg.TLSConfig, dsn)
		require.Equal(t, "x", cfg.RuntimeParams["application_name"], dsn)
	}
}

func TestStepsAfterIsNumericOrder(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"1.8":  {"1.9", "1.10", "1.11"},
		"1.10": {"1.11"},
	} {
		steps, err := stepsAfter("postgresql/v12/temporal", name)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(steps), len(want))
		for i, v := range want {
			require.Equal(t, v, steps[i].manifest.CurrVersion)
			require.NotEmpty(t, steps[i].statements)
		}
	}
}
