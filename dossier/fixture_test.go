package dossier_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// office is a week without holidays from 2023 to 2035, except those given.
func office(t testing.TB, off ...calendar.Date) *calendar.Calendar {
	t.Helper()
	day := calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}}
	c, err := calendar.New(calendar.Spec{
		FromYear: 2023, ToYear: 2035,
		Week: [7]calendar.Sessions{{}, day, day, day, day, day, {}},
		Off:  off,
	})
	require.NoError(t, err)
	return c
}

func lim(s string) calendar.Limit { return calendar.MustLimit(s) }

func to(steps ...string) []procedure.Edge {
	var out []procedure.Edge
	for _, s := range steps {
		out = append(out, procedure.Edge{To: s})
	}
	return out
}

func out(name string, steps ...string) procedure.Outcome {
	return procedure.Outcome{Name: name, Edges: to(steps...)}
}

// split is a procedure of 12 working days: receive, appraise, (tax and payment, outside the clock), sign, return.
func split() *procedure.Executable {
	may := []string{procedure.MaySupplement, procedure.MaySuspend, procedure.MayPayment, procedure.MaySendBack}
	return &procedure.Executable{
		Code: "1.012784", Plan: "test", Limit: lim("12wd"), Start: "tiep-nhan",
		Intake: procedure.Intake{Limits: []procedure.ChannelLimit{{Channel: dossier.ChannelOnline, Limit: lim("8wh")}}},
		Supplement: procedure.Supplement{
			Effect: procedure.EffectRestart, Within: lim("3wd"), Answer: lim("15d"), Check: lim("8wh"), Ground: "NĐ 61/2018 Đ19.4",
		},
		Extensions: []procedure.Extension{{ID: "ly-do", Add: lim("3wd"), Ground: "NĐ 99/2022 Đ16.1", Times: 1}},
		Steps: []procedure.Step{
			{ID: "tiep-nhan", Kind: procedure.StepWork, Role: "mot-cua", Agency: procedure.RefReceiving, Limit: lim("0.5wd"), Outcomes: []procedure.Outcome{out("done", "tham-dinh")}},
			{ID: "tham-dinh", Kind: procedure.StepWork, Role: "chuyen-vien", Limit: lim("9wd"), May: may, Outcomes: []procedure.Outcome{out("dat", "ky"), out("thue", "thue"), out("tu-choi", "tu-choi"), out("song-song", "do-dac", "lay-y-kien")}},
			{ID: "thue", Kind: procedure.StepWait, Wait: procedure.WaitAct, Agency: "co-quan-thue", Limit: lim("5wd"), Leg: "tax", Excluded: true, Ground: "NĐ 101/2024", Outcomes: []procedure.Outcome{out("done", "nop-tien")}},
			{ID: "nop-tien", Kind: procedure.StepWait, Wait: procedure.WaitPayment, Leg: dossier.LegPayment, Excluded: true, Ground: "NĐ 101/2024", Expires: lim("30d"), Outcomes: []procedure.Outcome{out("done", "ky")}},
			{ID: "do-dac", Kind: procedure.StepWork, Role: "do-dac", Limit: lim("2wd"), Outcomes: []procedure.Outcome{out("done", "gop")}},
			{ID: "lay-y-kien", Kind: procedure.StepWait, Wait: procedure.WaitAct, Leg: "consulted", Excluded: true, Ground: "luật", Outcomes: []procedure.Outcome{out("done", "gop")}},
			{ID: "gop", Kind: procedure.StepWork, Role: "chuyen-vien", Limit: lim("1wd"), Join: []string{"do-dac", "lay-y-kien"}, Outcomes: []procedure.Outcome{out("done", "ky")}},
			{ID: "ky", Kind: procedure.StepWork, Role: "lanh-dao", Limit: lim("2wd"), May: may, MaxVisits: 3, Reentry: procedure.ReentryRestart, Outcomes: []procedure.Outcome{out("duyet", "tra-kq"), out("lam-lai", "tham-dinh")}},
			{ID: "tra-kq", Kind: procedure.StepReturn, Role: "mot-cua", Agency: procedure.RefReceiving, Results: []string{"gcn"}},
			{ID: "tu-choi", Kind: procedure.StepReturn, Role: "mot-cua", Agency: procedure.RefReceiving, Refusal: true},
		},
		Ladder: []procedure.Rung{
			{ID: "nua", On: procedure.OnDossier, Share: 50, To: []string{procedure.ToAssignee}, Do: []string{procedure.DoNotify}},
			{ID: "truoc", On: procedure.OnDossier, Before: lim("1wd"), To: []string{procedure.ToHeadOfUnit}, Do: []string{procedure.DoPropose}},
			{ID: "qua-han", On: procedure.OnDossier, AtDue: true, To: []string{procedure.ToHeadOfAgency}, Do: []string{procedure.DoNotify, procedure.DoHandUp}},
			{ID: "don-doc", On: procedure.OnDossier, After: lim("1wd"), Times: 2, To: []string{procedure.ToControl}, Do: []string{procedure.DoNotify}},
			{ID: "buoc", On: procedure.OnStep, AtDue: true, To: []string{procedure.ToAssignee}, Do: []string{procedure.DoNotify}},
			{ID: "cham", On: procedure.OnIntake, AtDue: true, To: []string{procedure.ToOneStop}, Do: []string{procedure.DoNotify}},
		},
	}
}

