package dossier_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
)

// The clock of a dossier that stands still passes nothing, at whatever moment it is looked at afterwards (clock.md §6).
func TestAClockThatStandsStillPassesNoPromise(t *testing.T) {
	t.Parallel()
	plan := split()
	plan.Limit = lim("14wd") // Friday 20 March
	h := newHand(t, plan)
	h.accepted()
	stopped := func(from, until string) {
		h.do(from, dossier.Act{Kind: dossier.ActSuspend, Ground: "Tòa án"})
		h.do(until, dossier.Act{Kind: dossier.ActResume})
	}
	stopped("2026-03-20 16:30", "2026-03-21 10:00")
	require.Empty(t, h.class("2026-03-21 10:30"))
	h.do("2026-03-21 11:00", dossier.Act{Kind: dossier.ActSuspend, Ground: "Tòa án"})
	require.Empty(t, h.class("2026-03-21 12:00"), "it had not run since Friday")
	h.do("2026-03-24 10:00", dossier.Act{Kind: dossier.ActResume})
	// 11 hours from 09:00 on Friday: 13:30 on Monday.
	require.Equal(t, "2026-03-23 17:00", h.due("2026-03-24 10:00"))
	require.Empty(t, h.class("2026-03-24 10:00"))
	v := h.view("2026-03-24 10:01").Verdict
	require.Equal(t, dossier.ClassLate, v.Class)
	require.Equal(t, at("2026-03-23 17:00"), v.Since)
	require.Equal(t, 1, v.LateMinutes)

	// Clock hours run on Saturdays too.
	plan = split()
	plan.Limit = lim("100h") // 13:00 on Friday 6 March
	h = newHand(t, plan)
	h.accepted()
	stopped("2026-03-06 12:00", "2026-03-07 09:00")
	require.Equal(t, "2026-03-07 10:00", h.due("2026-03-07 09:00"))
	require.Empty(t, h.class("2026-03-07 10:00"))
	require.Equal(t, dossier.ClassLate, h.class("2026-03-07 10:01"))
}

// Only a running clock passes a promise, and no amendment changes for how long it ran: a day that is worked after the fact makes nothing
// late, and one that is closed without a decision lifts no lateness (clock.md §6, §10).
func TestAmendmentOverAClockThatStoodStill(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.days(t, map[string]*calendar.Calendar{"closed": office(t, calendar.NewDate(2026, 3, 18))})
	h.accepted()
	h.do("2026-03-18 08:00", dossier.Act{Kind: dossier.ActSuspend, Ground: "Tòa án"})
	h.do("2026-03-18 09:00", dossier.Act{Kind: dossier.ActResume})
	h.amended("2026-03-18 20:00", amend("closed", ""))
	require.Equal(t, "2026-03-18 17:00", h.due("2026-03-19 00:30"))
	require.Equal(t, dossier.ClassLate, h.class("2026-03-19 00:30"), "the clock ran all Wednesday")
	h.amended("2026-03-19 00:30", amend("back", "1/QĐ"))
	require.Equal(t, dossier.ClassLate, h.class("2026-03-19 00:30"))

	plan := split()
	plan.Limit = lim("14wd") // Friday the 20th
	h = newHand(t, plan)
	h.days(t, map[string]*calendar.Calendar{"worked": saturday(t, calendar.NewDate(2026, 3, 21))})
	h.accepted()
	h.do("2026-03-20 16:30", dossier.Act{Kind: dossier.ActSuspend, Ground: "Tòa án"})
	h.do("2026-03-21 10:00", dossier.Act{Kind: dossier.ActResume})
	require.Empty(t, h.class("2026-03-21 15:00"))
	h.amended("2026-03-21 15:00", amend("worked", "2/CV"))
	require.Equal(t, "2026-03-20 17:00", h.due("2026-03-21 15:00"))
	require.Empty(t, h.class("2026-03-21 15:00"), "nobody knew that this Saturday was worked")
	require.Empty(t, h.class("2026-03-23 07:30"))
	require.Equal(t, dossier.ClassLate, h.class("2026-03-23 07:31"))
}
