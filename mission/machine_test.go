package mission_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
)

func TestDueDatesOfEveryKind(t *testing.T) {
	t.Parallel()
	h := newHand(t, pilot(), day("2026-03-31"))
	h.started()
	const now = "2026-03-02 09:00"
	for key, want := range map[string]string{
		"ke-hoach#1": "2026-03-09 17:00", // five working days, the day of the start not counted
		"hop#1":      "2026-03-03 09:00", // eight working hours
		"tong-ket#1": "2026-06-29 17:00", // a Sunday moves to Monday
		"ra-soat#1":  "2026-04-01 17:00", // 31 March is off
		"ra-soat#2":  "2026-04-30 17:00", // April has no 31st
		"ra-soat#3":  "2026-06-01 17:00", // 31 May is a Sunday
		"ra-soat#4":  "2026-06-30 17:00",
		"tuan#1":     "2026-03-06 17:00",
		"tuan#4":     "2026-03-27 17:00",
		"quy#1":      "2026-03-16 17:00", // 15 March is a Sunday
		"quy#4":      "2026-12-15 17:00",
	} {
		require.Equal(t, want, h.due(now, key), key)
	}
	v := h.task(now, "tap-huan#1")
	require.Equal(t, mission.StatusWaiting, v.Status)
	require.True(t, v.DueAt.IsZero(), "its clock starts when the plan is accepted")
	require.Equal(t, 1+1+1+1+4+4+4, h.view(now).Total)
	require.Equal(t, mission.StatusUpcoming, h.task(now, "tuan#2").Status)
	require.Equal(t, "2026-03-06 17:00", h.task(now, "tuan#2").OpensAt.Format("2006-01-02 15:04"), "a period begins where the one before ended")
	require.Equal(t, "2026-03-03 09:00", h.view(now).NextDue.Format("2006-01-02 15:04"))
}

func TestFromStartToClose(t *testing.T) {
	t.Parallel()
	h := newHand(t, pilot())
	h.started()
	h.refused("2026-03-03 08:00", "evidence_missing", of(mission.ActCompleteTask, "ke-hoach"))
	h.do("2026-03-03 08:00", mission.Act{Kind: mission.ActAttachEvidence, Task: "ke-hoach", Document: "12/KH-UBND"})
	h.do("2026-03-03 08:30", of(mission.ActCompleteTask, "ke-hoach"))
	require.Equal(t, mission.StatusCompleted, h.task("2026-03-03 08:30", "ke-hoach#1").Status)
	h.refused("2026-03-03 08:40", "same_person", of(mission.ActAcceptTask, "ke-hoach"))
	h.do("2026-03-04 10:00", by("kstt", of(mission.ActAcceptTask, "ke-hoach")))
	require.Equal(t, "2026-03-18 17:00", h.due("2026-03-04 10:00", "tap-huan#1"), "ten working days from the acceptance")
	h.refused("2026-03-04 10:30", "counted_from", by("kstt", reasoned(mission.ActReopenTask, "ke-hoach")))
	h.do("2026-03-04 11:00", mission.Act{Kind: mission.ActReportProgress, Percent: percent(20), Readings: []mission.Reading{{"ty-le", 4550}}})
	v := h.view("2026-03-04 11:00")
	require.Equal(t, 20, *v.Percent)
	require.Equal(t, "45.5", v.Indicators[0].Actual.String())
	require.False(t, v.Indicators[0].Reached)
	require.Equal(t, mission.StatusReported, h.task("2026-03-04 11:00", "tuan#1").Status, "it fulfils the report that is due")
	require.Equal(t, dossier.ClassEarly, h.task("2026-03-04 11:00", "tuan#1").Class(at("2026-03-09 09:00")))
	h.refused("2026-03-05 09:00", "not_settled", by("kstt", mission.Act{Kind: mission.ActClose}))

	for i, task := range []string{"hop", "tap-huan", "tong-ket"} {
		h.do(fmt.Sprintf("2026-03-05 09:%d0", i), of(mission.ActCompleteTask, task))
		h.do(fmt.Sprintf("2026-03-05 09:%d5", i), by("kstt", of(mission.ActAcceptTask, task)))
	}
	h.refused("2026-03-05 10:00", "indicator_unreported", by("kstt", mission.Act{Kind: mission.ActClose}))
	h.do("2026-03-05 10:00", mission.Act{Kind: mission.ActReportProgress, Readings: []mission.Reading{{"ton-dong", 300}}})
	h.do("2026-03-05 11:00", by("kstt", mission.Act{Kind: mission.ActClose}))
	v = h.view("2026-03-05 11:00")
	require.Equal(t, mission.StageClosed, v.Stage)
	require.Empty(t, v.Tasks, "what would have fallen due later falls away")
	require.True(t, v.NextAlarm.IsZero())
	require.True(t, v.Indicators[1].Reached, "at most")
	h.refused("2026-03-05 11:10", "closed", of(mission.ActCompleteTask, "hop"))
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for when, want := range map[string]string{
		"2026-03-02 10:00": dossier.ClassEarly, "2026-03-03 08:00": dossier.ClassOnTime, "2026-03-03 09:00": dossier.ClassOnTime, "2026-03-03 09:01": dossier.ClassLate,
	} {
		h := newHand(t, pilot())
		h.started()
		h.do(when, of(mission.ActCompleteTask, "hop"))
		require.Equal(t, want, h.task(when, "hop#1").Class(at("2026-05-01 09:00")), "hours, done %s", when)
	}
	for when, want := range map[string]string{
		"2026-06-26 10:00": dossier.ClassEarly, "2026-06-29 23:00": dossier.ClassOnTime, "2026-06-30 00:00": dossier.ClassLate,
	} {
		h := newHand(t, pilot())
		h.started()
		h.do(when, of(mission.ActCompleteTask, "tong-ket"))
		require.Equal(t, want, h.task(when, "tong-ket#1").Class(at("2026-12-01 09:00")), "a date, done %s", when)
	}
	h := newHand(t, pilot())
	h.started()
	open := h.task("2026-03-02 09:00", "ke-hoach#1")
	require.Empty(t, open.Class(at("2026-03-09 20:00")), "the day of a date ends at midnight")
	require.Equal(t, dossier.ClassLate, open.Class(at("2026-03-10 00:00")))
	require.Equal(t, "2026-03-03 09:01", h.view("2026-03-02 09:00").LateFrom.Format("2006-01-02 15:04"))
}

