package workflows_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
	"motcua/workflows"
)

// corpus are the recorded histories, by file name: engine version and situation. `motcua history CODE` records one, with the
// released program, never with the branch under test; `motcua history nhiemvu/CODE` a mission's.
func corpus(t *testing.T) map[string]*historypb.History {
	t.Helper()
	files, err := filepath.Glob("testdata/histories/*.json")
	require.NoError(t, err)
	out := map[string]*historypb.History{}
	for _, f := range files {
		r, err := os.Open(f)
		require.NoError(t, err)
		defer r.Close()
		h, err := client.HistoryFromJSON(r, client.HistoryJSONOptions{})
		require.NoError(t, err, f)
		out[strings.TrimSuffix(filepath.Base(f), ".json")] = h
	}
	return out
}

func replay(t *testing.T, h *historypb.History) error {
	t.Helper()
	r, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DataConverter: workflows.DataConverter()})
	require.NoError(t, err)
	r.RegisterWorkflowWithOptions(workflows.Dossier, workflow.RegisterOptions{Name: workflows.DossierName})
	r.RegisterWorkflowWithOptions(workflows.Mission, workflow.RegisterOptions{Name: workflows.MissionName})
	return r.ReplayWorkflowHistory(nil, h)
}

func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	all := corpus(t)
	require.GreaterOrEqual(t, len(all), 3, "an empty corpus proves nothing")
	for name, h := range all {
		require.NoError(t, replay(t, h), name)
		require.True(t, strings.HasPrefix(name, fmt.Sprintf("v%d-", engineOf(t, h))), "%s was reckoned by engine version %d", name, engineOf(t, h))
	}
	for kind, newest := range map[string]int{workflows.DossierName: dossier.EngineVersion, workflows.MissionName: mission.EngineVersion} {
		for v := 1; v <= newest; v++ {
			recorded := func(h *historypb.History) bool { return kindOf(h) == kind && engineOf(t, h) == v }
			require.True(t, slices.ContainsFunc(slices.Collect(maps.Values(all)), recorded), "%s: engine version %d has no recorded history", kind, v)
		}
	}
}

