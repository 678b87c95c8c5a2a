package office_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/app"
	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/office"
)

// holiday is a day off decreed late: Monday 16 March 2026.
const holiday = `motcua: 1
kind: calendar-amendment
type: closure
amends: nation
title: Nghỉ quốc tang
ground: 11/TB-BNV
announced: 2026-03-02
closures:
  - {date: "2026-03-16", name: Quốc tang}
`

// swapped: Saturday the 7th is worked, so that Monday the 23rd is off.
const swapped = `motcua: 1
kind: calendar-amendment
type: swap
amends: nation
title: Hoán đổi ngày làm việc
ground: 12/CV
announced: 2026-03-02
off:
  - {date: "2026-03-23", name: Nghỉ hoán đổi, swap: "2026-03-07"}
work:
  - {date: "2026-03-07", name: Làm bù, swap: "2026-03-23"}
`

func (d *desk) amends(key, file string) office.Amendment {
	d.t.Helper()
	a, err := d.DraftAmendment(d.t.Context(), d.as("kstt"), office.AmendmentDraft{File: file}, key)
	require.NoError(d.t, err)
	return a
}

func (d *desk) takes(who, id, kind string) office.Amendment {
	d.t.Helper()
	a, err := d.ActOnAmendment(d.t.Context(), d.as(who), models.AmendmentCalendar, id, office.AmendmentActBody{Kind: kind, Document: "99/QĐ", Reason: "Nhầm"})
	require.NoError(d.t, err)
	return a
}

func (d *desk) advanced() {
	d.t.Helper()
	_, err := d.AdvanceAmendments(d.t.Context())
	require.NoError(d.t, err)
}

func (d *desk) amendment(id string) office.Amendment {
	d.t.Helper()
	a, err := d.AmendmentState(d.t.Context(), d.as("thanhtra"), models.AmendmentCalendar, id)
	require.NoError(d.t, err)
	return a
}

func (d *desk) amendLines(id string) map[string]office.AmendmentLine {
	d.t.Helper()
	list, _, err := d.AmendmentDossiers(d.t.Context(), d.as("kstt"), models.AmendmentCalendar, id, models.AmendmentItemFilter{}, "", 200)
	require.NoError(d.t, err)
	out := map[string]office.AmendmentLine{}
	for _, l := range list {
		out[l.Dossier] = l
	}
	return out
}

func (d *desk) dueOf(code string) string {
	d.t.Helper()
	row, err := d.store.Dossier(d.t.Context(), code)
	require.NoError(d.t, err)
	return row.View.DueAt.Format("01-02 15:04")
}

func (d *desk) published(key, file string) office.Amendment {
	d.t.Helper()
	a := d.amends(key, file)
	d.takes("kstt", a.ID, office.AmendPreview)
	d.advanced()
	return d.takes("kstt2", a.ID, office.AmendPublish)
}

