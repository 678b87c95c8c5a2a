package dossier_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/dossier/proof"
	"motcua/library"
	"motcua/procedure"
)

// TestWorkedExamples takes every worked example through a whole dossier on the nation's calendar: the printed promise, the verdict at
// the last moment and after it, and the walk of the proof sheet.
func TestWorkedExamples(t *testing.T) {
	t.Parallel()
	f, err := os.Open("../calendar/testdata/due-dates.csv")
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"received", "limit", "due"}, rows[0])
	require.Len(t, rows, 36)
	shelf, err := library.Calendars()
	require.NoError(t, err)
	nation, err := shelf.Book("nation")
	require.NoError(t, err)
	for _, row := range rows[1:] {
		t.Run(row[0]+" "+row[1], func(t *testing.T) {
			t.Parallel()
			received, err := time.Parse(time.RFC3339, row[0])
			require.NoError(t, err)
			due, err := time.Parse(time.RFC3339, row[2])
			require.NoError(t, err)
			minute := func(x time.Time) string { return x.In(calendar.Zone()).Format("2006-01-02 15:04") }
			limit := lim(row[1])
			finish := func(when time.Time) string {
				plan := defined(t, "limit: "+row[1]+"\nsteps:\n  - {id: a, name: A, role: x, limit: 1wh, outcomes: {xong: tra, khong: tu-choi}}")
				h := newHand(t, &plan.Exec)
				h.d.Calendars = func(string) (*calendar.Calendar, error) { return nation.Calendar(), nil }
				h.submit(minute(received), dossier.ChannelCounter)
				h.do(minute(received), dossier.Act{Kind: dossier.ActAccept, Register: 1})
				require.Equal(t, minute(due), h.due(minute(received)))
				require.Equal(t, minute(due), minute(h.s.OriginalDue))
				h.do(minute(when), complete("xong"))
				sheet, err := proof.Build(proof.Source{Events: h.events, Calendar: h.d.Calendars,
					Plan: func(string) (*procedure.Plan, error) { return &procedure.Plan{Exec: *h.d.Plan}, nil }})
				require.NoError(t, err)
				require.Equal(t, minute(due), minute(sheet.Counts[0].Plain))
				if limit.Unit == calendar.WorkingDay {
					days := map[string]proof.Day{}
					for _, d := range sheet.Days {
						days[d.Date.String()] = d
					}
					require.Equal(t, limit.Hundredths/100, days[strings.Fields(minute(due))[0]].Number, "the last day of the limit")
				}
				return h.class(minute(when))
			}
			last, over := due, due.Add(time.Minute)
			if limit.IsDays() { // the day of a day limit ends at midnight
				midnight := calendar.DateOf(due).Time().AddDate(0, 0, 1)
				last, over = midnight.Add(-time.Minute), midnight
			}
			require.Equal(t, dossier.ClassOnTime, finish(last))
			require.Equal(t, dossier.ClassLate, finish(over))
		})
	}
}

