package calendar

import (
	"slices"
	"time"
)

// Kind says what a day is: of an entry in a [Source], or of a line in a [Walk].
type Kind string

// The kinds of days. The first five are kinds of entries; a walk shows a make-up day as a holiday.
const (
	KindHoliday     Kind = "holiday"      // nghỉ lễ, tết
	KindMakeUp      Kind = "make-up"      // nghỉ bù, for a holiday that fell on a day of rest
	KindSwappedOff  Kind = "swapped-off"  // a working day given off and worked back
	KindSwappedWork Kind = "swapped-work" // the day that works it back
	KindClosure     Kind = "closure"      // one province or agency is closed: a storm, a move
	KindWeekend     Kind = "weekend"      // no weekly session
	KindCounted     Kind = "counted"
	KindReceipt     Kind = "receipt" // the day of receipt
	KindRolled      Kind = "rolled"  // beyond the last day, because that was a day off
)

// The levels of layers, outermost first.
const (
	LevelNation   = "nation"
	LevelProvince = "province"
	LevelAgency   = "agency"
)

// Source is one layer of a calendar as people write it, with its grounds: the nation's, a province's or an agency's.
type Source struct {
	Name  string `json:"name"`            // a key, as "nation"
	Title string `json:"title,omitempty"` // as people call it
	Level string `json:"level"`           // LevelNation, LevelProvince or LevelAgency
	// Sessions are those of Monday to Friday; a lower layer that gives none keeps the upper layer's.
	Sessions Sessions `json:"sessions,omitempty"`
	// Weekly overrides single weekdays, as a Saturday morning; no sessions closes the weekday.
	Weekly map[time.Weekday]Sessions `json:"weekly,omitempty"`
	Years  map[int]Year              `json:"years,omitempty"`
}

// Year holds the entries of one year.
type Year struct {
	Notice      string  `json:"notice,omitempty"`      // the ground of every entry that gives none of its own
	Provisional bool    `json:"provisional,omitempty"` // computed, not yet decreed
	Off         []Entry `json:"off,omitempty"`
	Work        []Entry `json:"work,omitempty"`
	Closures    []Entry `json:"closures,omitempty"`
}

// Entry is one dated exception to the week.
type Entry struct {
	Date      Date     `json:"date"`
	Kind      Kind     `json:"kind,omitempty"`     // by default holiday in Off, swapped-work in Work, closure in Closures
	Name      string   `json:"name"`               // as printed: "Quốc khánh"
	Ground    string   `json:"ground,omitempty"`   // the legal ground; by default the year's notice
	Announced Date     `json:"announced,omitzero"` // the date of the announcement, where known
	Swap      Date     `json:"swap,omitzero"`      // the other day of a swap
	Sessions  Sessions `json:"sessions,omitempty"` // of a worked day; by default those of a Monday
	Layer     string   `json:"layer,omitempty"`    // name of the source, filled by Merge
}

// Book is a merged calendar with the legal ground of each entry.
type Book struct {
	layers   []Source
	notes    map[Date]Entry
	calendar *Calendar
}

// Spec returns the compact data of the merged calendar.
func (b *Book) Spec() Spec { return b.calendar.Spec() }

// Calendar returns the compiled calendar, whose Explain names grounds.
func (b *Book) Calendar() *Calendar { return b.calendar }

// Explain is the calendar's Explain, grounds included.
func (b *Book) Explain(received time.Time, l Limit) (Walk, error) {
	return b.calendar.Explain(received, l)
}

// Name returns the name of the innermost layer.
func (b *Book) Name() string { return b.layers[len(b.layers)-1].Name }

// Title returns the title of the innermost layer.
func (b *Book) Title() string { return b.layers[len(b.layers)-1].Title }

// Layers returns the names of the layers, outermost first.
func (b *Book) Layers() []string {
	names := make([]string, len(b.layers))
	for i, l := range b.layers {
		names[i] = l.Name
	}
	return names
}

// Entry returns the entry in force on a date.
func (b *Book) Entry(d Date) (Entry, bool) {
	e, ok := b.notes[d]
	return e, ok
}

// Entries returns the entries in force in a year, by date.
func (b *Book) Entries(year int) []Entry {
	var out []Entry
	for d, e := range b.notes {
		if d.Year() == year {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(x, y Entry) int { return int(x.Date) - int(y.Date) })
	return out
}

// Notice returns the notice that decrees a year, empty where none does.
func (b *Book) Notice(year int) string { return b.layers[0].Years[year].Notice }
