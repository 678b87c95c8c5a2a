package office_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/mission"
	"motcua/office"
)

// A lost Temporal is rebuilt from the events alone, and the dossier goes on as if nothing had happened.
func TestReconcile(t *testing.T) {
	t.Parallel()
	d := open(t)
	ended := d.take(hourly(), "1").Code
	d.walk(ended)
	half, fresh := d.take(hourly(), "2").Code, d.take(parcel(), "3").Code
	d.must("motcua", half, "a", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})

	r, err := d.Reconcile(t.Context(), false)
	require.NoError(t, err)
	require.Equal(t, office.Reconciled{Open: 2}, r)

	d.engine.set(func(e *engine) { e.running, e.starts = map[string]*machine{}, 0 })
	r, err = d.Reconcile(t.Context(), false)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{half, fresh}, r.Missing)
	require.Empty(t, r.Started)
	require.Zero(t, d.engine.starts)

	r, err = d.Reconcile(t.Context(), true)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{half, fresh}, r.Started)
	require.Equal(t, 2, d.engine.starts, "what has ended is never started again")
	d.must("motcua", half, "a", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"}) // a retry from before the loss
	d.must("thamdinh", half, "b", office.ActBody{Kind: dossier.ActComplete, Task: "tra-cuu#1", Outcome: "dat"})
	require.NoError(t, d.Audit(t.Context(), half))
}

// A workflow that lost its last task after the record takes its records over: before it judges the next act, and when it is
// looked at.
func TestWorkflowBehindItsRecords(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "1").Code
	lose := func(n int) { // the last n events
		events, err := d.store.Events(t.Context(), code, 0)
		require.NoError(t, err)
		done, err := d.store.DoneActs(t.Context(), code)
		require.NoError(t, err)
		d.engine.set(func(e *engine) { e.running[code].state = restored(events[:len(events)-n], done[:len(done)-1]) })
	}
	shown := func() string {
		detail, err := d.Show(t.Context(), d.as("motcua"), code, true)
		require.NoError(t, err)
		return detail.AsOf.Source
	}
	require.Equal(t, office.FromWorkflow, shown())
	d.must("motcua", code, "a", office.ActBody{Kind: dossier.ActComplete})
	lose(2)
	require.Equal(t, office.FromReadModel, shown(), "never less than what is recorded")
	d.must("thamdinh", code, "b", office.ActBody{Kind: dossier.ActComplete, Task: "tra-cuu#1", Outcome: "dat"})
	require.NoError(t, d.Audit(t.Context(), code))

	lose(2)
	r, err := d.Reconcile(t.Context(), false)
	require.NoError(t, err)
	require.Equal(t, []string{code}, r.Mismatched, "seen, and left alone")
	r, err = d.Reconcile(t.Context(), true)
	require.NoError(t, err)
	require.Equal(t, office.Reconciled{Open: 1}, r)

	lose(2)
	moved, err := d.CatchUp(t.Context(), time.Minute)
	require.NoError(t, err)
	require.Equal(t, 1, moved)
	moved, err = d.CatchUp(t.Context(), time.Minute)
	require.NoError(t, err)
	require.Zero(t, moved)
	require.Equal(t, office.FromWorkflow, shown())

	lose(2)
	d.engine.set(func(e *engine) { e.stubborn = true })
	r, err = d.Reconcile(t.Context(), true)
	require.NoError(t, err)
	require.Equal(t, []string{code}, r.Mismatched, "what does not heal is a finding")
}

// So does the workflow of a mission.
func TestMissionBehindItsRecords(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.begin("1")
	trouble := office.MissionActBody{Kind: mission.ActReportDifficulty, Reason: "x", Task: "khao-sat"}
	lose := func() { // the last event and its act
		events, err := d.store.MissionEvents(t.Context(), code, 0)
		require.NoError(t, err)
		done, err := d.store.DoneActs(t.Context(), code)
		require.NoError(t, err)
		d.engine.set(func(*engine) {
			d.missions.running[code].state = restoredMission(events[:len(events)-1], done[:len(done)-1])
		})
	}
	source := func() string {
		v, err := d.ShowMission(t.Context(), d.as("kstt"), code, true)
		require.NoError(t, err)
		return v.AsOf.Source
	}
	d.done("xa", code, "a", trouble)
	require.Equal(t, office.FromWorkflow, source())
	lose()
	require.Equal(t, office.FromReadModel, source(), "never less than what is recorded")
	d.done("xa", code, "b", trouble)
	require.NoError(t, d.AuditMission(t.Context(), code))

	lose()
	r, err := d.Reconcile(t.Context(), false)
	require.NoError(t, err)
	require.Equal(t, []string{code}, r.Mismatched, "seen, and left alone")
	r, err = d.Reconcile(t.Context(), true)
	require.NoError(t, err)
	require.Equal(t, office.Reconciled{Open: 1}, r)

	lose()
	moved, err := d.CatchUp(t.Context(), time.Minute)
	require.NoError(t, err)
	require.Equal(t, 1, moved)
	moved, err = d.CatchUp(t.Context(), time.Minute)
	require.NoError(t, err)
	require.Zero(t, moved)
}

// At every step of a life the events lead to the read model, and to what the engine holds.
func TestRebuildEqualsReadModel(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	check := func() {
		t.Helper()
		r, err := d.Rebuild(t.Context(), code)
		require.NoError(t, err)
		v, err := dossier.Look(r.Deps, r.State, d.Legal())
		require.NoError(t, err)
		row, err := d.store.Dossier(t.Context(), code)
		require.NoError(t, err)
		require.JSONEq(t, text(t, row.View), text(t, v))
		require.JSONEq(t, text(t, d.engine.running[code].state), text(t, r.State))
		require.NoError(t, d.Audit(t.Context(), code))
	}
	check()
	for i, s := range []struct {
		who  string
		body office.ActBody
	}{
		{"motcua", office.ActBody{Kind: dossier.ActComplete}},
		{"thamdinh", office.ActBody{Kind: dossier.ActAssign, Task: "tra-cuu#1", To: "cb18"}},
		{"thamdinh", office.ActBody{Kind: dossier.ActComplete, Task: "tra-cuu#1", Outcome: "dat"}},
		{"lanhdao", office.ActBody{Kind: dossier.ActComplete, Task: "ky#1", Outcome: "lam-lai"}},
		{"thamdinh", office.ActBody{Kind: dossier.ActComplete, Task: "tra-cuu#2", Outcome: "tu-choi"}},
	} {
		d.must(s.who, code, string(rune('a'+i)), s.body)
		check()
	}
}

// The audit sees a read model that lies.
func TestAuditSeesTampering(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	row, err := d.store.Dossier(t.Context(), code)
	require.NoError(t, err)
	v := row.View
	v.Status = 10
	require.NoError(t, d.store.RebuildProjection(t.Context(), code, v))
	require.ErrorContains(t, d.Audit(t.Context(), code), code)
	require.NoError(t, d.store.RebuildProjection(t.Context(), code, row.View))
	require.NoError(t, d.Audit(t.Context(), code))
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}
