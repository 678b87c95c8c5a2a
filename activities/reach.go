package activities

import (
	"context"
	"fmt"
	"time"

	"motcua/dossier"
	"motcua/workflows"
)

// Reach finds whom rungs reach at a legal instant, as LookUp does when they fire. It changes nothing: whoever asks beforehand
// sees the organisation as it is known today.
func (a *Activities) Reach(ctx context.Context, r workflows.LookupRequest, at time.Time) ([]dossier.Recipients, error) {
	out := make([]dossier.Recipients, 0, len(r.Rungs))
	for _, q := range r.Rungs {
		found, err := a.recipients(ctx, r, q, at)
		if err != nil {
			return nil, fmt.Errorf("recipients of rung %s on %s: %w", q.Key.Rung, r.Code, err)
		}
		out = append(out, found)
	}
	return out, nil
}
