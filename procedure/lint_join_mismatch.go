package procedure

import (
	"fmt"
	"slices"
)

func joinMismatchRule() rule {
	return rule{Rule{ID: "join-mismatch", Severity: SeverityError,
		Doc: "Hợp nhánh (after) chỉ gồm những bước dẫn tới nó và cùng chạy song song; các nhánh mở song song phải gặp lại nhau trước khi trả kết quả."},
		func(l *linter) {
			for i := range l.d.Steps {
				l.join(i)
			}
			for _, f := range l.forks() {
				l.split(&f)
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
			if l.full() {
				return
			}
			if !l.together(j, k) {
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

// fork is an outcome that may open several branches, with what each branch reaches before it meets the others.
type fork struct {
	step    int
	outcome *Outcome
	targets []int
	regions [][]bool
}

// forks finds all forks once.
func (l *linter) forks() []fork {
	if l.forked {
		return l.forkList
	}
	l.forked = true
	for i := range l.x.Steps {
		for n := range l.x.Steps[i].Outcomes {
			o := &l.x.Steps[i].Outcomes[n]
			f := fork{step: i, outcome: o, targets: l.concurrent(o)}
			if len(f.targets) < 2 || l.exclusive(o) {
				continue
			}
			for _, t := range f.targets {
				f.regions = append(f.regions, l.region(t))
			}
			l.forkList = append(l.forkList, f)
		}
	}
	return l.forkList
}

// together says whether some fork opens two branches of which one leads to a and the other to b before they meet.
func (l *linter) together(a, b int) bool {
	if !l.spend(1) {
		l.exhaust()
		return true
	}
	for _, f := range l.forks() {
		if !l.spend(len(f.regions) * len(f.regions)) {
			l.exhaust()
			return true
		}
		for m := range f.regions {
			for n := range f.regions {
				if m != n && f.regions[m][a] && f.regions[n][b] {
					return true
				}
			}
		}
	}
	return l.exhausted
}

// exhaust says once that a file made to be slow was not looked at to the end; it cannot be published then.
func (l *linter) exhaust() {
	if !l.exhausted {
		l.exhausted = true
		l.find(l.d.StepsAt, "quá nhiều nhánh song song để kiểm tra hết", "chia thủ tục thành nhiều phần")
	}
}

// region is what a branch reaches before it meets another one: a join lets it pass only when all that it waits for lies
// inside the branch.
func (l *linter) region(from int) []bool {
	open := make([]bool, len(l.x.Steps))
	for {
		if !l.spend(len(l.x.Steps) + l.g.edges + l.g.joins) {
			l.exhaust()
			return make([]bool, len(l.x.Steps))
		}
		seen := l.g.reach([]int{from}, l.g.out, func(k int) bool { return len(l.x.Steps[k].Join) > 0 && !open[k] && k != from })
		more := false
		for k := range l.x.Steps {
			if join := l.x.Steps[k].Join; len(join) > 0 && !open[k] && !slices.ContainsFunc(join, func(id string) bool {
				j, ok := l.g.index[id]
				return !ok || !seen[j]
			}) {
				open[k], more = true, true
			}
		}
		if !more {
			return seen
		}
	}
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
func (l *linter) split(f *fork) {
	for n, t := range f.targets {
		for k, inside := range f.regions[n] {
			if inside && l.x.Steps[k].Kind == StepReturn && !l.x.Steps[k].Refusal {
				l.find(l.place(t), fmt.Sprintf("nhánh song song từ %s qua %s tới %s mà không hợp lại", l.x.Steps[f.step].ID, l.x.Steps[t].ID, l.x.Steps[k].ID), "thêm bước hợp nhánh có after trước khi trả kết quả")
				break
			}
		}
	}
}

// exclusive says that no case takes two targets of the outcome at once.
func (l *linter) exclusive(o *Outcome) bool {
	for _, holds := range l.holding {
		l.spend(len(o.Edges))
		if len(o.taken(func(name string) bool { return holds[name] })) > 1 {
			return false
		}
	}
	return len(l.holding) > 0
}
