package office_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/models"
	"motcua/office"
)

// parentVersion publishes another version of the procedure that opens a dossier of the commune, and returns the order to move to it.
func (d *desk) parentVersion(key string, steps map[string]string, pairs ...string) office.MoveOrder {
	d.t.Helper()
	list, _, err := d.Versions(d.t.Context(), d.as("kstt"), office.VersionFilter{Code: "9.100001", InForce: true})
	require.NoError(d.t, err)
	require.Len(d.t, list, 1)
	text := parentText
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(d.t, text, pairs[i])
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	v := d.publishes(key, linkedHead+text+linkedEnd)
	return office.MoveOrder{From: list[0].ID, To: v.ID, Steps: steps, Reason: "Quy trình mới", Document: "9/QĐ-UBND"}
}

// moves carries a move to its end, and says what became of a dossier.
func (d *desk) moves(key string, order office.MoveOrder, code string) office.MoveItemLine {
	d.t.Helper()
	m, err := d.StartMove(d.t.Context(), d.as("kstt"), order, key)
	require.NoError(d.t, err)
	_, err = d.AdvanceMoves(d.t.Context())
	require.NoError(d.t, err)
	m, err = d.MoveState(d.t.Context(), d.as("kstt"), m.ID, "", "", 100)
	require.NoError(d.t, err)
	require.Len(d.t, m.Items, 1)
	require.Equal(d.t, code, m.Items[0].Dossier)
	return m.Items[0]
}

// A dossier that waits for another is moved, everything around the step that waits renamed; the other's end still comes back to it,
// and what follows is the new version's.
func TestMoveWhileAnotherDossierIsOpen(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[string]string{"dat": "ky-moi#1", "khong": ""} {
		t.Run(outcome, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			parent, child := d.opened(map[string]any{"parcel.kind": "b"})
			order := d.parentVersion("v2", map[string]string{"lam": "soan", "ky": "ky-moi"},
				"{id: lam,", "{id: soan,", "stopped: lam", "stopped: soan", "{id: ky,", "{id: ky-moi,", "finished: ky,", "finished: ky-moi,")
			preview, err := d.PreviewMove(t.Context(), d.as("kstt"), order, 10, "", false)
			require.NoError(t, err)
			require.Equal(t, 1, preview.Movable, preview.Items)
			below := d.show("xa", child)
			require.Equal(t, models.ItemMoved, d.moves("m", order, parent).State)
			require.Equal(t, below.DueAt, d.show("xa", child).DueAt, "the other dossier is left alone")
			require.Equal(t, child, d.show("thamdinh", parent).Linked[0].Code)

			d.now = at(4, 9, 0)
			d.must("xa", child, "c1", office.ActBody{Kind: dossier.ActComplete, Outcome: outcome})
			d.now = at(4, 9, 5)
			require.Zero(t, d.relay())
			detail := d.show("thamdinh", parent)
			if want == "" {
				require.Equal(t, dossier.StageFinished, detail.Stage)
				require.True(t, detail.Refusal)
			} else {
				require.Equal(t, want, detail.Tasks[0].Task)
				require.True(t, at(4, 9, 0).Equal(detail.Tasks[0].OpenedAt), "from the end itself")
				d.must("lanhdao", parent, "a2", office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"})
				require.Equal(t, dossier.StageFinished, d.show("motcua", parent).Stage)
			}
			require.NoError(t, d.Audit(t.Context(), parent))
			require.NoError(t, d.Audit(t.Context(), child))
		})
	}
}

