package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"motcua/calendar"
	"motcua/calendar/amendment"
	"motcua/models"
)

// calendarSet is all calendars of an installation as their layers and the amendments in force make them.
type calendarSet struct {
	base    string
	layers  map[string]calendar.Source
	parents map[string]string
	rows    []models.AgencyCalendarRow
	above   map[string]string // the agency above each
	// closures are the amendments of agencies, in the order of their publication.
	closures []*amendment.Amendment
	// fresh is the agency that gets a calendar of its own.
	fresh string

	books map[string]*calendar.Book // by agency with a calendar of its own
	// hashes are the calendars in force by agency, found on the way up.
	hashes map[string]string
}

// calendarSet reads the calendars with a further amendment, or without one of those in force.
func (o *Office) calendarSet(ctx context.Context, with *amendment.Amendment, without string) (*calendarSet, error) {
	c := &calendarSet{layers: map[string]calendar.Source{}, parents: map[string]string{}, above: map[string]string{}, hashes: map[string]string{}}
	var err error
	if c.base, err = o.Store.CalendarBase(ctx); err != nil {
		return nil, err
	}
	layers, err := o.Store.Layers(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range layers {
		var src calendar.Source
		if err := json.Unmarshal(l.Source, &src); err != nil {
			return nil, fmt.Errorf("calendar layer %s: %w", l.Name, err)
		}
		c.layers[l.Name], c.parents[l.Name] = src, l.Parent
	}
	if c.rows, err = o.Store.AgencyCalendars(ctx); err != nil {
		return nil, err
	}
	agencies, err := o.Store.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range agencies {
		c.above[a.ID] = a.Parent
	}
	published, err := o.Store.PublishedCalendarAmendments(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range published {
		if row.ID == without {
			continue
		}
		a := &amendment.Amendment{}
		if err := json.Unmarshal(row.Content, a); err != nil {
			return nil, fmt.Errorf("amendment %s: %w", row.ID, err)
		}
		c.add(a)
	}
	return c, c.with(with)
}

func (c *calendarSet) add(a *amendment.Amendment) {
	if a.Agency != "" {
		c.closures = append(c.closures, a)
		return
	}
	if src, ok := c.layers[a.Layer]; ok {
		c.layers[a.Layer] = a.Apply(src)
	}
}

// with adds a further amendment; an agency that it closes gets a calendar of its own.
func (c *calendarSet) with(a *amendment.Amendment) error {
	if a == nil {
		return nil
	}
	c.add(a)
	if a.Agency == "" || slices.ContainsFunc(c.rows, func(r models.AgencyCalendarRow) bool { return r.Agency == a.Agency }) {
		return nil
	}
	row, ok := c.row(a.Agency)
	if !ok {
		return fmt.Errorf("no calendar of agency %q", a.Agency)
	}
	row.Agency, c.fresh = a.Agency, a.Agency
	c.rows = append(c.rows, row)
	return nil
}

// row is the calendar that an agency has: its own, of the nearest above it, or the nation's.
func (c *calendarSet) row(agency string) (models.AgencyCalendarRow, bool) {
	for n := 0; n < 20; n++ {
		if i := slices.IndexFunc(c.rows, func(r models.AgencyCalendarRow) bool { return r.Agency == agency }); i >= 0 {
			return c.rows[i], true
		}
		if agency == "" {
			break
		}
		agency = c.above[agency]
	}
	return models.AgencyCalendarRow{}, false
}

// under says whether an agency is another one or below it.
func (c *calendarSet) under(agency, top string) bool {
	for n := 0; n < 20 && agency != ""; n++ {
		if agency == top {
			return true
		}
		agency = c.above[agency]
	}
	return false
}

// chain are the layers of one, outermost first.
func (c *calendarSet) chain(layer string) ([]calendar.Source, error) {
	var out []calendar.Source
	for at := layer; at != ""; at = c.parents[at] {
		src, ok := c.layers[at]
		if !ok || len(out) > len(c.layers) {
			return nil, fmt.Errorf("calendar layer %q has no way up to the nation's", layer)
		}
		out = append(out, src)
	}
	slices.Reverse(out)
	return out, nil
}

// resolve merges the calendar of every agency that has one of its own. Agencies without a layer keep what they have, and are named.
func (c *calendarSet) resolve() (bare []string, err error) {
	c.books = map[string]*calendar.Book{}
	merged := map[string]*calendar.Book{}
	var errs []error
	for _, r := range c.rows {
		if r.Layer == "" {
			bare = append(bare, r.Agency)
			continue
		}
		var own []*amendment.Amendment
		key := r.Layer
		for i, a := range c.closures {
			if c.under(r.Agency, a.Agency) {
				own = append(own, a)
				key += fmt.Sprintf(" %d", i)
			}
		}
		book := merged[key]
		if book == nil {
			var err error
			if book, err = c.merge(r.Layer, own); err != nil {
				errs = append(errs, fmt.Errorf("agency %q: %w", r.Agency, err))
				continue
			}
			merged[key] = book
		}
		c.books[r.Agency] = book
	}
	return bare, errors.Join(errs...)
}

func (c *calendarSet) merge(layer string, closures []*amendment.Amendment) (*calendar.Book, error) {
	chain, err := c.chain(layer)
	if err != nil {
		return nil, err
	}
	book, err := calendar.Merge(chain...)
	for _, a := range closures {
		if err != nil {
			return nil, err
		}
		inner := chain[len(chain)-1]
		if inner.Level != calendar.LevelAgency {
			inner = calendar.Source{Name: a.Agency, Title: inner.Title, Level: calendar.LevelAgency}
			chain = append(chain, inner)
		}
		closed := *a
		closed.Closures = a.On(book)
		chain[len(chain)-1] = closed.Apply(inner)
		book, err = calendar.Merge(chain...)
	}
	return book, err
}

// hash is the calendar of an agency as the set has it.
func (c *calendarSet) hash(agency string) string {
	if h, ok := c.hashes[agency]; ok {
		return h
	}
	row, ok := c.row(agency)
	h := row.Hash
	if book := c.books[row.Agency]; ok && book != nil {
		h = book.Calendar().Hash()
	}
	c.hashes[agency] = h
	return h
}

// changed are the rows that the set puts in force, with what decided them, and everything that they stand on.
func (c *calendarSet) changed(id, document, ground string) (p models.Publication, err error) {
	p.Base, p.Settings = c.base, map[string]string{}
	saved := map[string]bool{}
	for _, r := range c.rows {
		book := c.books[r.Agency]
		if book == nil {
			continue
		}
		hash := book.Calendar().Hash()
		if !saved[hash] {
			saved[hash] = true
			p.Specs = append(p.Specs, book.Spec())
			if p.Settings[groundsKey(hash)], err = groundsOf(book); err != nil {
				return p, err
			}
		}
		if hash == r.Hash && r.Agency != c.fresh {
			continue
		}
		r.Hash, r.Amendment, r.Document, r.Ground = hash, id, document, ground
		p.Agencies = append(p.Agencies, r)
		if r.Agency == "" {
			p.Settings[NationalCalendar] = hash
		}
	}
	return p, nil
}

// reach are the agencies whose calendar the set changes; all where that is nearly everybody.
func (c *calendarSet) reach() models.Reach {
	const most = 400
	var out []string
	for agency := range c.above {
		if row, ok := c.row(agency); ok && row.Hash != c.hash(agency) {
			out = append(out, agency)
		}
	}
	if row, ok := c.row(""); ok && row.Hash != c.hash("") || len(out) > most {
		return models.Reach{All: true}
	}
	slices.Sort(out)
	return models.Reach{Agencies: out}
}

// bareDetail names agencies whose calendars are of no layer.
func bareDetail(bare []string) string {
	return fmt.Sprintf("Lịch của các cơ quan sau được đặt trực tiếp, không thuộc lớp nào, nên văn bản không đến được: %s. Hãy gắn lớp lịch cho các cơ quan này trước.", strings.Join(bare, ", "))
}
