package procedure

import (
	"cmp"
	"slices"

	"motcua/calendar"
)

// Reduction is a dated rule that shortens the limit: by decision, never by habit.
type Reduction struct {
	Rule     string `json:"rule"`
	Decision string `json:"decision"`
	// From and To bound the acceptance dates it applies to, as YYYY-MM-DD; empty To: open.
	From string `json:"from"`
	To   string `json:"to,omitempty"`
	// Above: only limits strictly longer than this, in the same unit.
	Above calendar.Limit `json:"above,omitzero"`
	// CutPercent cuts a share, rounded as Rounding says; Cut cuts an amount; Set sets a value. Exactly one is not zero.
	CutPercent int            `json:"cut_percent,omitempty"`
	Cut        calendar.Limit `json:"cut,omitzero"`
	Set        calendar.Limit `json:"set,omitzero"`

	// DecisionDate (YYYY-MM-DD) and Signer say more of the decision, where it is known.
	DecisionDate string `json:"decision_date,omitempty"`
	Signer       string `json:"signer,omitempty"`
	// UpTo: only limits not longer than this, in the same unit. "Above 10wd" and "up to 10wd" leave nothing between them.
	UpTo calendar.Limit `json:"up_to,omitzero"`
	// OfLegal judges Above and UpTo by the legal limit whatever earlier rules left of it: the scope of a rule is a class of
	// procedures, which a rule before it does not change. Plans compiled before there was this judge by what is left.
	OfLegal bool `json:"of_legal,omitempty"`
	// Channels and Agencies, when not empty, restrict it to these channels of submission and lead agencies.
	Channels []string `json:"channels,omitempty"`
	Agencies []string `json:"agencies,omitempty"`
	// When names the condition under which it applies, in an executable.
	When string `json:"when,omitempty"`
	// Rounding of what a share leaves; nil: down to whole units.
	Rounding *Rounding `json:"rounding,omitempty"`

	// What follows is of the rule as it stands on a shelf, and is used up when it is compiled into a plan.

	Name string `json:"name,omitempty"`
	// Order in which rules are applied, the smallest first; rules of one order in the order in which a definition names them.
	Order int `json:"order,omitempty"`
	// Procedures (codes), Fields and Levels, when not empty, are the definitions that may name it.
	Procedures []string `json:"procedures,omitempty"`
	Fields     []string `json:"fields,omitempty"`
	Levels     []string `json:"levels,omitempty"`
	// Expression is its condition (CEL) on the facts of the definition.
	Expression string `json:"expression,omitempty"`
	Source     string `json:"source,omitempty"`
	Confidence string `json:"confidence,omitempty"`
	Note       string `json:"note,omitempty"`
}

// Ways of rounding what a share leaves.
const (
	RoundFloor = "floor"
	RoundCeil  = "ceil"
	RoundHalf  = "half" // to the nearer one, the half upward
)

// Rounding says how what is left of a limit after a cut by a share is made a whole number of steps.
type Rounding struct {
	Way string `json:"way"`
	// Step it is rounded to, in the unit of the limits that the rule is for; zero: one unit of whatever limit.
	Step calendar.Limit `json:"step,omitzero"`
	// Source and Confidence of the way of rounding itself: a decision may state a share and be silent on it.
	Source     string `json:"source,omitempty"`
	Confidence string `json:"confidence,omitempty"`
}

// SubLimit is a time that the law fixes for a part of the work.
type SubLimit struct {
	ID     string         `json:"id"`
	Limit  calendar.Limit `json:"limit"`
	Ground string         `json:"ground"`
}

// floorOf is the sum of the mandatory sub-limits in the unit of a limit; working hours count in working days, eight to the
// day, and a part of a unit as a whole one. What cannot be counted in that unit is left out: lint refuses it.
func floorOf(list []SubLimit, unit calendar.Unit) calendar.Limit {
	sum := calendar.Limit{Unit: unit}
	minutes := 0
	for _, s := range list {
		switch m, err := s.Limit.BudgetMinutes(); {
		case err == nil && (unit == calendar.WorkingDay || unit == calendar.WorkingHour):
			minutes += m
		case s.Limit.Unit == unit:
			sum.Hundredths += s.Limit.Hundredths
		}
	}
	whole := calendar.MinutesPerWorkingDay
	if unit == calendar.WorkingHour {
		whole = 60
	}
	sum.Hundredths += (minutes + whole - 1) / whole * 100
	return sum
}

