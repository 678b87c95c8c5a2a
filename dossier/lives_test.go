package dossier_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/dossier/proof"
	"motcua/procedure"
)

// TestRandomLives lives dossiers of every kind of limit through everything that can happen to them, in any order: pauses, restarts,
// supplements, payments, parallel branches, earlier effects, corrections, calendars that are amended, workers that die, clocks that
// jump, alarms that are missed. Whatever happens: no minute is lost or invented, no rung fires twice and none is forgotten, the due
// instant is that of a reckoning day by day, what is late stays late, and the proof adds up.
func TestRandomLives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		l := newRandomLife(t, r)
		for n := rapid.IntRange(1, 45).Draw(r, "acts"); n > 0 && !l.s.Stage.Closed(); n-- {
			l.step()
		}
		l.end()
	})
}

type randomLife struct {
	*hand
	r         *rapid.T
	when      time.Time
	calendars map[string]*calendar.Calendar
	specs     map[string]calendar.Spec
	hash      string
	late      bool
	forked    bool
}

func newRandomLife(t *testing.T, r *rapid.T) *randomLife {
	plan := split()
	plan.Limit = lim(rapid.SampledFrom([]string{"12wd", "40wh", "20d", "1mo", "3wd", "100h"}).Draw(r, "limit"))
	plan.Extensions[0].Add = calendar.Limit{Hundredths: 300, Unit: plan.Limit.Unit}
	plan.Supplement.Effect = rapid.SampledFrom([]string{procedure.EffectRestart, procedure.EffectPause, procedure.EffectExclude}).Draw(r, "effect")
	if plan.Supplement.Effect == procedure.EffectExclude {
		plan.Supplement.Bound = lim("2wd")
	}
	for i := range plan.Steps {
		if st := &plan.Steps[i]; st.Excluded && rapid.Bool().Draw(r, "bounded") {
			st.Bound = lim(rapid.SampledFrom([]string{"2wd", "5d", "1wd"}).Draw(r, "bound"))
		}
	}
	l := &randomLife{hand: newHand(t, plan), r: r, calendars: map[string]*calendar.Calendar{}, specs: map[string]calendar.Spec{}}
	l.adopt("x", office(t).Spec())
	l.d.Calendars = func(hash string) (*calendar.Calendar, error) {
		if c, ok := l.calendars[hash]; ok {
			return c, nil
		}
		return nil, fmt.Errorf("no calendar %q", hash)
	}
	l.when = at("2026-03-02 06:00").Add(time.Duration(rapid.IntRange(0, 5*24*60).Draw(r, "received")) * time.Minute)
	l.submitNewest(l.when.Format("2006-01-02 15:04"), dossier.ChannelCounter)
	l.act(dossier.Act{Kind: dossier.ActAccept, Register: 1})
	return l
}

func (l *randomLife) adopt(hash string, spec calendar.Spec) {
	c, err := calendar.New(spec)
	require.NoError(l.t, err)
	l.calendars[hash], l.specs[hash], l.hash = c, spec, hash
}

// try does an act now and says whether it was done; a refused one leaves nothing.
func (l *randomLife) try(a dossier.Act) bool {
	before := l.s.Clone()
	err := l.tryAt(l.when, a)
	if err == nil {
		return true
	}
	var refusal *dossier.Refusal
	require.ErrorAs(l.r, err, &refusal, a.Kind)
	require.Equal(l.r, before, l.s.Clone(), "a refused act leaves nothing")
	return false
}

func (l *randomLife) act(a dossier.Act) { require.True(l.r, l.try(a), a.Kind) }

func (l *randomLife) step() {
	l.when = l.when.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 7, 60, 240, 480, 1440, 4000}).Draw(l.r, "wait")) * time.Minute)
	n, lifted, ticked := len(l.events), false, false
	switch rapid.IntRange(0, 9).Draw(l.r, "what") {
	case 0, 1:
		ticked = true
		l.act(dossier.Act{Kind: dossier.ActAlarm})
	case 2:
		l.crash()
	case 3:
		l.clockBack()
	case 4:
		lifted = l.amend()
	case 5:
		l.restartAfterApology()
	default:
		a := l.draw()
		before := l.view(l.when.Format("2006-01-02 15:04")).Verdict.Class
		done := l.try(a)
		if done && before != dossier.ClassLate && !reaches(a) {
			require.NotEqual(l.r, dossier.ClassLate, l.view(l.when.Format("2006-01-02 15:04")).Verdict.Class, "%s made it late\n%s", a.Kind, l.told())
		}
		lifted = done && (a.Kind == dossier.ActExclude || a.Kind == dossier.ActCorrectReceipt || !a.Effective.IsZero())
	}
	for _, e := range l.events[n:] {
		if o, ok := e.Body.(dossier.StepOpened); ok && o.Step == "lay-y-kien" {
			l.forked = true // whose time it is will be settled at the join
		}
	}
	l.check(lifted, ticked)
}

