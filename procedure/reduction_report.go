package procedure

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"motcua/calendar"
)

// Promise is a version in force: what a procedure promises, for one lead agency or (empty) for all without one of their own.
type Promise struct {
	Plan *Plan
	Lead string
}

// Amount is a sum of time in one unit.
type Amount struct {
	Unit  string  `json:"unit"`
	Count float64 `json:"count"`
}

// ReductionReport says what reductions take off the limits of the procedures in force, on a day. Every figure is made of the walk of
// the promise itself, for the ordinary case of each procedure: no condition holds, through no channel that a rule names.
type ReductionReport struct {
	// On is the day of acceptance, YYYY-MM-DD.
	On string `json:"on"`
	// Total counts all procedures with a limit of their own; the groups of each division add up to it.
	Total ReductionGroup `json:"total"`
	// Merged procedures are made of others, which are counted themselves.
	Merged int `json:"merged"`

	ByRule   []ReductionGroup `json:"by_rule"`
	ByLevel  []ReductionGroup `json:"by_level"`
	ByField  []ReductionGroup `json:"by_field"`
	ByAgency []ReductionGroup `json:"by_agency"`
	// Rules are the rules that take something off, and those that would: the days of all are those of the total.
	Rules []RuleEffect       `json:"rules"`
	Items []ReducedProcedure `json:"items"`
}

// ReductionGroup counts procedures. By rule a procedure is in the group of exactly the rules that cut it ("a+b"), by level, field and
// agency in that of its own, or of all where its versions differ.
type ReductionGroup struct {
	Key        string `json:"key"`
	Procedures int    `json:"procedures"`
	// Cut have a shorter limit in the ordinary case, by Days together; Partly have one in other cases only.
	Cut    int      `json:"cut"`
	Partly int      `json:"partly"`
	Days   []Amount `json:"days"`
	// Unwritten are in the scope of a rule, and not cut by it because their internal process was not rewritten.
	Unwritten int `json:"unwritten"`
}

// RuleEffect is what one rule does.
type RuleEffect struct {
	Rule     string `json:"rule"`
	Decision string `json:"decision"`
	// Procedures it shortens in the ordinary case, and by how much.
	Procedures int      `json:"procedures"`
	Days       []Amount `json:"days"`
	// Unwritten are the codes in its scope that do not name it; Outdated those whose version was published with other words of it.
	Unwritten []string `json:"unwritten,omitempty"`
	Outdated  []string `json:"outdated,omitempty"`
}

// ReducedProcedure is a procedure in the report.
type ReducedProcedure struct {
	Code      string         `json:"code"`
	Name      string         `json:"name"`
	Field     string         `json:"field"`
	Level     string         `json:"level"`
	Agency    string         `json:"agency"`
	Legal     calendar.Limit `json:"legal,omitzero"`
	Committed calendar.Limit `json:"committed,omitzero"`
	Days      []Amount       `json:"days,omitempty"`
	// Rules cut the ordinary case; Partly only others; Unwritten would, were the process rewritten.
	Rules     []string `json:"rules,omitempty"`
	Partly    []string `json:"partly,omitempty"`
	Unwritten []string `json:"unwritten,omitempty"`
	// Varies: its versions promise differently by lead agency, and this is the one that cuts least.
	Varies bool     `json:"varies,omitempty"`
	Walk   []string `json:"walk"`

	lines    []CommitLine
	outdated []string
}

// cutBy is how many hundredths of its unit the ordinary case is cut by.
func (p *ReducedProcedure) cutBy() int {
	if p.Legal.Unit != p.Committed.Unit {
		return 0
	}
	return p.Legal.Hundredths - p.Committed.Hundredths
}

// ReportReductions makes the report on a day. rules are all that are in force or were, by name, endings what decisions ended since.
func ReportReductions(promises []Promise, rules map[string]Reduction, endings []Ending, on time.Time) ReductionReport {
	r := ReductionReport{On: on.In(calendar.Zone()).Format(time.DateOnly), Items: []ReducedProcedure{}}
	byCode := map[string][]ReducedProcedure{}
	merged := map[string]bool{}
	for _, p := range promises {
		if p.Plan.Exec.Merged != nil {
			merged[p.Plan.Code] = true
			continue
		}
		byCode[p.Plan.Code] = append(byCode[p.Plan.Code], p.reduced(rules, endings, on, r.On))
	}
	r.Merged = len(merged)
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		r.Items = append(r.Items, least(byCode[code]))
	}
	r.Total = groups(r.Items, func(*ReducedProcedure) string { return "" }).one()
	r.ByRule = groups(r.Items, func(p *ReducedProcedure) string { return strings.Join(p.Rules, "+") }).sorted()
	r.ByLevel = groups(r.Items, func(p *ReducedProcedure) string { return p.Level }).sorted()
	r.ByField = groups(r.Items, func(p *ReducedProcedure) string { return p.Field }).sorted()
	r.ByAgency = groups(r.Items, func(p *ReducedProcedure) string { return p.Agency }).sorted()
	r.Rules = effects(r.Items, rules)
	return r
}

