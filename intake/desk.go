// Package intake makes a dossier out of a request: which plan is in force, which agencies serve it, which calendars it is
// reckoned on, and the first events of the pure machine, built inside the transaction that stores them. People's submissions
// come from office, dossiers that other dossiers open from activities.
//
// It knows no principals, no scope and no HTTP: who may ask is decided above. What is wrong with a request is a *Fault that
// says so in Vietnamese, field by field.
package intake

import (
	"context"
	"sync"
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

	plans         interned[*procedure.Plan]
	calendarSpecs interned[calendar.Spec]
}

// Legal is legal time now.
func (d *Desk) Legal() time.Time { return d.Clock.At(d.Now()) }

// Skew is the skew that clocks are allowed, in legal time.
func (d *Desk) Skew() time.Duration { return d.Clock.Stretch(skew) }

// Plan returns a plan by hash. It is shared: callers must not change it.
func (d *Desk) Plan(ctx context.Context, hash string) (*procedure.Plan, error) {
	return d.plans.get(hash, func() (*procedure.Plan, error) { return d.Store.Plan(ctx, hash) })
}

// CalendarSpec returns a calendar by hash. It is shared: callers must not change it.
func (d *Desk) CalendarSpec(ctx context.Context, hash string) (calendar.Spec, error) {
	return d.calendarSpecs.get(hash, func() (calendar.Spec, error) { return d.Store.CalendarSpec(ctx, hash) })
}

// interned keeps content by its hash; such content cannot be stale.
type interned[T any] struct {
	mu   sync.RWMutex
	kept map[string]T
}

func (i *interned[T]) get(hash string, load func() (T, error)) (T, error) {
	i.mu.RLock()
	v, ok := i.kept[hash]
	i.mu.RUnlock()
	if ok {
		return v, nil
	}
	v, err := load()
	if err != nil {
		return v, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.kept == nil {
		i.kept = map[string]T{}
	}
	i.kept[hash] = v
	return v, nil
}
