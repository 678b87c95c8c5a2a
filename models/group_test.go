package models_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"motcua/models"
	"motcua/models/modelstest"
)

func set(tx *gorm.DB, key string) error {
	return tx.Exec("INSERT INTO settings (key, value) VALUES (?, ?)", key, "x").Error
}

func isSet(t *testing.T, s *models.Store, key string) bool {
	t.Helper()
	_, err := s.Setting(t.Context(), key)
	if !errors.Is(err, models.ErrNotFound) {
		require.NoError(t, err)
	}
	return err == nil
}

// held runs f while a transaction holds the writer, lets the transactions that f began line up behind it, and ends it.
func held(t *testing.T, s *models.Store, f func(), lined func() bool) {
	t.Helper()
	begun, end, done := make(chan bool), make(chan bool), make(chan error, 1)
	go func() {
		done <- s.Transact(context.Background(), func(tx *gorm.DB) error {
			close(begun)
			<-end
			return nil
		})
	}()
	<-begun
	f()
	for !lined() {
		runtime.Gosched()
	}
	close(end)
	require.NoError(t, <-done)
}

// What waits for the writer is committed together: one that fails, panics or has nobody waiting for it any more leaves the
// others what they wrote.
func TestTransactionsTogether(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		if s.Dialect() != models.DialectSQLite {
			t.Skip("PostgreSQL commits in groups itself")
		}
		refused := errors.New("refused")
		gone, leave := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		errs := make([]error, 6)
		var panicked any
		began := 0
		begin := func(i int, ctx context.Context, f func(tx *gorm.DB) error) {
			began++
			wait.Go(func() {
				defer func() {
					if p := recover(); p != nil {
						panicked = p
					}
				}()
				errs[i] = s.Transact(ctx, f)
			})
			for s.Waiting() < began {
				runtime.Gosched()
			}
		}
		held(t, s, func() {
			begin(0, t.Context(), func(tx *gorm.DB) error { return set(tx, "a") })
			begin(1, t.Context(), func(tx *gorm.DB) error { return errors.Join(set(tx, "b"), refused) })
			begin(2, t.Context(), func(tx *gorm.DB) error { return set(tx, "a") }) // a duplicate of the first
			begin(3, t.Context(), func(tx *gorm.DB) error {
				_ = set(tx, "c")
				panic("three")
			})
			begin(4, gone, func(tx *gorm.DB) error { return set(tx, "d") })
			begin(5, t.Context(), func(tx *gorm.DB) error { return set(tx, "e") })
			leave()
		}, func() bool { return s.Waiting() == 5 })
		wait.Wait()
		require.NoError(t, errs[0])
		require.ErrorIs(t, errs[1], refused)
		require.Error(t, errs[2])
		require.Equal(t, "three", panicked)
		require.ErrorIs(t, errs[4], context.Canceled)
		require.NoError(t, errs[5])
		for key, want := range map[string]bool{"a": true, "b": false, "c": false, "d": false, "e": true} {
			require.Equal(t, want, isSet(t, s, key), key)
		}
	})
}

// Nobody is told of a success that the commit did not bring.
func TestCommitThatFails(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		if s.Dialect() != models.DialectSQLite {
			t.Skip("PostgreSQL commits in groups itself")
		}
		var wait sync.WaitGroup
		errs := make([]error, 2)
		held(t, s, func() {
			for i, f := range []func(tx *gorm.DB) error{
				func(tx *gorm.DB) error { return set(tx, "a") },
				func(tx *gorm.DB) error { return tx.Exec("ROLLBACK").Error }, // as a full disk ends the whole transaction
			} {
				wait.Go(func() { errs[i] = s.Transact(t.Context(), f) })
				for s.Waiting() < i+1 {
					runtime.Gosched()
				}
			}
		}, func() bool { return s.Waiting() == 2 })
		wait.Wait()
		require.Error(t, errs[0])
		require.Error(t, errs[1])
		require.False(t, isSet(t, s, "a"))
		require.NoError(t, s.Transact(t.Context(), func(tx *gorm.DB) error { return set(tx, "a") }), "the writer goes on")
	})
}

// Under load every transaction is one, and its own.
func TestManyTransactions(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		const writers, each = 16, 25
		var wait sync.WaitGroup
		for w := range writers {
			wait.Go(func() {
				for i := range each {
					key := fmt.Sprint(w, "/", i)
					err := s.Transact(context.Background(), func(tx *gorm.DB) error {
						if err := set(tx, key); err != nil {
							return err
						}
						if i%5 == 4 {
							return models.ErrConflict
						}
						return nil
					})
					if i%5 == 4 && !errors.Is(err, models.ErrConflict) || i%5 != 4 && err != nil {
						t.Errorf("%s: %v", key, err)
					}
				}
			})
		}
		wait.Wait()
		for w := range writers {
			for i := range each {
				require.Equal(t, i%5 != 4, isSet(t, s, fmt.Sprint(w, "/", i)))
			}
		}
	})
}