func TestMoreTime(t *testing.T) {
	t.Parallel()
	h := newHand(t, pilot())
	h.started()
	ask := reasoned(mission.ActAskMoreTime, "tong-ket")
	grant, no := of(mission.ActGrantMoreTime, "tong-ket"), reasoned(mission.ActRefuseMoreTime, "tong-ket")
	h.refused("2026-06-01 09:00", "reason_missing", until("2026-07-10", of(mission.ActAskMoreTime, "tong-ket")))
	h.refused("2026-06-01 09:00", "date_missing", ask)
	h.refused("2026-06-01 09:00", "date_not_later", until("2026-06-29", ask))
	h.refused("2026-06-01 09:00", "not_asked", grant)
	h.do("2026-06-01 09:00", until("2026-07-10", ask))
	h.refused("2026-06-01 10:00", "already_asked", until("2026-07-11", ask))
	h.refused("2026-06-01 10:00", "reason_missing", by("ct", of(mission.ActRefuseMoreTime, "tong-ket")))
	h.do("2026-06-02 09:00", by("ct", no))
	require.Equal(t, "2026-06-29 17:00", h.due("2026-06-02 09:00", "tong-ket#1"), "a refusal moves nothing")
	h.do("2026-06-03 09:00", until("2026-07-10", ask))
	require.Equal(t, "2026-07-10", h.task("2026-06-03 09:00", "tong-ket#1").Asked.Format(time.DateOnly))
	h.tick("2026-07-01 09:00")
	h.refused("2026-07-01 09:00", "already_asked", until("2026-07-12", ask))
	h.do("2026-07-01 10:00", by("ct", until("2026-07-12", grant))) // Sunday: Monday the 13th
	v := h.task("2026-07-01 10:00", "tong-ket#1")
	require.Equal(t, "2026-07-13 17:00", v.DueAt.Format("2006-01-02 15:04"))
	require.True(t, v.Extended)
	require.Empty(t, v.Class(at("2026-07-13 18:00")), "asked in time, judged by the new date")
	require.Equal(t, []string{"task:tong-ket#1 truoc 07-09 16:59", "task:tong-ket#1 den-han 07-14 07:30"}, h.only("2026-07-14 08:00", "tong-ket"), "reminders are armed again")
	h.refused("2026-07-14 09:00", "already_late", until("2026-08-01", ask))
	h.refused("2026-07-14 09:00", "is_report", until("2026-08-01", reasoned(mission.ActAskMoreTime, "tuan")))
}

// only is tick, of one task.
func (h *hand) only(when, task string) (out []string) {
	h.t.Helper()
	for _, f := range h.tick(when) {
		if len(f) > len("task:"+task) && f[:len("task:"+task)] == "task:"+task {
			out = append(out, f)
		}
	}
	return out
}

