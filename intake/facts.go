package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"motcua/models"
)

// FactsOf are what the applicant stated and officers established since, the latest of each: an act that changes one fact leaves
// the others as they are. They stay in the bodies of acts: a submission's `facts`, an act's `body.facts`.
func (d *Desk) FactsOf(ctx context.Context, code string) (map[string]any, error) {
	done, err := d.Store.DoneActs(ctx, code)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	for _, x := range done {
		if err := d.factsOfAct(ctx, x.ID, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// factsOfAct adds the facts that an act states.
func (d *Desk) factsOfAct(ctx context.Context, id string, into map[string]any) error {
	row, err := d.Store.Act(ctx, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && len(row.Body) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	var known struct {
		Facts map[string]any `json:"facts"`
		Body  struct {
			Facts map[string]any `json:"facts"`
		} `json:"body"`
	}
	if err := json.Unmarshal(row.Body, &known); err != nil {
		return fmt.Errorf("act %s: %w", id, err)
	}
	maps.Copy(into, known.Facts)
	maps.Copy(into, known.Body.Facts)
	return nil
}

// stepOf is the step of a task.
func stepOf(task string) string {
	step, _, _ := strings.Cut(task, "#")
	return step
}
