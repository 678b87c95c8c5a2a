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

// act decides and applies without yielding, and answers when its events are recorded.
func (r *run) act(ctx workflow.Context, req ActRequest) (ActReply, error) {
	if d, ok := r.state.FindDone(req.Act.ID); ok {
		if err := r.sameBody(req); err != nil {
			return ActReply{}, err
		}
		return r.reply(ctx, d, r.queue.ticket)
	}
	if err := r.admit(req); err != nil {
		return ActReply{}, err
	}
	events, err := dossier.Do(r.deps, r.state, req.Act, r.now(ctx))
	if err != nil {
		return ActReply{}, wire(err)
	}
	done, ok := r.state.FindDone(req.Act.ID)
	if !ok {
		done = dossier.DoneAct{ID: req.Act.ID, Seq: r.state.Seq, Revision: r.state.Revision}
	}
	ticket := r.queue.put(events, done)
	r.poked = true
	return r.reply(ctx, done, ticket)
}

func (r *run) reply(ctx workflow.Context, d dossier.DoneAct, ticket int64) (ActReply, error) {
	v, err := r.look(ctx)
	if err != nil {
		return ActReply{}, wire(err)
	}
	reply := ActReply{Seq: d.Seq, Revision: d.Revision, Status: v.Status, Due: v.DueAt}
	return reply, r.recorded(ctx, ticket)
}

// poke makes the dossier look at its clock again: the healing of the clock check.
func (r *run) poke(workflow.Context) error {
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
