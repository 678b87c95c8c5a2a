package models

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

const (
	defaultPage = 50
	maxPage     = 500
)

// cursor is the place after the last row of a page: the list it belongs to and the values it was sorted by.
type cursor struct {
	List string   `json:"l"`
	Flag bool     `json:"f,omitempty"`
	At   int64    `json:"t,omitempty"` // microseconds
	Seq  int64    `json:"n,omitempty"`
	Keys []string `json:"k"`
}

func (c cursor) instant() any { return instant(time.UnixMicro(c.At)) }

func (c cursor) encode() (string, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(data), nil
}

// parseCursor reads a cursor of this list with so many keys; an empty text is the first page.
func parseCursor(text, list string, keys int) (c cursor, ok bool, err error) {
	if text == "" {
		return c, false, nil
	}
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil || c.List != list || len(c.Keys) != keys {
		return c, false, fmt.Errorf("%w: %q", ErrCursor, text)
	}
	return c, true, nil
}

func pageSize(limit int) int {
	if limit <= 0 {
		return defaultPage
	}
	return min(limit, maxPage)
}

// page cuts the row that was read too many and makes the cursor of the next page from the last one kept.
func page[R any](rows []R, limit int, at func(R) cursor) ([]R, string, error) {
	if len(rows) <= limit {
		return rows, "", nil
	}
	rows = rows[:limit]
	next, err := at(rows[limit-1]).encode()
	return rows, next, err
}
