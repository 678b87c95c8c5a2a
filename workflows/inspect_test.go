package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/mocks"

	"motcua/dossier"
	"motcua/mission"
	"motcua/workflows"
)

func listed(token []byte, ids ...string) *workflowservice.ListWorkflowExecutionsResponse {
	out := &workflowservice.ListWorkflowExecutionsResponse{NextPageToken: token}
	for _, id := range ids {
		out.Executions = append(out.Executions, &workflowpb.WorkflowExecutionInfo{Execution: &commonpb.WorkflowExecution{WorkflowId: id}})
	}
	return out
}

// Running workflows are listed page by page, ours only; many ids are asked for at once, and quoted.
func TestEngineListsWhatRuns(t *testing.T) {
	t.Parallel()
	c := mocks.NewClient(t)
	e := workflows.NewEngine(c, "q")
	const ours = "ExecutionStatus = 'Running' AND WorkflowType IN ('Dossier', 'Mission')"
	page := func(query string, token []byte) any {
		return mock.MatchedBy(func(r *workflowservice.ListWorkflowExecutionsRequest) bool {
			return r.GetQuery() == query && string(r.GetNextPageToken()) == string(token)
		})
	}
	c.On("ListWorkflow", mock.Anything, page(ours, nil)).Return(listed([]byte("2"), "hoso/a", "hoso/b"), nil).Once()
	c.On("ListWorkflow", mock.Anything, page(ours, []byte("2"))).Return(listed(nil, "nhiemvu/c"), nil).Once()
	ids, next, err := e.Running(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, []string{"hoso/a", "hoso/b"}, ids)
	ids, next, err = e.Running(t.Context(), next)
	require.NoError(t, err)
	require.Equal(t, []string{"nhiemvu/c"}, ids)
	require.Empty(t, next)

	some := ours + " AND WorkflowId IN ('hoso/a','hoso/o''b')"
	c.On("ListWorkflow", mock.Anything, page(some, nil)).Return(listed([]byte("x"), "hoso/a"), nil).Once()
	c.On("ListWorkflow", mock.Anything, page(some, []byte("x"))).Return(listed(nil), nil).Once()
	running, err := e.RunningAmong(t.Context(), []string{"hoso/a", "hoso/o'b"})
	require.NoError(t, err)
	require.Equal(t, map[string]bool{"hoso/a": true}, running)
	running, err = e.RunningAmong(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, running)

	c.On("ListWorkflow", mock.Anything, mock.Anything).Return(nil, serviceerror.NewUnavailable("gone")).Once()
	_, _, err = e.Running(t.Context(), nil)
	require.ErrorIs(t, err, workflows.ErrDown)
}

// How the last run of a workflow ended decides whether it may be started again.
func TestEngineSaysHowARunStands(t *testing.T) {
	t.Parallel()
	for status, want := range map[enumspb.WorkflowExecutionStatus]workflows.Run{
		enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING:    workflows.RunOpen,
		enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED:  workflows.RunEnded,
		enumspb.WORKFLOW_EXECUTION_STATUS_TERMINATED: workflows.RunBroke,
		enumspb.WORKFLOW_EXECUTION_STATUS_FAILED:     workflows.RunBroke,
		enumspb.WORKFLOW_EXECUTION_STATUS_TIMED_OUT:  workflows.RunBroke,
		enumspb.WORKFLOW_EXECUTION_STATUS_CANCELED:   workflows.RunBroke,
	} {
		c := mocks.NewClient(t)
		c.On("DescribeWorkflowExecution", mock.Anything, "hoso/a", "").Return(&workflowservice.DescribeWorkflowExecutionResponse{
			WorkflowExecutionInfo: &workflowpb.WorkflowExecutionInfo{Status: status},
		}, nil)
		run, err := workflows.NewEngine(c, "q").RunOf(t.Context(), "hoso/a")
		require.NoError(t, err)
		require.Equal(t, want, run, status)
	}
	c := mocks.NewClient(t)
	c.On("DescribeWorkflowExecution", mock.Anything, "hoso/a", "").Return(nil, serviceerror.NewNotFound("none")).Once()
	run, err := workflows.NewEngine(c, "q").RunOf(t.Context(), "hoso/a")
	require.NoError(t, err)
	require.Equal(t, workflows.RunNone, run)
	c.On("DescribeWorkflowExecution", mock.Anything, "hoso/a", "").Return(nil, serviceerror.NewUnavailable("gone")).Once()
	_, err = workflows.NewEngine(c, "q").RunOf(t.Context(), "hoso/a")
	require.ErrorIs(t, err, workflows.ErrDown)
}

// A start never uses an id twice; a revival does where the last run broke, and only there. A check that was ordered is one run.
func TestEngineStartsAgainWhatBroke(t *testing.T) {
	t.Parallel()
	start := func(id string, reuse enumspb.WorkflowIdReusePolicy, do func(e *workflows.Engine) error) {
		c := mocks.NewClient(t)
		options := mock.MatchedBy(func(o client.StartWorkflowOptions) bool {
			return o.ID == id && o.TaskQueue == "q" && o.WorkflowIDReusePolicy == reuse && o.WorkflowIDConflictPolicy == enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING
		})
		used := serviceerror.NewWorkflowExecutionAlreadyStarted("used", "", "")
		c.On("ExecuteWorkflow", mock.Anything, options, mock.Anything, mock.Anything).Return(nil, used).Once()
		require.NoError(t, do(workflows.NewEngine(c, "q")), "an id that is used is a success")
	}
	never, broken := enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE, enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY
	due := time.Now()
	start("hoso/a", never, func(e *workflows.Engine) error {
		return e.Start(t.Context(), workflows.Start{Code: "a"}, dossier.View{Code: "a", DueAt: due})
	})
	start("hoso/a", broken, func(e *workflows.Engine) error {
		return e.Revive(t.Context(), workflows.Start{Code: "a"}, dossier.View{Code: "a"})
	})
	start("nhiemvu/b", never, func(e *workflows.Engine) error {
		return e.StartMission(t.Context(), workflows.MissionStart{Code: "b"}, mission.View{Code: "b", NextDue: due})
	})
	start("nhiemvu/b", broken, func(e *workflows.Engine) error {
		return e.ReviveMission(t.Context(), workflows.MissionStart{Code: "b"}, mission.View{Code: "b"})
	})
	start(workflows.CheckID("c"), never, func(e *workflows.Engine) error {
		return e.StartCheck(t.Context(), workflows.CheckRequest{ID: "c"})
	})
}

// The place in the window is the same each time, within it, and spread over it.
func TestSpread(t *testing.T) {
	t.Parallel()
	require.Zero(t, workflows.Spread("a", 0))
	early := 0
	for n := range 1000 {
		code := string(rune('a'+n%26)) + time.Duration(n).String()
		at := workflows.Spread(code, time.Minute)
		require.Equal(t, at, workflows.Spread(code, time.Minute))
		require.Less(t, at, time.Minute)
		if at < 30*time.Second {
			early++
		}
	}
	require.InDelta(t, 500, early, 100)
}
