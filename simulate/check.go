package simulate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// Failure is one expectation that did not come true. Texts are Vietnamese.
type Failure struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
	// Scenario is the id of the scenario, What the thing compared and when.
	Scenario string `json:"scenario"`
	What     string `json:"what"`
	Want     string `json:"want"`
	Got      string `json:"got"`
}

// String prints the place and what was wrong, then the expected and the actual value on lines of their own.
func (f Failure) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s\n    - %s\n    + %s", f.File, f.Line, f.Col, f.Scenario, f.What, f.Want, f.Got)
}

// Report is what came of a file of scenarios.
type Report struct {
	Scenarios int       `json:"scenarios"`
	Failures  []Failure `json:"failures,omitempty"`
	Coverage  Coverage  `json:"coverage"`
}

// Test plays every scenario of a file, which was checked against the plan, and compares what it expects.
func Test(plan *procedure.Plan, cal *calendar.Calendar, f *procedure.ScenarioFile) (Report, error) {
	rep := Report{Scenarios: len(f.Scenarios), Coverage: newCoverage(&plan.Exec)}
	for i := range f.Scenarios {
		def := &f.Scenarios[i]
		sc, err := FromFile(plan, cal, def)
		if err != nil {
			return rep, fmt.Errorf("%s: %s: %w", f.File, def.ID.Value, err)
		}
		c := &comparison{file: f.File, def: def}
		out, err := Run(sc)
		var refusal *dossier.Refusal
		switch {
		case errors.As(err, &refusal):
			c.fail(def.ID.Pos, "việc làm theo nhịp bị máy từ chối", "làm được", refusal.Error())
		case err != nil:
			return rep, fmt.Errorf("%s: %s: %w", f.File, def.ID.Value, err)
		default:
			c.refusals(out.Refused)
			for k := range def.Expect {
				c.expectation(&def.Expect[k], out.Looks)
			}
			rep.Coverage.add(out.State)
		}
		rep.Failures = append(rep.Failures, c.failures...)
	}
	return rep, nil
}

// comparison collects the failures of one scenario.
type comparison struct {
	file     string
	def      *procedure.ScenarioDef
	failures []Failure
}

func (c *comparison) fail(p procedure.Pos, what, want, got string) {
	c.failures = append(c.failures, Failure{File: c.file, Line: p.Line, Col: p.Col, Scenario: c.def.ID.Value, What: what, Want: want, Got: got})
}

func (c *comparison) refusals(refused []Refused) {
	byAct := map[int]*dossier.Refusal{}
	for _, r := range refused {
		byAct[r.Act] = r.Refusal
	}
	for i := range c.def.Acts {
		a := &c.def.Acts[i]
		what := fmt.Sprintf("việc %s lúc %s", a.Do.Value, clock(a.At.Value))
		switch r := byAct[i]; {
		case r == nil && a.Refused.Set():
			c.fail(a.Refused.Pos, what, "bị từ chối: "+a.Refused.Value, "làm được")
		case r != nil && !a.Refused.Set():
			c.fail(a.Pos, what, "làm được", "bị từ chối: "+r.Error())
		case r != nil && r.Code != a.Refused.Value:
			c.fail(a.Refused.Pos, what, "bị từ chối: "+a.Refused.Value, "bị từ chối: "+r.Error())
		}
	}
}

// expectation compares one entry with the look of its instant; the last look is the end.
func (c *comparison) expectation(e *procedure.ExpectDef, looks []Look) {
	l, when := looks[len(looks)-1], "khi kết thúc"
	if e.At.Set() {
		i := slices.IndexFunc(looks, func(l Look) bool { return l.At.Equal(e.At.Value) })
		if i < 0 {
			c.fail(e.At.Pos, "lúc nhìn", clock(e.At.Value), "kịch bản đã dừng trước đó")
			return
		}
		l, when = looks[i], "lúc "+clock(e.At.Value)
	}
	same := func(p procedure.Pos, what, want, got string) {
		if p.Line > 0 && want != got {
			c.fail(p, what+" "+when, want, got)
		}
	}
	v := &l.View
	same(e.Status.Pos, "trạng thái", status(dossier.Status(e.Status.Value)), status(v.Status))
	same(e.Due.Pos, "hẹn trả", clock(e.Due.Value), clock(v.DueAt))
	same(e.Finished.Pos, "lúc có kết quả", clock(e.Finished.Value), clock(v.FinishedAt))
	same(e.Verdict.Pos, "đánh giá", e.Verdict.Value, verdict(v.Verdict))
	same(e.Rescheduled.Pos, "đã hẹn lại", yes(e.Rescheduled.Value), yes(v.Rescheduled))
	same(e.Refusal.Pos, "kết quả là từ chối", yes(e.Refusal.Value), yes(v.Refusal))
	same(e.Paused.Pos, "đồng hồ dừng", yes(e.Paused.Value), yes(v.Paused))
	same(e.Leg.Pos, "thời gian của", e.Leg.Value, v.Leg)
	same(e.Open.Pos, "bước đang mở", set(e.Open.Value), set(openSteps(v)))
	same(e.Results.Pos, "kết quả", set(e.Results.Value), set(v.Results))
	same(e.Counted.Pos, "thời gian tính vào thời hạn", minutesOf(e.Counted.Value), minutes(l.Counted))
	same(e.Excluded.Pos, "thời gian không tính", minutesOf(e.Excluded.Value), minutes(l.Excluded))
	if e.Rungs.Set() {
		c.rungs(e, l, when)
	}
}

// rungs compares rung by rung, so that one wrong instant does not hide among the others.
func (c *comparison) rungs(e *procedure.ExpectDef, l Look, when string) {
	left := maps.Clone(l.Rungs)
	for _, g := range e.Rungs.Value {
		got, fired := left[g.Rung.Value]
		delete(left, g.Rung.Value)
		switch what := "nấc " + g.Rung.Value + " " + when; {
		case !fired:
			c.fail(g.Rung.Pos, what, clock(g.Instant), "chưa nổ")
		case !got.Equal(g.Instant):
			c.fail(g.Rung.Pos, what, clock(g.Instant), clock(got))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		c.fail(e.Rungs.Pos, "nấc "+name+" "+when, "không nổ", clock(left[name]))
	}
}

func openSteps(v *dossier.View) []string {
	var steps []string
	for _, t := range v.Tasks {
		steps = append(steps, t.Step)
	}
	return steps
}

func clock(t time.Time) string {
	if t.IsZero() {
		return "không có"
	}
	return t.In(calendar.Zone()).Format("02/01/2006 15:04")
}

func status(s dossier.Status) string { return fmt.Sprintf("%d %s", s, s.Vietnamese()) }

func yes(b bool) string {
	if b {
		return "có"
	}
	return "không"
}

func set(list []string) string {
	if len(list) == 0 {
		return "không có"
	}
	list = slices.Clone(list)
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// verdict is the written form of a verdict's class.
func verdict(v dossier.Verdict) string {
	if v.Class == "" {
		return "none"
	}
	return strings.ReplaceAll(v.Class, "_", "-")
}

func minutesOf(l calendar.Limit) string {
	m, err := l.BudgetMinutes()
	if err != nil {
		return l.String()
	}
	return minutes(m)
}

// WorkingTime is a number of working minutes in words.
func WorkingTime(m int) string { return minutes(m) }

func minutes(m int) string {
	return fmt.Sprintf("%d ngày %d giờ %d phút làm việc", m/calendar.MinutesPerWorkingDay, m%calendar.MinutesPerWorkingDay/60, m%60)
}