// The whole life: drafted, previewed, published by another person, every open dossier re-dated with one line in its journal, those
// whose promise changes told; taken back.
func TestAmendmentLife(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	long, short := d.take(parcel(), "long").Code, d.take(hourly(), "short").Code
	ended := d.take(hourly(), "ended").Code
	d.walk(ended)
	require.Equal(t, "03-18 17:00", d.dueOf(long), "twelve working days from Monday the 2nd")
	endedBefore := d.show("motcua", ended)

	a := d.amends("a", holiday)
	require.Equal(t, models.AmendmentDraft, a.State)
	again := d.amends("a", holiday)
	require.Equal(t, a.ID, again.ID)
	_, err := d.DraftAmendment(ctx, d.as("kstt"), office.AmendmentDraft{File: swapped}, "a")
	problem(t, err, 422, "idempotency_key_reused")
	_, err = d.ActOnAmendment(ctx, d.as("kstt2"), models.AmendmentCalendar, a.ID, office.AmendmentActBody{Kind: office.AmendPublish})
	problem(t, err, 409, "amendment_state")
	require.Equal(t, models.AmendmentPreviewing, d.takes("kstt", a.ID, office.AmendPreview).State)
	d.advanced()
	p := d.amendment(a.ID)
	require.Equal(t, models.AmendmentPreviewed, p.State)
	require.EqualValues(t, 2, p.Totals.Looked)
	require.EqualValues(t, 2, p.Totals.Affected)
	require.Equal(t, []int64{1, 1, 0, 0}, []int64{p.Totals.Later, p.Totals.Same, p.Totals.Earlier, p.Totals.BecomeLate})
	require.EqualValues(t, 1, p.Totals.Agencies["H99.14.01.01"].Later)
	lines := d.amendLines(a.ID)
	require.Equal(t, "03-19 17:00", lines[long].NewDue.Format("01-02 15:04"))
	require.Equal(t, models.EffectLater, lines[long].Effect)
	require.Equal(t, "03-18 17:00", d.dueOf(long), "a preview changes nothing")
	_, err = d.ActOnAmendment(ctx, d.as("kstt"), models.AmendmentCalendar, a.ID, office.AmendmentActBody{Kind: office.AmendPublish})
	problem(t, err, 403, "same_person")
	_, err = d.ActOnAmendment(ctx, d.as("thamdinh"), models.AmendmentCalendar, a.ID, office.AmendmentActBody{Kind: office.AmendPublish})
	problem(t, err, 403, "forbidden")

	d.now = d.now.Add(time.Hour)
	require.Equal(t, models.AmendmentRunning, d.takes("kstt2", a.ID, office.AmendPublish).State)
	fresh := d.take(parcel(), "fresh")
	require.Equal(t, "03-19 17:00", fresh.Due.Format("01-02 15:04"), "taken in meanwhile, on the new calendar")
	d.advanced()
	done := d.amendment(a.ID)
	require.Equal(t, models.AmendmentDone, done.State)
	require.Equal(t, map[string]int64{models.AmendItemDone: 2}, done.Counts)
	require.Equal(t, "03-19 17:00", d.dueOf(long))
	var journal []dossier.CalendarAmended
	events, err := d.store.Events(ctx, long, 0)
	require.NoError(t, err)
	for _, e := range events {
		if b, ok := e.Body.(dossier.CalendarAmended); ok {
			journal = append(journal, b)
			require.Equal(t, "cb04", e.By)
		}
	}
	require.Len(t, journal, 1, "one line")
	require.Equal(t, []string{"11/TB-BNV", "03-18 17:00", "03-19 17:00"}, []string{journal[0].Document, journal[0].OldDue.Format("01-02 15:04"), journal[0].Due.Format("01-02 15:04")})
	require.Equal(t, endedBefore.Seq, d.show("motcua", ended).Seq, "closed ones are untouched")
	for code, want := range map[string]int{long: 1, short: 0} {
		told, _, err := d.store.Notifications(ctx, models.NotificationFilter{Recipient: models.RecipientApplicant, Dossier: code, Limit: 100})
		require.NoError(t, err)
		n := 0
		for _, x := range told {
			if x.Kind == "calendar_amended" {
				n++
			}
		}
		require.Equal(t, want, n, "the applicants whose promise changes are told")
	}
	require.NoError(t, d.Audit(ctx, long))
	sheet, err := d.Proof(ctx, d.as("motcua"), long, office.ProofQuery{})
	require.NoError(t, err)
	require.Equal(t, "03-19 17:00", sheet.Due.Format("01-02 15:04"))
	require.Contains(t, sheet.Text(), "11/TB-BNV")
	walk, err := d.Due(ctx, d.as("motcua"), "H99.02.01", opening(), lim("12wd"))
	require.NoError(t, err)
	require.Equal(t, "03-19 17:00", walk.Due.Format("01-02 15:04"))
	require.Contains(t, walk.Text(), "11/TB-BNV")

	// Taken back: what was promised stands, the earlier date is what to aim at; new ones are on the calendar of before.
	_, err = d.ActOnAmendment(ctx, d.as("kstt2"), models.AmendmentCalendar, a.ID, office.AmendmentActBody{Kind: office.AmendUndo})
	require.Len(t, problem(t, err, 422, "invalid").Errors, 2)
	d.takes("kstt2", a.ID, office.AmendUndo)
	d.advanced()
	require.Equal(t, models.AmendmentUndone, d.amendment(a.ID).State)
	row, err := d.store.Dossier(ctx, long)
	require.NoError(t, err)
	require.Equal(t, "03-19 17:00", row.View.DueAt.Format("01-02 15:04"))
	require.Equal(t, "03-18 17:00", row.View.Target.Format("01-02 15:04"))
	sheet, err = d.Proof(ctx, d.as("motcua"), long, office.ProofQuery{})
	require.NoError(t, err)
	require.Equal(t, "03-19 17:00", sheet.Due.Format("01-02 15:04"))
	require.Contains(t, sheet.Text(), "trở lại lịch trước của H99.02.01")
	require.Equal(t, "03-18 17:00", d.take(parcel(), "after").Due.Format("01-02 15:04"))
	require.NoError(t, d.Audit(ctx, long))
}

