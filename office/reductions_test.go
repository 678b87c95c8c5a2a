package office_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/office"
	"motcua/procedure"
)

const twoHours = `reductions:
  bot-2-gio: {name: Bớt hai giờ, decision: 7/QĐ-UBND, decision-date: 2026-02-27, signer: "Trần Thị Bình (mẫu)", fields: [dat-dai], from: 2026-03-01, above: 8wh, cut: 2wh}
`

func (d *desk) rule(who string, revision int64) (office.ReductionRule, error) {
	d.t.Helper()
	return d.ActOnReduction(d.t.Context(), d.as(who), "bot-2-gio", office.ReductionAct{Kind: office.ReductionApprove, Revision: revision}, who)
}

// A rule lives from its draft to its end: two people, definitions published from then on, and promises that stay.
func TestLifeOfAReduction(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	slow := definition(t, "limit: 8wh", "limit: 10wh", "escalation: hours", "escalation: standard")
	cut := strings.Replace(slow, "limit: 10wh\n", "limit: 10wh\nreductions: [bot-2-gio]\n", 1)

	_, err := d.DraftReduction(ctx, d.as("lanhdao"), twoHours, "r1")
	problem(t, err, 403, "forbidden")
	_, err = d.DraftReduction(ctx, d.as("kstt"), strings.Replace(twoHours, "cut: 2wh", "cut: 2wh, set: 1wh, when: 'a =='", 1), "r1")
	p := problem(t, err, 422, "reduction_faulty")
	require.Len(t, p.Findings, 2, "all that is wrong, each with its place")
	require.Equal(t, 2, p.Findings[0].Line)
	_, err = d.DraftReduction(ctx, d.as("kstt"), twoHours+"  hai: {decision: m, from: 2026-03-01, cut: 1wh}\n", "r1")
	problem(t, err, 422, "invalid")
	draft, err := d.DraftReduction(ctx, d.as("kstt"), twoHours, "r2")
	require.NoError(t, err)
	require.Equal(t, "draft", draft.Status)
	again, err := d.DraftReduction(ctx, d.as("kstt"), twoHours, "r2")
	require.NoError(t, err)
	require.Equal(t, draft.Revision, again.Revision)

	// A draft is no rule yet.
	checked, err := d.CheckDefinition(ctx, d.as("thamdinh"), cut, "")
	require.NoError(t, err)
	require.Equal(t, 1, checked.Errors)
	require.Contains(t, checked.Findings.Error(), "[reduction-unknown]")
	_, err = d.rule("kstt", draft.Revision)
	problem(t, err, 403, "same_person")
	_, err = d.rule("lanhdao", draft.Revision)
	problem(t, err, 403, "forbidden")
	approved, err := d.rule("kstt2", draft.Revision)
	require.NoError(t, err)
	require.Equal(t, "in_force", approved.Status)
	_, err = d.rule("kstt2", draft.Revision)
	require.NoError(t, err, "approving what is approved changes nothing")
	_, err = d.rule("kstt2", 9)
	problem(t, err, 404, "reduction_unknown")
	list, err := d.Reductions(ctx, d.as("motcua"), "")
	require.NoError(t, err)
	require.Equal(t, []string{"bot-2-gio", "cut-20"}, []string{list.Items[0].Rule, list.Items[1].Rule})
	require.True(t, list.Items[1].Shipped)
	require.Contains(t, list.Items[0].Text, "giảm 2 giờ làm việc khi thời hạn trên 8 giờ làm việc, chỉ lĩnh vực dat-dai, từ 01/03/2026")

	// Who does not name it is not cut, and is told; the report says the same.
	d.publishes("cham", slow)
	full := d.take(hourly(), "h1")
	require.Contains(t, full.LimitWalk, "Thời hạn cam kết: 10 giờ làm việc")
	report, err := d.ReductionReport(ctx, d.as("thanhtra"), "")
	require.NoError(t, err)
	require.Equal(t, 1, report.Total.Cut, "1.013993, the one shipped procedure that was rewritten for the province's rule: of 12 working days 9 are promised")
	require.Equal(t, []procedure.Amount{{Unit: "wd", Count: 3}}, report.Total.Days)
	walks, err := d.ExplainReductions(ctx, d.as("motcua"), "9.000001", "")
	require.NoError(t, err)
	require.Equal(t, []string{"bot-2-gio"}, walks[0].Unwritten)

	// Rewritten, it is promised by the shorter limit, line by line.
	d.now = d.now.AddDate(0, 0, 1)
	d.publishes("nhanh", cut)
	short := d.take(hourly(), "h2")
	require.Equal(t, []string{
		"Thời hạn theo luật: 10 giờ làm việc",
		"Cắt giảm bot-2-gio: 10 giờ làm việc còn 8 giờ làm việc; theo 7/QĐ-UBND ngày 27/02/2026, người ký: Trần Thị Bình (mẫu)",
		"Thời hạn cam kết: 8 giờ làm việc, giảm 2 giờ làm việc so với luật",
	}, short.LimitWalk)
	require.Equal(t, time.Date(2026, 3, 4, 9, 0, 0, 0, calendar.Zone()), short.Due, "eight working hours on")
	shown := d.show("motcua", short.Code)
	require.Equal(t, short.LimitWalk, shown.LimitWalk)
	report, err = d.ReductionReport(ctx, d.as("motcua"), "")
	require.NoError(t, err)
	require.Equal(t, 2, report.Total.Cut)
	require.Equal(t, []procedure.Amount{{Unit: "wd", Count: 3}, {Unit: "wh", Count: 2}}, report.Total.Days)
	walks, err = d.ExplainReductions(ctx, d.as("motcua"), "9.000001", "")
	require.NoError(t, err)
	require.Equal(t, short.LimitWalk, walks[0].Ordinary.Walk, "what the report explains is what was promised")
	require.Empty(t, walks[0].Unwritten)
	_, err = d.ExplainReductions(ctx, d.as("motcua"), "0.0", "")
	require.Error(t, err)

	// A submission that waits over the end is accepted without the cut; one accepted before keeps it. Who took it in does not matter.
	waiting := hourly()
	waiting.Accept = false
	asked := d.take(waiting, "h3")
	end := func(who, key string, a office.ReductionAct) (office.ReductionRule, error) {
		a.Kind = office.ReductionEnd
		return d.ActOnReduction(ctx, d.as(who), "bot-2-gio", a, key)
	}
	_, err = end("kstt", "e0", office.ReductionAct{LastDay: "2026-03-02"})
	require.Len(t, problem(t, err, 422, "invalid").Errors, 2, "the day has passed, and a document is missing")
	ending, err := end("kstt", "e1", office.ReductionAct{LastDay: "2026-03-03", Document: "12/QĐ-UBND"})
	require.NoError(t, err)
	_, err = d.rule("kstt", ending.Revision)
	problem(t, err, 403, "same_person")
	_, err = d.rule("kstt2", ending.Revision)
	require.NoError(t, err)
	last := d.take(hourly(), "h4")
	require.Equal(t, short.LimitWalk, last.LimitWalk, "the last day counts")
	d.now = d.now.AddDate(0, 0, 1)
	late := d.take(hourly(), "h5")
	require.Equal(t, []string{"Thời hạn theo luật: 10 giờ làm việc", "Thời hạn cam kết: 10 giờ làm việc"}, late.LimitWalk)
	d.must("motcua", asked.Code, "h6", office.ActBody{Kind: dossier.ActAccept})
	require.Equal(t, late.LimitWalk, d.show("motcua", asked.Code).LimitWalk)
	require.Equal(t, short.LimitWalk, d.show("motcua", short.Code).LimitWalk, "a promise stays")
	report, err = d.ReductionReport(ctx, d.as("motcua"), "")
	require.NoError(t, err)
	require.Equal(t, 1, report.Total.Cut)
	var outdated []string
	for _, e := range report.Rules {
		if e.Rule == "bot-2-gio" {
			outdated = e.Outdated
		}
	}
	require.Equal(t, []string{"9.000001"}, outdated, "its version was published with other words of the rule")
	yesterday, err := d.ReductionReport(ctx, d.as("motcua"), "2026-03-03")
	require.NoError(t, err)
	require.Equal(t, 2, yesterday.Total.Cut, "the day before the rule held")

	// A rule that has ended cannot end on a day that has passed; a draft can be sent back.
	_, err = end("kstt", "e2", office.ReductionAct{LastDay: "2026-03-04", Document: "13/QĐ-UBND"})
	require.NoError(t, err)
	d.now = d.now.AddDate(0, 0, 2)
	_, err = d.rule("kstt2", ending.Revision+1)
	problem(t, err, 409, "reduction_past")
	back := office.ReductionAct{Kind: office.ReductionDiscard, Revision: ending.Revision + 1}
	_, err = d.ActOnReduction(ctx, d.as("kstt2"), "bot-2-gio", back, "b")
	problem(t, err, 422, "invalid")
	back.Reason = "ngày đã qua"
	_, err = d.ActOnReduction(ctx, d.as("kstt2"), "bot-2-gio", back, "b")
	require.NoError(t, err)
	_, err = d.rule("kstt2", ending.Revision+1)
	problem(t, err, 409, "reduction_decided")

	// Kept: promises by the reduced limit and by the whole one, apart.
	kept, err := d.KeptPromises(ctx, d.as("kstt"), "2026-03-02", "")
	require.NoError(t, err)
	require.EqualValues(t, 2, kept.Total.Reduced.Accepted)
	require.EqualValues(t, 3, kept.Total.Full.Accepted)
	require.EqualValues(t, 2, kept.Total.Reduced.Open)
	kept, err = d.KeptPromises(ctx, d.as("kstt"), "2026-03-04", "2026-03-04")
	require.NoError(t, err)
	require.Zero(t, kept.Total.Reduced.Accepted)
	_, err = d.KeptPromises(ctx, d.as("kstt"), "hôm nay", "")
	problem(t, err, 422, "invalid")
}

// What the acceptance event keeps is enough to tell the walk without plan or rules.
func TestAcceptanceKeepsItsWalk(t *testing.T) {
	t.Parallel()
	d := open(t)
	r := d.take(hourly(), "k1")
	events, err := d.store.Events(t.Context(), r.Code, 0)
	require.NoError(t, err)
	var told []string
	for _, e := range events {
		if a, ok := e.Body.(dossier.Accepted); ok {
			told = a.Commitment.Walk()
			data, err := json.Marshal(a)
			require.NoError(t, err)
			require.NotContains(t, string(data), "rounding", "no rule, no words")
		}
	}
	require.Equal(t, r.LimitWalk, told)
}
