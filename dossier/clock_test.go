package dossier_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// The general rule: after a supplement the whole limit runs again, from the receipt of the papers that complete the
// dossier, not from the officer's click (NĐ 61/2018 Đ19.4; clock.md §4 c).
func TestSupplementRestarts(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-04 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true})
	require.Equal(t, dossier.StatusSupplement, h.s.Status(h.d.Plan))
	h.refused("2026-03-04 10:00", "awaiting_supplement", complete("dat"))
	h.do("2026-03-10 09:00", dossier.Act{Kind: dossier.ActProvideSupplement})
	require.Equal(t, "2026-03-11 09:00", h.s.Supplements[0].CheckBy.Format("2006-01-02 15:04"), "8 working hours to check")
	h.refused("2026-03-10 10:00", "reason_missing", dossier.Act{Kind: dossier.ActCheckSupplement})
	h.do("2026-03-10 10:00", dossier.Act{Kind: dossier.ActCheckSupplement, Reasoned: true})
	h.do("2026-03-12 09:00", dossier.Act{Kind: dossier.ActProvideSupplement})
	h.do("2026-03-13 08:00", dossier.Act{Kind: dossier.ActCheckSupplement, Complete: true})
	require.Equal(t, dossier.StatusProcessing, h.s.Status(h.d.Plan))
	require.Equal(t, 2, h.view("2026-03-13 08:00").Count)
	require.Equal(t, "2026-03-30 17:00", h.due("2026-03-13 08:00"), "12 working days from 12 March")
	require.Equal(t, "2026-03-02 09:00", h.s.AcceptedAt.Format("2006-01-02 15:04"))
	h.refused("2026-03-13 09:00", "approval_missing", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true})
	h.do("2026-03-13 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true, Approval: "ld-1"})
	require.True(t, h.s.Supplements[1].Late, "after 3 working days of acceptance")
	h.do("2026-03-16 09:00", dossier.Act{Kind: dossier.ActProvideSupplement, Complete: true})
	require.Equal(t, 2, h.view("2026-03-16 09:00").Count, "a late slip pauses instead of restarting")
	r := h.refused("2026-03-16 10:00", "supplements_exhausted", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true, Approval: "ld-1"})
	require.Equal(t, "NĐ 63/2010 Đ20.4", r.Article)
	h.do("2026-03-16 10:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true, Approval: "ld-1", GuidanceIgnored: true})
}

func TestLateSlipNeedsApproval(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	r := h.refused("2026-03-06 09:00", "slip_late", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true})
	require.Equal(t, "NĐ 118/2025, điều khoản chưa đối chiếu", r.Article, "nothing is borrowed from the older decree")
}

func TestSupplementBeforeAcceptance(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.submit("2026-03-02 09:00", dossier.ChannelOnline)
	h.do("2026-03-02 10:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true})
	require.Equal(t, dossier.StatusSupplement, h.s.Status(h.d.Plan))
	require.Equal(t, "2026-03-18 07:30", h.view("2026-03-02 10:00").NextAlarm.Format("2006-01-02 15:04"), "15 calendar days to answer, the last one to midnight")
	h.do("2026-03-04 09:00", dossier.Act{Kind: dossier.ActProvideSupplement, Complete: true})
	require.Equal(t, dossier.StatusNew, h.s.Status(h.d.Plan))
	require.Empty(t, h.s.Counts, "nothing legal ran, nothing restarts")
	h.do("2026-03-04 10:00", dossier.Act{Kind: dossier.ActAccept})
	require.Equal(t, "2026-03-20 17:00", h.due("2026-03-04 10:00"))
}

func TestUnansweredSupplementEndsTheDossier(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.submit("2026-03-02 09:00", dossier.ChannelOnline)
	h.do("2026-03-02 10:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true})
	h.tick("2026-03-18 07:29")
	require.Equal(t, dossier.StageSubmitted, h.s.Stage)
	h.tick("2026-03-18 07:30")
	require.Equal(t, dossier.StageRefused, h.s.Stage)

	h = newHand(t, split())
	h.accepted()
	h.do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true})
	h.tick("2026-03-20 09:00")
	require.Equal(t, dossier.StageStopped, h.s.Stage)
	require.Equal(t, dossier.StatusHalted, h.s.Status(h.d.Plan))
}

