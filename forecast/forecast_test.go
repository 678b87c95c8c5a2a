package forecast_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/forecast"
	"motcua/procedure"
)

func monday() time.Time { return at("2026-03-02 07:30") }

// within is four standard deviations of a share of p among so many draws.
func within(p float64, draws int) float64 { return 4 * math.Sqrt(p*(1-p)/float64(draws)) }

// steps lives a dossier of a plan in line: each step takes its minutes.
func (h *house) steps(received time.Time, lead string, minutes ...int) {
	h.t.Helper()
	l := h.take(received, lead)
	for i, n := range minutes {
		received = l.step(received, n, h.plan.Steps[i].ID+"#1", "done")
	}
	l.done()
}

// TestOneStep: half of the visits took one hour, half took eight.
func TestOneStep(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("5wd", work("xet", "5wd", way("done", "tra"))))
	for range 50 {
		h.steps(monday(), "so", 60)
		h.steps(monday(), "so", 480)
	}
	p := forecast.DefaultPolicy()
	m, c := h.learn(at("2026-04-01 08:00"), p)
	require.False(t, c.Enough, "all of a day: no instant found one of them open")
	require.Contains(t, c.Says, "chưa đủ")

	// Received on Monday 30 March, due on Monday 6 April 17:00.
	l := h.take(at("2026-03-30 07:30"), "so")
	look := func(when string) forecast.Forecast { return h.of(m, l, at(when)) }
	f := look("2026-03-30 07:30")
	require.Equal(t, []any{0.0, 6 * 480, at("2026-04-06 17:00")}, []any{f.Probability, f.Left, f.Due})
	require.Equal(t, []any{"xet", "so"}, []any{f.Step, f.Agency})
	require.InDelta(t, 270, f.StepMinutes, 420*within(0.5, p.Draws), "the mean of 60 and 480")

	// A visit that has lasted two hours is one of the long ones: six hours are left, whatever is drawn.
	f = look("2026-03-30 09:30")
	require.Equal(t, []any{0.0, 360, at("2026-03-30 17:00"), at("2026-03-30 17:00")}, []any{f.Probability, f.Needs, f.Expected, f.Likely})
}

// TestHalf: what is left of the promise is more than a short visit and less than a long one, so half are late.
func TestHalf(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("4wh", work("xet", "2wh", way("done", "tra"))))
	for range 50 {
		h.steps(monday(), "so", 60)
		h.steps(monday(), "so", 480)
	}
	p := forecast.DefaultPolicy()
	m, _ := h.learn(at("2026-04-01 08:00"), p)
	l := h.take(at("2026-04-01 07:30"), "so")
	f := h.of(m, l, at("2026-04-01 07:30"))
	require.InDelta(t, 0.5, f.Probability, within(0.5, p.Draws))
	require.Equal(t, 240, f.Left)
	require.Equal(t, f, h.of(m, l, at("2026-04-01 07:30")), "the same is forecast the same")
	require.InDelta(t, 1, h.of(m, l, at("2026-04-01 08:30")).Probability, 0, "one hour has passed: it is a long one")

	data, err := json.Marshal(m)
	require.NoError(t, err)
	var read forecast.Model
	require.NoError(t, json.Unmarshal(data, &read))
	require.Equal(t, f, h.of(&read, l, at("2026-04-01 07:30")), "a model that was stored is the same one")
}

// TestTwoSteps: the sum of two draws, against all pairs counted by hand.
func TestTwoSteps(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("8wh", work("mot", "4wh", way("done", "hai")), work("hai", "4wh", way("done", "tra"))))
	first, second := []int{60, 120, 180, 240, 300}, []int{30, 90, 200, 350}
	for i := range 20 {
		h.steps(monday(), "so", first[i%5], second[i%4])
	}
	p := forecast.DefaultPolicy()
	m, _ := h.learn(at("2026-04-01 08:00"), p)
	late := 0
	for _, a := range first {
		for _, b := range second {
			if a+b > 360 {
				late++
			}
		}
	}
	l := h.take(at("2026-04-01 07:30"), "so")
	require.InDelta(t, 0, h.of(m, l, at("2026-04-01 07:30")).Probability, 0.4, "480 are left at first")
	// With 360 minutes left and the first step done at once, only the second counts: 350 is the longest.
	l.do(at("2026-04-01 07:30"), dossier.Act{Kind: dossier.ActComplete, Task: "mot#1"})
	require.Zero(t, h.of(m, l, at("2026-04-01 07:30")).Probability)

	tight := newHouse(t, plan("6wh", h.plan.Steps[0], h.plan.Steps[1]))
	tight.lives = h.lives
	want := float64(late) / 20
	got := tight.of(m, tight.take(at("2026-04-01 07:30"), "so"), at("2026-04-01 07:30"))
	require.InDelta(t, want, got.Probability, within(want, p.Draws))
	require.Equal(t, "mot", got.Step, "180 on average against 167")
}

