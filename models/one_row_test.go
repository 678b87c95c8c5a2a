package models_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/models"
	"motcua/models/modelstest"
)

// A question that a closed database or a caller who went away leaves without an answer is an error, on both databases.
func TestOneRowOfADatabaseThatWentAway(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		gone, leave := context.WithCancel(t.Context())
		leave()
		_, err := s.FirstSubmitted(gone)
		require.ErrorIs(t, err, context.Canceled)
		require.NoError(t, s.Close())
		for what, ask := range map[string]func(context.Context) error{
			"first": func(ctx context.Context) error { _, err := s.FirstSubmitted(ctx); return err },
			"clock": func(ctx context.Context) error { _, err := s.DBNow(ctx); return err },
			"lag":   func(ctx context.Context) error { _, err := s.OutboxLag(ctx); return err },
		} {
			require.Error(t, ask(t.Context()), what)
		}
	})
}
