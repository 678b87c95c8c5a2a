package procedure

import (
	"fmt"
	"slices"
)

func joinMismatchRule() rule {
	return rule{Rule{"join-mismatch", SeverityError,
		"Hợp nhánh (after) chỉ gồm những bước dẫn tới nó và cùng chạy song song; các nhánh mở song song phải gặp lại nhau trước khi trả kết quả."},
		func(l *linter) {
			for i := range l.d.Steps {
				l.join(i)
				l.split(i)
			}
		}}
}

// join checks that the branches of a join lead to it, alone, and can run together.
func (l *linter) join(i int) {
	s, def := &l.x.Steps[i], &l.d.Steps[i]
	if len(def.After) == 0 {
		return
	}
	if len(def.After) == 1 {
		l.find(def.After[0].Pos, fmt.Sprintf("bước %s hợp nhánh mà chỉ có một nhánh", s.ID), "bỏ after, hoặc thêm nhánh")
	}
	inside := map[int]bool{}
	var branches []int
	for _, a := range def.After {
		j, ok := l.g.index[a.Value]
		if !ok {
			continue
		}
		inside[j] = true
		if !slices.Contains(l.g.out[j], i) {
			l.find(a.Pos, fmt.Sprintf("bước %s không dẫn tới bước hợp nhánh %s", a.Value, s.ID), "thêm lối ra "+a.Value+" → "+s.ID+", hoặc bỏ khỏi after")
			continue
		}
		for _, k := range branches {
			if !l.together(j, k, i) {
				l.find(a.Pos, fmt.Sprintf("%s và %s không bao giờ cùng chạy, nên %s không đợi được cả hai", l.x.Steps[k].ID, a.Value, s.ID), "mở hai nhánh bằng một lối ra có danh sách: [a, b]")
			}
		}
		branches = append(branches, j)
	}
	for _, j := range l.g.in[i] {
		if !inside[j] && !l.g.back[[2]int{j, i}] {
			l.find(l.place(j), fmt.Sprintf("bước %s đi thẳng vào bước hợp nhánh %s mà không có trong after", l.x.Steps[j].ID, s.ID), "thêm vào after của "+s.ID)
		}
	}
}

// together says whether some outcome opens two branches of which one leads to a and the other to b, neither through the join.
func (l *linter) together(a, b, join int) bool {
	for i := range l.x.Steps {
		for _, o := range l.x.Steps[i].Outcomes {
			targets := l.concurrent(&o)
			if len(targets) < 2 {
				continue
			}
			onlyA, onlyB, both := 0, 0, 0
			for _, t := range targets {
				seen := l.walk(t, func(k int) bool { return k == join })
				switch {
				case seen == nil:
					return true
				case seen[a] && seen[b]:
					both++
				case seen[a]:
					onlyA++
				case seen[b]:
					onlyB++
				}
			}
			if both > 1 || both == 1 && onlyA+onlyB > 0 || onlyA > 0 && onlyB > 0 {
				return true
			}
		}
	}
	return false
}

// maxWalks bounds the work of this rule on files made to be slow.
const maxWalks = 50_000_000

// walk is reach from one step; nil once the rule has worked enough, which is itself reported.
func (l *linter) walk(from int, stop func(int) bool) []bool {
	if l.walked > maxWalks {
		return nil
	}
	if l.walked += len(l.x.Steps); l.walked > maxWalks {
		l.find(l.d.StepsAt, "quá nhiều nhánh song song để kiểm tra hết", "chia thủ tục thành nhiều phần")
	}
	return l.g.reach([]int{from}, l.g.out, stop)
}

// concurrent are the targets of an outcome that may be taken at once; an else never goes with a conditional one.
func (l *linter) concurrent(o *Outcome) []int {
	var plain, conditional, otherwise []int
	for _, e := range o.Edges {
		j, ok := l.g.index[e.To]
		switch {
		case !ok:
		case e.Else:
			otherwise = append(otherwise, j)
		case e.When != "":
			conditional = append(conditional, j)
		default:
			plain = append(plain, j)
		}
	}
	if len(conditional) > 0 {
		return append(plain, conditional...)
	}
	return append(plain, otherwise...)
}

// split checks that branches opened together meet again before a result is returned. A refusal may end them all.
func (l *linter) split(i int) {
	for n := range l.x.Steps[i].Outcomes {
		o := &l.x.Steps[i].Outcomes[n]
		targets := l.concurrent(o)
		if len(targets) < 2 || l.exclusive(o) {
			continue
		}
		for _, t := range targets {
			seen := l.walk(t, func(k int) bool { return len(l.x.Steps[k].Join) > 0 })
			for k := range seen {
				if seen[k] && l.x.Steps[k].Kind == StepReturn && !l.x.Steps[k].Refusal {
					l.find(l.place(t), fmt.Sprintf("nhánh song song từ %s qua %s tới %s mà không hợp lại", l.x.Steps[i].ID, l.x.Steps[t].ID, l.x.Steps[k].ID), "thêm bước hợp nhánh có after trước khi trả kết quả")
					break
				}
			}
		}
	}
}

// exclusive says that no case takes two targets of the outcome at once.
func (l *linter) exclusive(o *Outcome) bool {
	for _, holds := range l.cases {
		if len(o.taken(func(name string) bool { return slices.Contains(holds, name) })) > 1 {
			return false
		}
	}
	return len(l.cases) > 0
}
