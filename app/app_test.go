package app

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/models"
	"motcua/models/modelstest"
	"motcua/office"
	"motcua/workflows"
)

// The clock of an installation is kept: a restart goes on with the first anchor, and another scale is refused.
func TestClockIsStoredOnce(t *testing.T) {
	t.Parallel()
	s := modelstest.Open(t)
	start := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	first, err := OpenClock(t.Context(), s, 1440, start)
	require.NoError(t, err)
	again, err := OpenClock(t.Context(), s, 1440, start.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.True(t, start.Add(1440*time.Minute).Equal(again.At(start.Add(time.Minute))))
	for _, other := range []int64{1, 60} {
		_, err = OpenClock(t.Context(), s, other, start)
		require.ErrorContains(t, err, "1440")
	}
	for _, bad := range []int64{0, -1} {
		_, err = OpenClock(t.Context(), modelstest.Open(t), bad, start)
		require.Error(t, err)
	}
	real, err := OpenClock(t.Context(), modelstest.Open(t), 1, start)
	require.NoError(t, err)
	require.True(t, start.Equal(real.At(start)))
}

// A second seeding changes nothing; every demo key works and belongs to somebody of the demonstration.
func TestSeedTwice(t *testing.T) {
	t.Parallel()
	i := install(t)
	rows := func() []any {
		plans, err := i.store.Procedures(t.Context(), models.ProcedureFilter{At: i.now, Limit: 100})
		require.NoError(t, err)
		agencies, err := i.store.Agencies(t.Context())
		require.NoError(t, err)
		national, err := i.store.Setting(t.Context(), office.NationalCalendar)
		require.NoError(t, err)
		return []any{plans, agencies, national}
	}
	before := rows()
	require.NoError(t, SeedDemo(t.Context(), i.store))
	require.Equal(t, before, rows())
	keys, err := DemoKeys()
	require.NoError(t, err)
	require.NotEmpty(t, keys)
	for _, k := range keys {
		p, err := i.office.Authenticate(t.Context(), k.Key)
		require.NoError(t, err, k.Who)
		_, err = i.store.Agency(t.Context(), p.Agency)
		require.NoError(t, err, k.Who)
		if p.Is(office.RoleOneStop) || p.Is(office.RoleHandler) || p.Is(office.RoleLeader) { // who acts on steps holds a position there
			held, err := i.store.Positions(t.Context(), p.Officer, i.now)
			require.NoError(t, err)
			require.True(t, slices.ContainsFunc(held, func(x models.Posting) bool { return x.Agency == p.Agency }), k.Who)
		}
	}
}

// A dossier whose start was lost in a crash is started by the relay, once.
func TestRelayStartsWhatACrashLeft(t *testing.T) {
	t.Parallel()
	i := install(t)
	code := i.left()
	r := i.relay()
	_, err := r.sweep(t.Context())
	require.NoError(t, err)
	require.Empty(t, i.engine.running, "left to whoever took it in, for five seconds")
	i.now = i.now.Add(6 * time.Second)
	for range 3 {
		_, err := r.sweep(t.Context())
		require.NoError(t, err)
	}
	require.Equal(t, map[string]int{code: 1}, i.engine.running)
}

// A start that fails is tried again when its time has come, not before.
func TestRelayTriesAgain(t *testing.T) {
	t.Parallel()
	i := install(t)
	code := i.left()
	i.engine.down = true
	i.now = i.now.Add(6 * time.Second)
	r := i.relay()
	sweep := func() {
		_, err := r.sweep(t.Context())
		require.NoError(t, err)
	}
	sweep()
	i.engine.down = false
	sweep()
	require.Empty(t, i.engine.running, "five seconds have not passed since the failure")
	i.now = i.now.Add(6 * time.Second)
	sweep()
	require.Equal(t, map[string]int{code: 1}, i.engine.running)
}

// What one dossier asks of another is tried again within a minute, however often it failed: a dossier waits for it. In the end a
// person is waited for.
func TestRelayIsPatientWithLinks(t *testing.T) {
	t.Parallel()
	i := install(t)
	code := i.left()
	i.engine.down = true
	r := i.relay()
	row := models.OutboxRow{ID: 1, Topic: models.TopicLink, Key: code, Payload: json.RawMessage(`{"kind":"withdraw","dossier":"` + code + `"}`), Dedup: "withdraw/" + code}
	require.ErrorIs(t, r.inward(t.Context(), row), workflows.ErrDown)
	for attempts, want := range map[int]time.Duration{1: 5 * time.Second, 2: time.Minute, 60: time.Minute, 61: 24 * time.Hour} {
		require.Equal(t, want, inwardBackoff(attempts), "attempt %d", attempts)
	}
	row.Payload = json.RawMessage(`{"kind":"open","dossier":"` + code + `","task":"x#1","seq":1}`)
	require.NoError(t, r.inward(t.Context(), row), "no such task waits any more")
}

// Standard Webhooks: five seconds, then minutes, then hours, and never more than a day.
func TestBackoff(t *testing.T) {
	t.Parallel()
	for attempt, want := range map[int]time.Duration{0: 5 * time.Second, 1: 5 * time.Second, 2: 5 * time.Minute, 3: 30 * time.Minute, 9: 24 * time.Hour, 100: 24 * time.Hour} {
		require.Equal(t, want, backoff(attempt), "attempt %d", attempt)
	}
}

// An open dossier without a workflow gets one again, and the operator is told.
func TestReconcilerHeals(t *testing.T) {
	t.Parallel()
	i := install(t)
	code := i.left()
	for range 2 {
		require.NoError(t, reconcileOnce(t.Context(), i.office))
	}
	require.Equal(t, map[string]int{code: 1}, i.engine.running)
	found, err := i.store.Findings(t.Context(), findingMissing, false, 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, code, found[0].Subject)
	require.Equal(t, 1, found[0].Count)
}

// A mission whose start was lost in a crash is started by the relay, once; one without a workflow gets it again.
func TestMissionsAreStartedAndHealed(t *testing.T) {
	t.Parallel()
	i := install(t)
	code := i.leftMission()
	r := i.relay()
	i.now = i.now.Add(6 * time.Second)
	for range 3 {
		_, err := r.sweep(t.Context())
		require.NoError(t, err)
	}
	require.Equal(t, map[string]int{code: 1}, i.engine.running)
	i.engine.running = map[string]int{}
	for range 2 {
		require.NoError(t, reconcileOnce(t.Context(), i.office))
	}
	require.Equal(t, map[string]int{code: 1}, i.engine.running)
	found, err := i.store.Findings(t.Context(), findingMissing, false, 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, code, found[0].Subject)
}

// A second seeding of the missions changes nothing, and ships two plans apart.
func TestSeedMissions(t *testing.T) {
	t.Parallel()
	i := install(t)
	rows := func() (all []models.MissionFileRow) {
		for _, kind := range []string{models.MissionModelFile, models.MissionPlanFile} {
			files, err := i.store.MissionFiles(t.Context(), kind, i.now, true)
			require.NoError(t, err)
			all = append(all, files...)
		}
		return all
	}
	before := rows()
	require.Len(t, before, 3)
	for _, f := range before {
		require.Equal(t, shippedBy, f.ApprovedBy)
	}
	require.NoError(t, SeedDemo(t.Context(), i.store))
	require.Equal(t, before, rows())
}

// What leaves by the outbox names nobody.
func TestOutboxHoldsNothingPersonal(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.left()
	rows, err := i.store.ClaimOutbox(t.Context(), nil, 100, time.Minute)
	require.NoError(t, err)
	require.NotEmpty(t, rows)
	all, err := json.Marshal(rows)
	require.NoError(t, err)
	require.NotContains(t, string(all), "Nguyễn")
}
