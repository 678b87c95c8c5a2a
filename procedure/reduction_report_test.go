package procedure_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
)

// promise is a plan in force with one rule or none.
func promise(code, field, level, limit, lead string, rules ...procedure.Reduction) procedure.Promise {
	return procedure.Promise{Lead: lead, Plan: &procedure.Plan{Code: code, Name: code, Field: field, Level: level, Agency: "so",
		Exec: procedure.Executable{Code: code, Limit: limitOf(limit), Reductions: rules}}}
}

// Totals are the same whichever way the procedures are divided; days are the differences of the walks; what cuts some cases only, what
// was not rewritten and what was published with other words is told apart.
func TestReductionReport(t *testing.T) {
	t.Parallel()
	cut := procedure.Reduction{Rule: "cut-20", Decision: "1/QĐ", From: "2023-01-30", Above: limitOf("10wd"), CutPercent: 20, Rounding: &procedure.Rounding{Way: "floor", Step: limitOf("1wd")}}
	day := procedure.Reduction{Rule: "bot-1", Decision: "2/QĐ", From: "2023-01-30", Cut: limitOf("1wd")}
	hours := procedure.Reduction{Rule: "bot-gio", Decision: "3/QĐ", From: "2023-01-30", Cut: limitOf("2wh")}
	online := procedure.Reduction{Rule: "mang", Decision: "4/QĐ", From: "2023-01-30", Cut: limitOf("2wd"), Channels: []string{"online"}}
	own := procedure.Reduction{Rule: "xa", Decision: "5/QĐ", From: "2023-01-30", Cut: limitOf("3wd"), Agencies: []string{"H99.31"}}
	rules := map[string]procedure.Reduction{"cut-20": cut, "bot-1": day, "bot-gio": hours, "mang": online, "xa": own}
	outdated := day
	outdated.Cut = limitOf("2wd")
	promises := []procedure.Promise{
		promise("1", "dat-dai", "province", "12wd", "", cut),     // 12 → 9
		promise("2", "dat-dai", "commune", "20wd", "", cut, day), // 20 → 16 → 15
		promise("3", "ho-tich", "commune", "10wd", "", cut),      // exactly ten: not cut
		promise("4", "ho-tich", "commune", "30wd", ""),           // in scope, not rewritten
		promise("5", "ho-tich", "commune", "8wh", "", hours),     // 8 → 6 hours
		promise("6", "ho-tich", "commune", "5wd", "", online),    // some cases only
		promise("7", "dat-dai", "commune", "9wd", "", own),       // for whichever agency: no
		promise("7", "dat-dai", "commune", "9wd", "H99.31", own), // this one: 9 → 6, but not all
		promise("8", "dat-dai", "commune", "6wd", "", outdated),  // published with two days
		promise("9", "dat-dai", "province", "3d", ""),            // nothing to do with any
		{Plan: &procedure.Plan{Code: "G", Exec: procedure.Executable{Merged: &procedure.Merged{}}}},
	}
	r := procedure.ReportReductions(promises, rules, nil, noon("2026-01-05"))
	require.Equal(t, "2026-01-05", r.On)
	require.Equal(t, 1, r.Merged)
	// Two rules without a scope of their own are for every limit in working days: 1, 2, 3, 4, 6, 7 and 8 do not name both.
	require.Equal(t, procedure.ReductionGroup{Procedures: 9, Cut: 4, Partly: 2, Days: []procedure.Amount{{Unit: "wd", Count: 3 + 5 + 2}, {Unit: "wh", Count: 2}}, Unwritten: 7}, r.Total)
	for name, list := range map[string][]procedure.ReductionGroup{"rule": r.ByRule, "level": r.ByLevel, "field": r.ByField, "agency": r.ByAgency} {
		sum := procedure.ReductionGroup{}
		days := map[string]float64{}
		for _, g := range list {
			sum.Procedures, sum.Cut, sum.Partly, sum.Unwritten = sum.Procedures+g.Procedures, sum.Cut+g.Cut, sum.Partly+g.Partly, sum.Unwritten+g.Unwritten
			for _, d := range g.Days {
				days[d.Unit] += d.Count
			}
		}
		require.Equal(t, []int{9, 4, 2, 7}, []int{sum.Procedures, sum.Cut, sum.Partly, sum.Unwritten}, name)
		require.Equal(t, map[string]float64{"wd": 10, "wh": 2}, days, name)
	}
	byRule := map[string]float64{}
	for _, e := range r.Rules {
		for _, d := range e.Days {
			byRule[e.Rule+" "+d.Unit] += d.Count
		}
	}
	require.Equal(t, map[string]float64{"cut-20 wd": 7, "bot-1 wd": 3, "bot-gio wh": 2}, byRule, "the days of the rules are those of the total")
	of := func(code string) procedure.ReducedProcedure {
		for _, p := range r.Items {
			if p.Code == code {
				return p
			}
		}
		t.Fatal(code)
		return procedure.ReducedProcedure{}
	}
	require.Equal(t, []string{"cut-20", "bot-1"}, of("2").Rules)
	require.Contains(t, of("4").Unwritten, "cut-20")
	require.NotContains(t, of("3").Unwritten, "cut-20", "it names the rule")
	require.Equal(t, "9wd", of("7").Committed.String(), "no figure says more than everybody is promised")
	require.True(t, of("7").Varies)
	require.Equal(t, []string{"xa"}, of("7").Partly)
	require.NotEmpty(t, of("1").Walk)
	for _, e := range r.Rules {
		require.Equal(t, e.Rule == "bot-1", len(e.Outdated) == 1, e.Rule)
	}

	// The day decides, and so does a decision that ended a rule since.
	before := procedure.ReportReductions(promises, rules, nil, noon("2023-01-29"))
	require.Zero(t, before.Total.Cut)
	require.Zero(t, before.Total.Unwritten)
	ended := procedure.ReportReductions(promises, rules, []procedure.Ending{{Rule: "cut-20", Last: "2025-12-31"}}, noon("2026-01-05"))
	require.Equal(t, []procedure.Amount{{Unit: "wd", Count: 1 + 2}, {Unit: "wh", Count: 2}}, ended.Total.Days)
	require.Empty(t, procedure.ReportReductions(nil, rules, nil, noon("2026-01-05")).Items)
}

