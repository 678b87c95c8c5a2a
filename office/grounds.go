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
}

func groundsKey(hash string) string { return "calendar.grounds." + hash }

// SaveGrounds keeps the grounds of a merged calendar.
func SaveGrounds(ctx context.Context, s *models.Store, book *calendar.Book) error {
	text, err := groundsOf(book)
	if err != nil {
		return err
	}
	return s.SetSetting(ctx, groundsKey(book.Spec().Hash()), text)
}

func groundsOf(book *calendar.Book) (string, error) {
	spec := book.Spec()
	var list []Ground
	for y := spec.FromYear; y <= spec.ToYear; y++ {
		for _, e := range book.Entries(y) {
			list = append(list, Ground{e.Date, e.Name, e.Ground})
		}
	}
	b, err := json.Marshal(list)
	return string(b), err
}

// withGrounds fills a walk with the names and grounds of its days, where they are kept.
func (o *Office) withGrounds(ctx context.Context, w *calendar.Walk, hash string) error {
	text, err := o.Store.Setting(ctx, groundsKey(hash))
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var list []Ground
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return fmt.Errorf("grounds of calendar %s: %w", hash, err)
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