// Why a reduction does not shorten the limit of a case.
const (
	NotYet          = "not_yet"        // accepted before its first day
	NoLonger        = "no_longer"      // accepted after its last day
	EndedSince      = "ended"          // a decision ended it before the acceptance
	OtherLimit      = "other_limit"    // the limit is outside its bounds, or in another unit
	OtherChannel    = "other_channel"  // it is for other channels
	OtherAgency     = "other_agency"   // it is for other lead agencies
	OtherCase       = "other_case"     // its condition does not hold
	NothingToCut    = "nothing_to_cut" // the limit is not longer than what it would leave, or nothing would be left
	HeldBySubLimits = "held"           // the mandatory sub-limits leave nothing to cut
)

// cut returns the limit after the reduction; where it does not shorten it, the limit itself and why not. held says that the
// sub-limits kept some of what would have been cut. A reduction never lengthens a limit and never takes all of it.
func (r *Reduction) cut(l, legal, floor calendar.Limit, k *Case, date string) (to calendar.Limit, held bool, why string) {
	if why = r.outside(l, legal, k, date); why != "" {
		return l, false, why
	}
	to = l
	switch {
	case r.CutPercent > 0:
		to.Hundredths = r.rounded(l.Hundredths * (100 - r.CutPercent))
	case !r.Cut.IsZero() && r.Cut.Unit == l.Unit:
		to.Hundredths = l.Hundredths - r.Cut.Hundredths
	case !r.Set.IsZero() && r.Set.Unit == l.Unit:
		to = r.Set
	default:
		return l, false, OtherLimit
	}
	if to.Hundredths <= 0 || to.Hundredths >= l.Hundredths {
		return l, false, NothingToCut
	}
	if to.Hundredths < floor.Hundredths {
		if floor.Hundredths >= l.Hundredths {
			return l, true, HeldBySubLimits
		}
		return floor, true, ""
	}
	return to, false, ""
}

func (r *Reduction) outside(l, legal calendar.Limit, k *Case, date string) string {
	bound := l
	if r.OfLegal {
		bound = legal
	}
	switch {
	case date < r.From:
		return NotYet
	case r.To != "" && date > r.To:
		return NoLonger
	case slices.ContainsFunc(k.Ended, func(e Ending) bool { return e.Rule == r.Rule && date > e.Last }):
		return EndedSince
	case !r.Above.IsZero() && (bound.Unit != r.Above.Unit || bound.Hundredths <= r.Above.Hundredths):
		return OtherLimit
	case !r.UpTo.IsZero() && (bound.Unit != r.UpTo.Unit || bound.Hundredths > r.UpTo.Hundredths):
		return OtherLimit
	case r.Rounding != nil && !r.Rounding.Step.IsZero() && r.Rounding.Step.Unit != l.Unit:
		return OtherLimit
	case len(r.Channels) > 0 && !slices.Contains(r.Channels, k.Channel):
		return OtherChannel
	case len(r.Agencies) > 0 && !slices.Contains(r.Agencies, k.Lead):
		return OtherAgency
	case r.When != "" && !slices.Contains(k.Conditions, r.When):
		return OtherCase
	}
	return ""
}

// rounded makes hundredths of percents of a limit whole steps. Without another word what remains is rounded down to whole units:
// floor(0.8 × 12) = 9 (domain.md §8.1).
func (r *Reduction) rounded(n int) int {
	way, step := RoundFloor, 100
	if r.Rounding != nil {
		way = r.Rounding.Way
		if !r.Rounding.Step.IsZero() {
			step = r.Rounding.Step.Hundredths
		}
	}
	whole := 100 * step
	switch way {
	case RoundCeil:
		n += whole - 1
	case RoundHalf:
		n += whole / 2
	}
	return n / whole * step
}

