package workflows

import (
	"errors"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"motcua/calendar"
	"motcua/dossier"
)

// call is what a driver must know of an act, whatever machine decides it.
type call struct {
	id, kind, fingerprint string
	// expect is the revision that the caller saw; 0 does not ask.
	expect int64
	// seen is the last event that the caller knows to be recorded.
	seen int64
}

// dryRun refuses before history is written. It does not run on replay: the handler decides again.
func (d *driver) dryRun(c call, decide func() error) error {
	if _, ok := d.done(c.id); ok {
		return d.sameBody(c)
	}
	if d.behind(c.seen) { // a state that is behind cannot judge: the handler takes over what is stored first
		return nil
	}
	if err := d.admit(c); err != nil {
		return err
	}
	return wire(decide())
}

// behind says that more is recorded than the state knows.
func (d *driver) behind(seen int64) bool {
	seq, _ := d.place()
	return seen > seq
}

// admit checks what only the driver knows: that nothing is frozen and that the caller saw the latest revision.
func (d *driver) admit(c call) error {
	_, revision := d.place()
	switch {
	case d.frozen != "":
		return wire(&dossier.Refusal{Code: "frozen", Detail: d.title() + " tạm khóa vì dữ liệu lưu trữ không khớp; quản trị hệ thống đang xử lý."})
	case d.internal(c.kind):
		return wire(&dossier.Refusal{Code: "unknown_act", Detail: "Thao tác này không dành cho người dùng."})
	case c.expect != 0 && c.expect != revision:
		return wire(&dossier.Refusal{Code: "stale", Detail: d.title() + " đã thay đổi từ khi bạn mở; hãy tải lại rồi thao tác."})
	}
	return nil
}

func (d *driver) sameBody(c call) error {
	if done, ok := d.done(c.id); ok && done.Fingerprint != c.fingerprint {
		return wire(&dossier.Refusal{Code: "key_reused", Detail: "Mã thao tác này đã dùng cho một nội dung khác."})
	}
	return nil
}

// perform decides an act, has it answered, and returns when its events are recorded; where the decision became void before that,
// it decides again.
func (d *driver) perform(ctx workflow.Context, c call, do func() ([]dossier.Event, error), answer func(dossier.DoneAct) error) error {
	if d.behind(c.seen) {
		if err := d.catchUp(ctx); err != nil {
			return err
		}
	}
	for {
		done, ticket, err := d.once(c, do)
		if err != nil {
			return err
		}
		if err := answer(done); err != nil {
			return wire(err)
		}
		if stands, err := d.recorded(ctx, ticket, d.queue.era); stands || err != nil {
			return err
		}
	}
}

// once decides and applies an act without yielding; an act that was done is not done again. The ticket says when its events are
// recorded.
func (d *driver) once(c call, do func() ([]dossier.Event, error)) (done dossier.DoneAct, ticket int64, err error) {
	if done, ok := d.done(c.id); ok {
		return done, d.queue.ticket, d.sameBody(c)
	}
	if err := d.admit(c); err != nil {
		return done, 0, err
	}
	events, err := do()
	if err != nil {
		return done, 0, wire(err)
	}
	done, ok := d.done(c.id)
	if !ok {
		done = dossier.DoneAct{ID: c.id}
		done.Seq, done.Revision = d.place()
	}
	ticket = d.queue.put(events, done)
	d.poked = true
	return done, ticket, nil
}

// poke makes the clock be looked at again: the healing of the clock check. Where more is recorded than the state knows, that is
// taken over.
func (d *driver) poke(ctx workflow.Context, seen int64) error {
	if d.behind(seen) {
		return d.catchUp(ctx)
	}
	d.timer.stale = true
	d.poked = true
	return nil
}

// upcoming answers the query "next".
func (d *driver) upcoming(a dossier.Alarm, ok bool, err error) (NextReply, error) {
	return NextReply{Alarm: a, Armed: ok && !d.timer.at.IsZero(), WallAt: d.timer.at}, err
}

func (r *run) register(ctx workflow.Context) error {
	return errors.Join(
		workflow.SetUpdateHandlerWithOptions(ctx, UpdateAct, r.act, workflow.UpdateHandlerOptions{Validator: r.validate}),
		workflow.SetUpdateHandler(ctx, UpdatePoke, r.poke),
		workflow.SetQueryHandler(ctx, QueryState, func() (*dossier.State, error) { return r.state, nil }),
		workflow.SetQueryHandler(ctx, QueryClock, func() (dossier.View, error) { return dossier.Look(r.deps, r.state, r.now(ctx)) }),
		workflow.SetQueryHandler(ctx, QueryNext, func() (NextReply, error) { return r.upcoming(dossier.NextAlarm(r.deps, r.state, r.now(ctx))) }),
	)
}

func (req ActRequest) call() call {
	return call{id: req.Act.ID, kind: req.Act.Kind, fingerprint: req.Act.Fingerprint, expect: req.Expect, seen: req.Seen}
}

// updateID is the id of an act: an Update that does not carry it apart goes by its own.
func updateID(ctx workflow.Context, id string) string {
	if id != "" {
		return id
	}
	return workflow.GetCurrentUpdateInfo(ctx).ID
}

func (r *run) validate(ctx workflow.Context, req ActRequest) error {
	req.Act.ID = updateID(ctx, req.Act.ID)
	return r.dryRun(req.call(), func() error {
		deps := r.deps
		if len(req.Calendars) > 0 { // nothing is kept here: this does not run on replay
			own, err := newDriver(r.code, r.clock, 0, req.Calendars)
			if err != nil {
				return err
			}
			deps.Calendars = func(hash string) (*calendar.Calendar, error) {
				if c, ok := own.specs[hash]; ok {
					return c, nil
				}
				return r.calendar(hash)
			}
		}
		_, err := dossier.Decide(deps, r.state, req.Act, r.now(ctx))
		return err
	})
}

// act answers when its events are recorded.
func (r *run) act(ctx workflow.Context, req ActRequest) (reply ActReply, err error) {
	req.Act.ID = updateID(ctx, req.Act.ID)
	for _, c := range req.Calendars {
		if err := r.keep(c); err != nil {
			return reply, wire(err)
		}
	}
	do := func() ([]dossier.Event, error) {
		events, err := dossier.Do(r.deps, r.state, req.Act, r.now(ctx))
		if next := req.Act.MovesTo(); err == nil && next != nil {
			r.ride(next)
		}
		return events, err
	}
	err = r.perform(ctx, req.call(), do, func(done dossier.DoneAct) error {
		v, err := r.look(r.now(ctx))
		reply = ActReply{Seq: done.Seq, Revision: done.Revision, Status: v.Status, Due: v.DueAt}
		return err
	})
	return reply, err
}

// wire turns a refusal into an error that keeps its code and text across the wire.
func wire(err error) error {
	if err == nil {
		return nil
	}
	var refusal *dossier.Refusal
	if errors.As(err, &refusal) {
		return temporal.NewApplicationErrorWithOptions(refusal.Error(), RefusalType, temporal.ApplicationErrorOptions{
			NonRetryable: true, Details: []any{*refusal},
		})
	}
	return temporal.NewApplicationErrorWithOptions(err.Error(), "reckoning", temporal.ApplicationErrorOptions{NonRetryable: true, Cause: err})
}