// reaches says that an act reaches into the past, or settles whose time it was; all others leave a dossier no later than it was.
func reaches(a dossier.Act) bool {
	switch a.Kind {
	case dossier.ActComplete, dossier.ActReopen, dossier.ActCheckSupplement, dossier.ActCorrectReceipt:
		return true
	}
	return !a.Effective.IsZero()
}

func (l *randomLife) draw() dossier.Act {
	if tasks := l.view(l.when.Format("2006-01-02 15:04")).Tasks; len(tasks) > 0 && rapid.IntRange(0, 2).Draw(l.r, "work") == 0 {
		task := rapid.SampledFrom(tasks).Draw(l.r, "task")
		a := dossier.Act{Kind: dossier.ActComplete, Task: task.Task}
		if len(task.Outcomes) > 0 {
			a.Outcome = rapid.SampledFrom(task.Outcomes).Draw(l.r, "outcome")
		}
		return l.perhapsPutBack(a)
	}
	back := func(most int) time.Time {
		return l.when.Add(-time.Duration(rapid.IntRange(0, most).Draw(l.r, "back")) * time.Minute)
	}
	a := rapid.SampledFrom([]dossier.Act{
		{Kind: dossier.ActRequestSupplement, Reasoned: true, Approval: "ld", GuidanceIgnored: true},
		{Kind: dossier.ActProvideSupplement}, {Kind: dossier.ActProvideSupplement, Complete: true},
		{Kind: dossier.ActCheckSupplement, Complete: true}, {Kind: dossier.ActCheckSupplement, Reasoned: true},
		{Kind: dossier.ActSuspend, Ground: "luật"}, {Kind: dossier.ActResume}, {Kind: dossier.ActResume}, {Kind: dossier.ActConfirmPayment},
		{Kind: dossier.ActRequestPayment, Payment: fmt.Sprint("p", l.n), Financial: true, Ground: "luật"},
		{Kind: dossier.ActRequestPayment, Payment: fmt.Sprint("p", l.n)},
		{Kind: dossier.ActSendBack, To: "tham-dinh", Reasoned: true}, {Kind: dossier.ActReopen, To: "ky", Reasoned: true},
		{Kind: dossier.ActExtend, Extension: "ly-do", Reasoned: true}, {Kind: dossier.ActReappoint, Reasoned: true, Approval: "ld"},
		{Kind: dossier.ActExclude, Ground: "luật", Document: "1/QĐ"}, {Kind: dossier.ActExclude, Ground: "luật", Document: "2/QĐ"},
		{Kind: dossier.ActCorrectReceipt, Ground: "luật", Document: "3/QĐ", Reasoned: true},
		{Kind: dossier.ActWithdraw}, {Kind: dossier.ActReturn},
	}).Draw(l.r, "act")
	switch a.Kind {
	case dossier.ActExclude:
		a.From = back(9000)
		a.Until = a.From.Add(time.Duration(rapid.IntRange(1, 3000).Draw(l.r, "length")) * time.Minute)
	case dossier.ActReappoint:
		a.Until = l.when.AddDate(0, 0, rapid.IntRange(1, 60).Draw(l.r, "until"))
	case dossier.ActCorrectReceipt:
		a.Effective = l.s.AcceptedAt.Add(time.Duration(rapid.IntRange(-2000, 400).Draw(l.r, "corrected")) * time.Minute)
	case dossier.ActWithdraw:
		if rapid.IntRange(0, 4).Draw(l.r, "really") > 0 {
			return dossier.Act{Kind: dossier.ActAssign, To: "cb-9"}
		}
	}
	return l.perhapsPutBack(a)
}

func (l *randomLife) perhapsPutBack(a dossier.Act) dossier.Act {
	switch a.Kind {
	case dossier.ActComplete, dossier.ActProvideSupplement, dossier.ActConfirmPayment, dossier.ActWithdraw:
		if rapid.IntRange(0, 3).Draw(l.r, "put back") == 0 {
			a.Effective = l.when.Add(-time.Duration(rapid.IntRange(0, 2000).Draw(l.r, "by")) * time.Minute)
			a.MayBackdate, a.Document = true, "1/BB"
		}
	}
	return a
}

