package rehearsal_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/procedure"
	"motcua/simulate"
	"motcua/workflows/rehearsal"
)

// Whatever people do and leave undone, the workflow and the machine live the same dossier: the same events with the same digest,
// the same answers to acts, the same next alarm, the same view. A quick run plays a few hundred scenarios; a long one is
//
//	go test ./workflows/rehearsal -run TestRandomScenarios -rapid.checks=20000 -timeout 1h
//
// which plays that many for each family of procedures. A failure prints its seed and shrinks to the shortest such scenario.
func TestRandomScenarios(t *testing.T) {
	t.Parallel()
	plans, err := library.Plans()
	require.NoError(t, err)
	cal := nation(t)
	families := map[string]func(x *procedure.Executable) bool{
		"single":   func(x *procedure.Executable) bool { return x.Merged == nil },
		"merged":   func(x *procedure.Executable) bool { return x.Merged != nil },
		"parallel": parallel,
		"waiting": func(x *procedure.Executable) bool {
			return slices.ContainsFunc(x.Steps, func(s procedure.Step) bool { return s.Kind == procedure.StepWait || s.Silence != "" })
		},
	}
	var mu sync.Mutex
	all := map[string]int{}
	t.Cleanup(func() {
		for _, kind := range []string{
			"step_completed", "rung_fired", "withdrawn", "stopped", "branch_arrived", "supplement_requested", "supplement_checked",
			"suspended", "resumed", "payment_requested", "payment_confirmed", "finished", "returned", "intake_refused",
		} {
			require.True(t, t.Failed() || all[kind] > 0, "no scenario has %s: nothing is proven about it", kind)
		}
	})
	for name, belongs := range families {
		var list []*procedure.Executable
		for _, p := range plans {
			if belongs(&p.Exec) {
				list = append(list, &p.Exec)
			}
		}
		require.NotEmpty(t, list, name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := tally{}
			rapid.Check(t, func(t *rapid.T) {
				sc := imagined(t, list, cal)
				r, err := rehearsal.Run(sc)
				var refusal *dossier.Refusal
				if errors.As(err, &refusal) { // the officers' choices lead round a loop more often than the procedure allows
					return
				}
				require.NoError(t, err, "%s", described(sc))
				require.Empty(t, r.Differences, "%s", described(sc))
				for _, e := range r.Engine.Events() {
					if f, ok := e.Body.(dossier.RungFired); ok {
						require.NotEmpty(t, f.To, "%s reaches nobody\n%s", f.Rung, described(sc))
					}
				}
				seen.add(&r.Engine)
			})
			t.Logf("%d kịch bản, %d sự kiện, %d việc (%d bị từ chối): %v", seen.scenarios, seen.events, seen.acts, seen.refused, seen.kinds)
			mu.Lock()
			defer mu.Unlock()
			for kind, n := range seen.kinds {
				all[kind] += n
			}
		})
	}
}

func parallel(x *procedure.Executable) bool {
	return slices.ContainsFunc(x.Steps, func(s procedure.Step) bool { return len(s.Join) > 0 })
}

// tally counts what the scenarios held.
type tally struct {
	scenarios, events, acts, refused int
	kinds                            map[string]int
}

func (n *tally) add(o *simulate.Outcome) {
	if n.kinds == nil {
		n.kinds = map[string]int{}
	}
	n.scenarios++
	for _, e := range o.Events() {
		n.events++
		n.kinds[e.Body.Kind()]++
	}
	for _, p := range o.Played {
		n.acts++
		if p.Refusal != nil {
			n.refused++
		}
	}
}

