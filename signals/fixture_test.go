package signals_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
	"motcua/signals"
)

// week is 7:30 to 11:30 and 13:00 to 17:00 on five days, without holidays but those given. Monday is 2026-03-02.
func week(t testing.TB, off ...calendar.Date) *calendar.Calendar {
	t.Helper()
	day := calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}}
	c, err := calendar.New(calendar.Spec{FromYear: 2025, ToYear: 2028, Week: [7]calendar.Sessions{{}, day, day, day, day, day, {}}, Off: off})
	require.NoError(t, err)
	return c
}

func limit(s string) calendar.Limit { return calendar.MustLimit(s) }

func way(name, to string) procedure.Outcome {
	return procedure.Outcome{Name: name, Edges: []procedure.Edge{{To: to}}}
}

// plan: receive, appraise, sign (which produces the result), return. Five working days unless another limit is given.
func plan(l string) *procedure.Executable {
	may := []string{procedure.MaySupplement, procedure.MaySuspend}
	return &procedure.Executable{
		Code: "1.000001", Plan: "plan", Limit: limit(l), Start: "nhan",
		Supplement: procedure.Supplement{Effect: procedure.EffectRestart, Within: limit("3wd"), Answer: limit("15d"), Check: limit("8wh")},
		Extensions: []procedure.Extension{{ID: "ly-do", Add: limit("2wd"), Ground: "luật", Times: 1}},
		Steps: []procedure.Step{
			{ID: "nhan", Kind: procedure.StepWork, Role: "mot-cua", Agency: procedure.RefReceiving, Limit: limit("1wh"), May: may, Outcomes: []procedure.Outcome{way("done", "xet")}},
			{ID: "xet", Kind: procedure.StepWork, Role: "chuyen-vien", Limit: limit("3wd"), May: may, Outcomes: []procedure.Outcome{way("dat", "ky"), way("tat", "tra"), way("tu-choi", "tu-choi")}},
			{ID: "ky", Kind: procedure.StepWork, Role: "lanh-dao", Limit: limit("1wd"), Results: []string{"gcn"}, Outcomes: []procedure.Outcome{way("duyet", "tra")}},
			{ID: "tra", Kind: procedure.StepReturn, Role: "mot-cua", Agency: procedure.RefReceiving, Results: []string{"gcn"}},
			{ID: "tu-choi", Kind: procedure.StepReturn, Role: "mot-cua", Agency: procedure.RefReceiving, Refusal: true},
		},
	}
}

// house is what the dossiers of a test share.
type house struct {
	t         testing.TB
	plans     map[string]*procedure.Executable
	calendars map[string]*calendar.Calendar
	detector  *signals.Detector
}

func march() signals.Period {
	return signals.Period{From: at("2026-03-01 00:00"), Until: at("2026-04-01 00:00")}
}

func newHouse(t testing.TB, plans ...*procedure.Executable) *house {
	t.Helper()
	h := &house{t: t, plans: map[string]*procedure.Executable{}, calendars: map[string]*calendar.Calendar{"week": week(t)}}
	for _, p := range plans {
		h.plans[p.Plan] = p
	}
	h.look(march())
	return h
}

// look begins a look at a period.
func (h *house) look(p signals.Period) {
	h.detector = signals.New(signals.Sources{
		Plans: func(hash string) (*procedure.Executable, error) {
			if x, ok := h.plans[hash]; ok {
				return x, nil
			}
			return nil, fmt.Errorf("no plan %q", hash)
		},
		Calendars: h.calendar, Law: dossier.DefaultPolicy(),
	}, signals.DefaultPolicy(), p)
}

func (h *house) calendar(hash string) (*calendar.Calendar, error) {
	if c, ok := h.calendars[hash]; ok {
		return c, nil
	}
	return nil, fmt.Errorf("no calendar %q", hash)
}

// hand drives one dossier through acts at chosen instants.
type hand struct {
	*house
	d      dossier.Deps
	s      *dossier.State
	events []dossier.Event
	n      int
}

func (h *house) dossier(code string) *hand {
	h.t.Helper()
	return &hand{house: h, s: &dossier.State{}, d: dossier.Deps{Plan: h.plans["plan"], Policy: dossier.DefaultPolicy(), Skew: 2 * time.Minute, Calendars: h.calendar}}
}

func at(s string) time.Time {
	x, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
	if err != nil {
		panic(err)
	}
	return x
}

// do is an act at an instant, written down at once.
func (h *hand) do(when string, a dossier.Act) *hand {
	h.t.Helper()
	return h.later(when, when, a)
}

// later is an act that was written down later than it took effect.
func (h *hand) later(when, now string, a dossier.Act) *hand {
	h.t.Helper()
	h.n++
	a.ID, a.At = fmt.Sprintf("act-%d", h.n), at(when)
	if a.By == "" {
		a.By = "cb-1"
	}
	events, err := dossier.Do(h.d, h.s, a, at(now))
	require.NoError(h.t, err)
	h.events = append(h.events, events...)
	return h
}

func (h *hand) submit(when, code string) *hand {
	h.t.Helper()
	return h.do(when, dossier.Act{Kind: dossier.ActSubmit, Intake: &dossier.IntakeFacts{
		Code: code, Channel: dossier.ChannelCounter, Receiving: "quay", Lead: "so",
		Calendars: []dossier.AgencyCalendar{{Agency: "quay", Hash: "week"}, {Agency: "so", Hash: "week"}},
	}})
}

// take submits and accepts, and hands over to the appraisal.
func (h *hand) take(when, code string) *hand {
	h.t.Helper()
	return h.submit(when, code).do(when, dossier.Act{Kind: dossier.ActAccept}).do(when, dossier.Act{Kind: dossier.ActComplete, Task: "nhan#1"})
}

func (h *hand) complete(when, task, outcome string) *hand {
	h.t.Helper()
	return h.do(when, dossier.Act{Kind: dossier.ActComplete, Task: task, Outcome: outcome})
}

// done adds the dossier to the look.
func (h *hand) done() *hand {
	h.t.Helper()
	require.NoError(h.t, h.detector.Add(h.s.Code, h.events))
	return h
}

// found are the signals of a rule.
func (h *house) found(rule string) (out []signals.Signal) {
	h.t.Helper()
	for _, s := range h.detector.Found() {
		if s.Rule == rule {
			out = append(out, s)
		}
	}
	return out
}

// only is the one signal of a rule, with the kinds of its evidence.
func (h *house) only(rule string, kinds ...string) signals.Signal {
	h.t.Helper()
	found := h.found(rule)
	require.Len(h.t, found, 1)
	var got []string
	for _, e := range found[0].Evidence {
		got = append(got, e.Kind)
		require.NotZero(h.t, e.Seq)
		require.False(h.t, e.At.IsZero())
		require.NotEmpty(h.t, e.Dossier)
	}
	require.Equal(h.t, kinds, got)
	require.NotEmpty(h.t, found[0].Detail)
	return found[0]
}
