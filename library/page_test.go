package library

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
)

// update writes the page anew: go test ./library -run Page -update-page.
var update = flag.Bool("update-page", false, "rewrite ../docs/library.md")

const page = "../docs/library.md"

// TestPageListsTheLibrary holds docs/library.md to the files: whoever adds a procedure or changes its limit prints it there.
func TestPageListsTheLibrary(t *testing.T) {
	t.Parallel()
	want := libraryPage(t)
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(want), 0o644))
	}
	got, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Equal(t, want, string(got), "go test ./library -run Page -update-page")
}

func libraryPage(t *testing.T) string {
	t.Helper()
	definitions, err := Procedures()
	require.NoError(t, err)
	plans, scenarios := plansByCode(t), scenariosByCode(t)
	var b strings.Builder
	origins, total := map[string]int{}, 0
	var rows strings.Builder
	for _, f := range definitions {
		code, _, _ := strings.Cut(path.Base(f.Name), "-")
		p := plans[code]
		origins[p.Origin]++
		total += scenarios[code]
		fmt.Fprintf(&rows, "| [%s](../library/%s) | %s | %s | %s | %s | %s | %d |\n",
			code, f.Name, cell(p.Name), p.Level, limits(p), p.Origin, cell(process(p)), scenarios[code])
	}
	fmt.Fprintf(&b, `# The library

%d procedures with %d scenarios; as a whole official %d, inferred %d, sample %d. Written from the files by a test
(`+"`go test ./library -run Page -update-page`"+`); [designers.md](designers.md#the-library) says what the columns mean.

| code | name | level | limit | origin | internal process | scenarios |
|---|---|---|---|---|---|---|
`, len(definitions), total, origins["official"], origins["inferred"], origins["sample"])
	return b.String() + rows.String()
}

// scenariosByCode counts the scenarios of all files of a code.
func scenariosByCode(t *testing.T) map[string]int {
	t.Helper()
	files, err := Scenarios()
	require.NoError(t, err)
	n := map[string]int{}
	for _, file := range files {
		f, found := procedure.ParseScenarios(file.Name, file.Data)
		require.Empty(t, found)
		code, _, _ := strings.Cut(path.Base(f.Definition.Value), "-")
		n[code] += len(f.Scenarios)
	}
	return n
}

// limits are the legal limit and what changes it, in the language of the files.
func limits(p *procedure.Plan) string {
	s := p.Exec.Limit.String()
	if d := p.Exec.SameDay; d != nil {
		s = fmt.Sprintf("same day, cut-off %02d:%02d", d.CutOff/60, d.CutOff%60)
	}
	for _, v := range p.Exec.Variants {
		if v.Set.IsZero() {
			s += fmt.Sprintf("; %s +%s", v.Rule, v.Add)
		} else {
			s += fmt.Sprintf("; %s %s", v.Rule, v.Set)
		}
	}
	for _, r := range p.Exec.Reductions {
		s += "; " + r.Rule
	}
	for _, e := range p.Exec.Extensions {
		s += fmt.Sprintf("; %s +%s", e.ID, e.Add)
	}
	return s
}

// process is how far the steps can be trusted, and why.
func process(p *procedure.Plan) string {
	if p.InternalProcess == nil {
		return ""
	}
	return cmp.Or(p.InternalProcess.Confidence, "sample") + ": " + p.InternalProcess.Source
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
