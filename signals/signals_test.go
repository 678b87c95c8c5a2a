package signals_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
	"motcua/signals"
)

// Five working days from Monday 2 March end on Monday 9 March, 17:00: 3, 4, 5, 6, 9.
func exclusion(when string) func(h *hand) {
	return func(h *hand) {
		h.do(when, dossier.Act{Kind: dossier.ActExclude, From: at("2026-03-05 07:30"), Until: at("2026-03-06 17:00"), Ground: "mất điện", Document: "12/QĐ"})
	}
}

func TestDueChangedAfterLateness(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("5wd"))
	d := h.dossier("").take("2026-03-02 09:00", "A-1")
	exclusion("2026-03-11 10:00")(d)
	d.done()
	s := h.only(signals.RuleDueChanged, "excluded")
	require.Equal(t, "A-1", s.Subject)
	require.Equal(t, "so", s.Agency)
	require.Equal(t, signals.SeveritySerious, s.Severity)
	e := s.Evidence[0]
	require.Equal(t, []any{at("2026-03-09 17:00"), at("2026-03-11 17:00"), at("2026-03-09 17:00"), "12/QĐ", "cb-1"}, []any{e.OldDue, e.NewDue, e.LateSince, e.Document, e.By})
	require.Contains(t, s.Detail, "quá hạn từ 17:00 09/03/2026")
}

func TestDueChangedInTime(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(h *hand){
		"an exclusion on the last day": exclusion("2026-03-09 16:59"),
		"a re-appointment in time": func(h *hand) {
			h.do("2026-03-06 10:00", dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Approval: "gd", Until: at("2026-03-16 17:00")})
		},
		"an extension": func(h *hand) {
			h.do("2026-03-09 16:00", dossier.Act{Kind: dossier.ActExtend, Extension: "ly-do", Reasoned: true})
		},
		"an exclusion after lateness of hours in which nobody works": func(h *hand) {
			h.do("2026-03-11 10:00", dossier.Act{Kind: dossier.ActExclude, From: at("2026-03-07 08:00"), Until: at("2026-03-08 17:00"), Ground: "mất điện", Document: "12/QĐ"})
		},
		"lateness alone": func(h *hand) { h.complete("2026-03-11 10:00", "xet#1", "dat") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, plan("5wd"))
			d := h.dossier("").take("2026-03-02 09:00", "A-1")
			act(d)
			d.done()
			require.Empty(t, h.found(signals.RuleDueChanged))
		})
	}
}

// TestDueChangedByOtherWays: a count from zero, another version and another calendar, each after lateness began.
func TestDueChangedByOtherWays(t *testing.T) {
	t.Parallel()
	t.Run("restart", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t, plan("5wd"))
		h.dossier("").take("2026-03-02 09:00", "A-1").
			do("2026-03-11 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Task: "xet#1", Reasoned: true, Approval: "gd"}).
			do("2026-03-12 09:00", dossier.Act{Kind: dossier.ActProvideSupplement, By: "applicant", Complete: true}).done()
		require.Empty(t, h.found(signals.RuleDueChanged), "a late slip pauses and restarts nothing")

		own := plan("5wd")
		own.Supplement.Within = calendar.Limit{}
		h = newHouse(t, own)
		h.dossier("").take("2026-03-02 09:00", "A-1").
			do("2026-03-11 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Task: "xet#1", Reasoned: true, Approval: "gd"}).
			do("2026-03-12 09:00", dossier.Act{Kind: dossier.ActProvideSupplement, By: "applicant", Complete: true}).done()
		s := h.only(signals.RuleDueChanged, "count_started")
		require.Equal(t, at("2026-03-19 17:00"), s.Evidence[0].NewDue, "13, 16, 17, 18, 19")
	})
	t.Run("version", func(t *testing.T) {
		t.Parallel()
		longer := plan("10wd")
		longer.Plan = "longer"
		move := func(when string, later bool) *house {
			h := newHouse(t, plan("5wd"), longer)
			h.dossier("").take("2026-03-02 09:00", "A-1").
				do(when, dossier.Act{Kind: dossier.ActMoveVersion, Reasoned: true, Document: "9/QĐ", Ground: "luật", Move: &dossier.Move{Plan: longer, Later: later}}).done()
			return h
		}
		s := move("2026-03-11 09:00", true).only(signals.RuleDueChanged, "version_moved")
		require.Equal(t, at("2026-03-16 17:00"), s.Evidence[0].NewDue)
		require.Empty(t, move("2026-03-11 09:00", false).found(signals.RuleDueChanged), "the promise stays")
		require.Empty(t, move("2026-03-09 09:00", true).found(signals.RuleDueChanged), "in time")
	})
	t.Run("calendar", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t, plan("5wd"))
		h.calendars["storm"] = week(t, calendar.NewDate(2026, 3, 5), calendar.NewDate(2026, 3, 6))
		adopt := dossier.Act{Kind: dossier.ActAmendCalendar, By: "kstt", Amendment: "bao-so-3", Document: "3/QĐ", Calendars: []dossier.AgencyCalendar{{Agency: "quay", Hash: "storm"}}}
		for i, when := range []string{"2026-03-11 09:00", "2026-03-12 09:00", "2026-03-09 09:00"} {
			h.dossier("").take("2026-03-02 09:00", fmt.Sprintf("A-%d", i)).do(when, adopt).done()
		}
		s := h.only(signals.RuleDueChanged, "calendar_amended", "calendar_amended")
		require.Equal(t, "calendar:bao-so-3", s.Subject, "one calendar is one signal")
		require.Equal(t, []string{"A-0", "A-1"}, s.Dossiers(), "the third was in time")
	})
}

