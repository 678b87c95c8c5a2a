package backtest

import (
	"maps"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// Test is a question: these dossiers, and what would be otherwise.
type Test struct {
	// Parts are independent of each other: an office with its people, or where nobody queues any share of the dossiers.
	Parts []Part
	// Calendars of past dossiers by hash, Calendar that of imagined ones.
	Calendars map[string]*calendar.Calendar
	Calendar  *calendar.Calendar
	Policy    dossier.Policy
	// Staff is how many people the stations of every office have; none: nobody queues.
	Staff  map[string]int
	Change Change
	// Counted and Until bound the period that is counted, End the last look.
	Counted, Until, End time.Time
	// Tell, where it is not nil, is handed the journal of every dossier that was lived as things are, as it finishes, ends, or is open
	// at the end. It is called from as many parts at once as run at once.
	Tell func(part string, plan *procedure.Executable, events []dossier.Event)
}

// Part is the dossiers of one office.
type Part struct {
	Name    string
	Courses func() []Course
}

// Answer is both lives.
type Answer struct {
	Before Side `json:"before"`
	After  Side `json:"after"`
}

// Run lives every part. each calls do for every number below n, in any order and at once where it likes; the answer does not depend
// on it.
func (t *Test) Run(each func(n int, do func(i int))) Answer {
	type pair struct{ before, after *Side }
	pairs := make([]pair, len(t.Parts))
	each(len(t.Parts), func(i int) {
		courses := t.Parts[i].Courses()
		pairs[i].before = t.side(t.Parts[i].Name, courses, Change{})
		pairs[i].after = pairs[i].before
		if !t.Change.Empty() {
			pairs[i].after = t.side(t.Parts[i].Name, courses, t.Change)
		}
	})
	before, after := newSide(), newSide()
	for _, p := range pairs {
		before.add(p.before)
		after.add(p.after)
	}
	return Answer{Before: *before, After: *after}
}

func (t *Test) side(name string, courses []Course, c Change) *Side {
	staff := maps.Clone(t.Staff)
	if staff == nil {
		staff = map[string]int{}
	}
	maps.Copy(staff, c.Staff)
	o := &office{
		w: &world{
			calendars: t.Calendars, fallback: t.Calendar, policy: t.Policy, staff: staff, end: t.End, counted: t.Counted, until: t.Until,
			change: c, plans: map[*procedure.Executable]*procedure.Executable{},
		},
		name: name, free: map[string][]int64{}, loads: map[string]*Load{}, side: newSide(),
	}
	if c.Empty() {
		o.w.tell = t.Tell
	}
	o.live(courses)
	for s, l := range o.loads {
		o.side.Stations[s] = *l
	}
	return o.side
}
