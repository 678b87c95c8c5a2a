package procedure

import (
	"sync"

	"motcua/calendar"
)

// maxWorths bounds what a shelf keeps: definitions of a whole province ask for some dozens of limits.
const maxWorths = 4_096

// worths keeps what limits hold on one calendar, for all files that are checked with one shelf, by several at once: a limit is
// tried on thousands of dates, and definitions ask for the same few again and again.
type worths struct {
	mu    sync.Mutex
	cal   *calendar.Calendar
	known map[question]worth
}

// of answers from what is kept, or tries and keeps it. Two may try the same at once; they find the same.
func (w *worths) of(cal *calendar.Calendar, q question, try func() worth) worth {
	if w == nil {
		return try()
	}
	w.mu.Lock()
	if w.cal != cal {
		w.cal, w.known = cal, map[question]worth{}
	}
	found, ok := w.known[q]
	w.mu.Unlock()
	if ok {
		return found
	}
	found = try()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cal == cal && len(w.known) < maxWorths {
		w.known[q] = found
	}
	return found
}
