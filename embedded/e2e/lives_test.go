package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
)

// fast is four hours of legal time a second: a working week in well under a minute.
const fast = 14400

// The lives of dossiers beside each other in one installation, on a fast clock.
func TestLives(t *testing.T) {
	onBoth(t, fast, func(t *testing.T, in installation) {
		t.Run("together", func(t *testing.T) { // ends when all have ended
			for _, life := range []struct {
				name string
				live func(*desk, *calendar.Calendar)
			}{
				{"early", early},
				{"withdrawn", withdrawn},
				{"supplement before acceptance", supplementBefore},
				{"supplement after acceptance", supplementAfter},
				{"tax and payment", paid},
				{"retried keys", retriedKeys},
				{"wrong requests", wrongRequests},
			} {
				t.Run(life.name, func(t *testing.T) {
					t.Parallel()
					life.live(&desk{t, in}, nation(t))
				})
			}
		})
		(&desk{t, in}).everythingTold()
	})
}

func limit(t *testing.T, cal *calendar.Calendar, from time.Time, l string) time.Time {
	t.Helper()
	due, err := cal.Add(from, calendar.MustLimit(l))
	require.NoError(t, err)
	return due
}

// early goes to its result before its date, and into the applicant's hands.
func early(d *desk, cal *calendar.Calendar) {
	code := d.submit("1.012784", "early")
	shown := d.agreed(code)
	require.Equal(d.t, limit(d.t, cal, instant(d.t, shown, "accepted_at"), "12wd").UTC(), instant(d.t, shown, "due_at").UTC())
	d.act(code, "motcua", "e1", complete(""))
	d.act(code, "thamdinh", "e2", complete("dat"))
	d.act(code, "lanhdao", "e3", complete("duyet"))
	shown = d.act(code, "thamdinh", "e4", complete(""))
	require.EqualValues(d.t, 9, shown["status"], "the result is at the desk")
	require.Equal(d.t, "early", shown["verdict"].(map[string]any)["class"])
	shown = d.act(code, "motcua", "e5", kind("return"))
	require.EqualValues(d.t, 10, shown["status"], "and with the applicant")
	require.Equal(d.t, "early", shown["verdict"].(map[string]any)["class"])
}

// withdrawn is over, and stays so.
func withdrawn(d *desk, _ *calendar.Calendar) {
	code := d.submit("1.012784", "withdrawn")
	shown := d.act(code, "motcua", "w1", kind("withdraw"))
	require.EqualValues(d.t, 7, shown["status"])
	for key, body := range map[string]map[string]any{"w2": kind("withdraw"), "w3": complete("")} {
		a := d.hand(code, "motcua", key, body)
		require.Equal(d.t, http.StatusConflict, a.status, a.body)
		require.Equal(d.t, "closed", a.body["code"])
	}
	require.Equal(d.t, shown["timeline"], d.show(code, false)["timeline"])
}

// supplementBefore: before acceptance no legal clock runs, and nothing restarts.
func supplementBefore(d *desk, cal *calendar.Calendar) {
	a := d.call(http.MethodPost, "/v1/dossiers", "congdvc", "before", submission("1.012784", false))
	require.Equal(d.t, http.StatusCreated, a.status, a.body)
	code := a.body["code"].(string)
	require.EqualValues(d.t, 1, a.body["status"])
	shown := d.act(code, "motcua", "sb1", map[string]any{"kind": "request_supplement", "reason": "thiếu bản vẽ"})
	require.EqualValues(d.t, 5, shown["status"])
	d.pass("before-watch", 120)
	shown = d.act(code, "congdvc", "sb2", map[string]any{"kind": "provide_supplement"})
	require.EqualValues(d.t, 5, shown["status"], "a portal brings papers, the desk says whether they are complete")
	provided := instant(d.t, event(d.t, shown, "supplement_provided", 1), "at")
	shown = d.act(code, "motcua", "sb2b", map[string]any{"kind": "check_supplement", "complete": true})
	require.EqualValues(d.t, 1, shown["status"], "back at intake")
	require.Equal(d.t, limit(d.t, cal, provided, "8wh").UTC(), instant(d.t, shown, "intake_due").UTC(), "a fresh intake clock")
	shown = d.act(code, "motcua", "sb3", kind("accept"))
	require.EqualValues(d.t, 2, shown["status"])
	require.EqualValues(d.t, 1, shown["count"], "nothing was restarted")
	require.Equal(d.t, limit(d.t, cal, instant(d.t, shown, "accepted_at"), "12wd").UTC(), instant(d.t, shown, "due_at").UTC())
}

