package procedure_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/procedure"
)

// update rewrites the expected findings: go test ./procedure -run Golden -update-findings.
var update = flag.Bool("update-findings", false, "rewrite testdata/err/*.out")

// TestGoldenFindings: every rule has a file that breaks it, and the findings read exactly as recorded.
func TestGoldenFindings(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/err/*.yaml")
	require.NoError(t, err)
	shown := map[string]bool{"too-large": true, "too-many-findings": true} // bounds_test.go
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		got := findings(t, filepath.Base(file), data) + "\n"
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		out := strings.TrimSuffix(file, ".yaml") + ".out"
		if *update {
			require.NoError(t, os.WriteFile(out, []byte(got), 0o644))
		}
		want, err := os.ReadFile(out)
		require.NoError(t, err)
		require.Equal(t, string(want), got, file)
		for _, r := range procedure.Rules() {
			if name == r.ID || strings.HasPrefix(name, r.ID+"-") {
				require.Contains(t, got, "["+r.ID+"]", file)
				shown[r.ID] = true
			}
		}
	}
	for _, r := range procedure.Rules() {
		require.True(t, shown[r.ID], "rule %s has no file in testdata/err", r.ID)
		require.NotEmpty(t, r.Doc, r.ID)
	}
}

// findings reads and lints; a first line "# on: date" sets the date.
func findings(t *testing.T, name string, data []byte) string {
	t.Helper()
	o := procedure.LintOptions{}
	first, _, _ := strings.Cut(string(data), "\n")
	if date, ok := strings.CutPrefix(first, "# on: "); ok {
		on, err := time.Parse(time.DateOnly, date)
		require.NoError(t, err)
		o.On = on
	}
	d, found := procedure.ParseWith(name, data, procedure.ParseOptions{Templates: testTemplates(t)})
	shelf := testShelf()
	shelf.Others = testTemplates(t)
	all := append(found, procedure.LintWith(d, shelf, o)...)
	return all.Error()
}

// testTemplates are the files that the files of testdata/err may use.
func testTemplates(t *testing.T) *procedure.Templates {
	t.Helper()
	files, err := filepath.Glob("testdata/templates/*.yaml")
	require.NoError(t, err)
	var sources []procedure.Source
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		sources = append(sources, procedure.Source{File: filepath.Base(file), Data: data})
	}
	return procedure.NewTemplates(sources...)
}

func testShelf() *procedure.Shelf {
	return &procedure.Shelf{
		Plans: map[string]string{"1.000001": "1a"},
		Reductions: map[string]procedure.Reduction{"cut-20": cut20(),
			"bot-ho-tich": {Rule: "bot-ho-tich", Decision: "mẫu", From: "2024-01-01", Fields: []string{"ho-tich"}, Levels: []string{"commune"}, Cut: calendar.MustLimit("1wd"), Order: 2},
			"do-dac":      {Rule: "do-dac", Decision: "mẫu", From: "2024-01-01", Expression: "!parcel.remeasure", Cut: calendar.MustLimit("1wd"), Order: 1},
		},
		Ladders: map[string][]procedure.Rung{"mission": {
			{ID: "den-han", On: procedure.OnTask, AtDue: true, To: []string{procedure.ToHeadOfLead}, Do: []string{procedure.DoNotify}},
		}, "standard": {
			{ID: "den-han", On: procedure.OnDossier, AtDue: true, To: []string{procedure.ToHeadOfAgency}, Do: []string{procedure.DoNotify}},
			{ID: "truoc-1-ngay", On: procedure.OnDossier, Before: calendar.MustLimit("1wd"), To: []string{procedure.ToOneStop}, Do: []string{procedure.DoPropose}},
		}},
	}
}
