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
}

// ByDate says whether the commitment is judged by date (day limits, same day) or by instant (hour limits), clock.md §6.
func (c *Commitment) ByDate() bool {
	return c.Committed.IsDays() || c.Committed.IsZero() && c.SameDay != nil
}

// Commit walks from the legal to the committed limit: variants in declared order, then reductions in declared order.
// conditions are the names that hold, channel is online, post or counter, at is the acceptance; its date in Vietnam
// (UTC+7) decides which reductions are in force.
func (x *Executable) Commit(conditions []string, channel string, at time.Time) Commitment {
	if x.Merged != nil {
		return x.commitMerged(conditions, channel, at)
	}
	c := Commitment{Legal: x.Limit}
	if x.SameDay != nil {
		sameDay := *x.SameDay
		c.SameDay = &sameDay
	}
	for i := range x.Variants {
		v := &x.Variants[i]
		if v.When != "" && !slices.Contains(conditions, v.When) {
			continue
		}
		if len(v.Channels) > 0 && !slices.Contains(v.Channels, channel) {
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
	if c.SameDay != nil {
		return c
	}
	date := at.In(time.FixedZone("UTC+7", 7*3600)).Format(time.DateOnly)
	for i := range x.Reductions {
		r := &x.Reductions[i]
		to := r.apply(c.Committed, date)
		if to == c.Committed {
			continue
		}
		c.Lines = append(c.Lines, CommitLine{Rule: r.Rule, Kind: LineReduction, From: c.Committed, To: to, Ground: r.Decision})
		c.Committed = to
	}
	return c
}

// apply returns the limit after the reduction, or l itself where it does not apply. A reduction never lengthens a limit
// and never takes all of it.
func (r *Reduction) apply(l calendar.Limit, date string) calendar.Limit {
	if date < r.From || (r.To != "" && date > r.To) {
		return l
	}
	if !r.Above.IsZero() && (l.Unit != r.Above.Unit || l.Hundredths <= r.Above.Hundredths) {
		return l
	}
	to := l
	switch {
	case r.CutPercent > 0:
		// Rounded down to whole units of what remains: floor(0.8 × 12) = 9 (domain.md §8.1).
		to.Hundredths = l.Hundredths * (100 - r.CutPercent) / 100 / 100 * 100
	case !r.Cut.IsZero() && r.Cut.Unit == l.Unit:
		to.Hundredths = l.Hundredths - r.Cut.Hundredths
	case !r.Set.IsZero() && r.Set.Unit == l.Unit:
		to = r.Set
	}
	if to.Hundredths <= 0 || to.Hundredths > l.Hundredths {
		return l
	}
	return to
}
