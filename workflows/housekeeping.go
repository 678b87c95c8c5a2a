package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// ClockCheckName is the name of the workflow that runs the clock check, started by a Schedule and on demand.
const ClockCheckName = "ClockCheck"

// Regular is the typed name of an activity that Temporal schedules, retries and watches by its heartbeat. Dossiers and missions
// use none: only housekeeping, which takes long and must not occupy a workflow task, does.
type Regular[Req, Res any] struct{ Name string }

// CheckClocks looks at the clock of every open dossier and mission.
func CheckClocks() Regular[CheckRequest, CheckReply] {
	return Regular[CheckRequest, CheckReply]{"CheckClocks"}
}

// CheckRequest asks for a run of the clock check. Without an ID it is the run of its tick, At: the same tick is one run.
type CheckRequest struct {
	ID string `json:"id,omitempty"`
	By string `json:"by,omitempty"`
	// At is the wall time of the tick; the workflow fills it in.
	At time.Time `json:"at,omitzero"`
}

// CheckReply is what a run came to.
type CheckReply struct {
	ID    string `json:"id"`
	Found int    `json:"found"`
}

// CheckID is the id of the workflow of a run that was asked for.
func CheckID(run string) string { return "kiem-tra-dong-ho/" + run }

// ClockCheck runs one tick of the clock check. What a crash interrupts, the next attempt takes up where its run stands.
func ClockCheck(ctx workflow.Context, in CheckRequest) (out CheckReply, err error) {
	if in.At.IsZero() {
		in.At = workflow.Now(ctx)
	}
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 2 * time.Hour, ScheduleToCloseTimeout: 12 * time.Hour, HeartbeatTimeout: time.Minute,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 5 * time.Second, MaximumInterval: 5 * time.Minute},
	})
	err = workflow.ExecuteActivity(ctx, CheckClocks().Name, in).Get(ctx, &out)
	return out, err
}
