package procedure

import (
	"fmt"
	"slices"
	"strings"
)

func badSubProcedureRule() rule {
	return rule{Rule{ID: "bad-sub-procedure", Severity: SeverityError,
		Doc: "Bước mở hồ sơ con (procedure) nêu cơ quan chủ trì hồ sơ con (agency) và đúng ba lối ra finished, refused, stopped; thủ tục con không được dẫn vòng về chính thủ tục này, không sâu quá 3 tầng; dữ kiện giao xuống (facts) phải khai báo ở cả hai thủ tục, đúng kiểu, đủ những dữ kiện mà thủ tục con bắt buộc."},
		func(l *linter) {
			for i := range l.d.Steps {
				if l.x.Steps[i].Kind == StepSub {
					l.subProcedure(&l.d.Steps[i], &l.x.Steps[i])
				}
			}
		}}
}

func (l *linter) subProcedure(s *StepDef, st *Step) {
	names := []string{SubFinished, SubRefused, SubStopped}
	var missing []string
	for _, name := range names {
		if !slices.ContainsFunc(s.Outcomes, func(o OutcomeDef) bool { return o.Name.Value == name }) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		l.find(s.Procedure.Pos, fmt.Sprintf("bước %s mở hồ sơ con mà thiếu lối ra %s", s.ID.Value, strings.Join(missing, ", ")), "thêm outcomes: {finished: …, refused: …, stopped: …}")
	}
	for _, o := range s.Outcomes {
		if !slices.Contains(names, o.Name.Value) {
			l.find(o.Name.Pos, fmt.Sprintf("bước %s mở hồ sơ con không có lối ra %s", s.ID.Value, o.Name.Value), l.didYouMean(o.Name.Value, names))
		}
	}
	if !s.Agency.Set() || s.Agency.Value == RefReceiving {
		l.find(s.Procedure.Pos, fmt.Sprintf("bước %s không nêu cơ quan chủ trì hồ sơ con", s.ID.Value), "thêm agency: loại cơ quan chủ trì thủ tục con")
	}
	if len(st.May) > 0 {
		l.find(s.May[0].Pos, fmt.Sprintf("bước %s mở hồ sơ con không cho làm thêm việc gì", s.ID.Value), "bỏ may; những việc ấy thuộc hồ sơ con")
	}
	facts := l.facts()
	for _, f := range s.Facts {
		if !slices.ContainsFunc(facts, func(x Fact) bool { return x.Name == f.Parent.Value }) {
			l.find(f.Parent.Pos, fmt.Sprintf("facts: %q chưa được khai báo ở thủ tục này", clip(f.Parent.Value)), l.didYouMean(f.Parent.Value, factNames(facts)))
		}
	}
	if s.Procedure.Value == l.d.Code.Value {
		l.find(s.Procedure.Pos, fmt.Sprintf("thủ tục %s mở hồ sơ con của chính nó", s.Procedure.Value), "mở hồ sơ của một thủ tục khác")
		return
	}
	child := l.s.Others.definition(s.Procedure.Value)
	if child == nil {
		if l.s.Others != nil {
			l.warn(s.Procedure.Pos, fmt.Sprintf("không tìm thấy thủ tục con %q trong các tệp đã cho và thư viện", clip(s.Procedure.Value)), l.didYouMean(s.Procedure.Value, l.s.Others.names()))
		}
		return
	}
	if wrong, hint := l.below(child); wrong != "" {
		l.find(s.Procedure.Pos, wrong, hint)
	}
	l.handed(s, child, facts)
}

// below says what is wrong with the procedures below a sub-procedure, once for all steps that open it.
func (l *linter) below(child *Definition) (wrong, hint string) {
	code := child.Code.Value
	known, ok := l.descents[code]
	if !ok {
		known[0], known[1] = l.descend(child, []string{l.d.Code.Value, code}, map[string]int{})
		if l.descents == nil {
			l.descents = map[string][2]string{}
		}
		l.descents[code] = known
	}
	return known[0], known[1]
}

