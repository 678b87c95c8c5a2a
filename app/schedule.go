package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"motcua/workflows"
)

// checkSchedule is the id of the Schedule of the clock check.
const checkSchedule = "kiem-tra-dong-ho"

// checkEvery is how often the clock check ticks; an hour that was missed is caught up with by the next tick.
const (
	checkEvery   = 15 * time.Minute
	checkCatchUp = time.Hour
	// shortestTick bounds the ticks of an installation whose time is scaled.
	shortestTick = 5 * time.Second
)

// RegisterSchedules makes or updates the Schedules of an installation whose legal time runs so many times as fast as wall time. A
// second run changes nothing; one that an operator paused stays paused.
func RegisterSchedules(ctx context.Context, address, namespace, taskQueue string, scale int64) error {
	c, err := client.NewLazyClient(client.Options{HostPort: address, Namespace: namespace, DataConverter: workflows.DataConverter()})
	if err != nil {
		return err
	}
	defer c.Close()
	return registerSchedules(ctx, c, taskQueue, scale)
}

// RegisterSchedules does the same for a running installation.
func (a *App) RegisterSchedules(ctx context.Context) error {
	return registerSchedules(ctx, a.client, a.TaskQueue, a.Clock.Scale)
}

func registerSchedules(ctx context.Context, c client.Client, taskQueue string, scale int64) error {
	want := scheduleOf(taskQueue, scale)
	_, err := c.ScheduleClient().Create(ctx, want)
	if errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		err = c.ScheduleClient().GetHandle(ctx, checkSchedule).Update(ctx, client.ScheduleUpdateOptions{
			DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
				have := in.Description.Schedule
				have.Spec, have.Action = &want.Spec, want.Action
				if have.Policy != nil {
					have.Policy.Overlap, have.Policy.CatchupWindow = want.Overlap, want.CatchupWindow
				}
				return &client.ScheduleUpdate{Schedule: &have}, nil
			},
		})
	}
	if err != nil {
		return fmt.Errorf("schedule %s: %w", checkSchedule, err)
	}
	return nil
}

// scheduleOf ticks in wall time. In production it ticks by the clock of the law, so that the first tick of a day is that day's full
// check; where time is scaled once for each legal day, which is then a full check too.
func scheduleOf(taskQueue string, scale int64) client.ScheduleOptions {
	out := client.ScheduleOptions{
		ID: checkSchedule,
		Action: &client.ScheduleWorkflowAction{
			ID: checkSchedule, Workflow: workflows.ClockCheckName, Args: []any{workflows.CheckRequest{}}, TaskQueue: taskQueue,
		},
		Overlap:       enumspb.SCHEDULE_OVERLAP_POLICY_SKIP,
		CatchupWindow: checkCatchUp,
		Note:          "đối chiếu đồng hồ của mọi hồ sơ mở với sự kiện, luồng và hẹn giờ của chúng",
	}
	if scale > 1 {
		out.Spec.Intervals = []client.ScheduleIntervalSpec{{Every: max(24*time.Hour/time.Duration(scale), shortestTick)}}
		return out
	}
	out.Spec.TimeZoneName = "Asia/Ho_Chi_Minh"
	out.Spec.Calendars = []client.ScheduleCalendarSpec{{
		Minute: []client.ScheduleRange{{Start: 0, End: 59, Step: int(checkEvery / time.Minute)}},
		Hour:   []client.ScheduleRange{{Start: 0, End: 23}},
	}}
	return out
}
