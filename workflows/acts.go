package workflows

import (
	"errors"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"motcua/dossier"
)

func (r *run) register(ctx workflow.Context) error {
	return errors.Join(
		workflow.SetUpdateHandlerWithOptions(ctx, UpdateAct, r.act, workflow.UpdateHandlerOptions{Validator: r.validate}),
		workflow.SetUpdateHandler(ctx, UpdatePoke, r.poke),
		workflow.SetQueryHandler(ctx, QueryState, func() (*dossier.State, error) { return r.state, nil }),
		workflow.SetQueryHandler(ctx, QueryClock, func() (dossier.View, error) { return dossier.Look(r.deps, r.state, r.now(ctx)) }),
		workflow.SetQueryHandler(ctx, QueryNext, func() (NextReply, error) { return r.next(ctx) }),
	)
}

// validate is the dry run that refuses before history is written. It does not run on replay: the handler decides again.
func (r *run) validate(ctx workflow.Context, req ActRequest) error {
	if _, ok := r.state.FindDone(req.Act.ID); ok {
		return r.sameBody(req)
	}
	if req.Seen > r.state.Seq { // a state that is behind cannot judge: the handler takes over what is stored first
		return nil
	}
	if err := r.admit(req); err != nil {
		return err
	}
	_, err := dossier.Decide(r.deps, r.state, req.Act, r.now(ctx))
	return wire(err)
}

// admit checks what only the driver knows: that the dossier is not frozen and that the caller saw its latest revision.
func (r *run) admit(req ActRequest) error {
	switch {
	case r.frozen != "":
		return wire(&dossier.Refusal{Code: "frozen", Detail: "Hồ sơ tạm khóa vì dữ liệu lưu trữ không khớp; quản trị hệ thống đang xử lý."})
	case req.Act.Kind == dossier.ActAlarm || req.Act.Kind == dossier.ActSubmit:
		return wire(&dossier.Refusal{Code: "unknown_act", Detail: "Thao tác này không dành cho người dùng."})
	case req.Expect != 0 && req.Expect != r.state.Revision:
		return wire(&dossier.Refusal{Code: "stale", Detail: "Hồ sơ đã thay đổi từ khi bạn mở; hãy tải lại rồi thao tác."})
	}
	return nil
}

func (r *run) sameBody(req ActRequest) error {
	if d, ok := r.state.FindDone(req.Act.ID); ok && d.Fingerprint != req.Act.Fingerprint {
		return wire(&dossier.Refusal{Code: "key_reused", Detail: "Mã thao tác này đã dùng cho một nội dung khác."})
	}
	return nil
}

// act decides and answers when its events are recorded; where the decision became void before that, it decides again.
func (r *run) act(ctx workflow.Context, req ActRequest) (ActReply, error) {
	if req.Seen > r.state.Seq {
		if err := r.catchUp(ctx); err != nil {
			return ActReply{}, err
		}
	}
	for {
		reply, stands, err := r.decide(ctx, req)
		if stands || err != nil {
			return reply, err
		}
	}
}

// decide decides and applies without yielding, then waits for the recorder. It says whether the decision stands.
func (r *run) decide(ctx workflow.Context, req ActRequest) (ActReply, bool, error) {
	if d, ok := r.state.FindDone(req.Act.ID); ok {
		if err := r.sameBody(req); err != nil {
			return ActReply{}, false, err
		}
		return r.reply(ctx, d, r.queue.ticket)
	}
	if err := r.admit(req); err != nil {
		return ActReply{}, false, err
	}
	events, err := dossier.Do(r.deps, r.state, req.Act, r.now(ctx))
	if err != nil {
		return ActReply{}, false, wire(err)
	}
	done, ok := r.state.FindDone(req.Act.ID)
	if !ok {
		done = dossier.DoneAct{ID: req.Act.ID, Seq: r.state.Seq, Revision: r.state.Revision}
	}
	ticket := r.queue.put(events, done)
	r.poked = true
	return r.reply(ctx, done, ticket)
}

func (r *run) reply(ctx workflow.Context, d dossier.DoneAct, ticket int64) (ActReply, bool, error) {
	v, err := r.look(ctx)
	if err != nil {
		return ActReply{}, false, wire(err)
	}
	stands, err := r.recorded(ctx, ticket, r.queue.era)
	return ActReply{Seq: d.Seq, Revision: d.Revision, Status: v.Status, Due: v.DueAt}, stands, err
}

// poke makes the dossier look at its clock again: the healing of the clock check. Where more is recorded than it knows, it
// takes that over.
func (r *run) poke(ctx workflow.Context, seen int64) error {
	if seen > r.state.Seq {
		return r.catchUp(ctx)
	}
	r.timer.stale = true
	r.poked = true
	return nil
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
