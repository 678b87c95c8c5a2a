package bpmn

import (
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"motcua/calendar"
	"motcua/procedure"
	"motcua/procedure/draft"
	"motcua/procedure/swimlane"
)

var codePattern = regexp.MustCompile(`\b[0-9]\.[0-9]{6}(?:\.[A-Za-z0-9.]+)?\b`)

// foreign makes a definition out of a file of another tool.
func (r *report) foreign(m *model, o Options) []byte {
	w := &writer{report: r, doc: draft.New(), m: m}
	w.lead = w.leadAgency(o.Values["agency"])
	loops := w.order()
	for _, n := range m.steps {
		s := w.step(n)
		if loops[n.id] && s.Text("max-visits") == "" {
			s.Set("max-visits", 3)
			w.of(n.node, "drafted", "vòng quay lại bước %s: ghi tạm tối đa 3 lượt", n.id)
		}
		w.made, w.from = append(w.made, s), append(w.from, n)
	}
	w.shorten()
	w.head(o)
	w.results()
	return w.finish(o)
}

// leadAgency is the one given, or the one with most steps.
func (w *writer) leadAgency(given string) string {
	if given != "" {
		return cmp.Or(draft.AgencyOf(given), given)
	}
	count, lead := map[string]int{}, "co-quan-chu-tri"
	for _, s := range w.m.steps {
		if a := s.agency; a != "" && a != procedure.RefReceiving && a != "applicant" {
			if count[a]++; count[a] > count[lead] {
				lead = a
			}
		}
	}
	w.of(w.m.process, "drafted", "sơ đồ không nêu cơ quan chủ trì: lấy %s", lead)
	return lead
}

// order puts the steps in the order of the drawing's columns, the first one first, and returns those that a loop leads back
// to.
func (w *writer) order() map[string]bool {
	index := map[string]int{}
	for i, s := range w.m.steps {
		index[s.id] = i
	}
	nodes, edges := make([]swimlane.Node, len(w.m.steps)), []swimlane.Edge{}
	for i, s := range w.m.steps {
		for _, o := range s.outcomes {
			for _, e := range o.Edges {
				if to, ok := index[e.To]; ok {
					edges = append(edges, swimlane.Edge{From: i, To: to})
				}
			}
		}
	}
	start := index[w.m.start]
	swimlane.Rank(nodes, edges, start)
	loops := map[string]bool{}
	for _, e := range edges {
		if e.Back {
			loops[w.m.steps[e.To].id] = true
		}
	}
	rank := map[*read]int{}
	for i, s := range w.m.steps {
		rank[s] = nodes[i].Rank + 1
	}
	rank[w.m.steps[start]] = 0
	slices.SortStableFunc(w.m.steps, func(a, b *read) int { return rank[a] - rank[b] })
	return loops
}

// shorten leaves out ways that follow from the order of the steps.
func (w *writer) shorten() {
	for i, s := range w.made {
		o := w.from[i].outcomes
		if len(o) == 1 && o[0].Name == procedure.DefaultOutcome && i+1 < len(w.made) && slices.Equal(o[0].Edges, []draft.Edge{{To: w.from[i+1].id}}) {
			s.SetOutcomes(nil)
		}
	}
}

// step writes a step of the model.
func (w *writer) step(n *read) *draft.Step {
	s := draft.NewStep(n.id)
	s.Set("name", n.name)
	if n.role == "" && n.wait == "" && !n.automatic && n.procedure == "" {
		n.role = "chuyen-vien"
		if n.agency == procedure.RefReceiving {
			n.role = "mot-cua"
		}
		w.of(n.node, "drafted", "làn không nêu chức danh: lấy %s", n.role)
	}
	w.place(s, n)
	s.Set("automatic", yes(n.automatic))
	s.Set("wait", n.wait)
	s.Set("procedure", n.procedure)
	s.Set("return", yes(n.returns))
	s.Set("refusal", yes(n.refusal))
	s.Set("limit", n.limit)
	if n.returns && n.limit != "" {
		s.Set("confirm", true) // the desk's own time counts until it confirms
	}
	if n.wait == procedure.WaitPayment && n.ours == nil {
		s.Set("leg", "payment")
		s.Set("clock", "excluded")
	}
	s.Set("after", n.after)
	s.SetOutcomes(n.outcomes)
	if n.ours != nil {
		for _, key := range []string{"leg", "clock", "bound", "ground", "expires", "output", "reentry"} {
			s.Set(key, n.ours.attr(key))
		}
		var facts draft.Map
		for _, f := range strings.Fields(n.ours.attr("facts")) {
			child, parent, _ := strings.Cut(f, "=")
			facts = append(facts, draft.Pair{Key: child, Value: parent})
		}
		if len(facts) > 0 {
			s.Set("facts", facts)
		}
		for _, key := range []string{"may", "results"} {
			s.Set(key, strings.Fields(n.ours.attr(key)))
		}
		if v := n.ours.attr("max-visits"); len(v) > 0 && len(v) < 4 && strings.Trim(v, "0123456789") == "" {
			visits := 0
			for _, c := range v {
				visits = visits*10 + int(c-'0')
			}
			s.Set("max-visits", visits)
		}
		s.Set("confirm", yes(n.ours.attr("confirm") == "true"))
	}
	return s
}