func TestReopening(t *testing.T) {
	t.Parallel()
	h := newHand(t, pilot())
	h.started()
	h.do("2026-03-03 08:30", of(mission.ActCompleteTask, "hop"))
	h.refused("2026-03-03 08:30", "not_completed", by("kstt", of(mission.ActAcceptTask, "tong-ket")))
	h.refused("2026-03-03 08:30", "reason_missing", by("kstt", of(mission.ActReopenTask, "hop")))
	require.Empty(t, h.only("2026-03-12 08:00", "hop"), "what is completed is not escalated")
	h.do("2026-03-12 09:00", by("kstt", reasoned(mission.ActReopenTask, "hop")))
	require.Equal(t, dossier.ClassLate, h.task("2026-03-12 09:00", "hop#1").Class(at("2026-03-12 09:01")))
	require.Equal(t, []string{"task:hop#1 den-han 03-12 09:00", "task:hop#1 don-doc 03-13 09:00"}, h.only("2026-03-13 10:00", "hop"),
		"escalated from the reopening on, not for the time before")
	h.do("2026-03-13 11:00", of(mission.ActCompleteTask, "hop"))
	h.do("2026-03-13 11:10", by("kstt", until("2026-03-20", reasoned(mission.ActReopenTask, "hop"))))
	require.Equal(t, "2026-03-20 17:00", h.due("2026-03-13 11:10", "hop#1"))
	h.do("2026-03-20 16:00", of(mission.ActCompleteTask, "hop"))
	require.Equal(t, dossier.ClassOnTime, h.task("2026-03-20 16:00", "hop#1").Class(at("2026-03-20 16:00")))
	h.do("2026-03-20 16:10", by("kstt", of(mission.ActAcceptTask, "hop")))
	h.refused("2026-03-20 16:20", "already_accepted", by("kstt", of(mission.ActAcceptTask, "hop#1")))
}

func TestReports(t *testing.T) {
	t.Parallel()
	h := newHand(t, pilot())
	h.started()
	report := mission.Act{Kind: mission.ActReportProgress, Percent: percent(10)}
	h.do("2026-03-03 09:00", report)
	h.do("2026-03-04 09:00", report)
	require.Equal(t, mission.StatusUpcoming, h.task("2026-03-04 09:00", "tuan#2").Status, "a second report in a period makes no other one")
	require.Equal(t, []string{"report:tuan#2 bao-cao 03-16 07:30"}, h.reports("2026-03-16 08:00"), "the control office hears of the one not made")
	h.do("2026-03-17 09:00", report)
	require.Equal(t, dossier.ClassLate, h.task("2026-03-17 09:00", "tuan#2").Class(at("2026-03-17 09:00")), "the earliest missing one first")
	require.Equal(t, mission.StatusNotStarted, h.task("2026-03-17 09:00", "tuan#3").Status)
	h.refused("2026-03-17 09:10", "already_reported", mission.Act{Kind: mission.ActReportProgress, Task: "tuan#2", Percent: percent(11)})
	h.refused("2026-03-17 09:10", "percent_of_whole", mission.Act{Kind: mission.ActReportProgress, Task: "quy", Percent: percent(11)})
	h.do("2026-03-17 09:10", mission.Act{Kind: mission.ActReportProgress, Task: "quy", Reasoned: true})
	require.Equal(t, mission.StatusReported, h.task("2026-03-17 09:10", "quy#1").Status, "a cooperating agency's report is named")
	h.refused("2026-03-17 09:10", "task_not_open", mission.Act{Kind: mission.ActReportProgress, Task: "tuan#4", Reasoned: true})
	h.do("2026-03-17 09:20", mission.Act{Kind: mission.ActReportProgress, Task: "tong-ket", Percent: percent(30)})
	v := h.task("2026-03-17 09:20", "tong-ket#1")
	require.Equal(t, mission.StatusInProgress, v.Status)
	require.Equal(t, 30, *v.Percent)
	h.do("2026-03-17 09:30", reasoned(mission.ActReportDifficulty, "tong-ket"))
	require.Equal(t, mission.StatusDifficulty, h.task("2026-03-17 09:30", "tong-ket#1").Status)
	require.Equal(t, 10, *h.view("2026-03-17 09:30").Percent, "a task's percent is not the mission's")
	for code, a := range map[string]mission.Act{
		"report_empty": {}, "percent_range": {Percent: percent(101)}, "indicator_unknown": {Readings: []mission.Reading{{"xyz", 1}}},
	} {
		a.Kind = mission.ActReportProgress
		h.refused("2026-03-17 10:00", code, a)
	}
}

