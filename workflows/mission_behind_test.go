package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
	"motcua/workflows"
)

// lostOnMission does acts as a workflow task does them whose end never reaches Temporal: they are in the ledger, and the workflow
// will never know. Each is decided a minute after it was sent.
func lostOnMission(t *testing.T, l *ledger, in workflows.MissionStart, acts ...mission.Act) {
	t.Helper()
	cal, err := calendar.New(week())
	require.NoError(t, err)
	deps := mission.Deps{Model: in.Exec, Calendars: func(string) (*calendar.Calendar, error) { return cal, nil }}
	s := mission.Rebuild(l.events)
	s.Done, s.Revision = l.acts, l.acts[len(l.acts)-1].Revision
	for _, a := range acts {
		events, err := mission.Do(deps, s, a, a.At.Add(time.Minute))
		require.NoError(t, err)
		l.events, l.acts = append(l.events, events...), s.Done
	}
}

func planDone(id, when string) mission.Act {
	return mission.Act{ID: id, Kind: mission.ActCompleteTask, Task: "ke-hoach", By: "vp", At: at(when)}
}

// once says that the ledger has no gap and every act of the ids once.
func (l *ledger) once(t *testing.T, ids ...string) {
	t.Helper()
	var got []string
	for _, d := range l.acts {
		got = append(got, d.ID)
	}
	require.Equal(t, ids, got)
	for i, e := range l.events {
		require.Equal(t, int64(i+1), e.Seq, "no gap")
	}
}

// The act whose task was lost comes again: it was done, and is answered as it was done then.
func TestLostActOnMissionComesAgain(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	env, in := missionEnvironment(t, l)
	lostOnMission(t, l, in, planDone("a1", "2026-03-03 10:00"))
	again := ask(env, "2026-03-03 10:00", "a1", "vp", mission.Act{Kind: mission.ActCompleteTask, Task: "ke-hoach"})
	next := ask(env, "2026-03-03 11:00", "a2", "kstt", mission.Act{Kind: mission.ActAcceptTask, Task: "ke-hoach"})
	ask(env, "2026-03-04 09:00", "end", "kstt", cancelled())
	env.ExecuteWorkflow(workflows.MissionName, in)
	require.NoError(t, env.GetWorkflowError())
	require.NoError(t, again.err)
	require.Equal(t, l.acts[1].Seq, again.reply.Seq)
	require.EqualValues(t, 2, again.reply.Revision)
	require.NoError(t, next.err)
	require.EqualValues(t, 3, next.reply.Revision)
	l.once(t, "m1", "a1", "a2", "end")
}

// Somebody else's act finds a workflow that is behind: what it would refuse by what it knows is right by what is recorded, and the
// other way round.
func TestActOnAMissionBehind(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	env, in := missionEnvironment(t, l)
	lostOnMission(t, l, in, planDone("a1", "2026-03-03 10:00"))
	seen := int64(len(l.events))
	send := func(when, id, by, kind string) *asked {
		a := &asked{}
		env.RegisterDelayedCallback(func() {
			act := mission.Act{ID: id, Kind: kind, Task: "ke-hoach", By: by, At: at(when)}
			env.UpdateWorkflow(workflows.UpdateAct, id, a.callbacks(), workflows.MissionActRequest{Act: act, Seen: seen})
		}, at(when).Sub(at("2026-03-02 09:00")))
		return a
	}
	wrong := send("2026-03-03 10:30", "x1", "vp", mission.ActCompleteTask)
	right := send("2026-03-03 11:00", "a2", "kstt", mission.ActAcceptTask)
	ask(env, "2026-03-04 09:00", "end", "kstt", cancelled())
	env.ExecuteWorkflow(workflows.MissionName, in)
	require.NoError(t, env.GetWorkflowError())
	require.True(t, wrong.accepted, "by a validator that cannot judge")
	require.ErrorContains(t, wrong.err, "already_completed")
	require.NoError(t, right.err)
	l.once(t, "m1", "a1", "a2", "end")
}

// A poke that knows more moves the alarm too: what was recorded settled the task, and its rungs do not fire.
func TestPokedMissionTakesOver(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	env, in := missionEnvironment(t, l)
	lostOnMission(t, l, in, planDone("a1", "2026-03-02 10:00"), mission.Act{ID: "a2", Kind: mission.ActAcceptTask, Task: "ke-hoach", By: "kstt", At: at("2026-03-02 10:30")})
	poked := &asked{}
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.UpdatePoke, "poke", poked.callbacks(), int64(len(l.events)))
	}, 2*time.Hour)
	ask(env, "2026-03-11 09:00", "end", "kstt", cancelled())
	env.ExecuteWorkflow(workflows.MissionName, in)
	require.NoError(t, env.GetWorkflowError())
	require.NoError(t, poked.err)
	require.Empty(t, l.fired("task:ke-hoach#1"))
	l.once(t, "m1", "a1", "a2", "end")
}

// A rung whose task was lost after its record fires once; the ladder goes on from there.
func TestLostRungOfAMissionFiresOnce(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	env, in := missionEnvironment(t, l)
	lostOnMission(t, l, in, mission.Act{Kind: mission.ActAlarm, At: at("2026-03-06 16:59"), Recipients: []dossier.Recipients{}})
	recorded := l.events[len(l.events)-1]
	ask(env, "2026-03-13 09:00", "end", "kstt", cancelled())
	env.ExecuteWorkflow(workflows.MissionName, in)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{"truoc 03-06 16:59", "den-han 03-10 07:30", "len 03-12 07:30"}, l.fired("task:ke-hoach#1"))
	require.Contains(t, l.events, recorded)
	l.once(t, "m1", "end")
}
