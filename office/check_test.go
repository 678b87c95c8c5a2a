package office_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/office"
	"motcua/workflows"
)

// full runs a whole check, under a name of its own.
func (d *desk) full(id string) office.CheckReport {
	d.t.Helper()
	r, err := d.Check(d.t.Context(), office.CheckOrder{ID: id, Kind: office.CheckFull, By: "test"})
	require.NoError(d.t, err)
	require.Equal(d.t, models.CheckDone, r.State)
	return r
}

// found are the subjects of findings of a kind: open, or all that ever were.
func (d *desk) found(kind string, closed bool) (subjects []string) {
	d.t.Helper()
	list, err := d.store.Findings(d.t.Context(), kind, closed, 100)
	require.NoError(d.t, err)
	for _, f := range list {
		subjects = append(subjects, f.Subject)
	}
	return subjects
}

// nothingOpen says that no finding of the check is open.
func (d *desk) nothingOpen() {
	d.t.Helper()
	counts, err := d.store.FindingCounts(d.t.Context())
	require.NoError(d.t, err)
	require.Empty(d.t, counts)
}

// later moves the clock beyond the grace of new rows, within the hour.
func (d *desk) later() { d.now = d.now.Add(5 * time.Minute) }

func (d *desk) fault(f func(e *faults)) { d.engine.set(func(e *engine) { f(&e.faults) }) }

// Where all is well a check finds nothing and changes nothing, whoever is at work.
func TestCheckOfAHealthyInstallation(t *testing.T) {
	t.Parallel()
	d := open(t)
	ended := d.take(hourly(), "1").Code
	d.walk(ended)
	d.take(hourly(), "2")
	long := d.take(parcel(), "3").Code
	d.must("motcua", long, "a", office.ActBody{Kind: dossier.ActComplete})
	d.must("thamdinh", long, "b", office.ActBody{Kind: dossier.ActRequestSupplement, Reason: "thiếu bản vẽ"})
	d.begin("4")
	d.later()
	r := d.full("a")
	require.Equal(t, 2, r.Dossiers, "open ones only")
	require.Equal(t, 1, r.Missions)
	require.Equal(t, 4, r.Workflows, "the engine of the test keeps ended ones running")
	require.GreaterOrEqual(t, r.Asked, 1, "the rungs of the hourly one fall today")
	require.Zero(t, r.Projected+r.Started)
	require.Equal(t, map[string]int{office.FindingOrphan: 1}, r.Found, "that one is an orphan")
	require.Equal(t, []string{workflows.WorkflowID(ended)}, d.found(office.FindingOrphan, false))
	d.engine.set(func(e *engine) { delete(e.running, ended) })
	r = d.full("b")
	require.Empty(t, r.Found)
	d.nothingOpen()
}

// A workflow without a timer, or with one at another instant, is made to arm it; where that does not help it stays a finding until
// it does.
func TestCheckFindsADroppedAlarm(t *testing.T) {
	t.Parallel()
	d := open(t)
	dropped, wrong, deaf := d.take(hourly(), "1").Code, d.take(hourly(), "2").Code, d.take(hourly(), "3").Code
	d.later()
	far := d.now.Add(48 * time.Hour)
	d.fault(func(e *faults) {
		e.unarmed, e.deaf = map[string]bool{dropped: true, deaf: true}, map[string]bool{deaf: true}
		e.elsewhere = map[string]time.Time{wrong: far}
	})
	r := d.full("a")
	require.Equal(t, map[string]int{office.FindingAlarmUnarmed: 2, office.FindingAlarmWrong: 1}, r.Found)
	require.Equal(t, 3, r.Poked)
	require.Equal(t, 2, r.Closed, "those that listened")
	require.Equal(t, []string{deaf}, d.found(office.FindingAlarmUnarmed, false))
	require.Empty(t, d.found(office.FindingAlarmWrong, false))
	require.Equal(t, []string{wrong}, d.found(office.FindingAlarmWrong, true))

	list, _, err := d.Findings(t.Context(), d.as("kstt"), office.FindingFilter{Kind: office.FindingAlarmUnarmed})
	require.NoError(t, err)
	require.Len(t, list, 2)
	for _, f := range list {
		require.Contains(t, f.Detail, "10:00 02/03/2026", "the step of an hour ends at ten")
		require.NotEmpty(t, f.Next)
		require.NotEqual(t, f.Kind, f.Title)
	}
	d.fault(func(e *faults) { e.deaf = nil })
	r = d.full("b")
	require.Equal(t, 1, r.Closed)
	d.nothingOpen()
}

