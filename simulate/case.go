package simulate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// FromFile makes a scenario of one that was written in a file and checked against the plan.
func FromFile(plan *procedure.Plan, cal *calendar.Calendar, def *procedure.ScenarioDef) (Scenario, error) {
	sc := Scenario{
		Plan: &plan.Exec, Calendar: cal, Policy: dossier.DefaultPolicy(), Received: def.Received.Value,
		Channel: cmp.Or(def.Channel.Value, dossier.ChannelCounter), Pace: Pace(def.Pace.Value), Choose: map[string]string{}, Until: def.End(),
	}
	if sc.Pace == "none" {
		sc.Pace = PaceNone
	}
	for _, pair := range def.Choose {
		sc.Choose[pair.Name.Value] = pair.Value.Value
	}
	facts, found := plan.FactsOf(def.Facts)
	if len(found) > 0 {
		return sc, found
	}
	var err error
	if sc.Conditions, err = plan.Evaluate(facts); err != nil {
		return sc, err
	}
	if sc.Acts, err = acts(plan, def, facts); err != nil {
		return sc, err
	}
	for i := range def.Expect {
		if e := &def.Expect[i]; e.At.Set() && !slices.ContainsFunc(sc.Looks, e.At.Value.Equal) {
			sc.Looks = append(sc.Looks, e.At.Value)
		}
	}
	return sc, nil
}

// acts keeps the order of the file. Facts that change stay changed for the acts after them.
func acts(plan *procedure.Plan, def *procedure.ScenarioDef, facts map[string]any) ([]dossier.Act, error) {
	list := make([]dossier.Act, len(def.Acts))
	order := make([]int, len(def.Acts))
	for i := range def.Acts {
		list[i], order[i] = act(&def.Acts[i]), i
	}
	slices.SortStableFunc(order, func(a, b int) int { return list[a].At.Compare(list[b].At) })
	facts = maps.Clone(facts)
	for _, i := range order {
		changed, found := plan.FactsOf(def.Acts[i].Facts)
		if len(found) > 0 {
			return nil, found
		}
		if len(changed) == 0 {
			continue
		}
		maps.Copy(facts, changed)
		var err error
		if list[i].Conditions, err = plan.Evaluate(facts); err != nil {
			return nil, fmt.Errorf("%s: %w", def.Acts[i].At.Value.Format(time.DateTime), err)
		}
		list[i].ConditionsSet = true
	}
	return list, nil
}

func act(a *procedure.ActDef) dossier.Act {
	out := dossier.Act{
		Kind: strings.ReplaceAll(a.Do.Value, "-", "_"), At: a.At.Value, By: a.By.Value, Task: a.Step.Value, Outcome: a.Outcome.Value,
		To: a.To.Value, Reasoned: a.Reason.Set(), Ground: a.Ground.Value, Document: a.Document.Value, Approval: a.Approval.Value,
		GuidanceIgnored: a.GuidanceIgnored, Complete: a.Complete, Papers: values(a.Papers), Results: values(a.Results),
		Effective: a.Effective, MayBackdate: !a.Effective.IsZero(), From: a.From, Until: a.Until, Extension: a.Extension.Value,
		Payment: a.Payment.Value, Amount: int64(a.Amount), Financial: a.Financial,
	}
	if out.Kind == dossier.ActEndChild {
		out.By = dossier.ByLink
	}
	return out
}

func values(list []procedure.At[string]) []string {
	var out []string
	for _, v := range list {
		out = append(out, v.Value)
	}
	return out
}