// Covers says whether a definition lies in the scope of the rule as far as the definition alone decides: its code, field, level
// and type of lead agency. The limit, the date and the case decide the rest at acceptance.
func (r *Reduction) Covers(code, field, level string) bool {
	among := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	return among(r.Procedures, code) && among(r.Fields, field) && among(r.Levels, level)
}

// Scoped says that the rule names the definitions that it is for.
func (r *Reduction) Scoped() bool { return len(r.Procedures)+len(r.Fields)+len(r.Levels) > 0 }

// reaches says whether the bounds of the rule take in a legal limit.
func (r *Reduction) reaches(legal calendar.Limit) bool {
	return (r.Above.IsZero() || r.Above.Unit == legal.Unit && legal.Hundredths > r.Above.Hundredths) &&
		(r.UpTo.IsZero() || r.UpTo.Unit == legal.Unit && legal.Hundredths <= r.UpTo.Hundredths) &&
		(r.Cut.IsZero() || r.Cut.Unit == legal.Unit) && (r.Set.IsZero() || r.Set.Unit == legal.Unit && r.Set.Hundredths < legal.Hundredths) &&
		(r.Rounding == nil || r.Rounding.Step.IsZero() || r.Rounding.Step.Unit == legal.Unit)
}

// InScope says whether a plan lies in the scope of the rule without naming it: its legal limit is within the bounds, and its code,
// field, level and type of lead agency are among those that the rule is for. Such a procedure is not cut (only one whose internal
// process was rewritten names the rule), and is reported.
func (r *Reduction) InScope(p *Plan) bool {
	return p.Exec.Merged == nil && p.Exec.SameDay == nil && r.Covers(p.Code, p.Field, p.Level) && r.reaches(p.Exec.Limit) &&
		(len(r.Agencies) == 0 || slices.Contains(r.Agencies, p.Agency))
}

// compiled is the rule as it travels with a plan: the scope that the definition alone decides has been judged, and what only
// people read stays on the shelf.
func (r Reduction) compiled(agency string) Reduction {
	r.Name, r.Order, r.Procedures, r.Fields, r.Levels, r.Expression, r.Source, r.Confidence, r.Note = "", 0, nil, nil, nil, "", "", "", ""
	if slices.Contains(r.Agencies, agency) { // the type of agency that leads every dossier of the procedure
		r.Agencies = nil
	}
	if r.Rounding != nil {
		rounding := *r.Rounding
		rounding.Source = ""
		r.Rounding = &rounding
	}
	return r
}

// RuleNames are the reductions that the plan and its parts apply, each once.
func (x *Executable) RuleNames() (names []string) {
	for _, r := range x.reductions() {
		if !slices.Contains(names, r.Rule) {
			names = append(names, r.Rule)
		}
	}
	return names
}

// reductions are those of the procedure and of its parts.
func (x *Executable) reductions() []Reduction {
	if x.Merged == nil {
		return x.Reductions
	}
	list := slices.Clone(x.Reductions)
	for i := range x.Merged.Parts {
		list = append(list, x.Merged.Parts[i].Reductions...)
	}
	return list
}

// applied sorts references by the order of their rules, those of one order as they stand.
func applied(refs []ReductionRef, s *Shelf) []ReductionRef {
	sorted := slices.Clone(refs)
	slices.SortStableFunc(sorted, func(a, b ReductionRef) int { return cmp.Compare(a.rule(s).Order, b.rule(s).Order) })
	return sorted
}

// rule is what a reference means; empty where nothing on the shelf has its name.
func (ref *ReductionRef) rule(s *Shelf) Reduction {
	if ref.Inline != nil {
		return ref.Inline.Value
	}
	if s == nil {
		return Reduction{}
	}
	return s.Reductions[ref.Name.Value]
}

// at is where a reference stands.
func (ref *ReductionRef) at() Pos {
	if ref.Inline != nil {
		return ref.Inline.Pos
	}
	return ref.Name.Pos
}
