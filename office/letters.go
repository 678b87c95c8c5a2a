package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"motcua/dossier"
	"motcua/letters"
	"motcua/models"
)

// Letters are the papers that a dossier's events issued to its applicant, in order. Who may not read personal data sees them without
// the applicant and without what people wrote.
func (o *Office) Letters(ctx context.Context, p Principal, code string) ([]letters.Letter, error) {
	if err := allow(p, DoRead); err != nil {
		return nil, err
	}
	if _, err := o.visible(ctx, p, code); err != nil {
		return nil, err
	}
	r, err := o.Rebuild(ctx, code)
	if err != nil {
		return nil, err
	}
	w := letters.Words{Procedure: r.Plan.Name, Withheld: !readsPersons(p), Papers: map[string]string{}, Reasons: map[string]string{}}
	for _, d := range r.Plan.Documents {
		w.Papers[d.ID] = d.Name
	}
	if w.Receiving, err = o.agencyName(ctx, r.State.Receiving); err != nil {
		return nil, err
	}
	if w.Lead, err = o.agencyName(ctx, r.State.Lead); err != nil {
		return nil, err
	}
	if !w.Withheld {
		if err := o.words(ctx, r.Events, code, &w); err != nil {
			return nil, err
		}
	}
	return letters.Of(r.Events, o.Forms, w), nil
}

// words adds what is personal: the applicant, and the reasons that people gave.
func (o *Office) words(ctx context.Context, events []dossier.Event, code string, w *letters.Words) error {
	a, err := o.Store.Applicant(ctx, code)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	w.Applicant = a.Name
	for _, e := range events {
		switch e.Body.(type) {
		case dossier.Reappointed, dossier.Extended, dossier.SupplementRequested, dossier.IntakeRefused, dossier.Stopped:
		default:
			continue
		}
		row, err := o.Store.Act(ctx, e.Act)
		if errors.Is(err, models.ErrNotFound) {
			continue // the clock did it
		}
		if err != nil {
			return err
		}
		var kept storedAct
		if len(row.Body) == 0 {
			continue
		}
		if err := json.Unmarshal(row.Body, &kept); err != nil {
			return fmt.Errorf("act %s: %w", e.Act, err)
		}
		w.Reasons[e.Act] = kept.Body.Reason
	}
	return nil
}

// Letter is one of Letters, by its number.
func (o *Office) Letter(ctx context.Context, p Principal, code string, n int) (letters.Letter, error) {
	list, err := o.Letters(ctx, p, code)
	if err != nil {
		return letters.Letter{}, err
	}
	if n < 1 || n > len(list) {
		return letters.Letter{}, &Problem{Status: http.StatusNotFound, Code: "letter_unknown", Title: "Không tìm thấy văn bản",
			Detail: fmt.Sprintf("Hồ sơ này có %d văn bản; xem danh sách ở /v1/dossiers/%s/letters.", len(list), code)}
	}
	return list[n-1], nil
}

// agencyName is the name of an agency, empty for one that is not in the organisation (any more).
func (o *Office) agencyName(ctx context.Context, id string) (string, error) {
	a, err := o.Store.Agency(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return "", nil
	}
	return a.Name, err
}
