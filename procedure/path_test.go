package procedure_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/procedure"
)

// TestLongestPathsAgainstEveryWalk: on random graphs, for every value of the facts, the longest path that lint proves the limit
// by is the longest of all walks that can be made at all, and lint refuses exactly the limits that some walk exceeds.
func TestLongestPathsAgainstEveryWalk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 7).Draw(t, "steps")
		limit := rapid.IntRange(1, 12).Draw(t, "limit")
		var b strings.Builder
		fmt.Fprintf(&b, "motcua: 1\ncode: \"1.0\"\nname: a\nfield: a\nlevel: commune\nagency: a\nresults: [{id: kq, name: a}]\nfacts: [{name: x, type: bool, default: false}, {name: y, type: bool, default: false}]\nlimit: %dwd\nescalation: standard\nsteps:\n", limit)
		target := func(i int) string {
			j := rapid.IntRange(i+1, n+1).Draw(t, "to")
			return map[bool]string{true: fmt.Sprintf("s%d", j), false: map[bool]string{true: "tra", false: "tu-choi"}[j == n]}[j < n]
		}
		for i := range n {
			var outcomes []string
			for o := range rapid.IntRange(1, 3).Draw(t, "outcomes") {
				to := target(i)
				if rapid.Bool().Draw(t, "conditional") {
					when := rapid.SampledFrom([]string{"x", "y", "x && y", "!x || y", "x != y"}).Draw(t, "when")
					to = fmt.Sprintf("[{to: %s, when: '%s'}, {to: %s, else: true}]", to, when, target(i))
				}
				outcomes = append(outcomes, fmt.Sprintf("o%d: %s", o, to))
			}
			fmt.Fprintf(&b, "  - {id: s%d, name: a, role: a, limit: %dwh, outcomes: {%s}}\n", i, 4*rapid.IntRange(1, 5).Draw(t, "half days"), strings.Join(outcomes, ", "))
		}
		b.WriteString("  - {id: tra, name: a, role: a, return: true, results: [kq]}\n  - {id: tu-choi, name: a, role: a, return: true, refusal: true}\n")
		d, found := procedure.Parse("f.yaml", []byte(b.String()))
		require.False(t, found.HasErrors(), "%s", found)
		paths := d.LongestPaths(testShelf(), procedure.LintOptions{})
		walked := 0
		for _, fact := range [][2]bool{{false, false}, {false, true}, {true, false}, {true, true}} {
			longest := walk(d, 0, fact)
			require.True(t, slices.ContainsFunc(paths, func(p procedure.Path) bool { return p.Counted == longest }), "%v: %d\n%s", fact, longest, b.String())
			walked = max(walked, longest)
		}
		require.Equal(t, walked, slices.MaxFunc(paths, func(p, q procedure.Path) int { return p.Counted - q.Counted }).Counted)
		over := slices.ContainsFunc(procedure.Lint(d, testShelf()), func(f procedure.Diagnostic) bool { return f.Rule == "steps-over-limit" })
		require.Equal(t, walked > limit*480, over, "%d minutes\n%s", walked, b.String())
	})
}

// walk is the longest of all walks from step i, in minutes, made on the file as written and without any of lint's means.
func walk(d *procedure.Definition, i int, fact [2]bool) int {
	s := &d.Steps[i]
	holds := map[string]bool{"": false, "x": fact[0], "y": fact[1], "x && y": fact[0] && fact[1], "!x || y": !fact[0] || fact[1], "x != y": fact[0] != fact[1]}
	longest := 0
	for _, o := range s.Outcomes {
		conditional := slices.ContainsFunc(o.Edges, func(e procedure.EdgeDef) bool { return holds[e.When.Text] })
		for _, e := range o.Edges {
			if holds[e.When.Text] || e.Else && !conditional || !e.When.Set() && !e.Else {
				to := slices.IndexFunc(d.Steps, func(s procedure.StepDef) bool { return s.ID.Value == e.To.Value })
				longest = max(longest, walk(d, to, fact))
			}
		}
	}
	if minutes, err := s.Limit.Value.BudgetMinutes(); err == nil && s.Limit.Set() {
		longest += minutes
	}
	return longest
}