// restartAfterApology asks for papers and gets them after a date was put off: acts that seldom meet by chance, since a restart wants its
// slip soon after acceptance. Those that do not fit are refused.
func (l *randomLife) restartAfterApology() {
	for _, a := range []dossier.Act{
		{Kind: dossier.ActReappoint, Reasoned: true, Approval: "ld", Until: l.when.AddDate(0, 0, rapid.IntRange(1, 60).Draw(l.r, "until"))},
		{Kind: dossier.ActRequestSupplement, Reasoned: true, Approval: "ld", GuidanceIgnored: true},
		{Kind: dossier.ActProvideSupplement, Complete: true},
	} {
		l.when = l.when.Add(time.Duration(rapid.SampledFrom([]int{0, 30, 700}).Draw(l.r, "between")) * time.Minute)
		l.try(a)
	}
}

// crash loses the worker: the state is what the stored events make of it.
func (l *randomLife) crash() {
	data, err := json.Marshal(l.events)
	require.NoError(l.r, err)
	var stored []dossier.Event
	require.NoError(l.r, json.Unmarshal(data, &stored))
	again := dossier.Rebuild(stored)
	again.Revision, again.Done = l.s.Revision, l.s.Done
	want, err := json.Marshal(l.s)
	require.NoError(l.r, err)
	got, err := json.Marshal(again)
	require.NoError(l.r, err)
	require.JSONEq(l.r, string(want), string(got))
	l.s, l.events = again, stored
}

// clockBack lets an alarm ring on a clock that was set back: nothing fires that lies ahead of it.
func (l *randomLife) clockBack() {
	now := l.when.Add(-time.Duration(rapid.IntRange(1, 5000).Draw(l.r, "set back")) * time.Minute)
	n := len(l.events)
	require.NoError(l.r, l.tryAt(now, dossier.Act{Kind: dossier.ActAlarm}))
	for _, e := range l.events[n:] {
		if f, ok := e.Body.(dossier.RungFired); ok {
			require.False(l.r, f.Instant.After(now), "fired ahead of the clock")
		}
	}
}

// amend has the receiving point's calendar amended, days off, working Saturdays, other hours on a day, and says whether a decision stands
// behind it. It makes nothing late, and no promise earlier; without a decision it leaves both as they were (clock.md §10).
func (l *randomLife) amend() (decided bool) {
	spec := l.specs[l.hash]
	spec.Off, spec.Work = slices.Clone(spec.Off), slices.Clone(spec.Work)
	d := calendar.NewDate(2026, 3, 2) + calendar.Date(rapid.IntRange(0, 150).Draw(l.r, "day"))
	known := slices.Contains(spec.Off, d) || slices.ContainsFunc(spec.Work, func(w calendar.WorkDay) bool { return w.Date == d })
	for i, c := range l.s.Counts { // a day on which something was received stays the day that it was
		known = known || calendar.DateOf(c.Start) == d || i == 0 && d >= calendar.DateOf(l.s.Visits[0].Opened) && d < calendar.DateOf(c.Start)
	}
	switch {
	case known:
		return false
	case len(spec.Week[d.Weekday()]) > 0 && rapid.Bool().Draw(l.r, "closed"):
		spec.Off = append(spec.Off, d)
	default:
		own := calendar.Sessions{{From: 420, To: 690}, {From: 810, To: 1020}}
		if rapid.Bool().Draw(l.r, "morning") {
			own = own[:1]
		}
		spec.Work = append(spec.Work, calendar.WorkDay{Date: d, Sessions: own})
	}
	l.adopt(spec.Hash(), spec)
	before := l.view(l.when.Format("2006-01-02 15:04"))
	a := dossier.Act{Kind: dossier.ActAdoptCalendar, By: dossier.ByClock, Agency: "H99.01", Calendar: l.hash}
	if decided = rapid.Bool().Draw(l.r, "decided"); decided {
		a = amend(l.hash, "1/QĐ")
	}
	if !l.try(a) {
		require.NotEqual(l.r, dossier.StageRunning, l.s.Stage)
		l.hash = l.s.Calendars[0].Hash
		return false
	}
	after := l.view(l.when.Format("2006-01-02 15:04"))
	require.False(l.r, after.DueAt.Before(before.DueAt), "%s became %s", before.DueAt, after.DueAt)
	require.True(l.r, before.Verdict.Class == dossier.ClassLate || after.Verdict.Class != dossier.ClassLate, "late by an amendment\n%s", l.told())
	if !decided {
		require.True(l.r, after.DueAt.Equal(before.DueAt), "without a decision, %s became %s", before.DueAt, after.DueAt)
		require.Equal(l.r, before.Verdict.Class, after.Verdict.Class, "without a decision\n%s", l.told())
	}
	return decided
}