// TestExcludedActivities: a named activity is outside the clock up to its bound, and what it takes beyond that counts (clock.md §4).
// Received on Monday 2 March 2026 at 08:00 with 10 working days, so due on the 16th; the activity begins on Tuesday at 08:00.
func TestExcludedActivities(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, step, ends, due string }{
		{"public posting of 15 days, ended by itself", "wait: time, limit: 15d, leg: posting, clock: excluded, bound: 15d", "2026-03-18 17:00", "2026-03-31 17:00"}, // from the 3rd at 08:00 to the 18th: 11 days and 7.5 hours
		{"minutes of 5 days, within", "wait: act, leg: minutes, clock: excluded, bound: 5d", "2026-03-05 08:00", "2026-03-18 17:00"},
		{"minutes of 5 days, three days too long", "wait: act, leg: minutes, clock: excluded, bound: 5d", "2026-03-12 17:00", "2026-03-20 17:00"}, // the 8th is a Sunday: to the 9th, 4 days and 7.5 hours
		{"consultation of 2 working days, within", "wait: act, agency: so-khac, leg: consulted, clock: excluded, bound: 2wd", "2026-03-04 08:00", "2026-03-17 17:00"},
		{"consultation of 2 working days, and late", "wait: act, agency: so-khac, leg: consulted, clock: excluded, bound: 2wd", "2026-03-10 08:00", "2026-03-18 17:00"}, // to the 5th at 17:00: 2 days and 7.5 hours
		{"consultation that counts", "wait: act, agency: so-khac, limit: 3wd", "2026-03-10 08:00", "2026-03-16 17:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			plan := defined(t, "limit: 10wd\nsteps:\n  - {id: a, name: A, role: x, limit: 2wd, outcomes: {xong: viec, khong: tu-choi}}\n"+
				"  - {id: viec, name: Việc, "+c.step+", ground: luật, outcomes: {xong: b}}\n  - {id: b, name: B, role: x, limit: 1wd, outcomes: {xong: tra}}")
			h := newHand(t, &plan.Exec)
			h.take("2026-03-02 08:00", plan, nil)
			h.do("2026-03-03 08:00", complete("xong"))
			if strings.Contains(c.step, "wait: time") {
				h.tick(c.ends)
			} else {
				h.do(c.ends, complete("xong"))
			}
			require.Equal(t, "b#1", h.view(c.ends).Tasks[0].Task)
			require.Equal(t, c.due, h.due(c.ends))
			segments, err := dossier.Ledger(h.d, h.s, at(c.ends))
			require.NoError(t, err)
			for _, g := range segments {
				require.True(t, g.Counted || g.Ground == "luật")
			}
		})
	}
}

// TestIntakeClock: a submission that nobody has accepted has its own clock by channel; the first values are data (clock.md §3).
func TestIntakeClock(t *testing.T) {
	t.Parallel()
	plan := defined(t, "limit: 10wd\nintake: {online: 8wh, post: 1wd}\nsteps:\n  - {id: a, name: A, role: x, limit: 1wd, outcomes: {xong: tra, khong: tu-choi}}")
	for channel, want := range map[string]string{dossier.ChannelOnline: "2026-03-09 17:00", dossier.ChannelPost: "2026-03-10 17:00", dossier.ChannelCounter: ""} {
		h := newHand(t, &plan.Exec)
		h.takeBy("2026-03-06 17:30", plan, channel, nil) // Friday after closing: Monday
		v := h.view("2026-03-06 17:30")
		if want != "" {
			want = at(want).Format("2006-01-02 15:04")
		}
		got := ""
		if !v.IntakeDue.IsZero() {
			got = v.IntakeDue.Format("2006-01-02 15:04")
		}
		require.Equal(t, want, got, channel)
		require.True(t, v.DueAt.IsZero(), "nothing legal runs yet")
		ledger, err := dossier.Ledger(h.d, h.s, at("2026-03-10 09:00"))
		require.NoError(t, err)
		require.Empty(t, ledger)
	}
}

// A supplement by a step's own rule is checked within that rule's time, from engine version 5 on.
func TestPapersAreCheckedByTheRuleTheyWereAskedBy(t *testing.T) {
	t.Parallel()
	for engine, want := range map[int]string{newest: "2026-03-04 11:30", 4: "2026-03-05 09:00"} {
		plan := split()
		own := plan.Supplement
		own.Check = lim("2.5wh")
		plan.Steps[1].Supplement = &own
		h := newHand(t, plan)
		h.accepted()
		h.s.Engine = engine
		h.do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true})
		h.do("2026-03-04 09:00", dossier.Act{Kind: dossier.ActProvideSupplement})
		require.Equal(t, want, h.s.Supplements[0].CheckBy.Format("2006-01-02 15:04"))
	}
}