// head writes what stands above the steps.
func (w *writer) head(o Options) {
	file := filepath.Base(w.file)
	w.doc.Comment("# Nhập từ sơ đồ BPMN " + file + "; điều sơ đồ không nói là bản nháp, cần người thiết kế xem lại.")
	name := cmp.Or(words(o.Values["name"]), w.m.name)
	code := cmp.Or(o.Values["code"], codePattern.FindString(name), codePattern.FindString(w.m.process.id()))
	name = strings.Trim(strings.ReplaceAll(codePattern.ReplaceAllString(name, ""), "()", ""), " ·-–:")
	draftOf := func(key, value, standard, what string) string {
		if value == "" {
			w.of(w.m.process, "drafted", "sơ đồ không nêu %s: ghi tạm %s", what, standard)
			return standard
		}
		w.doc.Set(key, value)
		return value
	}
	w.doc.Set("code", draftOf("code", code, "0.000000", "mã thủ tục"))
	w.doc.Set("name", draftOf("name", name, "Thủ tục chưa có tên", "tên thủ tục"))
	field := o.Values["field"]
	if field != "" {
		field = draft.Slug(field, 8)
	}
	w.doc.Set("field", draftOf("field", field, "chua-ro", "lĩnh vực"))
	w.doc.Set("level", draftOf("level", o.Values["level"], "province", "cấp thực hiện"))
	w.doc.Set("agency", w.lead)
	w.doc.Set("origin", "inferred")
	w.doc.Set("internal-process", draft.Map{{Key: "source", Value: "Sơ đồ BPMN " + file}, {Key: "confidence", Value: "inferred"}})
	limit := o.Values["limit"]
	if l, err := calendar.ParseVietnamese(limit); err == nil {
		limit = l.String()
	}
	if limit == "" {
		limit = w.longest()
		w.of(w.m.process, "drafted", "sơ đồ không nêu thời hạn theo quy định: lấy đường dài nhất, %s", limit)
	}
	w.doc.Set("limit", limit)
	w.doc.Set("escalation", "standard")
}

// longest is the counted time of the longest way without loops, as a legal limit in whole units.
func (w *writer) longest() string {
	index := map[string]int{}
	for i, s := range w.from {
		index[s.id] = i
	}
	best, state := make([]int, len(w.from)), make([]int, len(w.from))
	var walk func(i int) int
	walk = func(i int) int {
		if state[i] != 0 {
			return best[i] // zero for a box still open: a loop
		}
		state[i] = 1
		longest := 0
		for _, o := range w.from[i].outcomes {
			for _, e := range o.Edges {
				if j, ok := index[e.To]; ok {
					longest = max(longest, walk(j))
				}
			}
		}
		if l, err := calendar.ParseLimit(w.from[i].limit); err == nil && w.made[i].Text("clock") != "excluded" {
			if m, err := l.BudgetMinutes(); err == nil {
				longest += m
			}
		}
		best[i] = longest
		return longest
	}
	most := 0
	for i := range w.from {
		most = max(most, walk(i))
	}
	days := (max(most, 1) + calendar.MinutesPerWorkingDay - 1) / calendar.MinutesPerWorkingDay
	if l, ok := draft.Budget(most, true); ok && l.Whole() && most%calendar.MinutesPerWorkingDay != 0 {
		return l.String()
	}
	return calendar.Limit{Hundredths: days * 100, Unit: calendar.WorkingDay}.String()
}

// results writes what the applicant is given.
func (w *writer) results() {
	for i, s := range w.made {
		if s.Text("return") == "true" && s.Text("refusal") != "true" && len(s.List("results")) == 0 {
			w.doc.Set("results", []draft.Map{{{Key: "id", Value: "ket-qua"}, {Key: "name", Value: "Kết quả giải quyết thủ tục"}}})
			s.Set("results", []string{"ket-qua"})
			w.of(w.from[i].node, "drafted", "sơ đồ không nêu kết quả trả cho người nộp: ghi tạm “Kết quả giải quyết thủ tục”")
		}
	}
}
