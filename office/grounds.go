package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"motcua/calendar"
	"motcua/models"
)

// Ground is why a date of a calendar differs from the week. A calendar travels without its grounds; they stay beside it, by
// its hash, for whoever asks why a date is what it is.
type Ground struct {
	Date   calendar.Date `json:"date"`
	Name   string        `json:"name"`
	Ground string        `json:"ground"`
	// Kind of the entry, and the other day of a swap.
	Kind calendar.Kind `json:"kind,omitempty"`
	Swap calendar.Date `json:"swap,omitempty"`
}

func groundsKey(hash string) string { return "calendar.grounds." + hash }

// SaveGrounds keeps the grounds of a merged calendar. What is kept stays: proof sheets have been printed with it.
func SaveGrounds(ctx context.Context, s *models.Store, book *calendar.Book) error {
	kept, err := keptGrounds(ctx, s, book.Spec().Hash())
	if err != nil || len(kept) > 0 && kept[0].Kind != "" { // lists of before knew no kinds
		return err
	}
	text, err := groundsOf(book)
	if err != nil {
		return err
	}
	return s.SetSetting(ctx, groundsKey(book.Spec().Hash()), text)
}

// sparingGrounds leaves the grounds that are kept as they are, for the same reason.
func (o *Office) sparingGrounds(ctx context.Context, pub *models.Publication) error {
	for _, spec := range pub.Specs {
		kept, err := keptGrounds(ctx, o.Store, spec.Hash())
		if err != nil {
			return err
		}
		if len(kept) > 0 && kept[0].Kind != "" {
			delete(pub.Settings, groundsKey(spec.Hash()))
		}
	}
	return nil
}

func groundsOf(book *calendar.Book) (string, error) {
	spec := book.Spec()
	var list []Ground
	for y := spec.FromYear; y <= spec.ToYear; y++ {
		for _, e := range book.Entries(y) {
			list = append(list, Ground{e.Date, e.Name, e.Ground, e.Kind, e.Swap})
		}
	}
	b, err := json.Marshal(list)
	return string(b), err
}

// withGrounds fills a walk with the names and grounds of its days, where they are kept.
func (o *Office) withGrounds(ctx context.Context, w *calendar.Walk, hash string) error {
	list, err := keptGrounds(ctx, o.Store, hash)
	if err != nil {
		return err
	}
	known := map[calendar.Date]Ground{}
	for _, g := range list {
		known[g.Date] = g
	}
	for i := range w.Days {
		if g, ok := known[w.Days[i].Date]; ok {
			w.Days[i].Name, w.Days[i].Ground = g.Name, g.Ground
		}
	}
	return nil
}

// keptGrounds are the grounds that are kept with a calendar; none where nothing is.
func keptGrounds(ctx context.Context, s *models.Store, hash string) ([]Ground, error) {
	text, err := s.Setting(ctx, groundsKey(hash))
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Ground
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("grounds of calendar %s: %w", hash, err)
	}
	return list, nil
}
