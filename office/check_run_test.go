package office_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/mission"
	"motcua/models"
	"motcua/office"
	"motcua/workflows"
)

// A check that the engine left alone half-way goes on where it stood, and what is done is not done again.
func TestCheckGoesOn(t *testing.T) {
	t.Parallel()
	d := open(t)
	lost := d.take(hourly(), "1").Code
	d.take(hourly(), "2")
	d.begin("3")
	d.later()
	d.engine.set(func(e *engine) { delete(e.running, lost); e.failAt = 2 }) // the missions
	order := office.CheckOrder{ID: "a", Kind: office.CheckFull, By: "test"}
	r, err := d.Check(t.Context(), order)
	require.ErrorIs(t, err, workflows.ErrDown)
	require.Equal(t, models.CheckRunning, r.State)
	require.Equal(t, "missions", r.Phase)
	require.Equal(t, 2, r.Dossiers)
	require.Equal(t, 1, r.Started)
	seen, err := d.CheckState(t.Context(), d.as("kstt"), "a")
	require.NoError(t, err)
	require.NotEmpty(t, seen.Cause)

	d.Office = d.again() // another process
	r, err = d.Check(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, 2, r.Dossiers, "not read again")
	require.Equal(t, 1, r.Missions)
	require.Equal(t, 1, r.Started)
	require.Empty(t, r.Cause)
	d.fault(func(e *faults) { e.listings = 0 })
	again, err := d.Check(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, r, again)
	require.Zero(t, d.engine.listings, "what is done is done")
}

// While the clocks of process and database disagree nothing is said about lateness; when they agree again the finding is over.
func TestCheckWithASkewedClock(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "1").Code
	d.fault(func(e *faults) { e.rings = true })
	for _, gap := range []time.Duration{61 * time.Second, -61 * time.Second} {
		d.now = time.Date(2026, 3, 2, 11, 0, 0, 0, calendar.Zone())
		d.dbNow = d.now.Add(gap)
		r := d.full("skewed " + gap.String())
		require.Equal(t, -gap, r.Skewed)
		require.Equal(t, map[string]int{models.FindingClockSkew: 1}, r.Found)
		require.Zero(t, r.Poked)
		require.Equal(t, []string{"check"}, d.found(models.FindingClockSkew, false))
	}
	d.dbNow = d.now.Add(time.Minute)
	r := d.full("right")
	require.Zero(t, r.Skewed)
	require.Equal(t, map[string]int{office.FindingAlarmLate: 1}, r.Found)
	d.nothingOpen()
	fired, _, err := d.Escalations(t.Context(), d.as("kstt"), code, 10, "")
	require.NoError(t, err)
	require.Len(t, fired, 1)
}

// The first tick of a legal day is that day's full check, the others are quick; the same tick is the same run.
func TestTicks(t *testing.T) {
	t.Parallel()
	d := open(t)
	tick := func(at time.Time) office.CheckReport {
		d.now = at
		order, err := d.TickOrder(t.Context(), at)
		require.NoError(t, err)
		r, err := d.Check(t.Context(), order)
		require.NoError(t, err)
		return r
	}
	midnight := time.Date(2026, 3, 3, 0, 0, 0, 0, calendar.Zone())
	first := tick(midnight)
	require.Equal(t, office.CheckFull, first.Kind)
	require.Equal(t, "day-2026-03-03", first.ID)
	second := tick(midnight.Add(15 * time.Minute))
	require.Equal(t, office.CheckQuick, second.Kind)
	require.Equal(t, second.ID, tick(midnight.Add(16*time.Minute)).ID)
	require.NotEqual(t, second.ID, tick(midnight.Add(30*time.Minute)).ID)
	require.Equal(t, "day-2026-03-04", tick(midnight.Add(24*time.Hour)).ID)
	list, _, err := d.Checks(t.Context(), d.as("kstt"), 10, "")
	require.NoError(t, err)
	require.Len(t, list, 4)
}

// Every dossier has its day in the sample, a hundredth of them each day.
func TestSample(t *testing.T) {
	t.Parallel()
	day := calendar.DateOf(opening())
	drawn, days := 0, 0
	for n := range 20_000 {
		if office.InSample(fmt.Sprintf("H99.02.01-260302-%04d", n), day) {
			drawn++
		}
	}
	require.InDelta(t, 200, drawn, 60)
	for n := range 2000 {
		if office.InSample("H99.02.01-260302-0001", calendar.DateOf(opening().AddDate(0, 0, n))) {
			days++
		}
	}
	require.InDelta(t, 20, days, 15)
	require.Positive(t, days)
}

