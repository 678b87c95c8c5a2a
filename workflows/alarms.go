package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"motcua/dossier"
)

// timer is the one timer of a workflow.
type timer struct {
	cancel workflow.CancelFunc
	// at is the wall time it is set to; zero: none is set.
	at    time.Time
	n     int
	fired bool
	stale bool
}

// keepLater: a timer that would fire up to this much legal time too early is kept; it costs less than to cancel and set another,
// and often enough the alarm moves back, or the dossier ends, before it fires.
const keepLater = time.Hour

// retrySkewed is how long to wait before asking again while clocks disagree, or an act that was received has not landed.
const retrySkewed = time.Minute

// arm sets the timer to the next alarm, in the same workflow task in which the alarm moved.
func (d *driver) arm(ctx workflow.Context) error {
	next, kind, err := d.next(d.now(ctx))
	if err != nil {
		return err
	}
	if next.IsZero() || d.frozen != "" {
		d.disarm()
		return nil
	}
	at := d.clock.WallAt(next)
	if kind == dossier.AlarmRung {
		at = at.Add(d.spread())
	}
	if d.notBefore.After(at) {
		at = d.notBefore
	}
	if !d.timer.at.IsZero() && !d.timer.stale && !at.Before(d.timer.at) && at.Sub(d.timer.at) <= d.patience() {
		return nil
	}
	d.disarm()
	d.timer.n++
	n := d.timer.n
	child, cancel := workflow.WithCancel(ctx)
	d.timer.cancel, d.timer.at, d.timer.stale = cancel, at, false
	future := workflow.NewTimerWithOptions(child, max(at.Sub(workflow.Now(ctx)), time.Millisecond), workflow.TimerOptions{Summary: kind})
	workflow.Go(child, func(ctx workflow.Context) {
		if future.Get(ctx, nil) == nil && d.timer.n == n {
			d.timer.fired, d.timer.at, d.timer.cancel = true, time.Time{}, nil
		}
	})
	return nil
}

func (d *driver) disarm() {
	if d.timer.cancel != nil {
		d.timer.cancel()
	}
	d.timer.cancel, d.timer.at = nil, time.Time{}
	d.timer.n++
}

// rung lets the clock do what is due. Who a rung reaches is looked up at the moment it fires; a newer calendar is adopted
// first, so that no rung fires on an old one.
func (d *driver) rung(ctx workflow.Context) error {
	req, due, err := d.due(d.now(ctx))
	if err != nil || !due {
		return err
	}
	req.Until = d.now(ctx)
	var found LookupReply
	for {
		reply, held, err := d.lookUp(ctx, req)
		if err != nil || held {
			return err
		}
		found.Recipients = append(found.Recipients, reply.Recipients...)
		found.Newer, found.Until = reply.Newer, reply.Until
		if d.ended() { // by an act that landed during the look-up: nothing is due any more
			return nil
		}
		more, due, err := d.due(d.now(ctx))
		if err != nil {
			return err
		}
		if !due || !beyond(more, req) || workflow.GetVersion(ctx, dueDuringLookUp, workflow.DefaultVersion, 1) == workflow.DefaultVersion {
			break
		}
		req = more
		req.Until = d.now(ctx)
	}
	for _, c := range found.Newer {
		if err := d.keep(c); err != nil {
			return err
		}
		if err := d.decided(d.adopt(c, d.now(ctx))); err != nil {
			return err
		}
	}
	if len(found.Newer) > 0 && !found.Until.IsZero() {
		return nil // on the new calendar other alarms may be due: they are looked up anew
	}
	return d.decided(d.ring(found, d.now(ctx)))
}

// dueDuringLookUp marks the histories of workflows that look up again what became due while they looked up: by an act that
// landed meanwhile, which moved a limit. Before, such a rung fired and reached nobody.
const dueDuringLookUp = "due-during-look-up"

// lookUp asks who is reached; held says that nothing may fire yet.
func (d *driver) lookUp(ctx workflow.Context, req LookupRequest) (found LookupReply, held bool, err error) {
	local := workflow.WithLocalActivityOptions(ctx, localOptions())
	if err := workflow.ExecuteLocalActivity(local, LookUp().Name, req).Get(local, &found); err != nil {
		return found, false, err
	}
	if found.Skewed || found.Pending {
		d.notBefore = workflow.Now(ctx).Add(retrySkewed)
		return found, true, nil
	}
	d.notBefore = time.Time{}
	return found, false, nil
}

// beyond says that a look-up asks for something that an earlier one did not ask for.
func beyond(more, asked LookupRequest) bool {
	return more.Before.After(asked.Before) || slices.ContainsFunc(more.Rungs, func(q RungQuery) bool {
		return !slices.ContainsFunc(asked.Rungs, func(o RungQuery) bool { return o.Key == q.Key })
	})
}

// decided queues what the clock did.
func (d *driver) decided(events []dossier.Event, err error) error {
	if err == nil && len(events) > 0 {
		d.queue.put(events)
	}
	return err
}
