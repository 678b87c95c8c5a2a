package calendar

import (
	"fmt"
	"sync"
)

// interned calendars by content hash: the one cache of the process. Thousands of cached dossiers share a handful of
// calendars; the content decides, so that it can never be stale.
var interned sync.Map

// Interned is New, shared by content within the process. The hash must be the spec's own.
func Interned(hash string, s Spec) (*Calendar, error) {
	if c, ok := interned.Load(hash); ok {
		return c.(*Calendar), nil
	}
	c, err := New(s)
	if err != nil {
		return nil, err
	}
	if c.hash != hash {
		return nil, fmt.Errorf("calendar data has hash %s, not %s", c.hash, hash)
	}
	got, _ := interned.LoadOrStore(hash, c)
	return got.(*Calendar), nil
}