// TestAgencies: the slow agency's dossiers are in danger, the quick one's are not; an agency without a history of its own has that of
// all.
func TestAgencies(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("8wh", work("xet", "4wh", way("done", "tra"))))
	for range 20 {
		h.steps(monday(), "nhanh", 60)
		h.steps(monday(), "cham", 600)
	}
	p := forecast.DefaultPolicy()
	m, _ := h.learn(at("2026-04-01 08:00"), p)
	now := at("2026-04-01 07:30")
	quick, slow, fresh := h.of(m, h.take(now, "nhanh"), now), h.of(m, h.take(now, "cham"), now), h.of(m, h.take(now, "moi"), now)
	require.Equal(t, []any{0.0, 1.0}, []any{quick.Probability, slow.Probability})
	require.InDelta(t, 0.5, fresh.Probability, within(0.5, p.Draws))
	require.Equal(t, []string{forecast.BasisAgency, forecast.BasisAgency, forecast.BasisStep}, []string{quick.Basis, slow.Basis, fresh.Basis})
}

// TestKinds: a step that nobody has done yet takes the share of its budget that such steps take; a step unlike any is not guessed at.
func TestKinds(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("8wh", work("xet", "4wh", way("done", "tra"))))
	for range 20 {
		h.steps(monday(), "so", 120) // half of its budget
	}
	m, _ := h.learn(at("2026-04-01 08:00"), forecast.DefaultPolicy())
	now := at("2026-04-01 07:30")
	other := newHouse(t, plan("8wh", work("moi", "6wh", way("done", "tra"))))
	f := other.of(m, other.take(now, "so"), now)
	require.Equal(t, []any{180, forecast.BasisKind}, []any{f.Needs, f.Basis})

	alone := work("la", "6wh", way("done", "tra"))
	alone.Role = "do-dac"
	strange := newHouse(t, plan("8wh", work("xet", "4wh", way("done", "la")), alone))
	f = strange.of(m, strange.take(now, "so"), now)
	require.Equal(t, []string{"la"}, f.Thin)
	require.Zero(t, f.Expected, "nothing is said")
	require.Zero(t, f.Probability)
}

// TestWaysOut: one in four is done again, which takes as long once more.
func TestWaysOut(t *testing.T) {
	t.Parallel()
	again := work("xet", "4wh", way("done", "ky"))
	again.MaxVisits = 3
	h := newHouse(t, plan("6wh", again, work("ky", "1wh", way("done", "tra"), way("lam-lai", "xet"))))
	for i := range 40 {
		l := h.take(monday(), "so")
		end := l.step(l.step(monday(), 200, "xet#1", "done"), 10, "ky#1", map[bool]string{true: "lam-lai", false: "done"}[i%4 == 0])
		if i%4 == 0 {
			end = l.step(end, 200, "xet#2", "done")
		}
		l.done()
		_ = end
	}
	p := forecast.DefaultPolicy()
	m, _ := h.learn(at("2026-04-01 08:00"), p)
	now := at("2026-04-01 07:30")
	f := h.of(m, h.take(now, "so"), now)
	require.InDelta(t, 0.25, f.Probability, within(0.25, p.Draws), "210 minutes fit into 360, 420 do not")
}

