package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"

	"motcua/embedded/temporalserver"
)

// lockData makes sure that one process at a time uses a data directory.
func lockData(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another Motcua is using %s; stop it or give another --data", dir), f.Close())
	}
	return func() { _ = f.Close() }, nil // closing releases the lock
}

// setAside says whether Temporal's database must be filled again from our events: it is missing, or an older or newer server
// wrote it. SQLite files are not migrated between server versions, so such a file is put aside, never deleted.
func setAside(db string, log *slog.Logger) (refill bool, err error) {
	if _, err := os.Stat(db); errors.Is(err, os.ErrNotExist) {
		return true, nil
	}
	stored := temporalserver.StoredVersion(db)
	if stored == temporalserver.Version {
		return false, nil
	}
	log.Warn("temporal database of another server version is put aside", "stored", stored, "server", temporalserver.Version)
	for _, suffix := range []string{"", "-wal", "-shm", ".version"} {
		if err := os.Rename(db+suffix, db+".of-"+stored+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return false, fmt.Errorf("put aside %s: %w", db+suffix, err)
		}
	}
	return true, nil
}
