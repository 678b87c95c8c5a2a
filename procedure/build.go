package procedure

import (
	"cmp"
	"fmt"
	"slices"

	"motcua/calendar"
)

// DefaultOutcome is the outcome of a step that declares none.
const DefaultOutcome = "done"

// defaultIntake are the intake limits of a definition that names none; the online one is not verified (domain.md OS-04).
func defaultIntake() []ChannelLimit {
	return []ChannelLimit{
		{Channel: "online", Limit: calendar.MustLimit("8wh")},
		{Channel: "post", Limit: calendar.MustLimit("1wd")},
	}
}

// withDefaults completes a supplement rule: restart, asked within 3wd (NĐ 61/2018 Đ19.4), papers checked within 8wh.
func (s *Supplement) withDefaults() Supplement {
	full := Supplement{}
	if s != nil {
		full = *s
	}
	full.Effect = cmp.Or(full.Effect, EffectRestart)
	if full.Within.IsZero() {
		full.Within = calendar.MustLimit("3wd")
	}
	if full.Check.IsZero() {
		full.Check = calendar.MustLimit("8wh")
	}
	return full
}

// build makes the executable part out of a definition, errors and all, so that lint sees exactly what would run.
// The conditions come in the order of the file.
func build(d *Definition, s *Shelf) (Executable, []Condition) {
	b := &builder{d: d, x: Executable{Code: d.Code.Value, Limit: d.Limit.Value, StartsAt: d.StartsAt.Value}}
	b.rules(s)
	joins := map[string]string{}
	for i := range d.Steps {
		for _, from := range d.Steps[i].After {
			if _, taken := joins[from.Value]; !taken {
				joins[from.Value] = d.Steps[i].ID.Value
			}
		}
	}
	for i := range d.Steps {
		b.step(i, joins)
	}
	if len(b.x.Steps) > 0 {
		b.x.Start = b.x.Steps[0].ID
	}
	b.boundLoops()
	b.references()
	for i := range d.Documents {
		if doc := &d.Documents[i]; doc.When.Set() {
			b.condition("document."+doc.Value.ID, doc.When)
		}
	}
	return b.x, b.conditions
}

type builder struct {
	d          *Definition
	x          Executable
	conditions []Condition
}

func (b *builder) condition(name string, e Expr) string {
	b.conditions = append(b.conditions, Condition{Name: name, Expression: e.Text, Line: e.Pos.Line, Col: e.Pos.Col})
	return name
}

// rules takes over limit, variants, reductions, extensions, intake, supplement and ladder.
func (b *builder) rules(s *Shelf) {
	d := b.d
	if d.SameDayAt.Line > 0 {
		b.x.SameDay = &SameDay{}
		if d.SameDay != nil {
			*b.x.SameDay = *d.SameDay
		}
	}
	b.x.Variants, b.x.Reductions, b.x.SubLimits = b.variants("", d.Variants), b.reductions("", d.Reductions, s), values(d.SubLimits)
	b.merged(s)
	for _, e := range d.Extensions {
		b.x.Extensions = append(b.x.Extensions, e.Value)
	}
	b.x.Intake.Limits = d.Intake
	if d.Intake == nil {
		b.x.Intake.Limits = defaultIntake()
	}
	b.x.Supplement = d.Supplement.withDefaults()
	for _, g := range d.Rungs {
		b.x.Ladder = append(b.x.Ladder, g.Value)
	}
	if d.Ladder.Set() && s != nil {
		b.x.Ladder = slices.Clone(s.Ladders[d.Ladder.Value])
	}
}

// variants names the condition of each variant by its rule, of a part's by the part and its rule.
func (b *builder) variants(prefix string, list []VariantDef) (out []Variant) {
	for i := range list {
		v := list[i].Value
		if list[i].When.Set() {
			v.When = b.condition(prefix+v.Rule, list[i].When)
		}
		out = append(out, v)
	}
	return out
}

// reductions are the rules that the definition names, in their order, as they travel with the plan. The condition of each is named
// "reduction.<rule>", of a part's with the part before it.
func (b *builder) reductions(prefix string, refs []ReductionRef, s *Shelf) (out []Reduction) {
	for _, ref := range applied(refs, s) {
		rule := ref.rule(s)
		if ref.Inline == nil && rule.Rule == "" {
			continue // nothing on the shelf has this name: lint says so
		}
		when := ref.When
		if rule.Expression != "" && !when.Set() {
			when = Expr{Text: rule.Expression, Pos: ref.at()}
		}
		r := rule.compiled(b.d.Agency.Value)
		if when.Set() {
			r.When = b.condition(prefix+"reduction."+r.Rule, when)
		}
		// The first rule meets the legal limit as it is; nothing need be said of it.
		r.OfLegal = len(out) > 0 && !(r.Above.IsZero() && r.UpTo.IsZero())
		out = append(out, r)
	}
	return out
}