// n suspensions are worth exactly one of their total, and nothing is reckoned from a rounded date (clock.md §4).
func TestSuspensionsAddUp(t *testing.T) {
	t.Parallel()
	suspended := func(spans ...string) string {
		h := newHand(t, split())
		h.accepted()
		for i := 0; i < len(spans); i += 2 {
			h.do(spans[i], dossier.Act{Kind: dossier.ActSuspend, Ground: "luật"})
			require.Equal(t, dossier.StatusHalted, h.s.Status(h.d.Plan))
			h.do(spans[i+1], dossier.Act{Kind: dossier.ActResume})
		}
		return h.due("2026-03-10 09:00")
	}
	require.Equal(t, "2026-03-18 17:00", suspended("2026-03-03 09:00", "2026-03-03 10:00"), "09:00 + 1 h stays on the day")
	require.Equal(t, "2026-03-18 17:00", suspended("2026-03-03 09:00", "2026-03-03 11:30", "2026-03-04 13:00", "2026-03-04 17:00"), "6.5 h from 09:00 is 17:00")
	require.Equal(t, "2026-03-19 17:00", suspended("2026-03-03 09:00", "2026-03-04 09:00"), "8 h from 09:00 is the next day")
	require.Equal(t, "2026-03-19 17:00", suspended("2026-03-03 09:00", "2026-03-03 14:30", "2026-03-04 13:00", "2026-03-05 08:30"))
}

func TestTaxAndPaymentAreOutsideTheClock(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-03 09:00", complete("thue"))
	v := h.view("2026-03-04 09:00")
	require.True(t, v.Paused)
	require.Equal(t, "tax", v.Leg)
	require.Equal(t, "H99.20", v.Tasks[0].Agency)
	h.do("2026-03-05 09:00", complete(""))
	require.Equal(t, dossier.StatusPayment, h.s.Status(h.d.Plan))
	h.refused("2026-03-05 10:00", "use_confirm_payment", complete(""))
	h.do("2026-03-10 09:00", dossier.Act{Kind: dossier.ActConfirmPayment, Document: "bien-lai-1"})
	require.Equal(t, dossier.StatusProcessing, h.s.Status(h.d.Plan))
	require.Equal(t, "2026-03-25 17:00", h.due("2026-03-10 09:00"), "five working days excluded")
	h.refused("2026-03-10 10:00", "payment_unknown", dossier.Act{Kind: dossier.ActConfirmPayment})

	h = newHand(t, split())
	h.accepted()
	h.do("2026-03-03 09:00", complete("thue"))
	h.do("2026-03-05 09:00", complete(""))
	h.tick("2026-04-10 09:00")
	require.Equal(t, dossier.StageStopped, h.s.Stage, "unpaid after 30 days")
}

func TestFeeNeverStopsTheClock(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActRequestPayment, Payment: "le-phi", Amount: 50000})
	require.False(t, h.view("2026-03-04 09:00").Paused)
	require.Equal(t, "2026-03-18 17:00", h.due("2026-03-04 09:00"))
	h.do("2026-03-04 09:00", dossier.Act{Kind: dossier.ActConfirmPayment, Payment: "le-phi"})
	h.refused("2026-03-04 09:30", "already_paid", dossier.Act{Kind: dossier.ActConfirmPayment, Payment: "le-phi"})
}

