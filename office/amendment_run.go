package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"motcua/models"
)

const (
	// previewPage is how many dossiers a preview holds in memory at a time.
	previewPage = 400
	// amendBatch is how many dossiers of a run are read at a time.
	amendBatch = 60
	// amendLease is how long a worker has an amendment without a word, in wall time.
	amendLease = time.Minute
)

// AdvanceAmendments goes on with the previews, runs and returns under way, and returns how many dossiers it settled. Where they stand
// is in the database: after a crash another worker goes on, and an act that was sent is sent again with the same id, never done twice.
// Calls may overlap: what one carries on, others leave alone.
func (o *Office) AdvanceAmendments(ctx context.Context) (settled int, err error) {
	rows, err := o.Store.Amendments(ctx, "", maxFindings, models.AmendmentPreviewing, models.AmendmentRunning, models.AmendmentUndoing)
	if err != nil {
		return 0, err
	}
	done, errs := make([]int, len(rows)), make([]error, len(rows))
	var wait sync.WaitGroup
	for i, row := range rows { // a long run holds up no preview
		wait.Go(func() {
			if _, busy := o.carrying.LoadOrStore(row.ID, true); busy { // here, by an earlier call
				return
			}
			defer o.carrying.Delete(row.ID)
			mine, err := o.claim(ctx, row)
			if err == nil && mine {
				done[i], err = o.advanceAmendment(ctx, row)
			}
			if err != nil {
				errs[i] = fmt.Errorf("amendment %s: %w", row.ID, err)
			}
		})
	}
	wait.Wait()
	for _, n := range done {
		settled += n
	}
	return settled, errors.Join(errs...)
}

func (o *Office) claim(ctx context.Context, row models.AmendmentRow) (bool, error) {
	return o.Store.ClaimAmendment(ctx, row.ID, row.State, o.holder, o.Now().Add(amendLease))
}

// stillMine says between two acts whether an amendment goes on; a lease is renewed long before it ends. Acts that follow each other
// within a tenth of a second ask once.
func (o *Office) stillMine(row models.AmendmentRow) func(context.Context) (bool, error) {
	renewed, asked := time.Now(), time.Time{}
	return func(ctx context.Context) (bool, error) {
		if time.Since(renewed) > amendLease/6 {
			renewed = time.Now()
			return o.claim(ctx, row)
		}
		if time.Since(asked) < time.Second/10 {
			return true, nil
		}
		asked = time.Now()
		now, err := o.Store.Amendment(ctx, row.ID)
		return now.State == row.State && now.LeaseBy == o.holder, err
	}
}

func (o *Office) advanceAmendment(ctx context.Context, row models.AmendmentRow) (int, error) {
	w, err := o.work(ctx, row)
	if err != nil {
		return 0, err
	}
	if row.State == models.AmendmentPreviewing {
		return w.preview(ctx)
	}
	states, end := []string{models.AmendItemWaiting}, models.AmendmentDone
	if w.undo {
		states, end = []string{models.AmendItemDone, models.AmendItemWaiting}, models.AmendmentUndone
	}
	return carry(ctx, bulk[models.AmendmentItem]{
		next: func(ctx context.Context, after models.AmendmentItem) ([]models.AmendmentItem, error) {
			return o.Store.NextAmendmentItems(ctx, row.ID, states, after, amendBatch)
		},
		goes:   o.stillMine(row),
		one:    w.send,
		settle: o.Store.SaveAmendmentItems,
		over: func(ctx context.Context) error {
			if more, err := w.latecomers(ctx); err != nil || more {
				return err
			}
			_, err := o.Store.SetAmendmentState(ctx, row.ID, end, []string{row.State}, nil)
			return err
		},
		// On two processors three acts side by side did as many a second as four, and people waited less.
		pace: newPace(1 + runtime.GOMAXPROCS(0)),
	})
}