func TestSupplementOnTheLastDay(t *testing.T) {
	t.Parallel()
	ask := dossier.Act{Kind: dossier.ActRequestSupplement, Task: "xet#1", Reasoned: true, Approval: "gd"}
	for when, want := range map[string]int{"2026-03-04 09:00": 0, "2026-03-06 16:59": 0, "2026-03-09 07:30": 1, "2026-03-11 09:00": 1} {
		h := newHouse(t, plan("5wd"))
		h.dossier("").take("2026-03-02 09:00", "A-1").do(when, ask).done()
		require.Len(t, h.found(signals.RuleLastDay), want, when)
	}
	h := newHouse(t, plan("5wd"))
	h.dossier("").submit("2026-03-02 09:00", "A-1").do("2026-03-09 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true}).done()
	require.Empty(t, h.found(signals.RuleLastDay), "before acceptance nothing was promised")

	// Eight working hours from 7:30 end at 17:00; nine tenths are used at 16:12.
	for when, want := range map[string]int{"2026-03-02 16:11": 0, "2026-03-02 16:12": 1} {
		h := newHouse(t, plan("8wh"))
		h.dossier("").take("2026-03-02 07:30", "A-1").do(when, ask).done()
		require.Len(t, h.found(signals.RuleLastDay), want, when)
	}
}

// stops suspends at each first instant and resumes at each second.
func (h *hand) stops(pairs ...string) *hand {
	h.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		h.do(pairs[i], dossier.Act{Kind: dossier.ActSuspend, Task: "xet#1", Ground: "chờ"}).do(pairs[i+1], dossier.Act{Kind: dossier.ActResume})
	}
	return h
}

func TestChainOfPauses(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("5wd"))
	// From the end of the second stop to the third: exactly three working days.
	h.dossier("").take("2026-03-02 09:00", "A-1").stops("2026-03-03 08:00", "2026-03-03 10:00", "2026-03-04 08:00", "2026-03-04 10:00", "2026-03-09 10:00", "2026-03-09 11:00").done()
	s := h.only(signals.RulePauses, "suspended", "suspended", "suspended")
	require.Equal(t, 3, s.Count)
	require.Equal(t, signals.SeverityAttention, s.Severity)

	for name, pairs := range map[string][]string{
		"two":              {"2026-03-03 08:00", "2026-03-03 10:00", "2026-03-04 08:00", "2026-03-04 10:00"},
		"three, far apart": {"2026-03-03 08:00", "2026-03-03 10:00", "2026-03-04 08:00", "2026-03-04 10:00", "2026-03-09 10:01", "2026-03-09 11:00"},
	} {
		h := newHouse(t, plan("5wd"))
		h.dossier("").take("2026-03-02 09:00", "A-1").stops(pairs...).done()
		require.Empty(t, h.found(signals.RulePauses), name)
	}
	h = newHouse(t, plan("5wd"))
	h.dossier("").take("2026-03-02 09:00", "A-1").
		do("2026-03-03 08:00", dossier.Act{Kind: dossier.ActRequestSupplement, Task: "xet#1", Reasoned: true}).
		do("2026-03-04 08:00", dossier.Act{Kind: dossier.ActProvideSupplement, By: "applicant", Complete: true}).
		stops("2026-03-04 09:00", "2026-03-04 10:00", "2026-03-05 09:00", "2026-03-05 10:00").done()
	h.only(signals.RulePauses, "supplement_requested", "suspended", "suspended")
}

