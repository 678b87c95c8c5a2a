package procedure

import (
	"time"

	"motcua/calendar"
)

// ReductionWalk is the way from the legal to the committed limit of a version in force, in each of its cases.
type ReductionWalk struct {
	Code string `json:"code"`
	Name string `json:"name"`
	// Lead is the agency that the version is for; empty: every one without a version of its own.
	Lead string `json:"lead,omitempty"`
	Hash string `json:"hash"`
	On   string `json:"on"`
	// Ordinary is the case in which no condition holds; Cases are those that promise something else.
	Ordinary ReductionCase   `json:"ordinary"`
	Cases    []ReductionCase `json:"cases,omitempty"`
	// Passed are the rules of the version that leave the ordinary case as it is, Unwritten those in whose scope the procedure is and
	// which it does not name, Outdated those of which it was published with other words.
	Passed    []Passed `json:"passed,omitempty"`
	Unwritten []string `json:"unwritten,omitempty"`
	Outdated  []string `json:"outdated,omitempty"`
}

// ReductionCase is one case with its walk.
type ReductionCase struct {
	Conditions []string   `json:"conditions,omitempty"`
	Channel    string     `json:"channel,omitempty"`
	Lead       string     `json:"lead,omitempty"`
	Commitment Commitment `json:"commitment"`
	Walk       []string   `json:"walk"`
}

// ExplainReductions tells how a promise comes about on a day, in each of its cases. rules are all by name, endings what decisions ended.
func ExplainReductions(pr Promise, rules map[string]Reduction, endings []Ending, at time.Time) ReductionWalk {
	x := &pr.Plan.Exec
	k := Case{Lead: pr.Lead, At: at, Ended: endings}
	day := at.In(calendar.Zone()).Format(time.DateOnly)
	w := ReductionWalk{Code: pr.Plan.Code, Name: pr.Plan.Name, Lead: pr.Lead, Hash: pr.Plan.Hash, On: day, Ordinary: caseOf(x, k), Passed: x.PassedOver(k)}
	seen := map[string]bool{said(w.Ordinary): true}
	for _, path := range pr.Plan.LongestPaths(day) {
		if pr.Lead != "" && path.Lead != "" && path.Lead != pr.Lead {
			continue // another agency's
		}
		k.Conditions, k.Channel, k.Lead = path.Conditions, "", path.Lead
		if len(channelsOf(x)) > 1 {
			k.Channel = path.Channel
		}
		if pr.Lead != "" {
			k.Lead = pr.Lead
		}
		if c := caseOf(x, k); !seen[said(c)] {
			seen[said(c)] = true
			w.Cases = append(w.Cases, c)
		}
	}
	r := ReportReductions([]Promise{pr}, rules, endings, at)
	for _, e := range r.Rules {
		if len(e.Unwritten) > 0 {
			w.Unwritten = append(w.Unwritten, e.Rule)
		}
		if len(e.Outdated) > 0 {
			w.Outdated = append(w.Outdated, e.Rule)
		}
	}
	return w
}

func caseOf(x *Executable, k Case) ReductionCase {
	c := x.CommitCase(k)
	return ReductionCase{Conditions: k.Conditions, Channel: k.Channel, Lead: k.Lead, Commitment: c, Walk: c.Walk()}
}

// said tells walks apart.
func said(c ReductionCase) (text string) {
	for _, l := range c.Walk {
		text += l + "\n"
	}
	return text
}