// An earlier date is for the office; the promise stands and nobody is told.
func TestAmendmentThatMakesItEarlier(t *testing.T) {
	t.Parallel()
	d := open(t)
	long := d.take(parcel(), "long").Code
	a := d.published("a", swapped)
	require.EqualValues(t, 1, a.Totals.Earlier)
	d.advanced()
	row, err := d.store.Dossier(t.Context(), long)
	require.NoError(t, err)
	require.Equal(t, []string{"03-18 17:00", "03-17 17:00"}, []string{row.View.DueAt.Format("01-02 15:04"), row.View.Target.Format("01-02 15:04")})
}

// A storm closes one agency and those below it; the others go on.
func TestClosureOfOneAgency(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	here := d.take(parcel(), "here").Code
	s := parcel()
	s.Receiving, s.Lead = "H99.02.02", "H99.14.01.02"
	r, err := d.Submit(ctx, d.as("motcua2"), s, "there")
	require.NoError(t, err)
	d.started(r.Code)
	a := d.published("a", strings.NewReplacer("amends: nation", "agency: H99.02.01").Replace(holiday))
	require.EqualValues(t, 1, a.Totals.Affected)
	d.advanced()
	require.Equal(t, "03-19 17:00", d.dueOf(here))
	require.Equal(t, r.Due.Format("01-02 15:04"), d.dueOf(r.Code))
	require.Equal(t, "03-19 17:00", d.take(parcel(), "next").Due.Format("01-02 15:04"))
	// Seeded again, what was published stands.
	require.NoError(t, appSeed(t, d))
	require.Equal(t, "03-19 17:00", d.take(parcel(), "seeded").Due.Format("01-02 15:04"))
}

// Everything wrong is told at once, against the calendars in force too, and nothing is stored.
func TestFaultyAmendmentIsRefused(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	faulty := strings.NewReplacer(`"2026-03-16"`, `"2026-04-30"`, "ground: 11/TB-BNV\n", "").Replace(holiday) + `  - {date: "2026-13-01", name: Không có}` + "\n"
	_, err := d.DraftAmendment(ctx, d.as("kstt"), office.AmendmentDraft{File: faulty}, "f")
	p := problem(t, err, 422, "amendment_faulty")
	require.Len(t, p.Findings, 3)
	_, err = d.DraftAmendment(ctx, d.as("kstt"), office.AmendmentDraft{File: strings.ReplaceAll(holiday, "2026-03-16", "2026-04-30")}, "g")
	p = problem(t, err, 422, "amendment_faulty")
	require.Equal(t, []any{9, "amendment-duplicate"}, []any{p.Findings[0].Line, p.Findings[0].Rule})
	for _, text := range []string{strings.ReplaceAll(holiday, "amends: nation", "amends: khong-co"), strings.ReplaceAll(holiday, "amends: nation", "agency: H99.77"), strings.ReplaceAll(holiday, "2026-03-16", "2050-03-16")} {
		_, err = d.DraftAmendment(ctx, d.as("kstt"), office.AmendmentDraft{File: text}, "h")
		problem(t, err, 422, "amendment_faulty")
	}
	_, err = d.DraftAmendment(ctx, d.as("thamdinh"), office.AmendmentDraft{File: holiday}, "i")
	problem(t, err, 403, "forbidden")
	list, err := d.Amendments(ctx, d.as("kstt"), "")
	require.NoError(t, err)
	require.Empty(t, list)
}