// merged takes over the rule and the parts of a merged procedure.
func (b *builder) merged(s *Shelf) {
	d := b.d
	if d.Merged == nil {
		return
	}
	m := &Merged{Rule: d.Merged.Rule.Value, Limit: d.Merged.Limit.Value, Refusal: d.Merged.Refusal.Value}
	for _, def := range d.Parts {
		p := Part{ID: def.ID.Value, Code: def.Code.Value, Plan: def.Plan.Value, Limit: def.Limit.Value, Less: def.Less.Value,
			Variants: b.variants(def.ID.Value+".", def.Variants), Reductions: b.reductions(def.ID.Value+".", def.Reductions, s), SubLimits: values(def.SubLimits)}
		for _, r := range d.Results {
			if r.Value.Part == p.ID {
				p.Results = append(p.Results, r.Value.ID)
			}
		}
		m.Parts = append(m.Parts, p)
	}
	b.x.Merged = m
}

// lead writes the lead agency as the empty reference.
func (b *builder) lead(ref string) string {
	if ref == b.d.Agency.Value {
		return ""
	}
	return ref
}

func (b *builder) step(i int, joins map[string]string) {
	def := &b.d.Steps[i]
	st := Step{ID: def.ID.Value, Kind: StepWork, Role: def.Role.Value, Agency: b.lead(def.Agency.Value), Limit: def.Limit.Value,
		Wait: def.Wait.Value, Leg: def.Leg.Value, Excluded: def.Clock.Value == "excluded", Bound: def.Bound.Value, Silence: def.Silence.Value, Ground: def.Ground.Value,
		Expires: def.Expires.Value, Closing: def.Closing, Reentry: cmp.Or(def.Reentry.Value, ReentryRestart), MaxVisits: def.MaxVisits.Value,
		Refusal: def.Refusal.Value, Confirm: def.Confirm.Value, Results: values(def.Results), Join: values(def.After), Part: def.Part.Value}
	st.Leg = cmp.Or(st.Leg, "agency")
	switch {
	case def.Return.Value:
		st.Kind = StepReturn
	case def.Wait.Set():
		st.Kind = StepWait
	case def.Automatic.Value:
		st.Kind = StepAutomatic
	case def.Procedure.Set():
		st.Kind, st.Procedure = StepSub, def.Procedure.Value
		for _, f := range def.Facts {
			st.Facts = append(st.Facts, FactLink{Child: f.Child.Value, Parent: f.Parent.Value})
		}
		slices.SortFunc(st.Facts, func(a, b FactLink) int { return cmp.Compare(a.Child, b.Child) })
	}
	for _, m := range def.May {
		if act, ok := mays()[written(m.Value)]; ok {
			st.May = append(st.May, act)
		}
	}
	if def.Supplement != nil {
		own := def.Supplement.withDefaults()
		st.Supplement = &own
	}
	for _, o := range def.Outcomes {
		st.Outcomes = append(st.Outcomes, b.outcome(st.ID, o))
	}
	if len(st.Outcomes) == 0 && st.Kind != StepReturn {
		next := joins[st.ID]
		if next == "" && i+1 < len(b.d.Steps) {
			next = b.d.Steps[i+1].ID.Value
		}
		if next != "" {
			st.Outcomes = []Outcome{{Name: DefaultOutcome, Edges: []Edge{{To: next}}}}
		}
	}
	b.x.Steps = append(b.x.Steps, st)
}

func (b *builder) outcome(step string, def OutcomeDef) Outcome {
	o := Outcome{Name: def.Name.Value}
	for n, e := range def.Edges {
		edge := Edge{To: e.To.Value, Else: e.Else}
		if e.When.Set() {
			edge.When = b.condition(fmt.Sprintf("%s.%s.%d", step, o.Name, n+1), e.When)
		}
		o.Edges = append(o.Edges, edge)
	}
	return o
}

// boundLoops gives every step of a loop the bound of the loop's largest declared one.
func (b *builder) boundLoops() {
	g := newGraph(&b.x)
	for _, loop := range g.loops(nil) {
		bound := 0
		for _, i := range loop {
			bound = max(bound, b.x.Steps[i].MaxVisits)
		}
		for _, i := range loop {
			if b.x.Steps[i].MaxVisits == 0 {
				b.x.Steps[i].MaxVisits = bound
			}
		}
	}
}

// references lists the agencies and conditions that the steps use.
func (b *builder) references() {
	add := func(ref string) {
		if ref != "" && ref != RefReceiving {
			b.x.Agencies = append(b.x.Agencies, ref)
		}
	}
	b.x.StartsAt = b.lead(b.x.StartsAt)
	if b.x.StartsAt == "" && b.d.StartsAt.Set() {
		// The lead agency's receipt: named in full, for empty means acceptance.
		b.x.StartsAt = b.d.StartsAt.Value
		for i := range b.x.Steps {
			if b.x.Steps[i].Agency == "" {
				b.x.Steps[i].Agency = b.x.StartsAt
			}
		}
	}
	add(b.x.StartsAt)
	for i := range b.x.Steps {
		add(b.x.Steps[i].Agency)
	}
	slices.Sort(b.x.Agencies)
	b.x.Agencies = slices.Compact(b.x.Agencies)
	for _, c := range b.conditions {
		b.x.Conditions = append(b.x.Conditions, c.Name)
	}
	slices.Sort(b.x.Conditions)
	b.x.Conditions = slices.Compact(b.x.Conditions)
}

func values[T any](list []At[T]) []T {
	var out []T
	for _, v := range list {
		out = append(out, v.Value)
	}
	return out
}
