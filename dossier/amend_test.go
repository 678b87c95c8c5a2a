package dossier_test

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// days are calendars of the sample week by name, so that a hand can adopt them.
func (h *hand) days(t testing.TB, byName map[string]*calendar.Calendar) {
	t.Helper()
	first := office(t)
	h.d.Calendars = func(hash string) (*calendar.Calendar, error) {
		if c, ok := byName[hash]; ok {
			return c, nil
		}
		return first, nil
	}
}

// saturday is the sample week with a Saturday worked, and days off.
func saturday(t testing.TB, worked calendar.Date, off ...calendar.Date) *calendar.Calendar {
	t.Helper()
	s := office(t).Spec()
	s.Off, s.Work = off, []calendar.WorkDay{{Date: worked}}
	c, err := calendar.New(s)
	require.NoError(t, err)
	return c
}

func amend(hash, document string) dossier.Act {
	return dossier.Act{Kind: dossier.ActAmendCalendar, By: "kstt", Amendment: "m", Document: document, Calendars: []dossier.AgencyCalendar{{Agency: "H99.01", Hash: hash}}}
}

func (h *hand) amended(when string, a dossier.Act) dossier.CalendarAmended {
	h.t.Helper()
	n, last, revision := len(h.events), h.s.LastAct, h.s.Revision
	h.do(when, a)
	require.Equal(h.t, last, h.s.LastAct, "acts received before it are not held up")
	require.Equal(h.t, revision, h.s.Revision, "nobody's form is stale")
	var out []dossier.CalendarAmended
	for _, e := range h.events[n:] {
		if b, ok := e.Body.(dossier.CalendarAmended); ok {
			out = append(out, b)
		}
	}
	require.Len(h.t, out, 1, "one line in the journal")
	return out[0]
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("01-02 15:04")
}

// The dossier is received on Monday 2 March 2026 and due on Wednesday the 18th (12 working days).
func TestAmendedCalendar(t *testing.T) {
	t.Parallel()
	march := func(d int) calendar.Date { return calendar.NewDate(2026, 3, d) }
	for name, c := range map[string]struct {
		fresh            *calendar.Calendar
		document         string
		at               string
		due, target      string
		before, after    string // the class on the day of the amendment
		laterLate, still string // the first instant of lateness afterwards, and the one just before
	}{
		// A day off decreed late: a later date replaces the promise by its decision (clock.md §10; Civil Code 2015 art. 147, 148).
		"a holiday announced late": {
			fresh: office(t, march(16)), document: "1/TB", at: "2026-03-10 09:00", due: "03-19 17:00", laterLate: "2026-03-20 07:30", still: "2026-03-19 23:59",
		},
		"without a decision the promise stands": {
			fresh: office(t, march(16)), at: "2026-03-10 09:00", due: "03-18 17:00", laterLate: "2026-03-19 07:30", still: "2026-03-18 23:59",
		},
		// A Saturday that is worked makes the date earlier: the office aims at it, the printed promise stands.
		"a swap announced late": {
			fresh: saturday(t, march(14)), document: "2/CV", at: "2026-03-10 09:00", due: "03-18 17:00", target: "03-17 17:00", laterLate: "2026-03-19 07:30", still: "2026-03-18 23:59",
		},
		// The day of the promise becomes a day off and is worked back before it: the limit's date is earlier, but nobody can be
		// served on a day off; the promise is kept on the next working day (Civil Code 2015 art. 148.5).
		"the promised day is swapped away": {
			fresh: saturday(t, march(14), march(18)), document: "3/CV", at: "2026-03-10 09:00", due: "03-19 17:00", target: "03-17 17:00", laterLate: "2026-03-20 07:30", still: "2026-03-19 23:59",
		},
		// A past Saturday that is only now said to have been worked makes nothing late.
		"a worked day that has passed": {
			fresh: saturday(t, march(14)), document: "4/CV", at: "2026-03-18 09:00", due: "03-18 17:00", target: "03-17 17:00", laterLate: "2026-03-19 07:30", still: "2026-03-18 23:59",
		},
		// A storm, decided on afterwards, excludes time that passed, and lifts the lateness of exactly that day (clock.md §6).
		"a storm decided on afterwards": {
			fresh: office(t, march(17)), document: "5/QĐ", at: "2026-03-19 08:00", due: "03-19 17:00", before: dossier.ClassLate, after: "", laterLate: "2026-03-20 07:30", still: "2026-03-19 23:59",
		},
		"a later day off does not lift lateness": {
			fresh: office(t, march(20)), document: "6/QĐ", at: "2026-03-19 08:00", due: "03-18 17:00", before: dossier.ClassLate, after: dossier.ClassLate,
		},
		"nor does a change without a decision": {
			fresh: office(t, march(17)), at: "2026-03-19 08:00", due: "03-18 17:00", before: dossier.ClassLate, after: dossier.ClassLate,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t, split())
			h.days(t, map[string]*calendar.Calendar{"new": c.fresh})
			h.accepted()
			require.Equal(t, c.before, h.class(c.at))
			e := h.amended(c.at, amend("new", c.document))
			require.Equal(t, "03-18 17:00", day(e.OldDue))
			require.Equal(t, c.due, day(e.Due))
			require.Equal(t, c.target, day(e.Target))
			require.Equal(t, c.due != "03-18 17:00", dossier.PromiseMoved(e))
			v := h.view(c.at)
			require.Equal(t, c.due, day(v.DueAt))
			require.Equal(t, c.target, day(v.Target))
			require.Equal(t, c.after, h.class(c.at))
			if c.laterLate != "" {
				require.Empty(t, h.class(c.still))
				require.Equal(t, dossier.ClassLate, h.class(c.laterLate))
			}
			require.Equal(t, "2026-03-18 17:00", h.s.OriginalDue.Format("2006-01-02 15:04"))
			h.refused(c.at, "calendar_current", amend("new", c.document))
		})
	}
}

