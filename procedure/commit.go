package procedure

import (
	"slices"
	"time"

	"motcua/calendar"
)

// Kinds of lines of a commitment.
const (
	LineVariant   = "variant"
	LineReduction = "reduction"
	LineMerge     = "merge"
)

// Commitment is the walk from the legal limit to the committed one for one dossier (clock.md §2). The committed limit is
// promised and judged by; the legal one is what the law gives this case, variants included, and kept for statistics.
type Commitment struct {
	// Legal and Committed are zero exactly when SameDay is set.
	Legal     calendar.Limit `json:"legal,omitzero"`
	Committed calendar.Limit `json:"committed,omitzero"`
	SameDay   *SameDay       `json:"same_day,omitempty"`
	// Lines are the rules that changed the limit, in the order applied.
	Lines []CommitLine `json:"lines,omitempty"`
	// Parts are what the parts of a merged procedure would promise by themselves.
	Parts []PartCommitment `json:"parts,omitempty"`
}

// CommitLine is one rule that changed the limit. Ground is the law of a variant, the decision of a reduction. From is
// zero where a variant replaces a same-day limit.
type CommitLine struct {
	Rule   string         `json:"rule"`
	Kind   string         `json:"kind"`
	From   calendar.Limit `json:"from,omitzero"`
	To     calendar.Limit `json:"to,omitzero"`
	Ground string         `json:"ground,omitempty"`
	// DecisionDate (YYYY-MM-DD) and Signer are of the decision in Ground.
	DecisionDate string `json:"decision_date,omitempty"`
	Signer       string `json:"signer,omitempty"`
	// Percent was cut and what remained rounded so, where the rule states its rounding.
	Percent  int       `json:"percent,omitempty"`
	Rounding *Rounding `json:"rounding,omitempty"`
	// Floor is the sum of the mandatory sub-limits, where it kept the cut from going further.
	Floor calendar.Limit `json:"floor,omitzero"`
}

// ByDate says whether the commitment is judged by date (day limits, same day) or by instant (hour limits), clock.md §6.
func (c *Commitment) ByDate() bool {
	return c.Committed.IsDays() || c.Committed.IsZero() && c.SameDay != nil
}

// Case is what a promise depends on besides the plan.
type Case struct {
	// Conditions are the names that hold; Channel is online, post or counter; Lead is the lead agency.
	Conditions []string
	Channel    string
	Lead       string
	// At is the acceptance; its date in Vietnam (UTC+7) decides which reductions are in force.
	At time.Time
	// Ended are the rules that a decision ended since the plan was published, which knows nothing of it.
	Ended []Ending
}

// Ending is the last day of acceptance (YYYY-MM-DD) of a rule, by a later decision.
type Ending struct {
	Rule string `json:"rule"`
	Last string `json:"last"`
}

// Commit is CommitCase for whichever agency leads.
func (x *Executable) Commit(conditions []string, channel string, at time.Time) Commitment {
	return x.CommitCase(Case{Conditions: conditions, Channel: channel, At: at})
}

// CommitCase walks from the legal to the committed limit: variants in declared order, then reductions in declared order.
func (x *Executable) CommitCase(k Case) Commitment {
	if x.Merged != nil {
		return x.commitMerged(k)
	}
	c := Commitment{Legal: x.Limit}
	if x.SameDay != nil {
		sameDay := *x.SameDay
		c.SameDay = &sameDay
	}
	for i := range x.Variants {
		v := &x.Variants[i]
		if v.When != "" && !slices.Contains(k.Conditions, v.When) {
			continue
		}
		if len(v.Channels) > 0 && !slices.Contains(v.Channels, k.Channel) {
			continue
		}
		to := v.Set
		if to.IsZero() {
			sum, err := c.Legal.Plus(v.Add)
			if err != nil {
				continue // lint refuses different units; an unlinted plan keeps its limit
			}
			to = sum
		}
		c.Lines = append(c.Lines, CommitLine{Rule: v.Rule, Kind: LineVariant, From: c.Legal, To: to, Ground: v.Ground})
		c.Legal, c.SameDay = to, nil
	}
	c.Committed = c.Legal
	if c.SameDay == nil && len(x.Reductions) > 0 {
		x.reduce(&c, &k, nil)
	}
	return c
}

// reduce applies the reductions; told hears of each what became of it.
func (x *Executable) reduce(c *Commitment, k *Case, told func(r *Reduction, why string)) {
	date := k.At.In(calendar.Zone()).Format(time.DateOnly)
	var floor calendar.Limit
	if len(x.SubLimits) > 0 {
		floor = floorOf(x.SubLimits, c.Legal.Unit)
	}
	for i := range x.Reductions {
		r := &x.Reductions[i]
		to, held, why := r.cut(c.Committed, c.Legal, floor, k, date)
		if told != nil {
			told(r, why)
		}
		if why != "" {
			continue
		}
		line := CommitLine{Rule: r.Rule, Kind: LineReduction, From: c.Committed, To: to, Ground: r.Decision, DecisionDate: r.DecisionDate, Signer: r.Signer}
		if r.Rounding != nil && r.CutPercent > 0 { // a rule that does not state its rounding leaves the lines that it always left
			line.Percent, line.Rounding = r.CutPercent, r.Rounding
		}
		if held {
			line.Floor = floor
		}
		c.Lines = append(c.Lines, line)
		c.Committed = to
	}
}

// Passed is a reduction of a plan that does not shorten the limit of a case, and why not.
type Passed struct {
	Rule string `json:"rule"`
	Why  string `json:"why"`
	Text string `json:"text"`
}

// PassedOver are the reductions of the plan that leave the limit of a case as it is, in declared order.
func (x *Executable) PassedOver(k Case) (out []Passed) {
	if x.Merged != nil {
		for i := range x.Merged.Parts {
			p := &x.Merged.Parts[i]
			for _, o := range p.alone().PassedOver(k) {
				o.Rule = p.ID + "." + o.Rule
				out = append(out, o)
			}
		}
		return out
	}
	c := x.CommitCase(k)
	if c.SameDay != nil {
		return nil
	}
	c.Committed = c.Legal
	x.reduce(&c, &k, func(r *Reduction, why string) {
		if why != "" {
			out = append(out, Passed{Rule: r.Rule, Why: why, Text: r.whyText(why)})
		}
	})
	return out
}