// What was previewed on other calendars than those in force is previewed again.
func TestAmendmentsFollowEachOther(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	code := d.take(parcel(), "1").Code
	a, b := d.amends("a", holiday), d.amends("b", swapped)
	d.takes("kstt", a.ID, office.AmendPreview)
	d.takes("kstt", b.ID, office.AmendPreview)
	d.advanced()
	d.takes("kstt2", a.ID, office.AmendPublish)
	_, err := d.ActOnAmendment(ctx, d.as("kstt2"), models.AmendmentCalendar, b.ID, office.AmendmentActBody{Kind: office.AmendPublish})
	problem(t, err, 409, "preview_stale")
	d.advanced()
	d.takes("kstt", b.ID, office.AmendPreview)
	d.advanced()
	require.Equal(t, "03-19 17:00", d.dueOf(code))
	d.takes("kstt2", b.ID, office.AmendPublish)
	d.advanced()
	require.Equal(t, models.AmendmentDone, d.amendment(b.ID).State)
	row, err := d.store.Dossier(ctx, code)
	require.NoError(t, err)
	require.Equal(t, []string{"03-19 17:00", "03-18 17:00"}, []string{row.View.DueAt.Format("01-02 15:04"), row.View.Target.Format("01-02 15:04")})
	require.NoError(t, d.Audit(ctx, code))
}