// imagined is a random scenario: a procedure, its facts, a receipt, a pace, ways out, and acts that may be right, wrong or late.
func imagined(t *rapid.T, plans []*procedure.Executable, cal *calendar.Calendar) simulate.Scenario {
	x := plans[rapid.IntRange(0, len(plans)-1).Draw(t, "plan")]
	day := calendar.NewDate(2026, 1, 5) + calendar.Date(rapid.IntRange(0, 300).Draw(t, "day"))
	sc := simulate.Scenario{
		Plan: x, Calendar: cal, Policy: dossier.DefaultPolicy(), Received: day.Time().Add(minute(t)),
		Channel: rapid.SampledFrom([]string{dossier.ChannelCounter, dossier.ChannelCounter, dossier.ChannelOnline, dossier.ChannelPost}).Draw(t, "channel"),
		Pace:    rapid.SampledFrom([]simulate.Pace{simulate.PaceFull, simulate.PaceHalf, simulate.PaceNone}).Draw(t, "pace"), Choose: map[string]string{},
	}
	sc.Until = sc.Received.AddDate(0, 0, rapid.IntRange(5, 120).Draw(t, "days"))
	for _, c := range x.Conditions {
		if rapid.Bool().Draw(t, c) {
			sc.Conditions = append(sc.Conditions, c)
		}
	}
	for i := range x.Steps {
		if s := &x.Steps[i]; len(s.Outcomes) > 1 && rapid.IntRange(0, 2).Draw(t, "chosen "+s.ID) == 0 {
			sc.Choose[s.ID] = s.Outcomes[rapid.IntRange(0, len(s.Outcomes)-1).Draw(t, s.ID)].Name
		}
	}
	if sc.Channel != dossier.ChannelCounter && rapid.IntRange(0, 5).Draw(t, "accepted") > 0 {
		sc.Acts = append(sc.Acts, dossier.Act{Kind: dossier.ActAccept, At: later(t, sc.Received, 3), By: "mot-cua"})
	}
	for range rapid.IntRange(0, 8).Draw(t, "acts") {
		sc.Acts = append(sc.Acts, someAct(t, x, sc.Received))
	}
	for range rapid.IntRange(0, 2).Draw(t, "pauses") {
		sc.Acts = append(sc.Acts, somePause(t, x, sc.Received)...)
	}
	return sc
}

// somePause is an act that a step allows, at the time for which the officer waits with it, and mostly the answer to it.
func somePause(t *rapid.T, x *procedure.Executable, received time.Time) []dossier.Act {
	var steps []*procedure.Step
	for i := range x.Steps {
		if len(x.Steps[i].May) > 0 {
			steps = append(steps, &x.Steps[i])
		}
	}
	if len(steps) == 0 {
		return nil
	}
	step := rapid.SampledFrom(steps).Draw(t, "pausing")
	ask := dossier.Act{
		Task: step.ID, At: later(t, received, 12), By: "chuyen-vien", Reasoned: true, Ground: "NĐ", Document: "12/QĐ",
		Approval: "lanh-dao", GuidanceIgnored: rapid.Bool().Draw(t, "ignored"), To: x.Start,
	}
	answer := dossier.Act{At: later(t, ask.At, 25), By: "applicant", Complete: rapid.IntRange(0, 3).Draw(t, "complete") > 0}
	switch rapid.SampledFrom(step.May).Draw(t, "may") {
	case procedure.MaySupplement:
		ask.Kind, answer.Kind = dossier.ActRequestSupplement, dossier.ActProvideSupplement
	case procedure.MaySuspend:
		ask.Kind, answer.Kind = dossier.ActSuspend, dossier.ActResume
	case procedure.MayPayment:
		ask.Kind, answer.Kind = dossier.ActRequestPayment, dossier.ActConfirmPayment
		ask.Payment, answer.Payment, ask.Financial = "nghia-vu", "nghia-vu", rapid.Bool().Draw(t, "financial")
	default:
		ask.Kind = dossier.ActSendBack
		return []dossier.Act{ask}
	}
	if rapid.IntRange(0, 4).Draw(t, "unanswered") == 0 {
		return []dossier.Act{ask}
	}
	return []dossier.Act{ask, answer}
}

