package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"motcua/dossier"
	"motcua/procedure"
)

// timer is the one timer of a dossier.
type timer struct {
	cancel workflow.CancelFunc
	// at is the wall time it is set to; zero: none is set.
	at    time.Time
	n     int
	fired bool
	stale bool
}

// keepLater: a timer that would fire up to this much too early is kept; it costs less than to cancel and set another.
const keepLater = time.Hour

// retrySkewed is how long to wait before asking again while clocks disagree, or an act that was received has not landed.
const retrySkewed = time.Minute

// arm sets the timer to the next alarm, in the same workflow task in which the alarm moved.
func (r *run) arm(ctx workflow.Context) error {
	v, err := r.look(ctx)
	if err != nil {
		return err
	}
	if v.NextAlarm.IsZero() || r.frozen != "" {
		r.disarm()
		return nil
	}
	at := r.in.Clock.WallAt(v.NextAlarm)
	if v.AlarmKind == dossier.AlarmRung {
		at = at.Add(r.spread())
	}
	if r.notBefore.After(at) {
		at = r.notBefore
	}
	if !r.timer.at.IsZero() && !r.timer.stale && !at.Before(r.timer.at) && at.Sub(r.timer.at) <= keepLater {
		return nil
	}
	r.disarm()
	r.timer.n++
	n := r.timer.n
	child, cancel := workflow.WithCancel(ctx)
	r.timer.cancel, r.timer.at, r.timer.stale = cancel, at, false
	future := workflow.NewTimerWithOptions(child, max(at.Sub(workflow.Now(ctx)), time.Millisecond), workflow.TimerOptions{Summary: v.AlarmKind})
	workflow.Go(child, func(ctx workflow.Context) {
		if future.Get(ctx, nil) == nil && r.timer.n == n {
			r.timer.fired, r.timer.at, r.timer.cancel = true, time.Time{}, nil
		}
	})
	return nil
}

func (r *run) disarm() {
	if r.timer.cancel != nil {
		r.timer.cancel()
	}
	r.timer.cancel, r.timer.at = nil, time.Time{}
	r.timer.n++
}

// ring lets the clock do what is due. Who a rung reaches is looked up at the moment it fires; a newer calendar is adopted
// first, so that no rung fires on an old one.
func (r *run) ring(ctx workflow.Context) error {
	due, err := dossier.DueAlarms(r.deps, r.state, r.now(ctx))
	if err != nil || len(due) == 0 {
		return err
	}
	found, err := r.lookUp(ctx, due)
	if err != nil {
		return err
	}
	if found.Skewed || found.Pending {
		r.notBefore = workflow.Now(ctx).Add(retrySkewed)
		return nil
	}
	r.notBefore = time.Time{}
	if err := r.adoptNewer(ctx, found.Newer); err != nil {
		return err
	}
	events, err := dossier.Do(r.deps, r.state, dossier.Act{Kind: dossier.ActAlarm, Recipients: found.Recipients}, r.now(ctx))
	if err != nil {
		return err
	}
	if len(events) > 0 {
		r.queue.put(events)
	}
	return nil
}

func (r *run) lookUp(ctx workflow.Context, due []dossier.Alarm) (LookupReply, error) {
	view, err := r.look(ctx)
	if err != nil {
		return LookupReply{}, err
	}
	req := LookupRequest{Code: r.in.Code, Receiving: r.state.Receiving, Lead: r.state.Lead, Calendars: r.state.Calendars}
	for _, a := range due {
		if a.Final() {
			req.Before = a.At
		}
		if a.Kind != dossier.AlarmRung {
			continue
		}
		q := RungQuery{Key: a.Key, To: a.Rung.To, HandUp: slices.Contains(a.Rung.Do, procedure.DoHandUp)}
		for _, t := range view.Tasks {
			if a.Key.Subject == procedure.OnDossier || a.Key.Subject == dossier.SubjectStep(t.Task) {
				q.Tasks = append(q.Tasks, t)
			}
		}
		req.Rungs = append(req.Rungs, q)
	}
	var reply LookupReply
	ctx = workflow.WithLocalActivityOptions(ctx, localOptions())
	err = workflow.ExecuteLocalActivity(ctx, LookUp().Name, req).Get(ctx, &reply)
	return reply, err
}

func (r *run) adoptNewer(ctx workflow.Context, newer []CalendarData) error {
	for _, c := range newer {
		if err := r.adopt(c); err != nil {
			return err
		}
		act := dossier.Act{Kind: dossier.ActAdoptCalendar, By: dossier.ByClock, Agency: c.Agency, Calendar: c.Hash}
		events, err := dossier.Do(r.deps, r.state, act, r.now(ctx))
		if err != nil {
			return err
		}
		if len(events) > 0 {
			r.queue.put(events)
		}
	}
	return nil
}

func (r *run) next(ctx workflow.Context) (NextReply, error) {
	a, ok, err := dossier.NextAlarm(r.deps, r.state, r.now(ctx))
	return NextReply{Alarm: a, Armed: ok && !r.timer.at.IsZero(), WallAt: r.timer.at}, err
}