// Taken back, an amendment leaves the later date that people were given; the earlier one is what the office aims at.
func TestAmendmentTakenBack(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.days(t, map[string]*calendar.Calendar{"new": office(t, calendar.NewDate(2026, 3, 16)), "swap": saturday(t, calendar.NewDate(2026, 3, 14))})
	h.accepted()
	h.amended("2026-03-10 09:00", amend("new", "1/TB"))
	undo := amend("x", "2/TB")
	undo.Undo = true
	e := h.amended("2026-03-11 09:00", undo)
	require.True(t, e.Undo)
	require.Equal(t, []string{"03-19 17:00", "03-19 17:00", "03-18 17:00"}, []string{day(e.OldDue), day(e.Due), day(e.Target)})
	// An earlier one taken back leaves nothing behind.
	h = newHand(t, split())
	h.days(t, map[string]*calendar.Calendar{"swap": saturday(t, calendar.NewDate(2026, 3, 14))})
	h.accepted()
	h.amended("2026-03-10 09:00", amend("swap", "1/TB"))
	e = h.amended("2026-03-11 09:00", undo)
	require.Equal(t, []string{"03-18 17:00", "03-18 17:00", ""}, []string{day(e.OldDue), day(e.Due), day(e.Target)})
	// A count that begins afterwards was never promised anything on the calendar that was taken back.
	h = newHand(t, split())
	h.days(t, map[string]*calendar.Calendar{"new": office(t, calendar.NewDate(2026, 3, 16))})
	h.accepted()
	h.amended("2026-03-03 08:00", amend("new", "1/TB"))
	h.amended("2026-03-03 08:30", undo)
	h.do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true, Papers: []string{"don"}})
	h.do("2026-03-05 09:00", dossier.Act{Kind: dossier.ActProvideSupplement, Complete: true})
	require.Equal(t, "2026-03-23 17:00", h.due("2026-03-05 09:00"), "twelve days from Thursday the 5th")
}

// Suspensions after an amendment are added once, on each calendar, to the exact start and not to a rounded date (clock.md §4).
func TestAmendedThenSuspended(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.days(t, map[string]*calendar.Calendar{"swap": saturday(t, calendar.NewDate(2026, 3, 14))})
	h.accepted()
	suspended := func(from, until string) {
		h.do(from, dossier.Act{Kind: dossier.ActSuspend, Ground: "Tòa án"})
		h.do(until, dossier.Act{Kind: dossier.ActResume})
	}
	suspended("2026-03-04 08:00", "2026-03-04 11:00") // 3 hours: 09:00 on the 18th becomes 14:00
	require.Equal(t, "2026-03-18 17:00", h.due("2026-03-10 08:00"))
	h.amended("2026-03-10 09:00", amend("swap", "1/CV"))
	suspended("2026-03-11 08:00", "2026-03-11 09:00") // 15:00
	require.Equal(t, "2026-03-18 17:00", h.due("2026-03-12 08:00"), "four hours in all still end that day")
	suspended("2026-03-12 08:00", "2026-03-12 11:00") // seven hours in all: 09:00 + 7 h = 08:00 of the next day
	v := h.view("2026-03-13 08:00")
	require.Equal(t, []string{"03-19 17:00", "03-18 17:00"}, []string{day(v.DueAt), day(v.Target)})
}