func TestReappointment(t *testing.T) {
	t.Parallel()
	ask := dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Approval: "ld-1", Until: at("2026-03-25 09:00")}
	h := newHand(t, split())
	h.accepted()
	h.refused("2026-03-10 09:00", "reason_missing", dossier.Act{Kind: dossier.ActReappoint, Approval: "x", Until: ask.Until})
	h.refused("2026-03-10 09:00", "signer_missing", dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Until: ask.Until})
	h.refused("2026-03-10 09:00", "date_not_later", dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Approval: "x", Until: at("2026-03-18 08:00")})
	late := newHand(t, split())
	late.accepted()
	r := late.refused("2026-03-18 07:30", "reappoint_late", ask)
	require.Equal(t, "NĐ 118/2025, điều khoản chưa đối chiếu", r.Article)
	old := newHand(t, split())
	old.submit("2025-06-30 09:00", dossier.ChannelCounter)
	old.do("2025-06-30 09:00", dossier.Act{Kind: dossier.ActAccept, Register: 1})
	r = old.refused("2025-07-16 09:00", "reappoint_late", dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Approval: "ld-1", Until: at("2025-08-01 09:00")})
	require.Equal(t, "NĐ 61/2018 Đ19.9", r.Article, "the rules pinned at acceptance, whatever the day")
	h.do("2026-03-17 16:59", ask)
	require.Equal(t, "2026-03-25 17:00", h.due("2026-03-18 09:00"))
	require.Equal(t, "2026-03-18 17:00", h.s.OriginalDue.Format("2006-01-02 15:04"), "both dates are kept")
	h.refused("2026-03-18 09:00", "already_reappointed", ask)
	h.do("2026-03-20 09:00", complete("dat"))
	h.do("2026-03-24 09:00", complete("duyet"))
	v := h.verdict("2026-03-24 09:00")
	require.Equal(t, dossier.ClassEarly, v.Class)
	require.True(t, v.Rescheduled, "counted apart, late by default")
}

func TestLegalExtensionChangesTheLimit(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-10 09:00", dossier.Act{Kind: dossier.ActExtend, Extension: "ly-do", Reasoned: true})
	require.Equal(t, "2026-03-23 17:00", h.due("2026-03-10 09:00"))
	h.refused("2026-03-10 10:00", "extension_used", dossier.Act{Kind: dossier.ActExtend, Extension: "ly-do", Reasoned: true})
	late := newHand(t, split())
	late.accepted()
	late.refused("2026-03-19 09:00", "extension_late", dossier.Act{Kind: dossier.ActExtend, Extension: "ly-do", Reasoned: true})
}

// Lateness can never be washed away: not by a pause, a supplement, a re-appointment or a withdrawal (clock.md §6).
func TestLateForGood(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	require.Empty(t, h.class("2026-03-18 23:59"), "the law's day ends at 24:00")
	require.Equal(t, dossier.ClassLate, h.class("2026-03-19 00:00"))
	h.do("2026-03-19 09:00", dossier.Act{Kind: dossier.ActSuspend, Ground: "luật"})
	h.do("2026-03-26 09:00", dossier.Act{Kind: dossier.ActResume})
	require.Equal(t, "2026-03-25 17:00", h.due("2026-03-26 09:00"))
	require.Equal(t, dossier.ClassLate, h.class("2026-03-24 09:00"))
	h.do("2026-03-26 09:30", complete("dat"))
	h.do("2026-03-26 10:00", complete("duyet"))
	v := h.verdict("2026-03-26 10:00")
	require.Equal(t, dossier.ClassLate, v.Class)
	require.Equal(t, "2026-03-18 17:00", v.Since.Format("2006-01-02 15:04"))
	require.Equal(t, 90+60, v.LateMinutes, "07:30 to 09:00 before the pause, 09:00 to 10:00 after it")

	// Only a decision that excludes time already passed lifts it.
	h = newHand(t, split())
	h.accepted()
	h.do("2026-03-19 10:00", dossier.Act{Kind: dossier.ActExclude, From: at("2026-03-05 07:30"), Until: at("2026-03-06 17:00"), Ground: "NĐ 99/2022 Đ16.3a", Document: "12/QĐ"})
	require.Empty(t, h.class("2026-03-19 10:00"))
	require.Equal(t, "2026-03-20 17:00", h.due("2026-03-19 10:00"))
}

