package workflows

import (
	"fmt"
	"hash/fnv"
	"time"

	"go.temporal.io/sdk/workflow"

	"motcua/calendar"
	"motcua/dossier"
)

// skew is how far the clocks of a caller and a worker may lie apart, in wall time (engine.md §2).
const skew = 2 * time.Minute

// Dossier carries one dossier from its intake to its end.
func Dossier(ctx workflow.Context, in Start) error {
	r, err := newRun(in)
	if err != nil {
		return err
	}
	if err := r.register(ctx); err != nil {
		return err
	}
	workflow.Go(ctx, r.recorder)
	r.describe(ctx)
	return r.live(ctx)
}

// run is the driver's own state; everything lawful is in state.
type run struct {
	in    Start
	deps  dossier.Deps
	state *dossier.State
	specs map[string]*calendar.Calendar
	queue queue
	timer timer
	// frozen says why the dossier accepts nothing any more: storage contradicts it. It stays for an operator.
	frozen string
	// notBefore holds the next alarm back while clocks disagree.
	notBefore time.Time
	poked     bool
	seen      glance
}

// glance is the view last computed, and what it was computed from.
type glance struct {
	seq, revision int64
	now           time.Time
	view          dossier.View
}

func newRun(in Start) (*run, error) {
	r := &run{in: in, specs: map[string]*calendar.Calendar{}}
	for _, c := range in.Calendars {
		if err := r.adopt(c); err != nil {
			return nil, err
		}
	}
	r.deps = dossier.Deps{Plan: in.Exec, Policy: in.Policy, Skew: in.Clock.Stretch(skew), Calendars: r.calendar}
	r.state = in.Snapshot
	if r.state == nil {
		r.state = restored(in.Events, in.Done)
	}
	return r, nil
}

// restored is the state that events and done acts lead to.
func restored(events []dossier.Event, done []dossier.DoneAct) *dossier.State {
	s := dossier.Rebuild(events)
	s.Done = done
	if n := len(done); n > 0 {
		s.Revision = done[n-1].Revision
	}
	return s
}

func (r *run) adopt(c CalendarData) error {
	cal, err := calendar.Interned(c.Hash, c.Spec)
	if err != nil {
		return fmt.Errorf("calendar %s: %w", c.Hash, err)
	}
	r.specs[c.Hash] = cal
	return nil
}

func (r *run) calendar(hash string) (*calendar.Calendar, error) {
	if c, ok := r.specs[hash]; ok {
		return c, nil
	}
	return nil, fmt.Errorf("dossier %s has no calendar %q", r.in.Code, hash)
}

// now is legal time.
func (r *run) now(ctx workflow.Context) time.Time { return r.in.Clock.At(workflow.Now(ctx)) }

// look is the view now. One act needs it for its answer, its record, its timer and the Temporal UI: it is computed once.
func (r *run) look(ctx workflow.Context) (dossier.View, error) {
	now := r.now(ctx).Truncate(time.Minute) // the machine knows no seconds
	if g := &r.seen; g.seq == r.state.Seq && g.revision == r.state.Revision && g.now.Equal(now) {
		return g.view, nil
	}
	v, err := dossier.Look(r.deps, r.state, now)
	if err == nil {
		r.seen = glance{seq: r.state.Seq, revision: r.state.Revision, now: now, view: v}
	}
	return v, err
}

// live sleeps until the next alarm or change, until the dossier has ended and everything is recorded.
func (r *run) live(ctx workflow.Context) error {
	for {
		if err := r.arm(ctx); err != nil {
			return err
		}
		// Wake when the timer fires, when an act moved the alarm, when the dossier has ended, or when history grows long.
		err := workflow.Await(ctx, func() bool {
			return r.timer.fired || r.poked || r.ended(ctx) || r.renew(ctx)
		})
		if err != nil {
			return err
		}
		r.poked = false
		switch {
		case r.ended(ctx):
			return nil
		case r.renew(ctx):
			return workflow.NewContinueAsNewError(ctx, DossierName, r.snapshot())
		case r.timer.fired:
			r.timer.fired = false
			if err := r.ring(ctx); err != nil {
				return err
			}
		}
	}
}

func (r *run) ended(ctx workflow.Context) bool {
	return r.state.Stage.Closed() && r.queue.empty() && workflow.AllHandlersFinished(ctx)
}

func (r *run) renew(ctx workflow.Context) bool {
	return workflow.GetInfo(ctx).GetContinueAsNewSuggested() && r.queue.empty() && r.frozen == "" && workflow.AllHandlersFinished(ctx)
}

// snapshot is the input of the next run.
func (r *run) snapshot() Start {
	next := r.in
	next.Events, next.Done, next.Snapshot = nil, nil, r.state
	next.Calendars = nil
	for _, c := range r.state.Calendars {
		next.Calendars = addCalendar(next.Calendars, CalendarData{Hash: c.Hash, Spec: r.specs[c.Hash].Spec()})
	}
	return next
}

func addCalendar(list []CalendarData, c CalendarData) []CalendarData {
	for _, x := range list {
		if x.Hash == c.Hash {
			return list
		}
	}
	return append(list, c)
}

// spread is this dossier's place in the window over which rungs of one instant are fired.
func (r *run) spread() time.Duration {
	if r.in.Window <= 0 {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(r.in.Code))
	return time.Duration(h.Sum64()%uint64(r.in.Window/time.Millisecond)) * time.Millisecond
}

// describe makes the Temporal UI read like the dossier.
func (r *run) describe(ctx workflow.Context) {
	v, err := r.look(ctx)
	if err != nil {
		return
	}
	text := fmt.Sprintf("%s · thủ tục %s · %s", v.Code, v.Procedure, v.Status.Vietnamese())
	if !v.DueAt.IsZero() {
		text += " · hẹn trả " + v.DueAt.Format("15:04 02/01/2006")
	}
	for _, t := range v.Tasks {
		text += "\n- " + t.Task + " tại " + t.Agency
	}
	if r.frozen != "" {
		text += "\n- ĐÓNG BĂNG: " + r.frozen
	}
	workflow.SetCurrentDetails(ctx, text)
}