func (h *hand) reports(when string) (out []string) {
	h.t.Helper()
	for _, f := range h.tick(when) {
		if f[:6] == "report" {
			out = append(out, f)
		}
	}
	return out
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	h := newHand(t, pilot())
	h.refused("2026-03-02 09:00", "not_started", of(mission.ActCompleteTask, "hop"))
	h.refused("2026-03-02 09:00", "incomplete", mission.Act{Kind: mission.ActStart})
	unbound := facts()
	unbound.Bindings = unbound.Bindings[:1]
	h.refused("2026-03-02 09:00", "agency_unbound", mission.Act{Kind: mission.ActStart, Start: unbound})
	h.refused("2035-12-25 09:00", "beyond_calendar", mission.Act{Kind: mission.ActStart, Start: facts()})
	h.started()
	h.refused("2026-03-02 09:00", "already_started", mission.Act{Kind: mission.ActStart, Start: facts()})
	h.refused("2026-03-02 09:00", "unknown_act", of("dance", ""))
	h.refused("2026-03-02 09:00", "task_missing", of(mission.ActCompleteTask, ""))
	h.refused("2026-03-02 09:00", "task_unknown", of(mission.ActCompleteTask, "xyz"))
	h.refused("2026-03-02 09:00", "task_unknown", of(mission.ActCompleteTask, "hop#2"))
	h.refused("2026-03-02 09:00", "task_waiting", of(mission.ActCompleteTask, "tap-huan"))
	h.refused("2026-03-02 09:00", "task_not_open", of(mission.ActCompleteTask, "ra-soat#2"))
	h.refused("2026-03-02 09:00", "is_report", of(mission.ActCompleteTask, "tuan"))
	h.refused("2026-03-02 09:00", "evidence_empty", of(mission.ActAttachEvidence, "hop"))
	h.refused("2026-03-02 09:00", "reason_missing", of(mission.ActReportDifficulty, "hop"))
	h.refused("2026-03-02 09:00", "reason_missing", of(mission.ActCancel, ""))
	h.refused("2026-03-02 08:50", "time_behind", of(mission.ActCompleteTask, "hop"))
	ahead := of(mission.ActCompleteTask, "hop")
	ahead.At = at("2026-03-02 09:03")
	_, err := mission.Decide(h.d, h.s, ahead, at("2026-03-02 09:00"))
	require.ErrorContains(t, err, "time_ahead")
	h.do("2026-03-02 09:00", of(mission.ActCompleteTask, "hop"))
	h.refused("2026-03-02 09:00", "already_completed", of(mission.ActCompleteTask, "hop"))
	h.do("2026-03-02 09:10", reasoned(mission.ActCancel, ""))
	require.Equal(t, mission.StageCancelled, h.s.Stage)
	h.refused("2026-03-02 09:20", "closed", mission.Act{Kind: mission.ActClose})
}

// A recurrence that no lint could bound is refused when its dates are known.
func TestTooManyOccurrences(t *testing.T) {
	t.Parallel()
	x := pilot()
	x.Tasks = append(x.Tasks, mission.Task{ID: "mai", Every: &mission.Every{Unit: mission.EveryWeek, Day: 1}, Until: day("2035-01-01")})
	h := newHand(t, x)
	h.refused("2026-03-02 09:00", "too_many_tasks", mission.Act{Kind: mission.ActStart, Start: facts()})
}