func TestReceivedAgain(t *testing.T) {
	t.Parallel()
	withdraw := dossier.Act{Kind: dossier.ActWithdraw, By: "applicant"}
	stop := dossier.Act{Kind: dossier.ActStop, Ground: "luật", Reasoned: true}
	refuse := dossier.Act{Kind: dossier.ActRefuseIntake, Reasoned: true}
	h := newHouse(t, plan("5wd"))
	pair := func(end dossier.Act, second string) (*hand, *hand) {
		return h.dossier("").take("2026-03-02 09:00", "A-1").do("2026-03-04 09:00", end), h.dossier("").take(second, "A-2")
	}
	for _, end := range []dossier.Act{withdraw, stop} {
		h.look(march())
		a, b := pair(end, "2026-03-19 09:00") // fifteen days to the minute
		h.detector.Same(a.events, b.events)
		s := h.only(signals.RuleAgain, map[string]string{dossier.ActWithdraw: "withdrawn", dossier.ActStop: "stopped"}[end.Kind], "submitted")
		require.Equal(t, []any{"A-1", "1.000001", 1, signals.SeverityAttention}, []any{s.Subject, s.Procedure, s.Count, s.Severity})
		require.Equal(t, []string{"A-1", "A-2"}, s.Dossiers())

		h.look(march())
		a, b = pair(end, "2026-03-19 09:01")
		h.detector.Same(a.events, b.events)
		require.Empty(t, h.found(signals.RuleAgain), "a minute beyond the bound")
	}

	h.look(march())
	refused := h.dossier("").take("2026-03-02 09:00", "A-1").complete("2026-03-03 09:00", "xet#1", "tu-choi")
	granted := h.dossier("").take("2026-03-02 09:00", "A-3").complete("2026-03-03 09:00", "xet#1", "dat").complete("2026-03-03 10:00", "ky#1", "duyet")
	again := h.dossier("").take("2026-03-05 09:00", "A-2")
	h.detector.Same(granted.events, again.events)
	require.Empty(t, h.found(signals.RuleAgain), "who got a result may ask again")
	h.detector.Same(refused.events, again.events)
	h.only(signals.RuleAgain, "finished", "submitted")

	h.look(march())
	other := plan("5wd")
	other.Code, other.Plan = "1.000002", "other"
	h.plans["other"] = other
	elsewhere := h.dossier("")
	elsewhere.d.Plan = other
	h.detector.Same(refused.events, elsewhere.take("2026-03-05 09:00", "A-4").events)
	require.Empty(t, h.found(signals.RuleAgain), "another procedure")

	// Refusals at the desk are everyday; one that comes back twice is not.
	h.look(march())
	one := h.dossier("").submit("2026-03-02 09:00", "B-1").do("2026-03-02 10:00", refuse)
	two := h.dossier("").submit("2026-03-03 09:00", "B-2").do("2026-03-03 10:00", refuse)
	three := h.dossier("").submit("2026-03-04 09:00", "B-3")
	h.detector.Same(one.events, two.events)
	require.Empty(t, h.found(signals.RuleAgain))
	h.look(march())
	h.detector.Same(one.events, two.events)
	h.detector.Same(two.events, three.events)
	h.detector.Same(one.events, three.events)
	s := h.only(signals.RuleAgain, "intake_refused", "submitted", "intake_refused", "submitted")
	require.Equal(t, []any{"B-1", 2}, []any{s.Subject, s.Count}, "a chain is told once, by its first dossier")
}

// TestNobodyIsNamed: a signal about applicants holds codes only.
func TestNobodyIsNamed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("5wd"))
	a := h.dossier("").take("2026-03-02 09:00", "A-1").do("2026-03-04 09:00", dossier.Act{Kind: dossier.ActWithdraw, By: "applicant"})
	h.detector.Same(a.events, h.dossier("").take("2026-03-05 09:00", "A-2").events)
	data, err := json.Marshal(h.only(signals.RuleAgain, "withdrawn", "submitted"))
	require.NoError(t, err)
	var keys map[string]any
	require.NoError(t, json.Unmarshal(data, &keys))
	for k := range keys {
		require.NotContains(t, []string{"applicant", "id_no", "name"}, k)
	}
}