// supplementAfter: after acceptance the whole limit runs again, from the receipt of the papers.
func supplementAfter(d *desk, cal *calendar.Calendar) {
	code := d.submit("1.012784", "after")
	shown := d.act(code, "motcua", "sa1", complete(""))
	due := instant(d.t, shown, "due_at")
	d.act(code, "thamdinh", "sa2", map[string]any{"kind": "request_supplement", "reason": "thiếu bản vẽ"})
	d.pass("after-watch-1", 480)
	shown = d.act(code, "congdvc", "sa3", map[string]any{"kind": "provide_supplement"})
	require.EqualValues(d.t, 5, shown["status"], "until the papers are checked")
	received := instant(d.t, event(d.t, shown, "supplement_provided", 1), "at")
	d.pass("after-watch-2", 60)
	shown = d.act(code, "thamdinh", "sa4", map[string]any{"kind": "check_supplement", "complete": true})
	require.EqualValues(d.t, 2, shown["count"])
	require.Equal(d.t, limit(d.t, cal, received, "12wd").UTC(), instant(d.t, shown, "due_at").UTC(), "from the receipt of the papers, not from the click")
	require.True(d.t, instant(d.t, shown, "due_at").After(due))
	require.Equal(d.t, due.UTC(), instant(d.t, shown, "original_due").UTC(), "what was promised first stays on the sheet")
}

// paid: the tax office's time and the wait for payment are outside the limit of 8 working days; the date moves by exactly
// that working time, rounded up once to the end of a day (clock.md §4). Then it goes to its result.
func paid(d *desk, cal *calendar.Calendar) {
	code := d.submit("1.013831", "paid")
	shown := d.act(code, "motcua", "p1", complete(""))
	accepted, due := instant(d.t, shown, "accepted_at"), instant(d.t, shown, "due_at")
	require.Equal(d.t, limit(d.t, cal, accepted, "8wd").UTC(), due.UTC())
	d.act(code, "thamdinh", "p2", map[string]any{"kind": "complete", "outcome": "dat", "facts": map[string]any{"obligation.tax": true}})
	shown = d.act(code, "lanhdao", "p3", complete(""))
	require.Equal(d.t, "tax", shown["leg"])
	from := instant(d.t, event(d.t, shown, "step_opened", 4), "at")
	d.pass("paid-watch-1", 300)
	shown = d.act(code, "thue", "p4", complete(""))
	require.EqualValues(d.t, 6, shown["status"])
	require.Equal(d.t, true, shown["paused"])
	d.pass("paid-watch-2", 300)
	shown = d.act(code, "motcua", "p5", map[string]any{"kind": "confirm_payment", "document": "bien-lai-1"})
	require.EqualValues(d.t, 4, shown["status"])
	until := instant(d.t, event(d.t, shown, "payment_confirmed", 1), "at")

	out, err := cal.Between(from, until)
	require.NoError(d.t, err)
	require.GreaterOrEqual(d.t, out, 600, "both waits")
	start, err := cal.Normalize(accepted)
	require.NoError(d.t, err)
	unrounded, err := cal.Advance(workingDaysAfter(d.t, cal, start, 8), out)
	require.NoError(d.t, err)
	want := unrounded.In(calendar.Zone())
	want = time.Date(want.Year(), want.Month(), want.Day(), 17, 0, 0, 0, want.Location())
	require.Equal(d.t, want.UTC(), instant(d.t, shown, "due_at").UTC(), "%s moved by %d minutes", due, out)

	d.act(code, "motcua", "p6", complete(""))
	d.act(code, "thamdinh", "p7", complete(""))
	d.act(code, "lanhdao", "p8", complete("duyet"))
	shown = d.act(code, "thamdinh", "p9", complete(""))
	require.EqualValues(d.t, 9, shown["status"])
}

// workingDaysAfter is the time of day of an instant, n working days later, counted one date after the other. The end of the
// morning is the beginning of the afternoon; closing time stays (clock.md §4).
func workingDaysAfter(t *testing.T, cal *calendar.Calendar, at time.Time, n int) time.Time {
	t.Helper()
	at = at.In(calendar.Zone())
	for n > 0 {
		at = at.AddDate(0, 0, 1)
		if cal.IsWorkingDay(at) {
			n--
		}
	}
	open, err := cal.Normalize(at)
	require.NoError(t, err)
	if calendar.DateOf(open) == calendar.DateOf(at) {
		return open
	}
	return at
}
