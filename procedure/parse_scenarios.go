package procedure

import (
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"motcua/calendar"
)

// momentLayout is an instant as people write it: Vietnam time, to the minute.
const momentLayout = "2006-01-02 15:04"

// ParseScenarios reads a file of scenarios and reports everything that is wrong with its form, sorted by place. It never
// panics, whatever the bytes; the file is nil only when there is nothing to read. What it says about the procedure is
// checked by Check, which knows the plan.
func ParseScenarios(file string, data []byte) (*ScenarioFile, Diagnostics) {
	r := &report{file: file, most: maxFindings}
	root := r.load(data)
	if root == nil {
		return nil, r.list.Sorted()
	}
	r.mapping(root, scenarioTable())
	if r.tooLarge {
		return nil, r.list.Sorted()
	}
	if v := integer(root, "motcua"); v.Set() && v.Value != LanguageVersion {
		r.add(v.Pos, "language-version", fmt.Sprintf("phiên bản ngôn ngữ %d chưa đọc được", v.Value), fmt.Sprintf("viết motcua: %d", LanguageVersion))
	}
	f := &ScenarioFile{File: file, Definition: text(root, "definition"), Calendar: text(root, "calendar")}
	list := get(root, "scenarios")
	if list != nil && list.Kind == yaml.SequenceNode && len(list.Content) == 0 {
		r.add(at(list), "bad-value", "tệp không có kịch bản nào", "")
	}
	seen := map[string]int{}
	for _, n := range items(list) {
		s := r.scenario(n)
		if line, twice := seen[s.ID.Value]; twice && s.ID.Set() {
			r.add(s.ID.Pos, "duplicate-id", fmt.Sprintf("kịch bản %s đã có ở dòng %d", clip(s.ID.Value), line), "đổi id")
		}
		seen[s.ID.Value] = s.ID.Pos.Line
		f.Scenarios = append(f.Scenarios, s)
	}
	return f, r.list.Sorted()
}

// HoldsScenarios says that a file is one of scenarios, not a definition: it has the key `scenarios`.
func HoldsScenarios(data []byte) bool {
	return get((&report{most: maxFindings}).load(data), "scenarios") != nil
}

// FormatScenarios is Format for a file of scenarios.
func FormatScenarios(data []byte) ([]byte, error) { return format(data, scenarioTable()) }

func (r *report) scenario(n *yaml.Node) ScenarioDef {
	s := ScenarioDef{
		ID: text(n, "id"), Name: text(n, "name"), Received: moment(n, "received"), Channel: text(n, "channel"), Pace: text(n, "pace"),
		Facts: pairDefs(get(n, "facts")), Choose: pairDefs(get(n, "choose")), Until: moment(n, "until"),
	}
	for _, m := range items(get(n, "acts")) {
		s.Acts = append(s.Acts, act(m))
	}
	for _, m := range items(get(n, "expect")) {
		s.Expect = append(s.Expect, r.expectation(m))
	}
	return s
}

func act(n *yaml.Node) ActDef {
	return ActDef{
		At: moment(n, "at"), Do: text(n, "do"), Step: text(n, "step"), By: text(n, "by"), Outcome: text(n, "outcome"), To: text(n, "to"),
		Reason: text(n, "reason"), Ground: text(n, "ground"), Document: text(n, "document"), Approval: text(n, "approval"),
		Papers: texts(get(n, "papers")), Results: texts(get(n, "results")), Complete: boolean(n, "complete").Value,
		GuidanceIgnored: boolean(n, "guidance-ignored").Value, Financial: boolean(n, "financial").Value,
		Effective: moment(n, "effective").Value, From: moment(n, "from").Value, Until: moment(n, "until").Value,
		Extension: text(n, "extension"), Payment: text(n, "payment"), Amount: integer(n, "amount").Value,
		Facts: pairDefs(get(n, "facts")), Refused: text(n, "refused"), Pos: at(n),
	}
}

func (r *report) expectation(n *yaml.Node) ExpectDef {
	e := ExpectDef{
		At: moment(n, "at"), Status: integer(n, "status"), Due: moment(n, "due"), Finished: moment(n, "finished"),
		Verdict: text(n, "verdict"), Leg: text(n, "leg"), Rescheduled: boolean(n, "rescheduled"), Refusal: boolean(n, "refusal"),
		Paused: boolean(n, "paused"), Open: listed(n, "open"), Results: listed(n, "results"),
		Counted: limit(n, "counted"), Excluded: limit(n, "excluded"), Pos: at(n),
	}
	for _, l := range []At[calendar.Limit]{e.Counted, e.Excluded} {
		if _, err := l.Value.BudgetMinutes(); l.Set() && err != nil {
			r.add(l.Pos, "bad-limit", fmt.Sprintf("%s không phải thời gian làm việc tròn phút", l.Value), "ví dụ 3.5wd, 20wh")
		}
	}
	if v := get(n, "rungs"); v != nil {
		e.Rungs.Pos = at(v)
		for _, p := range pairDefs(v) {
			t, _ := parseMoment(p.Value.Value)
			e.Rungs.Value = append(e.Rungs.Value, RungDef{Rung: p.Name, Instant: t})
		}
	}
	return e
}

// listed reads a list as one value with its place, so that an empty one can be told from none.
func listed(m *yaml.Node, name string) At[[]string] {
	v := get(m, name)
	if v == nil {
		return At[[]string]{}
	}
	list := []string{}
	for _, t := range texts(v) {
		list = append(list, t.Value)
	}
	return At[[]string]{list, at(v)}
}

func pairDefs(n *yaml.Node) []PairDef {
	var list []PairDef
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind == yaml.ScalarNode && v.Kind == yaml.ScalarNode {
			list = append(list, PairDef{At[string]{k.Value, at(k)}, At[string]{v.Value, at(v)}})
		}
	}
	return list
}

func moment(m *yaml.Node, name string) At[time.Time] {
	t := text(m, name)
	at, err := parseMoment(t.Value)
	if err != nil {
		return At[time.Time]{}
	}
	return At[time.Time]{at, t.Pos}
}

func parseMoment(s string) (time.Time, error) {
	return time.ParseInLocation(momentLayout, strings.TrimSpace(s), calendar.Zone())
}