func TestAfterHours(t *testing.T) {
	t.Parallel()
	evening := func(h *house, n int, when, by string) {
		for i := range n {
			d := h.dossier("").take("2026-03-02 09:00", fmt.Sprintf("%s-%d", by, i))
			d.do(when, dossier.Act{Kind: dossier.ActComplete, Task: "xet#1", Outcome: "dat", By: by}).done()
		}
	}
	h := newHouse(t, plan("5wd"))
	evening(h, 10, "2026-03-03 20:00", "cb-9")
	s := h.found(signals.RuleAfterHours)
	require.Len(t, s, 1)
	require.Equal(t, []any{"officer:cb-9:2026-03-03", 10, "so", signals.SeverityNotice}, []any{s[0].Subject, s[0].Count, s[0].Agency, s[0].Severity})
	require.Len(t, s[0].Dossiers(), 10)

	h = newHouse(t, plan("5wd"))
	evening(h, 9, "2026-03-03 20:00", "cb-9")
	evening(h, 9, "2026-03-03 17:00", "cb-8") // closing time is outside
	evening(h, 9, "2026-03-03 12:00", "cb-7")
	evening(h, 12, "2026-03-03 16:59", "cb-6")
	evening(h, 12, "2026-03-03 20:00", dossier.ByClock)
	require.Empty(t, h.found(signals.RuleAfterHours))

	h = newHouse(t, plan("5wd"))
	evening(h, 30, "2026-03-07 09:00", "cb-9")
	s = h.found(signals.RuleAfterHours)
	require.Len(t, s, 1, "a Saturday is a day off")
	require.Equal(t, signals.SeverityAttention, s[0].Severity)
}

func TestCompletionWithoutResult(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("5wd"))
	h.dossier("").take("2026-03-02 09:00", "A-1").complete("2026-03-03 09:00", "xet#1", "tat").done()
	require.Equal(t, "A-1", h.only(signals.RuleNoResult, "finished").Subject, "nobody did the step that makes the result")

	bare := plan("5wd")
	bare.Steps[3].Results = nil
	h = newHouse(t, bare)
	h.dossier("").take("2026-03-02 09:00", "A-1").complete("2026-03-03 09:00", "xet#1", "dat").complete("2026-03-03 10:00", "ky#1", "duyet").done()
	h.only(signals.RuleNoResult, "finished")

	for name, drive := range map[string]func(h *hand){
		"signed": func(h *hand) {
			h.complete("2026-03-03 09:00", "xet#1", "dat").complete("2026-03-03 10:00", "ky#1", "duyet")
		},
		"refused": func(h *hand) { h.complete("2026-03-03 09:00", "xet#1", "tu-choi") },
		"named": func(h *hand) {
			h.do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActComplete, Task: "xet#1", Outcome: "tat", Results: []string{"gcn"}})
		},
		"not done": func(h *hand) { h.complete("2026-03-03 09:00", "xet#1", "dat") },
	} {
		h := newHouse(t, plan("5wd"))
		d := h.dossier("").take("2026-03-02 09:00", "A-1")
		drive(d)
		d.done()
		require.Empty(t, h.found(signals.RuleNoResult), name)
	}
	none := plan("5wd")
	none.Steps[2].Results, none.Steps[3].Results = nil, nil
	h = newHouse(t, none)
	h.dossier("").take("2026-03-02 09:00", "A-1").complete("2026-03-03 09:00", "xet#1", "tat").done()
	require.Empty(t, h.found(signals.RuleNoResult), "a plan without results")
}

func TestExtensionForNearlyAll(t *testing.T) {
	t.Parallel()
	run := func(extended, plain, open int) *house {
		h := newHouse(t, plan("5wd"))
		for i := range extended + plain + open {
			d := h.dossier("").take("2026-03-02 09:00", fmt.Sprintf("A-%d", i))
			if i < extended || i >= extended+plain {
				d.do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActExtend, Extension: "ly-do", Reasoned: true})
			}
			if i < extended+plain {
				d.complete("2026-03-04 09:00", "xet#1", "dat").complete("2026-03-04 10:00", "ky#1", "duyet")
			}
			d.done()
		}
		return h
	}
	s := run(8, 2, 0).found(signals.RuleExtendedAll)
	require.Len(t, s, 1)
	require.Equal(t, []any{"agency:so:1.000001", 8, 10}, []any{s[0].Subject, s[0].Count, s[0].Of})
	require.Len(t, s[0].Dossiers(), 8)
	require.Empty(t, run(7, 3, 0).found(signals.RuleExtendedAll), "seven in ten")
	require.Empty(t, run(9, 0, 0).found(signals.RuleExtendedAll), "too few to speak of")
	require.Empty(t, run(8, 3, 5).found(signals.RuleExtendedAll), "open ones are not counted")
}

