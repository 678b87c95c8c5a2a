package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"motcua/calendar"
	"motcua/dossier"
)

// skew is how far the clocks of a caller and a worker may lie apart, in wall time (engine.md §2).
const skew = 2 * time.Minute

// law is a machine bound to the state that a driver carries: everything lawful is behind it.
type law interface {
	// next is the next instant that matters and the kind of its alarm; the zero time where none does.
	next(now time.Time) (at time.Time, kind string, err error)
	// due asks who the rungs that would fire by now reach; false where nothing is due.
	due(now time.Time) (LookupRequest, bool, error)
	// ring does what is due and was looked up; adopt takes over a newer calendar of an agency.
	ring(found LookupReply, now time.Time) ([]dossier.Event, error)
	adopt(c CalendarData, now time.Time) ([]dossier.Event, error)
	// batch is the local activity that records events, and its request.
	batch(events []dossier.Event, digest string, acts []dossier.DoneAct, now time.Time) (activity string, req any, err error)
	// restore makes the state what is recorded.
	restore(s Stored) error
	// patience is how much too early, in wall time, a timer may fire that is kept.
	patience() time.Duration
	ended() bool
	done(id string) (dossier.DoneAct, bool)
	// place is the last event and the revision.
	place() (seq, revision int64)
	// internal acts are not for people.
	internal(kind string) bool
	// renewed is the continue-as-new error that goes on from a snapshot.
	renewed(ctx workflow.Context) error
	// details make the Temporal UI read like what is carried; title is what it is called in refusals.
	details(now time.Time) string
	title() string
}

// driver is what the workflows of dossiers and missions do alike: they take acts, have the events recorded by one local activity
// at a time, and sleep on one timer until the law's next alarm.
type driver struct {
	law
	code   string
	clock  calendar.Clock
	window time.Duration
	specs  map[string]*calendar.Calendar
	queue  queue
	timer  timer
	// frozen says why nothing is accepted any more: storage contradicts what was decided. It stays for an operator.
	frozen string
	// notBefore holds the next alarm back while clocks disagree.
	notBefore time.Time
	poked     bool
}

func newDriver(code string, clock calendar.Clock, window time.Duration, calendars []CalendarData) (driver, error) {
	d := driver{code: code, clock: clock, window: window, specs: map[string]*calendar.Calendar{}}
	for _, c := range calendars {
		if err := d.keep(c); err != nil {
			return d, err
		}
	}
	return d, nil
}

// keep makes a calendar revision known.
func (d *driver) keep(c CalendarData) error {
	cal, err := calendar.Interned(c.Hash, c.Spec)
	if err != nil {
		return fmt.Errorf("calendar %s: %w", c.Hash, err)
	}
	d.specs[c.Hash] = cal
	return nil
}

func (d *driver) calendar(hash string) (*calendar.Calendar, error) {
	if c, ok := d.specs[hash]; ok {
		return c, nil
	}
	return nil, fmt.Errorf("%s has no calendar %q", d.code, hash)
}

// calendars are the revisions in use, as data: what the next run starts with.
func (d *driver) calendars(pinned []dossier.AgencyCalendar) (out []CalendarData) {
	for _, c := range pinned {
		out = addCalendar(out, CalendarData{Hash: c.Hash, Spec: d.specs[c.Hash].Spec()})
	}
	return out
}

func addCalendar(list []CalendarData, c CalendarData) []CalendarData {
	for _, x := range list {
		if x.Hash == c.Hash {
			return list
		}
	}
	return append(list, c)
}

// now is legal time.
func (d *driver) now(ctx workflow.Context) time.Time { return d.clock.At(workflow.Now(ctx)) }

// run carries what the law is bound to, until it has ended and everything is recorded.
func (d *driver) run(ctx workflow.Context) error {
	workflow.Go(ctx, d.recorder)
	d.describe(ctx)
	return d.live(ctx)
}

// live sleeps until the next alarm or change.
func (d *driver) live(ctx workflow.Context) error {
	for {
		if err := d.arm(ctx); err != nil {
			return err
		}
		// Wake when the timer fires, when an act moved the alarm, when all has ended, or when history grows long.
		err := workflow.Await(ctx, func() bool {
			return d.timer.fired || d.poked || d.over(ctx) || d.renew(ctx)
		})
		if err != nil {
			return err
		}
		d.poked = false
		switch {
		case d.over(ctx):
			return nil
		case d.renew(ctx):
			return d.renewed(ctx)
		case d.timer.fired:
			d.timer.fired = false
			if err := d.rung(ctx); err != nil {
				return err
			}
		}
	}
}

func (d *driver) over(ctx workflow.Context) bool {
	return d.ended() && d.queue.empty() && workflow.AllHandlersFinished(ctx)
}

func (d *driver) renew(ctx workflow.Context) bool {
	return workflow.GetInfo(ctx).GetContinueAsNewSuggested() && d.queue.empty() && d.frozen == "" && workflow.AllHandlersFinished(ctx)
}

// spread is this code's place in the window over which rungs of one instant are fired.
func (d *driver) spread() time.Duration { return Spread(d.code, d.window) }

func (d *driver) describe(ctx workflow.Context) {
	text := d.details(d.now(ctx))
	if text == "" {
		return
	}
	if d.frozen != "" {
		text += "\n- ĐÓNG BĂNG: " + d.frozen
	}
	workflow.SetCurrentDetails(ctx, text)
}
