package workflows

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"motcua/dossier"
	"motcua/mission"
)

// What the clock check asks of the engine. Visibility lags behind and is asked for many at once; what it says of one is asked of
// the engine itself before anything is done about it.

// Spread is a code's place in the window over which rungs of one instant are fired.
func Spread(code string, window time.Duration) time.Duration {
	if window <= 0 {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(code))
	return time.Duration(h.Sum64()%uint64(window/time.Millisecond)) * time.Millisecond
}

// Run is how the last run of a workflow stands.
type Run int

// The ways of a run. One that Ended did so by itself; one that Broke was terminated, failed or timed out.
const (
	RunNone Run = iota
	RunOpen
	RunEnded
	RunBroke
)

// Running lists the ids of running dossiers and missions, a page at a time; token is empty on the first page, next on the last.
func (e *Engine) Running(ctx context.Context, token []byte) (ids []string, next []byte, err error) {
	return e.list(ctx, "", token)
}

// RunningAmong says which of these ids run, as visibility knows.
func (e *Engine) RunningAmong(ctx context.Context, ids []string) (map[string]bool, error) {
	out := make(map[string]bool, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	quoted := make([]string, len(ids))
	for i, id := range ids {
		quoted[i] = "'" + strings.ReplaceAll(id, "'", "''") + "'"
	}
	var token []byte
	for {
		found, next, err := e.list(ctx, " AND WorkflowId IN ("+strings.Join(quoted, ",")+")", token)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			out[id] = true
		}
		if token = next; len(token) == 0 {
			return out, nil
		}
	}
}

// listed is how many workflows visibility is asked for at once.
const listed = 1000

func (e *Engine) list(ctx context.Context, more string, token []byte) (ids []string, next []byte, err error) {
	reply, err := e.client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		PageSize: listed, NextPageToken: token,
		Query: fmt.Sprintf("ExecutionStatus = 'Running' AND WorkflowType IN ('%s', '%s')%s", DossierName, MissionName, more),
	})
	if err != nil {
		return nil, nil, fmt.Errorf("list workflows: %w", classify(err))
	}
	for _, x := range reply.GetExecutions() {
		ids = append(ids, x.GetExecution().GetWorkflowId())
	}
	return ids, reply.GetNextPageToken(), nil
}

// RunOf says how the last run of a workflow stands, from the engine itself.
func (e *Engine) RunOf(ctx context.Context, id string) (Run, error) {
	d, err := e.client.DescribeWorkflowExecution(ctx, id, "")
	var none *serviceerror.NotFound
	switch {
	case errors.As(err, &none):
		return RunNone, nil
	case err != nil:
		return RunNone, classify(err)
	}
	switch d.GetWorkflowExecutionInfo().GetStatus() {
	case enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, enumspb.WORKFLOW_EXECUTION_STATUS_PAUSED:
		return RunOpen, nil
	case enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED, enumspb.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW:
		return RunEnded, nil
	}
	return RunBroke, nil
}

// NextMission asks a mission's workflow for its next alarm.
func (e *Engine) NextMission(ctx context.Context, code string) (n NextReply, err error) {
	err = e.query(ctx, MissionID(code), QueryNext, &n)
	return n, err
}

// Revive starts the workflow of a dossier again whose last run broke; one that ended by itself is never started again.
func (e *Engine) Revive(ctx context.Context, in Start, v dossier.View) error {
	return e.startAs(ctx, started{
		name: DossierName, id: WorkflowID(in.Code), agency: v.Lead, definition: v.Procedure, due: v.DueAt,
		reuse: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
	}, v.Code, in)
}

// ReviveMission does the same for a mission.
func (e *Engine) ReviveMission(ctx context.Context, in MissionStart, v mission.View) error {
	return e.startAs(ctx, started{
		name: MissionName, id: MissionID(in.Code), agency: v.Lead, definition: v.Model, due: v.NextDue,
		reuse: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
	}, v.Code, in)
}

// StartCheck starts a run of the clock check that was asked for; the same run again is a success.
func (e *Engine) StartCheck(ctx context.Context, req CheckRequest) error {
	_, err := e.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: CheckID(req.ID), TaskQueue: e.queue,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, ClockCheckName, req)
	var used *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &used) {
		return nil
	}
	return classify(err)
}

// MissionCode returns the mission's code of a workflow id, "" for other workflows.
func MissionCode(id string) string {
	code, ok := strings.CutPrefix(id, MissionID(""))
	if !ok {
		return ""
	}
	return code
}