func TestBackdated(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("5wd"))
	h.dossier("").submit("2026-03-03 09:00", "A-1").
		do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActAccept, Effective: at("2026-03-02 09:00"), MayBackdate: true, Document: "5/BB"}).done()
	s := h.only(signals.RuleBackdated, "accepted")
	require.Equal(t, []any{"quay", "5/BB", at("2026-03-02 09:00"), at("2026-03-03 09:00")}, []any{s.Agency, s.Evidence[0].Document, s.Evidence[0].At, s.Evidence[0].Recorded})

	late := func(recorded string) *house {
		h := newHouse(t, plan("5wd"))
		h.dossier("").take("2026-03-02 09:00", "A-1").later("2026-03-03 09:00", recorded, dossier.Act{Kind: dossier.ActComplete, Task: "xet#1", Outcome: "dat"}).done()
		return h
	}
	require.Empty(t, late("2026-03-04 09:00").found(signals.RuleBackdated), "one working day")
	late("2026-03-04 09:01").only(signals.RuleBackdated, "step_completed")
	require.Empty(t, late("2026-03-03 09:00").found(signals.RuleBackdated))

	h = newHouse(t, plan("5wd"))
	h.dossier("").take("2026-03-02 09:00", "A-1").do("2026-03-03 10:00", dossier.Act{
		Kind: dossier.ActComplete, Task: "xet#1", Outcome: "dat", Effective: at("2026-03-03 08:00"), MayBackdate: true, Document: "6/BB"}).done()
	require.Equal(t, "6/BB", h.only(signals.RuleBackdated, "backdated").Evidence[0].Document, "however short")
}

func TestThePeriodIsOfTheRecord(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("5wd"))
	d := h.dossier("").take("2026-03-02 09:00", "A-1")
	exclusion("2026-03-11 10:00")(d)
	for _, c := range []struct {
		from, until string
		want        int
	}{{"2026-03-11 10:00", "2026-03-11 10:01", 1}, {"2026-03-01 00:00", "2026-03-11 10:00", 0}, {"2026-03-11 10:01", "2026-04-01 00:00", 0}} {
		h.look(signals.Period{From: at(c.from), Until: at(c.until)})
		d.done()
		require.Len(t, h.found(signals.RuleDueChanged), c.want, c)
	}
}

func TestTheSameSignal(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("5wd"))
	d := h.dossier("").take("2026-03-02 09:00", "A-1")
	exclusion("2026-03-11 10:00")(d)
	d.done()
	first := h.only(signals.RuleDueChanged, "excluded")
	h.look(march())
	d.done()
	second := h.only(signals.RuleDueChanged, "excluded")
	require.Equal(t, first, second)
	require.Equal(t, first.ID(), second.ID())
	require.False(t, second.Adds(first.Evidence))

	d.do("2026-03-16 10:00", dossier.Act{Kind: dossier.ActExclude, From: at("2026-03-12 07:30"), Until: at("2026-03-13 17:00"), Ground: "mất điện", Document: "13/QĐ"})
	h.look(march())
	d.done()
	third := h.only(signals.RuleDueChanged, "excluded", "excluded")
	require.Equal(t, first.ID(), third.ID())
	require.True(t, third.Adds(first.Evidence), "another exclusion is new evidence")

	april := signals.Period{From: at("2026-04-01 00:00"), Until: at("2026-05-01 00:00")}
	first.Period = april
	require.NotEqual(t, second.ID(), first.ID())
}

// TestWordsAccuseNobody: what a signal says is what was seen.
func TestWordsAccuseNobody(t *testing.T) {
	t.Parallel()
	for _, id := range signals.Rules() {
		r := signals.DefaultPolicy()[id]
		require.Equal(t, id, r.ID)
		require.Equal(t, signals.SourceOurs, r.Source)
		for _, word := range []string{"gian lận", "vi phạm", "cố ý", "cố tình", "sai phạm", "đối phó", "che giấu", "lợi dụng"} {
			require.NotContains(t, strings.ToLower(r.Name+" "+r.Says), word)
		}
	}
	require.Len(t, signals.DefaultPolicy(), len(signals.Rules()))
}

func TestUnknownPlan(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("5wd"))
	d := h.dossier("").take("2026-03-02 09:00", "A-1").complete("2026-03-03 09:00", "xet#1", "dat").complete("2026-03-03 10:00", "ky#1", "duyet")
	h.plans = map[string]*procedure.Executable{}
	require.ErrorContains(t, h.detector.Add("A-1", d.events), "no plan")
}