// A law that gives more time after an apology counts where it reaches further than the apology's date.
func TestExtensionAfterReappointment(t *testing.T) {
	t.Parallel()
	for engine, want := range map[int]string{newest: "2026-04-01 17:00", 4: "2026-03-20 17:00"} {
		plan := split()
		plan.Extensions[0].Add = lim("10wd")
		h := newHand(t, plan)
		h.accepted()
		h.s.Engine = engine
		h.do("2026-03-10 09:00", dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Approval: "ld-1", Until: at("2026-03-20 09:00")})
		h.do("2026-03-11 09:00", dossier.Act{Kind: dossier.ActExtend, Extension: "ly-do", Reasoned: true})
		require.Equal(t, want, h.due("2026-03-11 09:00"))
	}
}

// The letter's date is given once per dossier, not per count: a restart that would be due earlier leaves it, and who finishes by it kept
// the promise; one that reaches further is promised; what is taken out of the new count moves both.
func TestRestartAfterReappointment(t *testing.T) {
	t.Parallel()
	for engine, want := range map[int]struct{ due, suspended, class string }{
		newest: {"2026-04-10 17:00", "2026-04-13 17:00", dossier.ClassEarly},
		5:      {"2026-03-23 17:00", "2026-03-24 17:00", dossier.ClassLate},
	} {
		h := newHand(t, split())
		h.accepted() // Monday 2 March, 12 working days
		h.s.Engine = engine
		h.do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Approval: "ld-1", Until: at("2026-04-10 09:00")})
		h.do("2026-03-04 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true})
		asked := h.s.Clone()
		h.do("2026-03-05 09:00", dossier.Act{Kind: dossier.ActProvideSupplement, Complete: true})
		require.Len(t, h.s.Counts, 2)
		require.Equal(t, want.due, h.due("2026-03-05 09:00"), "engine version %d", engine)

		h.do("2026-03-09 09:00", dossier.Act{Kind: dossier.ActSuspend, Ground: "luật"})
		h.do("2026-03-10 09:00", dossier.Act{Kind: dossier.ActResume})
		require.Equal(t, want.suspended, h.due("2026-03-10 09:00"), "a working day later")
		h.do("2026-03-30 09:00", complete("dat"))
		h.do("2026-03-31 09:00", complete("duyet"))
		v := h.verdict("2026-03-31 09:00")
		require.Equal(t, want.class, v.Class)
		require.True(t, v.Rescheduled, "apart, and late by default")

		h.s = asked
		h.do("2026-04-06 09:00", dossier.Act{Kind: dossier.ActProvideSupplement, Complete: true})
		require.Equal(t, "2026-04-22 17:00", h.due("2026-04-06 09:00"), "12 working days of Monday 6 April")
	}
}

// Only a running clock passes a promise: what was stopped before its due date is not late because a night goes by, and not when it is
// stopped for good either. It was under older engine versions. A result is judged by its own date.
func TestStandingStillIsNotLate(t *testing.T) {
	t.Parallel()
	for engine, want := range map[int]string{newest: "", 4: dossier.ClassLate} {
		h := newHand(t, split())
		h.submit("2026-03-02 07:30", dossier.ChannelCounter)
		h.s.Engine = engine
		h.do("2026-03-02 07:30", dossier.Act{Kind: dossier.ActAccept})
		h.do("2026-03-02 10:00", complete(""))
		h.do("2026-03-18 11:30", dossier.Act{Kind: dossier.ActSuspend, Ground: "luật"})
		require.Equal(t, want, h.class("2026-03-19 02:00"), "engine version %d", engine)
		require.Empty(t, h.class("2026-03-19 14:00"), "what was taken out has moved the due date")
		stopped := h.s.Clone()
		h.do("2026-03-19 02:00", dossier.Act{Kind: dossier.ActWithdraw})
		require.Equal(t, want, h.class("2026-03-20 09:00"))
		h.s = stopped
		h.do("2026-03-19 08:00", dossier.Act{Kind: dossier.ActResume})
		require.Equal(t, dossier.ClassLate, h.class("2026-03-19 08:01"), "to the letter: 4.5 hours after 07:30 on the 18th are still the 18th")
	}
}
