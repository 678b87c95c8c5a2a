package contract_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/app"
	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/simulate/backtest"
)

// Dossiers that went through the desks are exported with nothing personal and lived again: the one that took five of its twelve days
// is early again, and late where two days would have been promised; the one that lies since is late both times.
func TestThePastIsExportedAndLivedAgain(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.submit("a", true)
	d.submit("b", true)
	for i, step := range []struct {
		who, outcome string
		at           time.Time
	}{
		{"motcua", "", time.Date(2026, 3, 2, 10, 30, 0, 0, calendar.Zone())},
		{"thamdinh", "dat", time.Date(2026, 3, 5, 15, 20, 0, 0, calendar.Zone())},
		{"lanhdao", "duyet", time.Date(2026, 3, 6, 16, 59, 0, 0, calendar.Zone())},
		{"thamdinh", "", time.Date(2026, 3, 9, 8, 0, 0, 0, calendar.Zone())},
	} {
		d.now = step.at
		a := d.act(code, step.who, "k"+string(rune('0'+i)), map[string]any{"kind": "complete", "outcome": step.outcome})
		require.Equal(t, http.StatusOK, a.status, string(a.raw))
	}
	d.now = time.Date(2026, 4, 1, 9, 0, 0, 0, calendar.Zone())
	var out bytes.Buffer
	store := d.engine.store
	require.NoError(t, app.WritePast(t.Context(), store, models.PastFilter{Procedures: []string{"1.012784"}}, &out))
	require.NotContains(t, out.String(), "Nguyễn Văn Mẫu")
	require.NotContains(t, out.String(), "026100000089")

	h := backtest.NewHistory(dossier.DefaultPolicy(), nil)
	require.NoError(t, h.Read(&out))
	require.Equal(t, 2, h.Dossiers)
	require.Zero(t, h.Unread, h.Reason)
	from, _ := h.Period()
	x := backtest.Test{
		Parts: h.Parts(false), Calendars: h.Calendars, Policy: dossier.DefaultPolicy(), Counted: from, Until: d.now, End: d.now,
		Change: backtest.Change{Limits: map[string]calendar.Limit{"1.012784": calendar.MustLimit("2wd")}},
	}
	a := x.Run(func(n int, do func(i int)) {
		for i := range n {
			do(i)
		}
	})
	require.Equal(t, 1, a.Before.All.Early, "%+v", a.Before.All)
	require.Equal(t, 1, a.Before.All.PastLimit, "%+v", a.Before.All)
	require.Equal(t, 1, a.Before.All.Recorded)
	require.Equal(t, 1, a.Before.All.Same)
	require.Equal(t, 1, a.After.All.Late)
	require.Equal(t, 1, a.After.All.PastLimit)
	require.Equal(t, a.Before.All, a.Before.ByAgency["H99.14.01.01"])
}
