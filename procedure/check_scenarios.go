package procedure

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Check says where scenarios speak of what the plan does not have, so that a wrong name is found at its place and not as a
// strange result. Findings are sorted by place.
func (f *ScenarioFile) Check(p *Plan) Diagnostics {
	c := &scenarioCheck{report: report{file: f.File, most: maxFindings}, p: p, names: map[string][]string{}}
	for i := range p.Exec.Steps {
		c.names["bước"] = append(c.names["bước"], p.Exec.Steps[i].ID)
		if r := p.Exec.Steps[i].Role; !slices.Contains(c.names["vai"], r) {
			c.names["vai"] = append(c.names["vai"], r)
		}
	}
	for _, d := range p.Documents {
		c.names["giấy tờ"] = append(c.names["giấy tờ"], d.ID)
	}
	for _, r := range p.Results {
		c.names["kết quả"] = append(c.names["kết quả"], r.ID)
	}
	for _, e := range p.Exec.Extensions {
		c.names["gia hạn"] = append(c.names["gia hạn"], e.ID)
	}
	for _, g := range p.Exec.Ladder {
		c.names["nấc"] = append(c.names["nấc"], g.ID)
	}
	for i := range f.Scenarios {
		c.scenario(&f.Scenarios[i])
	}
	return c.list.Sorted()
}

type scenarioCheck struct {
	report
	p *Plan
	// names are those that the plan has, by the Vietnamese word for their kind.
	names map[string][]string
}

func (c *scenarioCheck) known(kind string, name At[string]) bool {
	if !name.Set() || slices.Contains(c.names[kind], name.Value) {
		return true
	}
	c.add(name.Pos, "unknown-target", fmt.Sprintf("thủ tục không có %s %q", kind, clip(name.Value)), DidYouMean(name.Value, c.names[kind]))
	return false
}

func (c *scenarioCheck) scenario(s *ScenarioDef) {
	values, found := c.p.FactsOf(s.Facts)
	c.list = append(c.list, filed(c.file, found)...)
	if len(found) == 0 {
		for _, e := range c.p.CheckFacts(values) {
			c.add(s.ID.Pos, "bad-value", e.Error(), "viết trong facts")
		}
	}
	for _, pair := range s.Choose {
		if c.known("bước", pair.Name) {
			c.outcome(pair.Name.Value, pair.Value)
		}
	}
	for i := range s.Acts {
		c.act(s, &s.Acts[i])
	}
	if len(s.Expect) == 0 {
		c.add(s.ID.Pos, "missing-key", "kịch bản không mong đợi điều gì nên không thể sai", "thêm expect")
	}
	for i := range s.Expect {
		c.expectation(s, &s.Expect[i])
	}
}

func (c *scenarioCheck) outcome(step string, name At[string]) {
	st, ok := c.p.Exec.Step(step)
	if !ok || !name.Set() {
		return
	}
	var names []string
	for _, o := range st.Outcomes {
		names = append(names, o.Name)
	}
	if !slices.Contains(names, name.Value) {
		c.add(name.Pos, "unknown-target", fmt.Sprintf("bước %s không có lối ra %q", step, clip(name.Value)), DidYouMean(name.Value, names))
	}
}

func (c *scenarioCheck) act(s *ScenarioDef, a *ActDef) {
	c.inTime(s, a.At)
	step := a.Step
	step.Value, _, _ = strings.Cut(step.Value, "#")
	if c.known("bước", step) {
		c.outcome(step.Value, a.Outcome)
	}
	switch st, ok := c.p.Exec.Step(step.Value); {
	case ok && st.Role != "" && a.By.Set() && st.Role != a.By.Value:
		c.add(a.By.Pos, "unknown-target", fmt.Sprintf("bước %s là việc của %s, không phải của %s", step.Value, st.Role, clip(a.By.Value)), "")
	case a.By.Value != applicantRole:
		c.known("vai", a.By)
	}
	if do := a.Do.Value; do == "send-back" || do == "reopen" {
		c.known("bước", a.To)
	}
	for _, paper := range a.Papers {
		c.known("giấy tờ", paper)
	}
	for _, result := range a.Results {
		c.known("kết quả", result)
	}
	c.known("gia hạn", a.Extension)
	_, found := c.p.FactsOf(a.Facts)
	c.list = append(c.list, filed(c.file, found)...)
}

// applicantRole is who acts for the applicant in a scenario.
const applicantRole = "nguoi-nop"

func (c *scenarioCheck) expectation(s *ScenarioDef, e *ExpectDef) {
	c.inTime(s, e.At)
	if e.Status.Set() && (e.Status.Value < 1 || e.Status.Value > 10) {
		c.add(e.Status.Pos, "bad-value", "trạng thái quốc gia là 1 đến 10", "")
	}
	for _, step := range e.Open.Value {
		c.known("bước", At[string]{step, e.Open.Pos})
	}
	for _, result := range e.Results.Value {
		c.known("kết quả", At[string]{result, e.Results.Pos})
	}
	for _, g := range e.Rungs.Value {
		rung := g.Rung
		rung.Value, _, _ = strings.Cut(rung.Value, "/")
		c.known("nấc", rung)
	}
}

// inTime demands that an instant lies inside the scenario.
func (c *scenarioCheck) inTime(s *ScenarioDef, t At[time.Time]) {
	if t.Set() && s.Received.Set() && (t.Value.Before(s.Received.Value) || t.Value.After(s.End())) {
		c.add(t.Pos, "bad-date", "thời điểm này ở ngoài kịch bản: trước khi nộp hoặc sau khi kết thúc", "sửa ngày giờ, hoặc đặt until")
	}
}

// End is when the scenario ends if the dossier does not: as written, else a year after submission.
func (s *ScenarioDef) End() time.Time {
	if s.Until.Set() {
		return s.Until.Value
	}
	return s.Received.Value.AddDate(1, 0, 0)
}

// FactsOf reads facts as they are written in a file into the values that Evaluate takes, and finds those that do not fit.
func (p *Plan) FactsOf(pairs []PairDef) (map[string]any, Diagnostics) {
	values, known := map[string]any{}, map[string]*Fact{}
	for i := range p.Facts {
		known[p.Facts[i].Name] = &p.Facts[i]
	}
	r := &report{most: maxFindings}
	for _, pair := range pairs {
		f, ok := known[pair.Name.Value]
		if !ok {
			r.add(pair.Name.Pos, "unknown-target", fmt.Sprintf("thủ tục không có dữ kiện %q", clip(pair.Name.Value)), DidYouMean(pair.Name.Value, slices.Sorted(maps.Keys(known))))
			continue
		}
		v, err := f.parse(pair.Value.Value)
		if err != nil {
			r.add(pair.Value.Pos, "bad-value", fmt.Sprintf("dữ kiện %s: %v", f.Name, err), DidYouMean(pair.Value.Value, f.Values))
			continue
		}
		values[f.Name] = v
	}
	return values, r.list
}

// filed puts findings into a file.
func filed(file string, ds Diagnostics) Diagnostics {
	for i := range ds {
		ds[i].File = file
	}
	return ds
}