// minute of a day, mostly where something begins or ends.
func minute(t *rapid.T) time.Duration {
	m := rapid.OneOf(rapid.SampledFrom([]int{0, 449, 450, 451, 689, 690, 779, 780, 900, 901, 1019, 1020, 1021}), rapid.IntRange(0, 1439)).Draw(t, "minute")
	return time.Duration(m) * time.Minute
}

func later(t *rapid.T, from time.Time, days int) time.Time {
	at := calendar.DateOf(from).Time().AddDate(0, 0, rapid.IntRange(0, days).Draw(t, "after")).Add(minute(t))
	if at.Before(from) {
		return from
	}
	return at
}

func someAct(t *rapid.T, x *procedure.Executable, received time.Time) dossier.Act {
	a := dossier.Act{
		Kind: rapid.SampledFrom([]string{
			dossier.ActComplete, dossier.ActComplete, dossier.ActSendBack, dossier.ActRequestSupplement, dossier.ActRequestSupplement,
			dossier.ActProvideSupplement, dossier.ActProvideSupplement, dossier.ActCheckSupplement, dossier.ActSuspend, dossier.ActResume,
			dossier.ActRequestPayment, dossier.ActConfirmPayment, dossier.ActReappoint, dossier.ActExtend, dossier.ActExclude, dossier.ActAssign,
			dossier.ActWithdraw, dossier.ActStop, dossier.ActReopen, dossier.ActReturn, dossier.ActFinish, dossier.ActRefuseIntake,
		}).Draw(t, "kind"),
		At: later(t, received, 60), By: rapid.SampledFrom([]string{"chuyen-vien", "lanh-dao", "applicant"}).Draw(t, "by"),
		Reasoned: rapid.IntRange(0, 4).Draw(t, "reasoned") > 0, Complete: rapid.Bool().Draw(t, "complete"),
	}
	step := &x.Steps[rapid.IntRange(0, len(x.Steps)-1).Draw(t, "step")]
	if rapid.Bool().Draw(t, "named") {
		a.Task = step.ID
	}
	if len(step.Outcomes) > 0 && rapid.Bool().Draw(t, "chosen") {
		a.Outcome = step.Outcomes[rapid.IntRange(0, len(step.Outcomes)-1).Draw(t, "outcome")].Name
	}
	a.To = x.Steps[rapid.IntRange(0, len(x.Steps)-1).Draw(t, "to")].ID
	if rapid.IntRange(0, 3).Draw(t, "papered") > 0 {
		a.Ground, a.Document, a.Approval, a.GuidanceIgnored = "NĐ", "12/QĐ", "lanh-dao", true
	}
	switch a.Kind {
	case dossier.ActExclude:
		a.From = later(t, received, 20)
		a.Until = a.From.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "excluded")) * time.Minute)
	case dossier.ActReappoint:
		a.Until = later(t, a.At, 30)
	case dossier.ActRequestPayment:
		a.Payment, a.Amount, a.Financial = fmt.Sprintf("khoan-%d", rapid.IntRange(1, 2).Draw(t, "payment")), 50_000, rapid.Bool().Draw(t, "financial")
	case dossier.ActExtend:
		if n := len(x.Extensions); n > 0 {
			a.Extension = x.Extensions[rapid.IntRange(0, n-1).Draw(t, "extension")].ID
		}
	case dossier.ActRefuseIntake:
		a.At = later(t, received, 2)
	}
	return a
}

// described is what a person needs to live the scenario again.
func described(sc simulate.Scenario) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s nhận %s kênh %s nhịp %q điều kiện %v chọn %v đến %s", sc.Plan.Code, sc.Received.Format(time.DateTime), sc.Channel, sc.Pace,
		sc.Conditions, sc.Choose, sc.Until.Format(time.DateTime))
	for _, a := range sc.Acts {
		fmt.Fprintf(&b, "\n  %s %s bước %q lối %q đến %q", a.At.Format(time.DateTime), a.Kind, a.Task, a.Outcome, a.To)
	}
	return b.String()
}