func TestEventsTravelAndRebuildTheState(t *testing.T) {
	t.Parallel()
	h := newHand(t, pilot())
	h.started()
	h.do("2026-03-03 09:00", mission.Act{Kind: mission.ActAttachEvidence, Task: "ke-hoach", File: "ab"})
	h.do("2026-03-03 09:00", mission.Act{Kind: mission.ActReportProgress, Percent: percent(5), Readings: []mission.Reading{{"ty-le", -325}}})
	h.do("2026-03-04 09:00", until("2026-03-12", reasoned(mission.ActAskMoreTime, "ke-hoach")))
	h.do("2026-03-05 09:00", by("ct", mission.Act{Kind: mission.ActGrantMoreTime, Task: "ke-hoach", Document: "5/QĐ"}))
	h.do("2026-03-06 09:00", of(mission.ActCompleteTask, "ke-hoach"))
	h.do("2026-03-06 10:00", by("kstt", reasoned(mission.ActReopenTask, "ke-hoach")))
	h.do("2026-03-06 11:00", of(mission.ActCompleteTask, "ke-hoach"))
	h.do("2026-03-06 13:00", by("kstt", of(mission.ActAcceptTask, "ke-hoach")))
	h.tick("2026-03-20 09:00")
	data, err := json.Marshal(mission.Events(h.events))
	require.NoError(t, err)
	var back mission.Events
	require.NoError(t, json.Unmarshal(data, &back))
	rebuilt := mission.Rebuild(back)
	rebuilt.Revision, rebuilt.Done = h.s.Revision, h.s.Done
	require.JSONEq(t, text(t, h.s), text(t, rebuilt))
	a, err := dossier.Digest(h.events)
	require.NoError(t, err)
	b, err := dossier.Digest(back)
	require.NoError(t, err)
	require.Equal(t, a, b, "a digest survives storage")
	require.Error(t, json.Unmarshal([]byte(`[{"seq":1,"kind":"accepted"}]`), &back), "a dossier's event is no mission's")
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

func TestDoneActsAreRemembered(t *testing.T) {
	t.Parallel()
	h := newHand(t, pilot())
	h.started()
	d, ok := h.s.FindDone("act-1")
	require.True(t, ok)
	require.Equal(t, h.s.Seq, d.Seq)
	h.tick("2026-03-13 09:00")
	require.Equal(t, int64(1), h.s.Revision, "a rung must not make a form stale")
	_, ok = h.s.FindDone("nothing")
	require.False(t, ok)
}

func TestNewerCalendarMovesWhatIsOpen(t *testing.T) {
	t.Parallel()
	old, fresh := week(t), week(t, day("2026-06-29"), day("2026-06-30"))
	h := newHand(t, pilot())
	h.d.Calendars = func(hash string) (*calendar.Calendar, error) {
		if hash == "new" {
			return fresh, nil
		}
		return old, nil
	}
	h.started()
	h.tick("2026-06-25 16:59")
	h.do("2026-06-26 09:00", mission.Act{Kind: mission.ActAdoptCalendar, Agency: "H99.01", Calendar: "new", By: dossier.ByClock})
	require.Equal(t, "2026-07-01 17:00", h.due("2026-06-26 09:00", "tong-ket#1"))
	require.Equal(t, "2026-06-30 17:00", h.due("2026-06-26 09:00", "ra-soat#4"), "another agency keeps its calendar")
	require.Equal(t, []string{"task:tong-ket#1 den-han 07-02 07:30"}, h.only("2026-07-02 08:00", "tong-ket"), "and its rungs with it")
}

// An alarm that was asked for up to an instant leaves what fell due since to the next one.
func TestAlarmUpToAnInstant(t *testing.T) {
	t.Parallel()
	whole, parts := newHand(t, pilot()), newHand(t, pilot())
	whole.started()
	parts.started()
	want := whole.tick("2026-03-20 09:00")
	require.Greater(t, len(want), 3)
	all, err := mission.DueAlarms(parts.d, parts.s, at("2026-03-20 09:00"))
	require.NoError(t, err)
	for _, until := range []time.Time{all[0].At.Add(-time.Minute), all[0].At, all[2].At, at("2026-03-30 09:00")} {
		n := len(parts.events)
		parts.do("2026-03-20 09:00", mission.Act{Kind: mission.ActAlarm, Until: until})
		for _, e := range parts.events[n:] {
			require.False(t, e.Body.(mission.RungFired).Instant.After(until))
		}
	}
	require.Equal(t, want, fired(parts.events))
}

// An hour limit that ends at closing time is over that day: one working day later is the next one at closing time, not the one
// after, as it is for a limit that ends a minute earlier. Missions of engine version 1 keep the day they were reckoned by.
func TestRungOneDayAfterAnHourLimitThatEndsAtClosing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		engine        int
		started, want string
	}{
		{mission.EngineVersion, "2026-03-04 07:30", "task:hop#1 don-doc 03-05 17:00"}, // due Wednesday 17:00
		{mission.EngineVersion, "2026-03-03 16:59", "task:hop#1 don-doc 03-05 16:59"}, // due Wednesday 16:59
		{mission.EngineVersion, "2026-03-06 07:30", "task:hop#1 don-doc 03-09 17:00"}, // due Friday 17:00
		{1, "2026-03-04 07:30", "task:hop#1 don-doc 03-06 17:00"},
		{1, "2026-03-03 16:59", "task:hop#1 don-doc 03-05 16:59"},
	} {
		h := newHand(t, pilot())
		h.do(c.started, mission.Act{Kind: mission.ActStart, Start: facts()})
		h.s.Engine = c.engine
		require.Contains(t, h.only("2026-03-12 09:00", "hop"), c.want, "%s under engine version %d", c.started, c.engine)
	}
}
