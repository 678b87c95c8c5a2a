package dossier_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
)

// putBack is an act with its document and the right to an earlier effect.
func putBack(a dossier.Act, effect string) dossier.Act {
	a.Effective, a.Document, a.MayBackdate = at(effect), "1/BB", true
	return a
}

// What happened while the system was down is recorded as of when it happened: papers complete the dossier when they were handed in,
// money when it was paid, work when it was done. The ledger has every minute once, and each such act is an event with its document.
func TestEarlierEffects(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.accepted()
	h.do("2026-03-03 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true})
	h.do("2026-03-06 10:00", putBack(dossier.Act{Kind: dossier.ActProvideSupplement, Complete: true}, "2026-03-05 08:00"))
	require.Equal(t, "2026-03-23 17:00", h.due("2026-03-06 10:00"), "12 working days from the day on which the papers came")
	require.Equal(t, dossier.Backdated{ActKind: dossier.ActProvideSupplement, Received: at("2026-03-06 10:00"), Document: "1/BB"}, h.events[len(h.events)-4].Body)
	require.Equal(t, at("2026-03-05 08:00"), h.events[len(h.events)-4].At)
	h.do("2026-03-10 11:00", putBack(complete("thue"), "2026-03-09 09:00"))
	h.do("2026-03-10 14:00", complete(""))
	h.do("2026-03-13 15:00", putBack(dossier.Act{Kind: dossier.ActConfirmPayment}, "2026-03-12 10:00"))
	require.Equal(t, "1/BB", h.events[len(h.events)-3].Body.(dossier.PaymentConfirmed).Document, "the document is the proof of payment too")
	segments, err := dossier.Ledger(h.d, h.s, at("2026-03-13 15:00"))
	require.NoError(t, err)
	counted := map[string]int{}
	for i, g := range segments {
		if i > 0 {
			require.Equal(t, segments[i-1].Until, g.From)
		}
		if g.Counted {
			counted[g.Task] += g.Minutes
		}
	}
	require.Equal(t, 330+360, counted["ky#1"], "from 10:00 on Thursday to 15:00 on Friday")
	require.Equal(t, "2026-03-26 17:00", h.due("2026-03-13 15:00"), "from 9 March 09:00 to 12 March 10:00: three days and an hour after 08:00 on the 23rd")
}

// A task that is finished with an earlier effect than the clock opened it begins when it was opened: nothing is ever before its cause.
func TestEarlierEffectOfATaskThatTheClockOpened(t *testing.T) {
	t.Parallel()
	plan := defined(t, `
limit: 10wd
steps:
  - {id: a, name: A, role: x, limit: 1wd, outcomes: {xong: niem-yet}}
  - {id: niem-yet, name: Niêm yết, wait: time, limit: 3d, leg: posting, clock: excluded, bound: 3d, ground: luật, outcomes: {xong: b}}
  - {id: b, name: B, role: x, limit: 1wd, outcomes: {xong: tra, khong: tu-choi}}
`)
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 08:00", plan, nil)
	h.do("2026-03-02 10:00", complete("xong"))
	h.tick("2026-03-06 07:30")
	require.Equal(t, at("2026-03-05 17:00"), h.view("2026-03-06 08:00").Tasks[0].OpenedAt)
	h.refused("2026-03-06 09:00", "backdate_order", putBack(dossier.Act{Kind: dossier.ActWithdraw}, "2026-03-05 10:00"))
	h.do("2026-03-06 09:00", putBack(complete("xong"), "2026-03-05 10:00"))
	require.Equal(t, at("2026-03-05 17:00"), h.s.FinishedAt)
}

// An answer on paper that came in time takes the place of the silence that was counted.
func TestEarlierAnswerInsteadOfSilence(t *testing.T) {
	t.Parallel()
	plan := defined(t, `
limit: 10wd
steps:
  - {id: hoi, name: Hỏi, role: x, agency: co-quan-khac, limit: 2wd, silence: dong-y, ground: luật, outcomes: {dong-y: b, khong: tu-choi}}
  - {id: b, name: B, role: x, limit: 1wd, outcomes: {xong: tra}}
`)
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 08:00", plan, nil)
	h.tick("2026-03-04 09:00")
	require.Equal(t, "b#1", h.view("2026-03-04 09:00").Tasks[0].Task, "silence counted at 08:00")
	a := putBack(complete("khong"), "2026-03-03 16:00")
	a.Task = "hoi#1"
	h.do("2026-03-04 10:00", a)
	require.True(t, h.s.Refusal)
	require.Equal(t, at("2026-03-03 16:00"), h.s.FinishedAt)
}

// Dossiers of before keep what they knew: acceptance alone, with a document and a bound.
func TestEarlierEffectOnAnOlderDossier(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.submit("2026-03-02 10:00", dossier.ChannelCounter)
	h.s.Engine = 4
	h.do("2026-03-02 10:00", dossier.Act{Kind: dossier.ActAccept, Effective: at("2026-03-02 08:00"), Document: "1/BB"})
	h.do("2026-03-02 11:00", dossier.Act{Kind: dossier.ActComplete, Effective: at("2026-03-02 09:00")})
	require.Equal(t, at("2026-03-02 11:00"), h.view("2026-03-02 11:00").Tasks[0].OpenedAt)
	h.do("2026-03-03 11:00", putBack(complete("dat"), "2026-03-03 09:00"))
	require.Equal(t, at("2026-03-03 09:00"), h.view("2026-03-03 11:00").Tasks[0].OpenedAt, "who has the right may")
}

// A corrected receipt lifts lateness, and nothing else about the past does but an exclusion (clock.md §6); it moves the start of the
// ledger with it, and the limit runs from there.
func TestCorrectedReceipt(t *testing.T) {
	t.Parallel()
	h := newHand(t, split())
	h.submit("2026-03-02 16:00", dossier.ChannelCounter)
	h.do("2026-03-02 16:00", dossier.Act{Kind: dossier.ActAccept, Register: 1})
	h.do("2026-03-04 10:00", complete(""))
	h.do("2026-03-05 10:00", complete("dat"))
	h.do("2026-03-19 10:00", complete("duyet"))
	require.Equal(t, dossier.ClassLate, h.class("2026-03-19 10:00"), "due on the 18th")
	h.do("2026-03-20 10:00", dossier.Act{Kind: dossier.ActCorrectReceipt, Effective: at("2026-03-02 17:30"), Ground: "luật", Document: "7/QĐ", Reasoned: true})
	require.Equal(t, dossier.ClassOnTime, h.class("2026-03-20 10:00"), "received after closing time: from the 3rd")
	e := h.events[len(h.events)-1].Body.(dossier.ReceiptCorrected)
	require.Equal(t, []string{"2026-03-03 07:30", "2026-03-18 17:00", "2026-03-19 17:00"},
		[]string{e.Received.Format("2006-01-02 15:04"), e.OldDue.Format("2006-01-02 15:04"), e.Due.Format("2006-01-02 15:04")})
	segments, err := dossier.Ledger(h.d, h.s, at("2026-03-20 10:00"))
	require.NoError(t, err)
	require.Equal(t, at("2026-03-02 17:30"), segments[0].From)
	require.Zero(t, segments[0].Minutes, "until the next morning nobody works")
	require.Equal(t, "2026-03-18 17:00", h.s.OriginalDue.Format("2006-01-02 15:04"), "what was printed stays on record")
	h.refused("2026-03-20 11:00", "receipt_same", dossier.Act{Kind: dossier.ActCorrectReceipt, Effective: at("2026-03-02 18:00"), Ground: "luật", Document: "8/QĐ", Reasoned: true})
}

// A reminder is sent again only where its instant moved ahead of the one at which it was sent: not because an act that was received in
// the minute before it landed after it, and not because the clock was set back.
func TestRemindersAreNotRepeated(t *testing.T) {
	t.Parallel()
	half := func(h *hand) (n int) {
		for _, e := range h.events {
			if f, ok := e.Body.(dossier.RungFired); ok && f.Rung == "nua" {
				n++
			}
		}
		return n
	}
	begin := func() (*hand, time.Time) {
		h := newHand(t, split())
		h.submitNewest("2026-03-02 09:00", dossier.ChannelCounter)
		h.do("2026-03-02 09:00", dossier.Act{Kind: dossier.ActAccept, Register: 1})
		h.do("2026-03-02 10:00", complete(""))
		a, ok, err := dossier.NextAlarm(h.d, h.s, at("2026-03-10 07:00"))
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, "nua", a.Key.Rung)
		h.tick(a.At.Format("2006-01-02 15:04"))
		require.Equal(t, 1, half(h))
		return h, a.At
	}
	h, fired := begin()
	late := dossier.Act{ID: "late", Kind: dossier.ActAssign, To: "cb-2", By: "cb-1", At: fired.Add(-time.Minute)}
	events, err := dossier.Do(h.d, h.s, late, fired)
	require.NoError(t, err)
	h.events = append(h.events, events...)
	h.tick(fired.Format("2006-01-02 15:04"))
	require.Equal(t, 1, half(h), "received a minute before, landed after")

	h, fired = begin()
	back := fired.Add(-time.Hour).Format("2006-01-02 15:04")
	h.do(back, dossier.Act{Kind: dossier.ActAssign, To: "cb-3"})
	h.tick(back)
	h.tick(fired.Format("2006-01-02 15:04"))
	require.Equal(t, 1, half(h), "the clock was set back")
}