// The message of the other's end may be under way while the dossier is moved, and the dossier may end first: both find each other.
func TestMoveBetweenAnEndAndItsMessage(t *testing.T) {
	t.Parallel()
	d := open(t)
	parent, child := d.opened(nil)
	order := d.parentVersion("v2", map[string]string{"ky": "ky-moi"}, "{id: ky,", "{id: ky-moi,", "finished: ky,", "finished: ky-moi,")
	d.now = at(3, 9, 0)
	d.must("xa", child, "c1", office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"})
	d.now = at(3, 9, 10)
	require.Equal(t, models.ItemMoved, d.moves("m", order, parent).State, "before the message is there")
	require.Zero(t, d.relay())
	require.Equal(t, "ky-moi#1", d.show("thamdinh", parent).Tasks[0].Task)
	require.NoError(t, d.Audit(t.Context(), parent))

	other := open(t)
	parent, child = other.opened(nil)
	order = other.parentVersion("v2", map[string]string{"ky": "ky-moi"}, "{id: ky,", "{id: ky-moi,", "finished: ky,", "finished: ky-moi,")
	require.Equal(t, models.ItemMoved, other.moves("m", order, parent).State)
	other.now = at(3, 9, 0)
	other.must("motcua", parent, "w", office.ActBody{Kind: dossier.ActWithdraw, Reason: "mẫu"})
	require.Zero(t, other.relay())
	require.Equal(t, dossier.StageWithdrawn, other.show("xa", child).Stage)
}

// The step that waits keeps its name: links go by it. A dossier for which it would not is left where it is, and goes on.
func TestMoveKeepsTheNameThatLinksGoBy(t *testing.T) {
	t.Parallel()
	d := open(t)
	parent, child := d.opened(nil)
	order := d.parentVersion("v2", map[string]string{"xa": "xac-minh"}, "{id: xa,", "{id: xac-minh,", "xong: xa}", "xong: xac-minh}")
	item := d.moves("m", order, parent)
	require.Equal(t, models.ItemRefused, item.State)
	require.Equal(t, "step_renamed", item.Code)
	d.now = at(3, 9, 0)
	d.must("xa", child, "c1", office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"})
	require.Zero(t, d.relay())
	require.Equal(t, "ky#1", d.show("thamdinh", parent).Tasks[0].Task)
}

// A name that has opened a dossier once is not given to another task: its dossier would never be opened.
func TestMoveGivesNoNameTwice(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	parent, child := d.opened(nil)
	d.now = at(3, 9, 0)
	d.must("xa", child, "c1", office.ActBody{Kind: dossier.ActStop, Ground: "Luật mẫu Đ9", Reason: "mẫu"})
	require.Zero(t, d.relay())
	require.Equal(t, "lam#2", d.show("thamdinh", parent).Tasks[0].Task, "back to the first step")
	// The new version calls the old step otherwise, and another one by its name.
	order := d.parentVersion("v2", map[string]string{"xa": "xa-cu"},
		"finished: ky,", "finished: xa-cu,", "\n  - {id: ky,", `
  - {id: xa-cu, name: Xã xác nhận lần hai, procedure: "9.100002", agency: ubnd-xa, limit: 3wd, facts: {land.kind: parcel.kind}, outcomes: {finished: ky, refused: tu-choi, stopped: tu-choi}}
  - {id: ky,`, "limit: 5wd, facts", "limit: 2wd, facts")
	item := d.moves("m", order, parent)
	require.Equal(t, models.ItemRefused, item.State)
	require.Equal(t, "task_name_taken", item.Code)

	// With the name kept, the next visit is another task with a dossier of its own, whose end is its own too.
	order.Steps = nil
	require.Equal(t, models.ItemMoved, d.moves("m2", order, parent).State)
	d.must("thamdinh", parent, "a2", office.ActBody{Kind: dossier.ActComplete})
	require.Zero(t, d.relay())
	linked := d.show("thamdinh", parent).Linked
	require.Len(t, linked, 2)
	require.Equal(t, "xa#2", linked[1].Task)
	require.NotEqual(t, child, linked[1].Code)
	d.now = d.now.Add(time.Hour)
	d.must("xa", linked[1].Code, "c2", office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"})
	require.Zero(t, d.relay())
	detail := d.show("thamdinh", parent)
	require.Equal(t, "xa-cu#1", detail.Tasks[0].Task)
	require.Len(t, detail.Linked, 3)
	require.NoError(t, d.Audit(ctx, parent))
}