// hand drives one dossier through acts at chosen instants.
type hand struct {
	t      testing.TB
	d      dossier.Deps
	s      *dossier.State
	events []dossier.Event
	n      int
}

func newHand(t testing.TB, plan *procedure.Executable, off ...calendar.Date) *hand {
	t.Helper()
	c := office(t, off...)
	return &hand{t: t, s: &dossier.State{}, d: dossier.Deps{
		Plan: plan, Policy: dossier.DefaultPolicy(), Skew: 2 * time.Minute,
		Calendars: func(string) (*calendar.Calendar, error) { return c, nil },
	}}
}

// at reads "2026-03-02 09:00" as legal time.
func at(s string) time.Time {
	x, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
	if err != nil {
		panic(err)
	}
	return x
}

func (h *hand) try(when string, a dossier.Act) error {
	h.t.Helper()
	return h.tryAt(at(when), a)
}

func (h *hand) tryAt(when time.Time, a dossier.Act) error {
	h.t.Helper()
	h.n++
	a.ID, a.At = fmt.Sprintf("act-%d", h.n), when
	if a.By == "" {
		a.By = "cb-1"
	}
	events, err := dossier.Do(h.d, h.s, a, when)
	h.events = append(h.events, events...)
	return err
}

func (h *hand) do(when string, a dossier.Act) {
	h.t.Helper()
	require.NoError(h.t, h.try(when, a))
}

func (h *hand) refused(when, code string, a dossier.Act) *dossier.Refusal {
	h.t.Helper()
	before := h.s.Clone()
	err := h.try(when, a)
	var r *dossier.Refusal
	require.ErrorAs(h.t, err, &r)
	require.Equal(h.t, code, r.Code, r.Detail)
	require.NotEmpty(h.t, r.Detail)
	require.Equal(h.t, before, h.s.Clone(), "a refused act leaves the state untouched")
	return r
}

func (h *hand) tick(when string) []string {
	h.t.Helper()
	n := len(h.events)
	h.do(when, dossier.Act{Kind: dossier.ActAlarm})
	var fired []string
	for _, e := range h.events[n:] {
		if f, ok := e.Body.(dossier.RungFired); ok {
			fired = append(fired, f.Rung+" "+f.Instant.Format("01-02 15:04"))
		}
	}
	return fired
}

func (h *hand) submit(when, channel string) {
	h.t.Helper()
	h.do(when, dossier.Act{Kind: dossier.ActSubmit, Intake: &dossier.IntakeFacts{
		Code: "H99.14-260302-0001", Channel: channel, Receiving: "H99.01", Lead: "H99.14",
		Bindings:  []dossier.Binding{{Ref: "co-quan-thue", Agency: "H99.20"}},
		Calendars: []dossier.AgencyCalendar{{Agency: "H99.01", Hash: "x"}},
	}})
}

// accepted brings a dossier to the appraisal at 2026-03-02 (Monday) 09:00, due 2026-03-18.
func (h *hand) accepted() {
	h.t.Helper()
	h.submit("2026-03-02 09:00", dossier.ChannelCounter)
	h.do("2026-03-02 09:00", dossier.Act{Kind: dossier.ActAccept, Register: 1})
	h.do("2026-03-02 10:00", dossier.Act{Kind: dossier.ActComplete})
}

func (h *hand) view(when string) dossier.View {
	h.t.Helper()
	v, err := dossier.Look(h.d, h.s, at(when))
	require.NoError(h.t, err)
	return v
}

func (h *hand) due(when string) string {
	h.t.Helper()
	return h.view(when).DueAt.Format("2006-01-02 15:04")
}

func (h *hand) verdict(when string) dossier.Verdict {
	h.t.Helper()
	v, err := dossier.Judge(h.d, h.s, at(when))
	require.NoError(h.t, err)
	return v
}

func (h *hand) class(when string) string {
	h.t.Helper()
	return h.verdict(when).Class
}