func (p *Promise) reduced(rules map[string]Reduction, endings []Ending, on time.Time, day string) ReducedProcedure {
	x := &p.Plan.Exec
	k := Case{Lead: p.Lead, At: on, Ended: endings}
	c := x.CommitCase(k)
	out := ReducedProcedure{Code: p.Plan.Code, Name: p.Plan.Name, Field: p.Plan.Field, Level: p.Plan.Level, Agency: p.Plan.Agency,
		Legal: c.Legal, Committed: c.Committed, Walk: c.Walk()}
	for _, l := range c.Lines {
		if l.Kind == LineReduction {
			out.Rules, out.lines = append(out.Rules, l.Rule), append(out.lines, l)
		}
	}
	for _, o := range x.PassedOver(k) {
		if o.Why == OtherChannel || o.Why == OtherAgency || o.Why == OtherCase {
			out.Partly = append(out.Partly, o.Rule)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		rule := rules[name]
		i := slices.IndexFunc(x.Reductions, func(r Reduction) bool { return r.Rule == name })
		switch {
		case i >= 0 && !x.Reductions[i].saysLike(rule.compiled(p.Plan.Agency)):
			out.outdated = append(out.outdated, name)
		case i < 0 && rule.From <= day && (rule.To == "" || day <= rule.To) && rule.InScope(p.Plan):
			out.Unwritten = append(out.Unwritten, name)
		}
	}
	out.Days = amounts(map[calendar.Unit]int{c.Legal.Unit: out.cutBy()})
	return out
}

// saysLike compares what two compiled rules say, leaving out what depends on the plan that they stand in.
func (r *Reduction) saysLike(o Reduction) bool {
	a, b := *r, o
	for _, x := range []*Reduction{&a, &b} {
		x.When, x.OfLegal = "", false
	}
	return asData(a, nil) == asData(b, nil)
}

// least is the version of a procedure that cuts least, so that no figure says more than everybody is promised.
func least(versions []ReducedProcedure) ReducedProcedure {
	out := slices.MinFunc(versions, func(a, b ReducedProcedure) int { return cmp.Compare(a.cutBy(), b.cutBy()) })
	for i := range versions {
		v := &versions[i]
		out.Varies = out.Varies || v.Legal != out.Legal || v.Committed != out.Committed
		out.Field, out.Level, out.Agency = together(out.Field, v.Field), together(out.Level, v.Level), together(out.Agency, v.Agency)
		if v.cutBy() > out.cutBy() {
			for _, rule := range v.Rules {
				if !slices.Contains(out.Rules, rule) && !slices.Contains(out.Partly, rule) {
					out.Partly = append(out.Partly, rule)
				}
			}
		}
		for _, rule := range v.outdated {
			if !slices.Contains(out.outdated, rule) {
				out.outdated = append(out.outdated, rule)
			}
		}
	}
	return out
}

func together(a, b string) string {
	all := strings.Split(a, "+")
	if slices.Contains(all, b) {
		return a
	}
	all = append(all, b)
	slices.Sort(all)
	return strings.Join(all, "+")
}

type grouping map[string]*countedGroup

type countedGroup struct {
	ReductionGroup
	days map[calendar.Unit]int
}

func groups(items []ReducedProcedure, key func(*ReducedProcedure) string) grouping {
	g := grouping{}
	for i := range items {
		p := &items[i]
		k := key(p)
		if g[k] == nil {
			g[k] = &countedGroup{ReductionGroup: ReductionGroup{Key: k}, days: map[calendar.Unit]int{}}
		}
		c := g[k]
		c.Procedures++
		switch n := p.cutBy(); {
		case n > 0:
			c.Cut++
			c.days[p.Legal.Unit] += n
		case len(p.Partly) > 0:
			c.Partly++
		}
		if len(p.Unwritten) > 0 {
			c.Unwritten++
		}
	}
	return g
}

func (g grouping) sorted() []ReductionGroup {
	out := []ReductionGroup{}
	for _, k := range slices.Sorted(maps.Keys(g)) {
		c := g[k]
		c.Days = amounts(c.days)
		out = append(out, c.ReductionGroup)
	}
	return out
}

func (g grouping) one() ReductionGroup {
	if list := g.sorted(); len(list) > 0 {
		return list[0]
	}
	return ReductionGroup{Days: []Amount{}}
}

// amounts are sums by unit that are not zero, in the order of the units.
func amounts(sums map[calendar.Unit]int) []Amount {
	out := []Amount{}
	for _, u := range slices.Sorted(maps.Keys(sums)) {
		if n := sums[u]; n != 0 {
			out = append(out, Amount{Unit: u.String(), Count: float64(n) / 100})
		}
	}
	return out
}

// effects are what each rule takes off: the differences of the lines of the walks.
func effects(items []ReducedProcedure, rules map[string]Reduction) []RuleEffect {
	found, days := map[string]*RuleEffect{}, map[string]map[calendar.Unit]int{}
	of := func(rule, decision string) *RuleEffect {
		if found[rule] == nil {
			if known, ok := rules[rule]; ok {
				decision = known.Decision
			}
			found[rule], days[rule] = &RuleEffect{Rule: rule, Decision: decision}, map[calendar.Unit]int{}
		}
		return found[rule]
	}
	for i := range items {
		p := &items[i]
		for _, l := range p.lines {
			of(l.Rule, l.Ground).Procedures++
			days[l.Rule][l.From.Unit] += l.From.Hundredths - l.To.Hundredths
		}
		for _, rule := range p.Unwritten {
			e := of(rule, "")
			e.Unwritten = append(e.Unwritten, p.Code)
		}
		for _, rule := range p.outdated {
			e := of(rule, "")
			e.Outdated = append(e.Outdated, p.Code)
		}
	}
	out := []RuleEffect{}
	for _, rule := range slices.Sorted(maps.Keys(found)) {
		e := found[rule]
		e.Days = amounts(days[rule])
		out = append(out, *e)
	}
	return out
}
