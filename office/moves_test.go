package office_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/models"
	"motcua/office"
)

// renamed is the sample with another name for a step and ten hours.
func renamed(t testing.TB) string {
	return definition(t, "limit: 8wh", "limit: 10wh", "{id: tra-cuu,", "{id: tham-tra,", "lam-lai: tra-cuu", "lam-lai: tham-tra", "role: chuyen-vien, limit: 4wh", "role: chuyen-vien, limit: 6wh")
}

// many are dossiers of the sample at different places of their way.
func (d *desk) many() (fresh, working, supplement, suspended, signing, ended string) {
	d.t.Helper()
	at := func(key string) string { return d.take(hourly(), key).Code }
	fresh, working, supplement, suspended, signing, ended = at("1"), at("2"), at("3"), at("4"), at("5"), at("6")
	for _, code := range []string{working, supplement, suspended, signing} {
		d.must("motcua", code, code+"a", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
	}
	d.must("thamdinh", supplement, supplement+"b", office.ActBody{Kind: dossier.ActRequestSupplement, Reason: "Thiếu", Papers: []string{"don"}})
	d.must("thamdinh", suspended, suspended+"b", office.ActBody{Kind: dossier.ActSuspend, Ground: "Tòa án yêu cầu"})
	d.must("thamdinh", signing, signing+"b", office.ActBody{Kind: dossier.ActComplete, Task: "tra-cuu#1", Outcome: "dat"})
	d.walk(ended)
	return fresh, working, supplement, suspended, signing, ended
}

func (d *desk) sampleID() string {
	d.t.Helper()
	list, _, err := d.Versions(d.t.Context(), d.as("kstt"), office.VersionFilter{Code: "9.000001"})
	require.NoError(d.t, err)
	for _, v := range list {
		if v.Sample {
			return v.ID
		}
	}
	require.Fail(d.t, "no sample")
	return ""
}

func (d *desk) order(to string) office.MoveOrder {
	return office.MoveOrder{From: d.sampleID(), To: to, Steps: map[string]string{"tra-cuu": "tham-tra"}, Reason: "Quy trình mới", Document: "9/QĐ-UBND"}
}

func (d *desk) items(id string) map[string]string {
	d.t.Helper()
	s, err := d.MoveState(d.t.Context(), d.as("kstt"), id, "", "", 100)
	require.NoError(d.t, err)
	out := map[string]string{}
	for _, i := range s.Items {
		out[i.Dossier] = i.State
	}
	return out
}

func (d *desk) planOf(code string) string {
	d.t.Helper()
	row, err := d.store.Dossier(d.t.Context(), code)
	require.NoError(d.t, err)
	return row.View.Plan
}

func TestMoveOpenDossiers(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	fresh, working, supplement, suspended, signing, ended := d.many()
	other := d.take(parcel(), "other").Code
	v := d.publishes("a", renamed(t))
	d.now = d.now.Add(2 * time.Hour)
	order := d.order(v.ID)

	bare := order
	bare.Steps = nil
	_, err := d.StartMove(ctx, d.as("kstt"), bare, "bare")
	p := problem(t, err, 422, "invalid")
	require.Len(t, p.Errors, 1, "a step with open tasks must be mapped")
	require.Equal(t, "/steps/tra-cuu", p.Errors[0].Pointer)
	wrong := order
	wrong.Steps, wrong.Reason, wrong.Document = map[string]string{"tra-cuu": "khong-co", "khong-co": "ky"}, "", ""
	_, err = d.StartMove(ctx, d.as("kstt"), wrong, "wrong")
	problem(t, err, 422, "invalid")
	_, err = d.StartMove(ctx, d.as("thamdinh"), order, "who")
	problem(t, err, 403, "forbidden")

	preview, err := d.PreviewMove(ctx, d.as("kstt"), order, 100, "", false)
	require.NoError(t, err)
	require.Equal(t, []int{5, 0, 0, 0}, []int{preview.Movable, preview.Stuck, preview.Late, preview.Behind})
	require.NotEmpty(t, preview.Diff.Changes)
	seen := map[string]office.MovePreviewItem{}
	for _, i := range preview.Items {
		seen[i.Dossier] = i
	}
	require.Equal(t, "tra-cuu#1", seen[working].Tasks[0].From)
	require.Equal(t, "tham-tra#1", seen[working].Tasks[0].To)
	require.Equal(t, seen[working].OldDue, seen[working].NewDue, "the promise stays")
	require.Equal(t, "14:30", seen[working].Tasks[0].OldDue.Format("15:04"), "four hours from nine, over noon")
	require.Equal(t, "16:30", seen[working].Tasks[0].NewDue.Format("15:04"), "six hours from nine")
	require.NotEqual(t, v.Hash, d.planOf(working), "a preview changes nothing")
	pages := 0
	for after := ""; ; pages++ {
		page, err := d.PreviewMove(ctx, d.as("kstt"), order, 2, after, false)
		require.NoError(t, err)
		if after = page.Next; after == "" {
			break
		}
	}
	require.Equal(t, 2, pages)

	order.Later, order.Ground = []string{fresh}, "Luật mới"
	m, err := d.StartMove(ctx, d.as("kstt"), order, "go")
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"waiting": 5}, m.Counts)
	again, err := d.StartMove(ctx, d.as("kstt"), order, "go")
	require.NoError(t, err)
	require.Equal(t, m.ID, again.ID)
	before, err := d.store.Dossier(ctx, working)
	require.NoError(t, err)
	n, err := d.AdvanceMoves(ctx)
	require.NoError(t, err)
	require.Equal(t, 5, n)
	require.Equal(t, map[string]string{fresh: "moved", working: "moved", supplement: "moved", suspended: "moved", signing: "moved"}, d.items(m.ID))
	for _, code := range []string{fresh, working, supplement, suspended, signing} {
		require.Equal(t, v.Hash, d.planOf(code))
		require.NoError(t, d.Audit(ctx, code))
	}
	require.NotEqual(t, v.Hash, d.planOf(ended))
	require.NotEqual(t, v.Hash, d.planOf(other))
	status, err := d.MoveState(ctx, d.as("kstt"), m.ID, "", "", 100)
	require.NoError(t, err)
	require.Equal(t, models.MoveDone, status.State)
	for _, i := range status.Items {
		if i.Dossier == fresh {
			require.True(t, i.NewDue.After(i.OldDue), "the deciding document says so for this one")
		} else {
			require.Equal(t, i.OldDue, i.NewDue)
		}
	}
	after, err := d.store.Dossier(ctx, working)
	require.NoError(t, err)
	require.Equal(t, before.View.DueAt, after.View.DueAt)
	require.Equal(t, before.View.Revision+1, after.View.Revision, "a form that was open is stale")

	// Journal, reason and names of the steps before.
	detail, err := d.Show(ctx, d.as("thamdinh"), working, false)
	require.NoError(t, err)
	last := detail.Timeline[len(detail.Timeline)-1].Body.(dossier.VersionMoved)
	require.Equal(t, "9/QĐ-UBND", last.Document)
	require.Contains(t, detail.Steps, "tra-cuu")
	require.Contains(t, detail.Steps, "tham-tra")

	// They go on, on the new steps; also after Temporal was lost.
	d.must("thamdinh", working, working+"go", office.ActBody{Kind: dossier.ActComplete, Task: "tham-tra#1", Outcome: "dat"})
	d.engine.set(func(e *engine) { e.running = map[string]*machine{} })
	_, err = d.Reconcile(ctx, true)
	require.NoError(t, err)
	d.must("lanhdao", working, working+"ky", office.ActBody{Kind: dossier.ActComplete, Task: "ky#1", Outcome: "lam-lai"})
	d.must("thamdinh", working, working+"lai", office.ActBody{Kind: dossier.ActComplete, Task: "tham-tra#2", Outcome: "dat"})
	d.must("motcua", supplement, supplement+"bs", office.ActBody{Kind: dossier.ActProvideSupplement, Complete: true, Papers: []string{"don"}})
	d.must("thamdinh", suspended, suspended+"tt", office.ActBody{Kind: dossier.ActResume})
	d.must("lanhdao", signing, signing+"ky", office.ActBody{Kind: dossier.ActComplete, Task: "ky#1", Outcome: "lam-lai"})
	for _, code := range []string{working, supplement, suspended, signing} {
		require.NoError(t, d.Audit(ctx, code))
	}
}