// A timer that is early by up to an hour is kept on purpose, and one beyond the window of a storm is not late by that.
func TestCheckKeepsWhatIsKeptOnPurpose(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Window = 5 * time.Minute
	early, spread := d.take(hourly(), "1").Code, d.take(hourly(), "2").Code
	d.later()
	ten := time.Date(2026, 3, 2, 10, 0, 0, 0, calendar.Zone())
	d.fault(func(e *faults) {
		e.elsewhere = map[string]time.Time{early: ten.Add(-50 * time.Minute), spread: ten.Add(5*time.Minute + 59*time.Second)}
	})
	require.Empty(t, d.full("a").Found)
	d.fault(func(e *faults) { e.elsewhere[spread] = ten.Add(6*time.Minute + time.Second) })
	require.Equal(t, map[string]int{office.FindingAlarmWrong: 1}, d.full("b").Found)
}

// Lost workflows come back: those that never ran and those that were terminated. One that ended by itself does not: then the
// records are older than the engine, and a person must look.
func TestCheckBringsWorkflowsBack(t *testing.T) {
	t.Parallel()
	d := open(t)
	lost, terminated, ended := d.take(hourly(), "1").Code, d.take(parcel(), "2").Code, d.take(parcel(), "3").Code
	of := d.begin("4")
	fresh := d.take(parcel(), "5").Code
	drop := func(codes ...string) {
		d.engine.set(func(e *engine) {
			for _, c := range codes {
				delete(e.running, c)
				delete(d.missions.running, c)
			}
		})
	}
	d.later()
	d.must("motcua", fresh, "x", office.ActBody{Kind: dossier.ActComplete}) // recorded just now
	over := map[string]*machine{ended: d.engine.running[ended]}
	drop(lost, terminated, ended, of, fresh)
	d.fault(func(e *faults) { e.over = over })
	d.fault(func(e *faults) {
		e.used = map[string]workflows.Run{terminated: workflows.RunBroke, ended: workflows.RunEnded}
	})
	r := d.full("a")
	require.Equal(t, map[string]int{office.FindingWorkflowMissing: 3, office.FindingWorkflowMismatched: 1}, r.Found, "the fresh one may still be on its way")
	require.Equal(t, 3, r.Started)
	require.Equal(t, 3, r.Closed)
	require.Empty(t, d.found(office.FindingWorkflowMissing, false))
	require.ElementsMatch(t, []string{lost, terminated, of}, d.found(office.FindingWorkflowMissing, true))
	require.Equal(t, []string{ended}, d.found(office.FindingWorkflowMismatched, false))
	require.Equal(t, []string{ended}, d.found(office.FindingWorkflowMismatched, true))
	for _, code := range []string{lost, terminated} {
		require.Contains(t, d.engine.running, code)
		require.NoError(t, d.Audit(t.Context(), code))
	}
	require.NotContains(t, d.engine.running, ended)
	d.must("motcua", lost, "a", office.ActBody{Kind: dossier.ActComplete}) // goes on as if nothing had happened

	d.later()
	r = d.full("b")
	require.Equal(t, 1, r.Started, "the fresh one was not: it is not fresh any more")
	require.Contains(t, d.engine.running, fresh)
}

// Visibility lags behind the engine: what it does not list yet and still runs is left alone.
func TestCheckAsksTheEngineItself(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(parcel(), "1").Code
	d.later()
	starts := d.engine.starts
	d.fault(func(e *faults) { e.unseen = map[string]bool{workflows.WorkflowID(code): true} })
	require.Empty(t, d.full("a").Found)
	require.Equal(t, starts, d.engine.starts)
}

// Workflows that run for nothing: of a dossier that has ended, of one nobody knows, and of one that is open after all.
func TestCheckFindsOrphans(t *testing.T) {
	t.Parallel()
	d := open(t)
	ended, hidden := d.take(hourly(), "1").Code, d.take(parcel(), "2").Code
	d.walk(ended)
	d.later()
	modelstest.Tamper(t, d.file, "UPDATE dossiers SET open = false WHERE code = ?", hidden)
	stranger := workflows.WorkflowID("H99.02.01-250101-0001")
	d.fault(func(e *faults) { e.strangers = []string{stranger} })
	r := d.full("a")
	require.Equal(t, map[string]int{office.FindingOrphan: 2, office.FindingRowStale: 1}, r.Found)
	require.ElementsMatch(t, []string{workflows.WorkflowID(ended), stranger}, d.found(office.FindingOrphan, false))
	row, err := d.store.Dossier(t.Context(), hidden)
	require.NoError(t, err)
	require.True(t, row.Open)

	d.engine.set(func(e *engine) { delete(e.running, ended); e.strangers = nil })
	d.full("b")
	d.nothingOpen()
}