func TestChargesAddUpExactly(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.submit("2026-03-02 09:00", dossier.ChannelCounter)
	h.do("2026-03-02 09:00", dossier.Act{Kind: dossier.ActAccept})
	h.do("2026-03-03 09:00", complete("")) // 8 h of a budget of 4 h
	h.do("2026-03-17 09:00", complete("dat"))
	h.do("2026-03-24 11:00", complete("duyet"))
	v := h.verdict("2026-03-24 11:00")
	require.Equal(t, 3*480+210, v.LateMinutes)
	sum := 0
	for _, c := range v.Charges {
		require.NotEmpty(t, c.Task)
		sum += c.Minutes
	}
	require.Equal(t, v.LateMinutes, sum)
	require.Equal(t, "tiep-nhan#1", v.Charges[0].Task)
}

func TestHourLimitsAreJudgedByInstant(t *testing.T) {
	t.Parallel()
	plan := split()
	plan.Limit = lim("8wh")
	for i := range plan.Steps {
		plan.Steps[i].Limit = lim("1wh")
	}
	for finish, want := range map[string]string{"2026-03-03 09:00": dossier.ClassOnTime, "2026-03-03 09:01": dossier.ClassLate, "2026-03-02 16:00": dossier.ClassEarly} {
		h := newHand(t, plan)
		h.submit("2026-03-02 09:00", dossier.ChannelCounter)
		h.do("2026-03-02 09:00", dossier.Act{Kind: dossier.ActAccept})
		h.do("2026-03-02 10:00", complete(""))
		h.do("2026-03-02 11:00", complete("dat"))
		h.do(finish, complete("duyet"))
		require.Equal(t, want, h.class(finish), finish)
	}
}

// Same-day procedures: up to 15:00, 15:00 included, today; after it the next working day (NĐ 99/2022 Đ16.1).
func TestSameDay(t *testing.T) {
	t.Parallel()
	plan := split()
	plan.Limit, plan.SameDay = calendar.Limit{}, &procedure.SameDay{CutOff: 900}
	for received, due := range map[string]string{
		"2026-03-02 08:00": "2026-03-02 17:00", "2026-03-02 15:00": "2026-03-02 17:00",
		"2026-03-02 15:01": "2026-03-03 17:00", "2026-03-06 16:00": "2026-03-09 17:00", "2026-03-06 17:30": "2026-03-09 17:00",
	} {
		h := newHand(t, plan)
		h.submit(received, dossier.ChannelCounter)
		h.do(received, dossier.Act{Kind: dossier.ActAccept})
		require.Equal(t, due, h.due(received), received)
	}
}

// What is taken out of a same-day limit moves the receipt (clock.md §4): the date stays as long as the moved receipt is not past
// the cut-off, so that never less is left than the two hours from 15:00 to 17:00. Dossiers of engine version 3 keep their date.
func TestSameDayWithTimeTakenOut(t *testing.T) {
	t.Parallel()
	plan := split()
	plan.Limit, plan.SameDay = calendar.Limit{}, &procedure.SameDay{CutOff: 900}
	for _, c := range []struct{ received, from, until, due, older string }{
		{"03-02 07:30", "03-02 07:30", "03-02 17:00", "03-03 17:00", "03-02 17:00"}, // nothing of Monday was left
		{"03-02 07:30", "03-02 08:00", "03-02 15:30", "03-02 17:00", "03-02 17:00"}, // 6 h: as if received at 15:00
		{"03-02 07:30", "03-02 08:00", "03-02 15:31", "03-03 17:00", "03-02 17:00"}, // as if at 15:01
		{"03-02 15:00", "03-02 15:00", "03-02 15:01", "03-03 17:00", "03-02 17:00"},
		{"03-02 15:00", "03-02 15:00", "03-03 15:00", "03-03 17:00", "03-03 17:00"}, // a day: as if on Tuesday at 15:00
		{"03-02 15:00", "03-02 15:00", "03-03 15:01", "03-04 17:00", "03-03 17:00"},
		{"03-02 15:01", "03-02 15:01", "03-02 15:02", "03-03 17:00", "03-03 17:00"}, // Tuesday 15:02
		{"03-02 15:01", "03-02 15:01", "03-03 15:01", "03-04 17:00", "03-04 17:00"},
		{"03-06 10:00", "03-06 10:00", "03-06 17:00", "03-09 17:00", "03-06 17:00"}, // over the weekend
	} {
		for engine, want := range map[int]string{dossier.EngineVersion: c.due, 3: c.older} {
			h := newHand(t, plan)
			h.submit("2026-"+c.received, dossier.ChannelCounter)
			h.s.Engine = engine
			h.do("2026-"+c.received, dossier.Act{Kind: dossier.ActAccept})
			h.do("2026-"+c.until, dossier.Act{Kind: dossier.ActExclude, From: at("2026-" + c.from), Until: at("2026-" + c.until), Ground: "NĐ 99/2022 Đ16.3a", Document: "12/QĐ"})
			require.Equal(t, "2026-"+want, h.due("2026-"+c.until), "received %s, out from %s to %s, engine version %d", c.received, c.from, c.until, engine)
		}
	}
}