func (l *randomLife) check(lifted, ticked bool) {
	days := func(hash string) naive { return newNaive(l.specs[hash]) }
	n := days(l.s.Calendars[0].Hash)
	s := tell(l.d.Plan, l.events, l.when)
	v := l.view(l.when.Format("2006-01-02 15:04"))
	if l.s.Stage == dossier.StageRunning {
		require.Equal(l.r, s.due(days).Format(time.DateTime), v.DueAt.Format(time.DateTime), "the due instant, day by day")
	}
	l.ledger(n, s)
	charged := 0
	for _, c := range v.Verdict.Charges {
		charged += c.Minutes
	}
	require.Equal(l.r, v.Verdict.LateMinutes, charged, "charges add up")
	late := v.Verdict.Class == dossier.ClassLate
	require.True(l.r, late || !l.late || lifted || l.forked, "late for good; at %s, due %s\n%s", l.when, v.DueAt, l.told())
	l.late = late
	l.rungs(n, s, v.DueAt, ticked)
}

// told is the life as its events tell it.
func (l *randomLife) told() string {
	var b strings.Builder
	for _, e := range l.events {
		fmt.Fprintf(&b, "%s recorded %s %T %+v\n", e.At.Format("01-02 15:04"), e.Recorded.Format("01-02 15:04"), e.Body, e.Body)
	}
	return b.String()
}

func (l *randomLife) ledger(n naive, s *story) {
	segments, err := dossier.Ledger(l.d, l.s, l.when)
	require.NoError(l.r, err)
	if len(segments) == 0 {
		require.False(l.r, s.at.After(s.visits[0].opened), "time went by, and nobody had it")
		return
	}
	counted, excluded := 0, 0
	for i, g := range segments {
		require.False(l.r, i > 0 && !segments[i-1].Until.Equal(g.From), "no gap, no overlap before %s\n%s", g.From, l.told())
		require.Equal(l.r, n.between(g.From, g.Until), g.Minutes)
		if g.Counted {
			counted += g.Minutes
		} else {
			excluded += g.Minutes
		}
	}
	from, until := segments[0].From, segments[len(segments)-1].Until
	require.True(l.r, s.visits[0].opened.Equal(from), "the ledger begins with the receipt")
	require.Equal(l.r, n.between(from, until), counted+excluded, "counted and excluded are what elapsed")
	require.Equal(l.r, n.sum(s.outs(n), from, until), excluded, "what is excluded is what the law takes out")
}

// rungs: each at most once for subject, count, rung and generation; and what was due has fired.
func (l *randomLife) rungs(n naive, s *story, due time.Time, ticked bool) {
	seen := map[dossier.RungKey]bool{}
	generations := map[dossier.RungKey]int{}
	for _, e := range l.events {
		f, ok := e.Body.(dossier.RungFired)
		if !ok {
			continue
		}
		require.False(l.r, seen[f.RungKey], "%+v fired twice", f.RungKey)
		seen[f.RungKey] = true
		require.False(l.r, f.Instant.After(e.Recorded), "fired before its time")
		k := f.RungKey
		k.Generation = 0
		generations[k]++
		require.Equal(l.r, generations[k], f.Generation, "generations follow each other")
	}
	if !ticked || l.s.Stage != dossier.StageRunning {
		return
	}
	for _, p := range s.pauses {
		if !p.from.After(l.when) && (p.until.IsZero() || p.until.After(l.when)) && (p.bound.IsZero() || p.bound.After(l.when)) {
			return // disarmed
		}
	}
	for _, v := range s.chain() {
		if excluded, bound := s.excluded(v); excluded && bound.IsZero() && v.closed.IsZero() {
			return // no end in sight
		}
	}
	over := due
	if s.limit.IsDays() {
		over = n.opening((calendar.DateOf(due.Add(-time.Minute)) + 1).Time())
	}
	for _, o := range s.outs(n) {
		if !over.Before(o.from) && over.Before(o.until) {
			over = o.until
		}
	}
	if over.After(l.when) {
		return
	}
	key := dossier.RungKey{Subject: procedure.OnDossier, Count: len(s.starts), Rung: "qua-han"}
	require.Positive(l.r, generations[key], "due since %s, and nobody was told by %s", over, l.when)
}

// end makes the proof of the life, from the events as they are stored, and makes it again of the state in between.
func (l *randomLife) end() {
	l.crash()
	sheet, err := proof.Build(proof.Source{
		Events: l.events, At: l.when, Calendar: l.d.Calendars,
		Plan: func(string) (*procedure.Plan, error) { return &procedure.Plan{Exec: *l.d.Plan}, nil },
	})
	if errors.Is(err, calendar.ErrOutOfRange) {
		return
	}
	require.NoError(l.r, err)
	require.Equal(l.r, l.s.Seq, sheet.AsOf.Seq)
}
