package mission_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
	"motcua/procedure"
)

// week is a calendar of 2023 to 2035 without holidays, except those given.
func week(t testing.TB, off ...calendar.Date) *calendar.Calendar {
	t.Helper()
	day := calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}}
	c, err := calendar.New(calendar.Spec{FromYear: 2023, ToYear: 2035, Week: [7]calendar.Sessions{{}, day, day, day, day, day, {}}, Off: off})
	require.NoError(t, err)
	return c
}

func lim(s string) calendar.Limit { return calendar.MustLimit(s) }

func day(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// at reads "2026-03-02 09:00" as legal time.
func at(s string) time.Time {
	x, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
	if err != nil {
		panic(err)
	}
	return x
}

// pilot has a task of every kind: in days and in hours from the start, after another's acceptance, on a date, every month; a
// weekly report of the lead and a quarterly one of a cooperating agency.
func pilot() *mission.Executable {
	head := procedure.ToHeadOfAgency
	return &mission.Executable{
		Code: "mau", Model: "test", Agencies: []string{"thue", "xa"},
		Indicators: []mission.Indicator{{ID: "ty-le", Target: 8000}, {ID: "ton-dong", Target: 500, AtMost: true}},
		Tasks: []mission.Task{
			{ID: "ke-hoach", Role: head, After: lim("5wd"), Evidence: true},
			{ID: "hop", Role: head, After: lim("8wh")},
			{ID: "tap-huan", Agency: "xa", Role: "chuyen-vien", After: lim("10wd"), Of: "ke-hoach"},
			{ID: "tong-ket", Role: head, On: day("2026-06-28")},
			{ID: "ra-soat", Agency: "thue", Role: head, Every: &mission.Every{Unit: mission.EveryMonth, Day: 31}, Until: day("2026-06-30")},
			{ID: "tuan", Report: true, Role: head, Every: &mission.Every{Unit: mission.EveryWeek, Day: 5}, Times: 4},
			{ID: "quy", Report: true, Agency: "thue", Role: head, Every: &mission.Every{Unit: mission.EveryQuarter, Day: 15}, Until: day("2026-12-31")},
		},
		Ladder: []procedure.Rung{
			{ID: "truoc", On: procedure.OnTask, Before: lim("2wd"), To: []string{procedure.ToAssignee}, Do: []string{procedure.DoNotify}},
			{ID: "den-han", On: procedure.OnTask, AtDue: true, To: []string{head}, Do: []string{procedure.DoNotify}},
			{ID: "don-doc", On: procedure.OnTask, After: lim("1wd"), Times: 2, To: []string{procedure.ToHeadOfLead}, Do: []string{procedure.DoNotify}},
			{ID: "len", On: procedure.OnTask, After: lim("5wd"), To: []string{procedure.ToHeadOfLead}, Do: []string{procedure.DoHandUp}},
			{ID: "bao-cao", On: procedure.OnReport, AtDue: true, To: []string{procedure.ToControl}, Do: []string{procedure.DoNotify}},
		},
	}
}

// hand drives one mission through acts at chosen instants.
type hand struct {
	t      testing.TB
	d      mission.Deps
	s      *mission.State
	events []mission.Event
	n      int
}

func newHand(t testing.TB, x *mission.Executable, off ...calendar.Date) *hand {
	t.Helper()
	c := week(t, off...)
	return &hand{t: t, s: &mission.State{}, d: mission.Deps{
		Model: x, Skew: 2 * time.Minute, Calendars: func(string) (*calendar.Calendar, error) { return c, nil },
	}}
}

func (h *hand) try(when string, a mission.Act) error {
	h.t.Helper()
	return h.tryAt(at(when), a)
}

func (h *hand) tryAt(when time.Time, a mission.Act) error {
	h.t.Helper()
	h.n++
	a.ID, a.At = fmt.Sprintf("act-%d", h.n), when
	if a.By == "" {
		a.By = "cb-1"
	}
	events, err := mission.Do(h.d, h.s, a, when)
	h.events = append(h.events, events...)
	return err
}

func (h *hand) do(when string, a mission.Act) {
	h.t.Helper()
	require.NoError(h.t, h.try(when, a))
}

func (h *hand) refused(when, code string, a mission.Act) {
	h.t.Helper()
	before := h.s.Clone()
	err := h.try(when, a)
	var r *dossier.Refusal
	require.ErrorAs(h.t, err, &r)
	require.Equal(h.t, code, r.Code, r.Detail)
	require.NotEmpty(h.t, r.Detail)
	require.Equal(h.t, before, h.s.Clone(), "a refused act leaves the state untouched")
}

// tick lets the clock do what is due and returns what it fired: "task rung instant".
func (h *hand) tick(when string) []string {
	h.t.Helper()
	n := len(h.events)
	h.do(when, mission.Act{Kind: mission.ActAlarm})
	return fired(h.events[n:])
}

func fired(events []mission.Event) (out []string) {
	for _, e := range events {
		if f, ok := e.Body.(mission.RungFired); ok {
			out = append(out, f.Subject+" "+f.Rung+" "+f.Instant.Format("01-02 15:04"))
		}
	}
	return out
}

func facts() *mission.Facts {
	return &mission.Facts{
		Code: "H99.01-NV26-0001", Lead: "H99.01", Bindings: []dossier.Binding{{Ref: "thue", Agency: "H99.20"}, {Ref: "xa", Agency: "H99.31"}},
		Calendars: []dossier.AgencyCalendar{{Agency: "H99.01", Hash: "x"}, {Agency: "H99.20", Hash: "x"}, {Agency: "H99.31", Hash: "x"}},
	}
}

// started begins on Monday 2026-03-02 at 09:00.
func (h *hand) started() {
	h.t.Helper()
	h.do("2026-03-02 09:00", mission.Act{Kind: mission.ActStart, Start: facts()})
}

func (h *hand) task(when, key string) mission.TaskView {
	h.t.Helper()
	all, err := mission.Tasks(h.d, h.s, at(when))
	require.NoError(h.t, err)
	for _, v := range all {
		if v.Task == key {
			return v
		}
	}
	require.Fail(h.t, "no such task", key)
	return mission.TaskView{}
}

func (h *hand) due(when, key string) string {
	h.t.Helper()
	return h.task(when, key).DueAt.Format("2006-01-02 15:04")
}

func (h *hand) view(when string) mission.View {
	h.t.Helper()
	v, err := mission.Look(h.d, h.s, at(when))
	require.NoError(h.t, err)
	return v
}

func of(kind, task string) mission.Act { return mission.Act{Kind: kind, Task: task} }

func reasoned(kind, task string) mission.Act {
	return mission.Act{Kind: kind, Task: task, Reasoned: true}
}

func by(who string, a mission.Act) mission.Act { a.By = who; return a }

func until(date string, a mission.Act) mission.Act {
	a.Until = day(date).Time()
	return a
}

func percent(n int) *int { return &n }