// However much is taken out, in however many pieces: what is left to count is never less than what the law grants a receipt at the
// cut-off, and not a day more than that is given where the date moves.
func TestTakenOutOfASameDayLimitLeavesItWhole(t *testing.T) {
	t.Parallel()
	plan := split()
	plan.Limit, plan.SameDay = calendar.Limit{}, &procedure.SameDay{CutOff: 900}
	c := office(t)
	rapid.Check(t, func(r *rapid.T) {
		received, err := c.Advance(at("2026-03-02 07:30"), rapid.IntRange(0, 5*480-1).Draw(r, "received"))
		require.NoError(r, err)
		received, err = c.Normalize(received)
		require.NoError(r, err)
		h := newHand(t, plan)
		when := received.Format("2006-01-02 15:04")
		h.submit(when, dossier.ChannelCounter)
		h.do(when, dossier.Act{Kind: dossier.ActAccept})
		printed, sum, until := h.due(when), 0, received
		for range rapid.IntRange(1, 4).Draw(r, "pieces") {
			from := until.Add(time.Duration(rapid.IntRange(0, 200).Draw(r, "gap")) * time.Minute)
			until = from.Add(time.Duration(rapid.IntRange(1, 1500).Draw(r, "length")) * time.Minute)
			n, err := c.Between(from, until)
			require.NoError(r, err)
			sum += n
			h.do(until.Format("2006-01-02 15:04"), dossier.Act{Kind: dossier.ActExclude, From: from, Until: until, Ground: "NĐ 99/2022 Đ16.3a", Document: "12/QĐ"})
		}
		v := h.view(until.Format("2006-01-02 15:04"))
		left, err := c.Between(received, v.DueAt)
		require.NoError(r, err)
		granted := 120
		if received.Hour()*60+received.Minute() > 900 {
			granted = 480 // after the cut-off: until that time of the next working day
		}
		require.GreaterOrEqual(r, left-sum, granted)
		if v.DueAt.Format("2006-01-02 15:04") != printed {
			require.Less(r, left-sum, granted+480)
		}
	})
}

// n suspensions of a day limit are worth one of their total, and the limit stays whole: received at 07:30 with a whole day taken
// out, the day that was taken out is the day of receipt, which the limit does not count; what is due on the printed date still has
// all of its working days (clock.md §4, to the letter). A minute more, and the date moves.
func TestTakenOutOfADayLimitLeavesItWhole(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.submit("2026-03-02 07:30", dossier.ChannelCounter)
	h.do("2026-03-02 07:30", dossier.Act{Kind: dossier.ActAccept})
	require.Equal(t, "2026-03-18 17:00", h.due("2026-03-02 07:30"))
	exclude := func(from, until string) {
		h.do(until, dossier.Act{Kind: dossier.ActExclude, From: at(from), Until: at(until), Ground: "NĐ 99/2022 Đ16.3a", Document: "12/QĐ"})
	}
	exclude("2026-03-03 07:30", "2026-03-03 17:00")
	require.Equal(t, "2026-03-18 17:00", h.due("2026-03-03 17:00"))
	n, err := office(t).Between(at("2026-03-02 07:30"), at("2026-03-18 17:00"))
	require.NoError(t, err)
	require.Equal(t, 12*480, n-480, "twelve working days are left")
	exclude("2026-03-04 07:30", "2026-03-04 07:31")
	require.Equal(t, "2026-03-19 17:00", h.due("2026-03-04 07:31"))
}

