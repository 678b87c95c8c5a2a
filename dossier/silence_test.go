package dossier_test

import (
	"cmp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/dossier"
	"motcua/procedure"
)

// consulting asks two agencies whose silence counts as consent, beside the lead agency's own appraisal.
func consulting(t testing.TB) *procedure.Plan {
	t.Helper()
	return defined(t, `
limit: 10wd
supplement: {effect: pause}
escalation:
  - {id: sap-het, on: step, before: 1wd, to: [assignee], do: [notify]}
  - {id: het, on: step, at-due: true, to: [head_of_agency], do: [notify]}
steps:
  - {id: gui, name: Gửi lấy ý kiến, role: chuyen-vien, limit: 0.5wd, outcomes: {gui: [tham-dinh, thue, cong-an]}}
  - {id: tham-dinh, name: Thẩm định, role: chuyen-vien, limit: 2wd, may: [supplement], outcomes: {xong: gop}}
  - {id: thue, name: Thuế cho ý kiến, role: can-bo, agency: thue, limit: 3wd, silence: dong-y, ground: "Luật mẫu Đ5", outcomes: {dong-y: gop, phan-doi: giai-trinh}}
  - {id: cong-an, name: Công an cho ý kiến, role: can-bo, agency: cong-an, limit: 4wd, silence: dong-y, ground: "Luật mẫu Đ6", outcomes: {dong-y: gop, phan-doi: giai-trinh}}
  - {id: giai-trinh, name: Giải trình, role: chuyen-vien, limit: 1wd, outcomes: {xong: gop}}
  - {id: gop, name: Gộp ý kiến, role: chuyen-vien, after: [tham-dinh, thue, cong-an, giai-trinh], limit: 2wd, max-visits: 1, outcomes: {dat: tra, khong: tu-choi}}`)
}

// "Silence after the limit may count as consent, where the definition says so": at the end of the agency's own limit, whenever
// the clock is looked at, and the record says that nobody answered.
func TestSentenceSilenceCounts(t *testing.T) {
	t.Parallel()
	plan := consulting(t)
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 09:00", plan, nil)
	h.done("2026-03-02 10:00", "", "gui")
	require.Equal(t, "dong-y", h.view("2026-03-02 10:00").Tasks[1].Silence)
	h.done("2026-03-03 09:00", "tham-dinh#1", "")
	h.tick("2026-03-05 09:59")
	require.Equal(t, []string{"thue#1", "cong-an#1"}, h.tasks("2026-03-05 09:59"))
	// Nobody looks at the clock until Monday the 9th: three days from Monday 10:00 ended on Thursday 10:00, four on Friday.
	n := len(h.events)
	require.NoError(t, tickTo(h, at("2026-03-09 08:00")))
	require.Equal(t, []string{"gop#1"}, h.tasks("2026-03-09 08:00"))
	var order []string
	for _, e := range h.events[n:] {
		order = append(order, e.At.Format("01-02 15:04 ")+e.Body.Kind())
		require.Equal(t, dossier.ByClock, e.By, "silence is nobody's act")
		require.Empty(t, e.Act)
	}
	require.Equal(t, []string{
		"03-05 10:00 rung_fired", // the limit is over: whoever is told of that is told
		"03-05 10:00 step_completed", "03-05 10:00 branch_arrived",
		"03-06 10:00 rung_fired", "03-06 10:00 step_completed", "03-06 10:00 branch_arrived", "03-06 10:00 step_opened",
		"03-06 16:59 rung_fired", // the join is due on Tuesday: reminded a working day before
	}, order)
	completed := h.events[n+1].Body.(dossier.StepCompleted)
	require.Equal(t, dossier.StepCompleted{Task: "thue#1", Outcome: "dong-y", Silence: true, Ground: "Luật mẫu Đ5"}, completed)
	require.Equal(t, dossier.Rebuild(h.events).Visits, h.s.Visits)
	ledger, err := dossier.Ledger(h.d, h.s, at("2026-03-09 08:00"))
	require.NoError(t, err)
	require.Equal(t, "cong-an#1", ledger[1].Task)
	require.Equal(t, 4*480, ledger[1].Minutes, "the agency that ended last, to the minute")
}

// A pause of the dossier stops the agency's limit as it stops every budget; an answer in time is an answer.
func TestSilenceWaitsWhileTheDossierStandsStill(t *testing.T) {
	t.Parallel()
	plan := consulting(t)
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 09:00", plan, nil)
	h.done("2026-03-02 10:00", "", "gui")
	h.do("2026-03-03 10:00", dossier.Act{Kind: dossier.ActRequestSupplement, Task: "tham-dinh#1", Reasoned: true})
	h.tick("2026-03-09 10:00")
	require.Len(t, h.tasks("2026-03-09 10:00"), 3)
	h.do("2026-03-09 10:00", dossier.Act{Kind: dossier.ActProvideSupplement, Complete: true})
	h.done("2026-03-10 10:00", "thue#1", "phan-doi")
	h.tick("2026-03-12 09:59")
	require.Equal(t, []string{"tham-dinh#1", "cong-an#1", "giai-trinh#1"}, h.tasks("2026-03-12 09:59"))
	h.tick("2026-03-12 10:00")
	require.Equal(t, []string{"tham-dinh#1", "giai-trinh#1"}, h.tasks("2026-03-12 10:00"), "one day before the pause, three after")
}

// lands plays an act that was received at one time and lands at another.
func (h *hand) lands(received, landed time.Time, a dossier.Act) error {
	h.t.Helper()
	h.n++
	a.ID, a.At, a.By = "late-"+received.Format("150405"), received, cmp.Or(a.By, "cb-8")
	events, err := dossier.Do(h.d, h.s, a, landed)
	h.events = append(h.events, events...)
	return err
}

