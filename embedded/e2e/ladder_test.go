package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
)

// rung is one firing as the test expects it and as the server tells it.
type rung struct {
	name string // subject and rung
	at   time.Time
}

// ladderOfHours is the ladder "hours" of library/rules/ladders.yaml on a limit of 8 working hours with a first step of one,
// reckoned from the acceptance alone.
func ladderOfHours(t *testing.T, cal *calendar.Calendar, accepted time.Time) []rung {
	t.Helper()
	after := func(at time.Time, minutes int) time.Time {
		x, err := cal.Advance(at, minutes)
		require.NoError(t, err)
		return x
	}
	due := after(accepted, 480)
	// "Before" is the latest minute from which it still fits: an opening, not the closing before it.
	hourBefore, err := cal.Normalize(after(accepted, 420))
	require.NoError(t, err)
	return []rung{
		{"step:tiep-nhan#1 buoc-het-han", after(accepted, 60)},
		{"dossier nua-thoi-han", after(accepted, 240)},
		{"dossier tam-muoi-phan-tram", after(accepted, 384)},
		{"dossier truoc-mot-gio", hourBefore},
		{"dossier den-han", due},
		{"dossier bao-nguoi-nop", due},
		{"dossier don-doc", after(due, 120)},
		{"dossier don-doc/2", after(due, 240)},
		{"dossier don-doc/3", after(due, 360)},
		{"dossier qua-han-mot-ngay", workingDaysAfter(t, cal, due, 1)},
		{"dossier qua-han-hai-ngay", workingDaysAfter(t, cal, due, 2)},
	}
}

// fired lists the rungs of a dossier in the order in which they went off.
func (d *desk) fired(code string) (out []rung) {
	d.t.Helper()
	a := d.call(http.MethodGet, "/v1/escalations?limit=200&dossier="+code, "kstt", "", nil)
	require.Equal(d.t, http.StatusOK, a.status, a.body)
	for _, x := range a.body["items"].([]any) {
		r := x.(map[string]any)
		require.EqualValues(d.t, 1, r["generation"], r)
		require.NotEmpty(d.t, r["to"], r)
		require.False(d.t, instant(d.t, r, "fired_at").Before(instant(d.t, r, "instant")), "not before its time: %v", r)
		out = append(out, rung{fmt.Sprint(r["subject"], " ", r["rung"]), instant(d.t, r, "instant").UTC()})
	}
	slices.Reverse(out) // newest first
	return out
}

// firedAtLeast waits until that many rungs went off.
func (d *desk) firedAtLeast(code string, n int) (out []rung) {
	d.t.Helper()
	d.wait(func() bool {
		out = d.fired(code)
		return len(out) >= n
	}, "%d rungs of %s; so far: %v", n, code, lazy(func() any { return out }))
	return out
}

// submitInSession submits a dossier of 8 working hours inside a session. One received outside is due at closing time: what
// counts from there has a table of its own in package dossier.
func (d *desk) submitInSession(cal *calendar.Calendar) (code string, accepted time.Time) {
	d.t.Helper()
	for n := 1; ; n++ {
		code = d.submit("9.000001", fmt.Sprint("alone-", n))
		accepted = instant(d.t, d.show(code, false), "accepted_at")
		due, err := cal.Advance(accepted, 480)
		require.NoError(d.t, err)
		if due.In(calendar.Zone()).Hour() != 17 {
			return code, accepted
		}
		d.pass(fmt.Sprint("alone-watch-", n), 60)
	}
}

// A dossier left alone climbs the whole ladder and nothing else: every rung once, each at the instant that the test reckons by
// itself, in order; with everything of ours killed half-way up, and down for the next rungs, which fire in order when it is
// back.
func TestLadder(t *testing.T) {
	onBoth(t, fast, func(t *testing.T, in installation) {
		d, cal := &desk{t, in}, nation(t)
		code, accepted := d.submitInSession(cal)
		want := ladderOfHours(t, cal, accepted)
		d.firedAtLeast(code, 3)
		in.kill()
		in.start()
		got := d.firedAtLeast(code, len(want))
		require.True(t, slices.IsSortedFunc(got, func(a, b rung) int { return a.at.Compare(b.at) }), "in order: %v", got)
		for i := range want {
			want[i].at = want[i].at.UTC()
		}
		require.ElementsMatch(t, want, got, "accepted %s", accepted)

		shown := d.agreed(code)
		var inTimeline int
		for _, e := range events(t, shown) {
			if e["kind"] == "rung_fired" {
				inTimeline++
			}
		}
		require.Equal(t, len(want), inTimeline)
		require.Nil(t, shown["next_alarm"], "the ladder has an end")
		require.Equal(t, "late", shown["verdict"].(map[string]any)["class"])
	})
}
