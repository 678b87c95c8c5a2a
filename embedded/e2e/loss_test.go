package e2e_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// Temporal's database is lost: every open dossier goes on from our events, wherever it stood, and what has ended stays ended.
func TestTemporalsDatabaseIsLost(t *testing.T) {
	onBoth(t, 1, func(t *testing.T, in installation) {
		d := &desk{t, in}
		atDesk := d.submit("1.012784", "at desk")
		atHandler := d.submit("1.012784", "at handler")
		d.act(atHandler, "motcua", "h1", complete(""))
		waiting := d.submit("1.012784", "waiting")
		d.act(waiting, "motcua", "w1", complete(""))
		d.act(waiting, "thamdinh", "w2", map[string]any{"kind": "request_supplement", "reason": "thiếu bản vẽ"})
		a := d.call(http.MethodPost, "/v1/dossiers", "congdvc", "new", submission("1.012784", false))
		require.Equal(t, http.StatusCreated, a.status, a.body)
		fresh := a.body["code"].(string)
		gone := d.submit("1.012784", "gone")
		d.act(gone, "motcua", "g1", kind("withdraw"))

		open := []string{atDesk, atHandler, waiting, fresh}
		before := map[string]map[string]any{gone: d.show(gone, false)}
		for _, code := range open {
			before[code] = d.agreed(code)
		}
		in.loseTemporal()
		for _, code := range open {
			after := d.agreed(code)
			require.Equal(t, core(before[code]), core(after), code)
			require.Equal(t, before[code]["timeline"], after["timeline"], code)
		}
		d.act(atDesk, "motcua", "d2", complete(""))
		d.act(atHandler, "thamdinh", "h2", complete("dat"))
		require.EqualValues(t, 2, d.act(waiting, "motcua", "w3", map[string]any{"kind": "provide_supplement", "complete": true})["count"])
		d.act(fresh, "motcua", "f2", kind("accept"))

		require.Equal(t, before[gone]["timeline"], d.show(gone, false)["timeline"])
		a = d.hand(gone, "motcua", "g2", complete(""))
		require.Equal(t, http.StatusConflict, a.status, a.body)
		require.Equal(t, "closed", a.body["code"])

		a = d.hand(atHandler, "motcua", "h1", complete(""))
		require.Equal(t, http.StatusOK, a.status, "an act from before the loss is still known: %v", a.body)
		require.Equal(t, 1, times(deeds(t, d.show(atHandler, false)), a.body["act"].(string)))
	})
}