// It is stopped and goes on, through an outage of the engine, an answer that got lost and a worker that died: nothing is done twice.
func TestAmendmentGoesOn(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	codes := []string{d.take(parcel(), "1").Code, d.take(parcel(), "2").Code, d.take(parcel(), "3").Code}
	a := d.published("a", holiday)
	require.Equal(t, models.AmendmentStopped, d.takes("kstt2", a.ID, office.AmendStop).State)
	d.advanced()
	require.Equal(t, "03-18 17:00", d.dueOf(codes[0]))
	d.takes("kstt2", a.ID, office.AmendResume)
	d.engine.set(func(e *engine) { e.down = true })
	_, err := d.AdvanceAmendments(ctx)
	require.Error(t, err)
	d.engine.set(func(e *engine) { e.down, e.slow = false, true }) // does it, and the answer is lost
	n, err := d.again().AdvanceAmendments(ctx)
	require.NoError(t, err)
	require.Zero(t, n, "somebody else has it")
	d.now = d.now.Add(3 * time.Minute) // that worker is gone
	_, err = d.again().AdvanceAmendments(ctx)
	require.NoError(t, err)
	d.engine.set(func(e *engine) { e.slow = false })
	acts := d.engine.acts
	d.now = d.now.Add(3 * time.Minute)
	_, err = d.again().AdvanceAmendments(ctx)
	require.NoError(t, err)
	require.Equal(t, acts, d.engine.acts, "nothing is done twice")
	require.Equal(t, map[string]int64{models.AmendItemDone: 3}, d.amendment(a.ID).Counts)
	for _, code := range codes {
		require.Equal(t, "03-19 17:00", d.dueOf(code))
		require.NoError(t, d.Audit(ctx, code))
	}
	// After the loss of the engine's database everything is there, the earlier calendar included.
	d.engine.set(func(e *engine) { e.running = map[string]*machine{} })
	_, err = d.Reconcile(ctx, true)
	require.NoError(t, err)
	d.must("motcua", codes[0], "on", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
}

// One dossier that refuses or fails holds up no other.
func TestAmendmentRefusesOne(t *testing.T) {
	t.Parallel()
	d := open(t)
	one, other := d.take(parcel(), "1").Code, d.take(parcel(), "2").Code
	a := d.published("a", holiday)
	d.engine.set(func(e *engine) {
		e.refuse = map[string]*dossier.Refusal{one: {Code: "frozen", Detail: "Hồ sơ tạm khóa."}}
	})
	d.advanced()
	lines := d.amendLines(a.ID)
	require.Equal(t, []string{models.AmendItemRefused, "frozen"}, []string{lines[one].State, lines[one].Code})
	require.Equal(t, models.AmendItemDone, lines[other].State)
	require.Equal(t, models.AmendmentDone, d.amendment(a.ID).State)
	page, next, err := d.AmendmentDossiers(t.Context(), d.as("kstt"), models.AmendmentCalendar, a.ID, models.AmendmentItemFilter{}, "", 1)
	require.NoError(t, err)
	require.Len(t, page, 1)
	page, next, err = d.AmendmentDossiers(t.Context(), d.as("kstt"), models.AmendmentCalendar, a.ID, models.AmendmentItemFilter{}, next, 1)
	require.NoError(t, err)
	require.Len(t, page, 1)
	require.Empty(t, next)
}

// An outage takes the same stretch out of all dossiers of an agency, by decision, once.
func TestOutage(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	long, working := d.take(parcel(), "1").Code, d.take(hourly(), "2").Code
	d.now = d.now.Add(8 * time.Hour) // 17:00: the eight hours end tomorrow at 09:00
	order := office.OutageOrder{Agency: "H99.02.01", From: opening().Add(30 * time.Minute), Until: opening().Add(90 * time.Minute), Document: "15/QĐ-UBND", Ground: "Mất điện diện rộng"}
	_, err := d.DraftOutage(ctx, d.as("kstt"), office.OutageOrder{Agency: "H99.77", From: order.Until, Until: d.now.Add(time.Hour)}, "bad")
	require.Len(t, problem(t, err, 422, "invalid").Errors, 4)
	a, err := d.DraftOutage(ctx, d.as("kstt"), order, "o")
	require.NoError(t, err)
	act := func(who, kind string) (office.Amendment, error) {
		return d.ActOnAmendment(ctx, d.as(who), models.AmendmentOutage, a.ID, office.AmendmentActBody{Kind: kind, Document: "x", Reason: "y"})
	}
	_, err = act("kstt", office.AmendPreview)
	require.NoError(t, err)
	d.advanced()
	_, err = act("kstt", office.AmendPublish)
	problem(t, err, 403, "same_person")
	_, err = act("kstt2", office.AmendPublish)
	require.NoError(t, err)
	before := map[string]string{long: d.dueOf(long), working: d.dueOf(working)}
	d.advanced()
	s, err := d.AmendmentState(ctx, d.as("kstt"), models.AmendmentOutage, a.ID)
	require.NoError(t, err)
	require.Equal(t, models.AmendmentDone, s.State)
	require.Equal(t, map[string]int64{models.AmendItemDone: 2}, s.Counts)
	require.Equal(t, before[long], d.dueOf(long), "an hour still ends on the same day")
	require.Equal(t, "03-03 09:00", before[working])
	require.Equal(t, "03-03 10:00", d.dueOf(working), "an hour limit moves by the hour")
	_, err = act("kstt2", office.AmendUndo)
	require.Contains(t, problem(t, err, 409, "outage_final").Detail, "không được sớm lại")
	require.NoError(t, d.Audit(ctx, working))
	told, _, err := d.store.Notifications(ctx, models.NotificationFilter{Recipient: models.RecipientApplicant, Dossier: working, Limit: 100})
	require.NoError(t, err)
	require.Contains(t, kinds(told), "excluded")
}

func kinds(rows []models.NotificationRow) string {
	var out []string
	for _, r := range rows {
		out = append(out, r.Kind)
	}
	return strings.Join(out, " ")
}

func appSeed(t *testing.T, d *desk) error { t.Helper(); return app.SeedDemo(t.Context(), d.store) }

func lim(s string) calendar.Limit { return calendar.MustLimit(s) }