// The budget of an open task is drawn down by what was known: a day that has passed and only now counts is given back.
func TestAmendmentGivesStepsTheirTimeBack(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.days(t, map[string]*calendar.Calendar{"swap": saturday(t, calendar.NewDate(2026, 3, 7)), "ahead": saturday(t, calendar.NewDate(2026, 3, 14))})
	h.accepted() // the appraisal has 9 days from 10:00 on Monday the 2nd: to 10:00 on Friday the 13th
	require.Equal(t, "03-13 10:00", day(h.view("2026-03-10 09:00").Tasks[0].DueAt))
	e := h.amended("2026-03-10 09:00", amend("swap", "1/CV"))
	require.Equal(t, []dossier.TaskBudget{{Task: "tham-dinh#1", Budget: 10 * 480}}, e.Budgets)
	require.Equal(t, "03-13 10:00", day(h.view("2026-03-10 09:00").Tasks[0].DueAt))
	// A Saturday ahead counts as every working day does.
	h = newHand(t, split())
	h.days(t, map[string]*calendar.Calendar{"ahead": saturday(t, calendar.NewDate(2026, 3, 7))})
	h.accepted()
	e = h.amended("2026-03-06 09:00", amend("ahead", "1/CV"))
	require.Empty(t, e.Budgets)
	require.Equal(t, "03-12 10:00", day(h.view("2026-03-06 09:00").Tasks[0].DueAt))
}

// Rungs move with the due instant; a reminder that fired is armed again only where its instant lies ahead (clock.md §8).
func TestAmendmentMovesTheLadder(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.days(t, map[string]*calendar.Calendar{"new": office(t, calendar.NewDate(2026, 3, 16), calendar.NewDate(2026, 3, 17))})
	h.accepted()
	require.Equal(t, []string{"nua 03-10 13:45"}, h.tick("2026-03-10 13:45"), "half of 102.5 working hours")
	h.amended("2026-03-10 14:00", amend("new", "1/QĐ"))
	require.Equal(t, []string{"buoc 03-13 10:00"}, h.tick("2026-03-18 12:00"), "the old day before is no longer that")
	require.Contains(t, h.tick("2026-03-19 17:00"), "truoc 03-19 16:59")
	require.Contains(t, h.tick("2026-03-23 08:00"), "qua-han 03-23 07:30")
}

// A re-appointed date stands on the calendar that was in use when it was given, and on those that decisions brought since.
func TestAmendedBeforeAReappointment(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		amendments [2]dossier.Act
		due        string
	}{
		"in use without a decision": {[2]dossier.Act{amend("back", "1/QĐ"), amend("closed", "")}, "2026-03-23 17:00"},
		"no longer in use":          {[2]dossier.Act{amend("closed", "1/QĐ"), amend("back", "2/QĐ")}, "2026-03-20 17:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t, split())
			h.days(t, map[string]*calendar.Calendar{"closed": office(t, calendar.NewDate(2026, 3, 20))})
			h.accepted()
			h.amended("2026-03-10 09:00", c.amendments[0])
			h.amended("2026-03-10 10:00", c.amendments[1])
			h.do("2026-03-11 09:00", dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Approval: "ld", Until: at("2026-03-19 09:00")})
			require.Equal(t, "2026-03-19 17:00", h.due("2026-03-11 09:00"))
			h.do("2026-03-12 08:00", dossier.Act{Kind: dossier.ActSuspend, Ground: "Tòa án"})
			h.do("2026-03-13 08:00", dossier.Act{Kind: dossier.ActResume}) // a day: 09:00 of the next working day
			require.Equal(t, c.due, h.due("2026-03-13 08:00"))
		})
	}
}

// An exclusion says what promise it leaves; one of an outage that covers many holds up nobody's act.
func TestExclusionSaysThePromise(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	last, revision := h.s.LastAct, h.s.Revision
	h.do("2026-03-10 09:00", dossier.Act{
		Kind: dossier.ActExclude, Ground: "Mất điện", Document: "7/QĐ-UBND", Amendment: "o1", From: at("2026-03-09 07:30"), Until: at("2026-03-10 07:30"),
	})
	e, ok := h.events[len(h.events)-1].Body.(dossier.Excluded)
	require.True(t, ok)
	require.Equal(t, []string{"o1", "03-18 17:00", "03-19 17:00"}, []string{e.Outage, day(e.OldDue), day(e.Due)})
	require.True(t, dossier.PromiseMoved(e))
	require.Equal(t, last, h.s.LastAct)
	require.Equal(t, revision, h.s.Revision)
}

