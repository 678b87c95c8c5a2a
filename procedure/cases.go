package procedure

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// cases returns the sets of conditions that can hold together: every combination of the declared facts' values, when all
// facts have finitely many and the combinations are not too many; else, and then they are not exact, every combination of
// different expressions.
func cases(facts []Fact, conditions []Condition, x *expressions, w *work) (list [][]string, exact bool) {
	if len(conditions) == 0 {
		return [][]string{{}}, true
	}
	domains, ok := domains(facts)
	if !ok || len(conditions) > maxConditions {
		return freeCases(conditionNames(conditions), conditions), false
	}
	p := &Plan{Facts: facts, Conditions: conditions, programs: new(programs)}
	p.programs.once.Do(func() { p.programs.list, p.programs.err = x.programs(conditions) })
	seen := map[string]bool{}
	for _, assignment := range combinations(domains) {
		values := make(map[string]any, len(facts))
		for i, f := range facts {
			values[f.Name] = assignment[i]
		}
		holds, err := p.Evaluate(values)
		if err != nil || !w.spend(evaluationSteps*len(conditions)) {
			return freeCases(conditionNames(conditions), conditions), false
		}
		if k := strings.Join(holds, " "); !seen[k] {
			seen[k] = true
			list = append(list, holds)
		}
	}
	slices.SortStableFunc(list, func(a, b []string) int { return len(a) - len(b) })
	return list, true
}

// evaluationSteps is what one evaluation of one condition costs, in small steps.
const evaluationSteps = 100

func conditionNames(conditions []Condition) []string {
	names := make([]string, len(conditions))
	for i, c := range conditions {
		names[i] = c.Name
	}
	return names
}

// domains are the values of each fact; not ok when a fact has no end of them or the combinations are too many.
func domains(facts []Fact) (list [][]any, ok bool) {
	total := 1
	for _, f := range facts {
		var d []any
		switch {
		case len(f.Values) > 0:
			for _, v := range f.Values {
				parsed, err := f.parse(v)
				if err != nil {
					return nil, false
				}
				d = append(d, parsed)
			}
		case f.Type == FactBool:
			d = []any{false, true}
		default:
			return nil, false
		}
		if total *= len(d); total > maxCases {
			return nil, false
		}
		list = append(list, d)
	}
	return list, true
}

func combinations(domains [][]any) [][]any {
	list := [][]any{nil}
	for _, d := range domains {
		var longer [][]any
		for _, prefix := range list {
			for _, v := range d {
				longer = append(longer, append(slices.Clone(prefix), v))
			}
		}
		list = longer
	}
	return list
}

// freeCases combines conditions freely; those with the same expression hold together. Too many: none, the first
// thirty alone, all.
func freeCases(names []string, conditions []Condition) [][]string {
	groups := map[string][]string{}
	for _, name := range names {
		groups[name] = []string{name}
	}
	if len(conditions) > 0 {
		clear(groups)
		for _, c := range conditions {
			e := strings.Join(strings.Fields(c.Expression), " ")
			groups[e] = append(groups[e], c.Name)
		}
	}
	keys := slices.Sorted(maps.Keys(groups))
	if len(keys) > 8 {
		list := [][]string{{}}
		all := []string{}
		for i, k := range keys {
			if i < 30 {
				list = append(list, groups[k])
			}
			all = append(all, groups[k]...)
		}
		return append(list, all)
	}
	var list [][]string
	for bits := range 1 << len(keys) {
		holds := []string{}
		for i, k := range keys {
			if bits>>i&1 == 1 {
				holds = append(holds, groups[k]...)
			}
		}
		slices.Sort(holds)
		list = append(list, holds)
	}
	return list
}

// commitDates are the acceptance dates on which the set of reductions in force changes: on itself when it is given, else
// the publication (or the day before the first reduction) and every later day on which one begins or has ended.
func commitDates(x *Executable, published, on string) []string {
	if on != "" {
		return []string{on}
	}
	days := []string{}
	for i := range x.Reductions {
		r := &x.Reductions[i]
		days = append(days, shiftDay(r.From, -1), r.From)
		if r.To != "" {
			days = append(days, shiftDay(r.To, 1))
		}
	}
	if published != "" {
		days = slices.DeleteFunc(days, func(d string) bool { return d < published })
		days = append(days, published)
	}
	if len(days) == 0 {
		return []string{"2025-07-01"} // no rule depends on it
	}
	slices.Sort(days)
	return slices.Compact(days)
}

func shiftDay(date string, n int) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}