func consulted(t testing.TB) *hand {
	plan := consulting(t)
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 09:00", plan, nil)
	h.done("2026-03-02 10:00", "", "gui")
	h.done("2026-03-03 09:00", "tham-dinh#1", "")
	return h
}

// An answer received in time that lands after silence was counted takes its place.
func TestAnswerInTimeThatLandsLate(t *testing.T) {
	t.Parallel()
	h := consulted(t)
	h.tick("2026-03-06 10:00")
	require.Equal(t, []string{"gop#1"}, h.tasks("2026-03-06 10:00"))
	object := dossier.Act{Kind: dossier.ActComplete, Task: "cong-an#1", Outcome: "phan-doi"}
	require.NoError(t, h.lands(at("2026-03-06 09:58"), at("2026-03-06 10:03"), object))
	require.Equal(t, []string{"giai-trinh#1"}, h.tasks("2026-03-06 10:03"), "the join is taken back and waits again")
	h.done("2026-03-06 11:00", "giai-trinh#1", "")
	require.Equal(t, []string{"gop#2"}, h.tasks("2026-03-06 11:00"), "what was taken back uses up no visit: one is allowed")
	require.Equal(t, dossier.Rebuild(h.events).Visits, h.s.Visits)
	ledger, err := dossier.Ledger(h.d, h.s, at("2026-03-06 11:30"))
	require.NoError(t, err)
	for i := 1; i < len(ledger); i++ {
		require.Equal(t, ledger[i-1].Until, ledger[i].From, "no minute is lost or counted twice")
	}

	h = consulted(t)
	h.tick("2026-03-06 10:00")
	agree := dossier.Act{Kind: dossier.ActComplete, Task: "cong-an#1", Outcome: "dong-y"}
	require.NoError(t, h.lands(at("2026-03-05 15:00"), at("2026-03-06 10:01"), agree))
	require.Equal(t, []string{"gop#2"}, h.tasks("2026-03-06 10:01"), "the same way, but from the time of the answer")
	require.Equal(t, "2026-03-09 15:00", h.view("2026-03-06 10:01").Tasks[0].DueAt.Format("2006-01-02 15:04"), "two days from Thursday 15:00")
	require.False(t, h.s.Visits[3].Silent)

	h = consulted(t)
	h.tick("2026-03-06 10:00")
	var refusal *dossier.Refusal
	require.ErrorAs(t, h.lands(at("2026-03-06 10:01"), at("2026-03-06 10:01"), object), &refusal)
	require.Equal(t, "task_not_open", refusal.Code, "after the limit silence has spoken")

	h = consulted(t)
	h.tick("2026-03-06 10:00")
	h.done("2026-03-06 10:02", "gop#1", "dat")
	require.ErrorAs(t, h.lands(at("2026-03-06 09:58"), at("2026-03-06 10:03"), object), &refusal)
	require.Equal(t, "time_behind", refusal.Code, "somebody acted on the silence since: the ledger only runs forward")
	require.NoError(t, h.lands(at("2026-03-06 10:00"), at("2026-03-06 10:03"), object))
	require.Equal(t, dossier.SilenceAnswered{Task: "cong-an#1", Outcome: "phan-doi", Stands: true}, h.events[len(h.events)-1].Body)
	require.Equal(t, dossier.StageFinished, h.s.Stage, "within the skew: on record, and the result stands")
}

// Whenever an answer that was received in time lands, the dossier is where it would have been had it landed at once.
func TestLandingLateMakesNoDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		answer := dossier.Act{
			Kind: dossier.ActComplete, Task: rapid.SampledFrom([]string{"thue#1", "cong-an#1"}).Draw(rt, "task"),
			Outcome: rapid.SampledFrom([]string{"dong-y", "phan-doi"}).Draw(rt, "outcome"),
		}
		over := at("2026-03-05 10:00")
		if answer.Task == "cong-an#1" {
			over = at("2026-03-06 10:00")
		}
		received := over.Add(-time.Duration(rapid.IntRange(0, 1500).Draw(rt, "before")) * time.Minute)
		landed := received.Add(time.Duration(rapid.IntRange(0, 3000).Draw(rt, "lag")) * time.Minute)
		at, until := consulted(t), consulted(t)
		require.NoError(rt, tickTo(at, received.Add(-time.Minute)))
		require.NoError(rt, at.lands(received, received, answer))
		require.NoError(rt, tickTo(at, landed))
		require.NoError(rt, tickTo(until, landed))
		require.NoError(rt, until.lands(received, landed, answer))
		require.NoError(rt, tickTo(until, landed))
		require.Equal(rt, stand(rt, at, landed), stand(rt, until, landed))
		require.Equal(rt, dossier.Rebuild(until.events).Visits, until.s.Visits)
	})
}

func tickTo(h *hand, now time.Time) error {
	events, err := dossier.Do(h.d, h.s, dossier.Act{Kind: dossier.ActAlarm}, now)
	h.events = append(h.events, events...)
	return err
}

// stand is where a dossier is: its open steps and since when, its date and what silence decided.
func stand(t require.TestingT, h *hand, now time.Time) (out []string) {
	v, err := dossier.Look(h.d, h.s, now)
	require.NoError(t, err)
	out = append(out, v.DueAt.String(), string(v.Stage))
	for _, x := range v.Tasks {
		out = append(out, x.Step+" "+x.DueAt.String())
	}
	for i := range h.s.Visits {
		if x := &h.s.Visits[i]; x.Silent {
			out = append(out, "silent "+x.Step)
		}
	}
	return out
}