// What was taken out since the letter moves its date, whatever a corrected receipt says of the count that it was given in.
func TestReceiptCorrectedAfterAReappointment(t *testing.T) {
	t.Parallel()
	for _, engine := range []int{5, newest} {
		h := newHand(t, split())
		h.submit("2026-03-02 09:00", dossier.ChannelCounter)
		h.s.Engine = engine
		h.do("2026-03-02 09:00", dossier.Act{Kind: dossier.ActAccept, Register: 1})
		h.do("2026-03-02 09:30", dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Approval: "ld", Until: at("2026-03-25 09:00")})
		h.do("2026-03-05 09:00", dossier.Act{Kind: dossier.ActExclude, Ground: "Mất điện", Document: "7/QĐ", From: at("2026-03-02 10:00"), Until: at("2026-03-04 10:00")})
		require.Equal(t, "2026-03-27 17:00", h.due("2026-03-05 09:00"), "engine version %d: two working days", engine)
		h.do("2026-03-05 10:00", dossier.Act{Kind: dossier.ActCorrectReceipt, Ground: "luật", Document: "3/QĐ", Reasoned: true, Effective: at("2026-03-04 14:00")})
		require.Equal(t, "2026-03-27 17:00", h.due("2026-03-05 10:00"), "engine version %d", engine)
	}
}

func TestAmendmentRefusals(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.days(t, map[string]*calendar.Calendar{"new": office(t, calendar.NewDate(2026, 3, 16))})
	h.accepted()
	h.do("2026-03-05 09:00", complete("dat"))
	h.do("2026-03-06 09:00", complete("duyet"))
	h.refused("2026-03-09 09:00", "finished", amend("new", "1/QĐ"))
	h.do("2026-03-09 10:00", dossier.Act{Kind: dossier.ActReturn})
	h.refused("2026-03-09 11:00", "closed", amend("new", "1/QĐ"))
}

// TestAmendmentsNeverHurt: over random lives with random amendments, also taken back and also about days that have passed, no dossier
// becomes late by an amendment for time already passed, no promise becomes earlier by one, and the promise equals an independent
// day-by-day reckoning: the latest of the dates that were given.
func TestAmendmentsNeverHurt(t *testing.T) {
	t.Parallel()
	for life := range 150 {
		r := rand.New(rand.NewPCG(uint64(life), 10))
		plan := split()
		plan.Limit = calendar.Limit{Hundredths: 100 * (2 + r.IntN(14)), Unit: calendar.WorkingDay}
		plan.Ladder = nil
		known := map[string]*calendar.Calendar{}
		h := newHand(t, plan)
		h.days(t, known)
		h.accepted()
		now := at("2026-03-02 10:00")
		given := []*calendar.Calendar{office(t)}
		var paused []stop
		open := false
		for n := range 12 {
			now = now.Add(time.Duration(1+r.IntN(40)) * time.Hour)
			if open {
				require.NoError(t, h.tryAt(now, dossier.Act{Kind: dossier.ActResume}))
				paused[len(paused)-1].until, open = now, false
				continue
			}
			if r.IntN(3) == 0 {
				require.NoError(t, h.tryAt(now, dossier.Act{Kind: dossier.ActSuspend, Ground: "Tòa án"}))
				paused, open = append(paused, stop{from: now}), true
				continue
			}
			fresh := randomDays(t, r)
			hash, document := strconv.Itoa(n), ""
			if r.IntN(4) > 0 {
				document = "1/QĐ"
			}
			known[hash] = fresh
			before, err := dossier.Look(h.d, h.s, now)
			require.NoError(t, err)
			require.NoError(t, h.tryAt(now, amend(hash, document)))
			after, err := dossier.Look(h.d, h.s, now)
			require.NoError(t, err)
			if document != "" {
				given = append(given, fresh)
			}
			require.False(t, after.DueAt.Before(before.DueAt), "life %d: %s became %s", life, before.DueAt, after.DueAt)
			if before.Verdict.Class != dossier.ClassLate {
				require.NotEqual(t, dossier.ClassLate, after.Verdict.Class, "life %d: late by an amendment", life)
			}
			if document == "" {
				require.True(t, after.DueAt.Equal(before.DueAt), "life %d: a later date without a decision", life)
				require.Equal(t, before.Verdict.Class, after.Verdict.Class)
			}
			require.Equal(t, naivePromise(plan.Limit.Hundredths/100, given, paused), day(after.DueAt), "life %d, step %d", life, n)
			rebuilt := dossier.Rebuild(h.events)
			again, err := dossier.Look(h.d, rebuilt, now)
			require.NoError(t, err)
			require.Equal(t, after.DueAt, again.DueAt)
			require.Equal(t, after.Verdict, again.Verdict)
		}
	}
}

