package dossier_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
)

// newest is the engine version of the dossiers below: of the newest law, whether or not it is in force yet.
const newest = 6

// submitNewest submits under the newest version.
func (h *hand) submitNewest(when, channel string) {
	h.t.Helper()
	h.submit(when, channel)
	h.s.Engine = max(newest, dossier.EngineVersion)
	b := h.events[0].Body.(dossier.Submitted)
	b.Engine = h.s.Engine
	h.events[0].Body = b
}

// TestForbidden: what the law forbids is refused with the article of the set of rules pinned to the dossier, and nothing moves: no
// event, no due instant, no alarm. Days are counted from a Monday on which the dossier was received; its limit ends on day 16.
func TestForbidden(t *testing.T) {
	t.Parallel()
	const unread = "NĐ 118/2025, điều khoản chưa đối chiếu"
	type step struct {
		day  int
		time string
		act  dossier.Act
	}
	reappoint := func(until int, base time.Time) dossier.Act {
		return dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Approval: "ld-1", Until: base.AddDate(0, 0, until)}
	}
	ask := dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true}
	approved := dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true, Approval: "ld-1"}
	came := dossier.Act{Kind: dossier.ActProvideSupplement, Complete: true}
	finish := complete("dat")

	for base, rules := range map[string]string{"2025-06-02 09:00": dossier.RulesND61, "2026-03-02 09:00": dossier.RulesND118} {
		day := func(n int, clock string) time.Time {
			return at(at(base).AddDate(0, 0, n).Format("2006-01-02") + " " + clock)
		}
		b := at(base)
		back := func(a dossier.Act, n int, clock, document string, right bool) dossier.Act {
			a.Effective, a.Document, a.MayBackdate = day(n, clock), document, right
			return a
		}
		for _, c := range []struct {
			name     string
			intake   bool // before acceptance
			before   []step
			act      step
			code     string
			article  string // under nd-61; any NĐ 61 article is unread under nd-118
			anywhere bool   // another law: the same article under both sets
		}{
			{name: "second re-appointment", before: []step{{10, "09:00", reappoint(25, b)}}, act: step{11, "09:00", reappoint(28, b)}, code: "already_reappointed", article: "NĐ 61/2018 Đ19.9"},
			{name: "re-appointment on the appointment day", act: step{16, "07:30", reappoint(25, b)}, code: "reappoint_late", article: "NĐ 61/2018 Đ19.9"},
			{name: "re-appointment after the limit", act: step{17, "09:00", reappoint(25, b)}, code: "reappoint_late", article: "NĐ 61/2018 Đ19.9"},
			{name: "re-appointment without reason", act: step{10, "09:00", dossier.Act{Kind: dossier.ActReappoint, Approval: "ld-1", Until: b.AddDate(0, 0, 25)}}, code: "reason_missing", article: "NĐ 61/2018 Đ19.9"},
			{name: "re-appointment without signer", act: step{10, "09:00", dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Until: b.AddDate(0, 0, 25)}}, code: "signer_missing", article: "NĐ 61/2018 Đ19.9"},
			{name: "supplement without reason", act: step{1, "09:00", dossier.Act{Kind: dossier.ActRequestSupplement}}, code: "reason_missing", article: "NĐ 61/2018 Đ15.3"},
			{name: "slip after its three days", act: step{4, "09:00", ask}, code: "slip_late", article: "NĐ 61/2018 Đ19.4"},
			{name: "second supplement without approval", before: []step{{1, "09:00", ask}, {2, "09:00", came}}, act: step{2, "10:00", ask}, code: "approval_missing", article: "NĐ 61/2018 Đ11.2c"},
			{name: "third supplement without the record", before: []step{{1, "09:00", ask}, {2, "09:00", came}, {2, "10:00", approved}, {3, "09:00", came}}, act: step{3, "10:00", approved},
				code: "supplements_exhausted", article: "NĐ 63/2010 Đ20.4", anywhere: true},
			{name: "third supplement with the record but no approval", before: []step{{1, "09:00", ask}, {2, "09:00", came}, {2, "10:00", approved}, {3, "09:00", came}},
				act: step{3, "10:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true, GuidanceIgnored: true}}, code: "supplements_exhausted", article: "NĐ 63/2010 Đ20.4", anywhere: true},
			{name: "pause without ground", act: step{1, "09:00", dossier.Act{Kind: dossier.ActSuspend, Document: "5/TB"}}, code: "ground_missing", article: "NĐ 61/2018 Đ19.9"},
			{name: "obligation that stops the clock without ground", act: step{1, "09:00", dossier.Act{Kind: dossier.ActRequestPayment, Payment: "thue", Financial: true}}, code: "ground_missing", article: "NĐ 61/2018 Đ19.9"},
			{name: "refusal at intake without reason", intake: true, act: step{0, "10:00", dossier.Act{Kind: dossier.ActRefuseIntake}}, code: "reason_missing", article: "NĐ 61/2018 Đ17.1b"},
			{name: "extension twice", before: []step{{1, "09:00", dossier.Act{Kind: dossier.ActExtend, Extension: "ly-do", Reasoned: true}}}, act: step{2, "09:00", dossier.Act{Kind: dossier.ActExtend, Extension: "ly-do", Reasoned: true}},
				code: "extension_used", article: "NĐ 99/2022 Đ16.1", anywhere: true},
			{name: "extension after the limit", act: step{17, "09:00", dossier.Act{Kind: dossier.ActExtend, Extension: "ly-do", Reasoned: true}}, code: "extension_late", article: "NĐ 99/2022 Đ16.1", anywhere: true},

			{name: "acceptance put back without right", intake: true, act: step{0, "10:00", back(dossier.Act{Kind: dossier.ActAccept}, 0, "08:00", "1/BB", false)}, code: "backdate_right", article: "NĐ 61/2018 Đ5.1c"},
			{name: "acceptance put back without document", intake: true, act: step{0, "10:00", back(dossier.Act{Kind: dossier.ActAccept}, 0, "08:00", "", true)}, code: "document_missing", article: "NĐ 61/2018 Đ5.1c"},
			{name: "acceptance put back too far", intake: true, act: step{0, "10:00", back(dossier.Act{Kind: dossier.ActAccept}, -7, "08:00", "1/BB", true)}, code: "backdate_bound", article: "NĐ 61/2018 Đ5.1c"},
			{name: "work put back without right", act: step{1, "16:00", back(finish, 1, "09:00", "1/BB", false)}, code: "backdate_right", article: "NĐ 61/2018 Đ5.1c"},
			{name: "work put back without document", act: step{1, "16:00", back(finish, 1, "09:00", "", true)}, code: "document_missing", article: "NĐ 61/2018 Đ5.1c"},
			{name: "work put back too far", act: step{8, "16:00", back(finish, 1, "09:00", "1/BB", true)}, code: "backdate_bound", article: "NĐ 61/2018 Đ5.1c"},
			{name: "work put back before what was done", act: step{0, "16:00", back(finish, 0, "09:30", "1/BB", true)}, code: "backdate_order", article: "NĐ 61/2018 Đ5.1c"},
			{name: "work put forward", act: step{1, "16:00", back(finish, 1, "16:10", "1/BB", true)}, code: "backdate_bound", article: "NĐ 61/2018 Đ5.1c"},
			{name: "pause put back", act: step{1, "16:00", back(dossier.Act{Kind: dossier.ActSuspend, Ground: "luật"}, 1, "09:00", "1/BB", true)}, code: "backdate_not_allowed", article: "NĐ 61/2018 Đ5.1c"},
			{name: "re-appointment put back", act: step{16, "16:00", back(reappoint(25, b), 15, "09:00", "1/BB", true)}, code: "backdate_not_allowed", article: "NĐ 61/2018 Đ5.1c"},
			{name: "receipt corrected without document", act: step{1, "09:00", dossier.Act{Kind: dossier.ActCorrectReceipt, Effective: day(0, "09:30"), Ground: "luật", Reasoned: true}}, code: "document_missing", article: "NĐ 61/2018 Đ5.1c"},
			{name: "receipt corrected too far back", act: step{1, "09:00", dossier.Act{Kind: dossier.ActCorrectReceipt, Effective: day(-7, "09:00"), Ground: "luật", Document: "1/QĐ", Reasoned: true}}, code: "receipt_outside", article: "NĐ 61/2018 Đ5.1c"},
			{name: "receipt corrected behind the work", act: step{1, "09:00", dossier.Act{Kind: dossier.ActCorrectReceipt, Effective: day(0, "10:01"), Ground: "luật", Document: "1/QĐ", Reasoned: true}}, code: "receipt_outside", article: "NĐ 61/2018 Đ5.1c"},
		} {
			t.Run(rules+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				h := newHand(t, split())
				h.submitNewest(base, dossier.ChannelOnline)
				if !c.intake {
					h.do(base, dossier.Act{Kind: dossier.ActAccept, Register: 1})
					h.do(b.Add(time.Hour).Format("2006-01-02 15:04"), complete(""))
					require.Equal(t, rules, h.s.Rules)
				}
				for _, s := range c.before {
					h.do(day(s.day, s.time).Format("2006-01-02 15:04"), s.act)
				}
				when := day(c.act.day, c.act.time).Format("2006-01-02 15:04")
				events, view := len(h.events), h.view(when)
				r := h.refused(when, c.code, c.act.act)
				want := c.article
				if rules == dossier.RulesND118 && !c.anywhere {
					want = unread
				}
				require.Equal(t, want, r.Article)
				require.Contains(t, r.Error(), want, "the article is in the message")
				require.Len(t, h.events, events)
				require.Equal(t, view, h.view(when))
			})
		}
	}
}