// kindOf is the name of a history's workflow.
func kindOf(h *historypb.History) string {
	return h.Events[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowType().GetName()
}

// engineOf is the engine version that a history's dossier was submitted under, or its mission started under.
func engineOf(t *testing.T, h *historypb.History) int {
	t.Helper()
	started := h.Events[0].GetWorkflowExecutionStartedEventAttributes()
	if kindOf(h) == workflows.MissionName {
		var in workflows.MissionStart
		require.NoError(t, workflows.DataConverter().FromPayloads(started.GetInput(), &in))
		require.NotEmpty(t, in.Events)
		s, ok := in.Events[0].Body.(mission.Started)
		require.True(t, ok)
		return s.Engine
	}
	var in workflows.Start
	require.NoError(t, workflows.DataConverter().FromPayloads(started.GetInput(), &in))
	require.NotEmpty(t, in.Events)
	s, ok := in.Events[0].Body.(dossier.Submitted)
	require.True(t, ok)
	return s.Engine
}

// An open dossier keeps the law it was submitted under: its history under the number of a version that reckons it another way
// must fail.
func TestAnotherEngineVersionFailsTheReplay(t *testing.T) {
	t.Parallel()
	for name, version := range map[string]int{
		"v1-left-alone-eight-hours": 2, "v2-left-alone-until-closing-time": 1, "v3-supplement-unanswered": 2,
		"v4-same-day-suspended": 3, "v4-share-reached-on-resuming": 3, "v4-handed-up-side-by-side": 3,
		"v5-calendar-adopted-before-a-rung": 4, "v5-amended-excluded-and-taken-back": 4,
		"v5-patient-on-a-fast-clock": 4, "v5-left-alone-under-a-standing-decision": 4, "v6-restarted-after-an-apology": 5,
	} {
		h := corpus(t)[name]
		require.NotNil(t, h, name)
		rewrite(t, h, func(in *workflows.Start) {
			s, ok := in.Events[0].Body.(dossier.Submitted)
			require.True(t, ok)
			s.Engine = version
			in.Events[0].Body = s
		})
		require.Error(t, replay(t, h), "%s under version %d", name, version)
	}
}

// A change of law that moves a date must fail the replay, not pass silently: the marker of a recorded batch holds the digest
// of what was decided. The histories are the same; only the arithmetic of a limit differs.
func TestChangedArithmeticFailsTheReplay(t *testing.T) {
	t.Parallel()
	change := func(in *workflows.Start) {
		l := in.Exec.Limit
		in.Exec.Limit = calendar.Limit{Hundredths: l.Hundredths + 100, Unit: l.Unit}
		for i := range in.Events {
			if a, ok := in.Events[i].Body.(dossier.Accepted); ok {
				a.Commitment.Committed.Hundredths += 100
				in.Events[i].Body = a
			}
		}
	}
	for _, name := range []string{"v1-supplement-to-result", "v1-left-alone-twelve-days", "v1-left-alone-eight-hours"} {
		h := corpus(t)[name]
		require.NotNil(t, h, name)
		rewrite(t, h, change)
		require.Error(t, replay(t, h), "%s: must fail", name)
	}
}

func TestAnotherBudgetFailsTheReplay(t *testing.T) {
	t.Parallel()
	h := corpus(t)["v1-left-alone-twelve-days"]
	require.NotNil(t, h)
	rewrite(t, h, func(in *workflows.Start) {
		for i := range in.Exec.Ladder {
			if in.Exec.Ladder[i].Share == 50 {
				in.Exec.Ladder[i].Share = 60
			}
		}
	})
	require.Error(t, replay(t, h), "a rung at another instant must fail")
}

// A mission that is reckoned another way must fail as loudly: a due date, more time than was granted, a rung at another instant.
func TestChangedMissionFailsTheReplay(t *testing.T) {
	t.Parallel()
	const name = "v1-mission-more-time-and-closed"
	same := corpus(t)[name]
	rewrite(t, same, func(*workflows.MissionStart) {})
	require.NoError(t, replay(t, same), "written anew and unchanged it replays")
	for what, change := range map[string]func(*workflows.MissionStart){
		"a task is due a day later": func(in *workflows.MissionStart) {
			for i := range in.Exec.Tasks {
				if task := &in.Exec.Tasks[i]; task.ID == "ke-hoach" {
					task.After.Hundredths += 100
				}
			}
		},
		"an hour limit is an hour longer": func(in *workflows.MissionStart) {
			for i := range in.Exec.Tasks {
				if task := &in.Exec.Tasks[i]; task.ID == "khao-sat" {
					task.After.Hundredths += 100
				}
			}
		},
		"a reminder falls a day earlier": func(in *workflows.MissionStart) {
			for i := range in.Exec.Ladder {
				if g := &in.Exec.Ladder[i]; g.ID == "truoc-ba-ngay" {
					g.Before.Hundredths += 100
				}
			}
		},
	} {
		h := corpus(t)[name]
		require.NotNil(t, h, name)
		rewrite(t, h, change)
		require.Error(t, replay(t, h), what)
	}
}

// An open mission keeps the law that it was started under.
func TestAnotherEngineVersionFailsTheReplayOfAMission(t *testing.T) {
	t.Parallel()
	for name, version := range map[string]int{"v1-mission-more-time-and-closed": 2, "v2-mission-more-time-and-closed": 1} {
		h := corpus(t)[name]
		require.NotNil(t, h, name)
		rewrite(t, h, func(in *workflows.MissionStart) {
			s, ok := in.Events[0].Body.(mission.Started)
			require.True(t, ok)
			s.Engine = version
			in.Events[0].Body = s
		})
		require.Error(t, replay(t, h), "%s under version %d", name, version)
	}
}

// rewrite changes the start input of a history and nothing else.
func rewrite[Start any](t *testing.T, h *historypb.History, change func(*Start)) {
	t.Helper()
	dc := workflows.DataConverter()
	started := h.Events[0].GetWorkflowExecutionStartedEventAttributes()
	var in Start
	require.NoError(t, dc.FromPayloads(started.GetInput(), &in))
	change(&in)
	payloads, err := dc.ToPayloads(in)
	require.NoError(t, err)
	started.Input = payloads
}