type stop struct{ from, until time.Time }

// randomDays is the sample week with some days of March off and a Saturday worked.
func randomDays(t testing.TB, r *rand.Rand) *calendar.Calendar {
	t.Helper()
	var off []calendar.Date
	for d := 3; d <= 31; d++ {
		if x := calendar.NewDate(2026, 3, d); x.Weekday() != time.Saturday && x.Weekday() != time.Sunday && r.IntN(8) == 0 {
			off = append(off, x)
		}
	}
	return saturday(t, calendar.NewDate(2026, 3, 7+7*r.IntN(3)), off...)
}

// naivePromise walks minute by minute on each calendar that a date was given on: the working days of the limit after the day of
// receipt, then the suspended minutes from 09:00 of the last of them, then to the end of that day.
func naivePromise(days int, given []*calendar.Calendar, paused []stop) string {
	works := func(c *calendar.Calendar, t time.Time) bool {
		m := t.Hour()*60 + t.Minute()
		return c.IsWorkingDay(t) && (m >= 450 && m < 690 || m >= 780 && m < 1020)
	}
	var due time.Time
	for _, c := range given {
		out := 0
		for _, p := range paused {
			for t := p.from; t.Before(p.until); t = t.Add(time.Minute) {
				if works(c, t) {
					out++
				}
			}
		}
		d := at("2026-03-02 09:00")
		for left := days; left > 0; {
			if d = d.AddDate(0, 0, 1); c.IsWorkingDay(d) {
				left--
			}
		}
		for ; out > 0; d = d.Add(time.Minute) {
			if works(c, d) {
				out--
			}
		}
		d = time.Date(d.Year(), d.Month(), d.Day(), 17, 0, 0, 0, d.Location())
		if d.After(due) {
			due = d
		}
		for !c.IsWorkingDay(due) { // nobody can be served on a day that this decision made a day off
			due = due.AddDate(0, 0, 1)
		}
	}
	return day(due)
}

// Dossiers of older engine versions adopt a calendar before a rung as they always did, and an amendment by its own law.
func TestOlderEnginesAdoptAsTheyDid(t *testing.T) {
	t.Parallel()
	for engine, want := range map[int]string{dossier.EngineVersion: "2026-03-18 17:00", 4: "2026-03-17 17:00"} {
		h := newHand(t, split())
		h.days(t, map[string]*calendar.Calendar{"new": saturday(t, calendar.NewDate(2026, 3, 14))})
		h.accepted()
		h.s.Engine = engine
		h.do("2026-03-10 09:00", dossier.Act{Kind: dossier.ActAdoptCalendar, Agency: "H99.01", Calendar: "new", Document: "5/QĐ-UBND", By: dossier.ByClock})
		require.Equal(t, want, h.due("2026-03-10 09:00"), engine)
	}
	h := newHand(t, split())
	h.days(t, map[string]*calendar.Calendar{"new": saturday(t, calendar.NewDate(2026, 3, 14))})
	h.accepted()
	h.s.Engine = 4
	h.amended("2026-03-10 09:00", amend("new", "1/CV"))
	require.Equal(t, "2026-03-18 17:00", h.due("2026-03-10 09:00"))
}

// A period that the applicant was given is not shortened, however the calendar changes.
func TestAmendmentLeavesTheApplicantHisPeriod(t *testing.T) {
	t.Parallel()
	plan := split()
	for i := range plan.Steps {
		if s := &plan.Steps[i]; s.ID == "thue" {
			s.Expires, s.Wait, s.Limit = lim("5wd"), procedure.WaitAct, calendar.Limit{}
		}
	}
	h := newHand(t, plan)
	h.days(t, map[string]*calendar.Calendar{"new": saturday(t, calendar.NewDate(2026, 3, 7))})
	h.accepted()
	h.do("2026-03-03 09:00", complete("thue"))
	require.Equal(t, "03-10 17:00", day(h.view("2026-03-04 09:00").Tasks[0].Expires))
	h.amended("2026-03-04 09:00", amend("new", "1/CV"))
	require.Equal(t, "03-10 17:00", day(h.view("2026-03-04 09:00").Tasks[0].Expires))
}
