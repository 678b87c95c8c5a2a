package procedure

import (
	"slices"

	"motcua/calendar"
)

// Rules of a merged procedure (thủ tục ghép, clock.md §11).
const (
	MergeSequence = "sequence" // one part after the other
	MergeParallel = "parallel" // all parts at once

	MergeSum     = "sum"     // the parts' limits added, less what is shared
	MergeLongest = "longest" // the longest part's limit
	MergeOwn     = "own"     // a limit of its own, never above the sum

	RefuseGiveBack = "give-back" // results already signed are given back with the refusal
	RefuseAll      = "refuse-all"
)

// Merged is what makes an executable a merged procedure.
type Merged struct {
	Rule    string `json:"rule"`
	Limit   string `json:"limit"`
	Refusal string `json:"refusal"`
	Parts   []Part `json:"parts"`
}

// Part is one published procedure inside a merged one: its own walk to the committed limit, and the budget that it no longer
// needs because intake or return are shared.
type Part struct {
	ID   string `json:"id"`
	Code string `json:"code"`
	// Plan is the content hash of the version that was merged.
	Plan       string         `json:"plan"`
	Limit      calendar.Limit `json:"limit"`
	Less       calendar.Limit `json:"less,omitzero"`
	Variants   []Variant      `json:"variants,omitempty"`
	Reductions []Reduction    `json:"reductions,omitempty"`
	SubLimits  []SubLimit     `json:"sub_limits,omitempty"`
	// Results are the ids of the legal results that this part produces; each is issued, only the last part's is handed over.
	Results []string `json:"results,omitempty"`
}

// PartCommitment is the walk of one part, as its own procedure would promise it.
type PartCommitment struct {
	Part      string         `json:"part"`
	Legal     calendar.Limit `json:"legal"`
	Committed calendar.Limit `json:"committed"`
}

// commitMerged promises by the rule of the merge: from what each part would promise by itself on that day, never more than
// their sum.
func (x *Executable) commitMerged(k Case) Commitment {
	var c Commitment
	var legal, committed []calendar.Limit
	for i := range x.Merged.Parts {
		p := &x.Merged.Parts[i]
		one := p.alone().CommitCase(k)
		c.Parts = append(c.Parts, PartCommitment{Part: p.ID, Legal: one.Legal, Committed: one.Committed})
		for _, l := range one.Lines {
			l.Rule = p.ID + "." + l.Rule
			c.Lines = append(c.Lines, l)
		}
		legal, committed = append(legal, one.Legal), append(committed, one.Committed)
	}
	c.Legal, c.Committed = x.merge(legal, 0), x.merge(committed, 0)
	c.Lines = append(c.Lines, CommitLine{Rule: x.Merged.Limit, Kind: LineMerge, From: c.Legal, To: c.Committed})
	return c
}

// alone is the part as far as its promise goes.
func (p *Part) alone() *Executable {
	return &Executable{Limit: p.Limit, Variants: p.Variants, Reductions: p.Reductions, SubLimits: p.SubLimits}
}

// Remaining is the limit of what is left when the parts before one are done: a supplement then acts on these alone.
func (x *Executable) Remaining(c Commitment, part string) calendar.Limit {
	if x.Merged == nil {
		return c.Committed
	}
	from := slices.IndexFunc(c.Parts, func(p PartCommitment) bool { return p.Part == part })
	if from <= 0 || x.Merged.Rule != MergeSequence {
		return c.Committed
	}
	var left []calendar.Limit
	for _, p := range c.Parts[from:] {
		left = append(left, p.Committed)
	}
	if l := x.merge(left, from); l.Hundredths < c.Committed.Hundredths {
		return l
	}
	return c.Committed
}

// merge applies the rule to the limits of the parts from one on. What the parts share is taken off once; whole units are
// rounded up, so that the steps of the parts still fit.
func (x *Executable) merge(limits []calendar.Limit, from int) calendar.Limit {
	sum, longest, less := calendar.Limit{Unit: calendar.WorkingDay}, calendar.Limit{Unit: calendar.WorkingDay}, 0
	for i, l := range limits {
		sum.Hundredths += l.Hundredths
		if l.Hundredths > longest.Hundredths {
			longest = l
		}
		if n, err := x.Merged.Parts[from+i].Less.BudgetMinutes(); err == nil && !x.Merged.Parts[from+i].Less.IsZero() {
			less += n
		}
	}
	switch x.Merged.Limit {
	case MergeLongest:
		return longest
	case MergeOwn:
		if from == 0 && x.Limit.Hundredths < sum.Hundredths {
			return x.Limit
		}
		return sum
	}
	sum.Hundredths = (sum.Hundredths - less*100/calendar.MinutesPerWorkingDay + 99) / 100 * 100
	return sum
}