// Who may order a check asks a worker for it; the same key is the same run.
func TestOrderCheck(t *testing.T) {
	t.Parallel()
	d := open(t)
	first, err := d.OrderCheck(t.Context(), d.as("kstt"), "k")
	require.NoError(t, err)
	require.Equal(t, models.CheckRunning, first.State)
	again, err := d.OrderCheck(t.Context(), d.as("kstt"), "k")
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID)
	require.Len(t, d.engine.checks, 2, "Temporal makes one of them")
	require.Equal(t, d.engine.checks[0], d.engine.checks[1])
	r := d.full(first.ID)
	require.Equal(t, first.ID, r.ID)
	done, err := d.CheckState(t.Context(), d.as("thanhtra"), first.ID)
	require.NoError(t, err)
	require.Equal(t, models.CheckDone, done.State)
	_, err = d.OrderCheck(t.Context(), d.as("thanhtra"), "k")
	problem(t, err, 403, "forbidden")
	_, err = d.CheckState(t.Context(), d.as("kstt"), "none")
	problem(t, err, 404, "check_unknown")
	d.engine.set(func(e *engine) { e.down = true })
	_, err = d.OrderCheck(t.Context(), d.as("kstt"), "other")
	problem(t, err, 503, "engine_down")
}

// Findings come a page at a time, by kind, open or over.
func TestFindingsArePaged(t *testing.T) {
	t.Parallel()
	d := open(t)
	for n := range 5 {
		require.NoError(t, d.store.AddFinding(t.Context(), models.Finding{Kind: office.FindingAlarmLate, Subject: fmt.Sprint(n), Detail: "x"}))
	}
	require.NoError(t, d.store.AddFinding(t.Context(), models.Finding{Kind: "moon", Subject: "x", Detail: "x"}))
	require.NoError(t, d.store.CloseFinding(t.Context(), office.FindingAlarmLate, "0"))
	list := func(f office.FindingFilter) (out []string) {
		for {
			rows, next, err := d.Findings(t.Context(), d.as("kstt"), f)
			require.NoError(t, err)
			require.LessOrEqual(t, len(rows), 2)
			for _, r := range rows {
				out = append(out, r.Subject)
				require.NotEmpty(t, r.Next)
			}
			if f.Cursor = next; next == "" {
				return out
			}
		}
	}
	yes, no := true, false
	require.ElementsMatch(t, []string{"1", "2", "3", "4"}, list(office.FindingFilter{Kind: office.FindingAlarmLate, Open: &yes, Limit: 2}))
	require.Equal(t, []string{"0"}, list(office.FindingFilter{Open: &no, Limit: 2}))
	require.Len(t, list(office.FindingFilter{Limit: 2}), 6)
	require.Equal(t, []string{"x"}, list(office.FindingFilter{Kind: "moon", Limit: 2}))
	_, _, err := d.Findings(t.Context(), d.as("motcua"), office.FindingFilter{})
	problem(t, err, 403, "forbidden")
	_, _, err = d.Findings(t.Context(), d.as("kstt"), office.FindingFilter{Cursor: "zzz"})
	problem(t, err, 400, "bad_query")
}

// The mission's clock is held to its events and its workflow like a dossier's.
func TestCheckOfMissions(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.begin("1")
	row, err := d.store.Mission(t.Context(), code)
	require.NoError(t, err)
	d.now = row.NextAlarm.Add(-time.Hour)
	d.fault(func(e *faults) { e.unarmed = map[string]bool{code: true} })
	r := d.full("a")
	require.Equal(t, map[string]int{office.FindingAlarmUnarmed: 1}, r.Found)
	require.Equal(t, []string{code}, d.found(office.FindingAlarmUnarmed, true))
	d.nothingOpen()
	d.now = row.NextAlarm.Add(2 * time.Minute)
	r = d.full("b")
	require.Equal(t, map[string]int{office.FindingAlarmLate: 1}, r.Found)
	d.missions.ring(t, code)
	d.full("c")
	d.nothingOpen()
	events, err := d.store.MissionEvents(t.Context(), code, 0)
	require.NoError(t, err)
	require.IsType(t, mission.RungFired{}, events[len(events)-1].Body)
}