// A rule is said to be in scope only of what it names and reaches.
func TestInScope(t *testing.T) {
	t.Parallel()
	p := promise("1", "ho-tich", "commune", "12wd", "").Plan
	for name, c := range map[string]struct {
		rule procedure.Reduction
		want bool
	}{
		"all":              {procedure.Reduction{CutPercent: 20}, true},
		"its field":        {procedure.Reduction{CutPercent: 20, Fields: []string{"ho-tich"}}, true},
		"another field":    {procedure.Reduction{CutPercent: 20, Fields: []string{"dat-dai"}}, false},
		"its code":         {procedure.Reduction{CutPercent: 20, Procedures: []string{"2", "1"}}, true},
		"another code":     {procedure.Reduction{CutPercent: 20, Procedures: []string{"2"}}, false},
		"another level":    {procedure.Reduction{CutPercent: 20, Levels: []string{"province"}}, false},
		"its agency":       {procedure.Reduction{CutPercent: 20, Agencies: []string{"so"}}, true},
		"another agency":   {procedure.Reduction{CutPercent: 20, Agencies: []string{"ubnd-xa"}}, false},
		"at the bound":     {procedure.Reduction{CutPercent: 20, Above: limitOf("12wd")}, false},
		"within the bound": {procedure.Reduction{CutPercent: 20, Above: limitOf("11wd"), UpTo: limitOf("12wd")}, true},
		"beyond":           {procedure.Reduction{CutPercent: 20, UpTo: limitOf("11wd")}, false},
		"another unit":     {procedure.Reduction{Cut: limitOf("2d")}, false},
		"nothing to cut":   {procedure.Reduction{Set: limitOf("12wd")}, false},
		"rounds another":   {procedure.Reduction{CutPercent: 20, Rounding: &procedure.Rounding{Way: "floor", Step: limitOf("1d")}}, false},
	} {
		require.Equal(t, c.want, c.rule.InScope(p), name)
	}
}
