package library

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"motcua/calendar"
)

//go:embed calendar/*.yaml
var calendarFiles embed.FS

const (
	calendarFolder = "calendar"
	dateRange      = ".."
)

// CalendarShelf holds the calendars of a folder, each merged with the layers above it.
type CalendarShelf struct {
	sources map[string]calendar.Source
	parents map[string]string
	books   map[string]*calendar.Book
}

// Calendars reads the calendars that ship with the program: "nation", decreed for 2023 to 2026 and computed (provisional)
// after that, and demo layers below it.
func Calendars() (*CalendarShelf, error) { return ReadCalendars(calendarFiles, calendarFolder) }

// ReadCalendars reads every *.yaml of a folder as one layer each and merges every layer with its parents. It reports every
// fault of every file at once.
func ReadCalendars(fsys fs.FS, folder string) (*CalendarShelf, error) {
	names, err := fs.Glob(fsys, folder+"/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list calendars in %s: %w", folder, err)
	}
	shelf := &CalendarShelf{sources: map[string]calendar.Source{}, parents: map[string]string{}, books: map[string]*calendar.Book{}}
	parents, files := shelf.parents, map[string]string{}
	var errs []error
	for _, name := range names {
		src, parent, err := readCalendar(fsys, name)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
			continue
		}
		if other, ok := files[src.Name]; ok {
			errs = append(errs, fmt.Errorf("%s: calendar %q is defined in %s too", name, src.Name, other))
			continue
		}
		shelf.sources[src.Name], parents[src.Name], files[src.Name] = src, parent, name
	}
	if len(errs) > 0 { // a missing parent would be reported twice
		return nil, errors.Join(errs...)
	}
	for _, name := range slices.Sorted(maps.Keys(shelf.sources)) {
		layers, err := shelf.chain(name, parents)
		if err == nil {
			shelf.books[name], err = calendar.Merge(layers...)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", files[name], err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return shelf, nil
}

// chain returns a layer with its parents, outermost first.
func (s *CalendarShelf) chain(name string, parents map[string]string) ([]calendar.Source, error) {
	var layers []calendar.Source
	for at := name; at != ""; at = parents[at] {
		src, ok := s.sources[at]
		if !ok {
			return nil, fmt.Errorf("calendar %q: parent %q is not on the shelf", name, at)
		}
		if len(layers) > len(s.sources) {
			return nil, fmt.Errorf("calendar %q: its parents form a circle", name)
		}
		layers = append(layers, src)
	}
	slices.Reverse(layers)
	return layers, nil
}

// Names returns the names of the calendars, in order.
func (s *CalendarShelf) Names() []string { return slices.Sorted(maps.Keys(s.books)) }

// Book returns a calendar merged with the layers above it.
func (s *CalendarShelf) Book(name string) (*calendar.Book, error) {
	b, ok := s.books[name]
	if !ok {
		return nil, fmt.Errorf("no calendar %q; there are %s", name, strings.Join(s.Names(), ", "))
	}
	return b, nil
}

// Parent returns the name of the layer above one; empty for the outermost.
func (s *CalendarShelf) Parent(name string) string { return s.parents[name] }

// Source returns one layer as it is written, computed years included.
func (s *CalendarShelf) Source(name string) (calendar.Source, bool) {
	src, ok := s.sources[name]
	return src, ok
}

type calendarFile struct {
	Name     string               `yaml:"name"`
	Title    string               `yaml:"title"`
	Level    string               `yaml:"level"`
	Parent   string               `yaml:"parent"`
	Sessions []string             `yaml:"sessions"`
	Weekly   map[string][]string  `yaml:"weekly"`
	Years    map[int]calendarYear `yaml:"years"`
	Computed struct {
		From int `yaml:"from"`
		To   int `yaml:"to"`
	} `yaml:"computed"`
}

type calendarYear struct {
	Notice      string          `yaml:"notice"`
	Provisional bool            `yaml:"provisional"`
	Off         []calendarEntry `yaml:"off"`
	Work        []calendarEntry `yaml:"work"`
	Closures    []calendarEntry `yaml:"closures"`
}

type calendarEntry struct {
	Date      string   `yaml:"date"` // "02-16" or "02-16..02-20"
	Kind      string   `yaml:"kind"`
	Name      string   `yaml:"name"`
	Ground    string   `yaml:"ground"`
	Announced string   `yaml:"announced"` // "2026-10-04"
	Swap      string   `yaml:"swap"`      // "01-10"
	Sessions  []string `yaml:"sessions"`
}

func readCalendar(fsys fs.FS, name string) (src calendar.Source, parent string, err error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return src, "", err
	}
	var f calendarFile
	if err := yaml.Load(bytes.TrimSpace(data), &f, yaml.WithKnownFields(), yaml.WithUniqueKeys()); err != nil {
		return src, "", err
	}
	r := calendarReader{}
	src = r.source(f)
	return src, f.Parent, errors.Join(r.errs...)
}

