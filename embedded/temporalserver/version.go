package temporalserver

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const versionSuffix = ".version"

// StoredVersion is the version of the server that last ran on the SQLite file, or "" when none has or the note is
// gone. Ask before Start, which writes its own. The server upgrades Postgres schemas but not SQLite ones, so a file
// written by another version wants a copy before the first start.
func StoredVersion(dbPath string) string {
	b, err := os.ReadFile(dbPath + versionSuffix)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// writeVersion notes the running version beside the file, by rename, so that a crash leaves the old note or the new.
func writeVersion(dbPath string) error {
	target := dbPath + versionSuffix
	tmp, err := os.CreateTemp(filepath.Dir(target), filepath.Base(target)+".*")
	if err != nil {
		return fmt.Errorf("note temporal version: %w", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	if _, err := tmp.WriteString(Version + "\n"); err != nil {
		_ = tmp.Close()
		return fmt.Errorf("note temporal version: %w", err)
	}
	if err := tmp.Close(); err != nil {
		return fmt.Errorf("note temporal version: %w", err)
	}
	if err := os.Rename(tmp.Name(), target); err != nil {
		return fmt.Errorf("note temporal version: %w", err)
	}
	return nil
}
