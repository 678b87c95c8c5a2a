package intake

import (
	"context"
	"fmt"
	"slices"

	"motcua/calendar"
	"motcua/dossier"
)

// Calendar is a calendar revision as data, with the first agency that has it.
type Calendar struct {
	Agency string
	Hash   string
	Spec   calendar.Spec
}

// PinCalendars finds the calendar revision in force of every agency, each once.
func (d *Desk) PinCalendars(ctx context.Context, agencies []string) ([]dossier.AgencyCalendar, error) {
	agencies = slices.Clone(agencies)
	slices.Sort(agencies)
	var pinned []dossier.AgencyCalendar
	for _, a := range slices.Compact(agencies) {
		hash, err := d.Store.AgencyCalendar(ctx, a)
		if err != nil {
			return nil, fmt.Errorf("calendar of %s: %w", a, err)
		}
		pinned = append(pinned, dossier.AgencyCalendar{Agency: a, Hash: hash})
	}
	return pinned, nil
}

// LoadCalendars returns pinned revisions as data, each once, and compiled by hash.
func (d *Desk) LoadCalendars(ctx context.Context, pinned []dossier.AgencyCalendar) ([]Calendar, func(hash string) (*calendar.Calendar, error), error) {
	var data []Calendar
	compiled := map[string]*calendar.Calendar{}
	for _, c := range pinned {
		if compiled[c.Hash] != nil {
			continue
		}
		spec, err := d.calendars.Get(c.Hash, func() (calendar.Spec, error) { return d.Store.CalendarSpec(ctx, c.Hash) })
		if err != nil {
			return nil, nil, fmt.Errorf("calendar %s: %w", c.Hash, err)
		}
		if compiled[c.Hash], err = calendar.Interned(c.Hash, spec); err != nil {
			return nil, nil, err
		}
		data = append(data, Calendar{Agency: c.Agency, Hash: c.Hash, Spec: spec})
	}
	return data, func(hash string) (*calendar.Calendar, error) {
		if c, ok := compiled[hash]; ok {
			return c, nil
		}
		return nil, fmt.Errorf("no calendar %q", hash)
	}, nil
}

// Calendar returns one revision, compiled.
func (d *Desk) Calendar(ctx context.Context, hash string) (*calendar.Calendar, error) {
	_, byHash, err := d.LoadCalendars(ctx, []dossier.AgencyCalendar{{Hash: hash}})
	if err != nil {
		return nil, err
	}
	return byHash(hash)
}
