package app

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"motcua/office"
	"motcua/workflows"
)

// checkSettle is how long a check waits in the end for workflows that it poked: a rung takes a second or two to fire.
const checkSettle = 5 * time.Second

// housekeeping is what workers do for Temporal's Schedules.
type housekeeping struct{ office *office.Office }

func (h housekeeping) register(w worker.Registry) {
	w.RegisterActivityWithOptions(h.checkClocks, activity.RegisterOptions{Name: workflows.CheckClocks().Name})
}

// checkClocks makes one run of the clock check, or goes on with it where another worker left it.
func (h housekeeping) checkClocks(ctx context.Context, req workflows.CheckRequest) (workflows.CheckReply, error) {
	order := office.CheckOrder{ID: req.ID, Kind: office.CheckFull, By: req.By}
	if req.ID == "" {
		var err error
		if order, err = h.office.TickOrder(ctx, req.At); err != nil {
			return workflows.CheckReply{}, err
		}
	}
	order.Settle = checkSettle
	order.Beat = func(r office.CheckReport) { activity.RecordHeartbeat(ctx, r.ID, r.Phase, r.Dossiers, r.Missions) }
	r, err := h.office.Check(ctx, order)
	out := workflows.CheckReply{ID: r.ID}
	for _, n := range r.Found {
		out.Found += n
	}
	return out, err
}
