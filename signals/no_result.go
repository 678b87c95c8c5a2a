package signals

import (
	"slices"

	"motcua/dossier"
	"motcua/procedure"
)

// noResult: finished, not refused, and no result was recorded although the plan declares some; or a result is recorded that a step
// of the plan was to produce, and that step was never done.
func (l *life) noResult(e *dossier.Event, b dossier.Finished) error {
	if b.Refusal {
		return nil
	}
	plan, err := l.sources.Plans(l.s.Plan)
	if err != nil {
		return err
	}
	if l.recorded(plan, b.Results) {
		return nil
	}
	l.see(Signal{Rule: RuleNoResult, Subject: l.code, Agency: l.s.Lead, Procedure: l.s.Procedure}, evidence(l.code, e))
	return nil
}

func (l *life) recorded(plan *procedure.Executable, results []string) bool {
	declared := false
	producers := map[string][]string{}
	for i := range plan.Steps {
		st := &plan.Steps[i]
		if st.Refusal {
			continue
		}
		declared = declared || len(st.Results) > 0
		if st.Kind == procedure.StepReturn {
			continue
		}
		for _, r := range st.Results {
			producers[r] = append(producers[r], st.ID)
		}
	}
	named := l.named()
	switch {
	case !declared:
		return true
	case len(results) == 0:
		return len(named) > 0
	}
	return !slices.ContainsFunc(results, func(r string) bool {
		return len(producers[r]) > 0 && !slices.Contains(named, r) && !slices.ContainsFunc(producers[r], l.done)
	})
}

// named are the results that people named as they completed steps.
func (l *life) named() (out []string) {
	for i := range l.events {
		if b, ok := l.events[i].Body.(dossier.StepCompleted); ok {
			out = append(out, b.Results...)
		}
	}
	return out
}

// done says that a step was completed.
func (l *life) done(step string) bool {
	return slices.ContainsFunc(l.s.Visits, func(v dossier.Visit) bool { return v.Step == step && !v.Open() && !v.Cancelled })
}
