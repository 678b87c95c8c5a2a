package procedure

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

func (r *report) steps(d *Definition, root *yaml.Node) {
	list := get(root, "steps")
	if list == nil {
		d.StepsAt = at(root)
		return
	}
	d.StepsAt = at(list)
	nodes := items(list)
	if len(nodes) == 0 && list.Kind == yaml.SequenceNode {
		r.add(at(list), "no-end", "thủ tục không có bước nào", "")
	}
	for _, n := range nodes {
		if n.Kind == yaml.MappingNode {
			d.Steps = append(d.Steps, r.step(n))
		}
	}
}

func (r *report) step(n *yaml.Node) StepDef {
	s := StepDef{
		ID: text(n, "id"), Name: text(n, "name"), Role: text(n, "role"), Agency: text(n, "agency"),
		Wait: text(n, "wait"), Leg: text(n, "leg"), Clock: text(n, "clock"), Ground: text(n, "ground"),
		Automatic: boolean(n, "automatic"), Return: boolean(n, "return"), Refusal: boolean(n, "refusal"), Confirm: boolean(n, "confirm"),
		Limit: limit(n, "limit"), Bound: limit(n, "bound"), Expires: limit(n, "expires"),
		May: texts(get(n, "may")), After: texts(get(n, "after")), Results: texts(get(n, "results")), Uses: texts(get(n, "uses")),
		Part: text(n, "part"), Procedure: text(n, "procedure"), Silence: text(n, "silence"), Output: text(n, "output"), Reentry: text(n, "reentry"), MaxVisits: integer(n, "max-visits"),
		Supplement: supplement(get(n, "supplement")), Closing: closing(get(n, "closing")), Confidence: text(n, "confidence").Value, Pos: at(n),
	}
	if o := get(n, "outcomes"); o != nil && o.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(o.Content); i += 2 {
			name := o.Content[i]
			s.Outcomes = append(s.Outcomes, OutcomeDef{Name: At[string]{name.Value, at(name)}, Edges: edges(o.Content[i+1])})
		}
	}
	if f := get(n, "facts"); f != nil && f.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(f.Content); i += 2 {
			k, v := f.Content[i], f.Content[i+1]
			s.Facts = append(s.Facts, FactLinkDef{At[string]{k.Value, at(k)}, At[string]{v.Value, at(v)}})
		}
	}
	if c := get(n, "closing"); c != nil {
		s.ClosingAt = at(c)
	}
	r.stepForm(&s)
	return s
}

func edges(n *yaml.Node) []EdgeDef {
	list := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		list = n.Content
	}
	var out []EdgeDef
	for _, e := range list {
		switch {
		case e.Kind == yaml.MappingNode:
			out = append(out, EdgeDef{To: text(e, "to"), When: expression(e, "when"), Else: boolean(e, "else").Value})
		case e.Kind == yaml.ScalarNode && !isNull(e):
			out = append(out, EdgeDef{To: At[string]{e.Value, at(e)}})
		}
	}
	return out
}

// stepForm checks keys of a step that contradict each other.
func (r *report) stepForm(s *StepDef) {
	kinds := 0
	for _, set := range []bool{s.Wait.Set(), s.Automatic.Value, s.Return.Value, s.Procedure.Set()} {
		if set {
			kinds++
		}
	}
	if kinds > 1 {
		r.add(s.Pos, "bad-step", fmt.Sprintf("bước %s chỉ được là một trong wait, automatic, return, procedure", s.ID.Value), "tách thành hai bước")
	}
	if s.Refusal.Value && !s.Return.Value {
		r.add(s.Refusal.Pos, "bad-step", "refusal chỉ dùng ở bước trả kết quả", "thêm return: true")
	}
	if s.Confirm.Value && !s.Return.Value {
		r.add(s.Confirm.Pos, "bad-step", "confirm chỉ dùng ở bước trả kết quả", "thêm return: true")
	}
	if s.Return.Value && len(s.Outcomes) > 0 {
		r.add(s.Outcomes[0].Name.Pos, "bad-step", "bước trả kết quả kết thúc hồ sơ, không có lối ra", "bỏ outcomes")
	}
	if s.Expires.Set() && !s.Wait.Set() {
		r.add(s.Expires.Pos, "bad-step", "expires chỉ dùng ở bước chờ", "thêm wait, hoặc bỏ expires")
	}
	if s.Automatic.Value && s.Limit.Set() {
		r.add(s.Limit.Pos, "bad-step", "bước tự động không có thời gian", "bỏ limit")
	}
	if len(s.Facts) > 0 && !s.Procedure.Set() {
		r.add(s.Facts[0].Child.Pos, "bad-step", "facts chỉ dùng ở bước mở hồ sơ con", "thêm procedure, hoặc bỏ facts")
	}
	work := !s.Wait.Set() && !s.Automatic.Value && !s.Procedure.Set()
	if work && s.Limit.Set() {
		if _, err := s.Limit.Value.BudgetMinutes(); err != nil {
			r.add(s.Limit.Pos, "bad-limit", fmt.Sprintf("thời gian của bước làm việc phải là wd hoặc wh, tròn phút, không phải %s", s.Limit.Value), "ví dụ 2wd, 0.5wd, 4wh; bước chờ mới dùng d, mo, h")
		}
	}
	if s.MaxVisits.Set() && s.MaxVisits.Value == 0 {
		r.add(s.MaxVisits.Pos, "bad-step", "max-visits phải từ 1", "")
	}
	for _, o := range s.Outcomes {
		for _, e := range o.Edges {
			if e.Else && e.When.Set() {
				r.add(e.To.Pos, "bad-step", "một nhánh không có cả when và else", "giữ một trong hai")
			}
		}
	}
}

// rungs reads the rungs of a ladder and checks that each has one place on it.
func (r *report) rungs(n *yaml.Node) []At[Rung] {
	var list []At[Rung]
	for _, m := range items(n) {
		if m.Kind != yaml.MappingNode {
			continue
		}
		g := Rung{ID: text(m, "id").Value, On: text(m, "on").Value, Share: integer(m, "share").Value, Before: limit(m, "before").Value,
			AtDue: boolean(m, "at-due").Value, After: limit(m, "after").Value, Times: integer(m, "times").Value}
		for _, t := range texts(get(m, "to")) {
			g.To = append(g.To, t.Value)
		}
		for _, t := range texts(get(m, "do")) {
			g.Do = append(g.Do, t.Value)
		}
		list = append(list, At[Rung]{g, placed(m, "id")})
		r.rungForm(g, placed(m, "id"), list[:len(list)-1])
	}
	return list
}

func (r *report) rungForm(g Rung, p Pos, before []At[Rung]) {
	places := 0
	for _, set := range []bool{g.Share > 0, !g.Before.IsZero(), g.AtDue, !g.After.IsZero()} {
		if set {
			places++
		}
	}
	if places != 1 {
		r.add(p, "bad-rung", fmt.Sprintf("nấc %s phải có đúng một trong share, before, at-due, after", g.ID), "")
	}
	if g.Times > 1 && g.After.IsZero() {
		r.add(p, "bad-rung", fmt.Sprintf("nấc %s: times chỉ dùng với after", g.ID), "bỏ times")
	}
	for _, b := range before {
		if g.ID != "" && b.Value.ID == g.ID {
			r.add(p, "duplicate-id", fmt.Sprintf("nấc %s đã có ở dòng %d", g.ID, b.Pos.Line), "đổi id")
		}
	}
}