// A row that was deleted or changed behind the program's back comes back exactly as it was, and the finding stays in the record.
func TestCheckMendsTheReadModel(t *testing.T) {
	t.Parallel()
	d := open(t)
	deleted, altered, tasks, gone := d.take(hourly(), "1").Code, d.take(hourly(), "2").Code, d.take(parcel(), "3").Code, d.take(hourly(), "4").Code
	d.walk(gone)
	d.engine.set(func(e *engine) { delete(e.running, gone) })
	of := d.begin("5")
	d.later()
	codes := []string{deleted, altered, tasks, gone}
	before := map[string]models.DossierRow{}
	for _, code := range codes {
		row, err := d.store.Dossier(t.Context(), code)
		require.NoError(t, err)
		before[code] = row
	}
	theMission, err := d.store.Mission(t.Context(), of)
	require.NoError(t, err)

	for _, code := range []string{deleted, gone} {
		require.EqualValues(t, 1, modelstest.Tamper(t, d.file, "DELETE FROM dossiers WHERE code = ?", code))
	}
	modelstest.Tamper(t, d.file, "DELETE FROM tasks WHERE dossier IN (?, ?)", deleted, tasks)
	modelstest.Tamper(t, d.file, "UPDATE dossiers SET next_alarm = next_alarm + 3600000000 WHERE code = ?", altered)
	require.EqualValues(t, 1, modelstest.Tamper(t, d.file, "UPDATE missions SET next_alarm = NULL WHERE code = ?", of))
	r := d.full("a")
	require.Equal(t, map[string]int{office.FindingRowMissing: 2, office.FindingRowStale: 3}, r.Found)
	require.Equal(t, 5, r.Projected)
	d.nothingOpen()
	require.ElementsMatch(t, []string{deleted, gone}, d.found(office.FindingRowMissing, true))
	require.ElementsMatch(t, []string{altered, tasks, of}, d.found(office.FindingRowStale, true))
	list, _, err := d.Findings(t.Context(), d.as("kstt"), office.FindingFilter{Kind: office.FindingRowStale})
	require.NoError(t, err)
	for _, f := range list {
		require.Contains(t, f.Detail, map[string]string{altered: "next_alarm", tasks: "tasks", of: "next_alarm"}[f.Subject])
	}
	for _, code := range codes {
		row, err := d.store.Dossier(t.Context(), code)
		require.NoError(t, err)
		row.UpdatedAt = before[code].UpdatedAt
		require.JSONEq(t, text(t, before[code]), text(t, row))
		require.NoError(t, d.Audit(t.Context(), code))
	}
	after, err := d.store.Mission(t.Context(), of)
	require.NoError(t, err)
	require.True(t, theMission.NextAlarm.Equal(after.NextAlarm))
	found, err := d.store.TasksOf(t.Context(), []string{deleted, tasks})
	require.NoError(t, err)
	require.Len(t, found[deleted], 1)
	require.Len(t, found[tasks], 1)
	require.Empty(t, d.full("b").Found)
}

// An alarm that has passed by more than the window and a minute is late; a poke lets it fire, at its own legal instant.
func TestCheckFindsWhatIsLateToFire(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Window = 2 * time.Minute
	code := d.take(hourly(), "1").Code
	stuck := d.take(hourly(), "2").Code
	d.fault(func(e *faults) { e.rings, e.deaf = true, map[string]bool{stuck: true} })
	quick := func(id string) office.CheckReport {
		r, err := d.Check(t.Context(), office.CheckOrder{ID: id, Kind: office.CheckQuick, By: "test"})
		require.NoError(t, err)
		return r
	}
	ten := time.Date(2026, 3, 2, 10, 0, 0, 0, calendar.Zone()) // the step of an hour ends
	d.now = ten.Add(3 * time.Minute)
	require.Empty(t, quick("a").Found, "the window and a minute are not over")
	d.now = d.now.Add(time.Second)
	r := quick("b")
	require.Equal(t, map[string]int{office.FindingAlarmLate: 2}, r.Found)
	require.Equal(t, 2, r.Dossiers, "a quick check reads those that are due only")
	require.Equal(t, []string{stuck}, d.found(office.FindingAlarmLate, false))
	fired, _, err := d.Escalations(t.Context(), d.as("kstt"), code, 10, "")
	require.NoError(t, err)
	require.Len(t, fired, 1)
	require.True(t, fired[0].Instant.Equal(ten))
	require.Equal(t, 0, quick("c").Dossiers-1, "only the stuck one is still due")

	d.fault(func(e *faults) { e.deaf = nil })
	quick("d")
	d.nothingOpen()
	fired, _, err = d.Escalations(t.Context(), d.as("kstt"), "", 10, "")
	require.NoError(t, err)
	require.Len(t, fired, 2, "each once")
}

