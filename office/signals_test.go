package office_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/office"
	"motcua/signals"
)

// late is a dossier of eight working hours, received on Monday at nine and due on Tuesday at nine, that is late on Wednesday.
func (d *desk) late(key string) string {
	d.t.Helper()
	d.now = opening()
	code := d.take(hourly(), key).Code
	d.must("motcua", code, key+"a", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
	d.now = opening().AddDate(0, 0, 2)
	return code
}

func (d *desk) exclude(code, key string, from time.Time, hours int) {
	d.t.Helper()
	d.must("kstt", code, key, office.ActBody{Kind: dossier.ActExclude, From: from, Until: from.Add(time.Duration(hours) * time.Hour), Ground: "mất điện", Document: "12/QĐ"})
}

// seen looks and lists what is in a state.
func (d *desk) seen(who, state string) []office.Signal {
	d.t.Helper()
	d.now = d.now.Add(2 * time.Hour) // a look is an hour old
	_, err := d.StudySignals(d.t.Context())
	require.NoError(d.t, err)
	list, err := d.Signals(d.t.Context(), d.as(who), office.SignalFilter{State: state})
	require.NoError(d.t, err)
	require.NotEmpty(d.t, list.Says)
	require.Len(d.t, list.Rules, len(signals.Rules()))
	return list.Items
}

func TestSignalsFromTheRecordToTheDismissal(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	n, err := d.StudySignals(ctx)
	require.NoError(t, err)
	require.Zero(t, n, "no dossier, no month")

	code := d.late("a")
	d.exclude(code, "x", opening().Add(2*time.Hour), 4)
	list := d.seen("kstt2", "open")
	require.Len(t, list, 1)
	s := list[0]
	require.Equal(t, []any{signals.RuleDueChanged, code, "H99.14.01.01", "serious", []string{code}}, []any{s.Rule, s.Subject, s.Agency, s.Severity, s.Dossiers})
	require.Empty(t, s.Evidence, "the list is short")
	march := time.Date(2026, 3, 1, 0, 0, 0, 0, calendar.Zone())
	require.True(t, s.Period.From.Equal(march))
	one, err := d.Signal(ctx, d.as("thanhtra"), s.ID)
	require.NoError(t, err)
	require.Len(t, one.Evidence, 1)
	require.Equal(t, "excluded", one.Evidence[0].Kind)
	require.True(t, opening().AddDate(0, 0, 1).Equal(one.Evidence[0].LateSince))
	events, err := d.store.Events(ctx, code, one.Evidence[0].Seq-1)
	require.NoError(t, err)
	require.Equal(t, "excluded", events[0].Body.Kind(), "the evidence is on record")
	findings, _, err := d.Findings(ctx, d.as("kstt"), office.FindingFilter{})
	require.NoError(t, err)
	require.Equal(t, []any{1, "signals_open"}, []any{len(findings), findings[0].Kind})

	// Heads see their own and those below; others none, and who has no right to signals is refused.
	require.Len(t, d.seen("lanhdao", ""), 1)
	require.Len(t, d.seen("so", ""), 1)
	require.Empty(t, d.seen("giamdocnuimau", ""))
	_, err = d.Signal(ctx, d.as("giamdocnuimau"), s.ID)
	problem(t, err, 404, "signal_unknown")
	for _, who := range []string{"motcua", "thamdinh", "congdvc", "quantri"} {
		_, err = d.Signals(ctx, d.as(who), office.SignalFilter{})
		problem(t, err, 403, "forbidden")
	}
	_, err = d.Signals(ctx, d.as("kstt"), office.SignalFilter{Rule: "gian-lan"})
	problem(t, err, 422, "invalid")
	_, err = d.Signals(ctx, d.as("kstt"), office.SignalFilter{Cursor: "x"})
	problem(t, err, 400, "bad_query")

	// Dismissal: a reason, another person, the revision that was seen; asked again it is the same.
	act := office.SignalAct{Kind: office.SignalDismiss, Reason: "Mất điện theo thông báo 12/TB"}
	_, err = d.ActOnSignal(ctx, d.as("lanhdao"), s.ID, act, "k", 0)
	problem(t, err, 403, "forbidden")
	_, err = d.ActOnSignal(ctx, d.as("kstt"), s.ID, act, "k", 0)
	problem(t, err, 403, "same_person")
	_, err = d.ActOnSignal(ctx, d.as("kstt2"), s.ID, office.SignalAct{Kind: office.SignalDismiss, Reason: " "}, "k", 0)
	problem(t, err, 422, "invalid")
	_, err = d.ActOnSignal(ctx, d.as("kstt2"), s.ID, office.SignalAct{Kind: "xoa", Reason: "x"}, "k", 0)
	problem(t, err, 422, "invalid")
	_, err = d.ActOnSignal(ctx, d.as("kstt2"), s.ID, act, "k", s.Revision+1)
	problem(t, err, 412, "stale")
	_, err = d.ActOnSignal(ctx, d.as("kstt2"), "khong-co", act, "k", 0)
	problem(t, err, 404, "signal_unknown")
	done, err := d.ActOnSignal(ctx, d.as("kstt2"), s.ID, act, "k", s.Revision)
	require.NoError(t, err)
	require.Equal(t, "dismissed", done.State)
	require.Equal(t, act.Reason, done.Dismissals[0].Reason)
	again, err := d.ActOnSignal(ctx, d.as("kstt2"), s.ID, act, "k", s.Revision)
	require.NoError(t, err)
	require.Equal(t, done, again)
	_, err = d.ActOnSignal(ctx, d.as("kstt2"), s.ID, office.SignalAct{Kind: office.SignalDismiss, Reason: "khác"}, "k", 0)
	problem(t, err, 422, "idempotency_key_reused")
	_, err = d.ActOnSignal(ctx, d.as("kstt2"), s.ID, act, "k2", 0)
	problem(t, err, 409, "signal_state")
	still := true
	findings, _, err = d.Findings(ctx, d.as("kstt"), office.FindingFilter{Open: &still})
	require.NoError(t, err)
	require.Empty(t, findings)

	// Seen again it stays aside; new evidence brings it back, with what was said of it.
	require.Empty(t, d.seen("kstt", "open"))
	d.exclude(code, "y", opening().AddDate(0, 0, 1), 2)
	list = d.seen("kstt", "open")
	require.Len(t, list, 1)
	require.Equal(t, []any{s.ID, 2, 1}, []any{list[0].ID, list[0].Count, len(list[0].Dismissals)})
	require.Len(t, d.seen("kstt", ""), 1, "one signal, however often one looks")
}

// TestSignalsMonthByMonth: a month is looked at until it has been over for an hour, and then no more.
func TestSignalsMonthByMonth(t *testing.T) {
	t.Parallel()
	d := open(t)
	study := func() int {
		t.Helper()
		n, err := d.StudySignals(t.Context())
		require.NoError(t, err)
		return n
	}
	d.late("a")
	require.Equal(t, 1, study())
	require.Zero(t, study(), "not within the hour")
	d.now = d.now.Add(time.Hour)
	require.Equal(t, 1, study())
	d.now = time.Date(2026, 5, 5, 9, 0, 0, 0, calendar.Zone())
	require.Equal(t, 3, study(), "March and April once more, and May")
	d.now = d.now.Add(2 * time.Hour)
	require.Equal(t, 1, study(), "May alone")
}

// TestSameApplicantIsShownAsCodes: the store knows who they are, the signal does not.
func TestSameApplicantIsShownAsCodes(t *testing.T) {
	t.Parallel()
	d := open(t)
	first := d.take(hourly(), "a").Code
	d.must("motcua", first, "w", office.ActBody{Kind: dossier.ActWithdraw, Reason: "Người nộp đề nghị"})
	d.now = d.now.AddDate(0, 0, 3)
	other := hourly()
	other.Applicant = office.Applicant{Name: "Nguyễn Văn Mẫu", IDNo: "026100000077"}
	d.take(other, "b")
	require.Empty(t, d.seen("kstt", ""), "a name is nobody's alone")
	second := d.take(hourly(), "c").Code
	list := d.seen("kstt", "")
	require.Len(t, list, 1)
	require.Equal(t, []any{signals.RuleAgain, []string{first, second}}, []any{list[0].Rule, list[0].Dossiers})
	one, err := d.Signal(t.Context(), d.as("kstt"), list[0].ID)
	require.NoError(t, err)
	data, err := json.Marshal(one)
	require.NoError(t, err)
	for _, personal := range []string{"Nguyễn", "026100000089", "0900000000"} {
		require.NotContains(t, string(data), personal)
	}
	require.Equal(t, list, d.byDossier(second))
	require.Empty(t, d.byDossier("H99.02.01-000000-0000"))
}

func (d *desk) byDossier(code string) []office.Signal {
	d.t.Helper()
	list, err := d.Signals(d.t.Context(), d.as("kstt"), office.SignalFilter{Dossier: code})
	require.NoError(d.t, err)
	return list.Items
}

// TestSignalsArePaged walks the list by pages of one.
func TestSignalsArePaged(t *testing.T) {
	t.Parallel()
	d := open(t)
	for i := range 3 {
		code := d.late(fmt.Sprint(i))
		d.exclude(code, "x"+fmt.Sprint(i), opening().Add(2*time.Hour), 4)
	}
	require.Len(t, d.seen("kstt2", ""), 3)
	f, seen := office.SignalFilter{Limit: 1}, map[string]bool{}
	for {
		page, err := d.Signals(t.Context(), d.as("kstt2"), f)
		require.NoError(t, err)
		for _, s := range page.Items {
			require.False(t, seen[s.ID])
			seen[s.ID] = true
		}
		if f.Cursor = page.Next; f.Cursor == "" {
			break
		}
	}
	require.Len(t, seen, 3)
}