// calendarReader turns a file into a Source and keeps every fault it meets.
type calendarReader struct {
	errs []error
}

func (r *calendarReader) keep(where string, err error) {
	if err != nil {
		r.errs = append(r.errs, fmt.Errorf("%s: %w", where, err))
	}
}

func (r *calendarReader) source(f calendarFile) calendar.Source {
	src := calendar.Source{
		Name: f.Name, Title: f.Title, Level: f.Level, Sessions: r.sessions("sessions", f.Sessions),
		Weekly: map[time.Weekday]calendar.Sessions{}, Years: map[int]calendar.Year{},
	}
	for _, day := range slices.Sorted(maps.Keys(f.Weekly)) {
		weekday, ok := weekdayNamed(day)
		if !ok {
			r.keep("weekly", fmt.Errorf("unknown weekday %q; want monday to sunday", day))
			continue
		}
		src.Weekly[weekday] = r.sessions("weekly."+day, f.Weekly[day])
	}
	for _, year := range slices.Sorted(maps.Keys(f.Years)) {
		y, where := f.Years[year], "years."+strconv.Itoa(year)
		src.Years[year] = calendar.Year{
			Notice: y.Notice, Provisional: y.Provisional,
			Off:      r.entries(where+".off", year, y.Off),
			Work:     r.entries(where+".work", year, y.Work),
			Closures: r.entries(where+".closures", year, y.Closures),
		}
	}
	if f.Computed.From != 0 || f.Computed.To != 0 {
		r.computed(f, src.Years)
	}
	return src
}

// computed adds the years that no notice decrees yet.
func (r *calendarReader) computed(f calendarFile, years map[int]calendar.Year) {
	const most = 50
	if f.Computed.To < f.Computed.From || f.Computed.To-f.Computed.From >= most {
		r.keep("computed", fmt.Errorf("years %d to %d: want at most %d in order", f.Computed.From, f.Computed.To, most))
		return
	}
	for year := f.Computed.From; year <= f.Computed.To; year++ {
		if _, ok := years[year]; ok {
			r.keep("computed", fmt.Errorf("year %d has a notice already; start after it", year))
			continue
		}
		y, err := calendar.Statutory(year)
		r.keep("computed", err)
		years[year] = y
	}
}

func weekdayNamed(s string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), s) {
			return d, true
		}
	}
	return 0, false
}

func (r *calendarReader) sessions(where string, words []string) calendar.Sessions {
	var out calendar.Sessions
	for _, w := range words {
		s, err := calendar.ParseSession(w)
		r.keep(where, err)
		out = append(out, s)
	}
	return out
}

func (r *calendarReader) entries(where string, year int, list []calendarEntry) []calendar.Entry {
	var out []calendar.Entry
	for _, e := range list {
		first, last, isRange := strings.Cut(e.Date, dateRange)
		if !isRange {
			last = first
		}
		at := fmt.Sprintf("%s %s", where, e.Date)
		from, err1 := dateIn(year, first)
		to, err2 := dateIn(year, last)
		if err := errors.Join(err1, err2); err != nil {
			r.keep(where, err)
			continue
		}
		if to < from {
			r.keep(at, errors.New("the range runs backward"))
			continue
		}
		entry := calendar.Entry{
			Kind: calendar.Kind(e.Kind), Name: e.Name, Ground: e.Ground, Sessions: r.sessions(at, e.Sessions),
		}
		var err error
		if e.Swap != "" {
			entry.Swap, err = dateIn(year, e.Swap)
			r.keep(at+": swap", err)
		}
		if e.Announced != "" {
			entry.Announced, err = calendar.ParseDate(e.Announced)
			r.keep(at+": announced", err)
		}
		for d := from; d <= to; d++ {
			entry.Date = d
			out = append(out, entry)
		}
	}
	return out
}

func dateIn(year int, monthDay string) (calendar.Date, error) {
	d, err := calendar.ParseDate(fmt.Sprintf("%04d-%s", year, monthDay))
	if err != nil {
		return 0, fmt.Errorf("date %q: want month-day, as in 02-16, or a range, as in 02-16..02-20", monthDay)
	}
	return d, nil
}