// An alarm that ends a dossier waits for an act received before it, for an hour at most: till then it is not late.
func TestCheckKnowsWhatIsHeld(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(parcel(), "1").Code
	d.must("motcua", code, "a", office.ActBody{Kind: dossier.ActComplete})
	d.must("thamdinh", code, "b", office.ActBody{Kind: dossier.ActRequestSupplement, Reason: "thiếu bản vẽ"})
	row, err := d.store.Dossier(t.Context(), code)
	require.NoError(t, err)
	require.Equal(t, dossier.AlarmSupplement, row.AlarmKind)
	over := row.NextAlarm
	d.now = over.Add(-time.Minute)
	_, _, err = d.store.BeginAct(t.Context(), models.ActRow{ID: "x", Principal: "p", Dossier: code, Kind: dossier.ActProvideSupplement, Fingerprint: "f", ReceivedAt: d.now})
	require.NoError(t, err)
	for n, late := range []struct {
		after time.Duration
		late  bool
	}{{2 * time.Minute, false}, {50 * time.Minute, false}, {61 * time.Minute, true}} {
		d.now = over.Add(late.after)
		require.Equal(t, late.late, d.full(fmt.Sprint(n)).Found[office.FindingAlarmLate] == 1, late.after)
	}
}

// Rungs of the days to come that reach nobody are found while there is time to name somebody, one finding for each post.
func TestCheckFindsVacantPosts(t *testing.T) {
	t.Parallel()
	d := open(t)
	one, two := d.take(hourly(), "1").Code, d.take(hourly(), "2").Code
	d.begin("3")
	d.later()
	require.Empty(t, d.full("a").Found)
	require.NotZero(t, modelstest.Tamper(t, d.file, "DELETE FROM postings"))
	r := d.full("b")
	require.Empty(t, d.found("rung_unreachable", true), "nothing has fired")
	open := d.found(office.FindingRungVacant, false)
	require.NotEmpty(t, open)
	require.Len(t, r.Vacant, len(open))
	dossiers := map[string]bool{}
	for _, v := range r.Vacant {
		require.False(t, v.First.Before(d.now))
		for _, code := range v.Dossiers {
			dossiers[code] = true
		}
	}
	require.True(t, dossiers[one])
	require.True(t, dossiers[two])
	require.Equal(t, len(open), r.Found[office.FindingRungVacant])
	d.restoreOrganisation()
	d.full("c")
	d.nothingOpen()
}

// A workflow that does not answer is a finding, not the end of the check.
func TestCheckOfASilentWorkflow(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "1").Code
	d.take(hourly(), "2")
	d.later()
	d.fault(func(e *faults) { e.silent = map[string]bool{code: true} })
	r := d.full("a")
	require.Equal(t, map[string]int{office.FindingWorkflowSilent: 1}, r.Found)
	require.Equal(t, 2, r.Dossiers)
	require.Equal(t, []string{code}, d.found(office.FindingWorkflowSilent, false))
	d.fault(func(e *faults) { e.silent = nil })
	d.full("b")
	d.nothingOpen()
}

// Events that cannot be read are a finding, and hide nobody else.
func TestCheckOfUnreadableEvents(t *testing.T) {
	t.Parallel()
	d := open(t)
	broken, other := d.take(hourly(), "1").Code, d.take(hourly(), "2").Code
	d.later()
	require.EqualValues(t, 1, modelstest.Tamper(t, d.file, "UPDATE events SET kind = 'moon' WHERE dossier = ? AND seq = 2", broken))
	d.fault(func(e *faults) { e.unarmed = map[string]bool{other: true} })
	r := d.full("a")
	require.Equal(t, map[string]int{office.FindingUnreadable: 1, office.FindingAlarmUnarmed: 1}, r.Found)
	require.Equal(t, []string{broken}, d.found(office.FindingUnreadable, false))
	modelstest.Tamper(t, d.file, "UPDATE events SET kind = ? WHERE dossier = ? AND seq = 2", dossier.Accepted{}.Kind(), broken)
	d.full("b")
	d.nothingOpen()
}