// descend follows sub-procedures down: none may lead back, and none may lie too deep. deepest is how deep each was looked into.
func (l *linter) descend(d *Definition, way []string, deepest map[string]int) (wrong, hint string) {
	if len(way)-1 > MaxDepth {
		return fmt.Sprintf("hồ sơ con lồng quá %d tầng: %s", MaxDepth, strings.Join(way, " → ")), "gộp bớt thủ tục"
	}
	if deepest[d.Code.Value] >= len(way) {
		return "", ""
	}
	deepest[d.Code.Value] = len(way)
	for i := range d.Steps {
		code := d.Steps[i].Procedure.Value
		if code == "" {
			continue
		}
		next := append(slices.Clone(way), code)
		if slices.Contains(way, code) {
			return "thủ tục con dẫn vòng: " + strings.Join(next, " → "), "bỏ một bước mở hồ sơ con trên vòng này"
		}
		if child := l.s.Others.definition(code); child != nil {
			if wrong, hint = l.descend(child, next, deepest); wrong != "" {
				return wrong, hint
			}
		}
	}
	return "", ""
}

// handed checks what a sub-procedure gets: its lead agency, its facts, its papers, its time.
func (l *linter) handed(s *StepDef, child *Definition, facts []Fact) {
	if s.Agency.Set() && child.Agency.Set() && s.Agency.Value != child.Agency.Value {
		l.find(s.Agency.Pos, fmt.Sprintf("thủ tục con %s do %s chủ trì, không phải %s", child.Code.Value, child.Agency.Value, s.Agency.Value), "viết agency: "+child.Agency.Value)
	}
	var theirs []Fact
	for _, f := range child.Facts {
		theirs = append(theirs, f.Value)
	}
	for _, f := range s.Facts {
		i := slices.IndexFunc(theirs, func(x Fact) bool { return x.Name == f.Child.Value })
		j := slices.IndexFunc(facts, func(x Fact) bool { return x.Name == f.Parent.Value })
		switch {
		case i < 0:
			l.find(f.Child.Pos, fmt.Sprintf("facts: thủ tục con %s không có dữ kiện %q", child.Code.Value, clip(f.Child.Value)), l.didYouMean(f.Child.Value, factNames(theirs)))
		case j >= 0 && theirs[i].Type != facts[j].Type:
			l.find(f.Parent.Pos, fmt.Sprintf("facts: %s kiểu %s, thủ tục con cần %s", f.Parent.Value, facts[j].Type, theirs[i].Type), "")
		case j >= 0 && len(theirs[i].Values) > 0 && len(facts[j].Values) == 0 && facts[j].Type == FactString:
			l.find(f.Parent.Pos, fmt.Sprintf("facts: %s nhận mọi giá trị, thủ tục con chỉ nhận %s", f.Parent.Value, strings.Join(theirs[i].Values, ", ")), "khai báo values cho "+f.Parent.Value)
		case j >= 0 && len(theirs[i].Values) > 0:
			for _, v := range facts[j].Values {
				if !slices.Contains(theirs[i].Values, v) {
					l.find(f.Parent.Pos, fmt.Sprintf("facts: giá trị %q của %s không có ở thủ tục con", v, f.Parent.Value), "thủ tục con nhận: "+strings.Join(theirs[i].Values, ", "))
					break
				}
			}
		}
	}
	for _, x := range theirs {
		if x.Default == nil && !slices.ContainsFunc(s.Facts, func(f FactLinkDef) bool { return f.Child.Value == x.Name }) {
			l.find(s.Procedure.Pos, fmt.Sprintf("thủ tục con %s cần dữ kiện %s mà không được giao", child.Code.Value, x.Name), "thêm vào facts: {"+x.Name+": …}")
		}
	}
	for _, paper := range child.Documents {
		sure := paper.Value.Required && !paper.When.Set() && !paper.Condition.Set()
		if sure && !slices.ContainsFunc(l.d.Documents, func(d DocumentDef) bool { return d.Value.ID == paper.Value.ID }) {
			l.warn(s.Procedure.Pos, fmt.Sprintf("thủ tục con %s bắt buộc giấy tờ %s mà hồ sơ này không có", child.Code.Value, paper.Value.ID), "thêm giấy tờ cùng mã, hoặc hồ sơ con sẽ phải yêu cầu bổ sung")
		}
	}
	if counted := s.Limit.Set() && s.Clock.Value != "excluded"; counted && child.Limit.Set() && l.fit.of(s.Limit.Value).least < l.fit.of(child.Limit.Value).longest {
		l.warn(s.Limit.Pos, fmt.Sprintf("bước %s chờ %s, thủ tục con có %s", s.ID.Value, s.Limit.Value, child.Limit.Value), "tăng limit của bước, hoặc clock: excluded kèm ground nếu luật cho loại trừ")
	}
}

func factNames(facts []Fact) []string {
	names := make([]string, len(facts))
	for i, f := range facts {
		names[i] = f.Name
	}
	return names
}
