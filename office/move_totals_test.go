package office_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/models"
	"motcua/office"
)

// The totals are those of the whole move, whatever page is shown.
func TestTotalsOfAMove(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	fresh, working, supplement, suspended, signing, _ := d.many()
	v := d.publishes("a", renamed(t))
	order := d.order(v.ID)
	order.Later, order.Ground = []string{fresh, working}, "Luật mới"
	totals := func(order office.MoveOrder) office.MoveTotals {
		out, err := d.PreviewMove(ctx, d.as("kstt"), order, 2, "", true)
		require.NoError(t, err)
		require.Len(t, out.Items, 2)
		require.NotNil(t, out.Totals)
		return *out.Totals
	}
	require.Equal(t, office.MoveTotals{Dossiers: 5, Judged: 5, Movable: 5, Refusals: map[string]int64{}, Later: 2}, totals(order))
	order.Steps = nil // who is at the step that is gone cannot go
	require.Equal(t, office.MoveTotals{Dossiers: 5, Judged: 5, Movable: 2, Stuck: 3, Refusals: map[string]int64{"step_unmapped": 3}, Later: 1}, totals(order))

	// Two days later the eight hours are over, but for those that wait for the applicant or a court; nothing becomes late by the move.
	d.now = at(4, 9, 0)
	order = d.order(v.ID)
	require.Equal(t, office.MoveTotals{Dossiers: 5, Judged: 5, Movable: 5, Refusals: map[string]int64{}, Late: 3}, totals(order))

	// Six hours instead of eight: an internal date before the promise, and where it is past, behind but not late.
	e := open(t)
	early := e.take(hourly(), "1").Code
	s := e.publishes("b", definition(t, "limit: 8wh", "limit: 6wh", "role: chuyen-vien, limit: 4wh", "role: chuyen-vien, limit: 2wh"))
	e.take(hourly(), "2") // under the new version: not of this move
	preview := func() office.MoveTotals {
		order := office.MoveOrder{From: e.sampleID(), To: s.ID, Reason: "Cắt giảm", Document: "9/QĐ-UBND"}
		out, err := e.PreviewMove(ctx, e.as("kstt"), order, 10, "", true)
		require.NoError(t, err)
		require.Equal(t, early, out.Items[0].Dossier)
		return *out.Totals
	}
	require.Equal(t, office.MoveTotals{Dossiers: 1, Judged: 1, Movable: 1, Refusals: map[string]int64{}, Earlier: 1}, preview())
	e.now = at(3, 8, 30) // six working hours from nine are over at 16:30, eight the next morning at nine
	require.Equal(t, office.MoveTotals{Dossiers: 1, Judged: 1, Movable: 1, Refusals: map[string]int64{}, Earlier: 1, Behind: 1}, preview())

	// Dossiers that are named are paged through too.
	order.Dossiers = []string{supplement, suspended, signing, suspended}
	var seen []string
	for after, more := "", true; more; {
		page, err := d.PreviewMove(ctx, d.as("kstt"), order, 2, after, true)
		require.NoError(t, err)
		require.EqualValues(t, 3, page.Totals.Dossiers)
		for _, i := range page.Items {
			seen = append(seen, i.Dossier)
		}
		after, more = page.Next, page.Next != ""
	}
	require.Equal(t, []string{supplement, suspended, signing}, seen)
}

// BenchmarkMove measures the preview with totals and the move of 2,000 open dossiers at two steps, through office and SQLite, with a
// machine in memory for an engine. It is done once: afterwards the dossiers are where they are.
func BenchmarkMove(b *testing.B) {
	const n = 2000
	d := open(b)
	for i := range n {
		code := d.take(hourly(), fmt.Sprint(i)).Code
		if i%2 == 0 {
			d.must("motcua", code, code, office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
		}
	}
	v := d.publishes("a", renamed(b))
	order := d.order(v.ID)
	start := time.Now()
	out, err := d.PreviewMove(b.Context(), d.as("kstt"), order, 50, "", true)
	require.NoError(b, err)
	require.EqualValues(b, n, out.Totals.Movable)
	b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms/preview")
	m, err := d.StartMove(b.Context(), d.as("kstt"), order, "go")
	require.NoError(b, err)
	start = time.Now()
	moved, err := d.AdvanceMoves(b.Context())
	require.NoError(b, err)
	b.ReportMetric(float64(moved)/time.Since(start).Seconds(), "dossiers/s")
	m, err = d.ActOnMove(b.Context(), d.as("kstt"), m.ID, office.MoveUndo)
	require.NoError(b, err)
	require.EqualValues(b, n, m.Counts[models.ItemMoved])
}