// A move goes on where it was: after a stop, an outage in the middle of it, an answer that got lost.
func TestMoveIsStoppedAndGoesOn(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	_, working, _, _, _, _ := d.many()
	v := d.publishes("a", renamed(t))
	m, err := d.StartMove(ctx, d.as("kstt"), d.order(v.ID), "go")
	require.NoError(t, err)
	_, err = d.ActOnMove(ctx, d.as("kstt"), m.ID, office.MoveUndo)
	problem(t, err, 409, "move_state")
	stopped, err := d.ActOnMove(ctx, d.as("kstt"), m.ID, office.MoveStop)
	require.NoError(t, err)
	require.Equal(t, models.MoveStopped, stopped.State)
	n, err := d.AdvanceMoves(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
	require.NotEqual(t, v.Hash, d.planOf(working))
	_, err = d.ActOnMove(ctx, d.as("kstt"), m.ID, office.MoveResume)
	require.NoError(t, err)

	d.engine.set(func(e *engine) { e.down = true })
	later := d.again() // another process: nothing remembered
	_, err = later.AdvanceMoves(ctx)
	require.Error(t, err)
	require.NotContains(t, d.items(m.ID), "moved")
	d.engine.set(func(e *engine) { e.down, e.slow = false, true }) // does it, and the answer is lost
	n, err = d.again().AdvanceMoves(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
	d.engine.set(func(e *engine) { e.slow = false })
	acts := d.engine.acts
	n, err = d.again().AdvanceMoves(ctx)
	require.NoError(t, err)
	require.Equal(t, 5, n)
	require.Equal(t, acts, d.engine.acts, "nothing is done twice")
	for code, state := range d.items(m.ID) {
		require.Equal(t, models.ItemMoved, state, code)
		moves := 0
		events, err := d.store.Events(ctx, code, 0)
		require.NoError(t, err)
		for _, e := range events {
			if e.Body.Kind() == "version_moved" {
				moves++
			}
		}
		require.Equal(t, 1, moves)
	}
}

// A dossier that cannot be moved is untouched and says why; the others go. Undone, everyone stands where the old version has a place.
func TestMoveRefusesOneAndIsUndone(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	fresh, working, supplement, suspended, signing, _ := d.many()
	v := d.publishes("a", renamed(t))
	m, err := d.StartMove(ctx, d.as("kstt"), d.order(v.ID), "go")
	require.NoError(t, err)
	before := map[string]dossier.View{}
	for _, code := range []string{fresh, working, supplement, suspended, signing} {
		row, err := d.store.Dossier(ctx, code)
		require.NoError(t, err)
		before[code] = row.View
	}
	d.engine.set(func(e *engine) {
		e.refuse = map[string]*dossier.Refusal{signing: {Code: "frozen", Detail: "Hồ sơ tạm khóa."}}
	})
	_, err = d.AdvanceMoves(ctx)
	require.NoError(t, err)
	require.Equal(t, map[string]string{fresh: "moved", working: "moved", supplement: "moved", suspended: "moved", signing: "refused"}, d.items(m.ID))
	status, err := d.MoveState(ctx, d.as("kstt"), m.ID, "refused", "", 10)
	require.NoError(t, err)
	require.Equal(t, "frozen", status.Items[0].Code)
	require.Equal(t, "Hồ sơ tạm khóa.", status.Items[0].Detail)
	row, err := d.store.Dossier(ctx, signing)
	require.NoError(t, err)
	require.Equal(t, before[signing], row.View, "wholly untouched")

	d.must("motcua", fresh, fresh+"on", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"}) // goes on, under the new version
	d.must("motcua", supplement, supplement+"rut", office.ActBody{Kind: dossier.ActWithdraw})
	_, err = d.ActOnMove(ctx, d.as("kstt"), m.ID, office.MoveUndo)
	require.NoError(t, err)
	_, err = d.AdvanceMoves(ctx)
	require.NoError(t, err)
	require.Equal(t, map[string]string{fresh: "undone", working: "undone", supplement: "stays", suspended: "undone", signing: "refused"}, d.items(m.ID))
	status, err = d.MoveState(ctx, d.as("kstt"), m.ID, "", "", 10)
	require.NoError(t, err)
	require.Equal(t, models.MoveUndone, status.State)
	for _, code := range []string{working, suspended} {
		row, err := d.store.Dossier(ctx, code)
		require.NoError(t, err)
		require.Equal(t, before[code].Tasks, row.View.Tasks)
		require.Equal(t, before[code].DueAt, row.View.DueAt)
		require.Equal(t, before[code].Plan, row.View.Plan)
	}
	d.must("thamdinh", fresh, fresh+"lai", office.ActBody{Kind: dossier.ActComplete, Task: "tra-cuu#1", Outcome: "dat"})
	d.must("thamdinh", working, working+"lai", office.ActBody{Kind: dossier.ActComplete, Task: "tra-cuu#1", Outcome: "dat"})
	_, err = d.MoveState(ctx, d.as("kstt"), "none", "", "", 10)
	problem(t, err, 404, "move_unknown")
}

// An act of a move whose fate was unknown is asked again by the sweeper too, with plan and calendars.
func TestSweeperKnowsMoves(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	code := d.take(hourly(), "1").Code
	v := d.publishes("a", renamed(t))
	_, err := d.StartMove(ctx, d.as("kstt"), d.order(v.ID), "go")
	require.NoError(t, err)
	d.engine.set(func(e *engine) { e.hung = true })
	_, err = d.AdvanceMoves(ctx)
	require.NoError(t, err)
	d.engine.set(func(e *engine) { e.hung = false })
	d.now = d.now.Add(time.Minute)
	n, err := d.SweepActs(context.WithoutCancel(ctx))
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, v.Hash, d.planOf(code))
	_, err = d.AdvanceMoves(ctx)
	require.NoError(t, err)
}
