package dossier

import (
	"strconv"
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// Stretch is the time from the start of something to its due instant: what the rungs of a ladder are placed on. Machines
// beside the dossier's place theirs with it, so that one law says when a rung falls.
type Stretch struct {
	Calendar   *calendar.Calendar
	Start, Due time.Time
	// ByDate: the limit is judged by date, so that it is over at the next opening.
	ByDate bool
	// ClosingDay: a working day after closing time is counted from the day that closed, as dossiers do since engine version 2.
	ClosingDay bool
}

// Place is the instant of the nth firing of a rung. It is false for a rung without room: before the start, or beyond the
// calendar.
func (s Stretch) Place(g *procedure.Rung, n int) (time.Time, bool) {
	tr := track{cal: s.Calendar, start: s.Start, due: s.Due, byDate: s.ByDate}
	if s.ClosingDay {
		tr.engine = sinceClosingDay
	}
	return tr.place(g, n)
}

// RungID names the nth firing of a rung: repetitions after the first carry "/2", "/3", ….
func RungID(rung string, n int) string {
	if n <= 1 {
		return rung
	}
	return rung + "/" + strconv.Itoa(n)
}

// IsReminder says whether a rung only reminds: such a rung may be armed again when its due instant moves ahead.
func IsReminder(g *procedure.Rung) bool { return reminder(g) }