// TestBranches: two branches run side by side and the slower one counts; excluded time does not.
func TestBranches(t *testing.T) {
	t.Parallel()
	tax := procedure.Step{ID: "thue", Kind: procedure.StepWait, Wait: procedure.WaitAct, Excluded: true, Leg: "tax", Ground: "luật", Outcomes: []procedure.Outcome{way("done", "gop")}}
	both := work("gop", "1wh", way("done", "tra"))
	both.Join = []string{"do", "thue"}
	h := newHouse(t, plan("8wh", work("xet", "1wh", way("done", "do", "thue")), work("do", "4wh", way("done", "gop")), tax, both))
	live := func(measured, taxed int) {
		l := h.take(monday(), "so")
		end := l.step(monday(), 30, "xet#1", "done")
		if measured <= taxed {
			l.step(end, measured, "do#1", "done")
			end = l.step(end, taxed, "thue#1", "done")
		} else {
			l.step(end, taxed, "thue#1", "done")
			end = l.step(end, measured, "do#1", "done")
		}
		l.step(end, 20, "gop#1", "done")
		l.done()
	}
	for range 20 {
		live(100, 2000)
	}
	m, _ := h.learn(at("2026-04-01 08:00"), forecast.DefaultPolicy())
	now := at("2026-04-01 07:30")
	f := h.of(m, h.take(now, "so"), now)
	require.Equal(t, []any{0.0, 50}, []any{f.Probability, f.Needs}, "the tax office ends last, and its time does not count")
	require.True(t, at("2026-04-07 09:40").Equal(f.Expected), "2050 minutes on: four days of 480, and 130 more")

	h.lives = nil
	for range 20 {
		live(470, 100)
	}
	m, _ = h.learn(at("2026-04-01 08:00"), forecast.DefaultPolicy())
	f = h.of(m, h.take(now, "so"), now)
	require.Equal(t, []any{1.0, 520, "do"}, []any{f.Probability, f.Needs, f.Step}, "measuring ends last")
}

// TestNothingToForecast: what is late, not accepted or over.
func TestNothingToForecast(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("8wh", work("xet", "4wh", way("done", "tra"))))
	for range 20 {
		h.steps(monday(), "so", 120)
	}
	m, _ := h.learn(at("2026-04-01 08:00"), forecast.DefaultPolicy())
	f := forecast.New(m, h.sources())
	l := h.take(at("2026-04-01 07:30"), "so")
	_, err := f.Of(l.s, at("2026-04-02 07:31"))
	require.ErrorIs(t, err, forecast.ErrNotForecast, "late since 17:00")
	_, err = f.Of(l.s, at("2026-04-01 17:00"))
	require.NoError(t, err)
	l.step(at("2026-04-01 07:30"), 60, "xet#1", "done")
	_, err = f.Of(l.s, at("2026-04-01 09:00"))
	require.ErrorIs(t, err, forecast.ErrNotForecast)
	_, err = f.Of(&dossier.State{}, at("2026-04-01 09:00"))
	require.ErrorIs(t, err, forecast.ErrNotForecast)
}

// TestWaiting: while the clock stands still the promise moves along; papers that start the limit anew give the whole of it.
func TestWaiting(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("8wh", work("xet", "4wh", way("done", "tra"))))
	for range 20 {
		h.steps(monday(), "so", 400)
	}
	m, _ := h.learn(at("2026-04-01 08:00"), forecast.DefaultPolicy())
	now := at("2026-04-01 07:30")
	l := h.take(now, "so").do(at("2026-04-01 08:30"), dossier.Act{Kind: dossier.ActSuspend, Task: "xet#1", Ground: "luật"})
	f := h.of(m, l, at("2026-04-03 08:30"))
	require.Equal(t, []any{true, 420, 340, 0.0}, []any{f.Waiting, f.Left, f.Needs, f.Probability})

	l = h.take(now, "so").do(at("2026-04-01 16:00"), dossier.Act{Kind: dossier.ActRequestSupplement, Task: "xet#1", Reasoned: true})
	f = h.of(m, l, at("2026-04-03 08:30"))
	require.Equal(t, []any{true, 480}, []any{f.Waiting, f.Left})
	require.Zero(t, f.Probability)
}

// TestNoPeeking: journals that go on after the instant make the same model and the same figures as journals that end there.
func TestNoPeeking(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan("5wd", work("xet", "5wd", way("done", "tra"))))
	start := at("2025-10-01 07:30")
	for i := range 400 {
		received, err := h.cal.Advance(start, i*120)
		require.NoError(t, err)
		h.steps(received, "so", 300+(i*577)%3200)
	}
	now := at("2026-01-14 10:00")
	m, c := h.learn(now, forecast.DefaultPolicy())
	require.True(t, c.Enough, c.Says)
	cut := newHouse(t, h.plan)
	for _, events := range h.lives {
		n := 0
		for n < len(events) && !events[n].Recorded.After(now) {
			n++
		}
		if n > 0 {
			cut.lives = append(cut.lives, events[:n])
		}
	}
	require.Less(t, len(cut.lives), len(h.lives))
	m2, c2 := cut.learn(now, forecast.DefaultPolicy())
	require.Equal(t, c, c2)
	require.Equal(t, m, m2)
}
