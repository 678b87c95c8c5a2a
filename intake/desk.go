// Package intake makes a dossier out of a request: which plan is in force, which agencies serve it, which calendars it is
// reckoned on, and the first events of the pure machine, built inside the transaction that stores them. People's submissions
// come from office, dossiers that other dossiers open from activities.
//
// It knows no principals, no scope and no HTTP: who may ask is decided above. What is wrong with a request is a *Fault that
// says so in Vietnamese, field by field.
package intake

import (
	"context"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/procedure"
)

// skew is how far the clocks of a caller and a worker may lie apart, in wall time (engine.md §2).
const skew = 2 * time.Minute

// Desk takes dossiers in for one installation.
type Desk struct {
	Store *models.Store
	// Clock maps the wall clock Now to legal time.
	Clock  calendar.Clock
	Now    func() time.Time
	Policy dossier.Policy

	plans     models.Interned[*procedure.Plan]
	calendars models.Interned[calendar.Spec]
}

// Legal is legal time now.
func (d *Desk) Legal() time.Time { return d.Clock.At(d.Now()) }

// Skew is the skew that clocks are allowed, in legal time.
func (d *Desk) Skew() time.Duration { return d.Clock.Stretch(skew) }

// Plan returns a plan by hash. It is shared: callers must not change it.
func (d *Desk) Plan(ctx context.Context, hash string) (*procedure.Plan, error) {
	return d.plans.Get(hash, func() (*procedure.Plan, error) { return d.Store.Plan(ctx, hash) })
}