// preview looks at the open dossiers page by page; totals, place and dossiers of a page are stored together.
func (w *work) preview(ctx context.Context) (looked int, err error) {
	totals := AmendmentTotals{Agencies: map[string]AgencyTotals{}}
	if len(w.row.Totals) > 0 {
		if err := json.Unmarshal(w.row.Totals, &totals); err != nil {
			return 0, err
		}
		if totals.Agencies == nil {
			totals.Agencies = map[string]AgencyTotals{}
		}
	}
	cursor := w.row.Cursor
	for {
		page, err := w.o.Store.Reached(ctx, w.reach, cursor, previewPage)
		if err != nil {
			return looked, err
		}
		items, err := w.judgeAll(ctx, page, &totals)
		if err != nil {
			return looked, err
		}
		if len(page) > 0 {
			cursor = page[len(page)-1].Code
		}
		data, err := json.Marshal(totals)
		if err != nil {
			return looked, err
		}
		over := len(page) < previewPage
		ok, err := w.o.Store.AddPreviewed(ctx, models.Previewed{
			ID: w.row.ID, By: w.o.holder, Until: w.o.Now().Add(amendLease), Cursor: cursor, Items: items, Totals: data, Over: over,
		})
		if err != nil || !ok {
			return looked, err
		}
		if looked += len(page); over {
			return looked, nil
		}
	}
}

// judgeAll judges a page on all processors, and adds up.
func (w *work) judgeAll(ctx context.Context, page []models.Past, totals *AmendmentTotals) (items []models.AmendmentItem, err error) {
	found, errs := make([]judged, len(page)), make([]error, len(page))
	now := w.o.Legal()
	workers := max(1, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for k := range workers {
		wait.Go(func() {
			for i := k; i < len(page); i += workers {
				if found[i], errs[i] = w.judge(ctx, page[i], now); errs[i] != nil {
					errs[i] = fmt.Errorf("dossier %s: %w", page[i].Code, errs[i])
				}
			}
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for i := range found {
		totals.add(&found[i])
		if found[i].concerned {
			items = append(items, found[i].item)
		}
	}
	return items, nil
}

func (t *AmendmentTotals) add(j *judged) {
	if t.Looked++; !j.concerned {
		return
	}
	t.Affected++
	a := t.Agencies[j.item.Agency]
	a.add(j)
	t.Agencies[j.item.Agency] = a
	t.AgencyTotals.add(j)
}

func (a *AgencyTotals) add(j *judged) {
	switch j.item.Effect {
	case models.EffectSame:
		a.Same++
	case models.EffectEarlier:
		a.Earlier++
	case models.EffectLater:
		a.Later++
	case models.EffectStuck:
		a.Stuck++
	}
	switch {
	case j.lateBefore && j.lateAfter:
		a.Late++
	case j.lateBefore:
		a.Lifted++
	case j.lateAfter:
		a.BecomeLate++
	}
	if j.item.Behind {
		a.Behind++
	}
}

// latecomers adds the dossiers that came while the amendment was previewed and published, and pinned the calendars of before.
func (w *work) latecomers(ctx context.Context) (more bool, err error) {
	if w.undo {
		return false, nil
	}
	reach := w.reach
	reach.Since, reach.Missing = w.o.Clock.At(w.row.PreviewedAt.Add(-time.Hour)), w.row.ID
	for cursor := ""; ; {
		page, err := w.o.Store.Reached(ctx, reach, cursor, previewPage)
		if err != nil {
			return more, err
		}
		items, err := w.judgeAll(ctx, page, &AmendmentTotals{Agencies: map[string]AgencyTotals{}})
		if err != nil {
			return more, err
		}
		if len(items) > 0 {
			more = true
			if err := w.o.Store.AddAmendmentItems(ctx, items); err != nil {
				return more, err
			}
		}
		if len(page) < previewPage {
			return more, nil
		}
		cursor = page[len(page)-1].Code
	}
}
