package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

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
		row, err := d.Store.Act(ctx, x.ID)
		if errors.Is(err, models.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(row.Body) == 0 {
			continue
		}
		var known struct {
			Facts map[string]any `json:"facts"`
			Body  struct {
				Facts map[string]any `json:"facts"`
			} `json:"body"`
		}
		if err := json.Unmarshal(row.Body, &known); err != nil {
			return nil, fmt.Errorf("act %s: %w", x.ID, err)
		}
		maps.Copy(out, known.Facts)
		maps.Copy(out, known.Body.Facts)
	}
	return out, nil
}
