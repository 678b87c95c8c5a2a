package procedure

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// caseSet are sets of conditions that can hold together.
type caseSet struct {
	sets [][]string
	// exact: the facts allow these cases and no others. complete: no case is missing, though some may be impossible; what
	// holds in all of them is proven then.
	exact, complete bool
}

// cases returns every combination of the declared facts' values, when all facts have finitely many and the combinations are
// not too many; else every combination of different expressions, as far as those are not too many.
func cases(facts []Fact, conditions []Condition, x *expressions, w *work) caseSet {
	if len(conditions) == 0 {
		return caseSet{sets: [][]string{{}}, exact: true, complete: true}
	}
	domains, ok := domains(facts)
	if !ok {
		return freeCases(conditions)
	}
	p := &Plan{Facts: facts, Conditions: conditions, programs: new(programs)}
	p.programs.once.Do(func() { p.programs.list, p.programs.err = x.programs(conditions) })
	c := caseSet{exact: true, complete: true}
	seen := map[string]bool{}
	for _, assignment := range combinations(domains) {
		values := make(map[string]any, len(facts))
		for i, f := range facts {
			values[f.Name] = assignment[i]
		}
		holds, err := p.Evaluate(values)
		if err != nil || !w.spend(evaluationSteps*len(conditions)) {
			return freeCases(conditions)
		}
		if k := strings.Join(holds, " "); !seen[k] {
			seen[k] = true
			c.sets = append(c.sets, holds)
		}
	}
	slices.SortStableFunc(c.sets, func(a, b []string) int { return len(a) - len(b) })
	return c
}

// evaluationSteps is what one evaluation of one condition costs, in small steps.
const evaluationSteps = 100

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

// freeCases combines conditions freely; those with the same expression hold together, and those of papers, which neither a
// path nor a limit depends on, are left out where only they do. Too many: none, the first thirty alone, all, which proves
// nothing.
func freeCases(conditions []Condition) caseSet {
	groups := map[string][]string{}
	for _, c := range conditions {
		e := strings.Join(strings.Fields(c.Expression), " ")
		groups[e] = append(groups[e], c.Name)
	}
	maps.DeleteFunc(groups, func(_ string, names []string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { return !strings.HasPrefix(n, "document.") })
	})
	keys := slices.Sorted(maps.Keys(groups))
	if 1<<min(len(keys), 62) > maxCases {
		list := [][]string{{}}
		all := []string{}
		for i, k := range keys {
			if i < 30 {
				list = append(list, groups[k])
			}
			all = append(all, groups[k]...)
		}
		return caseSet{sets: append(list, all)}
	}
	c := caseSet{complete: true}
	for bits := range 1 << len(keys) {
		holds := []string{}
		for i, k := range keys {
			if bits>>i&1 == 1 {
				holds = append(holds, groups[k]...)
			}
		}
		slices.Sort(holds)
		c.sets = append(c.sets, holds)
	}
	return c
}

// channelsOf are the channels that can promise differently: one where none does.
func channelsOf(x *Executable) []string {
	variants := x.Variants
	if x.Merged != nil {
		variants = slices.Clone(variants)
		for i := range x.Merged.Parts {
			variants = append(variants, x.Merged.Parts[i].Variants...)
		}
	}
	if slices.ContainsFunc(variants, func(v Variant) bool { return len(v.Channels) > 0 }) ||
		slices.ContainsFunc(x.reductions(), func(r Reduction) bool { return len(r.Channels) > 0 }) {
		return channels()
	}
	return []string{"online"}
}

// leadsOf are lead agencies that stand for all: none that a reduction names, and of those that the same reductions name one.
func leadsOf(x *Executable) []string {
	named := map[string]string{} // by agency, the reductions that name it
	var order []string
	for i, r := range x.reductions() {
		for _, agency := range r.Agencies {
			if named[agency] == "" {
				order = append(order, agency)
			}
			named[agency] += strconv.Itoa(i) + ","
		}
	}
	leads, seen := []string{""}, map[string]bool{}
	for _, agency := range order {
		if !seen[named[agency]] {
			seen[named[agency]] = true
			leads = append(leads, agency)
		}
	}
	return leads
}

// commitDates are the acceptance dates on which the set of reductions in force changes: on itself when it is given, else
// the publication (or the day before the first reduction) and every later day on which one begins or has ended.
func commitDates(x *Executable, published, on string) []string {
	if on != "" {
		return []string{on}
	}
	days := []string{}
	for _, r := range x.reductions() {
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