// No sequence of acts loses or invents working time: the ledger covers every working minute from acceptance on, once.
func TestLedgerIsExact(t *testing.T) {
	t.Parallel()
	kinds := []dossier.Act{
		complete("dat"), complete("thue"), complete("song-song"), complete("duyet"), complete("lam-lai"), complete(""),
		{Kind: dossier.ActComplete, Task: "do-dac#1"}, {Kind: dossier.ActComplete, Task: "lay-y-kien#1"},
		{Kind: dossier.ActRequestSupplement, Reasoned: true, Approval: "ld"},
		{Kind: dossier.ActProvideSupplement}, {Kind: dossier.ActProvideSupplement, Complete: true},
		{Kind: dossier.ActCheckSupplement, Complete: true}, {Kind: dossier.ActCheckSupplement, Reasoned: true},
		{Kind: dossier.ActSuspend, Ground: "luật"}, {Kind: dossier.ActResume}, {Kind: dossier.ActConfirmPayment},
		{Kind: dossier.ActRequestPayment, Payment: "thue", Financial: true, Ground: "luật"},
		{Kind: dossier.ActSendBack, To: "tham-dinh", Reasoned: true}, {Kind: dossier.ActReopen, To: "ky", Reasoned: true},
		{Kind: dossier.ActExtend, Extension: "ly-do", Reasoned: true}, {Kind: dossier.ActAlarm}, {Kind: dossier.ActWithdraw},
	}
	c := office(t)
	rapid.Check(t, func(r *rapid.T) {
		h := newHand(t, split())
		h.submit("2026-03-02 09:00", dossier.ChannelCounter)
		h.do("2026-03-02 09:00", dossier.Act{Kind: dossier.ActAccept})
		when := at("2026-03-02 09:00")
		for range rapid.IntRange(1, 25).Draw(r, "acts") {
			when = when.Add(time.Duration(rapid.IntRange(0, 3000).Draw(r, "minutes")) * time.Minute)
			a := kinds[rapid.IntRange(0, len(kinds)-1).Draw(r, "act")]
			before, stage := h.s.Status(h.d.Plan), h.s.Stage
			s := h.s.Clone()
			n := len(h.events)
			if err := h.tryAt(when, a); err != nil {
				var refusal *dossier.Refusal
				require.ErrorAs(r, err, &refusal)
				require.Equal(r, s, h.s.Clone())
				continue
			}
			trial := s
			for _, e := range h.events[n:] {
				trial.Apply(e)
				if after := trial.Status(h.d.Plan); after != before {
					require.Contains(r, dossier.AllowedMoves(before, stage), after, "%s: %d to %d", a.Kind, before, after)
					before = after
				}
				stage = trial.Stage
			}
			ledger, err := dossier.Ledger(h.d, h.s, when)
			require.NoError(r, err)
			end, sum := at("2026-03-02 09:00"), 0
			for _, g := range ledger {
				require.Equal(r, end, g.From, "no gap, no overlap")
				end = g.Until
				sum += g.Minutes
			}
			elapsed, err := c.Between(at("2026-03-02 09:00"), end)
			require.NoError(r, err)
			require.Equal(r, elapsed, sum)
			if h.s.Stage == dossier.StageRunning {
				require.Equal(r, when, end)
			}
			v, err := dossier.Judge(h.d, h.s, when)
			require.NoError(r, err)
			charged := 0
			for _, x := range v.Charges {
				charged += x.Minutes
			}
			require.Equal(r, v.LateMinutes, charged)
		}
	})
}
